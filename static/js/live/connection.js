/* Follows a class: says hello at each connection, keeps the newest snapshot, and is right again after any loss. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});

  /** A random identity, for a browser that keeps no cookie; the server's cookie wins when there is one. */
  function ownKey(code) {
    const name = "preau-key-" + code;
    try {
      let key = sessionStorage.getItem(name);
      if (!key) {
        key = Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => byte.toString(16).padStart(2, "0")).join("");
        sessionStorage.setItem(name, key);
      }
      return key;
    } catch (_) {
      return undefined;
    }
  }

  /**
   * @param {{code: string, audience: string, onState: function, onMine?: function, onTally?: function,
   *          onRefusal?: function, onLink?: function, events?: Object<string, function>}} options
   */
  Preau.connect = function (options) {
    let shown = [-1, -1];
    let hidden = 0;
    const socket = io({ query: { code: options.code }, transports: ["websocket", "polling"], tryAllTransports: true, reconnectionDelayMax: 4000 });

    function take(state) {
      const newer = state.version > shown[0] || (state.version === shown[0] && state.revision > shown[1]);
      if (!newer) return;
      shown = [state.version, state.revision];
      options.onState(state);
    }

    function hello() {
      const payload = { code: options.code, audience: options.audience };
      if (options.audience === "participant") payload.key = ownKey(options.code);
      if (Preau.seat) payload.seat = Preau.seat;
      socket.emit("hello", payload, function (answer) {
        if (!answer.ok) {
          if (options.onRefusal) options.onRefusal(answer);
          if (answer.error === "busy" || answer.error === "too_many_attempts") setTimeout(hello, 1500);
          return;
        }
        take(answer.state);
        if (options.onMine) options.onMine(answer.mine);
      });
    }

    Preau.hello = hello;

    socket.on("connect", function () {
      // A server that was brought back from a backup has lower versions: it is believed, as a new page would.
      shown = [-1, -1];
      if (options.onLink) options.onLink(true);
      hello();
    });
    socket.on("disconnect", function (reason) {
      if (options.onLink) options.onLink(false);
      // The server closes a connection whose sign went on elsewhere: hello tells why.
      if (reason === "io server disconnect") setTimeout(() => socket.connect(), 1000);
    });
    socket.on("connect_error", () => options.onLink && options.onLink(false));
    socket.on("state", take);
    if (options.onTally) socket.on("tally", options.onTally);
    for (const name of Object.keys(options.events || {})) socket.on(name, options.events[name]);

    // A phone that slept may hold a dead connection for a while: ask at once, whatever the socket believes.
    document.addEventListener("visibilitychange", function () {
      if (document.hidden) {
        hidden = Date.now();
      } else if (!socket.connected) {
        socket.connect();
      } else if (Date.now() - hidden > 5000) {
        hello();
      }
    });
    window.addEventListener("online", () => socket.connected || socket.connect());

    return { emit: (name, payload) => socket.emit(name, payload), get connected() { return socket.connected; } };
  };

  /** Put a snapshot on the page. What has the focus and is still there keeps it. */
  Preau.show = function (element, html) {
    const next = element.cloneNode(false);
    next.innerHTML = html;
    morphdom(element, next, {
      childrenOnly: true,
      // What a person is typing or has unfolded is theirs.
      onBeforeElUpdated: function (from, to) {
        if (from.isEqualNode(to)) return false;
        if (from === document.activeElement && /^(INPUT|TEXTAREA|SELECT)$/.test(from.tagName) && from.type !== "hidden") return false;
        if (from.tagName === "DETAILS" && from.open) to.open = true;
        return true;
      },
    });
  };
})();
