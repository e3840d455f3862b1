"""A room that moves between two votes on a scale: one dot a voice, drawn from the counts of both and nothing else.

No dot is anybody: what stays where it is, and what moves, are the smallest moves that turn one count into the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

PLACE = 200  # units of the drawing from one place of the line to the next
LEAST_ROWS = 3
MOST = 60  # voices in a vote: beyond, dots would be dust, and columns say it better


@dataclass(frozen=True)
class Grid:
    """How voices stand above a place: `abreast` in a row, `dot` units from one to the next."""

    dot: int
    abreast: int

    def rows(self, most: int) -> int:
        return max(LEAST_ROWS, -(-most // self.abreast))

    def at(self, slot: int) -> tuple[int, int]:
        """Across and up: rows from the ground, each from its middle, so that a few voices stand above their count."""
        return self._from_the_middle[slot % self.abreast], slot // self.abreast

    @property
    def _from_the_middle(self) -> list[int]:
        middle = (self.abreast - 1) / 2
        return sorted(range(self.abreast), key=lambda across: abs(across - middle))


WIDE, DENSE = Grid(34, 5), Grid(22, 8)
CROWDED = 20  # voices at one place: beyond, the stack would not fit the wall


@dataclass(frozen=True)
class Dot:
    """A voice of the second vote, where it stands; `moves` are the classes that say where it comes from, or nothing."""

    x: float
    y: float
    moves: str


@dataclass(frozen=True)
class Crowd:
    """`before`: where the voices of the first vote stood, to be drawn in outline; `now`: those of the second."""

    width: float
    height: float
    grid: Grid
    before: tuple[tuple[float, float], ...]
    now: tuple[Dot, ...]


def crowd(first: Sequence[int | None], second: Sequence[int]) -> Crowd | None:
    """The drawing of two votes, place by place; None when there is no first one, or too many voices."""
    then = [count for count in first if count is not None]
    if len(then) != len(second) or not then or max(sum(then), sum(second)) > MOST:
        return None
    grid = DENSE if max(*then, *second) > CROWDED else WIDE
    rows = grid.rows(max(*then, *second))
    before = [(place, slot) for place, count in enumerate(then) for slot in range(count)]
    freed = [(place, slot) for place, slot in before if slot >= second[place]]
    now = []
    for place, count in enumerate(second):
        for slot in range(count):
            source = freed.pop(0) if slot >= then[place] and freed else None
            moves = _moves(grid, source, (place, slot)) if source else ("is-new" if slot >= then[place] else "")
            now.append(Dot(*_position(grid, place, slot, rows), moves))
    outlines = tuple(_position(grid, place, slot, rows) for place, slot in before)
    return Crowd(len(second) * PLACE, rows * grid.dot, grid, outlines, tuple(now))


def _position(grid: Grid, place: int, slot: int, rows: int) -> tuple[float, float]:
    across, up = grid.at(slot)
    return (place + 0.5) * PLACE + (across - (grid.abreast - 1) / 2) * grid.dot, (rows - up - 0.5) * grid.dot


def _moves(grid: Grid, source: tuple[int, int], target: tuple[int, int]) -> str:
    """Classes of the style sheet, since nothing inline is allowed: places, dots across, dots down."""
    (x, y), (to_x, to_y) = grid.at(source[1]), grid.at(target[1])
    return f"moves from{source[0] - target[0]} across{x - to_x} down{to_y - y}"
