"""Whatever is pressed, from whatever tab, however late: the state stays legal."""

import pytest
from hypothesis import given, settings

from workshop.domain.activities import Workshop
from workshop.domain.errors import NeedsConfirmation, SessionEnded
from workshop.domain.live_session import (
    COMMANDS,
    MAX_ROUNDS,
    Answering,
    Command,
    LiveSession,
    Phase,
    Round,
    decide,
    has_open_experience,
    next_step,
    remaining,
)

from .commands import QUIZZES, WORKSHOPS, Press, Taken, answerings, names, play, sequences, states

MANY = settings(max_examples=100)


def test_workshops_of_the_library_are_played() -> None:
    assert all(w.activities[0].kind == "before" for w in QUIZZES)
    assert sum(any(a.is_experience for a in w.activities) for w in QUIZZES) >= 2


def key(round_: Round) -> tuple[str, str, int]:
    return round_.activity_id, round_.question_id, round_.number


def check_legal(live: LiveSession, workshop: Workshop) -> None:
    """What holds of any state."""
    assert -1 <= live.position < len(workshop.activities)
    activity = live.activity(workshop)
    asked = {r.activity_id for r in live.open_rounds}
    assert len(asked) <= 1
    assert not asked or (activity and asked == {activity.id} and live.phase in (Phase.LOBBY, Phase.OPEN))
    assert len({key(r) for r in live.rounds}) == len(live.rounds)
    for one in workshop.activities:
        numbers = {r.number for r in live.rounds_of(one.id)}
        once = one.is_experience or one.kind in ("before", "after", "exit")
        assert numbers == set(range(1, len(numbers) + 1)) and len(numbers) <= (1 if once else MAX_ROUNDS)
        # A round is of one question; all the questions of an activity open together, but opinions need a device.
        by_hand = live.answering is Answering.HANDS
        asked_here = [q for q in one.questions if not (by_hand and q.register == "opinion")]
        assert len(live.rounds_of(one.id)) == len(numbers) * len(asked_here)
        if by_hand and (one.is_experience or one.kind == "exit"):
            assert not numbers
    for shown in live.shown:
        assert live.rounds_of(shown) and shown not in asked
    if live.overlay and live.overlay.startswith("last:"):
        assert live.overlay.removeprefix("last:") in live.shown and not asked
    assert all(r.closes_at is None for r in live.rounds if not r.is_open)
    assert 0 <= live.messages_shown <= (len(activity.messages) if activity else 0)
    ahead = {workshop.activities[place].kind for place in remaining(live, workshop)}
    promised = {a.kind for a in workshop.activities[live.position + 1 :]} & {"after", "exit", "help"}
    assert promised - ahead == ({"exit"} & promised if live.answering is Answering.HANDS else set())


def check_follows(taken: Taken, workshop: Workshop) -> None:
    """What holds between a state and the next."""
    before, after = taken.before, taken.decision.live
    assert taken.command.version == before.version, "a stale tab was obeyed"
    assert (after.version, after.active_at) == (before.version + 1, taken.now)
    assert before.phase is not Phase.ENDED
    assert [key(r) for r in after.rounds[: len(before.rounds)]] == [key(r) for r in before.rounds]
    shut = []
    for old, new in zip(before.rounds, after.rounds, strict=False):
        assert old.is_open or not new.is_open, "a closed round was opened again"
        if old.is_open and not new.is_open:
            shut.append(old)
    # Each round that closes is said to close, once: that is what counts, protects or destroys its ballots.
    assert [*taken.decision.closed, *taken.decision.destroyed] == shut
    assert taken.decision.opened == after.rounds[len(before.rounds) :]
    assert all(r.is_open for r in taken.decision.opened)
    lived = [r for r in shut if workshop.activity(r.activity_id).is_experience]
    if lived:
        assert taken.command.confirmed and taken.command.name in ("close", "skip", "end")
    assert [*taken.decision.destroyed] == (lived if taken.command.name == "skip" else [])
    if after.phase is Phase.ENDED:
        assert (taken.command.name, taken.command.confirmed) == ("end", True)
        assert not after.open_rounds
    if before.paused_at is not None and taken.command.name != "end":
        assert [key(r) for r in after.open_rounds] == [key(r) for r in before.open_rounds]


@MANY
@given(names, answerings, sequences)
def test_any_sequence_of_commands_from_any_tabs_keeps_a_legal_state(
    name: str, answering: Answering, sequence: list[Press]
) -> None:
    workshop = WORKSHOPS[name]
    for live, _ in states(workshop, answering, sequence):
        check_legal(live, workshop)
    for taken in play(workshop, answering, sequence):
        check_follows(taken, workshop)


@MANY
@given(names, answerings, sequences)
def test_key_press_alone_always_leads_on_and_never_ends_nor_closes_lived_experience(
    name: str, answering: Answering, sequence: list[Press]
) -> None:
    workshop = WORKSHOPS[name]
    for live, now in states(workshop, answering, sequence):
        step = next_step(live, workshop)
        if step is None:
            assert live.phase is Phase.ENDED
        elif step.confirm:
            with pytest.raises(NeedsConfirmation):
                decide(live, workshop, Command(step.command, live.version), now)
            assert decide(live, workshop, Command(step.command, live.version, True), now)
        else:
            after = decide(live, workshop, Command(step.command, live.version), now).live
            assert after.phase is not Phase.ENDED
            assert not has_open_experience(live, workshop) or has_open_experience(after, workshop)


@given(names, answerings, sequences)
def test_end_is_final(name: str, answering: Answering, sequence: list[Press]) -> None:
    workshop = WORKSHOPS[name]
    *_, (live, now) = states(workshop, answering, sequence)
    if live.phase is not Phase.ENDED:
        live = decide(live, workshop, Command("end", live.version, True), now).live
    for command in COMMANDS:
        with pytest.raises(SessionEnded):
            decide(live, workshop, Command(command, live.version, True, 10), now)
