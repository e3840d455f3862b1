"""Cards counted in the room: absolute values beside phones and hands, one tally, nothing of a single card."""

from collections.abc import Callable

import pytest

from workshop import clock
from workshop.domain.errors import CardsRefused, Malformed, RoundClosed, UnknownChoice, UnknownRound
from workshop.domain.live_session import Answering
from workshop.extensions import db
from workshop.services.hands import enter_cards, enter_hands
from workshop.services.viewing import load_board
from workshop.storage.models import FoldedTally, RoomCount

from .conftest import ClassRoom


def test_phones_hands_and_cards_feed_one_tally_and_stay_apart_in_it(room: ClassRoom) -> None:
    (phone,) = room.join()
    room.go_to("premier-geste")
    round_id, question = room.open_questions()[0]
    first, second, *_ = question.choice_ids
    room.answer(phone, round_id, first)
    enter_hands(room.live_id, round_id, {first: 4, second: 2})
    for counts in ({first: 20}, {first: 3, second: 7}):  # a second reading replaces the first, and touches no hand
        enter_cards(room.live_id, round_id, counts)
    assert load_board(room.row(), clock.now()).answered == 17
    room.command("close")
    tally = load_board(room.row(), clock.now()).tallies[round_id]
    assert (tally.voices[first], tally.voices[second]) == (8, 9)
    assert tally.respondents == {"phone": 1, "turns": 0, "group": 0, "hand": 6, "card": 10}


def test_cards_are_folded_and_their_counts_destroyed_at_the_end(room: ClassRoom) -> None:
    room.go_to("premier-geste")
    round_id, question = room.open_questions()[0]
    enter_cards(room.live_id, round_id, {question.choice_ids[0]: 12})
    room.command("end", confirmed=True)
    assert db.session.get_one(FoldedTally, round_id).respondents["card"] == 12
    assert db.session.query(RoomCount).count() == 0


def test_cards_are_refused_on_lived_experience(make_class: Callable[..., ClassRoom]) -> None:
    room = make_class(answering=Answering.MIXED)
    room.go_to("deja-vu")
    round_id, question = room.open_questions()[0]
    with pytest.raises(CardsRefused):
        enter_cards(room.live_id, round_id, {question.choice_ids[0]: 3})
    assert db.session.query(RoomCount).count() == 0


def test_cards_are_refused_on_an_opinion(room: ClassRoom) -> None:
    *_, (opinion, question) = room.open_questions()
    assert question.register == "opinion"
    with pytest.raises(CardsRefused):
        enter_cards(room.live_id, opinion, {question.choice_ids[0]: 3})


def test_cards_after_the_close_or_that_do_not_fit_are_refused(room: ClassRoom) -> None:
    room.go_to("premier-geste")
    round_id, question = room.open_questions()[0]
    for counts, error in (({"nowhere": 1}, UnknownChoice), ({question.choice_ids[0]: 2001}, Malformed)):
        with pytest.raises(error):
            enter_cards(room.live_id, round_id, counts)
    with pytest.raises(UnknownRound):
        enter_cards(room.live_id, round_id + 1000, {question.choice_ids[0]: 1})
    room.command("close")
    with pytest.raises(RoundClosed):
        enter_cards(room.live_id, round_id, {question.choice_ids[0]: 1})


def test_class_with_cards_alone_is_asked_no_opinion_and_nothing_lived(make_class: Callable[..., ClassRoom]) -> None:
    room = make_class(answering=Answering.CARDS)
    assert {question.register for _, question in room.open_questions()} <= {"knowledge", "situation"}
    room.go_to("deja-vu")
    assert room.open_questions() == []
