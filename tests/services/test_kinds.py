"""Orders, estimates, sortings, the weather and certainty through the services, on either database."""

import gzip
import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from workshop import clock
from workshop.domain.errors import HandsRefused, NotAnOrder
from workshop.domain.live_session import Answering, Phase
from workshop.domain.review import Asked
from workshop.extensions import db
from workshop.services.exchanging import take_in
from workshop.services.hands import enter_hands
from workshop.services.made_up import make_ended_class
from workshop.services.planning import Plan
from workshop.services.reviewing import review
from workshop.services.signed_files import BadFile, exchange_key, sign
from workshop.services.viewing import load_board
from workshop.storage import live_sessions
from workshop.storage.quiz_files import read_quiz

from .conftest import KINDS, PEOPLE, ClassRoom
from .test_exchanging import SECRET, brought

RIGHT = ("capture", "adulte", "signaler", "bloquer")
WRONG = ("signaler", "capture", "adulte", "bloquer")


@pytest.fixture
def kinds(make_class: Callable[..., ClassRoom]) -> ClassRoom:
    return make_class(quiz=KINDS)


def reviewed(live_id: int) -> dict[str, Asked]:
    row = live_sessions.find(live_id)
    assert row is not None
    found = {one.question.id: one for one in review(row).asked}
    db.session.rollback()
    return found


def live_an_hour(room: ClassRoom) -> None:
    """Twelve phones: half are right, and most of those who are wrong are sure of it."""
    room.join(12)
    for activity, answers in (
        ("les-gestes", [RIGHT, WRONG]),
        ("combien", [("20",), ("60",)]),
        ("trier", [("moi",), ("tous",)]),
        ("la-capture", [("oui", "hesite"), ("non", "sans-doute")]),
        ("apres", []),
    ):
        room.go_to(activity)
        for round_id, _ in room.open_questions():
            for phone, sent in zip(room.phones, answers * 6, strict=False):
                room.answer(phone, round_id, *sent)
    room.command("end", confirmed=True)


def test_order_is_kept_as_it_was_sent_or_refused_whole(kinds: ClassRoom) -> None:
    (phone,) = kinds.join()
    kinds.go_to("les-gestes")
    [(round_id, _)] = kinds.open_questions()
    for wrong in (RIGHT[:3], (*RIGHT[:3], "capture")):
        with pytest.raises(NotAnOrder):
            kinds.answer(phone, round_id, *wrong)
    kinds.answer(phone, round_id, *RIGHT)
    kinds.command("close")
    voices = load_board(kinds.row(), clock.now()).tallies[round_id].voices
    assert {key for key, n in voices.items() if n} == {"capture@1", "adulte@2", "signaler@3", "bloquer@4", "juste"}


def test_hands_count_a_number_and_never_an_order(kinds: ClassRoom) -> None:
    kinds.go_to("les-gestes")
    [(round_id, question)] = kinds.open_questions()
    with pytest.raises(HandsRefused):
        enter_hands(kinds.live_id, round_id, {question.choice_ids[0]: 3})
    kinds.go_to("combien")
    [(round_id, _)] = kinds.open_questions()
    enter_hands(kinds.live_id, round_id, {"20": 9, "60": 4})
    kinds.command("close")
    assert load_board(kinds.row(), clock.now()).tallies[round_id].total == 13


def test_class_without_devices_is_asked_neither_an_order_nor_the_weather(make_class: Callable[..., ClassRoom]) -> None:
    room = make_class(answering=Answering.HANDS, quiz=KINDS)
    for activity, questions in (("meteo", 0), ("les-gestes", 0), ("combien", 1), ("trier", 3)):
        room.go_to(activity)
        live, _ = room.state()
        assert (len(room.open_questions()), live.phase) == (questions, Phase.OPEN)


def test_review_tells_each_kind_in_its_way(kinds: ClassRoom) -> None:
    live_an_hour(kinds)
    found = reviewed(kinds.live_id)
    assert "meteo" not in found
    assert found["les-gestes"].right == 6
    assert {name for name, one in found.items() if one.within} == {"brouillon", "photo", "story"}
    assert (found["brouillon"].right, found["la-capture"].firm) == (6, 6)


def test_what_is_counted_of_each_kind_is_brought_in_a_file(kinds: ClassRoom) -> None:
    live_an_hour(kinds)
    file = brought(kinds)
    assert reviewed(take_in(file, SECRET, kinds.owner_id)) == reviewed(kinds.live_id)


@pytest.mark.parametrize("voice", ["juste", "capture@1", "oui+hesite"])
@pytest.mark.parametrize("value", [-1, "3", None, True])
def test_file_whose_voices_cannot_be_is_refused(kinds: ClassRoom, voice: str, value: Any) -> None:
    live_an_hour(kinds)
    opened = json.loads(gzip.decompress(brought(kinds)))
    [voices] = [kept["voices"] for kept in opened["body"]["rounds"] if voice in kept.get("voices", {})]
    voices[voice] = value
    opened["signature"] = sign(exchange_key(SECRET, kinds.owner_id), opened["body"])
    with pytest.raises(BadFile):
        take_in(gzip.compress(json.dumps(opened).encode()), SECRET, kinds.owner_id)


def test_made_up_class_answers_every_kind(owner_id: int) -> None:
    plan = Plan(read_quiz(KINDS), Answering.PHONES, 28, 40, PEOPLE, {})
    found = reviewed(make_ended_class(plan, owner_id, 28, clock.now(), Random(2)))
    assert all(one.last and one.last.total == 28 for one in found.values())
    assert 0 < (found["les-gestes"].right or 0) < 28
