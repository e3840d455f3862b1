"""A map of France in squares of one size, one a department, roughly where it lies: a small one is seen as well.

It counts workshops held and nothing else. The numbers are in a table beside it.
"""

from dataclasses import dataclass

# West to east, north to south; the five overseas below, to the left, apart from the rest.
_ROWS = (
    ".. .. .. .. .. .. 62 59 .. .. .. ..",
    ".. .. .. .. .. 76 80 02 08 .. .. ..",
    ".. .. .. 50 14 27 60 51 55 54 57 67",
    "29 22 35 53 61 95 93 77 10 52 88 68",
    ".. 56 44 72 28 92 75 94 89 21 70 90",
    ".. .. 85 49 37 78 91 45 58 71 39 25",
    ".. .. 17 79 86 41 18 03 42 69 01 74",
    ".. .. 33 16 87 36 23 63 43 38 73 ..",
    ".. .. 40 24 19 15 12 48 07 26 05 ..",
    ".. .. 64 47 46 82 81 34 30 84 04 06",
    ".. .. .. 65 32 31 11 .. .. 13 83 ..",
    ".. .. .. .. .. 09 66 .. .. .. .. 2B",
    ".. .. .. .. .. .. .. .. .. .. .. 2A",
    "971 972 973 974 976 .. .. .. .. .. .. ..",
)
TILES = {
    code: (column, row) for row, line in enumerate(_ROWS) for column, code in enumerate(line.split()) if code != ".."
}
COLUMNS, ROWS = 12, len(_ROWS)
_DARKER_FROM = (1, 2, 5, 10)  # workshops


@dataclass(frozen=True)
class Tile:
    """`shade` from 0, no workshop, to 4."""

    code: str
    column: int
    row: int
    workshops: int
    shade: int


def tiles(by_department: tuple[tuple[str, int], ...]) -> tuple[Tile, ...]:
    """Every department of the map, with or without a workshop."""
    held = dict(by_department)
    return tuple(
        Tile(code, column, row, held.get(code, 0), sum(held.get(code, 0) >= least for least in _DARKER_FROM))
        for code, (column, row) in TILES.items()
    )
