"""A room that moves between two votes: what is drawn follows from both counts, and from nothing else."""

import re
from collections import Counter

from hypothesis import given, strategies as st

from workshop.config import ROOT
from workshop.realtime.crowd import CROWDED, DENSE, MOST, PLACE, WIDE, Crowd, Dot, Grid, crowd

votes = st.one_of(
    st.lists(st.integers(0, 12), min_size=5, max_size=5),
    st.permutations([40, 3, 0, 1, 5]),  # a crowd at one place
)


def places(drawn: list[tuple[float, float]]) -> Counter[int]:
    return Counter(int(x // PLACE) for x, _ in drawn)


def source(dot: Dot, grid: Grid) -> tuple[float, float]:
    """Where the style sheet's animation takes a dot from."""
    moves = {name: int(n) for name, n in re.findall(r"(from|across|down)(-?\d+)", dot.moves)}
    return dot.x + moves["from"] * PLACE + moves["across"] * grid.dot, dot.y + moves["down"] * grid.dot


def drawn(first: list[int], second: list[int]) -> Crowd:
    found = crowd(first, second)
    assert found is not None
    return found


@given(votes, votes)
def test_each_vote_has_a_dot_at_its_place(first: list[int], second: list[int]) -> None:
    found = drawn(first, second)
    assert [places(list(found.before))[place] for place in range(5)] == first
    assert [places([(dot.x, dot.y) for dot in found.now])[place] for place in range(5)] == second
    for spots in (list(found.before), [(dot.x, dot.y) for dot in found.now]):
        assert len(set(spots)) == len(spots)
        assert all(0 < x < found.width and 0 < y < found.height for x, y in spots)


@given(votes, votes)
def test_only_net_flows_move(first: list[int], second: list[int]) -> None:
    """The fewest moves: nobody leaves a place for which as many came, and each comes from an outline left empty."""
    found = drawn(first, second)
    moving = [dot for dot in found.now if "moves" in dot.moves]
    new = [dot for dot in found.now if dot.moves == "is-new"]
    gained = sum(max(0, now - then) for then, now in zip(first, second, strict=True))
    freed = sum(max(0, then - now) for then, now in zip(first, second, strict=True))
    assert (len(moving), len(new)) == (min(gained, freed), max(0, gained - freed))
    now = {(dot.x, dot.y) for dot in found.now}
    sources = [source(dot, found.grid) for dot in moving]
    assert set(sources) <= set(found.before) - now
    assert len(set(sources)) == len(sources)


def test_nothing_is_drawn_of_one_vote_nor_of_a_crowd_too_large() -> None:
    assert crowd([None] * 5, [1, 2, 3, 4, 5]) is None
    assert crowd([MOST, 0, 0, 0, 0], [0, 0, 0, 0, MOST]) is not None
    assert crowd([0] * 5, [MOST, 1, 0, 0, 0]) is None


def test_style_sheet_has_a_class_for_each_move() -> None:
    written = (ROOT / "static" / "css" / "told.css").read_text(encoding="utf-8")
    grids = (WIDE, CROWDED), (DENSE, MOST)
    reach = {
        "from": 4,
        "across": max(grid.abreast for grid, _ in grids) - 1,
        "down": max(grid.rows(most) for grid, most in grids) - 1,
    }
    for name, most in reach.items():
        moves = {n for n in range(-most, most + 1) if f".{name}{n} {{ --{name}: {n}; }}" in written}
        assert moves == set(range(-most, most + 1)) - {0}
    assert f"var(--from, 0) * {PLACE}px" in written
    for grid, _ in grids:
        assert f".crowd-{grid.abreast} {{ --dot-size: {grid.dot}px; }}" in written
