"""The live session as a state machine: pure functions decide, rows store.

`decide(live, workshop, command, now)` returns the state that follows and what must happen to rounds, or raises a
`Refusal`. It never looks at a clock or a database.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from . import story
from .activities import Activity, Question, Scene, Workshop
from .errors import (
    IllegalCommand,
    NeedsConfirmation,
    SessionEnded,
    SessionPaused,
    StaleVersion,
)

# Given on: who decides about a live session needs one import.
from .state import (
    Answering as Answering,
    Command as Command,
    Decision as Decision,
    LiveSession as LiveSession,
    Phase as Phase,
    Round as Round,
    Step as Step,
)

MAX_ROUNDS = 2
MAX_CAPACITY = 2_000


def first_state(live: LiveSession, workshop: Workshop, now: datetime) -> Decision:
    """Open the lobby: the `before` questions, if the workshop has them, can be answered from now on; a follow-up is
    nothing else."""
    if not workshop.activities or workshop.activities[0].kind not in ("before", "follow_up"):
        return Decision(replace(live, phase=Phase.LOBBY, position=-1, active_at=now))
    opened = _new_rounds(live, workshop.activities[0], 1, now)
    return Decision(replace(live, phase=Phase.LOBBY, position=0, rounds=opened, active_at=now), opened=opened)


def is_entry_locked(live: LiveSession, workshop: Workshop) -> bool:
    """Locked by the facilitator, or because a question on lived experience is open: a newcomer could count."""
    return live.entry_locked or has_open_experience(live, workshop)


def has_open_experience(live: LiveSession, workshop: Workshop) -> bool:
    return any(workshop.activity(r.activity_id).is_experience for r in live.open_rounds)


def is_asked(live: LiveSession, question: Question) -> bool:
    """Whether this class answers it. Hands and cards are raised before everybody, and cannot say an order: some of what
    is asked needs a device. What the class may talk of instead stays on its screens. Words are said aloud, and typed by
    whoever leads."""
    return question.takes_hands or question.form == "text" or live.answering.has_devices


def is_left_out(live: LiveSession, activity: Activity) -> bool:
    """Not on this class's way: dropped to reach the essential, or a survey of which nothing is asked."""
    nothing = activity.kind == "exit" and not any(is_asked(live, question) for question in activity.questions)
    return nothing or (live.essential and activity.optional)


def remaining(live: LiveSession, workshop: Workshop) -> tuple[int, ...]:
    """Positions still to come, in order, without what is left out."""
    return tuple(
        index
        for index, activity in enumerate(workshop.activities)
        if index > live.position and not is_left_out(live, activity)
    )


def earlier(live: LiveSession, workshop: Workshop) -> tuple[int, ...]:
    """Positions that can be gone back to, in order. What was left out would open its vote."""
    first = 1 if workshop.activities[0].kind == "before" else 0
    return tuple(
        index
        for index in range(first, live.position)
        if not is_left_out(live, workshop.activities[index]) or live.rounds_of(workshop.activities[index].id)
    )


def next_step(live: LiveSession, workshop: Workshop) -> Step | None:
    """What the big button and the space bar do now; None once it is over."""
    if live.phase is Phase.ENDED:
        return None
    if live.paused_at is not None:
        return Step("resume")
    if live.overlay is not None:
        return Step("hide")
    if live.phase is Phase.LOBBY:
        return Step("start")
    activity = live.activity(workshop)
    assert activity is not None
    onward = Step("next") if remaining(live, workshop) else Step("end", confirm=True)
    if live.messages_shown < len(activity.messages):
        return Step("more")
    if live.phase is Phase.OPEN:
        if story.is_over(live, activity):
            return Step("reveal")
        return Step("close", confirm=activity.is_experience) if live.open_rounds else onward
    if live.phase is Phase.CLOSED:
        if activity.is_shown_by_choice:
            return onward
        done = max((r.number for r in live.rounds_of(activity.id)), default=0)
        return Step("vote_again") if done < activity.rounds else Step("reveal")
    return Step("follow") if activity.scenes and not story.is_over(live, activity) else onward


def can_be_timed(live: LiveSession, workshop: Workshop) -> bool:
    """A vote may close by itself, unless it is about lived experience or a pupil needed more time."""
    return (
        bool(live.open_rounds)
        and not has_open_experience(live, workshop)
        and not any(r.untimed for r in live.open_rounds)
    )


def is_due(live: LiveSession, now: datetime) -> bool:
    """A deadline has passed. Any request and the sweep may find it; closing is the same and harmless twice."""
    return live.paused_at is None and any(r.closes_at is not None and r.closes_at <= now for r in live.open_rounds)


