/* The network page: what phones say of their trial, asked again while the page is looked at. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});

  Preau.startNetwork = function (place) {
    setInterval(async function () {
      if (document.hidden) return;
      try {
        const answer = await fetch(place.dataset.arrivals);
        if (answer.ok && !answer.redirected) Preau.show(place, await answer.text());
      } catch (_) {
        // The server is away: the next turn asks again.
      }
    }, 2000);
  };
})();
