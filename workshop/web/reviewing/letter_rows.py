"""The counts of one question as lines of a letter's table, whatever its form."""

from collections.abc import Iterable
from dataclasses import dataclass

from workshop.domain.readings import class_order
from workshop.domain.review import Asked, Vote
from workshop.domain.tally import at_place

from . import findings

LETTERS = "ABCDEF"


@dataclass(frozen=True)
class Row:
    """One choice: its counts, of which `first` is None when there is nothing to compare with."""

    letter: str
    text: str
    expected: bool
    now: int
    first: int | None


def rows_of(one: Asked) -> tuple[Row, ...]:
    """None when the counts may not be told; nor for an estimate, whose sentence says what a column a number would."""
    if one.counted is None or one.question.form == "estimate":
        return ()
    first = one.first if one.first is not None and not one.first.withheld else None
    draw = {"scale": _scale, "order": _order}.get(one.question.form, _choices)
    return tuple(draw(one, one.counted, first))


def _row(letter: str, text: str, expected: bool, voice: str, now: Vote, first: Vote | None) -> Row:
    return Row(letter, text, expected, now.of(voice), first.of(voice) if first else None)


def _choices(one: Asked, now: Vote, first: Vote | None) -> Iterable[Row]:
    for place, choice in enumerate(one.question.choices):
        yield _row(LETTERS[place], choice.text, choice.id in one.question.expected, choice.id, now, first)


def _scale(one: Asked, now: Vote, first: Vote | None) -> Iterable[Row]:
    for place, choice in enumerate(one.question.choices):
        yield _row(choice.text, findings.place(one, place), False, choice.id, now, first)


def _order(one: Asked, now: Vote, first: Vote | None) -> Iterable[Row]:
    """The right order, or else that of the class: how many put each item where it stands here."""
    texts = {choice.id: choice.text for choice in one.question.choices}
    shown = one.question.right_order or class_order(one.question, now.voices)
    for place, item in enumerate(shown, start=1):
        yield _row(str(place), texts[item], False, at_place(item, place), now, first)
