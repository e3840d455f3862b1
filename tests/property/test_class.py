"""A class through the services, on a real database, beside a model of it in two dictionaries.

Phones answer any round with any `seq`, repeat themselves, come back in another browser; a facilitator presses anything.
A retry never counts twice nor brings an older answer back, an answer after the close never counts, and what is counted
is what the model counts.
"""

import shutil
from collections import Counter
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from tests.services.conftest import PEOPLE, ClassRoom
from workshop import clock
from workshop.config import ROOT
from workshop.domain.activities import Question
from workshop.domain.errors import (
    EntryLocked,
    HandsRefused,
    Refusal,
    Retired,
    RoundClosed,
    SessionEnded,
    SessionPaused,
    StaleVersion,
    UnknownRound,
)
from workshop.domain.live_session import Answering, Command, Phase
from workshop.domain.tally import Tally
from workshop.extensions import db
from workshop.realtime.hub import Hub
from workshop.services import accounts, coming_back, planning, running
from workshop.services.batching import Item
from workshop.services.hands import enter_hands
from workshop.services.joining import Arrival, Joined
from workshop.services.keys import comeback_code, hashed
from workshop.services.planning import Plan
from workshop.services.responding import Answer
from workshop.services.tallying import question_of, tally_of
from workshop.services.viewing import Board, load_board
from workshop.storage import live_sessions
from workshop.storage.quiz_files import QuizFile, read_quiz

# One of each kind of vote, and nothing else: an hour is few steps long.
SOURCES = 'sources = [{ title = "Fiche", date = 2026-11-01 }]'
CHOICES = 'choices = [{ id = "a", text = "A" }, { id = "b", text = "B" }, { id = "c", text = "C" }]'
KNOWN = f'{CHOICES}\nexpected = ["b"]\nexplanation = "Parce que."\n{SOURCES}'
SHORT_HOUR = "\n".join(
    [
        'format = 1\nslug = "court"\nlanguage = "fr"\ntitle = "Court"\ntheme = "cyberharcelement"\nlevels = ["4e"]',
        'minutes = 8\nsummary = "Court."\nobjectives = ["Essayer"]\nreviewed_on = 2026-11-23',
        'room = { setup = "Tables", relay = "Relais", adult = "Adulte" }',
        '[[able]]\nid = "capable"\nobjective = 1\ntext = "Je me sens capable."',
        *(f'[[questions]]\nid = "q{n}"\nkind = "choice"\ntext = "Q"\n{KNOWN}' for n in range(3)),
        *(
            f'[[activities]]\nid = "{name}"\nkind = "{kind}"\ntitle = "T"\nminutes = 1\n{rest}'
            for name, kind, rest in (
                ("avant", "before", ""),
                ("vote", "choice", f'text = "V"\nregister = "situation"\nrounds = 2\n{CHOICES}'),
                ("vecu", "choice", f'text = "V"\nregister = "experience"\n{CHOICES}'),
                ("plusieurs", "choice", f'text = "P"\nregister = "knowledge"\nmultiple = true\n{KNOWN}'),
                ("ordre", "order", f'text = "O"\nregister = "situation"\n{CHOICES}'),
                ("surs", "choice", f'text = "S"\nregister = "knowledge"\ncertainty = true\n{KNOWN}'),
                ("apres", "after", ""),
                ("aide", "help", ""),
            )
        ),
    ]
)
PHONES = 12  # enough for lived experience to be disclosed
places = st.integers(0, PHONES - 1)
seqs = st.integers(1, 5)


@dataclass
class Kept:
    """What the model knows of one phone's answer to one round. `hidden` after a come-back: counted, shown to nobody."""

    seq: int
    choice: str
    hidden: bool = False


@dataclass
class Ask:
    """What the model knows of a round."""

    question: Question
    is_open: bool = True
    destroyed: bool = False

    @property
    def lived(self) -> bool:
        return self.question.register == "experience"


