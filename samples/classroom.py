"""A classroom that raises paper cards, drawn: what a webcam on the facilitator's table would see.

Cards are projected as a pinhole camera does, then lit, blurred and made noisy. Everything follows from a seed. Pictures
are grey, since the reader looks at nothing else.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from workshop.domain.cards import CARDS, code

WIDTH, HEIGHT = 1920, 1080  # pixels
FOCAL = 1371.0  # pixels: a webcam that sees 70 degrees across
SIDE = 0.164  # metres of the printed marker on A4
FINE = 3  # samples of a pixel, each way
ROWS = (4.0, 5.25, 6.5, 7.75, 9.0)  # metres from the camera
ACROSS = 6  # cards in a row

Picture = NDArray[np.uint8]
Field = NDArray[np.float64]


@dataclass(frozen=True)
class Light:
    """How one picture is spoilt: brightness from one side to the other, blur and noise as standard deviations."""

    name: str
    left: float
    right: float
    blur: float
    noise: float
    window: bool = False


LIGHTS = (
    Light("neon", 0.95, 0.9, 0.6, 4.0),
    Light("side window", 0.45, 1.1, 0.8, 5.0),
    Light("curtains drawn", 0.4, 0.35, 0.8, 7.0),
    Light("soft focus", 0.9, 0.75, 1.3, 4.0),
    Light("against the light", 0.5, 0.55, 0.8, 6.0, window=True),
    Light("old webcam", 0.8, 0.6, 1.0, 9.0),
)


@dataclass(frozen=True)
class Held:
    """A card as a pupil holds it. `letter` (0 to 3) is up; angles in degrees, places in pixels, distance in metres."""

    number: int
    letter: int
    x: float
    y: float
    distance: float
    yaw: float
    pitch: float
    roll: float
    grip: float

    def corners(self, half: float = 0.5) -> Field:
        """Its four corners in the picture, the printed top left first; `half` in sides of the marker."""
        yaw, pitch, roll = np.radians([self.yaw, self.pitch, self.roll - 90.0 * self.letter])
        square = np.array([[-half, -half, 0], [half, -half, 0], [half, half, 0], [-half, half, 0]]) * SIDE
        turn = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
        nod = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
        aside = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
        solid = square @ (aside @ nod @ turn).T
        depth = solid[:, 2] + self.distance
        found: Field = np.stack([solid[:, 0] / depth, solid[:, 1] / depth], axis=1) * FOCAL + [self.x, self.y]
        return found

    @property
    def pixels(self) -> float:
        """The side of its marker in the picture: the square root of its area."""
        x, y = self.corners().T
        return float(np.sqrt(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2))


@dataclass(frozen=True)
class Scene:
    """Some pictures of one class that holds its cards still, as far as a class does."""

    light: Light
    cards: tuple[Held, ...]
    pictures: tuple[Picture, ...]


def scenes(count: int, pictures: int = 3, seed: int = 1) -> Iterator[Scene]:
    for place in range(count):
        yield scene(LIGHTS[place % len(LIGHTS)], pictures, seed * 1000 + place)


def scene(light: Light, pictures: int, seed: int, held: int = ACROSS * len(ROWS)) -> Scene:
    """`held`: how many hold a card, from the front of the room."""
    draw = np.random.default_rng(seed)
    cards = tuple(_class(draw))[:held]
    room = _room(draw, light.window)
    return Scene(light, cards, tuple(_picture(draw, room, cards, light) for _ in range(pictures)))


def empty_rooms(count: int, pictures: int = 3, seed: int = 1) -> Iterator[Scene]:
    """Only what a classroom has on its walls, and framed codes that are no cards."""
    for place in range(count):
        light, draw = LIGHTS[place % len(LIGHTS)], np.random.default_rng(seed * 2000 + place)
        room = _room(draw, light.window)
        yield Scene(light, (), tuple(_picture(draw, room, (), light) for _ in range(pictures)))


def video(pictures: Iterable[Picture]) -> bytes:
    """The pictures as uncompressed video (Y4M), five a second: what Chromium takes for a camera."""
    grey = bytes([128]) * (WIDTH * HEIGHT // 2)
    frames = b"".join(b"FRAME\n" + picture.tobytes() + grey for picture in pictures)
    return f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F5:1 Ip A1:1 C420mpeg2\n".encode() + frames


def png(picture: Picture) -> bytes:
    """The picture as a photograph would come, in a file."""

    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    lines = b"".join(b"\0" + line.tobytes() for line in picture)
    header = struct.pack(">IIBBBBB", picture.shape[1], picture.shape[0], 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", zlib.compress(lines, 1)) + part(b"IEND", b"")


def _class(draw: np.random.Generator) -> Iterator[Held]:
    numbers = iter(draw.permutation(np.arange(1, CARDS + 1)))
    for row, distance in enumerate(ROWS):
        for column in range(ACROSS):
            yield Held(
                number=int(next(numbers)),
                letter=int(draw.integers(4)),
                x=WIDTH * (column + 0.5 + draw.uniform(-0.2, 0.2)) / ACROSS,
                y=HEIGHT * (0.82 - 0.155 * row + draw.uniform(-0.02, 0.02)),
                distance=float(distance + draw.uniform(-0.2, 0.2)) if 0 < row < 4 else distance,
                yaw=float(draw.uniform(-35, 35)),
                pitch=float(draw.uniform(-18, 18)),
                roll=float(draw.uniform(-14, 14)),
                grip=float(draw.uniform(-0.35, 0.35)),
            )


def _room(draw: np.random.Generator, window: bool) -> Field:
    """Walls, posters, blinds, furniture: edges and corners that are no cards."""
    room = np.full((HEIGHT, WIDTH), 165.0)
    room[HEIGHT // 2 :] -= 35
    for _ in range(60):
        wide, high = draw.integers(25, 260), draw.integers(20, 180)
        left, top = draw.integers(0, WIDTH - wide), draw.integers(0, HEIGHT - high)
        place = room[top : top + high, left : left + wide]
        kind = draw.integers(4)
        if kind == 0:
            place[:] = draw.uniform(30, 230)
        elif kind == 1:  # blinds, a radiator
            place[:] = 200
            place[:: int(draw.integers(5, 14))] = 60
        elif kind == 2:  # a poster with rows of text
            place[:] = 225
            letters = draw.random((high // 6 + 1, wide // 4 + 1)) > 0.6
            place -= np.kron(letters, np.ones((6, 4)))[:high, :wide] * 150
        else:  # a chessboard, tiles
            size = int(draw.integers(8, 22))
            down, along = np.indices((high, wide)) // size
            place[:] = np.where((down + along) % 2, 215, 45)
    for _ in range(4):  # printed codes of other makers: a QR code's modules in a black frame
        size = int(draw.integers(3, 8))
        code = np.pad(np.pad((draw.random((6, 6)) > 0.5) * 1.0, 1), 1, constant_values=1.0)
        drawn = np.kron(code, np.ones((size, size))) * 215 + 20
        left, top = draw.integers(0, WIDTH - len(drawn)), draw.integers(0, HEIGHT - len(drawn))
        room[top : top + len(drawn), left : left + len(drawn)] = drawn
    if window:
        room[: HEIGHT // 3, WIDTH // 3 : 2 * WIDTH // 3] = 600
    return room


def _picture(draw: np.random.Generator, room: Field, cards: tuple[Held, ...], light: Light) -> Picture:
    drawn = room.copy()
    for card in cards:
        _body(drawn, card, draw)
    for card in sorted(cards, key=lambda one: -one.distance):
        _paste(drawn, _trembling(card, draw))
    for _ in range(2 if cards else 0):  # heads that pass before a card, in one picture and not in the next
        x, y = draw.uniform(0, WIDTH), draw.uniform(HEIGHT * 0.45, HEIGHT)
        _ellipse(drawn, x, y, 38, 50, draw.uniform(25, 120))
    drawn *= np.linspace(light.left, light.right, WIDTH)[None, :]
    drawn = ndimage.gaussian_filter(np.minimum(drawn, 500), light.blur)
    drawn += draw.normal(0, light.noise, drawn.shape)
    return np.clip(drawn, 0, 255).astype(np.uint8)


def _trembling(card: Held, draw: np.random.Generator) -> Held:
    moved = {name: getattr(card, name) + draw.normal(0, 1.2) for name in ("x", "y", "yaw", "pitch", "roll")}
    return Held(card.number, card.letter, distance=card.distance, grip=card.grip, **moved)


def _body(drawn: Field, card: Held, draw: np.random.Generator) -> None:
    near = FOCAL / card.distance
    _ellipse(drawn, card.x + 0.05 * near, card.y + 0.42 * near, 0.22 * near, 0.34 * near, draw.uniform(25, 150))


def _ellipse(drawn: Field, x: float, y: float, wide: float, high: float, grey: float) -> None:
    left, right = max(0, int(x - wide)), min(WIDTH, int(x + wide) + 1)
    top, bottom = max(0, int(y - high)), min(HEIGHT, int(y + high) + 1)
    down, along = np.mgrid[top:bottom, left:right]
    inside = ((along - x) / wide) ** 2 + ((down - y) / high) ** 2 < 1
    drawn[top:bottom, left:right][inside] = grey


def _paper(card: Held) -> Field:
    """The printed card, one value a sample: a white margin of one square, the black frame, the code; fingers below."""
    squares = np.array(code(card.number))
    squares = np.pad(np.pad(squares, 1), 1, constant_values=True) * 200.0 + 28
    paper = np.kron(squares, np.ones((40, 40)))
    for side in (-1, 1):  # two thumbs on the margin that is down now
        down, along = np.mgrid[0:400, 0:400]
        middle = 200 + card.grip * 300 + side * 45
        finger = ((along - middle) / 17) ** 2 + ((down - 388) / 26) ** 2 < 1
        paper[np.rot90(finger, -card.letter)] = 135
    return paper


def _paste(drawn: Field, card: Held) -> None:
    corners = card.corners(half=0.625)  # ten squares for eight
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 1, 0)
    right, bottom = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 2, [WIDTH, HEIGHT])
    if right <= left or bottom <= top:
        return
    down, along = np.mgrid[0 : (bottom - top) * FINE, 0 : (right - left) * FINE]
    at = np.stack([(along + 0.5) / FINE + left, (down + 0.5) / FINE + top, np.ones_like(along)])
    u, v, w = np.tensordot(np.linalg.inv(_homography(corners)), at, axes=1)
    u, v = u / w, v / w
    inside = (u >= 0) & (u < 1) & (v >= 0) & (v < 1)
    paper = _paper(card)
    values = paper[(np.clip(v, 0, 0.999) * 400).astype(int), (np.clip(u, 0, 0.999) * 400).astype(int)]
    fine = np.where(inside, values, 0.0)

    def mean(samples: Field) -> Field:
        return samples.reshape(bottom - top, FINE, right - left, FINE).mean(axis=(1, 3))

    part = mean(inside * 1.0)
    place = drawn[top:bottom, left:right]
    place[:] = place * (1 - part) + mean(fine)


def _homography(corners: Field) -> Field:
    """From the unit square to these four corners."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    rows = []
    for (u, v), (x, y) in zip(square, corners, strict=True):
        rows += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
    solved = np.linalg.solve(np.array(rows, dtype=float), corners.reshape(-1))
    return np.append(solved, 1).reshape(3, 3)
