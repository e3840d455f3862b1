/* Several questions at once (before, after): one at a time on the screen, at one's own pace. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  let place = 0;

  function draw(group, focus) {
    const forms = Array.from(group.querySelectorAll("form.question"));
    place = Math.max(0, Math.min(place, forms.length - 1));
    forms.forEach((form, index) => (form.hidden = index !== place));
    const pager = group.querySelector("[data-pager]");
    pager.hidden = false;
    pager.querySelector("[data-place]").textContent = place + 1 + " / " + forms.length;
    pager.querySelector("[data-turn='-1']").disabled = place === 0;
    pager.querySelector("[data-turn='1']").disabled = place === forms.length - 1;
    if (focus) forms[place].querySelector("input:not([type=hidden])").focus({ preventScroll: false });
  }

  /** Called after each snapshot. */
  Preau.drawPager = function (root) {
    const group = root.querySelector("[data-many]");
    if (group) draw(group, false);
    else place = 0;
  };

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-turn]");
    if (!button) return;
    place += Number(button.dataset.turn);
    draw(button.closest("[data-many]"), true);
    window.scrollTo({ top: 0 });
  });
})();
