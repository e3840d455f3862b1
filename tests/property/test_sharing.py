"""Whatever a class does, its tally is the last answer of each seat, phone and group: a pupil has one way."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from tests.services.conftest import PEOPLE, QUIZ, ClassRoom, owner_id
from workshop import clock
from workshop.domain.errors import AnsweredAlready, UnknownSeat
from workshop.domain.live_session import Answering
from workshop.extensions import db
from workshop.realtime.hub import Hub
from workshop.services import planning
from workshop.services.joining import Arrival
from workshop.services.keys import hashed
from workshop.services.planning import Plan
from workshop.services.responding import Answer
from workshop.services.sharing import leave, seat_key, share
from workshop.services.tallying import tally_of
from workshop.storage.models import RoundRow
from workshop.storage.quiz_files import read_quiz

__all__ = ["owner_id"]

devices, seats = st.integers(0, 3), st.integers(1, 4)
sharings = st.sampled_from([("phone", 1), ("turns", 2), ("turns", 3), ("group", 2), ("group", 5)])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("shares"), devices, sharings),
        st.tuples(st.just("answers"), devices, seats, st.integers(0, 2), st.integers(1, 4)),
        st.tuples(st.just("answers"), devices, seats, st.integers(0, 2), st.integers(1, 4)),
        st.tuples(st.just("leaves"), devices),
    ),
    max_size=20,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(taken=steps)
def test_tally_is_the_last_answer_of_each_whatever_devices_do(hub: Hub, owner_id: int, taken: list[Any]) -> None:
    plan = Plan(read_quiz(QUIZ), Answering.MIXED, None, 2000, PEOPLE, {})
    room = ClassRoom(hub, planning.set_up(plan, owner_id, clock.now()), owner_id)
    round_id, question = room.open_questions()[0]
    code = room.code
    used = list(range(4))  # the key of each device now: another after it went to another pupil
    ways = dict.fromkeys(used, ("phone", 1))
    last: dict[tuple[int, int], tuple[int, str]] = {}  # by device and seat: the highest seq, and its choice
    for what, device, *more in taken:
        key = used[device]
        if what == "shares":
            try:
                share(code, f"device {key}", *more[0])
            except AnsweredAlready:
                assert any(who == key for who, _ in last)
            else:
                assert ways[key] == more[0] or not any(who == key for who, _ in last)
                ways[key] = more[0]
        elif what == "leaves":
            leave(code, f"device {key}")
            used[device] = len(ways)
            ways[used[device]] = ("phone", 1)
        else:
            seat, place, seq = more
            choice = question.choice_ids[place % len(question.choice_ids)]
            try:
                joined = hub.arrivals.do(Arrival(code, hashed(seat_key(f"device {key}", seat)), seat=seat))
            except UnknownSeat:
                assert seat > (ways[key][1] if ways[key][0] == "turns" else 1)
                continue
            hub.answers.do(Answer(joined.participant_id, round_id, seq, (choice,)))
            if seq > last.get((key, seat), (0, ""))[0]:
                last[key, seat] = (seq, choice)
    db.session.rollback()  # as it is now
    stored = db.session.get_one(RoundRow, round_id)
    found = tally_of(stored, question)
    db.session.rollback()
    said = Counter(choice for _, choice in last.values())
    assert {choice: found.voices[choice] for choice in question.choice_ids} == {c: said[c] for c in question.choice_ids}
    by_way = Counter(ways[key][0] for key, _ in last)
    assert found.respondents == {way: by_way[way] for way in ("phone", "turns", "group")} | {"hand": 0, "card": 0}
    assert found.shared.devices == len({key for key, _ in last if ways[key][0] == "turns"})
    assert found.shared.pupils == sum(ways[key][1] for key, _ in last if ways[key][0] == "group")
