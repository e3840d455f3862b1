"""What was prepared on one machine, brought to another: said in a report, then kept once that has been read.

Brought twice it changes nothing: of two wordings of a visit the later written is right, and a visit whose class has
begun stays as it is.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sqlalchemy import delete, select

from workshop import clock
from workshop.domain.schools import SchoolEntry
from workshop.extensions import db
from workshop.storage.bringing_models import BroughtPreparation
from workshop.storage.drafting_models import Draft, DraftMedia
from workshop.storage.planning_models import Intervention, School
from workshop.storage.quiz_files import QuizFile, find_quizzes
from workshop.storage.transaction import transaction

from . import catalogue, drafting, interventions, publishing, schools
from .interventions import Planned
from .preparation_files import Preparation, Version, Visit, read

Verdict = Literal["added", "updated", "left"]


@dataclass(frozen=True)
class JudgedVisit:
    """What becomes of a visit, and why it is left: « same », « started », « newer_here », « colleague ». `here` is the
    same visit as it is known; `missing`: no workshop of this name can be run here."""

    visit: Visit
    verdict: Verdict
    why: str
    here: Planned | None
    missing: bool


@dataclass(frozen=True)
class JudgedVersion:
    """What becomes of a workshop, and why it is left: the same, and « library », « unreadable »."""

    version: Version
    verdict: Verdict
    why: str


@dataclass(frozen=True)
class Report:
    """`mark` stands for the file: what is kept is what was shown."""

    mark: str
    visits: tuple[JudgedVisit, ...]
    versions: tuple[JudgedVersion, ...]
    new_schools: tuple[SchoolEntry, ...]


def hold(account_id: int, file: bytes) -> None:
    """Keep a file that was read until its report is; it takes the place of the one before."""
    with transaction():
        _forget(account_id)
        db.session.add(BroughtPreparation(owner_id=account_id, file=file, created_at=clock.now()))


def let_go(account_id: int) -> None:
    with transaction():
        _forget(account_id)


def _forget(account_id: int) -> None:
    db.session.execute(delete(BroughtPreparation).where(BroughtPreparation.owner_id == account_id))


def held(account_id: int) -> bytes | None:
    """The file that this person has brought and not yet kept."""
    query = select(BroughtPreparation.file).where(BroughtPreparation.owner_id == account_id)
    return db.session.execute(query).scalar_one_or_none()


def report(account_id: int, file: bytes, key: str, folder: Path) -> Report:
    """What keeping this file would do. Raises BadFile, OtherFile."""
    return _judged(account_id, file, read(file, key, folder), folder)


def _judged(account_id: int, file: bytes, brought: Preparation, folder: Path) -> Report:
    library = {quiz.slug for quiz in find_quizzes(folder) if quiz.workshop}
    versions = tuple(_judged_version(version, account_id, library) for version in brought.versions)
    runnable = library | {quiz.slug for quiz in catalogue.published(folder) if quiz.workshop}
    runnable |= {each.version.quiz.slug for each in versions if each.verdict != "left"}
    known = interventions.by_token(visit.token for visit in brought.visits)
    visits = []
    for visit in brought.visits:
        here = known.get(visit.token)
        why = _why_left(visit, here, account_id) if here else ""
        verdict: Verdict = "left" if why else "updated" if here else "added"
        visits.append(JudgedVisit(visit, verdict, why, here, visit.entry.slug not in runnable))
    places = dict.fromkeys(each.visit.school for each in visits if each.verdict != "left")
    new_schools = tuple(school for school in places if schools.same_as(school) is None)
    return Report(hashlib.sha256(file).hexdigest(), tuple(visits), versions, new_schools)


def _why_left(visit: Visit, here: Planned, account_id: int) -> str:
    if not here.may_be_started_by(account_id):
        return "colleague"
    if here.changed_at == visit.changed_at:
        return "same"
    if here.runs:
        return "started"
    return "newer_here" if here.changed_at > visit.changed_at else ""


def _judged_version(version: Version, account_id: int, library: Collection[str]) -> JudgedVersion:
    quiz = version.quiz
    draft = _draft(quiz)
    published_at = draft.published_at if draft else None
    why = ""
    if quiz.slug in library:
        why = "library"
    elif quiz.workshop is None:
        why = "unreadable"
    elif draft and draft.owner_id != account_id:
        why = "colleague"
    elif draft and draft.withdrawn_at is not None:
        why = "withdrawn"
    elif published_at is not None and published_at >= version.published_at:
        why = "same" if published_at == version.published_at else "newer_here"
    return JudgedVersion(version, "left" if why else "updated" if draft else "added", why)


def _draft(quiz: QuizFile) -> Draft | None:
    query = select(Draft).where(Draft.slug == quiz.slug, Draft.language == quiz.language)
    return db.session.execute(query).scalar_one_or_none()


def keep(account_id: int, mark: str, key: str, folder: Path) -> Report | None:
    """Do what the report said of the file that it stands for, and no more: a class may have begun meanwhile. None when
    another file was brought since, or this one was kept. Raises BadFile, OtherFile."""
    file = held(account_id)
    if file is None or hashlib.sha256(file).hexdigest() != mark:
        return None
    brought = read(file, key, folder)
    with transaction():
        row = db.session.get(BroughtPreparation, account_id, with_for_update=True)
        if row is None or row.file != file:
            return None
        done = _judged(account_id, file, brought, folder)
        for each in done.versions:
            if each.verdict != "left":
                _keep_version(each.version, account_id, folder)
        for visit in done.visits:
            if visit.verdict != "left":
                _keep_visit(visit, account_id)
        db.session.delete(row)
    return done


def _keep_version(version: Version, account_id: int, folder: Path) -> None:
    quiz, now = version.quiz, clock.now()
    draft = _draft(quiz)
    if draft is None:
        draft = Draft(
            owner_id=account_id, slug=quiz.slug, language=quiz.language, source=quiz.source, created_at=now,
            updated_at=now,
        )  # fmt: skip
        db.session.add(draft)
        db.session.flush()
    drafting.put(draft, quiz.source, now, at_once=True)
    for name, data in version.pictures.items():
        if db.session.get(DraftMedia, (draft.id, name)) is None:
            db.session.add(DraftMedia(draft_id=draft.id, name=name, data=data))
    db.session.flush()
    publishing.put_forward(draft, folder, version.published_at)


def _keep_visit(judged: JudgedVisit, account_id: int) -> None:
    visit, here = judged.visit, judged.here
    if here is None:
        row, facilitators = Intervention(token=visit.token, created_at=clock.now()), frozenset({account_id})
    else:
        row, facilitators = db.session.get_one(Intervention, here.id), here.entry.facilitators
    row.school_id = _school_id(visit.school)
    interventions.write(row, replace(visit.entry, facilitators=facilitators))
    own = schools.people_of(schools.find(row.school_id).listeners)
    row.people = {} if visit.people == own else visit.people
    row.changed_at = visit.changed_at
    db.session.add(row)
    db.session.flush()


def _school_id(entry: SchoolEntry) -> int:
    known = schools.same_as(entry)
    if known is not None:
        return known
    row = School(**schools.columns_of(entry))
    db.session.add(row)
    db.session.flush()
    return row.id
