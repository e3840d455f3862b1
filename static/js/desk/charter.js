/* The class's charter: a line is sent when one leaves it, and what is typed stays until the server has it. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  const NEW = "commitment-new";
  const unsent = new Map(); // id of a field → what was typed and is not yet confirmed

  async function send(form, action, whole) {
    // A new line waits for its button, or for Enter: half a sentence is not for the class's screen.
    const fields = Array.from(form.querySelectorAll("input[name=line]")).filter((field) => whole || field.id !== NEW);
    const sent = fields.map((field) => [field, field.value]);
    const body = new FormData(form);
    body.set("action", action);
    body.delete("line");
    for (const [, value] of sent) body.append("line", value);
    const taken = await Preau.send(form.getAttribute("action"), body);
    if (!taken) return;
    for (const [field, value] of sent) {
      if (unsent.get(field.id) === value) unsent.delete(field.id);
      // What was new is a line of its own now.
      if (field.id === NEW && field.value === value) field.value = "";
    }
  }

  /** After a snapshot: what was typed since it was made stands. */
  Preau.keepCharter = function () {
    for (const [id, value] of unsent) {
      const field = document.getElementById(id);
      if (field) field.value = value;
      else unsent.delete(id);
    }
  };

  document.addEventListener("input", function (event) {
    const form = event.target.form;
    if (form && form.hasAttribute("data-charter")) unsent.set(event.target.id, event.target.value);
  });
  document.addEventListener("change", function (event) {
    const form = event.target.form;
    if (form && form.hasAttribute("data-charter") && event.target.id !== NEW) send(form, "save", false);
  });
  document.addEventListener("submit", function (event) {
    if (!event.target.hasAttribute("data-charter")) return;
    event.preventDefault();
    const action = event.submitter ? event.submitter.value : "save";
    send(event.target, action, action === "save");
  });
})();
