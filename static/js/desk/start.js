/* Which page of the desk this is. */
(function () {
  "use strict";
  const Preau = window.Preau;
  document.documentElement.classList.add("js");
  const setUp = document.querySelector("form[data-set-up]");
  if (setUp) Preau.startSetUp(setUp);
  const authoring = document.querySelector("form[data-autosave]");
  if (authoring) Preau.startAuthoring(authoring);
  const arrivals = document.querySelector("[data-arrivals]");
  if (arrivals) Preau.startNetwork(arrivals);
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async function () {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.textContent = button.dataset.copied;
    });
  }
  const theme = document.querySelector("[data-theme-switch]");
  if (theme) theme.addEventListener("click", () => (document.documentElement.dataset.theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
  if (document.body.dataset.remote) Preau.startRemote();
  else if (document.querySelector(".console-ended")) waitForErasure();
  else if (document.body.dataset.live && window.io) Preau.startConsole();

  function waitForErasure() {
    if (document.querySelector(".console-ended [data-erasing]")) setTimeout(() => window.location.reload(), 5000);
  }
})();
