"""Reads drawn classes in Chromium, with the very code of the page's worker, and counts what was read right."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from workshop.config import ROOT
from workshop.web.assets import Bundles

from .classroom import HEIGHT, WIDTH, Picture, Scene

SMALL = 30  # pixels of a marker's side: from there on nearly every card must be read
SIZES = ((0, 25), (25, SMALL), (SMALL, 40), (40, 999))  # pixels
# Pictures of one reading, one after the other: what it believes of each card in the end, and how long each took.
_READ = """([pictures, width, height]) => {
    const reading = new Preau.Reading([[0, 1, 2, 3]]);
    const took = [];
    for (const packed of pictures) {
        const grey = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
        const data = new Uint8ClampedArray(grey.length * 4).fill(255);
        for (let at = 0; at < grey.length; at += 1) data[4 * at] = data[4 * at + 1] = data[4 * at + 2] = grey[at];
        const start = performance.now();
        reading.see(Preau.findCards({width, height, data}));
        took.push(performance.now() - start);
    }
    const held = Array.from(reading.cards, ([number, card]) => [number, card.held[0]]);
    return {held: held.filter(([, letter]) => letter !== undefined), told: reading.told(), took};
}"""


@dataclass
class Figures:
    """`read` and `shown`: cards, by size of their marker. `false`: cards not there, or not with that letter."""

    read: dict[tuple[int, int], int] = field(default_factory=dict)
    shown: dict[tuple[int, int], int] = field(default_factory=dict)
    false: int = 0
    pictures: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def recall(self, smallest: int = SMALL) -> float:
        """Part of the cards from this size on that were read."""
        sizes = [size for size in self.shown if size[0] >= smallest]
        return sum(self.read.get(size, 0) for size in sizes) / sum(self.shown[size] for size in sizes)


def prepare(page: Page) -> Page:
    """An empty page that can read cards."""
    page.add_script_tag(content=Bundles(ROOT / "static")["cards-worker.js"].body.decode())
    return page


def read(page: Page, pictures: Iterable[Picture]) -> dict[str, Any]:
    packed = [base64.b64encode(picture.tobytes()).decode() for picture in pictures]
    found: dict[str, Any] = page.evaluate(_READ, [packed, WIDTH, HEIGHT])
    return found


def measure(page: Page, shown: Iterable[Scene], figures: Figures | None = None) -> Figures:
    figures = figures or Figures()
    for scene in shown:
        found = read(page, scene.pictures)
        held = dict(found["held"])
        figures.pictures += len(scene.pictures)
        figures.milliseconds += found["took"]
        true = {card.number: card.letter for card in scene.cards}
        figures.false += sum(1 for number, letter in held.items() if true.get(number) != letter)
        for card in scene.cards:
            size = next((low, high) for low, high in SIZES if low <= card.pixels < high)
            figures.shown[size] = figures.shown.get(size, 0) + 1
            figures.read[size] = figures.read.get(size, 0) + (held.get(card.number) == card.letter)
    return figures
