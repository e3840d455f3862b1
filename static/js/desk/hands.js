/* Raised hands: each change is sent at once, as absolute counts, so that nothing typed waits for a button. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  const PAUSE = 350; // milliseconds without another press
  const unsent = new Map(); // id of a field → what was typed and is not yet confirmed
  const timers = new Map();

  async function send(round) {
    const form = document.querySelector('form[data-hands="' + round + '"]');
    if (!form) return;
    const sent = Array.from(form.querySelectorAll("input[type=number]"), (field) => [field.id, field.value]);
    const taken = await Preau.send(form.action, new FormData(form));
    for (const [id, value] of sent) if (unsent.get(id) === value) unsent.delete(id);
    if (!taken) return;
    const total = sent.reduce((sum, [, value]) => sum + Number(value || 0), 0);
    Preau.say(document.getElementById("words").dataset.counted.replace("#", total));
  }

  function changed(field) {
    const round = field.form.dataset.hands;
    unsent.set(field.id, field.value);
    clearTimeout(timers.get(round));
    timers.set(round, setTimeout(() => send(round), PAUSE));
  }

  /** After a snapshot: what was typed since it was made stands. */
  Preau.keepHands = function () {
    for (const [id, value] of unsent) {
      const field = document.getElementById(id);
      if (field) field.value = value;
      else unsent.delete(id);
    }
  };

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-add]");
    if (!button) return;
    const field = button.parentElement.querySelector("input");
    field.value = Math.max(0, Number(field.value || 0) + Number(button.dataset.add));
    changed(field);
  });
  document.addEventListener("input", function (event) {
    if (event.target.form && event.target.form.hasAttribute("data-hands")) changed(event.target);
  });
  document.addEventListener("submit", function (event) {
    if (!event.target.hasAttribute("data-hands")) return;
    event.preventDefault();
    send(event.target.dataset.hands);
  });
})();
