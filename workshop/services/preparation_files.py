"""The signed file of a preparation: visits, their schools, the workshops that no library ships.

Only one's own visits leave, with the names that the set-up screen needs and no address. What comes in is read field by
field, as what a stranger wrote.
"""

import base64
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from workshop.domain.errors import Refusal
from workshop.domain.live_session import MAX_CAPACITY, Answering
from workshop.domain.quiz_fields import ID
from workshop.domain.quiz_format import QuizErrors, load_document
from workshop.domain.schools import DEPARTMENTS, LEVELS, MAX_TEXT, SchoolEntry
from workshop.domain.uai import uai_fault
from workshop.extensions import db
from workshop.formats import workshop_files
from workshop.formats.questions import Unreadable
from workshop.formats.reading import MAX_FILE
from workshop.storage.drafting_models import Draft
from workshop.storage.models import QuizVersion
from workshop.storage.quiz_files import QuizFile, find_quizzes, survey_of

from . import catalogue, drafting, interventions
from .interventions import FIRST_YEAR, LAST_YEAR, InterventionEntry, Planned
from .signed_files import ODD, BadFile, moment, opened, sealed

KIND = "preparation"
MAX_UNPACKED = 10_000_000  # bytes
MAX_VISITS, MAX_WORKSHOPS = 500, 50
_PERSON = ("person", "place", "hours", "deputy")
_MAX_PERSON = 2 * MAX_TEXT + 2  # characters: a name and a role


class NothingPlanned(Refusal):
    """This person has no visit in this period."""

    code, status = "nothing_planned", 404


class PreparationTooLarge(Refusal):
    code, status = "preparation_too_large", 413


@dataclass(frozen=True)
class Visit:
    """A planned visit as a file says it: nobody runs it yet."""

    token: str
    changed_at: datetime
    school: SchoolEntry
    entry: InterventionEntry
    people: dict[str, str]


@dataclass(frozen=True)
class Version:
    """A workshop's published text, read with this machine's exit survey, and its pictures."""

    quiz: QuizFile
    pictures: dict[str, bytes]
    published_at: datetime


@dataclass(frozen=True)
class Preparation:
    visits: tuple[Visit, ...]
    versions: tuple[Version, ...]


def pack(account_id: int, first: date, last: date, key: str, folder: Path) -> bytes:
    """The signed file of this person's visits of these days. Raises NothingPlanned, PreparationTooLarge."""
    planned = interventions.of_days(first, last, account_id)
    if not planned:
        raise NothingPlanned
    slugs = {each.entry.slug for each in planned} - {quiz.slug for quiz in find_quizzes(folder)}
    body = {"kind": KIND, "interventions": [_visit(each) for each in planned], "workshops": _versions(slugs)}
    file = sealed(body, key)
    if len(file) > MAX_FILE or len(planned) > MAX_VISITS or len(body["workshops"]) > MAX_WORKSHOPS:
        raise PreparationTooLarge
    return file


def _visit(planned: Planned) -> dict[str, Any]:
    entry = planned.entry
    return {
        "token": planned.token, "changed_at": planned.changed_at.isoformat(), "school": vars(planned.school.entry),
        "starts_at": entry.starts_at.isoformat(), "class_label": entry.class_label, "level": entry.level,
        "expected": entry.expected, "slug": entry.slug, "short": entry.short, "answering": entry.answering,
        "adult": entry.adult, "people": interventions.people_for(planned),
    }  # fmt: skip


def _versions(slugs: Collection[str]) -> list[dict[str, str]]:
    query = (
        select(Draft.slug, Draft.language, Draft.published_at, QuizVersion.source, QuizVersion.media)
        .join(QuizVersion, QuizVersion.digest == Draft.published)
        .where(Draft.slug.in_(slugs), Draft.withdrawn_at.is_(None))
        .order_by(Draft.slug, Draft.language)
    )
    found = []
    for row in db.session.execute(query):
        pictures = {name: data for name in row.media if (data := catalogue.picture(row.slug, name)) is not None}
        file = workshop_files.write(row.slug, {row.language: row.source}, pictures)
        found.append({"published_at": row.published_at.isoformat(), "file": base64.b64encode(file).decode()})
    return found


def read(file: bytes, key: str, folder: Path) -> Preparation:
    """What a file says, each field checked. Raises BadFile, OtherFile."""
    body = opened(file, key, KIND, MAX_UNPACKED)
    try:
        visits = tuple(_read_visit(each) for each in body["interventions"])
        versions = tuple(_read_version(each, folder) for each in body["workshops"])
    except (*ODD, QuizErrors, Unreadable) as error:
        raise BadFile from error
    _check(len({visit.token for visit in visits}) == len(visits) <= MAX_VISITS)
    texts = {(version.quiz.slug, version.quiz.language) for version in versions}
    _check(len(texts) == len(versions) <= MAX_WORKSHOPS)
    return Preparation(visits, versions)


def _check(is_so: bool) -> None:
    if not is_so:
        raise BadFile


def _text(value: Any, most: int = MAX_TEXT) -> str:
    _check(isinstance(value, str) and len(value) <= most and value.isprintable())
    return str(value)


def _id(value: Any) -> str:
    _check(ID.fullmatch(_text(value)) is not None)
    return str(value)


def _read_visit(body: Any) -> Visit:
    starts_at, expected, people = moment(body["starts_at"]), body["expected"], body["people"]
    _check(FIRST_YEAR <= starts_at.year <= LAST_YEAR and type(body["short"]) is bool and len(body["token"]) > 20)
    _check(expected is None or (type(expected) is int and 0 <= expected <= MAX_CAPACITY))
    entry = InterventionEntry(
        starts_at=starts_at,
        slug=_id(body["slug"]),
        short=body["short"],
        answering=Answering(body["answering"]).value,
        class_label=_text(body["class_label"]),
        level=_text(body["level"]),
        expected=expected,
        adult=_text(body["adult"]),
    )
    named = {key: _text(people[key], _MAX_PERSON) for key in _PERSON} if people else {}
    return Visit(_text(body["token"]), moment(body["changed_at"]), _read_school(body["school"]), entry, named)


def _read_school(body: Any) -> SchoolEntry:
    uai = None if body["uai"] is None else _text(body["uai"])
    school = SchoolEntry(uai, *(_text(body[key]) for key in ("name", "level", "town", "department")))
    _check(bool(school.name) and school.level in LEVELS and school.department in {"", *DEPARTMENTS})
    _check(uai is None or uai_fault(uai) is None)
    return school


def _read_version(body: Any, folder: Path) -> Version:
    file = workshop_files.read(base64.b64decode(body["file"], validate=True))
    document = load_document(file.source, "")
    slug, language = _id(document["slug"]), _id(document["language"])
    _check(len(file.source) <= drafting.MAX_SOURCE)
    media = frozenset(file.media)
    quiz = catalogue.make_quiz(slug, language, file.source, survey_of(folder, language), media)
    return Version(quiz, file.media, moment(body["published_at"]))
