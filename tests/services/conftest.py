"""A class in its lobby, on either database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from workshop import clock
from workshop.config import ROOT
from workshop.domain.activities import Question, Workshop
from workshop.domain.live_session import Answering, Command, LiveSession, Step, next_step
from workshop.extensions import db
from workshop.realtime.hub import Hub
from workshop.services import accounts, planning, running
from workshop.services.joining import Arrival, Joined
from workshop.services.keys import hashed
from workshop.services.planning import Plan
from workshop.services.responding import Answer
from workshop.storage import live_sessions
from workshop.storage.models import LiveSessionRow
from workshop.storage.quiz_files import read_quiz

PEOPLE = {"adult": "Mme Riou", "person": "M. Garnier", "place": "bureau 12"}
QUIZ = ROOT / "quizzes" / "le-montage" / "quiz.fr.toml"
KINDS = ROOT / "tests" / "library" / "les-formes" / "quiz.fr.toml"


@dataclass
class ClassRoom:
    """Drives one live session through the services, as the doors would."""

    hub: Hub
    live_id: int
    owner_id: int
    phones: list[Joined] = field(default_factory=list)

    def row(self) -> LiveSessionRow:
        db.session.rollback()  # as it is now, not as it was when this test last looked
        row = live_sessions.find(self.live_id)
        assert row is not None
        return row

    @property
    def code(self) -> str:
        return self.row().code

    def state(self) -> tuple[LiveSession, Workshop]:
        row = self.row()
        found = live_sessions.to_state(row), live_sessions.workshop_of(row)
        db.session.rollback()
        return found

    def join(self, count: int = 1) -> list[Joined]:
        first = len(self.phones)
        new = [self.hub.arrivals.do(Arrival(self.code, key(first + i))) for i in range(count)]
        self.phones += new
        return new

    def step(self) -> Step:
        live, workshop = self.state()
        step = next_step(live, workshop)
        assert step is not None
        return step

    def command(self, name: str, confirmed: bool = False, number: int | None = None) -> None:
        live, _ = self.state()
        self.hub.answers.flush()
        running.run_command(self.live_id, Command(name, live.version, confirmed, number), clock.now())

    def go_to(self, activity_id: str) -> None:
        """Press the big button until this activity is on the screens."""
        live, workshop = self.state()
        while live.activity(workshop) is None or live.activity(workshop).id != activity_id:  # type: ignore[union-attr]
            step = self.step()
            self.command(step.command, confirmed=step.confirm)
            live, workshop = self.state()

    def open_questions(self) -> list[tuple[int, Question]]:
        live, workshop = self.state()
        return [
            (r.id, next(q for q in workshop.activity(r.activity_id).questions if q.id == r.question_id))
            for r in live.open_rounds
            if r.id is not None
        ]

    def answer(self, phone: Joined, round_id: int, *choices: str, seq: int = 1) -> bool:
        return self.hub.answers.do(Answer(phone.participant_id, round_id, seq, choices))


def key(number: int) -> str:
    return hashed(f"phone {number}")


@pytest.fixture
def owner_id(hub: Hub) -> int:
    return accounts.create_account("Ada", "ada@example.org", None, True, clock.now())


@pytest.fixture
def make_class(hub: Hub, owner_id: int) -> Callable[..., ClassRoom]:
    def make(
        answering: Answering = Answering.PHONES, capacity: int = 40, rehearsal: bool = False, quiz: Path = QUIZ
    ) -> ClassRoom:
        plan = Plan(read_quiz(quiz), answering, None, capacity, PEOPLE, {}, rehearsal=rehearsal)
        return ClassRoom(hub, planning.set_up(plan, owner_id, clock.now()), owner_id)

    return make


@pytest.fixture
def room(make_class: Callable[..., ClassRoom]) -> ClassRoom:
    return make_class()
