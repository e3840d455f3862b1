"""Paper cards: codes that cannot be taken for one another, and choices asked in as few turns as letters allow."""

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, strategies as st

from workshop.domain.activities import Choice, Question
from workshop.domain.cards import CARDS, LETTERS, SQUARES, code, turns
from workshop.domain.live_session import Answering
from workshop.domain.tally import CHANNELS, tally

Code = tuple[tuple[bool, ...], ...]
ABC = Question("q", "?", "knowledge", tuple(Choice(name, name) for name in "abc"), expected=frozenset("a"))


def turned(squares: Code) -> list[Code]:
    found = [squares]
    for _ in range(3):
        found.append(tuple(zip(*found[-1][::-1], strict=True)))
    return found


def distance(one: Code, other: Code) -> int:
    return sum(a != b for row, line in zip(one, other, strict=True) for a, b in zip(row, line, strict=True))


CODES = [code(number) for number in range(1, CARDS + 1)]


def test_forty_cards_fit_a_class() -> None:
    assert CARDS == 40
    assert all(len(squares) == SQUARES and len(squares[0]) == SQUARES for squares in CODES)


def test_no_card_is_near_another_in_any_position() -> None:
    assert min(distance(one, way) for one, other in combinations(CODES, 2) for way in turned(other)) == 14


def test_no_edge_of_a_card_is_near_another_edge() -> None:
    assert min(distance(one, way) for one in CODES for way in turned(one)[1:]) == 14


def test_no_card_seen_in_a_mirror_is_near_a_card() -> None:
    mirrored = [way for one in CODES for way in turned(tuple(row[::-1] for row in one))]
    assert min(distance(one, way) for one in CODES for way in mirrored) == 8


@given(st.integers(1, 12))
def test_each_choice_is_asked_once_in_order_and_leaves_room_for_none_of_these(choices: int) -> None:
    found = turns(choices)
    assert [place for turn in found for place in turn] == list(range(choices))
    assert all(len(turn) < len(LETTERS) for turn in found) or len(found) == 1
    assert all(len(first) == 3 for first, _ in pairwise(found))


def test_a_scale_is_read_in_two_turns() -> None:
    assert turns(5) == ((0, 1, 2), (3, 4))
    assert turns(4) == ((0, 1, 2, 3),)


def test_three_channels_make_one_tally_and_are_told_apart() -> None:
    found = tally(ABC, [("a", 3), ("c", 1)], {"a": 2, "b": 4}, {"b": 5, "c": 6})
    assert found.voices == {"a": 5, "b": 9, "c": 7}
    assert found.respondents == {"phone": 4, "turns": 0, "group": 0, "hand": 6, "card": 11}
    assert set(found.respondents) == set(CHANNELS)
    assert found.total == sum(found.voices.values()) == 21


@pytest.mark.parametrize(
    ("changed", "taken"),
    [
        ({}, True),
        ({"register": "situation", "form": "scale"}, True),
        ({"register": "experience"}, False),
        ({"register": "opinion"}, False),
        ({"multiple": True}, False),
        ({"form": "order"}, False),
        ({"form": "estimate"}, False),
        ({"form": "text"}, False),
    ],
)
def test_cards_answer_one_choice_that_everybody_may_see(changed: dict[str, object], taken: bool) -> None:
    assert replace(ABC, **changed).takes_cards is taken  # type: ignore[arg-type]


def test_ways_of_a_class() -> None:
    assert [way for way in Answering if way.has_devices] == [Answering.PHONES, Answering.MIXED]
    assert [way for way in Answering if way.has_cards] == [Answering.CARDS, Answering.MIXED]
