"""What is kept does not stay for ever: it is deleted when its time is past, or at once when that is asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    String,
    Update,
    and_,
    cast,
    delete,
    exists,
    or_,
    select,
    update,
)

from workshop.domain.errors import NotFound, Refusal
from workshop.extensions import db
from workshop.storage import live_sessions
from workshop.storage.bringing_models import BroughtPreparation, BroughtWorkshop
from workshop.storage.models import Access, Link, LiveSessionRow
from workshop.storage.planning_models import Contact, Intervention, School
from workshop.storage.transaction import checkpoint, transaction

from . import school_links
from .bringing import HELD
from .moderating import purge_sheets

REHEARSALS_STAY = timedelta(days=30)
MONTH = timedelta(days=30.44)  # on average


class ClassInProgress(Refusal):
    """Nothing is deleted under a class that goes on."""

    code, status = "class_in_progress", 409


@dataclass(frozen=True)
class Periods:
    """How long, after a class has ended: its label and its adults' names; adults of a school that is no longer
    visited; results. `apart`: after they came, words that may call for help."""

    named: timedelta
    contacts: timedelta
    results: timedelta
    apart: timedelta

    @classmethod
    def of(cls, named_days: int, contact_months: int, result_months: int, apart_days: int) -> "Periods":
        months = (contact_months * MONTH, result_months * MONTH)
        return cls(timedelta(days=named_days), *months, timedelta(days=apart_days))


@dataclass(frozen=True)
class Receipt:
    """What a deletion took away: numbers, and no name but that of the school."""

    deleted_at: datetime
    school: str
    classes: int = 0
    interventions: int = 0
    contacts: int = 0
    # False while a reader holds SQLite's log: the bytes leave the files at the next try, or the next start.
    left_the_files: bool = True


@dataclass
class Purged:
    """How many of each were past their time."""

    links: int = 0
    named: int = 0
    contacts: int = 0
    interventions: int = 0
    classes: int = 0
    apart: int = 0
    brought: int = 0

    def __bool__(self) -> bool:
        return any(vars(self).values())


def purge(now: datetime, periods: Periods) -> Purged:
    """Delete, or make less precise, what is past its time. Harmless twice, and from several processes."""
    done = Purged()
    # Looked for in the whole past before anything is locked: a class that goes on must not wait for it.
    named, visits = _still_named(now - periods.named, now)
    with transaction():
        done.links = _delete(Link, Link.expires_at <= now) + _delete(Access, Access.expires_at <= now)
        for table in (BroughtWorkshop, BroughtPreparation):
            done.brought += _delete(table, table.created_at <= now - HELD)
        done.named = _forget_names(named, visits, now)
        done.apart = purge_sheets(now - periods.apart)
        done.contacts = _delete(Contact, _is_unvisited(now - periods.contacts))
        old = or_(
            LiveSessionRow.ended_at <= now - periods.results,
            and_(LiveSessionRow.rehearsal.is_(True), LiveSessionRow.ended_at <= now - REHEARSALS_STAY),
        )
        live_ids = list(db.session.execute(select(LiveSessionRow.id).where(old)).scalars())
        live_sessions.delete_all(live_ids)
        done.classes = len(live_ids)
        run = exists().where(LiveSessionRow.intervention_id == Intervention.id)
        done.interventions = _delete(Intervention, and_(Intervention.starts_at <= now - periods.results, ~run))
    return done


def _still_named(ended_before: datetime, now: datetime) -> tuple[list[int], list[int]]:
    """Live sessions and visits whose time to have names has passed."""
    live, plan = LiveSessionRow, Intervention
    told = or_(live.class_label != live.level, cast(live.people, String) != "{}", cast(live.names, String) != "{}")
    said = or_(plan.class_label != "", plan.adult != "", cast(plan.people, String) != "{}")
    classes = select(live.id).where(live.ended_at <= ended_before, ~_is_linked(now), told)
    visits = select(plan.id).where(plan.starts_at <= ended_before, said)
    return list(db.session.execute(classes).scalars()), list(db.session.execute(visits).scalars())


def _is_linked(now: datetime) -> ColumnElement[bool]:
    return exists().where(Link.live_session_id == LiveSessionRow.id, Link.expires_at > now)


def _forget_names(live_ids: list[int], visit_ids: list[int], now: datetime) -> int:
    """A class becomes its level, and its adults and the story's changed first names are forgotten, once its time has
    passed and no link to its review is good any more."""
    live, plan = LiveSessionRow, Intervention
    classes = update(live).values(class_label=live.level, people={}, names={})
    visits = update(plan).values(class_label="", adult="", people={})
    done = sum(_count(classes.where(live.id == live_id, ~_is_linked(now))) for live_id in live_ids)
    return done + sum(_count(visits.where(plan.id == visit_id)) for visit_id in visit_ids)


def _is_unvisited(since: datetime) -> ColumnElement[bool]:
    visited = exists().where(Intervention.school_id == Contact.school_id, Intervention.starts_at > since)
    return and_(Contact.created_at <= since, ~visited)


def _delete(table: type, condition: ColumnElement[bool]) -> int:
    return _count(delete(table).where(condition))


def _count(statement: Delete | Update) -> int:
    result = db.session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def forget_intervention(intervention_id: int, now: datetime) -> Receipt:
    """Delete an intervention and every result of the classes run from it. Raises NotFound,
    ClassInProgress."""
    with transaction():
        row = db.session.get(Intervention, intervention_id)
        if row is None:
            raise NotFound
        school = row.school.name
        live_ids = _ended_from([intervention_id])
        live_sessions.delete_all(live_ids)
        db.session.delete(row)
    return Receipt(now, school, len(live_ids), interventions=1, left_the_files=checkpoint(db.engine))


def forget_school(school_id: int, now: datetime) -> Receipt:
    """Delete a school, its adults, its interventions and every result of the classes run from them. Raises NotFound,
    ClassInProgress."""
    with transaction():
        row = db.session.get(School, school_id)
        if row is None:
            raise NotFound
        school = row.name
        planned = list(db.session.execute(select(Intervention.id).where(Intervention.school_id == school_id)).scalars())
        live_ids = _ended_from(planned)
        live_sessions.delete_all(live_ids)
        _delete(Intervention, Intervention.school_id == school_id)
        contacts = _delete(Contact, Contact.school_id == school_id)
        school_links.links.shut(school_id)
        db.session.expire(row)
        db.session.delete(row)
    return Receipt(now, school, len(live_ids), len(planned), contacts, left_the_files=checkpoint(db.engine))


def _ended_from(intervention_ids: list[int]) -> list[int]:
    """The live sessions run from these interventions, or ClassInProgress when one still goes on."""
    live = LiveSessionRow
    found = db.session.execute(select(live.id, live.ended_at).where(live.intervention_id.in_(intervention_ids))).all()
    if any(row.ended_at is None for row in found):
        raise ClassInProgress
    return [row.id for row in found]
