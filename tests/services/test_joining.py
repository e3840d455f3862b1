"""A phone comes in, comes back, or is refused."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from workshop.domain.errors import (
    ClassFull,
    EntryLocked,
    Refusal,
    RehearsalOnly,
    Retired,
    SessionEnded,
    UnknownCode,
    WrongComebackCode,
)
from workshop.extensions import db
from workshop.services.batching import Item
from workshop.services.coming_back import come_back
from workshop.services.joining import Arrival, Joined
from workshop.services.keys import comeback_code

from .conftest import ClassRoom, key

SECRET = "a secret for codes"


def test_same_key_is_the_same_participant(room: ClassRoom) -> None:
    first, second = (room.hub.arrivals.do(Arrival(room.code, key(1))) for _ in range(2))
    assert first == second


def test_code_is_case_insensitive(room: ClassRoom) -> None:
    assert room.hub.arrivals.do(Arrival(room.code.lower(), key(1))).live_id == room.live_id


def test_a_class_that_arrives_at_once_gets_distinct_numbers_and_no_more_than_its_capacity(
    make_class: Callable[..., ClassRoom],
) -> None:
    room = make_class(capacity=30)
    outcomes: list[Joined | Refusal] = []
    for number in range(35):
        room.hub.arrivals.submit(Item(Arrival(room.code, key(number)), outcomes.append))
    room.hub.arrivals.flush()
    joined = [outcome for outcome in outcomes if isinstance(outcome, Joined)]
    assert sorted(person.number for person in joined) == list(range(30))
    assert [type(outcome) for outcome in outcomes[30:]] == [ClassFull] * 5


def test_unknown_code_is_refused(room: ClassRoom) -> None:
    with pytest.raises(UnknownCode):
        room.hub.arrivals.do(Arrival("NULLEPART1", key(1)))


def test_ended_session_refuses_everybody(room: ClassRoom) -> None:
    code = room.code
    room.command("end", confirmed=True)
    with pytest.raises(SessionEnded):
        room.hub.arrivals.do(Arrival(code, key(1)))


def test_locked_entry_refuses_newcomers_only(room: ClassRoom) -> None:
    (inside,) = room.join()
    room.command("lock")
    with pytest.raises(EntryLocked):
        room.hub.arrivals.do(Arrival(room.code, key(99)))
    assert room.hub.arrivals.do(Arrival(room.code, inside.key_hash)).participant_id == inside.participant_id


def test_entry_is_locked_while_lived_experience_is_asked(room: ClassRoom) -> None:
    room.join()
    room.go_to("deja-vu")
    with pytest.raises(EntryLocked):
        room.hub.arrivals.do(Arrival(room.code, key(99)))
    room.command("close", confirmed=True)
    assert room.hub.arrivals.do(Arrival(room.code, key(99)))


def test_rehearsal_refuses_real_phones_and_a_class_refuses_simulated_ones(
    make_class: Callable[..., ClassRoom],
) -> None:
    rehearsal, real = make_class(rehearsal=True), make_class()
    with pytest.raises(RehearsalOnly):
        rehearsal.join()
    with pytest.raises(RehearsalOnly):
        real.hub.arrivals.do(Arrival(real.code, key(1), simulated=True))
    assert rehearsal.hub.arrivals.do(Arrival(rehearsal.code, key(1), simulated=True))


def test_own_answers_come_back_with_the_phone(room: ClassRoom) -> None:
    (phone,) = room.join()
    round_id, question = room.open_questions()[0]
    room.answer(phone, round_id, question.choice_ids[1], seq=4)
    (own,) = room.hub.arrivals.do(Arrival(room.code, phone.key_hash)).answers
    assert (own.round_id, own.seq, own.choices) == (round_id, 4, (question.choice_ids[1],))


def test_own_answer_on_lived_experience_is_never_told_again(room: ClassRoom) -> None:
    (phone,) = room.join()
    room.go_to("deja-vu")
    round_id, question = room.open_questions()[0]
    room.answer(phone, round_id, question.choice_ids[1], seq=4)
    (own,) = room.hub.arrivals.do(Arrival(room.code, phone.key_hash)).answers
    assert (own.seq, own.choices) == (4, None)


def test_comeback_takes_up_the_sign_and_shows_no_earlier_answer(room: ClassRoom) -> None:
    (phone,) = room.join()
    round_id, question = room.open_questions()[0]
    room.answer(phone, round_id, question.choice_ids[0], seq=3)
    come_back(room.code, comeback_code(SECRET, room.live_id, phone.key_hash).lower(), key(50), SECRET)
    back = room.hub.arrivals.do(Arrival(room.code, key(50)))
    assert back.participant_id == phone.participant_id and back.number == phone.number
    assert [(own.seq, own.choices) for own in back.answers] == [(3, None)]
    with pytest.raises(Retired):
        room.hub.arrivals.do(Arrival(room.code, phone.key_hash))


def test_comeback_code_is_good_once(room: ClassRoom) -> None:
    (phone,) = room.join()
    code = comeback_code(SECRET, room.live_id, phone.key_hash)
    come_back(room.code, code, key(50), SECRET)
    with pytest.raises(WrongComebackCode):
        come_back(room.code, code, key(51), SECRET)


def test_comeback_after_joining_again_counts_one_pupil_once(room: ClassRoom) -> None:
    old, new = room.join(2)
    (first, one), (second, two), *_ = room.open_questions()
    room.answer(old, first, one.choice_ids[0])
    room.answer(new, first, one.choice_ids[1])
    room.answer(new, second, two.choice_ids[1])
    come_back(room.code, comeback_code(SECRET, room.live_id, old.key_hash), new.key_hash, SECRET)
    rows = db.session.execute(text("SELECT round_id, participant_id, choices FROM response ORDER BY 1")).all()
    assert [tuple(row) for row in rows] == [
        (first, old.participant_id, one.choice_ids[0]),
        (second, old.participant_id, two.choice_ids[1]),
    ]


def test_comeback_is_refused_while_lived_experience_is_asked(room: ClassRoom) -> None:
    (phone,) = room.join()
    room.go_to("deja-vu")
    with pytest.raises(EntryLocked):
        come_back(room.code, comeback_code(SECRET, room.live_id, phone.key_hash), key(50), SECRET)
