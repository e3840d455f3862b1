"""More time, asked for by one pupil: for the whole class, once, without a trace of who asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.small_workshop import NOW, WORKSHOP
from tests.unit.test_live_session import ask, run
from workshop.domain.errors import IllegalCommand, RoundClosed
from workshop.domain.live_session import LiveSession, is_due
from workshop.domain.timing import any_untimed, is_hurried, take_time


def stored(live: LiveSession) -> LiveSession:
    """With the ids that rows would have."""
    return replace(live, rounds=tuple(replace(r, id=number) for number, r in enumerate(live.rounds, 1)))


def timed() -> tuple[LiveSession, int]:
    live = stored(ask(run("@vote"), "deadline", number=60).live)
    (round_,) = live.open_rounds
    assert round_.id is not None
    return live, round_.id


def test_one_pupil_takes_the_deadline_away_for_everybody() -> None:
    live, round_id = timed()
    assert is_hurried(live, WORKSHOP)
    calm = take_time(live, WORKSHOP, round_id, NOW)
    assert not is_due(calm, NOW + timedelta(days=1))
    assert any_untimed(calm) and not is_hurried(calm, WORKSHOP)


def test_more_time_leaves_the_version_so_that_no_key_of_the_facilitator_is_lost() -> None:
    live, round_id = timed()
    calm = take_time(live, WORKSHOP, round_id, NOW)
    assert (calm.version, calm.active_at) == (live.version, live.active_at)
    assert ask(calm, "close").live.open_rounds == ()


def test_more_time_asked_twice_changes_nothing_the_second_time() -> None:
    live, round_id = timed()
    calm = take_time(live, WORKSHOP, round_id, NOW)
    assert take_time(calm, WORKSHOP, round_id, NOW) == calm


def test_deadline_does_not_come_back_on_a_vote_that_needs_time() -> None:
    live, round_id = timed()
    with pytest.raises(IllegalCommand):
        ask(take_time(live, WORKSHOP, round_id, NOW), "deadline", number=60)


def test_more_time_without_a_deadline_changes_nothing() -> None:
    live = stored(run("@vote"))
    assert take_time(live, WORKSHOP, live.open_rounds[0].id or 0, NOW) == live


def test_more_time_comes_too_late_once_the_time_has_passed_or_the_vote_is_closed() -> None:
    live, round_id = timed()
    with pytest.raises(RoundClosed):
        take_time(live, WORKSHOP, round_id, NOW + timedelta(seconds=60))
    with pytest.raises(RoundClosed):
        take_time(ask(live, "close").live, WORKSHOP, round_id, NOW)


def test_next_vote_may_be_timed_again() -> None:
    live, round_id = timed()
    closed = ask(take_time(live, WORKSHOP, round_id, NOW), "close").live
    again = ask(ask(closed, "reveal").live, "vote_again").live
    assert ask(again, "deadline", number=60).live.open_rounds[0].closes_at is not None
