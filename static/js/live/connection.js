/* Follows a class: says hello at each connection, keeps the newest snapshot, and is right again after any loss. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  // The server pings every 5 seconds. A link that died in silence would be believed for 25 by the library.
  const QUIET = 8; // seconds without a word; and as long as a new connection would take until it is of use
  const SOON = 1500; // milliseconds at most between two attempts: with what they take, a class is seen again within 3 seconds
  const HANGING = 1000; // milliseconds after which an attempt to connect is doubted
  const PATIENCE = 4000; // milliseconds for a question that tells whether the link is back

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
    let tag = options.tag; // of what is on the page, which need not be sent again; none where it always must be
    let hidden = 0;
    let quiet = 0; // seconds since the server's last word
    let opening = Infinity; // seconds, at best, for two round trips, TCP's and WebSocket's; two more follow
    let hung = 0; // attempts given up on a link that was there
    let begun = Date.now(); // of the attempt to connect that is under way; 0 when none is
    const socket = io({ query: { code: options.code }, transports: ["websocket", "polling"], tryAllTransports: true, reconnectionDelay: SOON, reconnectionDelayMax: SOON, randomizationFactor: 0.6 });

    function take(state) {
      const newer = state.version > shown[0] || (state.version === shown[0] && state.revision > shown[1]);
      if (!newer) return;
      shown = [state.version, state.revision];
      tag = tag && state.tag;
      options.onState(state);
    }

    function hello() {
      const payload = { code: options.code, audience: options.audience };
      if (options.audience === "participant") Object.assign(payload, { key: ownKey(options.code), seen: tag });
      if (Preau.seat) payload.seat = Preau.seat;
      socket.emit("hello", payload, function (answer) {
        if (!answer.ok) {
          if (options.onRefusal) options.onRefusal(answer);
          if (answer.error === "busy" || answer.error === "too_many_attempts") setTimeout(hello, answer.after || 1500);
          return;
        }
        take(answer.state);
        if (options.onMine) options.onMine(answer.mine);
      });
    }

    Preau.hello = hello;

    /** Now, and anew: `connect()` alone does nothing while an attempt hangs or the next one is waited for. */
    function renew() {
      quiet = 0;
      begun = Date.now();
      socket.disconnect().connect();
    }

    /** The network has changed, or the phone slept: what the socket believes may be long past. */
    function doubt() {
      if (!socket.connected) return renew();
      quiet = Math.max(quiet, QUIET - 3);
      hello();
    }

    /** An attempt that was begun while the link was away may hang long after its return. A link that answers in a
        fraction of the time for which the attempt has lasted is back; a slow one, or a server with too much to do, is not
        asked to begin again. */
    function ask() {
      const asked = Date.now();
      const control = new AbortController();
      setTimeout(() => control.abort(), PATIENCE);
      // Without cookies, browsers open a connection of its own: those that the page left open died with the link.
      fetch("/healthz", { cache: "no-store", credentials: "omit", signal: control.signal }).then(function () {
        const now = Date.now();
        if (!begun || now - begun <= 3 * (now - asked) + HANGING / 2) return;
        if (options.onLink) options.onLink(false);
        hung += 1;
        // Some filters neither pass a WebSocket nor refuse it.
        if (hung > 1) socket.io.opts.transports = ["polling", "websocket"];
        renew();
      }, () => {});
    }

    // Counted in turns, not in time: a page that was asleep has what came meanwhile still to read.
    setInterval(function () {
      if (socket.connected) {
        quiet += 1;
        if (quiet > QUIET + 2 * opening) renew();
      } else if (begun && Date.now() - begun > HANGING) ask();
    }, 1000);
    socket.io.on("open", function () {
      opening = Math.min(opening, (Date.now() - begun) / 1000);
      socket.io.engine.on("packet", () => (quiet = 0));
    });
    socket.io.on("reconnect_attempt", () => (begun = Date.now()));

    socket.on("connect", function () {
      quiet = begun = hung = 0;
      // A server that was brought back from a backup has lower versions: it is believed, as a new page would.
      shown = [-1, -1];
      if (options.onLink) options.onLink(true);
      hello();
    });
    socket.on("disconnect", function (reason) {
      if (options.onLink) options.onLink(false);
      // The server closes a connection whose sign went on elsewhere: hello tells why.
      if (reason === "io server disconnect") setTimeout(renew, 1000);
    });
    socket.on("connect_error", function () {
      begun = 0;
      if (options.onLink) options.onLink(false);
    });
    // The server stops and says when to come back: later for some than for others, so that a hall does not come at once.
    socket.on("leave", function (said) {
      socket.disconnect();
      setTimeout(renew, said.after);
    });
    socket.on("state", take);
    // An adult's screen answers nothing: its rights have changed, and its place must be asked for again.
    if (options.audience !== "participant") socket.on("refused", (said) => said.error === "not_allowed" && hello());
    if (options.onTally) socket.on("tally", options.onTally);
    for (const name of Object.keys(options.events || {})) socket.on(name, options.events[name]);

    document.addEventListener("visibilitychange", function () {
      if (document.hidden) hidden = Date.now();
      else if (!socket.connected || Date.now() - hidden > 5000) doubt();
    });
    window.addEventListener("online", doubt);

    return { emit: (name, payload) => socket.emit(name, payload), get connected() { return socket.connected; } };
  };

  /** Put a snapshot on the page. What has the focus and is still there keeps it. */
  Preau.show = function (element, html) {
    const held = element.contains(document.activeElement);
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
    const title = element.querySelector("h1");
    // What was focused is gone: the next key starts from what came instead, not from the top of the page.
    if (held && title && !element.contains(document.activeElement)) {
      title.tabIndex = -1;
      title.focus();
    }
  };

  let told;
  /** Tell who listens what has changed: the heading, and where the class is. Counts and clocks are never told. */
  Preau.tell = function (element) {
    const parts = Array.from(element.querySelectorAll(".phase .pill:not([data-deadline]), h1, [data-time]"));
    const said = parts.filter((part) => part.getClientRects().length).map((part) => part.textContent.trim()).join(" ");
    if (told !== undefined && said !== told) document.querySelector("[data-heard]").textContent = said;
    told = said;
  };
})();
