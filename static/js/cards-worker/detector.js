/* Finds the cards in one picture: which number, and which edge is up. The picture must not be mirrored.
   Contours, perspective and codes are js-aruco2's; the threshold is ours, for dim rooms and small cards. */
(function () {
  "use strict";
  const Preau = (self.Preau = self.Preau || {});
  const CARDS = 40; // cards that are printed; the dictionary has more, which are nobody's
  const WRONG = 3; // squares of 36 that may be misread: two orientations or cards differ by 14, two mirrored ones by 8
  const TILT = 30; // degrees from upright beyond which an edge is not clearly up
  const WINDOWS = [6, 14]; // pixels around each one that tell how light its place is: for small cards, for large ones
  const DARKER = 6; // grey levels under its place that make a pixel black
  const SHORTEST = 12; // pixels of a marker's side: below, its squares cannot be told apart
  const ROUNDED = 0.05; // part of a contour by which a corner may stray
  const WARPED = 49; // pixels of a side once seen from the front: six a square, as the library expects

  const detector = new AR.Detector({ dictionaryName: "ARUCO_MIP_36h12", maxHammingDistance: WRONG });

  /** Sums of all that is above and to the left of each pixel: they make the mean of any window cheap. */
  function sumsOf(grey, width, height) {
    const line = width + 1;
    const sums = new Int32Array(line * (height + 1));
    for (let y = 0, at = 0; y < height; y += 1) {
      for (let x = 0, row = 0, to = (y + 1) * line + 1; x < width; x += 1, at += 1, to += 1) {
        row += grey[at];
        sums[to] = sums[to - line] + row;
      }
    }
    return sums;
  }

  /** What is darker than the place around it, each pixel smoothed with its eight neighbours; the very edge is left out. */
  function blackOnWhite(sums, width, height, reach) {
    const line = width + 1;
    const around = (2 * reach + 1) * (2 * reach + 1);
    const black = new Uint8Array(width * height);
    for (let y = reach; y < height - reach; y += 1) {
      for (let x = reach; x < width - reach; x += 1) {
        const at = y * line + x;
        const low = at + (reach + 1) * line + reach + 1;
        const high = at - reach * line + reach + 1;
        const place = sums[low] - sums[low - 2 * reach - 1] - sums[high] + sums[high - 2 * reach - 1];
        const here = sums[at + 2 * line + 2] - sums[at + 2 * line - 1] - sums[at - line + 2] + sums[at - line - 1];
        if (here / 9 < place / around - DARKER) black[y * width + x] = 255;
      }
    }
    return black;
  }

  /** Letters 0 to 3 (A to D), by the edge that is up; -1 when none clearly is. */
  function letterUp(corners) {
    const quarter = Math.atan2(corners[0].y - corners[1].y, corners[1].x - corners[0].x) / (Math.PI / 2);
    const nearest = Math.round(quarter);
    return Math.abs(quarter - nearest) * 90 > TILT ? -1 : (nearest + 4) % 4;
  }

  /** @returns {{number: number, letter: number}[]} each card that is seen, by the number printed on it, from 1 */
  Preau.findCards = function (picture) {
    const { width, height } = picture;
    const grey = new CV.Image(width, height, new Uint8Array(width * height));
    CV.grayscale(picture, grey);
    const sums = sumsOf(grey.data, width, height);

    function markers(reach) {
      const black = new CV.Image(width, height, blackOnWhite(sums, width, height, reach));
      const contours = CV.findContours(black, new Int32Array((width + 2) * (height + 2)));
      // Quadrilaterals within one another are all tried: the library would drop a small marker for its paper's edge.
      const squares = detector.clockwiseCorners(detector.findCandidates(contours, 4 * SHORTEST, ROUNDED, SHORTEST));
      return detector.findMarkers(grey, squares, WARPED);
    }

    const found = new Map();
    for (const marker of WINDOWS.flatMap(markers)) {
      const letter = letterUp(marker.corners);
      if (marker.id >= CARDS || letter < 0) continue;
      const known = found.get(marker.id + 1);
      // The same number twice in one picture, not one within the other, is no pupil's: neither is believed.
      found.set(marker.id + 1, known !== undefined && known !== letter ? -1 : letter);
    }
    return Array.from(found, ([number, letter]) => ({ number, letter })).filter((card) => card.letter >= 0);
  };
})();
