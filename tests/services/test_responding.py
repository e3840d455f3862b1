"""One answer: taken once, the newest wins, confirmed only when it is in the database."""

import pytest
from sqlalchemy import text

from workshop.domain.errors import (
    Refusal,
    RoundClosed,
    SessionEnded,
    SessionPaused,
    UnknownChoice,
    UnknownRound,
)
from workshop.extensions import db
from workshop.services.batching import Item
from workshop.services.responding import Answer

from .conftest import ClassRoom


def stored(round_id: int) -> list[tuple[int, int, str]]:
    rows = db.session.execute(
        text("SELECT participant_id, seq, choices FROM response WHERE round_id = :r ORDER BY 1"), {"r": round_id}
    ).all()
    db.session.rollback()
    return [(row[0], row[1], row[2]) for row in rows]


def test_answer_is_stored_once_however_often_it_is_sent(room: ClassRoom) -> None:
    (phone,) = room.join()
    round_id, question = room.open_questions()[0]
    for _ in range(3):
        assert room.answer(phone, round_id, question.choice_ids[0])
    assert stored(round_id) == [(phone.participant_id, 1, question.choice_ids[0])]


def test_highest_seq_wins_in_any_order(room: ClassRoom) -> None:
    (phone,) = room.join()
    round_id, question = room.open_questions()[0]
    first, second = question.choice_ids[:2]
    for seq, choice in ((2, second), (1, first)):
        assert room.answer(phone, round_id, choice, seq=seq)
    assert stored(round_id) == [(phone.participant_id, 2, second)]


def test_several_answers_of_one_phone_in_one_batch_keep_the_newest(room: ClassRoom) -> None:
    (phone,) = room.join()
    round_id, question = room.open_questions()[0]
    outcomes: list[bool | Refusal] = []
    for seq, choice in ((1, 0), (3, 1), (2, 0)):
        answer = Answer(phone.participant_id, round_id, seq, (question.choice_ids[choice],))
        room.hub.answers.submit(Item(answer, outcomes.append))
    room.hub.answers.flush()
    assert outcomes == [True, True, True]
    assert stored(round_id) == [(phone.participant_id, 3, question.choice_ids[1])]


def test_one_bad_answer_in_a_batch_harms_nobody(room: ClassRoom) -> None:
    phones = room.join(3)
    round_id, question = room.open_questions()[0]
    outcomes: list[bool | Refusal] = []
    for phone, choice in zip(phones, (question.choice_ids[0], "no-such-choice", question.choice_ids[1]), strict=True):
        room.hub.answers.submit(Item(Answer(phone.participant_id, round_id, 1, (choice,)), outcomes.append))
    # 2**40 is not an integer for PostgreSQL: the whole statement fails, and each is tried alone.
    room.hub.answers.submit(
        Item(Answer(phones[1].participant_id, round_id, 2**40, (question.choice_ids[0],)), outcomes.append)
    )
    room.hub.answers.flush()
    assert outcomes[0] is True and outcomes[2] is True
    assert isinstance(outcomes[1], UnknownChoice)
    found = {participant for participant, _, _ in stored(round_id)}
    assert {phones[0].participant_id, phones[2].participant_id} <= found


def test_answer_after_the_close_is_refused_and_never_counts(room: ClassRoom) -> None:
    (phone,) = room.join()
    room.go_to("premier-geste")
    round_id, question = room.open_questions()[0]
    room.command("close")
    with pytest.raises(RoundClosed):
        room.answer(phone, round_id, question.choice_ids[0])
    assert stored(round_id) == []


def test_retry_after_the_close_confirms_what_counted(room: ClassRoom) -> None:
    (phone,) = room.join()
    room.go_to("premier-geste")
    round_id, question = room.open_questions()[0]
    room.answer(phone, round_id, question.choice_ids[1], seq=2)
    room.command("close")
    assert room.answer(phone, round_id, question.choice_ids[1], seq=2)
    with pytest.raises(RoundClosed):
        room.answer(phone, round_id, question.choice_ids[0], seq=3)
    assert stored(round_id) == [(phone.participant_id, 2, question.choice_ids[1])]


def test_retry_after_the_close_of_lived_experience_tells_nothing(room: ClassRoom) -> None:
    (phone,) = room.join()
    room.go_to("deja-vu")
    round_id, question = room.open_questions()[0]
    room.answer(phone, round_id, question.choice_ids[0])
    room.command("close", confirmed=True)
    with pytest.raises(RoundClosed):
        room.answer(phone, round_id, question.choice_ids[0])


def test_answer_while_paused_is_refused(room: ClassRoom) -> None:
    (phone,) = room.join()
    room.go_to("premier-geste")
    round_id, question = room.open_questions()[0]
    room.command("pause")
    with pytest.raises(SessionPaused):
        room.answer(phone, round_id, question.choice_ids[0])
    room.command("resume")
    assert room.answer(phone, round_id, question.choice_ids[0])


def test_answer_for_another_class_is_refused(make_class: object) -> None:
    first, second = make_class(), make_class()  # type: ignore[operator]  # the fixture's factory
    (phone,) = first.join()
    round_id, question = second.open_questions()[0]
    with pytest.raises(UnknownRound):
        first.answer(phone, round_id, question.choice_ids[0])


@pytest.mark.parametrize("choices", [(), ("nowhere",), ("rien", "premier")])
def test_answer_with_choices_that_do_not_fit_is_refused(room: ClassRoom, choices: tuple[str, ...]) -> None:
    (phone,) = room.join()
    round_id, _ = room.open_questions()[0]
    with pytest.raises(UnknownChoice):
        room.answer(phone, round_id, *choices)


def test_answer_after_the_end_is_refused(room: ClassRoom) -> None:
    (phone,) = room.join()
    round_id, question = room.open_questions()[0]
    room.command("end", confirmed=True)
    with pytest.raises(SessionEnded):
        room.answer(phone, round_id, question.choice_ids[0])


def test_several_answers_are_allowed_where_the_question_says_so(room: ClassRoom) -> None:
    (phone,) = room.join()
    room.go_to("ce-qui-aide")
    round_id, question = room.open_questions()[0]
    assert question.multiple
    wanted = (question.choice_ids[2], question.choice_ids[0])
    assert room.answer(phone, round_id, *wanted)
    assert stored(round_id) == [(phone.participant_id, 1, "+".join(sorted(wanted, key=question.choice_ids.index)))]
