/* A part of a workshop, kept as it is typed: sent a moment after the last key, never refused for being unfinished. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  const QUIET = 900; // milliseconds without a key before what was typed is sent
  const AGAIN = 5000; // milliseconds before another try when the server did not answer

  Preau.startAuthoring = function (form) {
    const said = document.querySelector("[data-saved]");
    const conflict = document.querySelector("[data-conflict]");
    const words = form.dataset;
    let typed = 0; // grows with each change
    let sent = 0; // what the last answer stands for
    let timer = 0;
    let busy = false;
    let stopped = Boolean(document.querySelector("[data-refused]"));

    function tell(text) {
      said.textContent = text;
      document.body.classList.toggle("is-unsaved", typed !== sent);
    }

    function wait(long) {
      clearTimeout(timer);
      timer = setTimeout(save, long);
    }

    function show(faults, advice) {
      for (const place of document.querySelectorAll("[data-advice]")) place.replaceChildren(...(advice[place.dataset.advice] || []).map((message) => paragraph("field-advice", message)));
      for (const place of document.querySelectorAll("[data-faults]")) {
        const messages = faults[place.dataset.faults] || [];
        // Whoever is typing there sees no reproach before leaving the field.
        if (messages.length && place.parentElement.contains(document.activeElement) && !place.childElementCount) continue;
        place.replaceChildren(...messages.map(function (message) {
          return paragraph(message === words.missing ? "field-todo" : "field-error", message);
        }));
        if (place.parentElement.classList.contains("field")) place.parentElement.classList.toggle("field-wrong", messages.some((message) => message !== words.missing));
      }
    }

    function paragraph(kind, text) {
      const line = document.createElement("p");
      line.className = kind;
      line.textContent = text;
      return line;
    }

    function refresh() {
      for (const frame of document.querySelectorAll("[data-screen]")) frame.contentWindow.location.replace(frame.src);
    }

    async function save() {
      if (busy || stopped || typed === sent) return;
      busy = true;
      const going = typed;
      tell(words.saving);
      try {
        const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
        if (answer.redirected) {
          tell(words.signedOut);
          wait(AGAIN);
        } else {
          const got = await answer.json();
          if (got.ok) {
            sent = going;
            form.elements.mark.value = got.mark;
            tell(got.said);
            show(got.faults, got.advice);
            refresh();
            if (typed !== sent) wait(QUIET);
          } else if (got.error === "changed_meanwhile") {
            stopped = true;
            conflict.hidden = false;
            conflict.querySelector("[data-conflict-said]").textContent = got.message;
            conflict.scrollIntoView({ block: "center" });
            tell(words.unsaved);
          } else {
            tell(got.message);
          }
        }
      } catch (_) {
        tell(words.unreached);
        wait(AGAIN);
      }
      busy = false;
    }

    form.addEventListener("input", function () {
      typed += 1;
      if (!busy) tell(words.unsaved);
      wait(QUIET);
    });
    form.addEventListener("change", function (event) {
      // Other fields depend on it: the page comes again with them.
      if (event.target.hasAttribute("data-turns")) form.requestSubmit();
    });
    form.addEventListener("submit", function () {
      sent = typed;
      clearTimeout(timer);
    });
    window.addEventListener("beforeunload", function (event) {
      if (typed !== sent) event.preventDefault();
    });
    document.addEventListener("visibilitychange", function () {
      if (document.hidden) save();
    });
    openTarget();
  };

  /** What an address points at, inside a folded part, is unfolded and comes under the eyes. */
  function openTarget() {
    const found = window.location.hash.length > 1 && document.getElementById(window.location.hash.slice(1));
    if (!found) return;
    for (let place = found; place; place = place.parentElement) if (place.tagName === "DETAILS") place.open = true;
    found.scrollIntoView({ block: "center" });
    const field = (found.matches("[data-faults]") ? found.parentElement : found).querySelector("input:not([type=hidden]), textarea, select");
    if (field) field.focus({ preventScroll: true });
  }
})();
