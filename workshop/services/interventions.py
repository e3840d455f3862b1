"""Interventions: which class is visited when, by whom; and what a live session starts from."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from workshop.domain.errors import NotAllowed, NotFound
from workshop.extensions import db
from workshop.storage.models import Account, LiveSessionRow
from workshop.storage.planning_models import Intervention
from workshop.storage.transaction import transaction

from .schools import KnownSchool, entry_of, row_of

SHOWN = 50  # interventions on the page of a school


@dataclass(frozen=True)
class InterventionEntry:
    """What is planned. `starts_at` is what the school's clock will show, `slug` the workshop, `short` whether in its
    short variant, `expected` a number of pupils, `adult` who of the school will be in the room, `facilitators` ids of
    accounts."""

    starts_at: datetime
    slug: str
    answering: str
    class_label: str = ""
    level: str = ""
    expected: int | None = None
    adult: str = ""
    facilitators: frozenset[int] = frozenset()
    short: bool = False


@dataclass(frozen=True)
class Run:
    """A live session that was started from an intervention. Only its owner opens it."""

    live_id: int
    owner_id: int
    ended: bool


@dataclass(frozen=True)
class Planned:
    """An intervention, as the agenda shows it."""

    id: int
    entry: InterventionEntry
    school: KnownSchool
    facilitators: tuple[tuple[int, str], ...]
    runs: tuple[Run, ...]

    def may_be_changed_by(self, account_id: int, is_admin: bool) -> bool:
        """By those who run it and by an administrator; by anybody as long as nobody is named."""
        return is_admin or not self.facilitators or self.may_be_started_by(account_id)

    def may_be_started_by(self, account_id: int) -> bool:
        return account_id in self.entry.facilitators


_QUERY = select(Intervention).options(joinedload(Intervention.school), selectinload(Intervention.facilitators))


def facilitators() -> tuple[tuple[int, str], ...]:
    """Who may run an intervention: id and name of each account in use."""
    query = select(Account.id, Account.name).where(Account.disabled_at.is_(None)).order_by(Account.name, Account.id)
    return tuple((row.id, row.name) for row in db.session.execute(query))


def plan(school_id: int, entry: InterventionEntry, now: datetime) -> int:
    """Plan a visit to a school; the id of the intervention."""
    with transaction():
        row = Intervention(school_id=row_of(school_id).id, created_at=now)
        _write(row, entry)
        db.session.add(row)
        db.session.flush()
        return row.id


def change(intervention_id: int, entry: InterventionEntry, account_id: int, is_admin: bool) -> None:
    """Change what is planned. Raises NotFound, NotAllowed."""
    with transaction():
        _write(_to_change(intervention_id, account_id, is_admin), entry)


def cancel(intervention_id: int, account_id: int, is_admin: bool) -> None:
    """Delete an intervention. Live sessions started from it stay, no longer tied to it. Raises NotFound, NotAllowed."""
    with transaction():
        db.session.delete(_to_change(intervention_id, account_id, is_admin))


def find(intervention_id: int) -> Planned:
    """The intervention, or NotFound."""
    found = _planned(_QUERY.where(Intervention.id == intervention_id))
    if not found:
        raise NotFound
    return found[0]


def to_start(intervention_id: int, account_id: int) -> Planned:
    """The intervention that this account is about to run. Raises NotFound, NotAllowed when it is another's."""
    planned = find(intervention_id)
    if not planned.may_be_started_by(account_id):
        raise NotAllowed
    return planned


def of_week(monday: date, facilitator_id: int | None = None) -> tuple[Planned, ...]:
    """The interventions of the seven days from `monday` on, in order; of one facilitator, or of everybody."""
    start = datetime.combine(monday, time(), UTC)
    query = _QUERY.where(Intervention.starts_at >= start, Intervention.starts_at < start + timedelta(days=7))
    if facilitator_id is not None:
        query = query.where(Intervention.facilitators.any(Account.id == facilitator_id))
    return _planned(query.order_by(Intervention.starts_at, Intervention.id))


def of_school(school_id: int) -> tuple[Planned, ...]:
    """The last interventions of a school, newest first."""
    query = _QUERY.where(Intervention.school_id == school_id)
    return _planned(query.order_by(Intervention.starts_at.desc(), Intervention.id.desc()).limit(SHOWN))


def _planned(query: Select[Any]) -> tuple[Planned, ...]:
    """In the order of the query. Four queries, however many interventions it finds."""
    rows = db.session.execute(query).scalars().all()
    runs = defaultdict(list)
    live = LiveSessionRow
    started = select(live.id, live.owner_id, live.ended_at, live.intervention_id).order_by(live.id)
    for run in db.session.execute(started.where(live.intervention_id.in_([row.id for row in rows]))):
        runs[run.intervention_id].append(Run(run.id, run.owner_id, run.ended_at is not None))
    return tuple(_view(row, tuple(runs[row.id])) for row in rows)


def _view(row: Intervention, runs: tuple[Run, ...]) -> Planned:
    people = tuple((account.id, account.name) for account in row.facilitators)
    entry = InterventionEntry(
        starts_at=row.starts_at,
        slug=row.slug,
        answering=row.answering,
        class_label=row.class_label,
        level=row.level,
        expected=row.expected,
        adult=row.adult,
        short=row.short,
        facilitators=frozenset(account_id for account_id, _ in people),
    )
    return Planned(row.id, entry, KnownSchool(row.school.id, entry_of(row.school)), people, runs)


def _write(row: Intervention, entry: InterventionEntry) -> None:
    row.starts_at, row.slug, row.short, row.answering = entry.starts_at, entry.slug, entry.short, entry.answering
    row.class_label, row.level = entry.class_label, entry.level
    row.expected, row.adult = entry.expected, entry.adult
    query = select(Account).where(Account.id.in_(entry.facilitators))
    row.facilitators = list(db.session.execute(query).scalars())


def _to_change(intervention_id: int, account_id: int, is_admin: bool) -> Intervention:
    if not find(intervention_id).may_be_changed_by(account_id, is_admin):
        raise NotAllowed
    return db.session.get_one(Intervention, intervention_id)
