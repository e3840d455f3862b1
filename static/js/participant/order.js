/* What is put in order with two buttons a line. What was moved and is not sent yet outlives the next snapshot. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  const drafts = new Map(); // round → the items as they stand here

  const lines = (form) => Array.from(form.querySelectorAll("[data-item]"));
  const standing = (form) => lines(form).map((line) => line.dataset.item);

  Preau.order = {
    isOne: (form) => Boolean(form.querySelector("[data-item]")),
    standing: standing,
    /** As they were moved here, else as they were sent; buttons that lead nowhere are off. */
    draw: function (form, sent) {
      const wanted = drafts.get(form.dataset.round) || sent;
      const focused = document.activeElement;
      for (const item of wanted) {
        const line = lines(form).find((one) => one.dataset.item === item);
        if (line) line.parentElement.append(line);
      }
      lines(form).forEach(function (line, place, all) {
        line.querySelector("[data-move='-1']").disabled = place === 0;
        line.querySelector("[data-move='1']").disabled = place === all.length - 1;
      });
      if (focused && focused !== document.activeElement && form.contains(focused)) focused.focus();
    },
    forget: () => drafts.clear(),
    /** Whether what stands here is not what was kept. */
    isMoved: function (form, kept) {
      const draft = drafts.get(form.dataset.round);
      if (draft && draft.join() === kept.join()) drafts.delete(form.dataset.round);
      return drafts.has(form.dataset.round);
    },
  };

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const form = button.closest("form[data-round]");
    const line = button.closest("[data-item]");
    const order = standing(form);
    const from = order.indexOf(line.dataset.item);
    const to = from + Number(button.dataset.move);
    order.splice(to, 0, order.splice(from, 1)[0]);
    drafts.set(form.dataset.round, order);
    Preau.order.draw(form, []);
    if (button.disabled) line.querySelector("[data-move]:not(:disabled)").focus();
    else button.focus();
    form.querySelector("[data-moved]").textContent = line.querySelector(".order-text").textContent + " : " + (to + 1) + " / " + order.length;
    form.dispatchEvent(new CustomEvent("moved", { bubbles: true }));
  });
})();
