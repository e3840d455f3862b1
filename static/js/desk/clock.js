/* Time that passes between two snapshots: told from the server's clock, since this one may be wrong. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  let received = performance.now();

  const now = (element) => Number(element.dataset.elapsed) + (performance.now() - received) / 1000;
  const put = (element, text) => element.textContent !== String(text) && (element.textContent = text);

  function tick() {
    const words = document.getElementById("words").dataset;
    const hour = document.querySelector("[data-clock]");
    if (hour) {
      const minute = Math.floor(now(hour) / 60);
      const ahead = Number(hour.dataset.from) - minute;
      const late = minute - Number(hour.dataset.until);
      put(hour.querySelector("[data-minute]"), minute);
      put(hour.querySelector("[data-pace]"), ahead > 0 ? words.ahead.replace("#", ahead) : late > 0 ? words.late.replace("#", late) : words.onTime);
    }
    const here = document.querySelector("[data-since]");
    if (here) put(here.querySelector("[data-minutes]"), Math.floor(now(here) / 60));
    const end = document.querySelector("[data-deadline]");
    if (end) {
      const left = Math.max(0, Math.ceil(-now(end)));
      put(end.querySelector("[data-left]"), Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0"));
    }
  }

  /** Called after each snapshot, whose `data-elapsed` are true now. */
  Preau.setClock = function () {
    received = performance.now();
    tick();
  };
  Preau.startClock = function () {
    Preau.setClock();
    setInterval(tick, 1000);
  };
})();
