/* A facilitator's forms, sent without leaving the page. The state that follows comes by push, to every screen alike. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  const SETTLE = 700; // milliseconds after a step during which another press is a double click, not a decision
  const LONG = 6000; // milliseconds a sentence stays
  let busy = false;
  let settled = 0;
  let hush = 0;

  const words = () => document.getElementById("words").dataset;

  /** Say a sentence beside the big button, calmly, for a while. */
  Preau.say = function (text) {
    const line = document.querySelector("[data-said]");
    clearTimeout(hush);
    line.hidden = !text;
    line.textContent = text || "";
    if (text) hush = setTimeout(() => Preau.say(""), LONG);
  };

  /** @returns {Promise<boolean>} whether the server took it; a refusal is said in the server's words. */
  Preau.send = async function (address, body) {
    const token = document.querySelector("meta[name=csrf]").content;
    try {
      const answer = await fetch(address, { method: "POST", body: body, headers: { Accept: "application/json", "X-CSRFToken": token } });
      const said = await answer.json();
      Preau.say(said.ok ? "" : said.message);
      if (!said.ok && Preau.refresh) Preau.refresh();
      return said.ok;
    } catch (_) {
      Preau.say(words().unreached);
      return false;
    }
  };

  function fields(form, button) {
    const body = new FormData(form);
    if (button && button.name) body.append(button.name, button.value);
    return body;
  }

  function openDialog(name) {
    const dialog = document.getElementById("confirm-" + name);
    // What is confirmed is what was on the screen when the question was put.
    const shown = document.querySelector("[data-version]");
    if (shown) dialog.querySelector("[data-version-of]").value = shown.dataset.version;
    dialog.showModal();
  }

  /** Confirmations that the server opened, for want of a script, become real ones. */
  Preau.adoptDialogs = function () {
    for (const dialog of document.querySelectorAll("dialog[open]")) {
      dialog.close();
      dialog.showModal();
    }
  };

  /** An open drawer covers the stage: it closes when one turns to something else. */
  Preau.closePanels = function (except) {
    for (const panel of document.querySelectorAll("details.panel[open]")) if (panel !== except) panel.open = false;
  };

  document.addEventListener("click", function (event) {
    Preau.closePanels(event.target.closest("details.panel"));
    const asking = event.target.closest("[data-confirm]");
    if (asking) {
      event.preventDefault();
      openDialog(asking.dataset.confirm);
      return;
    }
    const cancel = event.target.closest("dialog [data-cancel]");
    if (cancel) {
      event.preventDefault();
      cancel.closest("dialog").close();
    }
  });

  document.addEventListener("submit", async function (event) {
    const form = event.target;
    const button = event.submitter;
    if (!form.hasAttribute("data-send")) return;
    event.preventDefault();
    if (busy || Date.now() < settled) return;
    const dialog = form.closest("dialog");
    const notes = button && button.dataset.notes;
    const address = button && button.hasAttribute("formaction") ? button.formAction : form.getAttribute("action");
    busy = true;
    const body = fields(form, button);
    const taken = await Preau.send(address, body);
    busy = false;
    // Nor does a second touch decide of the text that takes the place of the first.
    settled = Date.now() + (taken && (body.has("command") || form.hasAttribute("data-verdicts")) ? SETTLE : 0);
    if (dialog) dialog.close();
    if (taken && form.hasAttribute("data-clear")) form.reset();
    if (taken && notes) document.body.classList.toggle("notes-hidden", notes === "hide");
    if (taken && Preau.takenRemote) Preau.takenRemote(form, button);
  });

  /* The class's screen in a window of its own, beside the console and not instead of it. */
  document.addEventListener("submit", function (event) {
    if (event.target.hasAttribute("data-projector")) window.open("", event.target.target, "popup,width=1280,height=720");
  });

  document.addEventListener("submit", async function (event) {
    if (!event.target.hasAttribute("data-pair")) return;
    event.preventDefault();
    const dialog = document.getElementById("pairing-dialog");
    try {
      const answer = await fetch(event.target.action, { method: "POST", body: new FormData(event.target) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const pairing = page.getElementById("pairing");
      if (!pairing) throw new Error("refused");
      dialog.replaceChildren(document.adoptNode(pairing));
      dialog.addEventListener("close", () => dialog.replaceChildren(), { once: true });
      Preau.closePanels(null);
      dialog.showModal();
      countDown(dialog, pairing, Number(pairing.dataset.expires));
    } catch (_) {
      Preau.say(words().unreached);
    }
  });

  function countDown(dialog, pairing, seconds) {
    const line = pairing.querySelector("[data-countdown]");
    const pattern = line.textContent.replace(/\d+/, "#");
    const timer = setInterval(function () {
      seconds -= 1;
      line.textContent = pattern.replace("#", seconds);
      if (seconds <= 0 || !dialog.open || !pairing.isConnected) {
        clearInterval(timer);
        if (pairing.isConnected) dialog.close();
      }
    }, 1000);
  }
})();
