/* The panel « Lire plus facilement », brought when it is first opened or when this phone keeps something of it. */
(function () {
  "use strict";
  const root = document.documentElement;
  const words = { spaced: 0, large: 0, contrast: 0, aloud: 0 };

  function keep() {
    const on = Object.keys(words).filter((name) => root.classList.contains(name));
    try {
      if (on.length) localStorage.setItem("preau_reading", on.join(" "));
      else localStorage.removeItem("preau_reading");
    } catch (_) {
      // Nothing is kept: the switches hold until the page goes.
    }
  }

  /** Switches of the panel, and the button that reads aloud where this phone has a voice of its own. */
  function draw(panel, html) {
    const part = document.createElement("div");
    part.innerHTML = html;
    panel.append(part);
    for (const input of part.querySelectorAll("[data-aid]")) {
      input.checked = root.classList.contains(input.value);
      input.addEventListener("change", function () {
        root.classList.toggle(input.value, input.checked);
        keep();
      });
    }
    window.Preau.readAloud(part);
  }

  function start() {
    const panel = document.getElementById("aids");
    if (!panel) return;
    fetch("/lecture", { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
      .then((html) => draw(panel, html))
      .catch(() => (panel.open = false));
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
