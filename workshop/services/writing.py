"""What a pupil writes, from either door: queued, committed with its neighbours, confirmed after the commit.

It is kept for an adult to read, and shown to nobody before. What may call for help is set apart in the same
transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from workshop import clock
from workshop.domain.activities import Question
from workshop.domain.errors import (
    Malformed,
    Refusal,
    Retired,
    RoundClosed,
    SessionEnded,
    TextTaken,
    TooManyChanges,
    UnknownRound,
)
from workshop.domain.texts import MAX_CHANGES, arriving, merged
from workshop.storage import texts as stored_texts

from .responding import PEOPLE, LockedRound, lock_rounds, not_now


@dataclass(frozen=True, slots=True)
class Text:
    """What a phone wrote, already made plain (`domain.texts.plain`)."""

    participant_id: int
    round_id: int
    seq: int
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """`is_apart`: the text may call for help, and this phone is to be shown whom to talk to."""

    live_id: int
    is_apart: bool


class Writing:
    """The use case, for `BatchWriter`. `find_question` gives the question that a stored round asks."""

    def __init__(self, find_question: Callable[[Connection, Any], Question]) -> None:
        self._find_question = find_question

    def write(self, connection: Connection, texts: list[Text]) -> list[Written | Refusal]:
        """Take what can be taken; for each text what became of it, or why not."""
        round_ids, people_ids = {t.round_id for t in texts}, {t.participant_id for t in texts}
        rounds = lock_rounds(connection, round_ids, self._find_question)
        people = {row.id: row for row in connection.execute(PEOPLE, {"ids": list(people_ids)})}
        kept = stored_texts.stored(connection, round_ids, people_ids)
        before = stored_texts.read_before(connection, round_ids)
        now = clock.now()
        changed: set[tuple[int, int]] = set()
        apart: list[dict[str, Any]] = []
        outcomes: list[Written | Refusal] = []
        for text in texts:
            key = (text.round_id, text.participant_id)
            round_, old = rounds.get(text.round_id), kept.get(key)
            refusal = _refusal(text, round_, people.get(text.participant_id), old, now)
            if refusal is not None:
                outcomes.append(refusal)
                continue
            assert round_ is not None
            if old is None or (text.seq > old["seq"] and text.text != old["text"]):
                row = kept[key] = _row(text, old, before)
                changed.add(key)
                if row["state"] == "apart":
                    apart.append({"round_id": text.round_id, "text": text.text, "at": now})
            outcomes.append(Written(round_.live_id, kept[key]["state"] == "apart"))
        if changed:
            stored_texts.save(connection, [kept[key] for key in sorted(changed)])
        if apart:
            stored_texts.set_apart(connection, apart)
        return outcomes


def _row(text: Text, old: dict[str, Any] | None, before: Any) -> dict[str, Any]:
    like = merged(text.text)
    return {
        "round_id": text.round_id,
        "participant_id": text.participant_id,
        "seq": text.seq,
        "text": text.text,
        "merged": like,
        "state": arriving(text.text, before.get((text.round_id, like))),
        "changes": old["changes"] + 1 if old else 0,
        "hidden": False,
    }


def _refusal(text: Text, round_: LockedRound | None, person: Any, old: Any, now: datetime) -> Refusal | None:
    if person is None:
        return SessionEnded()  # participants are destroyed at the end
    if person.retired:
        return Retired()
    if round_ is None or round_.live_id != person.live_session_id:
        return UnknownRound()
    if round_.question.form != "text" or round_.is_experience:
        return Malformed()  # lived experience is never told in words
    closed = not_now(round_, now)
    if isinstance(closed, RoundClosed) and old and text.seq <= old["seq"]:
        return None  # `saved` was lost, and the phone tried again after the close
    if closed or old is None or text.seq <= old["seq"] or text.text == old["text"]:
        return closed
    if old["state"] == "approved":
        return TextTaken()
    return TooManyChanges() if old["changes"] >= MAX_CHANGES else None
