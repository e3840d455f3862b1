/* Before the first paint: what this phone keeps of how it likes to read. Kept here alone, and told to nobody. */
(function () {
  "use strict";
  const tag = document.currentScript.dataset;
  const root = document.documentElement;
  let asked = false;
  let kept = "";

  function load() {
    if (asked) return;
    asked = true;
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = tag.css;
    style.setAttribute("blocking", "render");
    const script = document.createElement("script");
    script.src = tag.js;
    document.head.append(style, script);
  }

  try {
    kept = localStorage.getItem("preau_reading") || "";
  } catch (_) {
    // A browser that keeps nothing: the switches hold until the page goes.
  }
  if (kept) {
    root.className = kept;
    load();
  }
  document.addEventListener("toggle", (event) => event.target.id === "aids" && load(), true);
})();
