"""A story in the services: votes are counted in the transaction that follows them, and nobody sends them."""

from random import Random

import pytest

from workshop import clock
from workshop.config import ROOT
from workshop.domain.errors import IllegalCommand, NotLeading, TiedVote
from workshop.domain.live_session import Answering
from workshop.extensions import db
from workshop.realtime.audiences import facilitator_view, participant_view, projector_view
from workshop.realtime.hub import Hub
from workshop.services import planning
from workshop.services.hands import enter_hands
from workshop.services.made_up import make_ended_class
from workshop.services.planning import Plan
from workshop.services.reviewing import review
from workshop.services.viewing import load_board
from workshop.storage import live_sessions
from workshop.storage.quiz_files import read_quiz

from .conftest import PEOPLE, ClassRoom

QUIZ = ROOT / "tests" / "quizzes" / "et-si" / "quiz.fr.toml"
FIRST, SECOND = "le-message", "partage"


def plan(answering: Answering = Answering.PHONES) -> Plan:
    return Plan(read_quiz(QUIZ), answering, None, 40, PEOPLE, {})


def set_up(hub: Hub, owner_id: int, answering: Answering = Answering.PHONES) -> ClassRoom:
    """A class that has come to its story."""
    room = ClassRoom(hub, planning.set_up(plan(answering), owner_id, clock.now()), owner_id)
    room.command("start")
    room.go_to("et-si")
    return room


def vote(room: ClassRoom, *choices: str) -> None:
    """Each phone one of these choices; then the result is shown."""
    [(round_id, _)] = room.open_questions()
    for phone, choice in zip(room.phones, choices, strict=False):
        assert room.answer(phone, round_id, choice)
    room.command("close")
    room.command("reveal")


def path(room: ClassRoom) -> list[str]:
    return [step.removeprefix("et-si/") for step in room.state()[0].path]


def test_story_follows_the_votes_and_is_found_again_as_it_was_left(hub: Hub, owner_id: int) -> None:
    room = set_up(hub, owner_id)
    room.join(3)
    assert [question.id for _, question in room.open_questions()] == [FIRST]
    vote(room, "attendre", "attendre", "enlever")
    room.command("follow")
    assert [question.id for _, question in room.open_questions()] == [SECOND]
    vote(room, "ami", "classe", "personne")  # a tie of three
    with pytest.raises(TiedVote):
        room.command("follow")
    with pytest.raises(NotLeading):
        room.command("follow", number=4)
    room.command("follow", number=3)
    assert path(room) == [FIRST, SECOND, "reste"]
    with pytest.raises(IllegalCommand):
        room.command("follow")
    room.command("reveal")
    room.command("next")
    room.command("back")
    board = load_board(room.row(), clock.now())
    for view in (participant_view(board), projector_view(board)):
        assert view.scene is not None and view.scene.story is not None and view.scene.story.map is not None
    db.session.rollback()


def test_hands_decide_where_a_story_goes_scene_by_scene(hub: Hub, owner_id: int) -> None:
    room = set_up(hub, owner_id, Answering.HANDS)
    for counts, following in (({"attendre": 12, "rire": 3}, SECOND), ({"personne": 2, "adulte": 9}, "merci")):
        [(round_id, _)] = room.open_questions()
        enter_hands(room.live_id, round_id, counts)
        room.command("close")
        room.command("reveal")
        room.command("follow")
        assert path(room)[-1] == following


def test_choices_with_the_same_sequel_are_no_tie_and_nobody_who_votes_is_one(hub: Hub, owner_id: int) -> None:
    room = set_up(hub, owner_id)
    room.join(2)
    vote(room, "attendre", "rire")
    room.command("follow")
    assert path(room)[-1] == SECOND
    vote(room)
    with pytest.raises(TiedVote):
        room.command("follow")
    room.command("follow", number=1)
    assert path(room)[-1] == "reparer"


def test_teacher_and_summary_are_told_the_scenes_that_were_asked_and_no_other(hub: Hub, owner_id: int) -> None:
    room = set_up(hub, owner_id)
    room.join(12)
    vote(room, *["enlever"] * 12)
    room.command("follow")
    room.command("end", confirmed=True)
    told = {one.question.id: one for one in review(room.row()).debates}
    assert list(told) == ["debat", FIRST, "enleve"]
    assert told[FIRST].question.text == "Le message du soir · Que fait Sacha\u202f?"
    assert told[FIRST].last is not None and told[FIRST].last.of("enlever") == 12
    db.session.rollback()
    view = facilitator_view(load_board(room.row(), clock.now()))
    story = next(scene for scene in view.summary if scene.story)
    assert [question.id for question in story.questions] == [FIRST, "enleve"]
    db.session.rollback()


def test_made_up_class_lived_one_story_to_its_end(hub: Hub, owner_id: int) -> None:
    live_id = make_ended_class(plan(), owner_id, 24, clock.now(), Random(4))
    row = live_sessions.find(live_id)
    assert row is not None
    lived = [step.removeprefix("et-si/") for step in row.path]
    story = live_sessions.workshop_of(row).activity("et-si")
    assert story.scene(lived[-1]).is_ending
    assert [r.question_id for r in row.rounds if r.activity_id == "et-si"] == lived[:-1]
    db.session.rollback()
