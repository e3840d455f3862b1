"""One device for several pupils: in turns, each on a seat of their own, or as a group with one voice. And a device that
goes to another pupil, of this class or of the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from workshop import clock
from workshop.domain.errors import (
    AnsweredAlready,
    ClassFull,
    EntryLocked,
    RehearsalOnly,
    Retired,
    SessionEnded,
    SharedRefused,
    UnknownCode,
)
from workshop.extensions import db
from workshop.storage import live_sessions
from workshop.storage.models import LiveSessionRow, Participant, Response, RoundRow
from workshop.storage.text_models import WrittenText
from workshop.storage.transaction import transaction

from .keys import hashed, new_token

MOST = 5  # pupils on one device
WAYS = ("phone", "turns", "group")

_SEATS = (
    select(Participant.id, Participant.device, Participant.live_session_id, Participant.seat, Participant.number)
    .where(
        Participant.live_session_id.in_(bindparam("live_ids", expanding=True)),
        Participant.device.in_(bindparam("devices", expanding=True)),
        Participant.way == "turns",
        Participant.retired.is_(False),
    )
    .order_by(Participant.seat)
)
_ANSWERED = tuple(
    select(table.participant_id, table.round_id)
    .join(RoundRow, RoundRow.id == table.round_id)
    .where(table.participant_id.in_(bindparam("people", expanding=True)), RoundRow.is_open)
    for table in (Response, WrittenText)
)


@dataclass(frozen=True, slots=True)
class Seat:
    """One of those who take turns. `answered`: the open rounds that have an answer of theirs; never which."""

    seat: int
    number: int
    answered: frozenset[int]


@dataclass(frozen=True, slots=True)
class Shared:
    """How a device is shared: in `turns`, and then by whom, or by a `group` of so many."""

    way: str
    size: int
    seat: int
    seats: tuple[Seat, ...] = ()


def seat_key(key: str, seat: int) -> str:
    """The key of each of those who share a device. The first has the device's own."""
    return key if seat == 1 else f"{key}/{seat}"


def share(code: str, key: str, way: str, size: int) -> bool:
    """Say how many pupils this device is for (2 to 5, or 1 with « phone »), and how they vote. Twice is once:
    whether it changed.

    A pupil has one way of answering: it can change until somebody has answered here. Seats are newcomers, and refused
    when those are. Never in a follow-up, which each answers at home.
    """
    with transaction():
        found = live_sessions.find_by_code(code)
        row = live_sessions.find(found.id, lock=True) if found else None
        if row is None:
            raise UnknownCode
        if row.ended_at is not None:
            raise SessionEnded
        if row.rehearsal:
            raise RehearsalOnly
        if row.follows is not None:
            raise SharedRefused
        # Answers of this device that are being written are waited for; those that come later see its new way.
        db.session.execute(
            select(RoundRow.id)
            .where(RoundRow.live_session_id == row.id, RoundRow.is_open)
            .order_by(RoundRow.id)
            .with_for_update()
        )
        seats = _people(row.id, key)
        if seats[0] is not None and seats[0].retired:
            raise Retired
        if seats[0] is not None and (seats[0].way, seats[0].size) == (way, size):
            return False
        if _have_answered(person.id for person in seats if person is not None):
            raise AnsweredAlready
        if row.entry_locked or any(r.is_open and r.is_experience for r in row.rounds):
            raise EntryLocked
        wanted = size if way == "turns" else 1
        newcomers = [person for person in seats[:wanted] if person is None or person.retired]
        if _inside(row.id) + len(newcomers) > row.capacity:
            raise ClassFull
        _seat(row, key, seats, way, size, wanted)
        return True


def _seat(row: LiveSessionRow, key: str, seats: Sequence[Participant | None], way: str, size: int, wanted: int) -> None:
    device: int | None = None
    for place, person in enumerate(seats):
        if place >= wanted:
            # Kept aside: changing one's mind again and again makes no more of them than seats.
            if person is not None:
                person.retired = True
            continue
        if person is None:
            person = Participant(
                live_session_id=row.id, key_hash=hashed(seat_key(key, place + 1)), number=row.joined, seat=place + 1,
                last_seen=None if place else clock.now(),
            )  # fmt: skip
            row.joined += 1
            db.session.add(person)
        device = person.number if device is None else device
        person.way, person.size, person.device, person.retired = way, size, device, False
    row.active_at = clock.now()


def leave(code: str, key: str) -> list[int]:
    """The pupils of this device leave it: nobody takes up their signs again. What they answered stays counted, and they
    still count among those who came in. Their participants' ids, whose sockets are to be closed."""
    with transaction():
        found = live_sessions.find_by_code(code)
        if found is None or found.ended_at is not None:
            return []
        live_sessions.find(found.id, lock=True)
        people = [person for person in _people(found.id, key) if person is not None and not person.retired]
        for person in people:
            db.session.add(Participant(live_session_id=found.id, key_hash=person.key_hash, retired=True))
            person.key_hash, person.last_seen = hashed(new_token()), None
        return [person.id for person in people]


def shared_devices(connection: Connection, people: Sequence[Any]) -> dict[int, Shared]:
    """Of these rows of participants, by id: how each that is on a shared device shares it."""
    found = {p.id: Shared(p.way, p.size, p.seat) for p in people if p.way == "group"}
    turns = [p for p in people if p.way == "turns"]
    if not turns:
        return found
    wanted = {"live_ids": list({p.live_session_id for p in turns}), "devices": list({p.device for p in turns})}
    rows = connection.execute(_SEATS, wanted).all()
    answered: dict[int, set[int]] = {}
    for query in _ANSWERED:
        for one in connection.execute(query, {"people": [row.id for row in rows]}):
            answered.setdefault(one.participant_id, set()).add(one.round_id)
    for person in turns:
        seats = tuple(
            Seat(row.seat, row.number, frozenset(answered.get(row.id, ())))
            for row in rows
            if (row.live_session_id, row.device) == (person.live_session_id, person.device)
        )
        found[person.id] = Shared("turns", person.size, person.seat, seats)
    return found


def extra_seats(live_id: int) -> int:
    """How many of those who came in were on another's device."""
    return db.session.execute(
        select(func.count()).where(Participant.live_session_id == live_id, Participant.seat > 1)
    ).scalar_one()


def _people(live_id: int, key: str) -> list[Participant | None]:
    """Those of this device, by seat."""
    hashes = [hashed(seat_key(key, seat)) for seat in range(1, MOST + 1)]
    rows = db.session.execute(
        select(Participant).where(Participant.live_session_id == live_id, Participant.key_hash.in_(hashes))
    ).scalars()
    by_hash = {person.key_hash: person for person in rows}
    return [by_hash.get(one) for one in hashes]


def _have_answered(people: Any) -> bool:
    ids = list(people)
    return any(
        db.session.execute(select(table.round_id).where(table.participant_id.in_(ids)).limit(1)).first() is not None
        for table in (Response, WrittenText)
    )


def _inside(live_id: int) -> int:
    return db.session.execute(
        select(func.count()).where(Participant.live_session_id == live_id, Participant.retired.is_(False))
    ).scalar_one()
