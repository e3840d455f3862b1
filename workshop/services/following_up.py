"""A class heard again, weeks later: opened by its teacher, closed by its deadline or by them, compared as two groups.

A follow-up is a live session of its own, which `follows` the first. It has its own code, cookie and phones, and no
column of any table leads from one of its phones to a phone of the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from workshop.domain.activities import Question, Workshop
from workshop.domain.errors import Malformed
from workshop.domain.follow_up import LONGEST, SHORTEST, Compared, closing, follow_up
from workshop.domain.live_session import LiveSession, first_state
from workshop.domain.review import Asked, vote
from workshop.extensions import db
from workshop.storage import live_sessions, responses
from workshop.storage.models import LiveSessionRow
from workshop.storage.transaction import transaction

from .planning import free_code
from .reviewing import NoReview, has_review, review
from .tallying import folded_tallies

CODE_DIGITS = 4  # open for days, to whoever has the code


@dataclass(frozen=True)
class Running:
    """`answered`: phones that have answered a question at least. What they answered is not read while it is open."""

    live_id: int
    version: int
    code: str
    closes_at: datetime
    answered: int


@dataclass(frozen=True)
class Status:
    """The follow-up that is open now, and whether another is over."""

    running: Running | None
    has_closed: bool


@dataclass(frozen=True)
class Closed:
    opened_at: datetime
    closed_at: datetime
    compared: tuple[Compared, ...]

    @property
    def withheld(self) -> bool:
        """No question has ten answers."""
        return all(one.now.counted is None for one in self.compared)


def questions(first: LiveSessionRow) -> tuple[Question, ...]:
    """What would be asked again, with this class's first names."""
    return _asked(live_sessions.workshop_of(first))


def _asked(workshop: Workshop) -> tuple[Question, ...]:
    return follow_up(workshop).activities[0].questions


def launch(first_id: int, days: int, now: datetime) -> int:
    """Open the follow-up of a class, for so many days; its id. Twice is once: the one that runs is given again.

    Raises NoReview for a class that has none, or no question to ask again; Malformed for another number of days.
    """
    if not SHORTEST <= days <= LONGEST:
        raise Malformed
    with transaction():
        first = live_sessions.find(first_id, lock=True)
        if first is None or first.follows is not None or not has_review(first) or not questions(first):
            raise NoReview
        running = _running(_all(first_id))
        if running is not None:
            return running.id
        version = live_sessions.follow_up_version(first.quiz, first.short)
        workshop = live_sessions.parsed_quiz(db.session.connection(), version.digest)
        opened = first_state(LiveSession(capacity=first.capacity), workshop, now).live
        closes_at = closing(now, days)
        row = live_sessions.new_row(
            replace(opened, rounds=tuple(replace(r, closes_at=closes_at) for r in opened.rounds)),
            workshop,
            # The phones that were in the first still hold its cookie, which is named after its code.
            code=free_code(CODE_DIGITS, unlike=_codes(first)),
            owner_id=first.owner_id,
            quiz_digest=version.digest,
            follows=first.id,
            names=first.names,
            # The adult in the room of that day is in no room now.
            people=first.people | {"adult": ""},
            created_at=now,
            joined=0,
        )
        db.session.add(row)
        db.session.flush()
        return row.id


def _codes(first: LiveSessionRow) -> set[str]:
    return {first.code, *(row.code for row in _all(first.id))}


def _all(first_id: int) -> Sequence[LiveSessionRow]:
    query = select(LiveSessionRow).where(LiveSessionRow.follows == first_id).order_by(LiveSessionRow.id.desc())
    return db.session.execute(query.options(selectinload(LiveSessionRow.rounds))).scalars().all()


def _running(rows: Sequence[LiveSessionRow]) -> LiveSessionRow | None:
    return next((row for row in rows if row.ended_at is None), None)


def status(first_id: int) -> Status:
    """Where the follow-up of this class is."""
    rows = _all(first_id)
    row = _running(rows)
    if row is None:
        return Status(None, bool(rows))
    closes_at = min(r.closes_at for r in row.rounds if r.closes_at)
    answered = responses.answered(r.id for r in row.rounds)
    return Status(Running(row.id, row.version, row.code, closes_at, answered), len(rows) > 1)


def closed(first: LiveSessionRow) -> tuple[Closed, ...]:
    """Every follow-up of this class that is over, the newest first, each compared with the day. Reads folded counts."""
    rows = [row for row in _all(first.id) if row.ended_at is not None]
    if not rows:
        return ()
    day = {one.question.id: one for one in review(first).asked if one.last is not None}
    workshop = live_sessions.workshop_of(first)
    paired = {q.id for a in workshop.activities if a.kind == "after" for q in a.questions}
    asked = {question.id: question for question in _asked(workshop)}
    folded = folded_tallies(r.id for row in rows for r in row.rounds)
    return tuple(
        Closed(
            row.created_at,
            row.ended_at or row.created_at,
            tuple(
                Compared(
                    Asked(asked[r.question_id], asked[r.question_id].text, last=vote(folded[r.id])),
                    day.get(r.question_id),
                    r.question_id in paired,
                )
                for r in row.rounds
            ),
        )
        for row in rows
    )
