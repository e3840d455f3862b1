"""Facilitators at several tabs who press anything, each from the version that their tab last showed."""

import operator
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from tests.unit.small_workshop import NOW, TALE, TOLD, WORKSHOP
from workshop.config import ROOT
from workshop.domain import story
from workshop.domain.activities import Activity, Workshop
from workshop.domain.errors import Refusal
from workshop.domain.live_session import (
    COMMANDS,
    Answering,
    Command,
    Decision,
    LiveSession,
    decide,
    first_state,
    next_step,
)
from workshop.storage.quiz_files import find_quizzes

QUIZZES = [quiz.workshop for quiz in find_quizzes(ROOT / "quizzes") if quiz.workshop and quiz.language == "fr"]
# By name: a failure is reported with it, and not with a whole workshop.
WORKSHOPS = {"small": WORKSHOP, "without before": replace(WORKSHOP, activities=WORKSHOP.activities[1:])}
# Stories alone, so that many sequences come to their end.
WORKSHOPS |= {
    "told": TOLD,
    "stories": replace(WORKSHOP, activities=(TALE, replace(TALE, id="bis"), WORKSHOP.activities[-1])),
}
WORKSHOPS |= {workshop.slug: workshop for workshop in QUIZZES}
KINDS = find_quizzes(ROOT / "tests" / "library")[0].workshop
assert KINDS is not None
WORKSHOPS["kinds"] = KINDS
TABS = 3
KEY = "the big button"  # what the space bar does; as likely as all the rest, so that the hour goes on


@dataclass(frozen=True)
class Press:
    """One gesture. A tab that has not `looked` still shows the version it saw last."""

    tab: int
    name: str
    confirmed: bool
    number: int | None
    looked: bool
    later: int  # seconds since the gesture before
    votes: int = 1  # which choices of a scene lead, as bits: the first alone, or a tie, or nobody voted


@dataclass(frozen=True)
class Taken:
    """A command that was taken: what there was, what was asked, what was decided, when."""

    before: LiveSession
    command: Command
    decision: Decision
    now: datetime
    leading: tuple[str, ...]


presses = st.builds(
    Press,
    tab=st.integers(0, TABS - 1),
    name=st.sampled_from([*[KEY] * len(COMMANDS), *sorted(COMMANDS)]),
    confirmed=st.sampled_from([True, True, False]),
    number=st.one_of(st.integers(0, 3_600), st.none(), st.integers(-1, 4_000), st.integers(0, 4)),
    looked=st.sampled_from([True, True, True, False]),
    later=st.integers(0, 900),
    votes=st.integers(0, 7),
)
# The hour has come some way, by the big button alone, before people begin to press anything.
forward = st.integers(0, 45).map(lambda times: [Press(0, KEY, True, None, True, 20)] * times)
sequences = st.builds(operator.add, forward, st.lists(presses, min_size=15, max_size=60))
names = st.sampled_from(list(WORKSHOPS))
answerings = st.sampled_from(Answering)


def leading(live: LiveSession, activity: Activity | None, votes: int) -> tuple[str, ...]:
    """The choices that lead, as the service would count them; of any other activity than a scenario, none."""
    asked = story.asked(live, activity) if activity and activity.scenes else ()
    return tuple(
        choice
        for question in asked
        for choice in story.leaders(question, {c: votes >> place & 1 for place, c in enumerate(question.choice_ids)})
    )


def play(workshop: Workshop, answering: Answering, sequence: list[Press]) -> Iterator[Taken]:
    """The commands that are taken of these. What is refused leaves no trace: nothing is yielded."""
    live, now = first_state(LiveSession(answering=answering), workshop, NOW).live, NOW
    shown = [live.version] * TABS
    for press in sequence:
        now += timedelta(seconds=press.later)
        if press.looked:
            shown[press.tab] = live.version
        name, confirmed = press.name, press.confirmed
        if name == KEY:
            step = next_step(live, workshop)
            name, confirmed = (step.command, step.confirm and press.confirmed) if step else ("next", False)
        command = Command(name, shown[press.tab], confirmed, press.number)
        try:
            led = leading(live, live.activity(workshop), press.votes)
            decision = decide(live, workshop, command, now, led)
        except Refusal:
            continue
        yield Taken(live, command, decision, now, led)
        live = decision.live
        shown[press.tab] = live.version


def states(workshop: Workshop, answering: Answering, sequence: list[Press]) -> Iterator[tuple[LiveSession, datetime]]:
    """Every state on the way, the lobby first."""
    yield first_state(LiveSession(answering=answering), workshop, NOW).live, NOW
    for taken in play(workshop, answering, sequence):
        yield taken.decision.live, taken.now
