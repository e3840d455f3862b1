/* Tries what a class will need from this phone: the way to the server, and how long a word takes to come back. */
(function () {
  "use strict";
  const said = (name) => document.body.getAttribute("data-said-" + name);
  const lost = document.querySelector("[data-lost]");
  const name = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const trips = [];
  let way = "";
  document.querySelector("[data-trial]").hidden = document.querySelector("[data-still]").hidden = false;
  document.querySelector("[data-plain]").hidden = true;

  /** The socket of a class, opened as far as its first word, then left. */
  function tryWebSocket() {
    return new Promise(function (resolve) {
      let socket;
      const timer = setTimeout(() => finish(false), 6000);
      function finish(works) {
        clearTimeout(timer);
        resolve(works);
        if (socket) socket.close();
      }
      try {
        socket = new WebSocket(window.location.origin.replace(/^http/, "ws") + "/socket.io/?EIO=4&transport=websocket");
        socket.onmessage = (heard) => finish(String(heard.data)[0] === "0");
        socket.onerror = socket.onclose = () => finish(false);
      } catch (_) {
        finish(false);
      }
    });
  }

  async function tryPolling() {
    try {
      const answer = await fetch("/socket.io/?EIO=4&transport=polling", { cache: "no-store" });
      return answer.ok && (await answer.text())[0] === "0";
    } catch (_) {
      return false;
    }
  }

  function middle(numbers) {
    const sorted = numbers.slice().sort((a, b) => a - b);
    return Math.round(sorted[Math.floor(sorted.length / 2)]);
  }

  async function tell() {
    const body = new URLSearchParams({ page: name, way: way, trip: trips.length ? String(middle(trips)) : "" });
    const start = performance.now();
    try {
      const answer = await fetch(window.location.pathname, { method: "POST", body: body, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      trips.push(performance.now() - start);
      if (trips.length > 15) trips.shift();
      document.querySelector("[data-time]").textContent = said("trip").replace("#", middle(trips));
      lost.hidden = true;
    } catch (_) {
      lost.textContent = said("lost");
      lost.hidden = false;
    }
  }

  async function follow() {
    await tell();
    setTimeout(follow, trips.length < 5 ? 300 : 2000);
  }

  follow();
  tryWebSocket().then(async function (works) {
    way = works ? "websocket" : (await tryPolling()) ? "polling" : "page";
    document.querySelector("[data-way]").textContent = said(way);
  });
})();
