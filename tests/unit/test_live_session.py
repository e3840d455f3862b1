"""The state machine: what can be done when, what it does, and what it never does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from workshop.domain.errors import (
    IllegalCommand,
    NeedsConfirmation,
    SessionEnded,
    SessionPaused,
    StaleVersion,
)
from workshop.domain.live_session import (
    COMMANDS,
    MAX_CAPACITY,
    REMOTE_COMMANDS,
    Answering,
    Command,
    LiveSession,
    Phase,
    Step,
    decide,
    has_open_experience,
    is_due,
    is_entry_locked,
    next_step,
    remaining,
)

from .small_workshop import AT, NOW, WORKSHOP, ask, lobby, run

ALWAYS = {"end", "help", "lock", "unlock", "capacity", "present"}
UNPAUSED = ALWAYS | {"pause", "essential", "everything"}
HANDS = lobby(answering=Answering.HANDS)

# Each situation that a class can be in: how it is reached, and what is legal there.
SITUATIONS: dict[str, tuple[LiveSession, set[str]]] = {
    "lobby": (run(""), UNPAUSED | {"start", "deadline"}),
    "lobby, helped": (run("help"), UNPAUSED | {"start", "deadline", "hide"}),
    "slide": (run("@accroche"), UNPAUSED | {"next", "skip"}),
    "slide, helped": (run("@accroche help"), UNPAUSED | {"next", "skip", "hide"}),
    "conversation": (run("@fil"), UNPAUSED | {"more", "next", "back", "skip"}),
    "conversation, all read": (run("@fil more more"), UNPAUSED | {"next", "back", "skip"}),
    "vote": (run("@vote"), UNPAUSED | {"close", "deadline", "skip"}),
    "vote closed": (run("@vote close"), UNPAUSED | {"reveal", "vote_again", "next", "back", "skip"}),
    "vote revealed": (run("@vote close reveal"), UNPAUSED | {"vote_again", "next", "back", "skip", "last"}),
    "vote shown again": (
        run("@vote close reveal last"),
        UNPAUSED | {"vote_again", "next", "back", "skip", "last", "hide"},
    ),
    "second vote": (run("@vote close reveal vote_again"), UNPAUSED | {"close", "deadline", "skip"}),
    "second vote closed": (run("@vote close vote_again close"), UNPAUSED | {"reveal", "next", "back", "skip"}),
    "lived experience": (run("@vecu"), UNPAUSED | {"close", "skip"}),
    "lived experience closed": (run("@vecu close"), UNPAUSED | {"reveal", "next", "back", "skip"}),
    "lived experience revealed": (run("@vecu close reveal"), UNPAUSED | {"next", "back", "skip", "last"}),
    "lived experience, no devices": (run("@vecu", HANDS), UNPAUSED | {"next", "back", "skip"}),
    "closing questions": (run("@apres"), UNPAUSED | {"close", "deadline", "skip"}),
    "closing questions closed": (run("@apres close"), UNPAUSED | {"reveal", "next", "back", "skip"}),
    "closing questions revealed": (run("@apres close reveal"), UNPAUSED | {"next", "back", "skip", "last"}),
    "exit survey": (run("@sortie"), UNPAUSED | {"close", "deadline", "skip"}),
    "exit survey closed": (run("@sortie close"), UNPAUSED | {"reveal", "next", "back", "skip"}),
    "help, which ends the hour": (run("@aide"), UNPAUSED | {"back"}),
    "paused": (run("@vote pause"), ALWAYS | {"resume"}),
    "paused, helped": (run("@vote pause help"), ALWAYS | {"resume", "hide"}),
    "ended": (run("@vote end"), set()),
}
situations = pytest.mark.parametrize(("live", "legal"), SITUATIONS.values(), ids=SITUATIONS)


def refusal_of(live: LiveSession, name: str) -> type[Exception]:
    if live.phase is Phase.ENDED:
        return SessionEnded
    return SessionPaused if live.paused_at is not None and name not in {*ALWAYS, "hide"} else IllegalCommand


@situations
def test_each_command_is_legal_or_refused_with_a_type(live: LiveSession, legal: set[str]) -> None:
    for name in COMMANDS:
        if name in legal:
            assert ask(live, name).live.version == live.version + 1
        else:
            with pytest.raises(refusal_of(live, name)):
                ask(live, name)


@situations
def test_unknown_command_is_refused(live: LiveSession, legal: set[str]) -> None:
    with pytest.raises((IllegalCommand, SessionEnded)):
        ask(live, "destroy")


@pytest.mark.parametrize("difference", [-1, 1])
@situations
def test_command_of_another_version_is_stale(live: LiveSession, legal: set[str], difference: int) -> None:
    for name in COMMANDS:
        with pytest.raises(StaleVersion):
            decide(live, WORKSHOP, Command(name, live.version + difference, True, 10), NOW)


# What cannot be undone


@situations
def test_ending_needs_a_second_gesture(live: LiveSession, legal: set[str]) -> None:
    with pytest.raises(NeedsConfirmation if legal else SessionEnded):
        ask(live, "end", confirmed=False)


@pytest.mark.parametrize("name", ["close", "skip"])
def test_leaving_open_lived_experience_needs_a_second_gesture_and_an_ordinary_vote_none(name: str) -> None:
    with pytest.raises(NeedsConfirmation):
        ask(run("@vecu"), name, confirmed=False)
    assert ask(run("@vote"), name, confirmed=False).live.rounds_of("vote")[0].is_open is False


def test_skipping_lived_experience_that_nobody_votes_on_needs_no_second_gesture() -> None:
    for live in (run("@vecu close"), run("@vecu", HANDS)):
        assert ask(live, "skip", confirmed=False).live.skipped == {"vecu"}


@situations
def test_key_press_never_closes_lived_experience_nor_ends(live: LiveSession, legal: set[str]) -> None:
    step = next_step(live, WORKSHOP)
    if step is None:
        assert live.phase is Phase.ENDED
        return
    assert step.command in legal
    irreversible = step.command == "end" or (step.command == "close" and has_open_experience(live, WORKSHOP))
    assert step.confirm is irreversible
    # What the key sends is never confirmed: the rule, not the screen, holds it back.
    if irreversible:
        with pytest.raises(NeedsConfirmation):
            ask(live, step.command, confirmed=False)
    else:
        assert ask(live, step.command, confirmed=False).live.phase is not Phase.ENDED


@pytest.mark.parametrize("start", [lobby(), HANDS], ids=["phones", "hands"])
def test_one_key_leads_through_the_whole_hour(start: LiveSession) -> None:
    live, seen = start, []
    while (step := next_step(live, WORKSHOP)) is not None:
        seen.append(step.command)
        assert len(seen) < 60
        live = ask(live, step.command, confirmed=step.confirm).live
    voted = ["close", "vote_again", "close", "reveal", "next"]
    lived = ["next"] if start is HANDS else ["close", "next"]
    leaving = [] if start is HANDS else ["close", "next"]
    once = ["close", "reveal", "next"]
    assert seen == ["start", "next", "more", "more", "next", *voted, *lived, *once, *once, *leaving, "end"]
    assert live.position == AT["aide"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("@vote pause help", Step("resume")),
        ("@vote help", Step("hide")),
        ("@vote close reveal last", Step("hide")),
        ("@vecu close", Step("next")),
        ("@sortie close", Step("next")),
        ("@aide", Step("end", confirm=True)),
    ],
)
def test_next_step_first_undoes_what_lies_over_the_screens(words: str, expected: Step) -> None:
    assert next_step(run(words), WORKSHOP) == expected


# Rounds


def test_lobby_opens_the_first_questions_and_the_start_closes_them() -> None:
    live = lobby()
    assert [r.question_id for r in live.open_rounds] == ["q1", "q2", "capable"]
    decision = ask(live, "start")
    assert [r.question_id for r in decision.closed] == ["q1", "q2", "capable"]
    assert decision.live.open_rounds == ()
    assert decision.live.started_at == NOW


def test_lobby_without_questions_shows_no_activity() -> None:
    workshop = replace(WORKSHOP, activities=WORKSHOP.activities[1:])
    live = lobby(workshop)
    assert (live.position, live.activity(workshop), live.rounds) == (-1, None, ())
    assert ask(live, "start", workshop=workshop).live.position == 0


@pytest.mark.parametrize("words", ["@vote close next close back", "@vote close next close back next back"])
def test_going_back_shows_a_vote_as_it_was_left(words: str) -> None:
    live = run(words)
    assert (live.activity(WORKSHOP), live.phase) == (WORKSHOP.activities[AT["vote"]], Phase.CLOSED)
    assert len(live.rounds_of("vote")) == 1


def test_going_back_to_what_was_shown_shows_it() -> None:
    assert run("@vote close reveal @debat close back back").phase is Phase.REVEALED


def test_going_back_passes_over_what_was_dropped_and_opens_no_vote() -> None:
    """« debat » was dropped to reach the essential: going back from « apres » leads to « vecu », as it was left."""
    live = run("@vecu close essential next close back")
    assert live.position == AT["vecu"]
    assert live.phase is Phase.CLOSED
    assert not live.open_rounds


def test_lived_experience_opens_once_ever() -> None:
    for words in ("@vecu close next close back back back next next", "@vecu skip close back", "@vecu close back next"):
        live = run(words)
        assert live.activity(WORKSHOP) == WORKSHOP.activities[AT["vecu"]]
        assert live.phase is Phase.CLOSED
        assert len(live.rounds_of("vecu")) == 1 and not live.open_rounds
        with pytest.raises(IllegalCommand):
            ask(live, "vote_again")


def test_second_vote_is_the_last_and_hides_the_first_result() -> None:
    live = run("@vote close reveal vote_again")
    assert [(r.number, r.is_open) for r in live.rounds_of("vote")] == [(1, False), (2, True)]
    assert "vote" not in live.shown
    with pytest.raises(IllegalCommand):
        ask(run("close", live), "vote_again")


def test_second_vote_is_not_hidden_behind_a_last_result_that_would_sway_it() -> None:
    live = run("@vote close reveal @debat close last vote_again")
    assert live.overlay is None and live.open_rounds


@pytest.mark.parametrize("paired", ["apres", "sortie"])
def test_paired_questions_are_voted_once(paired: str) -> None:
    with pytest.raises(IllegalCommand):
        ask(run(f"@{paired} close"), "vote_again")


def test_opinions_are_asked_of_devices_alone_and_their_survey_is_left_out_without_any() -> None:
    assert [r.question_id for r in HANDS.open_rounds] == ["q1", "q2"]
    assert AT["sortie"] not in remaining(HANDS, WORKSHOP)
    live = run("@apres close reveal next", HANDS)
    assert live.activity(WORKSHOP) == WORKSHOP.activities[AT["aide"]]
    assert run("back", live).activity(WORKSHOP) == WORKSHOP.activities[AT["apres"]]
    mixed = run("@sortie", lobby(answering=Answering.MIXED))
    assert [r.question_id for r in mixed.open_rounds] == ["capable", "utile"]


def test_exit_survey_is_skipped_like_any_vote_and_keeps_what_was_answered() -> None:
    decision = ask(run("@sortie"), "skip")
    assert [r.question_id for r in decision.closed] == ["capable", "utile"]
    assert decision.destroyed == ()


def test_each_command_is_a_sign_of_life_and_an_end_by_hand_follows_no_silence() -> None:
    later = NOW + timedelta(hours=1)
    assert lobby().active_at == NOW
    assert ask(run("@vote"), "help", now=later).live.active_at == later
    assert ask(run("@vote"), "end", now=later).live.silent_for is None
    assert replace(ask(run("@vote"), "end", now=later).live, active_at=NOW).silent_for == timedelta(hours=1)


def test_skipping_closes_an_ordinary_vote_and_destroys_lived_experience() -> None:
    ordinary = ask(run("@vote"), "skip")
    assert [r.activity_id for r in ordinary.closed] == ["vote"] and ordinary.destroyed == ()
    lived = ask(run("@vecu"), "skip")
    assert [r.activity_id for r in lived.destroyed] == ["vecu"] and lived.closed == ()
    assert not lived.live.rounds_of("vecu")[0].is_open
    for decision, left, now_at in ((ordinary, "vote", "vecu"), (lived, "vecu", "debat")):
        assert decision.live.skipped == {left}
        assert decision.live.activity(WORKSHOP) == WORKSHOP.activities[AT[now_at]]


def test_ending_closes_what_is_open_wherever_it_is() -> None:
    for words in ("", "@vote", "@vecu", "@apres", "@vote pause"):
        live = run(words)
        decision = ask(live, "end")
        assert decision.closed == live.open_rounds
        assert decision.live.open_rounds == () and decision.live.ended_at == NOW
        assert (decision.live.paused_at, decision.live.overlay) == (None, None)


def test_entry_is_locked_while_lived_experience_is_asked_and_when_asked_for() -> None:
    assert is_entry_locked(run("@vecu"), WORKSHOP)
    assert not is_entry_locked(run("@vecu close"), WORKSHOP)
    assert is_entry_locked(run("lock"), WORKSHOP)
    assert not is_entry_locked(run("lock unlock"), WORKSHOP)


# Time


def test_pause_shifts_a_deadline_by_its_length() -> None:
    live = ask(run("@vote"), "deadline", number=60).live
    paused = ask(live, "pause", now=NOW + timedelta(seconds=20)).live
    assert not is_due(paused, NOW + timedelta(hours=1))
    back = ask(paused, "resume", now=NOW + timedelta(seconds=320)).live
    (round_,) = back.open_rounds
    assert round_.closes_at == NOW + timedelta(seconds=360)
    assert not is_due(back, NOW + timedelta(seconds=359)) and is_due(back, NOW + timedelta(seconds=360))


def test_pause_leaves_a_vote_without_deadline_without_one() -> None:
    assert run("@vote pause resume").open_rounds[0].closes_at is None


@pytest.mark.parametrize("number", [None, -1, 3601])
def test_deadline_out_of_reason_is_refused(number: int | None) -> None:
    with pytest.raises(IllegalCommand):
        ask(run("@vote"), "deadline", number=number)


def test_deadline_of_zero_takes_it_away_and_closing_does_too() -> None:
    live = run("deadline", run("@vote"))
    assert live.open_rounds[0].closes_at is not None
    assert ask(live, "deadline", number=0).live.open_rounds[0].closes_at is None
    assert run("close", live).rounds_of("vote")[0].closes_at is None


# The rest of the console


def test_essential_drops_what_is_optional_and_never_the_last_questions_nor_help() -> None:
    live = lobby()
    assert [*remaining(live, WORKSHOP)] == [1, 2, 3, 4, 5, 6, 7, 8]
    shortened = run("essential", live)
    kept = "accroche", "vote", "vecu", "apres", "sortie", "aide"
    assert [*remaining(shortened, WORKSHOP)] == [AT[name] for name in kept]
    assert remaining(run("everything", shortened), WORKSHOP) == remaining(live, WORKSHOP)
    assert run("@vecu close essential next").activity(WORKSHOP) == WORKSHOP.activities[AT["apres"]]


def test_conversation_comes_message_by_message_and_starts_again_when_shown_again() -> None:
    assert [run(f"@fil {more}").messages_shown for more in ("", "more", "more more")] == [1, 2, 3]
    assert run("@fil more next close back").messages_shown == 1
    assert run("@fil more @vote").messages_shown == 0


@pytest.mark.parametrize(
    ("name", "number", "taken"),
    [
        ("capacity", 0, False), ("capacity", 1, True), ("capacity", MAX_CAPACITY, True),
        ("capacity", MAX_CAPACITY + 1, False), ("capacity", None, False),
        ("present", 0, True), ("present", -1, False), ("present", MAX_CAPACITY + 1, False), ("present", None, False),
    ],
)  # fmt: skip
def test_counts_typed_at_the_console_are_bounded(name: str, number: int | None, taken: bool) -> None:
    if taken:
        assert getattr(ask(lobby(), name, number=number).live, name) == number
    else:
        with pytest.raises(IllegalCommand):
            ask(lobby(), name, number=number)


def test_last_result_is_the_newest_that_was_shown_and_never_over_an_open_vote() -> None:
    assert run("@vote close reveal @debat close last").overlay == "last:vote"
    assert run("@vote close reveal @debat close reveal last").overlay == "last:debat"
    for words in ("@vote close reveal @debat", "@vote close"):
        with pytest.raises(IllegalCommand):
            ask(run(words), "last")


def test_moving_on_takes_away_what_lay_over_the_screens() -> None:
    for words in ("@accroche help next", "@vote close reveal last next", "help start"):
        assert run(words).overlay is None


def test_remote_control_does_nothing_that_cannot_be_undone_alone() -> None:
    assert REMOTE_COMMANDS < COMMANDS
    assert not REMOTE_COMMANDS & {"end", "skip", "back", "deadline", "capacity", "present", "lock", "unlock"}
