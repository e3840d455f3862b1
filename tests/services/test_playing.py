"""Every workshop of the library is played whole: a simulated class, every command, every screen of every state.

A new kind of activity comes in by `plausible_choices`, and is played here as soon as a workshop has it.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from tests.content.good import add_to
from workshop import clock
from workshop.config import ROOT, Config
from workshop.domain.errors import Refusal
from workshop.domain.live_session import COMMANDS, Answering, Command, Phase, next_step
from workshop.domain.simulation import plausible_choices
from workshop.extensions import db
from workshop.realtime.hub import Hub
from workshop.services import planning, running
from workshop.services.hands import enter_hands
from workshop.services.planning import Plan
from workshop.services.responding import Answer
from workshop.services.reviewing import review
from workshop.storage.models import FoldedTally, Participant, Response, RoomCount
from workshop.storage.quiz_files import QuizFile, find_quizzes

from .conftest import PEOPLE, ClassRoom

PUPILS = 12  # at least ten: lived experience is published
MOST_STEPS = 200
AROUND = ("help", "hide", "pause", "resume", "lock", "unlock", "essential", "everything", "last", "hide")


@pytest.fixture(params=["sqlite"])
def config(request: pytest.FixtureRequest) -> Config:
    """What a workshop says does not depend on the database; the services are tested on both."""
    found: Config = request.getfixturevalue("sqlite_config")
    return found


def hours() -> Iterator[object]:
    """Every workshop, whole and, where it has one, short; each on phones, then by hands alone."""
    for quiz in find_quizzes(ROOT / "quizzes"):
        for short in (False, True) if quiz.workshop and quiz.workshop.has_short else (False,):
            for answering in (Answering.PHONES, Answering.HANDS):
                yield pytest.param(
                    quiz, short, answering, id=f"{quiz.name}-{'short' if short else 'whole'}-{answering}"
                )


class Played:
    """One class, from the lobby to the end, and what was pressed on the way."""

    def __init__(self, room: ClassRoom, answering: Answering, seed: int) -> None:
        self.room, self.answering, self.random = room, answering, Random(seed)  # nobody's answers
        self.pressed: set[str] = set()
        self.answered: dict[int, int] = {}  # answers given, by round
        self.visited: list[str] = []

    def press(self, name: str, confirmed: bool = False, number: int | None = None) -> bool:
        live, _ = self.room.state()
        self.room.hub.answers.flush()
        try:
            running.run_command(self.room.live_id, Command(name, live.version, confirmed, number), clock.now())
        except Refusal:
            db.session.rollback()
            return False
        self.pressed.add(name)
        self.look()
        return True

    def look(self) -> None:
        for audience in ("participant", "projector", "facilitator"):
            snapshot = self.room.hub.publisher.snapshot(self.room.live_id, audience, "fr")
            assert snapshot["html"].strip(), audience

    def answer(self) -> None:
        """Everybody answers what is open, as a phone or a hand would; words are an adult's to read, not to count."""
        for round_id, question in self.room.open_questions():
            if round_id in self.answered or not question.choices:
                continue
            if self.answering is Answering.PHONES:
                for phone in self.room.phones:
                    choices = plausible_choices(question, self.random)
                    self.room.hub.answers.do(Answer(phone.participant_id, round_id, 1, choices))  # or a refusal
            elif question.takes_hands:
                counts = dict.fromkeys(question.choice_ids, 0)
                counts[question.choice_ids[0]] = PUPILS
                enter_hands(self.room.live_id, round_id, counts)
            else:
                continue
            self.answered[round_id] = PUPILS

    def play(self) -> None:
        for _ in range(MOST_STEPS):
            live, workshop = self.room.state()
            if live.phase is Phase.ENDED:
                return
            self.answer()
            activity = live.activity(workshop)
            if activity and activity.id not in self.visited:
                self.visited.append(activity.id)
                for name in AROUND:
                    self.press(name)
                self.press("present", number=PUPILS)
                self.press("capacity", number=PUPILS + 8)
                if activity.rounds == 1 and not activity.is_experience and "deadline" not in self.pressed:
                    self.press("deadline", number=2)
            if activity and activity.rounds > 1 and self.press("vote_again"):
                continue
            if activity and activity.kind == "help" and "back" not in self.pressed:
                assert self.press("back")
                continue
            live, workshop = self.room.state()
            step = next_step(live, workshop)
            if step is None:
                assert self.press("end", confirmed=True)
            else:
                pressed = self.press(step.command, confirmed=step.confirm)
                # Several scenes lead: whoever runs the class picks the first of them that may be.
                places = range(1, 5) if step.command == "follow" and not pressed else ()
                assert pressed or any(self.press("follow", number=place) for place in places), step.command
        pytest.fail("it never ends")


def opened(hub: Hub, owner_id: int, quiz: QuizFile, short: bool, answering: Answering) -> ClassRoom:
    plan = Plan(quiz, answering, PUPILS, 40, PEOPLE, {}, short=short)
    return ClassRoom(hub, planning.set_up(plan, owner_id, clock.now()), owner_id)


def rows(table: type) -> int:
    found = db.session.execute(select(func.count()).select_from(table)).scalar_one()
    db.session.rollback()
    return int(found)


@pytest.mark.parametrize(("quiz", "short", "answering"), list(hours()))
def test_hour_is_played_to_its_end(hub: Hub, owner_id: int, quiz: QuizFile, short: bool, answering: Answering) -> None:
    check(hub, owner_id, quiz, short, answering)


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("answering", [Answering.PHONES, Answering.HANDS])
def test_hour_with_a_short_variant_is_played_to_its_end(
    hub: Hub, owner_id: int, tmp_path: Path, short: bool, answering: Answering
) -> None:
    check(hub, owner_id, add_to(tmp_path / "quizzes"), short, answering)


def check(hub: Hub, owner_id: int, quiz: QuizFile, short: bool, answering: Answering) -> None:
    room = opened(hub, owner_id, quiz, short, answering)
    if answering is Answering.PHONES:
        room.join(PUPILS)
    played = Played(room, answering, seed=20261128)
    played.look()
    played.play()
    live, workshop = room.state()
    # Opinions are given on a device, or not at all.
    alone = {"exit"} if answering is Answering.HANDS else set()
    assert played.visited == [activity.id for activity in workshop.activities if activity.kind not in alone]
    assert played.pressed >= {"start", "next", "end", "back", *AROUND, "present", "capacity", "deadline"} - {"last"}
    assert played.pressed <= COMMANDS
    # Everything that was answered is counted once, or protected; nothing else is left of anybody.
    for stored in room.row().rounds:
        if stored.id in played.answered and stored.is_experience:
            assert stored.disclosed
            assert stored.disclosed["respondents"] == PUPILS
        elif stored.id in played.answered:
            folded = db.session.get_one(FoldedTally, stored.id)
            assert sum(folded.respondents.values()) == PUPILS or answering is Answering.HANDS
            assert sum(folded.voices.values()) >= PUPILS
    db.session.rollback()
    assert [rows(table) for table in (Response, Participant, RoomCount)] == [0, 0, 0]
    lived = [a.id for a in workshop.activities if a.is_experience]
    asked = {r.activity_id for r in live.rounds}
    assert (set(lived) <= asked) is (answering is Answering.PHONES or not lived)
    assert review(room.row()).asked
    db.session.rollback()
