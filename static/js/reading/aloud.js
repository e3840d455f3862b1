/* Reads the screen aloud with a voice that this phone holds: a distant one would send each text to its maker. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  // What one answers or has answered is never said: in a class, others hear.
  const SILENT = "button, select, textarea, template, noscript, svg, [hidden], [aria-hidden=true], [data-receipt], [data-more-time], .js-only, .step";
  const BLOCKS = "h1, h2, h3, p, li, label, legend, figcaption, dt, dd";
  const speech = window.speechSynthesis;

  const voiceFor = (lang) => speech && speech.getVoices().find((voice) => voice.localService && voice.lang.slice(0, 2).toLowerCase() === lang.slice(0, 2));

  /** What is on the screen, in its order: one piece a paragraph and a language. */
  function pieces() {
    const main = document.getElementById("state");
    const found = [];
    const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const place = walk.currentNode.parentElement;
      const text = walk.currentNode.textContent.replace(/\s+/g, " ").trim();
      if (!text || place.closest(SILENT) || !place.getClientRects().length) continue;
      const block = place.closest(BLOCKS) || place;
      const lang = place.closest("[lang]").lang;
      const last = found[found.length - 1];
      if (last && last.block === block && last.lang === lang) last.text += " " + text;
      else found.push({ block: block, lang: lang, text: text });
    }
    return found;
  }

  const signature = () => pieces().map((piece) => piece.text).join("\n");

  Preau.readAloud = function (panel) {
    const choice = panel.querySelector("[data-aloud]");
    const button = panel.querySelector("[data-listen]");
    const said = button.dataset;
    const main = document.getElementById("state");
    let reading = "";

    function stop() {
      reading = "";
      speech.cancel();
      button.textContent = said.start;
    }

    function read() {
      const voiced = pieces().filter((piece) => voiceFor(piece.lang));
      reading = signature();
      button.textContent = said.stop;
      voiced.forEach(function (piece, place) {
        const told = new SpeechSynthesisUtterance(piece.text);
        told.lang = piece.lang;
        told.voice = voiceFor(piece.lang);
        told.rate = 0.95;
        if (place === voiced.length - 1) told.onend = () => reading && stop();
        speech.speak(told);
      });
    }

    /** Voices come late in most browsers; until one has, there is nothing to press. */
    function offer() {
      choice.hidden = !pieces().some((piece) => voiceFor(piece.lang));
      button.hidden = choice.hidden;
    }

    if (!speech) return;
    document.body.insertBefore(button, main);
    button.addEventListener("click", () => (reading ? stop() : read()));
    // Another question, or what has become of this one: what was being read is over.
    new MutationObserver(function () {
      if (reading && signature() !== reading) stop();
      offer();
    }).observe(main, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["hidden"] });
    window.addEventListener("pagehide", stop);
    panel.querySelector("[value=aloud]").addEventListener("change", () => reading && stop());
    if (speech.addEventListener) speech.addEventListener("voiceschanged", offer);
    stop();
    offer();
  };
})();
