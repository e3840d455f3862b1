/* The class's screen: follows, counts, and never needs a hand. */
(function () {
  "use strict";
  const Preau = window.Preau;
  const code = document.body.dataset.code;
  const main = document.getElementById("state");
  if (!code || !main || !window.io) return;
  const banner = document.querySelector("[data-banner]");

  function count(counts) {
    Preau.count(main, counts);
    const arrivals = main.querySelector(".arrivals");
    if (arrivals) drawArrivals(arrivals, Math.min(counts.connected, 40));
  }

  const COLOURS = ["bleu", "brique", "vert", "prune", "soleil", "turquoise"];
  function drawArrivals(row, wanted) {
    while (row.children.length > wanted) row.lastElementChild.remove();
    while (row.children.length < wanted) {
      const sign = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      sign.setAttribute("class", "sign tint-" + COLOURS[row.children.length % COLOURS.length]);
      const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
      use.setAttribute("href", "#sign-galet");
      sign.append(use);
      row.append(sign);
    }
  }

  Preau.connect({
    code: code,
    audience: "projector",
    onState: function (state) {
      Preau.show(main, state.html);
      Preau.tell(main);
      main.dataset.version = state.version;
    },
    onTally: count,
    onLink: (up) => (banner.hidden = up),
  });

  const theme = document.querySelector("[data-theme-switch]");
  theme.hidden = false;
  theme.addEventListener("click", function () {
    const wanted = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = wanted;
    document.cookie = "preau_theme=" + wanted + "; path=/; max-age=31536000; samesite=lax";
  });
  const full = document.querySelector("[data-full]");
  if (document.documentElement.requestFullscreen) {
    full.hidden = false;
    full.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
  }
})();
