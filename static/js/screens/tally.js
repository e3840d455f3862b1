/* Counts on adults' screens, and the words beside them, which agree: « 0 réponse », « 2 réponses ». */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  const forms = new Intl.PluralRules(document.documentElement.lang);

  Preau.count = function (root, counts) {
    for (const name of ["answered", "expected", "connected", "joined"]) {
      const number = counts[name];
      if (number === null || number === undefined) continue;
      for (const place of root.querySelectorAll("[data-tally=" + name + "]")) place.textContent = number;
      for (const word of root.querySelectorAll("[data-word=" + name + "]")) {
        word.textContent = forms.select(number) === "one" ? word.dataset.one : word.dataset.many;
      }
    }
  };
})();