def decide(
    live: LiveSession, workshop: Workshop, command: Command, now: datetime, leading: tuple[str, ...] = ()
) -> Decision:
    """Apply a command to the state that its sender saw. `leading` are the most voted choices of the scene on the
    screens (`story.leaders`), which `follow` alone needs: counts are no part of a state.

    Raises StaleVersion, SessionEnded, SessionPaused, NeedsConfirmation, TiedVote, NotLeading or IllegalCommand; changes
    nothing by itself.
    """
    if command.version != live.version:
        raise StaleVersion
    if live.phase is Phase.ENDED:
        raise SessionEnded
    rule = _COMMANDS.get(command.name)
    if rule is None:
        raise IllegalCommand
    if live.paused_at is not None and command.name not in _ALLOWED_WHILE_PAUSED:
        raise SessionPaused
    decision = rule(_Situation(live, workshop, command, now, leading))
    return replace(decision, live=replace(decision.live, version=live.version + 1, active_at=now))


@dataclass(frozen=True)
class _Situation:
    live: LiveSession
    workshop: Workshop
    command: Command
    now: datetime
    leading: tuple[str, ...]
    activity: Activity | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "activity", self.live.activity(self.workshop))


def _new_rounds(live: LiveSession, activity: Activity, number: int, now: datetime) -> tuple[Round, ...]:
    asked = (question for question in story.asked(live, activity) if is_asked(live, question))
    return tuple(Round(activity.id, question.id, number, opened_at=now) for question in asked)


def _shut(live: LiveSession) -> tuple[LiveSession, tuple[Round, ...]]:
    """Close whatever is open."""
    closed = live.open_rounds
    rounds = tuple(replace(r, is_open=False, closes_at=None) for r in live.rounds)
    return replace(live, rounds=rounds), closed


def _arrive(s: _Situation, live: LiveSession, position: int) -> Decision:
    """Show the activity at `position`. A question opens its vote, once: a vote of before shows as it was left."""
    activity = s.workshop.activities[position]
    live = replace(
        live, position=position, entered_at=s.now, overlay=None, messages_shown=min(1, len(activity.messages))
    )
    past = live.rounds_of(activity.id)
    if past:
        if activity.id in live.shown:
            return Decision(replace(live, phase=Phase.REVEALED))
        return Decision(replace(live, phase=Phase.OPEN if story.is_over(live, activity) else Phase.CLOSED))
    if activity.scenes:
        return _come_to(s, live, activity, activity.scenes[0])
    # Without a device lived experience and an order become a talk: no vote opens.
    opened = _new_rounds(live, activity, 1, s.now)
    return Decision(replace(live, phase=Phase.OPEN, rounds=live.rounds + opened), opened=opened)


def _come_to(s: _Situation, live: LiveSession, activity: Activity, scene: Scene) -> Decision:
    """Go on with a story: the scene's vote opens, if it has one. Whatever lies over the screens goes."""
    path, shown = (*live.path, story.step(activity, scene)), live.shown - {activity.id}
    live = replace(live, phase=Phase.OPEN, overlay=None, path=path, shown=shown)
    opened = _new_rounds(live, activity, 1, s.now)
    return Decision(replace(live, rounds=live.rounds + opened), opened=opened)


def _follow(s: _Situation) -> Decision:
    """The scene to which the most voted choice leads; at a tie, the one that whoever leads chooses."""
    scene = story.here(s.live, s.activity) if s.activity else None
    if s.live.phase is not Phase.REVEALED or s.activity is None or scene is None or scene.is_ending:
        raise IllegalCommand
    return _come_to(s, s.live, s.activity, story.follow(s.activity, scene, s.leading, s.command.number))


def _start(s: _Situation) -> Decision:
    if s.live.phase is not Phase.LOBBY:
        raise IllegalCommand
    live, closed = _shut(s.live)
    onward = remaining(live, s.workshop)
    if not onward:
        raise IllegalCommand
    return replace(_arrive(s, replace(live, started_at=s.now), onward[0]), closed=closed)


def _close(s: _Situation) -> Decision:
    if s.live.phase is not Phase.OPEN or not s.live.open_rounds:
        raise IllegalCommand
    assert s.activity is not None
    if s.activity.is_experience and not s.command.confirmed:
        raise NeedsConfirmation
    live, closed = _shut(s.live)
    return Decision(replace(live, phase=Phase.CLOSED), closed=closed)


def _reveal(s: _Situation) -> Decision:
    # A story's ending asks nothing: what is shown then is the map of the ways taken.
    told = s.live.phase is Phase.OPEN and s.activity is not None and story.is_over(s.live, s.activity)
    if s.activity is None or not (s.live.phase is Phase.CLOSED or told):
        raise IllegalCommand
    return Decision(replace(s.live, phase=Phase.REVEALED, shown=s.live.shown | {s.activity.id}))


def _vote_again(s: _Situation) -> Decision:
    activity = s.activity
    if s.live.phase not in (Phase.CLOSED, Phase.REVEALED) or activity is None:
        raise IllegalCommand
    done = max((r.number for r in s.live.rounds_of(activity.id)), default=0)
    if activity.is_asked_once or not 0 < done < MAX_ROUNDS:
        raise IllegalCommand
    opened = _new_rounds(s.live, activity, done + 1, s.now)
    # Whatever lies over the screens goes: a last result would hide the vote, and sway it.
    rounds, shown = s.live.rounds + opened, s.live.shown - {activity.id}
    live = replace(s.live, phase=Phase.OPEN, overlay=None, rounds=rounds, shown=shown)
    return Decision(live, opened=opened)


