/* A pupil's page: follows the class, sends what is tapped, and says « enregistrée » only once it is. */
(function () {
  "use strict";
  const Preau = window.Preau;
  const code = document.body.dataset.code;
  const main = document.getElementById("state");
  if (!code || !main || !window.io) return;
  document.documentElement.classList.add("js");
  const words = document.getElementById("words").dataset;
  const banner = document.querySelector("[data-banner]");
  let open = [];

  const formOf = (round) => main.querySelector('form[data-round="' + round + '"]');

  function receipt(form, state, text, more) {
    const line = form.querySelector("[data-receipt]");
    line.hidden = false;
    line.classList.toggle("notice-wait", state === "waiting");
    line.classList.toggle("notice-warn", state === "refused");
    line.querySelector("[data-receipt-text]").textContent = text;
    line.querySelector("[data-receipt-more]").textContent = more || "";
  }

  function pick(form, choices) {
    if (form.hasAttribute("data-text")) return Preau.fillText(form, choices);
    if (Preau.order.isOne(form)) Preau.order.draw(form, choices);
    for (const input of form.querySelectorAll("input[name=choices], input[name=certainty]")) {
      input.checked = choices.includes(input.value);
      // Browsers without :has() need the class.
      input.parentElement.classList.toggle("is-picked", input.checked);
    }
  }

  /** What became of the answer to this round, on its form. */
  function tell(round, what, message) {
    const form = formOf(round);
    if (!form) return;
    const secret = form.hasAttribute("data-experience");
    if (what === "waiting") receipt(form, "waiting", words.waiting);
    if (what === "late") receipt(form, "waiting", words.late);
    if (what === "refused") receipt(form, "refused", message);
    if (what === "saved") {
      if (Preau.order.isOne(form) && Preau.order.isMoved(form, answers.chosen(round))) receipt(form, "waiting", words.unsent);
      else receipt(form, "saved", form.dataset.saved || words.saved, secret ? words.hidden : form.dataset.change || words.change);
      // On lived experience nothing may show what was answered, not even on this phone.
      if (secret) {
        answers.forgetChoice(round);
        pick(form, []);
      }
      thank();
    }
  }

  /** The other door, for a phone that no socket reaches: the form's, with the same commit before it answers. */
  function post(payload) {
    // The page was rendered with the number that comes next: no hello has told this script.
    const before = Number(formOf(payload.round).elements.seq.value) - 1;
    const said = new URLSearchParams({ round: payload.round, seq: payload.seq + before });
    if (Preau.seat) said.set("siege", Preau.seat);
    if (payload.text) said.set("text", payload.text);
    for (const choice of payload.choices || []) said.append("choices", choice);
    // Redirected once it is committed; a refusal is a page, which a later attempt or the class's next step overtakes.
    fetch("/r/" + code + "/answer", { method: "POST", body: said, redirect: "manual" }).then(function (answer) {
      if (answer.type === "opaqueredirect") saved({ round: payload.round, seq: payload.seq });
    }, () => {});
  }

  const answers = Preau.makeAnswers((payload) => (link.connected ? link.emit("answer", payload) : post(payload)), tell);

  function saved(said) {
    answers.saved(said);
    if (Preau.shared) Preau.shared.saved(answers);
  }

  Preau.isSending = answers.isSending;

  /** Personal marks come back after each snapshot, which is the same for everybody. */
  function mark() {
    for (const form of main.querySelectorAll("form[data-round]")) {
      const round = form.dataset.round;
      const secret = form.hasAttribute("data-experience");
      const whole = Preau.order.isOne(form) || form.hasAttribute("data-text"); // not ticked box by box
      if (!form.hasAttribute("data-multiple") || answers.isKept(round) || whole) pick(form, secret && !answers.isWaiting(round) ? [] : answers.chosen(round));
      if (answers.isWaiting(round)) tell(round, "waiting");
      else if (answers.isKept(round)) tell(round, "saved");
      else form.querySelector("[data-receipt]").hidden = true;
    }
    Preau.drawPager(main);
    thank();
  }

  /** At the end of a follow-up, which nobody leads: once every question has its answer. */
  function thank() {
    const thanks = main.querySelector("[data-thanks]");
    if (!thanks) return;
    const wasHidden = thanks.hidden;
    thanks.hidden = !open.length || !open.every(answers.isKept);
    if (wasHidden && !thanks.hidden) thanks.scrollIntoView({ block: "nearest" });
  }

  function showState(state) {
    const before = main.querySelector(".screen") && main.querySelector("h1") && main.querySelector("h1").textContent;
    const wasPaused = main.querySelector("[data-mode=paused]");
    open = state.round;
    if (state.html !== undefined) Preau.show(main, state.html); // else it is what the page shows
    main.dataset.version = state.version;
    if (Preau.shared) Preau.shared.state(state);
    mark();
    if (wasPaused && !main.querySelector("[data-mode=paused]")) answers.retryPaused();
    const title = main.querySelector("h1");
    if (title && title.textContent !== before) window.scrollTo({ top: 0 });
    Preau.tell(main);
  }

  function showMine(mine) {
    const sign = document.querySelector("[data-mine=identity]");
    sign.hidden = false;
    sign.querySelector(".sign").setAttribute("class", "sign tint-" + mine.identity.colour);
    sign.querySelector("use").setAttribute("href", "#sign-" + mine.identity.shape);
    document.querySelector("[data-mine=name]").textContent = mine.identity.name;
    document.querySelector("[data-mine=comeback]").textContent = mine.comeback;
    document.querySelector("[data-mine=has-comeback]").hidden = !mine.comeback;
    answers.compare(mine.answers, open);
    if (mine.help) Preau.showCare();
    mark();
    if (Preau.shared) Preau.shared.mine(mine);
    else if (mine.shared) location.reload();
  }

  function refuse(said) {
    const line = document.querySelector("[data-refusal]");
    line.hidden = false;
    line.querySelector("[data-refusal-text]").textContent = said.message;
  }

  const link = Preau.connect({
    code: code,
    audience: "participant",
    address: "/r/" + code + "/etat/" + document.body.dataset.language,
    tag: Preau.shared ? undefined : main.dataset.tag, // between two turns the page is drawn anew
    onState: showState,
    onMine: showMine,
    onRefusal: refuse,
    onLink: (up) => (banner.hidden = up),
    events: {
      saved: saved,
      help: Preau.showCare,
      refused: (said) => (said.round ? answers.refused(said) : refuse(said)),
    },
  });

  main.addEventListener("change", function (event) {
    const form = event.target.closest("form[data-round]");
    if (form && !form.hasAttribute("data-multiple")) submit(form);
  });
  main.addEventListener("moved", function (event) {
    if (answers.isKept(event.target.dataset.round)) tell(event.target.dataset.round, "saved");
  });
  main.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.hasAttribute("data-more-time") && link.connected) link.emit("more_time", { round: form.elements.round.value });
    else if (form.hasAttribute("data-round")) submit(form);
    else return;
    event.preventDefault();
  });

  // Brought back by the browser as it was left, perhaps by another pupil.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());

  // Under the open help panel nothing can be reached, and Escape closes it.
  const help = document.getElementById("help");
  help.addEventListener("toggle", function () {
    main.inert = document.querySelector(".bottom").inert = help.open;
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || !help.open) return;
    help.open = false;
    help.querySelector("summary").focus();
  });

  function submit(form) {
    if (form.hasAttribute("data-text")) {
      const text = Preau.textOf(form);
      Preau.forgetDraft(form.dataset.round);
      if (text) answers.answer(form.dataset.round, text);
      return;
    }
    const ticked = (name) => Array.from(form.querySelectorAll("input[name=" + name + "]:checked"), (input) => input.value);
    const choices = Preau.order.isOne(form) ? Preau.order.standing(form) : ticked("choices");
    if (choices.length) answers.answer(form.dataset.round, choices.concat(ticked("certainty")));
  }
})();
