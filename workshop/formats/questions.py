"""What every reader gives and every writer takes: questions of no particular tool, and notes on the rest.

A note is a code, so that a page can say it in the reader's language.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from .plain_text import one_line

MAX_QUESTIONS = 200  # of one file; the others are listed
MAX_CHOICES = 26

Form = Literal["choice", "true_false", "order", "estimate", "sort", "words", "slide"]


class Unreadable(Exception):
    """A file that cannot be taken at all. `code` says why, `detail` where or what."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Place:
    """Where in a file: the number of the question and the line, from 1; 0 when there is none that a person can see."""

    question: int = 0
    line: int = 0


@dataclass(frozen=True)
class Note:
    """Something that was left out, or understood otherwise than it was written."""

    code: str
    place: Place = Place()
    detail: str = ""


@dataclass(frozen=True)
class Offered:
    """One choice; `feedback` is what is said to whoever took it."""

    text: str
    right: bool = False
    feedback: str = ""


@dataclass(frozen=True)
class Picture:
    name: str
    data: bytes
    alt: str = ""


@dataclass(frozen=True)
class Asked:
    """One question, or one slide. `choices` of an order are in the right order. `expected` is of true or false,
    `figure` of an estimate, `pairs` (statement, box) of a sort, where an empty statement is a box that stays empty.
    `accepted` are the words that another tool would have counted as right."""

    place: Place
    form: Form
    text: str
    title: str = ""
    id: str = ""
    choices: tuple[Offered, ...] = ()
    multiple: bool = False
    expected: bool | None = None
    figure: float | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    accepted: tuple[str, ...] = ()
    explanation: str = ""
    picture: Picture | None = None


@dataclass
class Found:
    """What a reader understood of a file, and its notes on the rest."""

    title: str = ""
    questions: list[Asked] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def note(self, code: str, place: Place, detail: str = "") -> None:
        shown = one_line(detail)
        self.notes.append(Note(code, place, shown if len(shown) <= 80 else shown[:79] + "…"))

    def is_enough(self, place: Place) -> bool:
        """Whether the question at this place is one too many: it is said, and reading stops."""
        if place.question > MAX_QUESTIONS:
            self.note("too_many", place, str(MAX_QUESTIONS))
        return place.question > MAX_QUESTIONS

    def add(self, asked: Asked) -> None:
        self.questions.append(asked)

    def add_choice(self, asked: Asked) -> None:
        """A choice among `asked.choices`, once it is known that they can be offered."""
        offered = [choice for choice in asked.choices if choice.text]
        if len(offered) != len(asked.choices):
            self.note("empty_choice", asked.place)
        if not asked.text:
            self.note("no_text", asked.place)
        elif len(offered) < 2:
            self.note("no_choices", asked.place, asked.text)
        else:
            if len(offered) > MAX_CHOICES:
                self.note("choices_cut", asked.place, str(MAX_CHOICES))
            self.add(_simplified(asked, tuple(offered[:MAX_CHOICES]), self))

    def add_order(self, asked: Asked) -> None:
        """Things to put in order, in the right one."""
        items = tuple(item for item in asked.choices if item.text)
        if len(items) < 2:
            self.note("no_choices", asked.place, asked.text)
        else:
            self.add(replace(asked, choices=items[:MAX_CHOICES]))


_TRUE_FALSE = ({"vrai", "true"}, {"faux", "false"})


def _simplified(asked: Asked, offered: tuple[Offered, ...], found: Found) -> Asked:
    rights = [choice.right for choice in offered]
    if all(rights):  # there is no wrong answer: a situation, not knowledge
        found.note("all_right", asked.place)
        offered = tuple(Offered(choice.text, False, choice.feedback) for choice in offered)
    elif sum(rights) > 1 and not asked.multiple:
        found.note("several_right", asked.place)
    multiple = asked.multiple or (sum(rights) > 1 and not all(rights))
    alike = len(offered) == 2 and not multiple and not any(choice.feedback for choice in offered)
    if alike and all(o.text.lower() in words for o, words in zip(offered, _TRUE_FALSE, strict=True)):
        expected = offered[0].right if any(choice.right for choice in offered) else None
        return replace(asked, form="true_false", choices=(), multiple=False, expected=expected)
    return replace(asked, choices=offered, multiple=multiple)


def letters(marks: Sequence[str]) -> set[int]:
    """Places, from 0, of the choices that letters stand for: « B » is 1."""
    return {ord(mark) - ord("A") for mark in (each.strip().upper() for each in marks) if len(mark) == 1 and mark >= "A"}
