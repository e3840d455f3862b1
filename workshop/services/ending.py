"""The end of a live session: ballots are folded into counts, then destroyed with everything that knew a phone."""

from sqlalchemy import delete

from workshop.domain.activities import PREFER_NOT, Question, Workshop
from workshop.domain.tally import Tally, join_choices, shifts, transitions
from workshop.extensions import db
from workshop.storage import live_sessions, responses, texts
from workshop.storage.models import (
    Access,
    FoldedShift,
    FoldedTally,
    FoldedTransition,
    Link,
    LiveSessionRow,
    RoomCount,
    RoundRow,
)

from .sharing import extra_seats
from .tallying import question_of, tally_of


def fold_and_destroy(row: LiveSessionRow, workshop: Workshop) -> None:
    """In the transaction that ends the live session. Lived experience was protected, and destroyed, at its close."""
    ordinary = [r for r in row.rounds if not r.is_experience and question_of(r, workshop).form != "text"]
    for stored in ordinary:
        fold_tally(stored.id, tally_of(stored, question_of(stored, workshop)))
    _fold_pairs(row, ordinary, workshop)
    round_ids = [r.id for r in row.rounds]
    responses.destroy(round_ids)
    texts.fold(round_ids)
    db.session.execute(delete(RoomCount).where(RoomCount.round_id.in_(round_ids)))
    devices = row.joined - extra_seats(row.id)  # during the class, those who came in; from now on, the devices that did
    responses.destroy_participants(row.id)
    db.session.execute(delete(Access).where(Access.live_session_id == row.id, Access.kind != "projector"))
    db.session.execute(delete(Link).where(Link.live_session_id == row.id))
    live_sessions.write(row, joined=devices, erasure_pending=True)


def fold_tally(round_id: int, tally: Tally) -> None:
    """What will remain of a round on knowledge or a situation."""
    db.session.add(
        FoldedTally(
            round_id=round_id,
            voices=dict(tally.voices),
            respondents=dict(tally.respondents),
            behind=dict(tally.behind),
        )
    )


def _fold_pairs(row: LiveSessionRow, rounds: list[RoundRow], workshop: Workshop) -> None:
    by_kind = {(workshop.activity(r.activity_id).kind, r.question_id): r for r in rounds}
    for (kind, question_id), after in by_kind.items():
        before = by_kind.get(("before", question_id))
        if kind not in ("after", "exit") or before is None:
            continue
        fold = fold_opinion if kind == "exit" else _fold_knowledge
        fold(row.id, question_of(after, workshop), responses.pair_counts(before.id, after.id))


def _fold_knowledge(live_id: int, question: Question, pairs: list[tuple[str, str, int]]) -> None:
    cells = transitions(pairs, join_choices(question.expected, question))
    db.session.add_all(
        FoldedTransition(
            live_session_id=live_id,
            question_id=question.id,
            right_before=right_before,
            right_after=right_after,
            people=people,
        )
        for (right_before, right_after), people in cells.items()
    )


def fold_opinion(live_id: int, question: Question, pairs: list[tuple[str, str, int]]) -> None:
    """Keep of these (before, after, how many) who went lower, stayed, went higher."""
    scale = tuple(choice for choice in question.choice_ids if choice != PREFER_NOT)
    db.session.add_all(
        FoldedShift(live_session_id=live_id, question_id=question.id, direction=direction, people=people)
        for direction, people in shifts(pairs, scale).items()
    )
