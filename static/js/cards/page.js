/* The page that reads cards. It knows numbers that were seen and counts, since its worker tells no more. */
(function () {
  "use strict";
  const Preau = window.Preau;
  const PAUSE = 600; // milliseconds without a change before counts are sent
  const BREATH = 120; // milliseconds between two pictures, so that they are two sightings
  const FIELD = 0.714; // of a picture's width: the focal length of a camera that sees 70 degrees
  const READABLE = 28; // pixels of a marker's side
  const SIDES = { far: 0.164, near: 0.116 }; // metres of the printed markers, A4 and half A4

  document.documentElement.classList.add("js");
  const form = document.querySelector("form[data-cards]");
  if (form) start();

  function start() {
    const find = (name) => document.querySelector("[data-" + name + "]");
    const words = document.getElementById("words").dataset;
    const fields = Array.from(form.querySelectorAll("input[type=number]"));
    const turns = JSON.parse(form.dataset.turns);
    const expected = Number(form.dataset.expected || 0);
    const plural = new Intl.PluralRules(document.documentElement.lang);
    const camera = new Preau.Camera(find("video"));
    const worker = new Worker(form.dataset.worker);
    let turn = 0;
    let timer = 0;
    let begun = false;
    let waiting = false; // one picture at a time is with the worker
    let typed = false; // totals are somebody's own, until a picture is asked for again

    find("look").hidden = false;
    showTurn();
    showNumbers([]);
    if (Preau.hasCamera()) find("mirror").hidden = false;
    else offerPhotos(words.insecure);

    function offerPhotos(why) {
      find("camera").hidden = !Preau.hasCamera();
      find("photo").hidden = false;
      if (why) hint(why);
    }

    function hint(text) {
      find("hint").hidden = !text;
      find("hint").textContent = text;
    }

    function begin() {
      find("reading").hidden = false;
      if (find("before")) find("before").hidden = true;
      if (!begun) worker.postMessage({ start: turns });
      begun = true;
      typed = false;
    }

    const read = (picture) => worker.postMessage({ picture: picture }, [picture.data.buffer]);

    function look() {
      if (!camera.on || waiting) return;
      if (!camera.video.videoWidth) {
        setTimeout(look, BREATH);
        return;
      }
      waiting = true;
      read(camera.picture());
    }

    worker.onmessage = function (event) {
      const told = event.data;
      if (told.looked) {
        waiting = false;
        setTimeout(look, BREATH);
      }
      if (typed || told.turn !== turn) return; // it had been sent before
      show(told);
    };

    function show(told) {
      showNumbers(told.seen);
      // Until a card is seen, what was counted before stands.
      if (!told.seen.length && turn === 0) return;
      let moved = false;
      for (const [place, field] of fields.entries()) {
        moved = moved || field.value !== String(told.counts[place]);
        field.value = told.counts[place];
      }
      if (moved) sendSoon();
    }

    function showNumbers(seen) {
      find("seen").textContent = seen.length;
      const said = find("seen-words");
      said.textContent = plural.select(seen.length) === "one" ? said.dataset.one : said.dataset.many;
      const list = find("numbers");
      const last = Math.max(expected, ...seen, 0);
      while (list.children.length < last) list.append(document.createElement("li"));
      for (const [at, line] of Array.from(list.children).entries()) {
        const isRead = seen.includes(at + 1);
        line.hidden = at + 1 > expected && !isRead;
        line.className = isRead ? "is-read" : "";
        line.textContent = at + 1;
        line.setAttribute("aria-label", at + 1 + " : " + (isRead ? list.dataset.read : list.dataset.missing));
      }
    }

    function showTurn() {
      for (const key of document.querySelectorAll("[data-turn]")) key.hidden = Number(key.dataset.turn) !== turn;
      if (find("next-turn")) find("next-turn").hidden = turn + 1 >= turns.length;
    }

    function sendSoon() {
      clearTimeout(timer);
      timer = setTimeout(function () {
        timer = 0;
        Preau.send(form.getAttribute("action"), new FormData(form));
      }, PAUSE);
    }

    /** The next question was chosen, or the page left: what has just been read goes all the same. */
    function leave() {
      stop();
      if (timer) navigator.sendBeacon(form.getAttribute("action"), new FormData(form));
      clearTimeout(timer);
      timer = 0;
    }

    function stop() {
      camera.stop();
      find("still").hidden = false;
      find("camera").textContent = find("camera").dataset.off;
    }

    async function choose(device) {
      try {
        await camera.start(device);
      } catch (_) {
        stop();
        offerPhotos(words.refused);
        return;
      }
      begin();
      find("still").hidden = true;
      find("camera").textContent = find("camera").dataset.on;
      // A phone's camera that looks at the class is no mirror.
      const facing = camera.settings.facingMode !== "environment";
      find("mirror").querySelector("input").checked = facing;
      camera.video.classList.toggle("is-mirrored", facing);
      tellReach();
      offerCameras();
      look();
    }

    function tellReach() {
      const { width, height } = camera.settings;
      if (!width) return;
      const metres = (side) => Math.floor((FIELD * Math.max(width, height) * side) / READABLE);
      const told = { width: width, height: height, far: metres(SIDES.far), near: metres(SIDES.near) };
      hint(words.reach.replace(/{(\w+)}/g, (_, name) => told[name]));
    }

    async function offerCameras() {
      const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput");
      find("which").hidden = cameras.length < 2;
      find("which").querySelector("select").replaceChildren(...cameras.map((device, at) => new Option(device.label || String(at + 1), device.deviceId, false, device.deviceId === camera.settings.deviceId)));
    }

    find("camera").dataset.off = find("camera").textContent;
    find("camera").addEventListener("click", () => (camera.on ? stop() : choose()));
    find("which").addEventListener("change", (event) => choose(event.target.value));
    find("mirror").addEventListener("change", (event) => camera.video.classList.toggle("is-mirrored", event.target.checked));
    find("photo").addEventListener("change", async function (event) {
      const [file] = event.target.files;
      if (!file) return;
      begin();
      for (const picture of await Preau.picturesOf(file)) read(picture);
      event.target.value = "";
      hint(words.taken);
    });
    if (find("next-turn")) {
      find("next-turn").addEventListener("click", function () {
        turn += 1;
        showTurn();
        showNumbers([]);
        worker.postMessage({ next: true });
      });
    }
    // What somebody types is theirs: the reading stops there.
    form.addEventListener("input", function () {
      typed = true;
      stop();
      sendSoon();
    });
    form.addEventListener("submit", function () {
      clearTimeout(timer);
      timer = 0;
      stop();
    });
    window.addEventListener("pagehide", leave);
  }
})();
