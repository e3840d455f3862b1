/* Texts to read: after each verdict the next one has the focus, so that a key never falls on another button. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});

  const lines = () => Array.from(document.querySelectorAll("[data-reading] > ul > li"));

  /** Where in the list somebody is, before a snapshot; -1 when nowhere. */
  Preau.placeInReading = () => lines().findIndex((line) => line.contains(document.activeElement));

  Preau.backToReading = function (place) {
    const left = lines();
    if (place < 0 || left.some((line) => line.contains(document.activeElement))) return;
    const next = left.length ? left[Math.min(place, left.length - 1)].querySelector("button") : document.querySelector("#reading-aloud > summary");
    if (next) next.focus();
  };
})();