def _more(s: _Situation) -> Decision:
    """One more message of a conversation: it is read aloud, at the facilitator's pace."""
    if s.live.phase is Phase.LOBBY or s.activity is None or s.live.messages_shown >= len(s.activity.messages):
        raise IllegalCommand
    return Decision(replace(s.live, messages_shown=s.live.messages_shown + 1))


def _next(s: _Situation) -> Decision:
    onward = remaining(s.live, s.workshop)
    if s.live.phase is Phase.LOBBY or s.live.open_rounds or not onward:
        raise IllegalCommand
    return _arrive(s, s.live, onward[0])


def _back(s: _Situation) -> Decision:
    behind = earlier(s.live, s.workshop)
    if s.live.phase is Phase.LOBBY or s.live.open_rounds or not behind:
        raise IllegalCommand
    return _arrive(s, s.live, behind[-1])


def _skip(s: _Situation) -> Decision:
    onward = remaining(s.live, s.workshop)
    if s.live.phase is Phase.LOBBY or s.activity is None or not onward:
        raise IllegalCommand
    live, closed = _shut(s.live)
    destroyed = closed if s.activity.is_experience else ()
    if destroyed and not s.command.confirmed:
        raise NeedsConfirmation
    live = replace(live, skipped=live.skipped | {s.activity.id})
    decision = _arrive(s, live, onward[0])
    return replace(decision, closed=() if destroyed else closed, destroyed=destroyed)


def _pause(s: _Situation) -> Decision:
    if s.live.paused_at is not None:
        raise IllegalCommand
    return Decision(replace(s.live, paused_at=s.now))


def _resume(s: _Situation) -> Decision:
    if s.live.paused_at is None:
        raise IllegalCommand
    lost = s.now - s.live.paused_at
    rounds = tuple(replace(r, closes_at=r.closes_at + lost) if r.closes_at else r for r in s.live.rounds)
    return Decision(replace(s.live, paused_at=None, rounds=rounds))


def _deadline(s: _Situation) -> Decision:
    seconds = s.command.number
    if not can_be_timed(s.live, s.workshop) or seconds is None or not 0 <= seconds <= 3600:
        raise IllegalCommand
    closes_at = s.now + timedelta(seconds=seconds) if seconds else None
    return Decision(
        replace(s.live, rounds=tuple(replace(r, closes_at=closes_at) if r.is_open else r for r in s.live.rounds))
    )


def _end(s: _Situation) -> Decision:
    if not s.command.confirmed:
        raise NeedsConfirmation
    live, closed = _shut(s.live)
    return Decision(replace(live, phase=Phase.ENDED, paused_at=None, overlay=None, ended_at=s.now), closed=closed)


def _overlay(name: str) -> Callable[[_Situation], Decision]:
    def rule(s: _Situation) -> Decision:
        return Decision(replace(s.live, overlay=name))

    return rule


def _last(s: _Situation) -> Decision:
    """Show the last result again, over whatever is on the screens; never while a vote is open, which it would sway."""
    seen = [a.id for a in s.workshop.activities[: s.live.position + 1] if a.id in s.live.shown]
    if not seen or s.live.open_rounds:
        raise IllegalCommand
    return Decision(replace(s.live, overlay=f"last:{seen[-1]}"))


def _hide(s: _Situation) -> Decision:
    if s.live.overlay is None:
        raise IllegalCommand
    return Decision(replace(s.live, overlay=None))


def _essential(wanted: bool) -> Callable[[_Situation], Decision]:
    return lambda s: Decision(replace(s.live, essential=wanted))


def _lock(wanted: bool) -> Callable[[_Situation], Decision]:
    return lambda s: Decision(replace(s.live, entry_locked=wanted))


def _counted(name: str, low: int) -> Callable[[_Situation], Decision]:
    def rule(s: _Situation) -> Decision:
        number = s.command.number
        if number is None or not low <= number <= MAX_CAPACITY:
            raise IllegalCommand
        return Decision(replace(s.live, **{name: number}))  # type: ignore[arg-type]  # `name` is one of two int fields

    return rule


_COMMANDS: dict[str, Callable[[_Situation], Decision]] = {
    "start": _start,
    "close": _close,
    "reveal": _reveal,
    "follow": _follow,
    "vote_again": _vote_again,
    "more": _more,
    "next": _next,
    "back": _back,
    "skip": _skip,
    "pause": _pause,
    "resume": _resume,
    "deadline": _deadline,
    "end": _end,
    "help": _overlay("help"),
    "last": _last,
    "hide": _hide,
    "essential": _essential(True),
    "everything": _essential(False),
    "lock": _lock(True),
    "unlock": _lock(False),
    "capacity": _counted("capacity", 1),
    "present": _counted("present", 0),
}
COMMANDS = frozenset(_COMMANDS)
REMOTE_COMMANDS = frozenset(
    {"start", "close", "reveal", "follow", "vote_again", "more", "next", "pause", "resume", "help", "hide"}
)
_ALLOWED_WHILE_PAUSED = frozenset({"resume", "end", "help", "hide", "lock", "unlock", "capacity", "present"})
