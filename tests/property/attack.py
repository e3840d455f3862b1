"""An attacker who reads every figure about lived experience, on all screens and pages, at all times, and reckons.

What is read becomes constraints on the true counts of each class; an integer solver then says how far each count can
still go. Nothing here knows how a figure was made: only what it says.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import isclose
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tests.unit.small_workshop import LIVED, WORKSHOP, choices, run
from workshop.domain.disclosure import DisclosedTally, disclose
from workshop.domain.tally import Tally
from workshop.realtime.audiences import facilitator_view, participant_view, projector_view
from workshop.realtime.views import QuestionView
from workshop.services.viewing import Board
from workshop.web.impact import words
from workshop.web.impact.tables import Percent, Table
from workshop.web.impact.view import ImpactView, LivedQuestion
from workshop.web.reviewing.school_letter import LivedPart

from .test_disclosure import possible_counts
from .test_views import board, inside

NAMES = "abcd"
Count = tuple[int, int]  # the place of a class, the place of a choice


@dataclass(frozen=True)
class Class:
    """One class that was asked, with what nobody may find out. `draw` decides how it is rounded; `two` are the pupils
    whose answers the attacker has, if they do. `pupils`: the same for the same class on another day."""

    counts: tuple[int, ...]
    draw: float = 0.0
    two: tuple[int, ...] = ()
    pupils: str = ""
    school: str = ""
    level: str = ""
    facilitator: str = ""
    day: int = 1

    @property
    def respondents(self) -> int:
        return sum(self.counts)

    @property
    def tally(self) -> DisclosedTally:
        return _disclosed(self.counts, self.draw)

    @property
    def known(self) -> tuple[int, ...]:
        """How many of those two gave each answer."""
        answers = [choice for choice, count in enumerate(self.counts) for _ in range(count)]
        theirs = [answers.pop(pupil % len(answers)) for pupil in self.two]
        return tuple(theirs.count(choice) for choice in range(len(self.counts)))


@cache
def _disclosed(counts: tuple[int, ...], draw: float) -> DisclosedTally:
    return disclose(dict(zip(NAMES, counts, strict=False)), lambda: draw)


@dataclass(frozen=True)
class Figure:
    """What was read: these true counts add up to `low` at least and `high` at most."""

    counts: frozenset[Count]
    low: float
    high: float


def every(places: Iterable[int], classes: Sequence[Class]) -> frozenset[Count]:
    return frozenset((place, choice) for place in places for choice in range(len(classes[place].counts)))


# Screens of a class -------------------------------------------------------------------------------------------------


@cache
def _boards(size: int) -> list[tuple[Board, int]]:
    """A class whose question has so many choices, whenever its result may be on a screen; the round it is about."""
    asked = replace(LIVED, choices=choices(*NAMES[:size]))
    activities = (replace(a, questions=(asked,)) if a.is_experience else a for a in WORKSHOP.activities)
    workshop = replace(WORKSHOP, activities=tuple(activities))
    found = []
    for commands in ("@vecu close", "@vecu close reveal", "@vecu close end"):
        live = run(commands)
        place = next(place for place, r in enumerate(live.rounds, start=1) if r.activity_id == "vecu")
        found.append((board(live, workshop), place))
    return found


def screens(one: Class) -> Iterator[Any]:
    """Every view of a class that may hold its result. The exact counts lie beside it on the board, for the taking."""
    for stored, place in _boards(len(one.counts)):
        exact = Tally(dict(zip(NAMES, one.counts, strict=False)), {"phone": one.respondents})
        full = replace(stored, tallies={**stored.tallies, place: exact}, disclosed={place: one.tally})
        for view in (participant_view, projector_view, facilitator_view):
            yield view(full)


def read_screen(view: Any, place: int, one: Class) -> Iterator[Figure]:
    """What a screen says of a class. Whoever adds a number to a question on lived experience has to read it here."""
    for question in inside(view):
        if not isinstance(question, QuestionView) or question.register != "experience":
            continue
        numbers = [n for n in inside(question) if isinstance(n, int | float) and not isinstance(n, bool)]
        told = question.disclosed
        if told is None:
            assert numbers == [question.number], numbers
            continue
        spans = [(row.low, row.high) for row in told.rows]
        assert numbers == [question.number, told.respondents, *(n for span in spans for n in span)], numbers
        yield Figure(every([place], [one] * (place + 1)), told.respondents, told.respondents)
        for choice, (low, high) in enumerate(spans):
            yield Figure(frozenset({(place, choice)}), low, high)


# The association's page, and the tables of its files ----------------------------------------------------------------

SURE = re.compile(r"à coup sûr de ([\d\u202f]+) à ([\d\u202f]+) sur ([\d\u202f]+)")
COLUMNS = ("workshop", "question", "choice", "classes", "respondents", "low_share", "high_share", "low", "high")


def read_page(
    view: ImpactView, table: Table, chosen: Mapping[str, Sequence[int]], classes: Sequence[Class]
) -> Iterator[Figure]:
    """What a page and its files say. `chosen`: by question, the classes that the filters leave."""
    rows = list(table.rows)
    for question in view.lived:
        places = [place for place in chosen[question.text] if classes[place].tally.rounded]
        lines = [rows.pop(0) for _ in question.rows or [None]]
        assert all(tuple(line) == COLUMNS for line in lines), "a new column has to be read here"
        if question.rows:
            yield from _read_question(question, lines, places, classes)
        else:
            assert question.over == ""
            assert {line[key] for line in lines for key in COLUMNS[2:]} == {"moins de 3 classes"}
    assert rows == []


def _read_question(
    question: LivedQuestion, lines: Sequence[Mapping[str, Any]], places: list[int], classes: Sequence[Class]
) -> Iterator[Figure]:
    respondents = sum(classes[place].respondents for place in places)
    different = len({classes[place].pupils for place in places})
    assert different >= 3
    assert question.over == words.over(different, respondents)
    yield Figure(every(places, classes), respondents, respondents)
    for choice, (row, line) in enumerate(zip(question.rows, lines, strict=True)):
        found = SURE.fullmatch(row.sure)
        assert found, row.sure
        low, high, total = (int(text.replace("\u202f", "")) for text in found.groups())
        shares = (line["low_share"], line["high_share"])
        assert row.span == f"entre {words.percent(row.low)} et {words.percent(row.high)}"
        assert shares == (Percent(row.low), Percent(row.high))
        assert [line[key] for key in ("classes", "respondents", "low", "high")] == [different, total, low, high]
        assert total == respondents
        counts = frozenset((place, choice) for place in places)
        yield Figure(counts, low, high)
        if row.low > 0 and row.high < 1:
            # All its decimals are in the files: in the middle of the interval lies the sum that was published.
            published = (row.low + row.high) / 2 * total
            assert isclose(published, 5 * round(published / 5), abs_tol=1e-6), "no sum of multiples of five"
            yield Figure(counts, round(published) - 4 * len(places), round(published) + 4 * len(places))


# A school's page ----------------------------------------------------------------------------------------------------

SPAN = re.compile(r"entre ([\d\u202f]+) et ([\d\u202f]+) élèves sur ([\d\u202f]+)")


def read_school(part: LivedPart, asked: Sequence[int], classes: Sequence[Class]) -> Iterator[Figure]:
    """What the page of a school says of a question that so many of its classes were asked."""
    places = [place for place in asked if classes[place].tally.rounded]
    different = len({classes[place].pupils for place in places})
    if not part.rows:
        assert part.over == "Moins de 3 classes\u00a0: rien n’est montré."
        return
    assert different >= 3
    respondents = sum(classes[place].respondents for place in places)
    assert part.over == words.over(different, respondents)
    yield Figure(every(places, classes), respondents, respondents)
    for choice, row in enumerate(part.rows):
        found = SPAN.fullmatch(row.range)
        assert found, row.range
        low, high, total = (int(text.replace("\u202f", "")) for text in found.groups())
        assert (total, row.low, row.high) == (respondents, low / total, high / total)
        yield Figure(frozenset((place, choice) for place in places), low, high)


# What follows -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Narrowed:
    """A count of which more is known than the class by itself has published."""

    count: Count
    found: tuple[int, int]
    proven: tuple[int, int]


def narrowed(classes: Sequence[Class], figures: Iterable[Figure]) -> list[Narrowed]:
    """Every count whose least or greatest value, given all the figures and two answers of each class, is not what the
    proof for one class allows. The attacker has the stored tallies too: a signed file carries them."""
    solver = _Solver(classes, [*figures, *_stored(classes)])
    proven = {
        (place, choice): (min(values), max(values))
        for place, one in enumerate(classes)
        for choice, values in enumerate(possible(one))
    }
    found: dict[Count, list[int]] = {count: [0, 0] for count in proven}
    for choice in range(max(len(one.counts) for one in classes)):
        group = [count for count in proven if count[1] == choice]
        for end in (0, 1):
            # All the classes at once: where each is as free as by itself, one solution takes all of them to their end.
            reached = solver.furthest(group, end)
            for count in group:
                if reached[count] != proven[count][end]:
                    reached[count] = solver.furthest([count], end)[count]
                found[count][end] = reached[count]
    return [
        Narrowed(count, (low, high), proven[count])
        for count, (low, high) in found.items()
        if (low, high) != proven[count]
    ]


def possible(one: Class) -> list[set[int]]:
    """What is left of each count to whoever has the stored tally and two answers: the proof for one class."""
    if not one.tally.rounded:
        return [set(range(mine, one.respondents - sum(one.known) + mine + 1)) for mine in one.known]
    return _possible(tuple(value for _, value in one.tally.rounded), one.respondents, one.known)


_possible = cache(possible_counts)


def _stored(classes: Sequence[Class]) -> Iterator[Figure]:
    for place, one in enumerate(classes):
        for choice, (_, value) in enumerate(one.tally.rounded):
            yield Figure(frozenset({(place, choice)}), value - 4, value + 4)


class _Solver:
    """Whole numbers that satisfy every figure at once."""

    def __init__(self, classes: Sequence[Class], figures: Iterable[Figure]) -> None:
        self._columns = {count: column for column, count in enumerate(sorted(every(range(len(classes)), classes)))}
        low, high = np.zeros(len(self._columns)), np.full(len(self._columns), np.inf)
        known = [one.known for one in classes]
        for (place, choice), column in self._columns.items():
            low[column] = known[place][choice]
        rows: dict[frozenset[Count], tuple[float, float]] = {}
        for figure in figures:
            if len(figure.counts) == 1:
                [column] = (self._columns[count] for count in figure.counts)
                low[column], high[column] = max(low[column], figure.low), min(high[column], figure.high)
            else:
                before = rows.get(figure.counts, (-np.inf, np.inf))
                rows[figure.counts] = max(before[0], figure.low), min(before[1], figure.high)
        self._bounds = Bounds(low, high)
        places = [(line, self._columns[count]) for line, counts in enumerate(rows) for count in counts]
        matrix = csr_array((np.ones(len(places)), tuple(zip(*places, strict=True))), (len(rows), len(self._columns)))
        self._rows = LinearConstraint(matrix, *(np.array(ends) for ends in zip(*rows.values(), strict=True)))

    def furthest(self, counts: Iterable[Count], end: int) -> dict[Count, int]:
        """A solution in which the sum of these counts is the least (end 0) or the greatest (end 1)."""
        aim = np.zeros(len(self._columns))
        aim[[self._columns[count] for count in counts]] = -1 if end else 1
        found = milp(aim, constraints=self._rows, bounds=self._bounds, integrality=np.ones(len(aim)))
        assert found.status == 0, f"no class could have given these figures: {found.message}"
        return {count: round(found.x[column]) for count, column in self._columns.items()}
