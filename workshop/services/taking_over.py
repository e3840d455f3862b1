"""A laptop dies during a class: a colleague goes on with it, in one click, if they were to be there.

Who: whoever is planned on the same intervention, whoever was named at the set-up, whoever ran this class before, and an
administrator. Nobody else, so that a live session still belongs to its facilitator. Each time is written down.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, or_, select, true, update
from sqlalchemy.orm import aliased

from workshop.domain.errors import NotAllowed, SessionEnded, StaleVersion
from workshop.extensions import db
from workshop.storage import live_sessions
from workshop.storage.models import Access, Account, Handover, LiveSessionRow
from workshop.storage.planning_models import intervention_facilitator
from workshop.storage.transaction import transaction

_LISTED = 20


@dataclass(frozen=True)
class Offer:
    """A class of somebody else that this account may take over, or that it ran and is `over`. `since` is when its owner
    took it over, if they did; `was_theirs`: this account ran it before."""

    live_id: int
    code: str
    class_label: str
    school: str
    title: str
    language: str
    started: bool
    over: bool
    owner_id: int
    owner: str
    since: datetime | None
    was_theirs: bool


@dataclass(frozen=True)
class Handed:
    """From whom to whom a live session went, and when."""

    giver: str
    taker: str
    at: datetime


def offers(account_id: int, is_admin: bool, live_id: int | None = None) -> tuple[Offer, ...]:
    """Classes in progress of others that this account may take over, newest first. Of one live session, if asked: then
    whoever ran it is told of its end too."""
    live = LiveSessionRow
    query = (
        select(live, Account.name)
        .join(Account, Account.id == live.owner_id)
        .where(live.owner_id != account_id, live.follows.is_(None), _may(account_id, is_admin))
    )
    if live_id is None:
        query = query.where(live.ended_at.is_(None))
    else:
        query = query.where(live.id == live_id, or_(live.ended_at.is_(None), live.id.in_(_given(account_id))))
    found = db.session.execute(query.order_by(live.created_at.desc()).limit(_LISTED)).all()
    handed = _handovers([row.id for row, _ in found])
    return tuple(_offer(row, owner, handed.get(row.id, []), account_id) for row, owner in found)


def take_over(live_id: int, owner_id: int, account_id: int, is_admin: bool, now: datetime) -> None:
    """The live session goes from `owner_id`, whose it was on the screen, to `account_id`. Its paired phones wait until
    the new console confirms them. Raises NotAllowed, SessionEnded, or StaleVersion when it went elsewhere meanwhile."""
    with transaction():
        row = live_sessions.find(live_id, lock=True)
        allowed = select(LiveSessionRow.id).where(LiveSessionRow.id == live_id, _may(account_id, is_admin))
        if row is None or row.follows is not None or db.session.execute(allowed).first() is None:
            raise NotAllowed
        if row.ended_at is not None:
            raise SessionEnded
        if row.owner_id == account_id:
            return  # a second click
        if row.owner_id != owner_id:
            raise StaleVersion
        row.owner_id, row.active_at = account_id, now
        remotes = update(Access).where(Access.live_session_id == live_id, Access.kind == "remote")
        db.session.execute(remotes.values(confirmed=False))
        db.session.add(Handover(live_session_id=live_id, giver_id=owner_id, taker_id=account_id, at=now))


def history(live_id: int) -> tuple[Handed, ...]:
    """How this live session went from hand to hand, oldest first."""
    giver, taker = aliased(Account), aliased(Account)
    query = (
        select(giver.name, taker.name, Handover.at)
        .join(giver, giver.id == Handover.giver_id)
        .join(taker, taker.id == Handover.taker_id)
        .where(Handover.live_session_id == live_id)
        .order_by(Handover.id)
    )
    return tuple(Handed(*row) for row in db.session.execute(query))


def _may(account_id: int, is_admin: bool) -> ColumnElement[bool]:
    planned = intervention_facilitator.c
    theirs = select(planned.intervention_id).where(planned.account_id == account_id)
    return or_(
        true() if is_admin else false(),
        LiveSessionRow.partner_id == account_id,
        LiveSessionRow.intervention_id.in_(theirs),
        LiveSessionRow.id.in_(_given(account_id)),
    )


def _given(account_id: int) -> Select[int]:
    """The live sessions that this account ran, before somebody took them over."""
    return select(Handover.live_session_id).where(Handover.giver_id == account_id)


def _handovers(live_ids: list[int]) -> dict[int, list[Handover]]:
    found: dict[int, list[Handover]] = {}
    query = select(Handover).where(Handover.live_session_id.in_(live_ids)).order_by(Handover.id)
    for row in db.session.execute(query).scalars():
        found.setdefault(row.live_session_id, []).append(row)
    return found


def _offer(row: LiveSessionRow, owner: str, handed: list[Handover], account_id: int) -> Offer:
    since = handed[-1].at if handed else None
    was_theirs = any(one.giver_id == account_id for one in handed)
    workshop = live_sessions.workshop_of(row)
    return Offer(
        row.id, row.code, row.class_label, row.school, workshop.title, workshop.language, row.phase != "lobby",
        row.ended_at is not None, row.owner_id, owner, since, was_theirs,
    )  # fmt: skip
