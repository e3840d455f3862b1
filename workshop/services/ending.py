"""The end of a live session: ballots are folded into counts, then destroyed with everything that knew a phone."""

from sqlalchemy import delete

from workshop.domain.activities import Workshop
from workshop.domain.tally import join_choices, transitions
from workshop.extensions import db
from workshop.storage import responses
from workshop.storage.models import (
    Access,
    FoldedTally,
    FoldedTransition,
    HandCount,
    Link,
    LiveSessionRow,
    RoundRow,
)

from .tallying import question_of, tally_of


def fold_and_destroy(row: LiveSessionRow, workshop: Workshop) -> None:
    """In the transaction that ends the live session. Lived experience was protected, and destroyed, at its close."""
    db.session.flush()
    ordinary = [r for r in row.rounds if not r.is_experience]
    for stored in ordinary:
        folded = tally_of(stored, question_of(stored, workshop))
        db.session.add(
            FoldedTally(round_id=stored.id, voices=dict(folded.voices), respondents=dict(folded.respondents))
        )
    _fold_pairs(row, ordinary, workshop)
    round_ids = [r.id for r in row.rounds]
    responses.destroy(round_ids)
    db.session.execute(delete(HandCount).where(HandCount.round_id.in_(round_ids)))
    responses.destroy_participants(row.id)
    db.session.execute(delete(Access).where(Access.live_session_id == row.id, Access.kind != "projector"))
    db.session.execute(delete(Link).where(Link.live_session_id == row.id))
    row.erasure_pending = True


def _fold_pairs(row: LiveSessionRow, rounds: list[RoundRow], workshop: Workshop) -> None:
    by_kind = {(workshop.activity(r.activity_id).kind, r.question_id): r for r in rounds}
    for (kind, question_id), after in by_kind.items():
        before = by_kind.get(("before", question_id))
        if kind != "after" or before is None:
            continue
        question = question_of(after, workshop)
        expected = join_choices(question.expected, question.choice_ids)
        cells = transitions(responses.pair_counts(before.id, after.id), expected)
        db.session.add_all(
            FoldedTransition(
                live_session_id=row.id,
                question_id=question_id,
                right_before=right_before,
                right_after=right_after,
                people=people,
            )
            for (right_before, right_after), people in cells.items()
        )
