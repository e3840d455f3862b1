"""One answer, from either door: queued, committed with its neighbours, confirmed after the commit and never before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from workshop import clock
from workshop.domain.activities import Question
from workshop.domain.answers import misfit
from workshop.domain.errors import (
    Refusal,
    Retired,
    RoundClosed,
    SessionEnded,
    SessionPaused,
    SharedRefused,
    UnknownRound,
)
from workshop.domain.tally import join_choices
from workshop.storage import responses
from workshop.storage.models import LiveSessionRow, Participant, RoundRow

# Built once: a pupil who answers alone waits longer for a statement to be built than for it to be run.
_ROUNDS = (
    select(
        RoundRow.id,
        RoundRow.live_session_id,
        RoundRow.activity_id,
        RoundRow.question_id,
        RoundRow.is_open,
        RoundRow.is_experience,
        RoundRow.closes_at,
        LiveSessionRow.phase,
        LiveSessionRow.paused_at,
        LiveSessionRow.quiz_digest,
    )
    .join(LiveSessionRow, LiveSessionRow.id == RoundRow.live_session_id)
    .where(RoundRow.id.in_(bindparam("ids", expanding=True)))
    .order_by(RoundRow.id)
    .with_for_update(read=True, of=RoundRow)
)
PEOPLE = select(Participant.id, Participant.live_session_id, Participant.retired, Participant.way).where(
    Participant.id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a phone sent, already of the right form."""

    participant_id: int
    round_id: int
    seq: int
    choices: tuple[str, ...]


@dataclass(slots=True)
class LockedRound:
    """What the transaction reads again, under its lock."""

    live_id: int
    is_open: bool
    is_experience: bool
    closes_at: datetime | None
    phase: str
    paused: bool
    question: Question


class Responding:
    """The use case, for `BatchWriter`. `find_question` gives the question that a stored round asks."""

    def __init__(self, find_question: Callable[[Connection, Any], Question]) -> None:
        self._find_question = find_question

    def write(self, connection: Connection, answers: list[Answer]) -> list[bool | Refusal]:
        """Take what can be taken; for each answer why not, or whether it may be measured: lived experience may not."""
        rounds = lock_rounds(connection, {answer.round_id for answer in answers}, self._find_question)
        people = {
            row.id: row
            for row in connection.execute(PEOPLE, {"ids": list({answer.participant_id for answer in answers})})
        }
        now = clock.now()
        outcomes: list[bool | Refusal] = []
        newest: dict[tuple[int, int], Answer] = {}
        for answer in answers:
            round_ = rounds.get(answer.round_id)
            refusal = _refusal(answer, round_, people.get(answer.participant_id), now)
            key = (answer.round_id, answer.participant_id)
            if refusal is None:
                # The same key twice in one upsert is an error on PostgreSQL: only the highest `seq` is written.
                newest[key] = max(newest.get(key, answer), answer, key=lambda a: a.seq)
            elif isinstance(refusal, RoundClosed) and round_ is not None and not round_.is_experience:
                # `saved` was lost and the phone tried again after the close: what counted is confirmed.
                stored = responses.stored_seq(connection, key)
                refusal = None if stored is not None and answer.seq <= stored else refusal
            outcomes.append(refusal or not (round_ is None or round_.is_experience))
        if newest:
            # Sorted: two batches that lock rows in two orders would deadlock.
            responses.save(connection, [_row(newest[key], rounds) for key in sorted(newest)])
        return outcomes


def lock_rounds(
    connection: Connection, round_ids: set[int], find_question: Callable[[Connection, Any], Question]
) -> dict[int, LockedRound]:
    """The rounds as they are now; on PostgreSQL shared-locked, so that a close waits for this commit."""
    rows = connection.execute(_ROUNDS, {"ids": list(round_ids)})
    return {
        row.id: LockedRound(
            row.live_session_id,
            row.is_open,
            row.is_experience,
            row.closes_at,
            row.phase,
            row.paused_at is not None,
            find_question(connection, row),
        )
        for row in rows.all()
    }


def not_now(round_: LockedRound, now: datetime) -> Refusal | None:
    """Why nothing is taken for this round at this moment, or None."""
    if round_.phase == "ended":
        return SessionEnded()
    if round_.paused:
        return SessionPaused() if round_.is_open else RoundClosed()
    if not round_.is_open or (round_.closes_at is not None and round_.closes_at <= now):
        return RoundClosed()
    return None


def _row(answer: Answer, rounds: dict[int, LockedRound]) -> dict[str, Any]:
    return {
        "round_id": answer.round_id,
        "participant_id": answer.participant_id,
        "seq": answer.seq,
        "choices": join_choices(answer.choices, rounds[answer.round_id].question),
        "hidden": False,
    }


def _refusal(answer: Answer, round_: LockedRound | None, person: Any, now: datetime) -> Refusal | None:
    if person is None:
        return SessionEnded()  # participants are destroyed at the end
    if person.retired:
        return Retired()
    if round_ is None or round_.live_id != person.live_session_id:
        return UnknownRound()
    if person.way != "phone" and (round_.is_experience or round_.question.is_alone):
        return SharedRefused()
    return misfit(round_.question, answer.choices) or not_now(round_, now)
