"""What the association's figures are read from: a fixed number of queries, whatever the number of classes.

A live session counts when it started and ended; never a rehearsal, nor a follow-up, which is no workshop.
No ballot is read: there are none left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from workshop.extensions import db

from .models import Account, FoldedShift, FoldedTally, FoldedTransition, LiveSessionRow, QuizVersion, RoundRow
from .planning_models import Intervention, School, intervention_facilitator

NO_DEPARTMENT = "-"  # in a filter, where "" means all of them

_LEVEL = func.coalesce(func.nullif(LiveSessionRow.level, ""), Intervention.level, "").label("level")
_DEPARTMENT = func.coalesce(School.department, "").label("department")
_OF_THE_DIRECTORY = "ecole-"  # before the number of a school, to tell it from a name that was typed


@dataclass(frozen=True)
class Filters:
    """Days are both included; empty text and None mean everything. `school` as in `school_key`. They only narrow."""

    since: date
    until: date
    department: str = ""
    school: str = ""
    level: str = ""
    workshop: str = ""
    facilitator: int | None = None


def school_key(row: Any) -> str:
    """The school of a live session: its number in the directory, or the name typed at the set-up without one."""
    return school_filter(row.school_id) if row.school_id is not None else str(row.school)


def school_filter(school_id: int) -> str:
    """The value of `Filters.school` for a school of the directory."""
    return f"{_OF_THE_DIRECTORY}{school_id}"


def _held(query: Any, only: int | None) -> Any:
    """Live sessions that count; with `only`, those that this account ran or was planned for."""
    query = (
        query.select_from(LiveSessionRow)
        .join(QuizVersion, QuizVersion.digest == LiveSessionRow.quiz_digest)
        .outerjoin(Intervention, Intervention.id == LiveSessionRow.intervention_id)
        .outerjoin(School, School.id == Intervention.school_id)
        .where(
            LiveSessionRow.ended_at.is_not(None),
            LiveSessionRow.started_at.is_not(None),
            LiveSessionRow.rehearsal.is_(False),
            LiveSessionRow.follows.is_(None),
        )
    )
    return query if only is None else query.where(_run_by(only))


def _run_by(account_id: int) -> ColumnElement[bool]:
    planned = intervention_facilitator.c
    theirs = select(planned.intervention_id).where(planned.account_id == account_id)
    return or_(LiveSessionRow.owner_id == account_id, LiveSessionRow.intervention_id.in_(theirs))


def _narrowed(query: Any, filters: Filters, since: date, only: int | None) -> Any:
    query = _held(query, only).where(
        LiveSessionRow.started_at >= _midnight(since),
        LiveSessionRow.started_at < _midnight(filters.until + timedelta(days=1)),
    )
    if filters.department:
        query = query.where(_DEPARTMENT.element == filters.department.replace(NO_DEPARTMENT, ""))
    if filters.school.startswith(_OF_THE_DIRECTORY):
        number = filters.school.removeprefix(_OF_THE_DIRECTORY)
        query = query.where(School.id == (int(number) if number.isdecimal() and len(number) < 10 else -1))
    elif filters.school:
        query = query.where(School.id.is_(None), LiveSessionRow.school == filters.school)
    if filters.level:
        query = query.where(_LEVEL.element == filters.level)
    if filters.workshop:
        query = query.where(QuizVersion.slug == filters.workshop)
    if filters.facilitator is not None:
        query = query.where(_run_by(filters.facilitator))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def held(filters: Filters, since: date, only: int | None) -> Sequence[Any]:
    """Live sessions from `since` (which may be before the period) to its end, oldest first."""
    columns = select(
        LiveSessionRow.id,
        LiveSessionRow.started_at,
        LiveSessionRow.school,
        LiveSessionRow.class_label,
        LiveSessionRow.present,
        LiveSessionRow.quiz_digest,
        School.id.label("school_id"),
        _LEVEL,
        _DEPARTMENT,
    )
    return db.session.execute(_narrowed(columns, filters, since, only).order_by(LiveSessionRow.id)).all()


def size(filters: Filters, since: date, only: int | None) -> int:
    """How many they are."""
    return int(db.session.execute(_narrowed(select(func.count()), filters, since, only)).scalar_one())


def rounds(filters: Filters, since: date, only: int | None) -> Sequence[Any]:
    """Their rounds: folded counts of knowledge and situations, what was published of lived experience."""
    columns = select(
        RoundRow.live_session_id,
        RoundRow.activity_id,
        RoundRow.question_id,
        RoundRow.is_experience,
        RoundRow.disclosed,
        FoldedTally.voices,
        FoldedTally.respondents,
    )
    wanted = _narrowed(select(LiveSessionRow.id), filters, since, only)
    query = columns.outerjoin(FoldedTally, FoldedTally.round_id == RoundRow.id)
    return db.session.execute(query.where(RoundRow.live_session_id.in_(wanted)).order_by(RoundRow.id)).all()


def follow_ups(filters: Filters, since: date, only: int | None) -> Sequence[Any]:
    """Rounds of follow-ups that are over, with the live session that each follows, the newest follow-up last."""
    wanted = _narrowed(select(LiveSessionRow.id), filters, since, only)
    later = aliased(LiveSessionRow)
    query = (
        select(later.follows, later.id, RoundRow.question_id, FoldedTally.voices, FoldedTally.respondents)
        .join(RoundRow, RoundRow.live_session_id == later.id)
        .join(FoldedTally, FoldedTally.round_id == RoundRow.id)
        .where(later.follows.in_(wanted), later.ended_at.is_not(None))
    )
    return db.session.execute(query.order_by(later.id, RoundRow.id)).all()


def transitions(filters: Filters, since: date, only: int | None) -> Sequence[Any]:
    wanted = _narrowed(select(LiveSessionRow.id), filters, since, only)
    columns = select(
        FoldedTransition.live_session_id,
        FoldedTransition.question_id,
        FoldedTransition.right_before,
        FoldedTransition.right_after,
        FoldedTransition.people,
    )
    return db.session.execute(columns.where(FoldedTransition.live_session_id.in_(wanted))).all()


def shifts(filters: Filters, since: date, only: int | None) -> Sequence[Any]:
    """How what one feels able to do moved, phone by phone: counts by direction."""
    wanted = _narrowed(select(LiveSessionRow.id), filters, since, only)
    columns = select(FoldedShift.live_session_id, FoldedShift.question_id, FoldedShift.direction, FoldedShift.people)
    return db.session.execute(columns.where(FoldedShift.live_session_id.in_(wanted))).all()


def choices(only: int | None) -> tuple[Sequence[Any], Sequence[Any]]:
    """What filters may be set to: places with levels, workshops with facilitators. Apart: together they make nearly as
    many combinations as there are classes."""
    places = select(
        School.id.label("school_id"),
        School.name.label("school_name"),
        School.town,
        LiveSessionRow.school,
        _LEVEL,
        _DEPARTMENT,
    )
    workshops = select(
        QuizVersion.slug, QuizVersion.digest, Account.id.label("account_id"), Account.name.label("account_name")
    )
    run = _held(workshops, only).join(Account, Account.id == LiveSessionRow.owner_id)
    return db.session.execute(_held(places, only).distinct()).all(), db.session.execute(run.distinct()).all()
