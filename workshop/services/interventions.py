"""Interventions: which class is visited when, by whom; and what a live session starts from."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from workshop import clock
from workshop.domain.errors import NotAllowed, NotFound
from workshop.extensions import db
from workshop.storage.models import Account, LiveSessionRow
from workshop.storage.planning_models import Intervention
from workshop.storage.transaction import transaction

from . import schools
from .keys import new_token
from .schools import KnownSchool, entry_of, row_of

SHOWN = 50  # interventions on the page of a school
# Years of a plausible visit: what is beyond is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 2020, 2099


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
    """An intervention, as the agenda shows it; `people` only when a file names them."""

    id: int
    entry: InterventionEntry
    school: KnownSchool
    facilitators: tuple[tuple[int, str], ...]
    runs: tuple[Run, ...]
    people: dict[str, str]
    token: str
    changed_at: datetime

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
        row = Intervention(school_id=row_of(school_id).id, token=new_token(), created_at=now)
        write(row, entry)
        db.session.add(row)
        db.session.flush()
        return row.id


def change(intervention_id: int, entry: InterventionEntry, account_id: int, is_admin: bool) -> None:
    """Change what is planned. Raises NotFound, NotAllowed."""
    with transaction():
        write(_to_change(intervention_id, account_id, is_admin), entry)


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


def by_token(tokens: Iterable[str]) -> dict[str, Planned]:
    """Those that are known here, whatever file they go or come by."""
    return {each.token: each for each in _planned(_QUERY.where(Intervention.token.in_(list(tokens))))}


def to_start(intervention_id: int, account_id: int) -> Planned:
    """The intervention that this account is about to run. Raises NotFound, NotAllowed when it is another's."""
    planned = find(intervention_id)
    if not planned.may_be_started_by(account_id):
        raise NotAllowed
    return planned


def people_for(planned: Planned) -> dict[str, str]:
    """To whom pupils may go and talk there, as the set-up screen names them; empty when nobody is known."""
    return planned.people or schools.people_of(schools.find(planned.school.id).listeners)


def of_days(first: date, last: date, facilitator_id: int) -> tuple[Planned, ...]:
    """The interventions of one facilitator, from one day to another, both included, in order."""
    return _between(first, (last - first).days + 1, facilitator_id)


def of_week(monday: date, facilitator_id: int | None = None) -> tuple[Planned, ...]:
    """The interventions of the seven days from `monday` on, in order; of one facilitator, or of everybody."""
    return _between(monday, 7, facilitator_id)


def _between(first: date, days: int, facilitator_id: int | None) -> tuple[Planned, ...]:
    start = datetime.combine(first, time(), UTC)
    query = _QUERY.where(Intervention.starts_at >= start, Intervention.starts_at < start + timedelta(days=days))
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
    school = KnownSchool(row.school.id, entry_of(row.school))
    return Planned(row.id, entry, school, people, runs, row.people, row.token, row.changed_at)


def write(row: Intervention, entry: InterventionEntry) -> None:
    """Put into a row what is planned; the transaction is the caller's."""
    row.changed_at = clock.now()
    row.starts_at, row.slug, row.short, row.answering = entry.starts_at, entry.slug, entry.short, entry.answering
    row.class_label, row.level = entry.class_label, entry.level
    row.expected, row.adult = entry.expected, entry.adult
    query = select(Account).where(Account.id.in_(entry.facilitators))
    row.facilitators = list(db.session.execute(query).scalars())


def _to_change(intervention_id: int, account_id: int, is_admin: bool) -> Intervention:
    if not find(intervention_id).may_be_changed_by(account_id, is_admin):
        raise NotAllowed
    return db.session.get_one(Intervention, intervention_id)
