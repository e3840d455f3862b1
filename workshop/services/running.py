"""Facilitators' commands: a compare-and-set on the live session's version, and what closing and ending entail."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from workshop.domain import story
from workshop.domain.activities import Workshop
from workshop.domain.disclosure import disclose
from workshop.domain.errors import Retired, SessionEnded, StaleVersion, UnknownCode
from workshop.domain.live_session import (
    Command,
    Decision,
    LiveSession,
    Phase,
    Round,
    decide,
    is_due,
)
from workshop.domain.timing import take_time
from workshop.extensions import db
from workshop.storage import live_sessions, responses
from workshop.storage.models import LiveSessionRow, Participant, RoundRow
from workshop.storage.transaction import transaction

from .change import Change
from .ending import fold_and_destroy
from .joining import PRESENCE
from .tallying import tally_of
from .viewing import load_board

_random = secrets.SystemRandom().random


def run_command(live_id: int, command: Command, now: datetime, random: Callable[[], float] = _random) -> Change:
    """Do what a facilitator asks, or raise a `Refusal`. What was queued before must have been written by the caller."""
    with transaction():
        row = live_sessions.read(live_id, lock=True)
        if row is None:
            raise UnknownCode
        live, workshop = live_sessions.to_state(row), live_sessions.workshop_of(row)
        leading = _leading(row, live, workshop) if command.name == "follow" else ()
        return _apply(row, live, workshop, decide(live, workshop, command, now, leading), now, random)


def _leading(row: LiveSessionRow, live: LiveSession, workshop: Workshop) -> tuple[str, ...]:
    """The most voted choices of the scene on the screens, counted in this transaction."""
    activity = live.activity(workshop)
    if activity is None or not activity.scenes:
        return ()
    asked = {question.id: question for question in story.asked(live, activity)}
    votes = [r for r in row.rounds if r.activity_id == activity.id and r.question_id in asked]
    found = [story.leaders(asked[r.question_id], tally_of(r, asked[r.question_id]).voices) for r in votes]
    return found[-1] if found else ()


def close_due(now: datetime, random: Callable[[], float] = _random) -> list[Change]:
    """Close every round whose time has passed; a follow-up ends with it. Harmless twice, and from several processes."""
    # Each once, and not by the database: SQLite would read every round of the past in the order of live sessions.
    due = select(RoundRow.live_session_id).where(RoundRow.is_open.is_(True), RoundRow.closes_at <= now)
    changes = []
    for live_id in dict.fromkeys(db.session.execute(due).scalars().all()):
        try:
            with transaction():
                row = live_sessions.read(live_id, lock=True)
                if row is None:
                    continue
                live, workshop = live_sessions.to_state(row), live_sessions.workshop_of(row)
                if not is_due(live, now):
                    continue
                name = "start" if live.phase is Phase.LOBBY else "close"
                if row.follows is not None:  # nobody is there to go on with it
                    name = "end"
                decision = decide(live, workshop, Command(name, live.version, confirmed=name == "end"), now)
                change = _apply(row, live, workshop, decision, now, random)
        except StaleVersion:
            continue
        changes.append(change)
    return changes


def give_time(participant_id: int, round_id: int, now: datetime) -> Change | None:
    """A pupil needs more time: the vote no longer closes by itself. None when it did not anyway.

    Nothing says who asked: no row, and no log. Raises SessionEnded, Retired or RoundClosed.
    """
    with transaction():
        person = db.session.get(Participant, participant_id)
        row = live_sessions.read(person.live_session_id, lock=True) if person else None
        if person is None or row is None:
            raise SessionEnded
        if person.retired:
            raise Retired
        live, workshop = live_sessions.to_state(row), live_sessions.workshop_of(row)
        unhurried = take_time(live, workshop, round_id, now)
        if unhurried == live:
            return None
        live_sessions.store_state(row, unhurried, workshop)
        live_sessions.write(row, edits=row.edits + 1)
        return Change(row.id, load_board(row, now, pupils=True))


def end_forgotten(now: datetime, after: timedelta, random: Callable[[], float] = _random) -> list[Change]:
    """End, as by hand, every live session in which nothing has happened for that long.

    Nothing: no command, no arrival, and no phone is connected. No row tells when an answer came, but a phone that
    answers is connected. A lobby into which nobody came holds nothing of a pupil, and waits. Harmless twice, and from
    several processes.
    """
    here = select(Participant.id).where(
        Participant.live_session_id == LiveSessionRow.id, Participant.last_seen > now - PRESENCE
    )
    forgotten = select(LiveSessionRow.id).where(
        LiveSessionRow.ended_at.is_(None),
        LiveSessionRow.active_at <= now - after,
        or_(LiveSessionRow.joined > 0, LiveSessionRow.started_at.is_not(None)),
        LiveSessionRow.follows.is_(None),  # quiet for days, and closed by its deadline
        ~here.exists(),
    )
    changes = []
    for live_id in list(db.session.execute(forgotten).scalars()):
        with transaction():
            row = live_sessions.read(live_id, lock=True)
            # Looked at again under the lock: another process may have ended it, or somebody come back.
            if row is None or row.ended_at is not None or row.active_at > now - after:
                continue
            live, workshop = live_sessions.to_state(row), live_sessions.workshop_of(row)
            decision = decide(live, workshop, Command("end", live.version, confirmed=True), now)
            # Nobody did anything: the last sign of life stays, and says that it ended by itself.
            decision = replace(decision, live=replace(decision.live, active_at=live.active_at))
            change = _apply(row, live, workshop, decision, now, random)
        changes.append(change)
    return changes


def _apply(
    row: LiveSessionRow,
    live: LiveSession,
    workshop: Workshop,
    decision: Decision,
    now: datetime,
    random: Callable[[], float],
) -> Change:
    live_sessions.store_state(row, decision.live, workshop)
    if row.wall_check is not None:
        live_sessions.write(row, wall_check=None)  # the class goes on: its screen is its own again
    for round_ in decision.closed:
        if workshop.activity(round_.activity_id).is_experience:
            _protect(row, round_, workshop, random)
    if decision.destroyed:
        responses.destroy([_id(round_) for round_ in decision.destroyed])
        live_sessions.write(row, erasure_pending=True)
    if decision.live.phase is Phase.ENDED:
        fold_and_destroy(row, workshop)
    return Change(row.id, load_board(row, now, pupils=True))


def _protect(row: LiveSessionRow, round_: Round, workshop: Workshop, random: Callable[[], float]) -> None:
    """Turn exact counts into what may be known, and destroy them, in one transaction."""
    question = next(q for q in workshop.activity(round_.activity_id).questions if q.id == round_.question_id)
    disclosed = disclose(responses.take_experience_ballots(_id(round_), question.choice_ids), random)
    stored = next(r for r in row.rounds if r.id == round_.id)
    kept = {"respondents": disclosed.respondents, "rounded": [list(pair) for pair in disclosed.rounded]}
    live_sessions.write_round(stored, disclosed=kept)
    live_sessions.write(row, erasure_pending=True)


def _id(round_: Round) -> int:
    assert round_.id is not None
    return round_.id
