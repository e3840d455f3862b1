/* Shortcuts of the console. None does what cannot be undone, none acts while somebody types, all can be switched off. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  const KEPT = "preau-keys";
  const KEYS = { " ": "next", ArrowRight: "next", p: "pause", h: "help", r: "last" };

  function wanted() {
    try {
      return localStorage.getItem(KEPT) !== "off";
    } catch (_) {
      return true;
    }
  }

  function buttonFor(what) {
    if (what === "next") return document.querySelector("[data-next]:not([data-confirm])");
    if (what === "pause") return document.querySelector('[data-key=pause], .topbar [value="resume"]');
    return document.querySelector("[data-key=" + what + "]");
  }

  function isBusy(target) {
    // Space on a button or in a field already means something.
    return target.closest("input, select, textarea, [contenteditable]") || document.querySelector("dialog[open]");
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") Preau.closePanels(null);
    const what = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!what || event.repeat || event.ctrlKey || event.metaKey || event.altKey || !wanted() || isBusy(event.target)) return;
    if (event.key === " " && event.target.closest("button, a, summary")) return;
    const button = buttonFor(what);
    // A long text is still scrolled by Space when there is no next step for it to press.
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  Preau.startKeys = function () {
    const box = document.querySelector("[data-keys]");
    if (box) box.checked = wanted();
  };
  document.addEventListener("change", function (event) {
    if (!event.target.hasAttribute("data-keys")) return;
    try {
      localStorage.setItem(KEPT, event.target.checked ? "on" : "off");
    } catch (_) {
      // Private browsing: the choice lasts as long as the page, which is the browser's wish.
    }
  });
})();
