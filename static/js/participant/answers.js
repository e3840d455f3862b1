/* The answers of this phone: kept until the server says that they are committed, sent again until then. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  const PATIENCE = 4000; // milliseconds without a word before the same message is sent again
  const AGAIN = { busy: 1500, too_many_attempts: 2000, storage_full: 5000, hello_first: 500 };

  /** @param {function(Object)} send @param {function(string, string, string=)} tell (round, what, message) */
  Preau.makeAnswers = function (send, tell) {
    const unconfirmed = new Map();
    const seqs = new Map();
    const confirmed = new Set();
    const kept = new Map(); // what was chosen, of those that are confirmed and may be shown

    function emit(round) {
      const waiting = unconfirmed.get(round);
      if (!waiting) return;
      clearTimeout(waiting.timer);
      const answer = typeof waiting.choices === "string" ? { text: waiting.choices } : { choices: waiting.choices };
      send(Object.assign({ round: round, seq: waiting.seq }, answer));
      waiting.timer = setTimeout(function () {
        tell(round, "late");
        emit(round);
      }, PATIENCE);
    }

    function drop(round) {
      const waiting = unconfirmed.get(round);
      if (waiting) clearTimeout(waiting.timer);
      unconfirmed.delete(round);
    }

    return {
      answer: function (round, choices) {
        const seq = (seqs.get(round) || 0) + 1;
        drop(round);
        seqs.set(round, seq);
        unconfirmed.set(round, { seq: seq, choices: choices });
        tell(round, "waiting");
        emit(round);
      },
      saved: function (said) {
        const waiting = unconfirmed.get(said.round);
        if (!waiting || said.seq < waiting.seq) return;
        kept.set(said.round, waiting.choices);
        confirmed.add(said.round);
        drop(said.round);
        tell(said.round, "saved");
      },
      refused: function (said) {
        const waiting = said.round && unconfirmed.get(said.round);
        if (!waiting || (said.seq && said.seq < waiting.seq)) return;
        if (AGAIN[said.error]) {
          clearTimeout(waiting.timer);
          waiting.timer = setTimeout(() => emit(said.round), AGAIN[said.error]);
          tell(said.round, "late");
        } else if (said.error === "paused") {
          clearTimeout(waiting.timer);
        } else {
          drop(said.round);
          tell(said.round, "refused", said.message);
        }
      },
      /** After a hello: what the server already has is kept, the rest goes again if its vote is still open. */
      compare: function (known, open) {
        // What it has not, it has lost: it was brought back from a backup. Numbers go on, so that the next answer wins.
        confirmed.clear();
        kept.clear();
        for (const round of Object.keys(known)) {
          seqs.set(round, Math.max(seqs.get(round) || 0, known[round].seq));
          confirmed.add(round);
          const was = known[round].choices || known[round].text;
          if (was) kept.set(round, was);
          const waiting = unconfirmed.get(round);
          if (!waiting || known[round].seq >= waiting.seq) {
            drop(round);
            tell(round, "saved");
          }
        }
        for (const round of Array.from(unconfirmed.keys())) {
          if (open.includes(round)) emit(round);
          else drop(round);
        }
      },
      isSending: () => unconfirmed.size > 0,
      isWaiting: (round) => unconfirmed.has(round),
      isKept: (round) => confirmed.has(round) && !unconfirmed.has(round),
      chosen: (round) => (unconfirmed.has(round) ? unconfirmed.get(round).choices : kept.get(round) || []),
      forgetChoice: (round) => kept.delete(round),
      retryPaused: () => unconfirmed.forEach((_, round) => emit(round)),
    };
  };
})();
