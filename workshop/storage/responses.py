"""Ballots: written in batches, counted by SQL, destroyed. Exact counts of lived experience leave this module only
towards `domain.disclosure`, through `take_experience_ballots`, which destroys them."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from sqlalchemy import Connection, Select, delete, func, select, text
from sqlalchemy.orm import aliased

from workshop.domain.tally import Sharing
from workshop.extensions import db

from .models import Participant, Response, RoomCount, RoundRow

RoomChannel = Literal["hand", "card"]
ROOM_CHANNELS: tuple[RoomChannel, ...] = ("hand", "card")

_UPSERT = text(
    "INSERT INTO response (round_id, participant_id, seq, choices, hidden)"
    " VALUES (:round_id, :participant_id, :seq, :choices, :hidden)"
    " ON CONFLICT (round_id, participant_id) DO UPDATE"
    " SET seq = excluded.seq, choices = excluded.choices, hidden = excluded.hidden"
    " WHERE excluded.seq > response.seq"
)

_SHARING = (
    select(Participant.way, func.count(), func.count(func.distinct(Participant.device)), func.sum(Participant.size))
    .where(Participant.way != "phone")
    .group_by(Participant.way)
)


def save(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Upsert answers, the highest `seq` winning. Keys are distinct and sorted (PostgreSQL: no repeat, no deadlock)."""
    connection.execute(_UPSERT, rows)


def stored_seq(connection: Connection, key: tuple[int, int]) -> int | None:
    """The `seq` that counts for this (round, participant), or None."""
    round_id, participant_id = key
    return connection.execute(
        select(Response.seq).where(Response.round_id == round_id, Response.participant_id == participant_id)
    ).scalar()


def count_by_choices(round_id: int) -> list[tuple[str, int]]:
    """(stored choices, how many phones). Refuses a round on lived experience, whatever its state."""
    rows = db.session.execute(
        select(Response.choices, func.count())
        .join(RoundRow, RoundRow.id == Response.round_id)
        .where(Response.round_id == round_id, RoundRow.is_experience.is_(False))
        .group_by(Response.choices)
    )
    return [(choices, people) for choices, people in rows]


def sharing(round_id: int) -> Sharing:
    """Of the answers to a round, those of shared devices. Never of lived experience, which these do not answer."""
    answered = _SHARING.join(Response, Response.participant_id == Participant.id)
    return _sharing(answered.where(Response.round_id == round_id))


def shared_devices(live_id: int) -> Sharing:
    """The shared devices of a class that goes on, whether they have answered or not."""
    return _sharing(_SHARING.where(Participant.live_session_id == live_id, Participant.retired.is_(False)))


def _sharing(query: Select[str, int, int, int]) -> Sharing:
    found = {way: (voices, devices, pupils) for way, voices, devices, pupils in db.session.execute(query)}
    turns, devices, _ = found.get("turns", (0, 0, 0))
    groups, _, pupils = found.get("group", (0, 0, 0))
    return Sharing(turns, devices, groups, pupils)


def take_experience_ballots(round_id: int, order: tuple[str, ...]) -> dict[str, int]:
    """Count the ballots of a round on lived experience and destroy them, in the caller's transaction."""
    rows = db.session.execute(
        select(Response.choices, func.count()).where(Response.round_id == round_id).group_by(Response.choices)
    )
    counts = {row.choices: row[1] for row in rows}
    destroy([round_id])
    return {choice: counts.get(choice, 0) for choice in order}


def destroy(round_ids: Iterable[int]) -> None:
    db.session.execute(delete(Response).where(Response.round_id.in_(list(round_ids))))


def destroy_participants(live_id: int) -> None:
    """Every trace of the phones of a live session: identities, keys, retired keys."""
    db.session.execute(delete(Participant).where(Participant.live_session_id == live_id))


def answered(round_ids: Iterable[int]) -> int:
    """How many participants have answered at least one of these rounds."""
    return db.session.execute(
        select(func.count(func.distinct(Response.participant_id))).where(Response.round_id.in_(list(round_ids)))
    ).scalar_one()


def room_counts(round_id: int, channel: RoomChannel) -> dict[str, int]:
    """How many hands or cards were counted for each choice that had some."""
    rows = db.session.execute(
        select(RoomCount.choice, RoomCount.voices).where(RoomCount.round_id == round_id, RoomCount.channel == channel)
    )
    return {row.choice: row.voices for row in rows}


def store_room_counts(round_id: int, channel: RoomChannel, counts: Mapping[str, int]) -> None:
    """Replace what was counted this way."""
    db.session.execute(delete(RoomCount).where(RoomCount.round_id == round_id, RoomCount.channel == channel))
    db.session.add_all(
        RoomCount(round_id=round_id, channel=channel, choice=choice, voices=n) for choice, n in counts.items() if n
    )


def pair_counts(before_id: int, after_id: int) -> list[tuple[str, str, int]]:
    """(choices before, choices after, how many phones) of those who answered both, each on a device of their own."""
    after = aliased(Response)
    rows = db.session.execute(
        select(Response.choices, after.choices, func.count())
        .join(after, after.participant_id == Response.participant_id)
        .join(Participant, Participant.id == Response.participant_id)
        .where(Response.round_id == before_id, after.round_id == after_id, Participant.way == "phone")
        .group_by(Response.choices, after.choices)
    )
    return [(first, second, people) for first, second, people in rows]
