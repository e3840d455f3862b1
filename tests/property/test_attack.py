"""Promise 3, attacked: all figures about lived experience of many classes, on all screens and pages, at all times, tell
no more of any count than its own class has published; and that, to whoever has two answers, proves nothing of a third.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from flask import Flask
from hypothesis import given, settings, strategies as st

from workshop.domain.impact import Held, impact
from workshop.domain.lived_sums import Key, Lived, lived_sums
from workshop.domain.school_review import SchoolReview
from workshop.services.reporting import Asked, Report, SchoolReport
from workshop.storage.held_sessions import Filters
from workshop.web.impact.tables import lived
from workshop.web.impact.view import impact_view
from workshop.web.reviewing.school_letter import lived_part

from .attack import NAMES, Class, Figure, narrowed, possible, read_page, read_school, read_screen, screens

YEAR = Filters(date(2026, 9, 1), date(2027, 8, 31))
DAYS = range(1, 4)
# Few answers of one kind are what protection is for.
a_count = st.one_of(st.integers(0, 4), st.integers(0, 12), st.sampled_from([0, 25]))
classes_of = st.builds(
    Class,
    counts=st.integers(2, 4).flatmap(lambda size: st.tuples(*[a_count] * size)).filter(lambda counts: sum(counts) > 1),
    draw=st.integers(0, 99).map(lambda hundredths: hundredths / 100),
    two=st.tuples(st.integers(0, 99), st.integers(0, 99)),
    pupils=st.integers(0, 30).map(str),
    school=st.sampled_from("STU"),
    level=st.sampled_from(["3e", "4e"]),
    facilitator=st.sampled_from(["Ada", "Lou"]),
    day=st.sampled_from(DAYS),
)
FILTERS = ("school", "level", "facilitator")


def pages(classes: list[Class]) -> Iterator[list[int]]:
    """The classes on each page that can be asked for: by a filter or two, in a period; as they end, day after day."""
    values = [(name, value) for name in FILTERS for value in sorted({getattr(one, name) for one in classes})]
    periods = [(since, until) for since in DAYS for until in DAYS if since <= until]
    asked = [((), *period) for period in periods] + [((value,), *period) for value in values for period in periods]
    asked += [(two, DAYS[0], DAYS[-1]) for two in combinations(values, 2)]
    found = {
        tuple(
            place
            for place, one in enumerate(classes)
            if since <= one.day <= until and all(getattr(one, name) == value for name, value in wanted)
        )
        for wanted, since, until in asked
    }
    yield from map(list, sorted(found - {()}))


def read_all(classes: list[Class]) -> Iterator[Figure]:
    for place, one in enumerate(classes):
        for view in screens(one):
            yield from read_screen(view, place, one)
    for places in pages(classes):
        held, asked, chosen = [], {}, {}
        for place in places:
            one = classes[place]
            key = key_of(one)
            asked[key] = asked_of(key)
            chosen.setdefault(asked[key].text, []).append(place)
            held.append(Held(one.pupils, one.school, "theme", one.level, "", 28, lived=(Lived(key, one.tally),)))
        found = Report(YEAR, YEAR, impact(held), impact([]), asked, {}, True)
        yield from read_page(impact_view(found, ""), lived(found), chosen, classes)
    for school in sorted({one.school for one in classes}):
        for today in DAYS:
            here = [place for place, one in enumerate(classes) if one.school == school and one.day <= today]
            told = lived_sums(
                (classes[place].pupils, Lived(key_of(classes[place]), classes[place].tally)) for place in here
            )
            report = SchoolReport(SchoolReview((), (), told), {}, {}, {each.key: asked_of(each.key) for each in told})
            for each in told:
                chosen_here = [place for place in here if key_of(classes[place]) == each.key]
                yield from read_school(lived_part(each, report), chosen_here, classes)


def key_of(one: Class) -> Key:
    names = tuple(NAMES[: len(one.counts)])
    return f"petit-{len(names)}", "vecu", "vecu", names


def asked_of(key: Key) -> Asked:
    return Asked("Petit atelier", f"Question {len(key[3])}", {name: name for name in key[3]})


# The small ones are what a failure shrinks to.
associations = st.one_of(st.lists(classes_of, min_size=1, max_size=9), st.lists(classes_of, min_size=40, max_size=70))


@settings(max_examples=60)
@given(associations)
def attack(classes: list[Class]) -> None:
    figures = list(read_all(classes))
    alone = [replace(one, two=()) for one in classes]
    for one in alone:
        for (_, low, high), values in zip(one.tally.ranges, possible(one), strict=False):
            assert values == set(range(low, high + 1))
    assert narrowed(alone, figures) == []
    assert narrowed(classes, figures) == [], "to an attacker who has two answers in each class"
    for one in classes:
        strangers = one.respondents - 2
        for values, mine in zip(possible(one), one.known, strict=True):
            assert strangers == 0 or {count - mine for count in values} not in ({0}, {strangers})


@pytest.mark.timeout(300)  # a busy machine is no fault
def test_all_figures_together_tell_no_more_of_a_class_than_its_own(app: Flask) -> None:
    """About two thousand classes, in sixty associations."""
    with app.test_request_context():  # the language that pages are drawn in
        attack()


# The attack itself can succeed: what would be told, and of which class. Six of thirteen; withheld; all but one alike.
CLASSES = [Class((6, 4, 3), 0.4, day=1), Class((4, 4), day=2), Class((20, 1), 0.3, day=3)]


def exactly(places: set[int], choice: int) -> Figure:
    counts = frozenset((place, choice) for place in places if choice < len(CLASSES[place].counts))
    total = sum(CLASSES[place].counts[choice] for place, _ in counts)
    return Figure(counts, total, total)


@pytest.mark.parametrize(
    ("leak", "places"),
    [
        ([exactly({0}, 0)], {0}),
        ([exactly({0, 1}, 1), exactly({0, 1, 2}, 1)], {2}),  # by the difference between two days
        ([Figure(frozenset({(1, 0)}), 3, 6)], {1}),  # a span, but of fewer than ten
        ([exactly({0, 1, 2}, 2)], {0}),  # by the one class whose question has such a choice
        ([Figure(frozenset({(0, 0)}), 6, 14)], {0}),  # a second draw of the same answers: the first said 1 to 9
        ([Figure(frozenset({(2, 0)}), 17, 20)], {2}),  # « not everybody »
    ],
)
def test_attack_finds_what_would_be_told(leak: list[Figure], places: set[int]) -> None:
    own = [
        figure for place, one in enumerate(CLASSES) for view in screens(one) for figure in read_screen(view, place, one)
    ]
    assert CLASSES[0].tally.rounded[0] == ("a", 5)
    assert narrowed(CLASSES, own) == []
    assert {one.count[0] for one in narrowed(CLASSES, [*own, *leak])} >= places
