"""A room that moves between two votes on a scale: one dot a voice, drawn from the counts of both and nothing else.

No dot is anybody: what stays where it is, and what moves, are the smallest moves that turn one count into the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# In units of the drawing: from one place of the line to the next, from one dot to the next.
PLACE, DOT, ABREAST = 200, 34, 5
LEAST_ROWS = 3
_FROM_THE_MIDDLE = (2, 1, 3, 0, 4)
MOST = 60  # voices in a vote: beyond, dots would be dust, and columns say it better


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
    before: tuple[tuple[float, float], ...]
    now: tuple[Dot, ...]


def crowd(first: Sequence[int | None], second: Sequence[int]) -> Crowd | None:
    """The drawing of two votes, place by place; None when there is no first one, or too many voices."""
    then = [count for count in first if count is not None]
    if len(then) != len(second) or not then or max(sum(then), sum(second)) > MOST:
        return None
    rows = max(LEAST_ROWS, -(-max(*then, *second) // ABREAST))
    before = [(place, slot) for place, count in enumerate(then) for slot in range(count)]
    freed = [(place, slot) for place, slot in before if slot >= second[place]]
    now = []
    for place, count in enumerate(second):
        for slot in range(count):
            source = freed.pop(0) if slot >= then[place] and freed else None
            moves = _moves(source, (place, slot)) if source else ("is-new" if slot >= then[place] else "")
            now.append(Dot(*_position(place, slot, rows), moves))
    return Crowd(
        len(second) * PLACE, rows * DOT, tuple(_position(place, slot, rows) for place, slot in before), tuple(now)
    )


def _grid(slot: int) -> tuple[int, int]:
    """From the ground up, and in a row from its middle: a few voices stand above their count."""
    return _FROM_THE_MIDDLE[slot % ABREAST], slot // ABREAST


def _position(place: int, slot: int, rows: int) -> tuple[float, float]:
    across, up = _grid(slot)
    return (place + 0.5) * PLACE + (across - (ABREAST - 1) / 2) * DOT, (rows - up - 0.5) * DOT


def _moves(source: tuple[int, int], target: tuple[int, int]) -> str:
    """Classes of the style sheet, since nothing inline is allowed: places, dots across, dots up."""
    (x, y), (to_x, to_y) = _grid(source[1]), _grid(target[1])
    return f"moves from{source[0] - target[0]} across{x - to_x} down{to_y - y}"
