"""The short variant of a workshop, in a class of its own, on either database."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.content.good import add_to
from workshop import clock
from workshop.domain.live_session import Answering, Command
from workshop.extensions import db
from workshop.realtime.hub import Hub
from workshop.services import following_up, planning, running
from workshop.services.exchanging import pack, take_in
from workshop.services.planning import Plan
from workshop.services.reviewing import review
from workshop.services.signed_files import BadFile, exchange_key, sign
from workshop.storage import live_sessions
from workshop.storage.live_sessions import asked_by
from workshop.storage.quiz_files import QuizFile

from .conftest import PEOPLE, ClassRoom
from .test_exchanging import SECRET, forget_origin

SHORT = ["avant", "fil", "geste", "apres", "sortie", "aide"]


@pytest.fixture
def quiz(tmp_path: Path) -> QuizFile:
    return add_to(tmp_path / "quizzes")


def opened(hub: Hub, owner_id: int, quiz: QuizFile, short: bool) -> ClassRoom:
    plan = Plan(quiz, Answering.PHONES, None, 40, PEOPLE, {"cible": "Sam"}, short=short)
    return ClassRoom(hub, planning.set_up(plan, owner_id, clock.now()), owner_id)


def test_same_text_is_run_whole_and_short_at_once(hub: Hub, owner_id: int, quiz: QuizFile) -> None:
    whole, short = (opened(hub, owner_id, quiz, each) for each in (False, True))
    assert whole.state()[1].minutes == 42
    assert len(whole.state()[1].activities) == 10
    _, workshop = short.state()
    assert (workshop.minutes, [activity.id for activity in workshop.activities]) == (25, SHORT)
    assert workshop.names["cible"] == "Sam"
    assert whole.row().quiz_digest == short.row().quiz_digest
    db.session.rollback()


def test_what_a_round_asks_is_found_in_the_whole_text(hub: Hub, owner_id: int, quiz: QuizFile) -> None:
    room = opened(hub, owner_id, quiz, True)
    [phone] = room.join()
    room.go_to("geste")
    [(round_id, question)] = room.open_questions()
    written = SimpleNamespace(quiz_digest=room.row().quiz_digest, activity_id="geste", question_id="geste")
    assert asked_by(db.session.connection(), written).choice_ids == question.choice_ids
    db.session.rollback()
    assert room.answer(phone, round_id, "adulte")


def test_workshop_without_a_short_variant_is_run_whole(hub: Hub, owner_id: int, quiz: QuizFile) -> None:
    unmarked = replace(quiz, source="\n".join(x for x in quiz.source.splitlines() if not x.startswith("short = ")))
    room = opened(hub, owner_id, replace(unmarked, digest="unmarked"), True)
    assert room.row().short is False
    assert room.state()[1].minutes == 42


def ended(hub: Hub, owner_id: int, quiz: QuizFile) -> ClassRoom:
    room = opened(hub, owner_id, quiz, True)
    room.join(12)
    for round_id, _ in room.open_questions()[:1]:
        for phone in room.phones:
            room.answer(phone, round_id, "vrai")
    room.go_to("aide")
    room.command("end", confirmed=True)
    return room


def test_short_class_goes_to_the_end_and_is_brought_as_it_was(hub: Hub, owner_id: int, quiz: QuizFile) -> None:
    room = ended(hub, owner_id, quiz)
    found = review(room.row())
    assert found.asked
    file = pack(room.row(), exchange_key(SECRET, owner_id))
    forget_origin(room)
    brought = live_sessions.find(take_in(file, SECRET, owner_id))
    assert brought is not None
    assert brought.short
    assert live_sessions.workshop_of(brought) == room.state()[1]


@pytest.mark.parametrize("lie", ["a word", "a round of the whole"])
def test_file_that_lies_about_the_variant_is_refused(hub: Hub, owner_id: int, quiz: QuizFile, lie: str) -> None:
    room = ended(hub, owner_id, quiz)
    body = json.loads(gzip.decompress(pack(room.row(), exchange_key(SECRET, owner_id))))
    if lie == "a word":
        body["body"]["short"] = "yes"
    else:
        body["body"]["rounds"].append({**body["body"]["rounds"][0], "activity": "debat", "question": "debat"})
    body["signature"] = sign(exchange_key(SECRET, owner_id), body["body"])
    forget_origin(room)
    with pytest.raises(BadFile):
        take_in(gzip.compress(json.dumps(body).encode()), SECRET, owner_id)


def test_file_made_before_there_was_a_variant_is_a_whole_class(hub: Hub, owner_id: int, room: ClassRoom) -> None:
    room.command("end", confirmed=True)
    body = json.loads(gzip.decompress(pack(room.row(), exchange_key(SECRET, owner_id))))
    del body["body"]["short"]
    body["signature"] = sign(exchange_key(SECRET, owner_id), body["body"])
    forget_origin(room)
    brought = live_sessions.find(take_in(gzip.compress(json.dumps(body).encode()), SECRET, owner_id))
    assert brought is not None
    assert not brought.short


def test_follow_up_asks_again_what_the_short_variant_asked(hub: Hub, owner_id: int, quiz: QuizFile) -> None:
    vote = 'id = "debat"\nkind = "choice"\nchoices = [{ id = "a", text = "A" }, { id = "b", text = "B" }]'
    source = quiz.source.replace('id = "debat"\nkind = "scale"', vote).replace('ends = ["Non", "Oui"]', "")
    quiz = replace(quiz, source=source, digest="with a vote that the short variant leaves out")
    asked = {}
    for short in (False, True):
        room = opened(hub, owner_id, quiz, short)
        room.join(12)
        room.command("end", confirmed=True)
        follow_up_id = following_up.launch(room.live_id, 7, clock.now())
        row = live_sessions.find(follow_up_id)
        assert row is not None
        asked[short] = [r.question_id for r in row.rounds]
        assert asked[short] == [q.id for q in following_up.questions(room.row())]
        db.session.rollback()
        running.run_command(follow_up_id, Command("end", 0, confirmed=True), clock.now())
        [closed] = following_up.closed(room.row())
        assert [one.question.id for one in closed.compared] == asked[short]
        db.session.rollback()
    assert [q for q in asked[False] if q not in asked[True]] == ["debat"]
