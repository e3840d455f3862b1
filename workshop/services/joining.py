"""A phone comes in, comes back, or is refused. Joins of a whole class go into one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from workshop import clock
from workshop.domain.errors import (
    ClassFull,
    EntryLocked,
    Refusal,
    RehearsalOnly,
    Retired,
    SessionEnded,
    UnknownCode,
    UnknownSeat,
)
from workshop.domain.tally import split_choices
from workshop.extensions import db
from workshop.storage.models import LiveSessionRow, Participant, Response, RoundRow
from workshop.storage.text_models import WrittenText
from workshop.storage.transaction import transaction

from .sharing import Shared, shared_devices

PRESENCE = timedelta(seconds=45)  # two missed sweeps, and a phone is no longer counted as connected

# Built once: a phone that comes in alone waits longer for its statements to be built than for them to be run.
_LIVE = (
    select(
        LiveSessionRow.id,
        LiveSessionRow.code,
        LiveSessionRow.phase,
        LiveSessionRow.version,
        LiveSessionRow.capacity,
        LiveSessionRow.entry_locked,
        LiveSessionRow.rehearsal,
        LiveSessionRow.joined,
    )
    .where(LiveSessionRow.code.in_(bindparam("codes", expanding=True)))
    # A code is free again once its live session has ended: the running one, if any, comes last and wins.
    .order_by(LiveSessionRow.ended_at.is_(None), LiveSessionRow.id)
    .with_for_update()
)
_PEOPLE = select(
    Participant.id,
    Participant.live_session_id,
    Participant.key_hash,
    Participant.number,
    Participant.retired,
    Participant.way,
    Participant.size,
    Participant.seat,
    Participant.device,
).where(
    Participant.live_session_id.in_(bindparam("live_ids", expanding=True)),
    Participant.key_hash.in_(bindparam("hashes", expanding=True)),
)
_LIVED = select(RoundRow.live_session_id).where(
    RoundRow.live_session_id.in_(bindparam("live_ids", expanding=True)), RoundRow.is_open, RoundRow.is_experience
)
_INSIDE = select(func.count()).where(
    Participant.live_session_id == bindparam("live_id"), Participant.retired.is_(False)
)
_OWN = (
    select(
        Response.participant_id,
        Response.round_id,
        Response.seq,
        Response.choices,
        Response.hidden,
        RoundRow.is_experience,
    )
    .join(RoundRow, RoundRow.id == Response.round_id)
    .where(Response.participant_id.in_(bindparam("people", expanding=True)), RoundRow.is_open)
)

_OWN_TEXTS = (
    select(WrittenText.participant_id, WrittenText.round_id, WrittenText.seq, WrittenText.text, WrittenText.hidden)
    .join(RoundRow, RoundRow.id == WrittenText.round_id)
    .where(WrittenText.participant_id.in_(bindparam("people", expanding=True)), RoundRow.is_open)
)
_WRITERS = select(WrittenText.participant_id, WrittenText.state, WrittenText.hidden).where(
    WrittenText.participant_id.in_(bindparam("people", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A phone at the door: the code it typed or scanned, and the hash of the key that it holds. `seat`: of a device
    on which several take turns; that of the others is 1."""

    code: str
    key_hash: str
    simulated: bool = False
    seat: int = 1


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """What a phone may know of its own answer: for lived experience, after a come-back, and where pupils take turns,
    only that there is one."""

    round_id: int
    seq: int
    choices: tuple[str, ...] | None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    live_id: int
    participant_id: int
    number: int
    key_hash: str
    version: int
    answers: tuple[OwnAnswer, ...] = field(default=())
    # Whether it wrote something in this live session, and whether that was set apart: whom to talk to then stays on it.
    has_written: bool = False
    is_apart: bool = False
    shared: Shared | None = None


def write_arrivals(connection: Connection, arrivals: list[Arrival]) -> list[Joined | Refusal]:
    """Let in who may come in; for each arrival a Joined or why not. For `BatchWriter`."""
    by_code = _live_sessions(connection, {arrival.code.upper() for arrival in arrivals})
    known = _known(connection, [row.id for row in by_code.values()], {arrival.key_hash for arrival in arrivals})
    locked = _with_open_experience(connection, by_code.values())
    room = {row.id: row.capacity - _inside(connection, row.id) for row in by_code.values()}
    numbers = {row.id: row.joined for row in by_code.values()}
    fresh: dict[tuple[int, str], dict[str, Any]] = {}
    outcomes: list[Refusal | None] = []
    now = clock.now()
    for arrival in arrivals:
        live = by_code.get(arrival.code.upper())
        key = (live.id, arrival.key_hash) if live else (0, "")
        refusal = _refusal(arrival, live, known.get(key))
        if live and refusal is None and key not in known and key not in fresh:
            if arrival.seat > 1:
                refusal = UnknownSeat()
            elif live.entry_locked or live.id in locked:
                refusal = EntryLocked()
            elif room[live.id] <= 0:
                refusal = ClassFull()
            else:
                room[live.id] -= 1
                fresh[key] = {
                    "live_session_id": live.id,
                    "key_hash": arrival.key_hash,
                    "number": numbers[live.id],
                    "retired": False,
                    "came_back": False,
                    "last_seen": now,
                }
                numbers[live.id] += 1
        outcomes.append(refusal)
    if fresh:
        connection.execute(insert(Participant), list(fresh.values()))
        for row in by_code.values():
            if numbers[row.id] != row.joined:
                connection.execute(
                    update(LiveSessionRow)
                    .where(LiveSessionRow.id == row.id)
                    .values(joined=numbers[row.id], active_at=now)
                )
        known |= _known(connection, [live_id for live_id, _ in fresh], {key_hash for _, key_hash in fresh})
    people = [person.id for person in known.values() if not person.retired]
    own, written = _own_answers(connection, people), _writers(connection, people)
    shared = shared_devices(connection, list(known.values()))
    joined: list[Joined | Refusal] = []
    for arrival, refusal in zip(arrivals, outcomes, strict=True):
        if refusal is not None:
            joined.append(refusal)
            continue
        live = by_code[arrival.code.upper()]
        person = known[live.id, arrival.key_hash]
        joined.append(_joined(live, person, own, written, shared))
    return joined


