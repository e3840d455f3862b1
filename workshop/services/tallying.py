"""Counts, always from SQL. Exact ones exist for knowledge and situations alone."""

from collections.abc import Iterable

from sqlalchemy import select

from workshop.domain.activities import Question, Workshop
from workshop.domain.errors import NotAllowed
from workshop.domain.tally import Tally, tally
from workshop.extensions import db
from workshop.storage import responses
from workshop.storage.models import FoldedTally, RoundRow


def tally_of(stored: RoundRow, question: Question) -> Tally:
    """The exact tally of a round, from its ballots or, once these are gone, from what was folded.

    Raises NotAllowed on lived experience: for that there is `RoundRow.disclosed`, and nothing else.
    """
    if stored.is_experience or question.register == "experience":
        raise NotAllowed
    folded = db.session.get(FoldedTally, stored.id)
    if folded is not None:
        return _read(folded)
    return tally(
        question,
        responses.count_by_choices(stored.id),
        responses.room_counts(stored.id, "hand"),
        responses.room_counts(stored.id, "card"),
        responses.sharing(stored.id),
    )


def folded_tallies(round_ids: Iterable[int]) -> dict[int, Tally]:
    """The tallies of rounds whose live session has ended, by round; those that were not folded are not in it."""
    rows = db.session.execute(select(FoldedTally).where(FoldedTally.round_id.in_(list(round_ids)))).scalars()
    return {row.round_id: _read(row) for row in rows}


def _read(row: FoldedTally) -> Tally:
    return Tally(row.voices, row.respondents, row.behind)  # type: ignore[arg-type]  # JSON keys are the channels


def question_of(stored: RoundRow, workshop: Workshop) -> Question:
    activity = workshop.activity(stored.activity_id)
    return next(q for q in activity.questions if q.id == stored.question_id)
