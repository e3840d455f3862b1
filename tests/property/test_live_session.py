"""Whatever is pressed, from whatever tab, however late: the state stays legal."""

import itertools

import pytest
from hypothesis import given, settings, strategies as st

from workshop.domain import story
from workshop.domain.activities import Activity, Workshop
from workshop.domain.errors import NeedsConfirmation, NotLeading, SessionEnded, TiedVote
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

from .commands import QUIZZES, WORKSHOPS, Press, Taken, answerings, leading, names, play, sequences, states

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
        once = one.is_experience or one.kind in ("before", "after", "exit", "scenario")
        assert numbers == set(range(1, len(numbers) + 1)) and len(numbers) <= (1 if once else MAX_ROUNDS)
        # A round is of one question; all the questions of an activity open together, but opinions need a device.
        by_hand = not live.answering.has_devices
        asked_here = [q for q in one.questions if not (by_hand and q.register == "opinion")]
        if one.scenes:
            check_story(live, one)
        else:
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
    assert promised - ahead == ({"exit"} & promised if not live.answering.has_devices else set())


def check_story(live: LiveSession, activity: Activity) -> None:
    """Its path begins at the first scene, each scene follows from the one before, and each was asked once."""
    path = [step.split("/")[1] for step in live.path if step.startswith(f"{activity.id}/")]
    assert path[:1] in ([], [activity.scenes[0].id])
    for scene, following in itertools.pairwise(path):
        assert following in dict(activity.scene(scene).leads_to).values()
    assert [r.question_id for r in live.rounds_of(activity.id)] == [s for s in path if activity.scene(s).leads_to]
    # One vote at a time, and none behind which the story has gone on.
    assert all(r.question_id == path[-1] for r in live.open_rounds if r.activity_id == activity.id)


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
    assert after.path[: len(before.path)] == before.path
    if taken.command.name == "follow":
        check_led(taken, workshop)
    lived = [r for r in shut if workshop.activity(r.activity_id).is_experience]
    if lived:
        assert taken.command.confirmed and taken.command.name in ("close", "skip", "end")
    assert [*taken.decision.destroyed] == (lived if taken.command.name == "skip" else [])
    if after.phase is Phase.ENDED:
        assert (taken.command.name, taken.command.confirmed) == ("end", True)
        assert not after.open_rounds
    if before.paused_at is not None and taken.command.name != "end":
        assert [key(r) for r in after.open_rounds] == [key(r) for r in before.open_rounds]


def check_led(taken: Taken, workshop: Workshop) -> None:
    """The class decides where its story goes: whoever leads chooses among leading choices alone."""
    activity = taken.before.activity(workshop)
    assert activity is not None
    scene, following = story.here(taken.before, activity), story.here(taken.decision.live, activity)
    assert scene and following and taken.before.phase is Phase.REVEALED and not taken.before.open_rounds
    ways = dict(scene.leads_to)
    assert following.id in {ways[choice] for choice in taken.leading}
    if taken.command.number is not None:
        assert following.id == ways[scene.leads_to[taken.command.number - 1][0]]


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
            led = leading(live, live.activity(workshop), 1)
            after = decide(live, workshop, Command(step.command, live.version), now, led).live
            assert after.phase is not Phase.ENDED
            assert not has_open_experience(live, workshop) or has_open_experience(after, workshop)


@given(st.sampled_from(["told", "stories"]), answerings, sequences, st.integers(0, 7), st.integers(-1, 5))
def test_story_goes_where_the_vote_leads_and_nowhere_else(
    name: str, answering: Answering, sequence: list[Press], votes: int, place: int
) -> None:
    workshop = WORKSHOPS[name]
    for live, now in states(workshop, answering, sequence):
        step, activity = next_step(live, workshop), live.activity(workshop)
        if step is None or step.command != "follow":
            continue
        assert activity
        scene, led = story.here(live, activity), leading(live, activity, votes)
        assert scene is not None
        alone, chosen = Command("follow", live.version), Command("follow", live.version, number=place)
        if story.is_tied(scene, led):
            with pytest.raises(TiedVote):
                decide(live, workshop, alone, now, led)
        else:
            assert decide(live, workshop, alone, now, led)
        if 0 < place <= len(scene.leads_to) and scene.leads_to[place - 1][0] in led:
            after = story.here(decide(live, workshop, chosen, now, led).live, activity)
            assert after and after.id == scene.leads_to[place - 1][1]
        else:
            with pytest.raises(NotLeading):
                decide(live, workshop, chosen, now, led)


@given(names, answerings, sequences)
def test_end_is_final(name: str, answering: Answering, sequence: list[Press]) -> None:
    workshop = WORKSHOPS[name]
    *_, (live, now) = states(workshop, answering, sequence)
    if live.phase is not Phase.ENDED:
        live = decide(live, workshop, Command("end", live.version, True), now).live
    for command in COMMANDS:
        with pytest.raises(SessionEnded):
            decide(live, workshop, Command(command, live.version, True, 10), now)
