"""A vote that closes by itself, and what a pupil alone may do about it. Pure, like the rest of the live session."""

from dataclasses import replace
from datetime import datetime

from .activities import Workshop
from .errors import RoundClosed
from .live_session import LiveSession, is_due


def any_untimed(live: LiveSession) -> bool:
    """Somebody needed more time: what is open is closed by the facilitator, and by nothing else."""
    return any(r.untimed for r in live.open_rounds)


def is_hurried(live: LiveSession, workshop: Workshop) -> bool:
    """The vote closes by itself within the hour. A follow-up also closes by itself, after days."""
    activity = live.activity(workshop)
    return any(r.closes_at for r in live.open_rounds) and activity is not None and activity.kind != "follow_up"


def take_time(live: LiveSession, workshop: Workshop, round_id: int, now: datetime) -> LiveSession:
    """What one pupil asks for: the vote no longer closes by itself, for the whole class. The same state when it did
    not, so that a second press, or a second pupil, is harmless.

    The version stays: a key that the facilitator presses at that moment does what it says. Raises RoundClosed.
    """
    if not any(r.id == round_id for r in live.open_rounds) or is_due(live, now):
        raise RoundClosed
    if not is_hurried(live, workshop):
        return live
    return replace(
        live, rounds=tuple(replace(r, closes_at=None, untimed=True) if r.is_open else r for r in live.rounds)
    )
