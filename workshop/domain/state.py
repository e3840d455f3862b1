"""What a live session is: frozen values that rows store and pure functions turn one into the next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .activities import Activity, Workshop


class Phase(StrEnum):
    LOBBY = "lobby"
    OPEN = "open"
    CLOSED = "closed"
    REVEALED = "revealed"
    ENDED = "ended"


class Answering(StrEnum):
    """How this class answers: with phones, with paper cards, by hand, or some of each."""

    PHONES = "phones"
    CARDS = "cards"
    HANDS = "hands"
    MIXED = "mixed"

    @property
    def has_devices(self) -> bool:
        return self in (Answering.PHONES, Answering.MIXED)

    @property
    def has_cards(self) -> bool:
        return self in (Answering.CARDS, Answering.MIXED)


@dataclass(frozen=True)
class Round:
    """One opening of one question. `id` is None until it is stored; `closes_at` only if somebody asked for it; once
    `untimed`, because a pupil needs more time, it is never given a deadline again."""

    activity_id: str
    question_id: str
    number: int = 1
    is_open: bool = True
    opened_at: datetime | None = None
    closes_at: datetime | None = None
    untimed: bool = False
    id: int | None = None


@dataclass(frozen=True)
class LiveSession:
    """Everything that decides. `position` is a place in the run of show, -1 in a lobby without questions.

    `messages_shown` counts the messages of the conversation on the screens that have come so far. `active_at` is the
    last command or arrival: never an answer, since no row may tell when one came. `path` holds the scenes of scenarios
    that the class has come to (`story.step`).
    """

    version: int = 0
    phase: Phase = Phase.LOBBY
    position: int = -1
    answering: Answering = Answering.PHONES
    paused_at: datetime | None = None
    essential: bool = False
    entry_locked: bool = False
    overlay: str | None = None
    capacity: int = 40
    present: int | None = None
    rehearsal: bool = False
    shown: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    started_at: datetime | None = None
    entered_at: datetime | None = None
    messages_shown: int = 0
    path: tuple[str, ...] = ()
    ended_at: datetime | None = None
    active_at: datetime | None = None
    rounds: tuple[Round, ...] = ()

    def rounds_of(self, activity_id: str) -> tuple[Round, ...]:
        return tuple(r for r in self.rounds if r.activity_id == activity_id)

    @property
    def open_rounds(self) -> tuple[Round, ...]:
        return tuple(r for r in self.rounds if r.is_open)

    @property
    def silent_for(self) -> timedelta | None:
        """How long nothing had happened when it ended by itself; None if somebody ended it."""
        silence = self.ended_at - self.active_at if self.ended_at and self.active_at else timedelta()
        return silence or None

    def activity(self, workshop: Workshop) -> Activity | None:
        """The activity on the screens; None in a lobby without questions."""
        return workshop.activities[self.position] if self.position >= 0 else None


@dataclass(frozen=True)
class Command:
    """What a facilitator asks for. `version` is the one their screen showed; `confirmed` is the second gesture."""

    name: str
    version: int
    confirmed: bool = False
    number: int | None = None


@dataclass(frozen=True)
class Decision:
    """The state that follows, and the rounds (by their place in `before.rounds`) that it closes or destroys."""

    live: LiveSession
    closed: tuple[Round, ...] = ()
    destroyed: tuple[Round, ...] = ()
    opened: tuple[Round, ...] = ()


@dataclass(frozen=True)
class Step:
    """The one obvious next step. When `confirm` is set, a key press alone never does it."""

    command: str
    confirm: bool = False
