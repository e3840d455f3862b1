"""Hands raised: absolute values, any time before the close, added to phones as a channel of their own."""

import pytest

from workshop import clock
from workshop.domain.errors import HandsRefused, Malformed, RoundClosed, UnknownChoice, UnknownRound
from workshop.services.hands import enter_hands
from workshop.services.viewing import load_board

from .conftest import ClassRoom


def test_hands_typed_twice_count_once_and_add_to_phones(room: ClassRoom) -> None:
    (phone,) = room.join()
    room.go_to("premier-geste")
    round_id, question = room.open_questions()[0]
    room.answer(phone, round_id, question.choice_ids[0])
    for _ in range(2):
        enter_hands(room.live_id, round_id, {question.choice_ids[0]: 4, question.choice_ids[1]: 2})
    assert load_board(room.row(), clock.now()).answered == 7
    room.command("close")
    tally = load_board(room.row(), clock.now()).tallies[round_id]
    assert [tally.voices[choice] for choice in question.choice_ids[:2]] == [5, 2]
    assert tally.respondents == {"phone": 1, "turns": 0, "group": 0, "hand": 6, "card": 0}


def test_hands_are_refused_on_lived_experience(room: ClassRoom) -> None:
    room.go_to("deja-vu")
    round_id, question = room.open_questions()[0]
    with pytest.raises(HandsRefused):
        enter_hands(room.live_id, round_id, {question.choice_ids[0]: 3})


def test_hands_are_refused_on_an_opinion_and_are_a_sign_of_life(room: ClassRoom) -> None:
    *_, (opinion, question) = room.open_questions()
    assert question.register == "opinion"
    with pytest.raises(HandsRefused):
        enter_hands(room.live_id, opinion, {question.choice_ids[0]: 3})
    known, question = room.open_questions()[0]
    before = room.row().active_at
    enter_hands(room.live_id, known, {question.choice_ids[0]: 3})
    assert room.row().active_at > before


def test_hands_after_the_close_or_that_do_not_fit_are_refused(room: ClassRoom) -> None:
    room.go_to("premier-geste")
    round_id, question = room.open_questions()[0]
    for counts, error in (({"nowhere": 1}, UnknownChoice), ({question.choice_ids[0]: -1}, Malformed)):
        with pytest.raises(error):
            enter_hands(room.live_id, round_id, counts)
    with pytest.raises(UnknownRound):
        enter_hands(room.live_id, round_id + 1000, {question.choice_ids[0]: 1})
    room.command("close")
    with pytest.raises(RoundClosed):
        enter_hands(room.live_id, round_id, {question.choice_ids[0]: 1})
