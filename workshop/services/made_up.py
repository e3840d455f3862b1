"""A class that never was, for a demonstration: it has ended, and left its counts. No ballot of it ever exists."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random

from workshop.domain import story
from workshop.domain.activities import Activity, Question, Workshop
from workshop.domain.simulation import plausible_choices
from workshop.domain.state import Phase
from workshop.domain.tally import Tally, join_choices, tally, transitions
from workshop.extensions import db
from workshop.storage import live_sessions
from workshop.storage.models import FoldedTransition, LiveSessionRow, RoundRow
from workshop.storage.transaction import transaction

from .ending import fold_opinion, fold_tally
from .planning import Plan, set_up

LASTED = timedelta(minutes=50)
KNEW, KNOWS = 0.25, 0.7  # how often a pupil is right other than by luck, before the hour and after


def make_ended_class(plan: Plan, owner_id: int, size: int, now: datetime, random: Random) -> int:
    """A live session of this plan that ended at `now`, with the counts of `size` plausible pupils; its id.

    Lived experience is not asked: what nobody lived is nothing to show.
    """
    live_id = set_up(plan, owner_id, now - LASTED)
    with transaction():
        row = live_sessions.find(live_id, lock=True)
        assert row is not None
        workshop = live_sessions.workshop_of(row)
        row.phase, row.position, row.version = Phase.ENDED.value, len(workshop.activities) - 1, 1
        row.started_at, row.ended_at, row.active_at = now - LASTED, now, now
        row.present, row.joined = size, size
        for opened in list(row.rounds):  # those of the lobby
            opened.is_open = False
        _answer(row, workshop, size, random)
    return live_id


def _answer(row: LiveSessionRow, workshop: Workshop, size: int, random: Random) -> None:
    before: dict[str, list[str]] = {}
    for activity in workshop.activities:
        if activity.is_experience:
            continue
        if activity.scenes:
            _tell(row, activity, size, random)
            continue
        for question in (q for q in activity.questions if q.form != "text"):  # nobody wrote, nobody read
            for number in range(1, activity.rounds + 1):
                right = KNEW if activity.kind == "before" else KNOWS
                answers = [_answered(question, random, right) for _ in range(size)]
                _fold(row, activity.id, question, number, answers)
                if activity.kind == "before":
                    before[question.id] = answers
                elif activity.kind in ("after", "exit") and question.id in before:
                    _pair(row.id, question, list(zip(before[question.id], answers, strict=True)))


def _tell(row: LiveSessionRow, activity: Activity, size: int, random: Random) -> None:
    """A story goes where these votes lead and, at a tie, the first way."""
    scene, path = activity.scenes[0], [story.step(activity, activity.scenes[0])]
    while not scene.is_ending:
        question = next(q for q in activity.questions if q.id == scene.id)
        folded = _fold(row, activity.id, question, 1, [_answered(question, random, KNOWS) for _ in range(size)])
        scene = activity.scene(dict(scene.leads_to)[story.leaders(question, folded.voices)[0]])
        path.append(story.step(activity, scene))
    row.path = [*row.path, *path]


def _fold(row: LiveSessionRow, activity_id: str, question: Question, number: int, answers: list[str]) -> Tally:
    folded = tally(question, Counter(answers).items(), {})
    stored = _round(row, activity_id, question.id, number)
    fold_tally(stored.id, folded)
    return folded


def _answered(question: Question, random: Random, right: float) -> str:
    return join_choices(plausible_choices(question, random, right), question)


def _pair(live_id: int, question: Question, pairs: list[tuple[str, str]]) -> None:
    counted = [(first, last, people) for (first, last), people in Counter(pairs).items()]
    if question.register == "opinion":
        fold_opinion(live_id, question, counted)
        return
    cells = transitions(counted, join_choices(question.expected, question))
    db.session.add_all(
        FoldedTransition(
            live_session_id=live_id, question_id=question.id, right_before=first, right_after=last, people=people
        )
        for (first, last), people in cells.items()
    )


def _round(row: LiveSessionRow, activity_id: str, question_id: str, number: int) -> RoundRow:
    """The round of the lobby, or a new one that is closed."""
    for stored in row.rounds:
        if (stored.activity_id, stored.question_id, stored.number) == (activity_id, question_id, number):
            return stored
    assert row.ended_at is not None
    stored = RoundRow(
        activity_id=activity_id, question_id=question_id, number=number, is_open=False, opened_at=row.ended_at
    )
    row.rounds.append(stored)
    db.session.flush()
    return stored