def _joined(
    live: Any,
    person: Any,
    own: dict[int, list[OwnAnswer]],
    written: dict[int, tuple[bool, bool]],
    shared: dict[int, Shared],
) -> Joined:
    answers, device = own.get(person.id, []), shared.get(person.id)
    has_written, is_apart = written.get(person.id, (False, False))
    if device is not None:
        # Others look at this screen too: it shows no seat's answer, and no worry that its words may have raised.
        has_written = is_apart = False
    if device is not None and device.way == "turns":
        answers = [OwnAnswer(answer.round_id, answer.seq, None) for answer in answers]
    return Joined(
        live.id, person.id, person.number, person.key_hash, live.version, tuple(answers), has_written, is_apart, device
    )


def _refusal(arrival: Arrival, live: Any, person: Any) -> Refusal | None:
    if live is None:
        return UnknownCode()
    if live.phase == "ended":
        return SessionEnded()
    if live.rehearsal != arrival.simulated:
        return RehearsalOnly()
    if person is not None and person.retired:
        return UnknownSeat() if arrival.seat > 1 else Retired()
    return None


def _live_sessions(connection: Connection, codes: set[str]) -> dict[str, Any]:
    return {row.code: row for row in connection.execute(_LIVE, {"codes": list(codes)})}


def _known(connection: Connection, live_ids: Iterable[int], hashes: set[str]) -> dict[tuple[int, str], Any]:
    rows = connection.execute(_PEOPLE, {"live_ids": list(set(live_ids)), "hashes": list(hashes)})
    return {(row.live_session_id, row.key_hash): row for row in rows}


def _with_open_experience(connection: Connection, rows: Iterable[Any]) -> set[int]:
    return set(connection.execute(_LIVED, {"live_ids": [row.id for row in rows]}).scalars())


def _inside(connection: Connection, live_id: int) -> int:
    return connection.execute(_INSIDE, {"live_id": live_id}).scalar_one()


def _own_answers(connection: Connection, participant_ids: list[int]) -> dict[int, list[OwnAnswer]]:
    found: dict[int, list[OwnAnswer]] = {}
    for row in connection.execute(_OWN, {"people": participant_ids}):
        shown = None if row.is_experience or row.hidden else split_choices(row.choices)
        found.setdefault(row.participant_id, []).append(OwnAnswer(row.round_id, row.seq, shown))
    for written in connection.execute(_OWN_TEXTS, {"people": participant_ids}):
        text = None if written.hidden else written.text
        found.setdefault(written.participant_id, []).append(OwnAnswer(written.round_id, written.seq, None, text))
    return found


def _writers(connection: Connection, participant_ids: list[int]) -> dict[int, tuple[bool, bool]]:
    """Those who wrote something, each with whether some of it was set apart."""
    found: dict[int, tuple[bool, bool]] = {}
    for row in connection.execute(_WRITERS, {"people": participant_ids}):
        apart = row.state == "apart" and not row.hidden
        found[row.participant_id] = (True, apart or found.get(row.participant_id, (True, False))[1])
    return found


def known(row: LiveSessionRow, key_hash: str) -> Joined | None:
    """What a phone already is in a live session; None if it never said hello, or has been retired. Writes nothing."""
    connection = db.session.connection()
    person = _known(connection, [row.id], {key_hash}).get((row.id, key_hash))
    if person is None or person.retired:
        return None
    own, written = _own_answers(connection, [person.id]), _writers(connection, [person.id])
    return _joined(row, person, own, written, shared_devices(connection, [person]))


def seen(participant_ids: list[int], now: datetime | None) -> None:
    """Presence is a moment that expires: set for those connected, None for those who left."""
    with transaction():
        db.session.execute(update(Participant).where(Participant.id.in_(participant_ids)).values(last_seen=now))


def connected(live_id: int, since: datetime) -> int:
    return db.session.execute(
        select(func.count()).where(Participant.live_session_id == live_id, Participant.last_seen > since)
    ).scalar_one()
