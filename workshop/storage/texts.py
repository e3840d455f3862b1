"""What pupils write: kept in batches, read by groups that say the same, destroyed."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from workshop.domain.texts import Approved, State
from workshop.extensions import db

from .models import RoundRow
from .text_models import ApprovedText, Charter, SetApart, WrittenText

_UPSERT = text(
    "INSERT INTO written_text (round_id, participant_id, seq, text, merged, state, changes, hidden)"
    " VALUES (:round_id, :participant_id, :seq, :text, :merged, :state, :changes, :hidden)"
    " ON CONFLICT (round_id, participant_id) DO UPDATE"
    " SET seq = excluded.seq, text = excluded.text, merged = excluded.merged, state = excluded.state,"
    " changes = excluded.changes, hidden = excluded.hidden"
    " WHERE excluded.seq > written_text.seq"
)
_STORED = select(WrittenText.__table__).where(
    WrittenText.round_id.in_(bindparam("rounds", expanding=True)),
    WrittenText.participant_id.in_(bindparam("people", expanding=True)),
)
_LIKE = select(WrittenText.round_id, WrittenText.merged, WrittenText.state).where(
    WrittenText.round_id.in_(bindparam("rounds", expanding=True)), WrittenText.state.in_(("approved", "refused"))
)
_ALOUD = select(ApprovedText.round_id, ApprovedText.merged).where(
    ApprovedText.round_id.in_(bindparam("rounds", expanding=True))
)


def stored(connection: Connection, rounds: set[int], people: set[int]) -> dict[tuple[int, int], dict[str, Any]]:
    """What these participants have written in these rounds, by (round, participant)."""
    rows = connection.execute(_STORED, {"rounds": list(rounds), "people": list(people)}).mappings()
    return {(row["round_id"], row["participant_id"]): dict(row) for row in rows}


def read_before(connection: Connection, rounds: set[int]) -> dict[tuple[int, str], State]:
    """What an adult has decided of texts that say the same, by (round, merged)."""
    asked = {"rounds": list(rounds)}
    found: dict[tuple[int, str], State] = {(r.round_id, r.merged): r.state for r in connection.execute(_LIKE, asked)}
    return found | {(r.round_id, r.merged): "approved" for r in connection.execute(_ALOUD, asked)}


def save(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Upsert texts, the highest `seq` winning. Keys are distinct and sorted (PostgreSQL: no repeat, no deadlock)."""
    connection.execute(_UPSERT, rows)


def set_apart(connection: Connection, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(SetApart), rows)


def by_state(round_id: int) -> list[Any]:
    """(state, merged, text, how many phones) of a round. In the order of the alphabet: that of arrival would tell."""
    columns = (WrittenText.state, WrittenText.merged, WrittenText.text)
    query = select(*columns, func.count().label("phones")).where(WrittenText.round_id == round_id)
    return list(db.session.execute(query.group_by(*columns).order_by(WrittenText.merged, WrittenText.text)).all())


def approved(round_ids: Iterable[int]) -> dict[int, tuple[Approved, ...]]:
    """What was let through, by round, the most frequent first."""
    ids = list(round_ids)
    if not ids:
        return {}
    written = (
        select(WrittenText.round_id, WrittenText.merged, func.count().label("phones"))
        .where(WrittenText.state == "approved", WrittenText.round_id.in_(ids))
        .group_by(WrittenText.round_id, WrittenText.merged)
        .subquery()
    )
    people = (ApprovedText.people + func.coalesce(written.c.phones, 0)).label("people")
    query = (
        select(ApprovedText.round_id, ApprovedText.text, people)
        .outerjoin(written, (written.c.round_id == ApprovedText.round_id) & (written.c.merged == ApprovedText.merged))
        .where(ApprovedText.round_id.in_(ids))
        .order_by(ApprovedText.round_id, people.desc(), ApprovedText.merged)
    )
    found: dict[int, list[Approved]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.round_id, []).append(Approved(row.text, row.people))
    return {round_id: tuple(texts) for round_id, texts in found.items()}


def writers(round_ids: Iterable[int]) -> int:
    """How many participants have written in at least one of these rounds."""
    return db.session.execute(
        select(func.count(func.distinct(WrittenText.participant_id))).where(WrittenText.round_id.in_(list(round_ids)))
    ).scalar_one()


def said_aloud(round_ids: Iterable[int]) -> int:
    """Words that the facilitator typed for those who spoke."""
    spoken = select(func.coalesce(func.sum(ApprovedText.people), 0)).where(ApprovedText.round_id.in_(list(round_ids)))
    return int(db.session.execute(spoken).scalar_one())


def fold(round_ids: list[int]) -> None:
    """At the end: what was let through keeps its number, and all that pupils wrote goes."""
    counts = (
        select(func.count())
        .where(
            WrittenText.round_id == ApprovedText.round_id,
            WrittenText.merged == ApprovedText.merged,
            WrittenText.state == "approved",
        )
        .scalar_subquery()
    )
    folded = update(ApprovedText).where(ApprovedText.round_id.in_(round_ids))
    db.session.execute(folded.values(people=ApprovedText.people + counts).execution_options(synchronize_session=False))
    db.session.execute(delete(WrittenText).where(WrittenText.round_id.in_(round_ids)))


def sheets(live_id: int) -> list[Any]:
    """What was set apart in a live session, the oldest first: (id, round_id, activity_id, text, at)."""
    query = (
        select(SetApart.id, SetApart.round_id, RoundRow.activity_id, SetApart.text, SetApart.at)
        .join(RoundRow, RoundRow.id == SetApart.round_id)
        .where(RoundRow.live_session_id == live_id)
        .order_by(SetApart.id)
    )
    return list(db.session.execute(query).all())


def charters(live_id: int) -> dict[str, tuple[str, ...]]:
    """The lines of each poster that has some, by activity."""
    rows = db.session.execute(select(Charter).where(Charter.live_session_id == live_id)).scalars()
    return {row.activity_id: tuple(row.lines) for row in rows if row.lines}
