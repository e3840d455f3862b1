/* Words in a form: what is being typed stays, whatever the class's screens do meanwhile. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  const drafts = new Map(); // round → what was typed and not sent

  const fieldOf = (form) => form.querySelector("[name=text]");

  document.addEventListener("input", function (event) {
    const form = event.target.closest("form[data-text]");
    if (form) drafts.set(form.dataset.round, event.target.value);
  });

  /** What is to be sent; null when there is nothing to read. */
  Preau.textOf = function (form) {
    const text = fieldOf(form).value.trim();
    return text || null;
  };

  /** After a snapshot: the draft if there is one, else what this phone sent. */
  Preau.fillText = function (form, sent) {
    const field = fieldOf(form);
    const wanted = drafts.has(form.dataset.round) ? drafts.get(form.dataset.round) : typeof sent === "string" ? sent : "";
    if (field.value !== wanted) field.value = wanted;
  };

  Preau.forgetDraft = (round) => drafts.delete(round);

  /** Whom to talk to, on this phone alone, without taking anything away from what it shows. */
  Preau.showCare = function () {
    const card = document.querySelector("[data-care]");
    card.hidden = false;
    card.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-care-away]")) document.querySelector("[data-care]").hidden = true;
  });
})();
