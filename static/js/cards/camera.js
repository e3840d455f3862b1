/* Where pictures come from: a camera that stays on, or photographs. Each one is handed on, and nothing keeps it. */
(function () {
  "use strict";
  const Preau = (window.Preau = window.Preau || {});
  const WANTED = { width: { ideal: 1920 }, height: { ideal: 1080 }, facingMode: "environment" };
  // A photograph is one sighting only; read at two sizes, it must agree with itself as two frames would.
  const PHOTO_SIZES = [2400, 1800]; // pixels of its longer side

  const canvas = document.createElement("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true });

  function pixels(source, width, height) {
    canvas.width = width;
    canvas.height = height;
    paper.drawImage(source, 0, 0, width, height);
    const picture = paper.getImageData(0, 0, width, height);
    canvas.width = canvas.height = 0;
    return { width: width, height: height, data: picture.data };
  }

  Preau.hasCamera = () => Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

  Preau.Camera = class {
    constructor(video) {
      this.video = video;
      this.stream = null;
    }

    /** @param {string} [device] the one that was chosen; else the one that looks away from a phone's owner */
    async start(device) {
      this.stop();
      const wanted = device ? Object.assign({}, WANTED, { facingMode: undefined, deviceId: { exact: device } }) : WANTED;
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      this.video.srcObject = this.stream;
      await this.video.play();
    }

    stop() {
      if (this.stream) for (const track of this.stream.getTracks()) track.stop();
      this.stream = null;
      this.video.srcObject = null;
    }

    get on() {
      return this.stream !== null;
    }

    get settings() {
      return this.stream ? this.stream.getVideoTracks()[0].getSettings() : {};
    }

    /** The picture of now, as the camera sees it: the mirror is for whoever looks at the screen, never for the reader. */
    picture() {
      return pixels(this.video, this.video.videoWidth, this.video.videoHeight);
    }
  };

  Preau.picturesOf = async function (file) {
    const image = await createImageBitmap(file);
    const longer = Math.max(image.width, image.height);
    const found = PHOTO_SIZES.map(function (size) {
      const scale = Math.min(1, size / longer);
      return pixels(image, Math.round(image.width * scale), Math.round(image.height * scale));
    });
    image.close();
    return found;
  };
})();
