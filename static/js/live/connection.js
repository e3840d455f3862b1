/* Follows a class: says hello at each connection, keeps the newest snapshot, and is right again after any loss. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  // The server pings every 5 seconds. A link that died in silence would be believed for 25 by the library.
  const QUIET = 8; // seconds without a word; and as long as a new connection would take until it is of use
  const SOON = 1500; // milliseconds at most between two attempts: with what they take, a class is seen again within 3 seconds
  const HANGING = 1000; // milliseconds after which an attempt to connect is doubted
  const SLOW = 0.75; // seconds for two round trips: beyond, four and what lies between two attempts take longer than that
  const PAUSE = 750; // milliseconds between two questions on a slow link; on another 1000
  const PATIENCE = 4500; // milliseconds for an answer to begin; so at most six are waited for, as many as browsers allow

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
   * @param {{code: string, audience: string, address?: string, onState: function, onMine?: function, onTally?: function,
   *          onRefusal?: function, onLink?: function, events?: Object<string, function>}} options
   * `address` is where the snapshot can be asked for without a socket.
   */
  Preau.connect = function (options) {
    let shown = [-1, -1];
    let tag = options.tag; // of what is on the page, which need not be sent again; none where it always must be
    let hidden = 0;
    let quiet = 0; // seconds since the server's last word
    let opening = Infinity; // seconds, at best, for two round trips, TCP's and WebSocket's; two more follow
    let hung = 0; // attempts given up on a link that was there
    let begun = Date.now(); // of the attempt to connect that is under way; 0 when none is
    let lost = true; // until the connection has told of the class
    let greeted = false; // a phone that was told of its own answers may be told of the class by other ways
    let asking = 0; // questions without an answer yet
    let asked = 0; // when the last one left
    const socket = io({ query: { code: options.code }, transports: ["websocket", "polling"], tryAllTransports: true, reconnectionDelay: SOON, reconnectionDelayMax: SOON, randomizationFactor: 0.6 });

    /** False for a snapshot that leaves out what the page no longer shows. */
    function take(state) {
      const newer = state.version > shown[0] || (state.version === shown[0] && state.revision > shown[1]);
      if (!newer) return true;
      if (state.html === undefined && state.tag !== tag) return false;
      shown = [state.version, state.revision];
      tag = tag && state.tag;
      options.onState(state);
      return true;
    }

    /** The first word of a connection is believed, as a new page would: a server that was brought back from a backup has
        lower versions. */
    function found() {
      if (lost) shown = [-1, -1];
      lost = false;
    }

    function hello() {
      const payload = { code: options.code, audience: options.audience };
      if (options.audience === "participant") Object.assign(payload, { key: ownKey(options.code), seen: tag });
      if (Preau.seat) payload.seat = Preau.seat;
      socket.emit("hello", payload, function (answer) {
        found();
        if (!answer.ok) {
          if (options.onRefusal) options.onRefusal(answer);
          if (answer.error === "busy" || answer.error === "too_many_attempts") setTimeout(hello, answer.after || 1500);
          return;
        }
        if (!take(answer.state)) return hello();
        greeted = true;
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
        asked to begin again. Where there is an address for it, the answer brings what the class is shown: two round trips,
        and four until a socket says as much. */
    function ask() {
      const since = (asked = Date.now());
      const control = new AbortController();
      const timer = setTimeout(() => control.abort(), PATIENCE);
      const answered = () => (clearTimeout(timer), (asking -= 1));
      asking += 1;
      const where = options.address && greeted ? options.address + "?seen=" + tag : "/healthz";
      // Without cookies, browsers open a connection of its own: those that the page left open died with the link.
      fetch(where, { cache: "no-store", credentials: "omit", headers: { Accept: "application/json" }, signal: control.signal }).finally(answered).then(function (answer) {
        const now = Date.now();
        if (begun && now - begun > 3 * (now - since) + HANGING / 2) {
          if (options.onLink) options.onLink(false);
          hung += 1;
          // Some filters neither pass a WebSocket nor refuse it.
          if (hung > 1) socket.io.opts.transports = ["polling", "websocket"];
          renew();
        }
        return where === "/healthz" ? null : answer.json();
      }).then((state) => state && (lost || quiet > QUIET) && take(state)).catch(() => {});
    }

    // Counted in turns, not in time: a page that was asleep has what came meanwhile still to read.
    setInterval(function () {
      const slow = greeted && opening > SLOW;
      let doubted = slow || (begun && Date.now() - begun > HANGING);
      if (socket.connected) {
        quiet += 0.25;
        if (quiet > QUIET + 2 * opening) return renew();
        doubted = slow && (lost || quiet > QUIET);
      }
      if (doubted && Date.now() - asked >= (!slow ? 1000 : asking ? PAUSE : 0)) ask();
    }, 250);
    socket.io.on("open", function () {
      opening = Math.min(opening, (Date.now() - begun) / 1000);
      socket.io.engine.on("packet", () => (quiet = 0));
    });
    socket.io.on("reconnect_attempt", () => (begun = Date.now()));

    socket.on("connect", function () {
      quiet = begun = hung = 0;
      lost = true;
      if (options.onLink) options.onLink(true);
      hello();
    });
    socket.on("disconnect", function (reason) {
      lost = true;
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
      greeted = false; // until then it is asked nothing
      setTimeout(renew, said.after);
    });
    socket.on("state", function (state) {
      found();
      take(state);
    });
    // An adult's screen answers nothing: its rights have changed, and its place must be asked for again.
    if (options.audience !== "participant") socket.on("refused", (said) => said.error === "not_allowed" && hello());
    if (options.onTally) socket.on("tally", options.onTally);
    for (const name of Object.keys(options.events || {})) socket.on(name, options.events[name]);

    document.addEventListener("visibilitychange", function () {
      if (document.hidden) hidden = Date.now();
      else if (!socket.connected || Date.now() - hidden > 5000) doubt();
    });
    window.addEventListener("online", doubt);

    // One that says nothing may be dead: there is another door for what a pupil says.
    return { emit: (name, payload) => socket.emit(name, payload), get connected() { return socket.connected && quiet <= QUIET; } };
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
