/* A phone as the remote. It draws its own page again at each push: small over http, with notes and texts over https. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  const COVERED_AFTER = 120_000; // milliseconds without a touch: a phone laid on a table shows nothing but its buttons

  /** Cover what is for the facilitator alone: at first, when the page goes out of sight, and when it is left alone. */
  function startCover() {
    const body = document.body;
    let timer = 0;
    const cover = () => body.classList.add("is-covered");
    function wait() {
      clearTimeout(timer);
      timer = setTimeout(cover, COVERED_AFTER);
    }
    cover();
    document.addEventListener("click", function (event) {
      if (!event.target.closest("[data-uncover]")) return;
      body.classList.remove("is-covered");
      document.querySelector(".remote-read").focus({ preventScroll: true });
    });
    for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, wait);
    document.addEventListener("visibilitychange", () => document.hidden && cover());
  }

  /* The text under the thumb stays there while others come in before it: a verdict falls on what was read. */
  const later = [];
  let reading = null;

  function first(list) {
    return list.querySelector("li");
  }

  Preau.orderTexts = function (root) {
    const list = root.querySelector("[data-one-by-one]");
    if (!list) return;
    for (const id of later) {
      const line = list.querySelector("#" + CSS.escape(id));
      if (line) list.append(line);
    }
    const same = reading && list.querySelector("#" + CSS.escape(reading));
    if (same) list.prepend(same);
    reading = first(list).id;
  };

  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-later]")) return;
    const list = document.querySelector("[data-one-by-one]");
    later.push(first(list).id);
    reading = null;
    Preau.orderTexts(document);
  });

  /* After a verdict, a way back. */
  Preau.takenRemote = function (form, button) {
    const undo = document.querySelector("[data-undo]");
    if (!undo || !button || button.name !== "verdict") return;
    undo.hidden = button.value === "undo";
    if (undo.hidden) return;
    for (const name of ["round", "text"]) undo.elements[name].value = form.elements[name].value;
    undo.querySelector("[data-undone]").textContent = document.getElementById("words").dataset[button.value] + " " + form.elements.text.value;
  };

  Preau.startRemote = function () {
    const main = document.getElementById("remote");
    const banner = document.querySelector("[data-banner]");
    const kind = document.body.dataset.remote;

    async function refresh() {
      try {
        const answer = await fetch(window.location.href);
        if (!answer.ok) {
          Preau.say(document.getElementById("words").dataset.gone);
          return;
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (page.body.dataset.remote !== kind) {
          window.location.reload();
          return;
        }
        const version = page.querySelector("#remote [name=version]");
        for (const field of document.querySelectorAll("[data-version-of]")) if (version) field.value = version.value;
        const before = main.querySelector("[name=version]");
        const moved = before && version && before.value !== version.value;
        const next = page.getElementById("remote");
        Preau.orderTexts(next);
        main.className = next.className;
        Preau.show(main, next.innerHTML);
        const undo = document.querySelector("[data-undo]");
        if (undo && moved) undo.hidden = true;
        if (moved && main.querySelector(".remote-read")) main.querySelector(".remote-read").scrollTop = 0;
      } catch (_) {
        banner.hidden = false;
      }
    }

    if (kind === "waiting") {
      setInterval(refresh, 2000);
      return;
    }
    if (kind === "full") startCover();
    Preau.orderTexts(document);
    Preau.adoptDialogs();
    Preau.refresh = refresh;
    Preau.connect({
      code: document.body.dataset.code,
      audience: "facilitator",
      onState: refresh,
      onTally: Preau.countIn(main),
      onRefusal: function (said) {
        if (said.error !== "not_allowed") Preau.say(said.message);
        else refresh();
      },
      onLink: (up) => (banner.hidden = up),
    });
  };
})();
