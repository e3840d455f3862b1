/* The next pupil finds nothing of the one before: what scripts keep in a browser goes with the cookies. */
(function () {
  "use strict";
  for (const kept of ["sessionStorage", "localStorage"]) {
    try {
      window[kept].clear();
    } catch (_) {
      // A browser that keeps nothing has nothing to forget.
    }
  }
})();
