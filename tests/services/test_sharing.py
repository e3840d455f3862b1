"""One device for several pupils: seats that take turns, a group with one voice, a tablet that goes to another pupil."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.written_workshop import SLUG, written_library
from workshop import clock
from workshop.domain.errors import (
    AnsweredAlready,
    ClassFull,
    EntryLocked,
    RehearsalOnly,
    Retired,
    SharedRefused,
    UnknownCode,
    UnknownSeat,
    WrongComebackCode,
)
from workshop.domain.live_session import Answering
from workshop.domain.tally import Sharing
from workshop.extensions import db
from workshop.realtime.handlers import mine
from workshop.services import following_up
from workshop.services.coming_back import come_back
from workshop.services.hands import enter_cards, enter_hands
from workshop.services.joining import Arrival, Joined
from workshop.services.keys import comeback_code, hashed
from workshop.services.sharing import leave, seat_key, share
from workshop.services.viewing import load_board
from workshop.services.writing import Text
from workshop.storage.models import FoldedTally, FoldedTransition, Participant
from workshop.storage.responses import answered

from .conftest import ClassRoom

TABLET, OTHER = "the key of a tablet of this school", "the key of the group's tablet"
SECRET = "a secret for codes"


def sits(room: ClassRoom, seat: int = 1, key: str = TABLET) -> Joined:
    return room.hub.arrivals.do(Arrival(room.code, hashed(seat_key(key, seat)), seat=seat))


def test_seats_are_pupils_of_their_own_with_a_sign_each(room: ClassRoom) -> None:
    share(room.code, TABLET, "turns", 3)
    seats = [sits(room, seat) for seat in (1, 2, 3)]
    assert len({seat.participant_id for seat in seats}) == len({seat.number for seat in seats}) == 3
    assert [one.seat for one in seats[1].shared.seats] == [1, 2, 3]  # type: ignore[union-attr]
    assert room.row().joined == 3
    with pytest.raises(UnknownSeat):
        sits(room, 4)


def test_phone_that_says_nothing_has_no_second_seat(room: ClassRoom) -> None:
    sits(room)
    with pytest.raises(UnknownSeat):
        sits(room, 2)


def test_all_ways_feed_one_tally_which_says_how_many_came_by_which(make_class: Callable[..., ClassRoom]) -> None:
    room = make_class(answering=Answering.MIXED)
    (phone,) = room.join()
    share(room.code, TABLET, "turns", 3)
    share(room.code, OTHER, "group", 4)
    room.go_to("premier-geste")
    round_id, question = room.open_questions()[0]
    first, second, *_ = question.choice_ids
    room.answer(phone, round_id, first)
    for seat, choice in ((1, first), (2, second), (3, second)):
        room.answer(sits(room, seat), round_id, choice)
    room.answer(sits(room, 3), round_id, first, seq=2)
    room.answer(sits(room, key=OTHER), round_id, second)
    enter_hands(room.live_id, round_id, {first: 5})
    enter_cards(room.live_id, round_id, {second: 7})
    assert load_board(room.row(), clock.now()).answered == 1 + 3 + 1 + 5 + 7
    room.command("close")
    tally = load_board(room.row(), clock.now()).tallies[round_id]
    assert tally.respondents == {"phone": 1, "turns": 3, "group": 1, "hand": 5, "card": 7}
    assert (tally.voices[first], tally.voices[second]) == (1 + 2 + 5, 1 + 1 + 7)
    assert tally.shared == Sharing(turns=3, devices=1, groups=1, pupils=4)
    room.command("end", confirmed=True)
    folded = db.session.get_one(FoldedTally, round_id)
    assert (folded.respondents["turns"], folded.behind) == (3, {"devices": 1, "pupils": 4})
    assert db.session.query(Participant).count() == 0
    assert room.row().joined == 3  # one phone and two tablets came in


@pytest.mark.parametrize(("way", "size"), [("turns", 2), ("group", 2)])
def test_lived_experience_is_refused_to_shared_devices(room: ClassRoom, way: str, size: int) -> None:
    room.join()
    share(room.code, TABLET, way, size)
    room.go_to("deja-vu")
    round_id, question = room.open_questions()[0]
    with pytest.raises(SharedRefused):
        room.answer(sits(room), round_id, question.choice_ids[0])
    room.answer(room.phones[0], round_id, question.choice_ids[0])
    db.session.rollback()  # what it has read so far is older
    assert answered([round_id]) == 1


@pytest.mark.parametrize(("way", "size"), [("turns", 2), ("group", 2)])
def test_opinions_are_refused_to_shared_devices(room: ClassRoom, way: str, size: int) -> None:
    share(room.code, TABLET, way, size)
    *_, (opinion, question) = room.open_questions()
    assert question.register == "opinion"
    with pytest.raises(SharedRefused):
        room.answer(sits(room), opinion, question.choice_ids[0])


def test_way_changes_until_somebody_has_answered_here(room: ClassRoom) -> None:
    sits(room)
    for way, size in (("turns", 4), ("group", 3), ("turns", 2), ("phone", 1), ("turns", 3)):
        share(room.code, TABLET, way, size)
    assert room.row().joined == 4  # seats are taken up again, never made twice
    with pytest.raises(UnknownSeat):
        sits(room, 4)
    round_id, question = room.open_questions()[0]
    room.answer(sits(room, 2), round_id, question.choice_ids[0])
    share(room.code, TABLET, "turns", 3)  # the same again is harmless
    for way, size in (("group", 3), ("turns", 2), ("phone", 1)):
        with pytest.raises(AnsweredAlready):
            share(room.code, TABLET, way, size)


def test_phone_that_has_answered_shares_nothing(room: ClassRoom) -> None:
    round_id, question = room.open_questions()[0]
    room.answer(sits(room), round_id, question.choice_ids[0])
    with pytest.raises(AnsweredAlready):
        share(room.code, TABLET, "group", 2)


def test_seats_count_in_the_capacity(make_class: Callable[..., ClassRoom]) -> None:
    room = make_class(capacity=4)
    room.join(2)
    with pytest.raises(ClassFull):
        share(room.code, TABLET, "turns", 3)
    share(room.code, TABLET, "turns", 2)
    with pytest.raises(ClassFull):
        room.join()


def test_seats_are_newcomers_for_a_locked_entry(room: ClassRoom) -> None:
    sits(room)
    room.command("lock")
    with pytest.raises(EntryLocked):
        share(room.code, TABLET, "turns", 2)
    room.command("unlock")
    room.go_to("deja-vu")
    with pytest.raises(EntryLocked):
        share(room.code, TABLET, "turns", 2)


def test_seats_are_let_in_and_then_outlive_a_lock(room: ClassRoom) -> None:
    share(room.code, TABLET, "turns", 2)
    room.command("lock")
    assert sits(room, 2)


def test_rehearsals_follow_ups_and_unknown_classes_take_no_shared_device(make_class: Callable[..., ClassRoom]) -> None:
    with pytest.raises(RehearsalOnly):
        share(make_class(rehearsal=True).code, TABLET, "group", 2)
    with pytest.raises(UnknownCode):
        share("NULLEPART1", TABLET, "group", 2)
    room = make_class()
    room.join(12)
    for round_id, question in room.open_questions():
        for phone in room.phones:
            room.answer(phone, round_id, question.choice_ids[0])
    room.command("end", confirmed=True)
    later = ClassRoom(room.hub, following_up.launch(room.live_id, 7, clock.now()), room.owner_id)
    with pytest.raises(SharedRefused):
        share(later.code, TABLET, "turns", 2)


def test_answer_of_a_seat_is_told_to_nobody_again(room: ClassRoom) -> None:
    share(room.code, TABLET, "turns", 2)
    round_id, question = room.open_questions()[0]
    room.answer(sits(room), round_id, question.choice_ids[0], seq=3)
    for seat in (1, 2):
        told = mine(sits(room, seat), SECRET, str)
        assert question.choice_ids[0] not in str(told)
        assert told["comeback"] is None
    assert mine(sits(room), SECRET, str)["answers"] == {str(round_id): {"seq": 3, "answered": True}}
    assert mine(sits(room, 2), SECRET, str)["answers"] == {}
    assert [one["answered"] for one in told["shared"]["seats"]] == [[str(round_id)], []]


def test_pairs_are_of_devices_of_ones_own(room: ClassRoom) -> None:
    room.join(2)
    share(room.code, TABLET, "turns", 2)
    share(room.code, OTHER, "group", 2)
    everybody = [*room.phones, sits(room), sits(room, 2), sits(room, key=OTHER)]
    paired = {question.id for _, question in room.open_questions() if not question.is_alone}

    def all_answer() -> None:
        for round_id, question in room.open_questions():
            if question.id in paired:
                for one in everybody:
                    room.answer(one, round_id, question.choice_ids[0])

    all_answer()
    room.go_to("apres")
    all_answer()
    room.command("end", confirmed=True)
    cells = db.session.query(FoldedTransition).all()
    assert {cell.question_id for cell in cells} == paired
    for question_id in paired:
        assert sum(cell.people for cell in cells if cell.question_id == question_id) == 2


def test_words_that_worry_say_nothing_on_a_screen_that_others_see(
    make_class: Callable[..., ClassRoom], tmp_path: Path
) -> None:
    room = make_class(quiz=written_library(tmp_path) / SLUG / "quiz.fr.toml")
    share(room.code, TABLET, "turns", 2)
    share(room.code, OTHER, "group", 2)
    (phone,) = room.join()
    room.go_to("un-mot")
    round_id, _ = room.open_questions()[0]
    for one in (sits(room, 2), sits(room, key=OTHER), phone):
        written = room.hub.texts.do(Text(one.participant_id, round_id, 1, "J’ai peur de rentrer chez moi"))
        assert written.is_apart
    assert not sits(room, 2).is_apart and not sits(room, key=OTHER).is_apart
    assert room.hub.arrivals.do(Arrival(room.code, phone.key_hash)).is_apart


def test_tablet_that_passes_on_keeps_what_was_answered_and_no_sign(room: ClassRoom) -> None:
    share(room.code, TABLET, "turns", 2)
    room.go_to("premier-geste")
    round_id, question = room.open_questions()[0]
    room.answer(sits(room, 2), round_id, question.choice_ids[0])
    assert len(leave(room.code, TABLET)) == 2
    for seat, error in ((1, Retired), (2, UnknownSeat)):
        with pytest.raises(error):
            sits(room, seat)
    assert leave(room.code, TABLET) == leave("NULLEPART1", TABLET) == []
    newcomer = sits(room, key="the key that the next pupil is given")
    assert newcomer.answers == () and newcomer.shared is None
    room.command("close")
    assert load_board(room.row(), clock.now()).tallies[round_id].respondents["turns"] == 1


def test_pupils_who_left_still_count_in_the_capacity(make_class: Callable[..., ClassRoom]) -> None:
    room = make_class(capacity=2)
    for place in range(2):
        sits(room, key=f"tablet {place}")
        leave(room.code, f"tablet {place}")
    with pytest.raises(ClassFull):
        sits(room, key="tablet 3")


def test_group_comes_back_and_a_seat_does_not(room: ClassRoom) -> None:
    share(room.code, OTHER, "group", 3)
    share(room.code, TABLET, "turns", 2)
    group, seat = sits(room, key=OTHER), sits(room, 2)
    with pytest.raises(WrongComebackCode):
        come_back(room.code, comeback_code(SECRET, room.live_id, seat.key_hash), hashed("new"), SECRET)
    with pytest.raises(SharedRefused):
        come_back(room.code, comeback_code(SECRET, room.live_id, group.key_hash), hashed(TABLET), SECRET)
    come_back(room.code, comeback_code(SECRET, room.live_id, group.key_hash), hashed("new"), SECRET)
    back = room.hub.arrivals.do(Arrival(room.code, hashed("new")))
    assert (back.number, back.shared.way, back.shared.size) == (group.number, "group", 3)  # type: ignore[union-attr]
