/* The console and its remote: they follow the class as its screens do. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});

  function count(root) {
    return function (counts) {
      Preau.count(root, counts);
      const bar = root.querySelector("[data-tally-bar]");
      if (bar && counts.answered !== null) {
        const most = Math.max(counts.expected, 1);
        bar.parentElement.setAttribute("viewBox", "0 0 " + most + " 10");
        bar.setAttribute("width", Math.min(counts.answered, most));
      }
    };
  }

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
      onTally: count(state),
      onRefusal: (said) => Preau.say(said.message),
      onLink: (up) => (banner.hidden = up),
    });
  };

  /** The remote draws its own page again at each push: it is small, and holds nothing of the console. */
  Preau.startRemote = function () {
    const main = document.getElementById("remote");
    const banner = document.querySelector("[data-banner]");
    const waiting = document.body.dataset.remote === "waiting";

    async function refresh() {
      try {
        const answer = await fetch(window.location.href);
        if (!answer.ok) {
          Preau.say(document.getElementById("words").dataset.gone);
          return;
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (page.body.dataset.remote !== document.body.dataset.remote) {
          window.location.reload();
          return;
        }
        const version = page.querySelector("#remote [name=version]");
        for (const field of document.querySelectorAll("[data-version-of]")) if (version) field.value = version.value;
        Preau.show(main, page.getElementById("remote").innerHTML);
      } catch (_) {
        banner.hidden = false;
      }
    }

    if (waiting) {
      setInterval(refresh, 2000);
      return;
    }
    Preau.adoptDialogs();
    Preau.refresh = refresh;
    Preau.connect({
      code: document.body.dataset.code,
      audience: "facilitator",
      onState: refresh,
      onTally: count(main),
      onRefusal: (said) => Preau.say(said.error === "not_allowed" ? document.getElementById("words").dataset.gone : said.message),
      onLink: (up) => (banner.hidden = up),
    });
  };
})();
