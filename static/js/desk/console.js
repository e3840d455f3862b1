/* The console follows the class as its screens do. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});

  Preau.countIn = function (root) {
    return function (counts) {
      Preau.count(root, counts);
      const bar = root.querySelector("[data-tally-bar]");
      if (bar && counts.answered !== null) {
        const most = Math.max(counts.expected, 1);
        bar.parentElement.setAttribute("viewBox", "0 0 " + most + " 10");
        bar.setAttribute("width", Math.min(counts.answered, most));
      }
    };
  };

  Preau.startConsole = function () {
    const state = document.getElementById("state");
    const banner = document.querySelector("[data-banner]");
    const shown = () => state.querySelector(".console");
    Preau.startClock();
    Preau.startKeys();
    Preau.adoptDialogs();
    if (window.screen.isExtended === false) document.body.classList.add("one-screen");

    function show(snapshot) {
      const before = shown().dataset.version;
      const place = Preau.placeInReading();
      Preau.show(state, snapshot.html);
      Preau.tell(state);
      Preau.keepHands();
      Preau.keepCharter();
      Preau.backToReading(place);
      Preau.setClock();
      if (state.querySelector(".asks")) document.getElementById("pairing-dialog").close();
      if (shown().dataset.version === before) return;
      const body = state.querySelector(".stage-body");
      if (body) body.scrollTop = 0;
      // The class has moved on: a question put about the step before is void.
      for (const name of ["close", "skip"]) document.getElementById("confirm-" + name).close();
    }

    Preau.connect({
      code: document.body.dataset.code,
      audience: "facilitator",
      onState: show,
      onTally: Preau.countIn(state),
      // Somebody has taken this class over: the page says who.
      onRefusal: (said) => (said.error === "not_allowed" ? window.location.reload() : Preau.say(said.message)),
      onLink: (up) => (banner.hidden = up),
    });
  };
})();
