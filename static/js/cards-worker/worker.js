/* Pictures come in, are read and forgotten; counts and numbers go out. */
(function () {
  "use strict";
  if (typeof WorkerGlobalScope === "undefined") return; // read by a test, in a page
  let reading = null;

  self.onmessage = function (event) {
    const asked = event.data;
    if (asked.start) reading = new Preau.Reading(asked.start);
    if (asked.next) reading.next();
    if (asked.picture) reading.see(Preau.findCards(asked.picture));
    self.postMessage(Object.assign(reading.told(), { looked: Boolean(asked.picture) }));
  };
})();
