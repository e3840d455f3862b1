/* A device that several pupils share. As a group, one phone less what is answered alone. In turns, a hello for each seat:
   between two of them a screen covers the class's, and nothing of the last answer is left under it. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  const cover = document.querySelector("[data-turns]");
  const back = document.querySelector("[data-turn-back]");
  const sign = document.querySelector("[data-mine=identity]");
  const main = document.getElementById("state");
  let html = "";
  let rounds = null;
  let told = null; // what the last hello said
  let last = 0; // the seat that had the device before

  Preau.seat = cover ? Number(cover.dataset.seat) : 0;
  if (cover) history.replaceState(null, "", location.pathname);

  const forms = () => Array.from(main.querySelectorAll("form[data-round]:not([data-alone])"));
  const asked = () => forms().map((form) => form.dataset.round);

  function withoutAlone() {
    const alone = main.querySelectorAll("form[data-alone]");
    if (alone.length && !forms().length) main.replaceChildren(document.getElementById("listening").content.cloneNode(true));
    else alone.forEach((form) => form.remove());
  }

  function draw() {
    if (!cover || !told) return;
    const open = asked();
    const voting = Preau.seat > 0 && Preau.seat === told.seat;
    const hasAnswered = (seat) => open.every((round) => seat.answered.includes(round));
    const waiting = told.seats.filter((seat) => !hasAnswered(seat));
    const next = waiting.find((seat) => seat.seat > last) || waiting[0];
    main.hidden = open.length > 0 && !voting;
    cover.hidden = !main.hidden;
    back.hidden = !open.length || !voting;
    sign.hidden = !voting;
    cover.classList.toggle("all-done", !next);
    cover.querySelector("[data-turns-name]").textContent = next ? next.identity.name : "";
    for (const seat of told.seats) {
      const line = cover.querySelector("a[data-seat='" + seat.seat + "']").parentElement;
      line.className = seat === next ? "is-next" : hasAnswered(seat) ? "is-done" : "";
    }
  }

  /** Nobody has the device: what was under a thumb goes, and the page is as the class is shown it. */
  function release() {
    last = Preau.seat || last;
    Preau.seat = 0;
    asked().forEach(Preau.forgetDraft);
    Preau.order.forget();
    main.replaceChildren();
    Preau.drawPager(main); // whoever comes next begins with the first question
    Preau.show(main, html);
    withoutAlone();
    draw();
    Preau.hello();
    window.scrollTo({ top: 0 });
  }

  Preau.shared = {
    /** After each snapshot. */
    state: function (state) {
      html = state.html;
      withoutAlone();
      const open = asked().join();
      const isNew = rounds !== null && rounds !== open;
      rounds = open;
      // Another vote: whoever had the device for the last one may have it no more.
      if (isNew) {
        last = 0;
        Preau.seat = 0;
      }
      draw();
    },
    /** After each hello. */
    mine: function (mine) {
      if (!mine.shared) return location.reload();
      told = mine.shared;
      draw();
    },
    /** An answer is committed; the last one that this pupil is asked hands the device over. */
    saved: function (answers) {
      if (cover && Preau.seat && asked().every(answers.isKept)) release();
    },
  };

  if (!cover) return;
  cover.addEventListener("click", function (event) {
    const seat = event.target.closest("a[data-seat]");
    if (!seat) return;
    event.preventDefault();
    Preau.seat = Number(seat.dataset.seat);
    Preau.hello();
    draw();
    window.scrollTo({ top: 0 });
  });
  back.addEventListener("click", function (event) {
    event.preventDefault();
    if (!Preau.isSending()) release();
  });
})();
