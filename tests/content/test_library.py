"""The workshops that are shipped: what an hour in a class, and a pupil in it, may expect of each."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from workshop.config import ROOT
from workshop.domain.activities import PREFER_NOT, Notes, Room, Source, Workshop
from workshop.domain.live_session import LiveSession, first_state, remaining
from workshop.domain.quiz_format import KINDS, THEMES, parse_quiz
from workshop.domain.quiz_kinds import LOOKS, REGISTERS
from workshop.domain.quiz_lint import lint
from workshop.domain.quiz_words import typography
from workshop.storage.quiz_files import check_quizzes, find_quizzes

LIBRARY = ROOT / "quizzes"
FILES = find_quizzes(LIBRARY)
WORKSHOPS = {file.name: file.workshop for file in FILES if file.workshop is not None}
# The colours of the drawings: chalk, paper, sand, slate, sun, brick, yard, sky, plum, and their pale forms.
PALETTE = {
    "#fbf7ee", "#fffdf8", "#efe6d3", "#e0d3b8", "#17302f", "#5c706c", "#f5b82e", "#fdeec4",
    "#b8402a", "#fbe3da", "#1f6f54", "#d9ede2", "#24589c", "#dde8f6", "#7a3b72", "#f1e0ee",
}  # fmt: skip
HOUR, SHORT = 42, 25  # minutes, exit survey included; 8 more of an hour go in coming and leaving
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
NARROW = "\u202f"
# Advice of the linter that our own workshops follow to the letter.
HELD = {"hour", "kinds", "sequences", "fear", "length", "names-sexless", "takeaways", "misconceptions", "notes"}
every_workshop = pytest.mark.parametrize("workshop", WORKSHOPS.values(), ids=WORKSHOPS.keys())


def test_the_example_of_the_format_page_parses_and_has_every_kind() -> None:
    page = "".join((LIBRARY / name).read_text(encoding="utf-8") for name in ("README.md", "exemples.md"))
    blocks = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    workshop = parse_quiz("\n".join(blocks), "README.md")
    shown = [passage for block in blocks for text in re.findall(r'"([^"]*)"', block) for passage in typography(text)]
    assert shown == []
    kinds = {activity.kind for activity in workshop.activities}
    assert kinds == set(KINDS) - {"true_false"}


def test_the_format_page_names_every_field_kind_and_register() -> None:
    page = (LIBRARY / "README.md").read_text(encoding="utf-8")
    source = "".join(
        (ROOT / "workshop" / "domain" / f"quiz_{part}.py").read_text()
        for part in ("format", "questions", "kinds", "checks", "sheet")
    )
    read = r"\.(?:text|texts|optional_text|integer|number|boolean|one_of|date|tables|table_of)\(\"(\w+)\""
    names = {
        *re.findall(read, source),
        *KINDS,
        *REGISTERS,
        *THEMES,
        *LOOKS,
        *(f.name for f in [*fields(Notes), *fields(Room)]),
    }
    assert {name for name in names if f"`{name}`" not in page and f"`notes.{name}`" not in page} == set()


def test_there_is_a_workshop_on_each_theme_and_each_file_parses() -> None:
    assert {file.name: file.errors for file in FILES if file.errors} == {}
    assert {workshop.theme for workshop in WORKSHOPS.values()} == {"cyberharcelement", "e-reputation"}
    assert check_quizzes(LIBRARY, NOW.date()) == 0


@every_workshop
def test_the_linter_has_nothing_to_correct(workshop: Workshop) -> None:
    remarks = lint(workshop, workshop.reviewed_on)
    assert [str(remark) for remark in remarks if remark.level == "error" or remark.rule in HELD] == []


@every_workshop
def test_it_begins_and_ends_with_the_same_questions(workshop: Workshop) -> None:
    kinds = [activity.kind for activity in workshop.activities]
    assert kinds[0] == "before"
    assert kinds[1] == "conversation"
    assert kinds[-3:] == ["after", "exit", "help"]
    before, after, leaving = (workshop.activities[place] for place in (0, -3, -2))
    assert len(after.questions) == 3
    # In the lobby, one more: it must stay light. It comes again on leaving, word for word.
    assert before.questions == (*after.questions, leaving.questions[0])


@every_workshop
def test_the_short_variant_measures_and_makes_choose_as_the_hour_does(workshop: Workshop) -> None:
    assert workshop.has_short == (workshop.minutes == HOUR)
    short = workshop.shortened() if workshop.has_short else workshop
    kinds = [activity.kind for activity in short.activities]
    assert short.minutes == SHORT
    assert kinds[:2] == ["before", "conversation"]
    assert kinds[-3:] == ["after", "exit", "help"]
    assert any(activity.rounds == 2 for activity in short.activities)


@every_workshop
def test_the_class_does_three_different_things_before_minute_25(workshop: Workshop) -> None:
    starts = accumulate((activity.minutes for activity in workshop.activities), initial=0)
    begun = {a.kind for a, start in zip(workshop.activities, starts, strict=False) if start < 25}
    assert len(begun - {"before", "after", "exit", "help"}) >= 3


@every_workshop
def test_each_ends_with_the_same_short_survey(workshop: Workshop) -> None:
    leaving = workshop.activities[-2]
    assert (leaving.id, leaving.minutes, workshop.survey_version) == ("sortie", 2, 1)
    assert [q.id for q in leaving.questions] == [workshop.able[0].id, "utile", "progres", "garder"]
    for question in leaving.questions:
        assert question.register == "opinion"
        assert question.choice_ids[-1] == PREFER_NOT
        assert not question.expected and not question.multiple
    assert leaving.questions[0].text.startswith("Je me sens capable ")
    assert not leaving.optional


@every_workshop
def test_the_essential_keeps_the_same_questions_and_the_help(workshop: Workshop) -> None:
    live = replace(first_state(LiveSession(), workshop, NOW).live, essential=True)
    kept = [workshop.activities[place] for place in remaining(live, workshop)]
    dropped = [activity for activity in workshop.activities[1:] if activity not in kept]
    assert [activity.kind for activity in kept[-3:]] == ["after", "exit", "help"]
    assert kept[0].kind == "conversation"
    assert workshop.minutes == SHORT or sum(activity.minutes for activity in dropped) >= 5
    assert all(activity.is_experience or not activity.rounds > 1 for activity in dropped)


@every_workshop
def test_it_can_be_run_whole_without_a_phone(workshop: Workshop) -> None:
    for activity in workshop.activities:
        assert activity.notes.hands, activity.id
        if activity.kind == "exit":
            assert "ne se posent pas à main levée" in activity.notes.hands
        if activity.is_experience:
            assert "l’histoire" in activity.notes.hands


@every_workshop
def test_the_notes_are_all_written(workshop: Workshop) -> None:
    wanted = [f.name for f in fields(Notes) if f.name != "after"]
    for activity in workshop.activities:
        assert [name for name in wanted if len(getattr(activity.notes, name) or "") < 20] == [], activity.id
    talked = [activity for activity in workshop.activities if activity.kind in ("scale", "after") or activity.optional]
    assert all(activity.notes.after for activity in talked)


@every_workshop
def test_each_situation_is_voted_twice(workshop: Workshop) -> None:
    debated = [
        question
        for activity in workshop.activities
        if activity.kind in ("choice", "scale")
        for question in activity.questions
        if question.register == "situation"
    ]
    assert workshop.minutes == SHORT or any(not question.is_scale for question in debated)
    assert {question.rounds for question in debated} == {2}


@every_workshop
def test_what_is_taught_has_answers_that_are_wrong(workshop: Workshop) -> None:
    taught = [q for activity in workshop.activities for q in activity.questions if q.register == "knowledge"]
    # The three paired ones are asked twice.
    assert len(taught) >= (7 if workshop.minutes == HOUR else 6)
    for question in taught:
        assert question.expected != frozenset(question.choice_ids)
    # Always answering « Vrai » (or the same letter) must not be a way to be right.
    assert len({question.choice_ids.index(min(question.expected)) for question in taught[:3]}) > 1


@every_workshop
def test_each_fact_has_a_source_that_can_be_found_again(workshop: Workshop) -> None:
    remarks = [
        each for each in lint(workshop, workshop.reviewed_on) if each.rule in ("sourced", "dated", "checked", "law")
    ]
    assert [str(remark) for remark in remarks] == []
    sources = [value for value in everything(workshop.activities) if isinstance(value, Source)]
    assert len(sources) >= 10
    assert any(source.law for source in sources)


def test_workshops_share_no_first_name() -> None:
    names = [name for workshop in WORKSHOPS.values() for name in workshop.names.values()]
    assert sorted(names) == sorted(set(names))


@every_workshop
def test_each_misconception_has_its_sheet(workshop: Workshop) -> None:
    asked = {question.id: question for activity in workshop.activities for question in activity.questions}
    misconceptions = [question for question in asked.values() if question.misconception]
    assert len(misconceptions) >= (4 if workshop.minutes == HOUR else 3)
    for question in misconceptions:
        assert question.sheet, question.id
        assert question.sheet.minutes == 10, question.id
        assert len(question.sheet.likely_answers) >= 3
        assert re.search("le jour même", question.sheet.if_confides, re.IGNORECASE)
        # One page of A4 takes about 360 words, explanation and sources besides.
        assert len(" ".join(texts(question.sheet)).split()) <= 360, question.id


PICTURES = sorted(LIBRARY.glob("*/*.svg"))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_light_and_asks_for_nothing(picture: Path) -> None:
    source = picture.read_text(encoding="utf-8")
    root = ET.fromstring(source)  # our own file
    assert root.get("viewBox")
    assert len(source) < 6_000
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names <= {"svg", "title", "g", "path", "circle", "rect", "ellipse", "line", "polygon", "polyline"}
    assert "http" not in source.replace("http://www.w3.org/2000/svg", "")
    assert set(re.findall(r"#[0-9a-f]{6}", source)) <= PALETTE


def test_every_picture_is_used_and_every_picture_used_is_there() -> None:
    used = {
        f"{workshop.slug}/{value}"
        for workshop in WORKSHOPS.values()
        for activity in workshop.activities
        for value in (activity.image, *(shown.image for shown in (*activity.messages, *activity.scenes)))
        if value
    }
    assert {f"{path.parent.name}/{path.name}" for path in PICTURES} == used


def everything(value: Any) -> Iterator[Any]:
    """A value and all that it holds."""
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from everything(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            yield from everything(getattr(value, item.name))


def texts(value: Any) -> list[str]:
    return [item for item in everything(value) if isinstance(item, str) and " " in item.replace(NARROW, " ")]