def an_answer(question: Question, number: int) -> tuple[str, ...]:
    """What a phone may send, as it is stored: a choice, an order, a choice and how sure one is of it."""
    ids = question.choice_ids
    if question.form == "order":
        orders = list(permutations(ids))
        return orders[number % len(orders)]
    ways = ((), ("sans-doute",), ("hesite",)) if question.certainty else ((),)
    return (ids[number % len(ids)], *ways[number // len(ids) % len(ways)])


def voices_of(question: Question, sent: list[str]) -> list[str]:
    if question.form == "order":
        return [f"{item}@{place}" for place, item in enumerate(sent, start=1)]
    return [sent[0], *(f"{sent[0]}+{how}" for how in sent[1:])]


class AClass(RuleBasedStateMachine):
    """These are set by the test: the last two say how far the hour has come, and how many have answered."""

    hub: Hub
    owner_id: int
    quiz: QuizFile
    presses: int
    answers: int

    @initialize()
    def begin_somewhere_in_the_hour(self) -> None:
        plan = Plan(self.quiz, Answering.MIXED, None, PHONES + 8, PEOPLE, {})
        live_id = planning.set_up(plan, self.owner_id, clock.now())
        self.room = ClassRoom(self.hub, live_id, self.owner_id)
        self.code = self.room.code
        self.keys = [hashed(f"{live_id}:{number}") for number in range(PHONES)]
        self.phones: list[Joined] = []
        for key in self.keys:
            self.hub.arrivals.submit(Item(Arrival(self.code, key), self.phones.append))  # type: ignore[arg-type]
        self.hub.arrivals.flush()
        self.retired: list[str] = []
        self.asks: dict[int, Ask] = {}
        self.kept: dict[tuple[int, int], Kept] = {}
        self.hands: dict[int, dict[str, int]] = {}
        self.respondents: dict[int, Counter[str]] = {}
        self.look()
        self.big_button(self.presses)
        for round_id in [round_id for round_id, ask in self.asks.items() if ask.is_open]:
            self.send(round_id, [(phone, 2, phone // 3) for phone in range(self.answers)])

    def arrive(self, key: str) -> Joined:
        return self.hub.arrivals.do(Arrival(self.code, key))

    def look(self) -> None:
        """Take note of rounds that opened or closed, and of the end."""
        self.live, self.workshop = self.room.state()
        for r in self.live.rounds:
            assert r.id is not None
            questions = self.workshop.activity(r.activity_id).questions
            ask = self.asks.setdefault(r.id, Ask(next(q for q in questions if q.id == r.question_id)))
            assert ask.is_open or not r.is_open, "a closed round was opened again"
            if ask.is_open and not r.is_open and ask.lived:
                mine = {key: kept for key, kept in self.kept.items() if key[0] == r.id}
                self.respondents[r.id] = Counter(kept.choice for kept in mine.values())
                for key in mine:
                    del self.kept[key]
            ask.is_open = r.is_open

    @property
    def paused(self) -> bool:
        return self.live.paused_at is not None

    @property
    def ended(self) -> bool:
        return self.live.phase is Phase.ENDED

    @property
    def lived_experience_is_asked(self) -> bool:
        return any(ask.is_open and ask.lived for ask in self.asks.values())

    def pick(self, draw: st.DataObject) -> int:
        """A round of this class: usually an open one, sometimes one of long ago."""
        still = [round_id for round_id, ask in self.asks.items() if ask.is_open]
        return draw.draw(st.sampled_from([*still * 8, *self.asks]))

    # What phones do

    def expected(self, phone: int, round_id: int, seq: int, choice: str) -> type[Refusal] | bool:
        """What must come of an answer; the model keeps what counts."""
        ask, key = self.asks[round_id], (round_id, phone)
        before = self.kept.get(key)
        if self.ended:
            return SessionEnded
        if not ask.is_open:
            return True if not ask.lived and before is not None and seq <= before.seq else RoundClosed
        if self.paused:
            return SessionPaused
        if before is None or seq > before.seq:
            self.kept[key] = Kept(seq, choice)
        return True

    @rule(draw=st.data(), sent=st.lists(st.tuples(places, seqs, st.integers(0, 9)), min_size=1, max_size=20))
    def phones_answer(self, draw: st.DataObject, sent: list[tuple[int, int, int]]) -> None:
        self.send(self.pick(draw), sent)

    def send(self, round_id: int, sent: list[tuple[int, int, int]]) -> None:
        """As they come in one batch: several phones, the same one twice, a retry beside a change."""
        question = self.asks[round_id].question
        outcomes: list[bool | Refusal] = []
        people = [self.phones[phone].participant_id for phone, _, _ in sent]
        # The newest of a batch counts, and the first of equals: the model takes them in that order.
        expected: list[Any] = [None] * len(sent)
        for place, (phone, seq, number) in enumerate(sent):
            expected[place] = self.expected(phone, round_id, seq, "+".join(an_answer(question, number)))
        for person, (_, seq, number) in zip(people, sent, strict=True):
            answer = Answer(person, round_id, seq, an_answer(question, number))
            self.hub.answers.submit(Item(answer, outcomes.append))
        self.hub.answers.flush()
        told = not self.asks[round_id].lived  # whether what was taken may be measured
        assert [outcome is told if isinstance(outcome, bool) else type(outcome) for outcome in outcomes] == expected

    @rule(phone=places)
    def phone_answers_another_class(self, phone: int) -> None:
        with pytest.raises(SessionEnded if self.ended else UnknownRound):
            self.room.answer(self.phones[phone], 10**6, "rien")

    @rule(phone=places)
    def phone_says_hello_again(self, phone: int) -> None:
        if self.ended:
            with pytest.raises(SessionEnded):
                self.arrive(self.keys[phone])
            return
        joined = self.arrive(self.keys[phone])
        assert (joined.participant_id, joined.number) == (self.phones[phone].participant_id, self.phones[phone].number)
        known = {answer.round_id: (answer.seq, answer.choices) for answer in joined.answers}
        mine = {r: kept for (r, who), kept in self.kept.items() if who == phone and self.asks[r].is_open}
        assert known == {
            round_id: (kept.seq, None if kept.hidden or self.asks[round_id].lived else tuple(kept.choice.split("+")))
            for round_id, kept in mine.items()
        }

    @rule(phone=places, answered=st.booleans(), draw=st.data())
    def phone_comes_back_in_another_browser(self, phone: int, answered: bool, draw: st.DataObject) -> None:
        old, new = self.keys[phone], hashed(f"{self.keys[phone]} again")
        typed = comeback_code(self.hub.secret, self.room.live_id, old)
        if self.ended or self.lived_experience_is_asked:
            with pytest.raises(Refusal):
                coming_back.come_back(self.code, typed, new, self.hub.secret)
            return
        meanwhile = None
        if answered and not self.live.entry_locked:
            # The other browser came in as somebody else, and may have answered before the code was typed.
            self.arrive(new)
            round_id = self.pick(draw)
            ask = self.asks[round_id]
            if ask.is_open and not self.paused:
                sent = an_answer(ask.question, 0)
                meanwhile = (round_id, "+".join(sent))
                other = self.arrive(new)
                self.room.answer(other, round_id, *sent, seq=9)
        assert coming_back.come_back(self.code, typed, new, self.hub.secret) == self.phones[phone].participant_id
        if meanwhile is not None:
            self.kept.setdefault((meanwhile[0], phone), Kept(9, meanwhile[1]))
        for (_, who), kept in self.kept.items():
            kept.hidden |= who == phone
        self.keys[phone] = new
        self.retired.append(old)
        self.phone_says_hello_again(phone)

    @precondition(lambda self: self.retired)
    @rule(draw=st.data())
    def old_browser_says_hello(self, draw: st.DataObject) -> None:
        with pytest.raises(SessionEnded if self.ended else Retired):
            self.arrive(draw.draw(st.sampled_from(self.retired)))

    @precondition(lambda self: self.lived_experience_is_asked)
    @rule()
    def stranger_comes(self) -> None:
        with pytest.raises(EntryLocked):
            self.arrive(hashed("a stranger"))

    # What a facilitator does

    @rule(draw=st.data(), counts=st.lists(st.integers(0, 30), min_size=1, max_size=3))
    def hands_are_counted(self, draw: st.DataObject, counts: list[int]) -> None:
        round_id = self.pick(draw)
        ask = self.asks[round_id]
        wanted = dict(zip(ask.question.choice_ids, counts, strict=False))
        alone = ask.lived or (ask.is_open and not ask.question.takes_hands)
        if alone or not ask.is_open:
            with pytest.raises(HandsRefused if alone else RoundClosed):
                enter_hands(self.room.live_id, round_id, wanted)
            return
        enter_hands(self.room.live_id, round_id, wanted)
        self.hands[round_id] = {choice: count for choice, count in wanted.items() if count}

    def command(self, name: str, version: int, confirmed: bool = True) -> None:
        try:
            running.run_command(self.room.live_id, Command(name, version, confirmed), clock.now())
        except Refusal:
            db.session.rollback()
        self.look()

    @rule(times=st.integers(1, 3))
    def big_button(self, times: int) -> None:
        for _ in range(times):
            step = None if self.ended else self.room.step()
            if step and step.command != "end":
                self.command(step.command, self.live.version, step.confirm)

    @rule(draw=st.data(), seq=seqs, share=st.integers(2, 5))
    def whole_class_answers_then_big_button(self, draw: st.DataObject, seq: int, share: int) -> None:
        self.send(self.pick(draw), [(phone, seq, phone // share) for phone in range(PHONES)])
        self.big_button(1)

    @rule(name=st.sampled_from(["close", "vote_again", "back", "pause", "resume", "next", "lock"]))
    def another_button(self, name: str) -> None:
        self.command(name, self.live.version)

    @rule(sure=st.booleans())
    def skip(self, sure: bool) -> None:
        lived = self.lived_experience_is_asked
        self.command("skip", self.live.version, sure)
        assert sure or not lived or self.lived_experience_is_asked

    @rule(name=st.sampled_from(["close", "next", "end"]))
    def button_of_a_tab_left_open(self, name: str) -> None:
        with pytest.raises(StaleVersion):
            running.run_command(self.room.live_id, Command(name, self.live.version - 1, True), clock.now())

    @rule(sure=st.sampled_from([False, False, False, True]))
    def end(self, sure: bool) -> None:
        self.command("end", self.live.version, sure)

    # What holds after each of these

    @invariant()
    def ballots_are_the_models(self) -> None:
        rows = db.session.execute(
            text("SELECT round_id, participant_id, seq, choices FROM response JOIN round ON round.id = round_id"
                 " WHERE live_session_id = :id"), {"id": self.room.live_id}
        ).all()  # fmt: skip
        db.session.rollback()
        numbers = {joined.participant_id: phone for phone, joined in enumerate(self.phones)}
        stored = {(row[0], numbers[row[1]]): (row[2], row[3]) for row in rows}
        kept = {} if self.ended else {key: (kept.seq, kept.choice) for key, kept in self.kept.items()}
        assert stored == kept

    @invariant()
    def counts_are_the_models(self) -> None:
        row = self.room.row()
        workshop = live_sessions.workshop_of(row)
        ordinary = [r for r in row.rounds if not r.is_open and not r.is_experience]
        tallies = {r.id: tally_of(r, question_of(r, workshop)) for r in ordinary}
        board = load_board(row, clock.now())
        db.session.rollback()
        # A board counts only what some screen may show now.
        assert board.tallies.items() <= tallies.items()
        self.check_counts(board, tallies)
        self.check_lived_experience(board)

    def check_counts(self, board: Board, tallies: dict[int, Tally]) -> None:
        closed = {round_id for round_id, ask in self.asks.items() if not ask.is_open}
        assert set(tallies) == {round_id for round_id in closed if not self.asks[round_id].lived}
        for round_id, tally in tallies.items():
            phones = [kept.choice for (r, _), kept in self.kept.items() if r == round_id]
            question = self.asks[round_id].question
            voices = Counter(self.hands.get(round_id, {}))
            for sent in phones:
                voices.update(voices_of(question, sent.split("+")))
            assert {voice: n for voice, n in tally.voices.items() if n} == {v: n for v, n in voices.items() if n}
            assert tally.respondents["phone"] == len(phones)
        still = {round_id for round_id, ask in self.asks.items() if ask.is_open}
        if self.lived_experience_is_asked:
            assert board.answered is None and board.hands == {}
        else:
            by_hand = max((sum(self.hands.get(r, {}).values()) for r in still), default=0)
            assert board.answered == len({who for r, who in self.kept if r in still}) + by_hand

    def check_lived_experience(self, board: Board) -> None:
        """Protected once, from exactly the answers that were there; or destroyed, and nothing said."""
        for round_id, disclosed in board.disclosed.items():
            answers = self.respondents[round_id]
            assert disclosed.respondents == answers.total()
            assert bool(disclosed.rounded) == (answers.total() >= 10)
            assert all(abs(value - answers[choice]) < 5 for choice, value in disclosed.rounded)


@pytest.fixture
def machine(hub: Hub, tmp_path: Path) -> type[AClass]:
    path = tmp_path / "court" / "quiz.fr.toml"
    path.parent.mkdir()
    path.write_text(SHORT_HOUR, encoding="utf-8")
    (tmp_path / "_exit").mkdir()
    shutil.copy(ROOT / "quizzes" / "_exit" / "survey.fr.toml", tmp_path / "_exit")
    owner_id = accounts.create_account("Ada", "ada@example.org", None, True, clock.now())
    return type("AClass", (AClass,), {"hub": hub, "owner_id": owner_id, "quiz": read_quiz(path)})


@pytest.mark.parametrize(
    ("presses", "answers"),
    [(0, 3), (1, PHONES), (6, PHONES), (6, 4), (8, PHONES), (11, PHONES), (14, PHONES)],
    ids=["lobby", "first vote", "lived experience", "lived experience of few", "several choices", "order", "certainty"],
)
def test_class_counts_each_answer_once_whatever_phones_and_facilitators_do(
    machine: type[AClass], presses: int, answers: int
) -> None:
    machine.presses, machine.answers = presses, answers
    run_state_machine_as_test(
        machine, settings=settings(settings.get_profile("deterministic"), max_examples=10, stateful_step_count=16)
    )
