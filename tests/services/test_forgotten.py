"""A class that nobody ends, ends by itself: as by hand, once, from any process, and never while somebody is there."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from workshop import clock
from workshop.domain.live_session import Answering, Phase
from workshop.extensions import db
from workshop.realtime.audiences import facilitator_view
from workshop.realtime.clients import Client
from workshop.services import joining, running
from workshop.services.hands import enter_hands
from workshop.services.joining import PRESENCE
from workshop.services.viewing import load_board
from workshop.storage import live_sessions
from workshop.storage.models import FoldedTally, RoundRow

from .conftest import ClassRoom
from .test_running import count, vote

AFTER = timedelta(hours=6)
MINUTE = timedelta(minutes=1)


def sweep(now: datetime) -> list[int]:
    return [change.live_id for change in running.end_forgotten(now, AFTER)]


def last_sign(room: ClassRoom) -> datetime:
    return room.row().active_at


def falls_silent(room: ClassRoom, length: timedelta) -> None:
    room.row().active_at -= length
    db.session.commit()


def leave(room: ClassRoom) -> None:
    """Every phone closes its page."""
    joining.seen([phone.participant_id for phone in room.phones], None)


def test_forgotten_class_ends_as_by_hand(room: ClassRoom) -> None:
    room.join(12)
    ordinary = vote_first(room)
    room.go_to("deja-vu")
    lived = vote(room, *[0] * 5 + [1] * 4 + [2] * 3)
    leave(room)
    assert sweep(last_sign(room) + AFTER - MINUTE) == []
    assert sweep(last_sign(room) + AFTER) == [room.live_id]
    live, _ = room.state()
    assert (live.phase, live.open_rounds) == (Phase.ENDED, ())
    for table in ("response", "participant", "room_count"):
        assert count(table) == 0, table
    assert count("access WHERE kind <> 'account' AND kind <> 'projector'") == 0
    assert db.session.get_one(FoldedTally, ordinary).respondents["phone"] == 12
    disclosed = live_sessions.disclosed_of(db.session.get_one(RoundRow, lived))
    assert disclosed is not None and disclosed.respondents == 12
    assert room.row().erasure_pending


def vote_first(room: ClassRoom) -> int:
    round_id, question = room.open_questions()[0]
    for phone in room.phones:
        room.answer(phone, round_id, question.choice_ids[0])
    return round_id


def test_it_ends_once_from_any_number_of_processes(room: ClassRoom) -> None:
    room.join(1)
    leave(room)
    later = last_sign(room) + AFTER
    assert [sweep(later), sweep(later)] == [[room.live_id], []]
    assert room.state()[0].version == 1


@pytest.mark.parametrize("sign", ["command", "arrival", "hands"])
def test_each_sign_of_life_begins_the_silence_anew(room: ClassRoom, sign: str) -> None:
    room.join(1)
    falls_silent(room, AFTER)
    if sign == "command":
        room.command("help")
    elif sign == "arrival":
        room.join(1)
    else:
        round_id, question = room.open_questions()[0]
        enter_hands(room.live_id, round_id, {question.choice_ids[0]: 3})
    leave(room)
    assert clock.now() - last_sign(room) < MINUTE
    assert sweep(clock.now()) == []
    assert sweep(last_sign(room) + AFTER) == [room.live_id]


def test_no_answer_is_written_down_as_a_sign_of_life(room: ClassRoom) -> None:
    """The time of the last answer of a class would be the time of somebody's."""
    room.join(1)
    before = last_sign(room)
    vote_first(room)
    assert last_sign(room) == before


def test_it_never_ends_while_a_phone_is_connected(room: ClassRoom) -> None:
    """A laptop's clock may be set right by years during a class: who is there was written just before."""
    room.join(1)
    years_later = last_sign(room) + timedelta(days=4_000)
    joining.seen([room.phones[0].participant_id], years_later)
    assert sweep(years_later) == []
    assert sweep(years_later + PRESENCE) == [room.live_id]


def test_lobby_into_which_nobody_came_waits_and_one_that_began_does_not(
    room: ClassRoom, make_class: Callable[..., ClassRoom]
) -> None:
    by_hand = make_class(answering=Answering.HANDS)
    far = last_sign(by_hand) + AFTER + MINUTE
    assert sweep(far) == []
    by_hand.command("start")
    assert sweep(last_sign(by_hand) + AFTER) == [by_hand.live_id]
    assert room.state()[0].phase is Phase.LOBBY


def test_summary_says_that_it_ended_by_itself_and_after_how_long(room: ClassRoom) -> None:
    room.join(1)
    leave(room)
    sweep(last_sign(room) + AFTER + MINUTE)
    view = facilitator_view(load_board(room.row(), clock.now()))
    assert view.silent_for == AFTER + MINUTE


def test_paused_class_ends_too_and_one_that_ended_by_hand_is_left_alone(room: ClassRoom) -> None:
    room.join(1)
    room.command("start")
    room.command("pause")
    leave(room)
    sweep(last_sign(room) + AFTER)
    live, _ = room.state()
    assert (live.phase, live.paused_at) == (Phase.ENDED, None)
    ended_at = live.ended_at
    assert sweep(last_sign(room) + 2 * AFTER) == []
    assert room.state()[0].ended_at == ended_at


def test_sweep_of_a_process_writes_presence_ends_what_is_forgotten_and_finishes_the_erasure(room: ClassRoom) -> None:
    here = room.join(2)[0]
    falls_silent(room, AFTER)
    leave(room)
    room.hub.clients.add("a socket", Client(room.live_id, "participant", "fr", here.participant_id))
    room.hub.sweep(everybody=True)
    assert room.state()[0].phase is Phase.LOBBY, "somebody is there"
    room.hub.clients.remove("a socket")
    room.hub.sweep(everybody=False)
    assert room.state()[0].phase is Phase.LOBBY, "looked at just after presence was written, and at no other time"
    room.hub.sweep(everybody=True)
    assert room.state()[0].phase is Phase.ENDED
    assert count("participant") == 0
    assert not room.row().erasure_pending
