"""What a workshop is made of, once its file has been read: activities, questions, choices, notes.

Everything here is frozen: a live session refers to a workshop's exact text, and nothing changes under a class.
"""

import datetime
from dataclasses import dataclass, field
from typing import Literal

# `exit` and `opinion` are written in no workshop: the association's exit survey brings them (`exit_survey.py`).
# Neither is `follow_up`, which is made of questions of a workshop (`follow_up.py`).
Kind = Literal["slide", "conversation", "choice", "scale", "help", "before", "after", "exit", "follow_up"]
Register = Literal["knowledge", "situation", "experience", "opinion"]

# Added to every question on lived experience and every opinion: passing must cost nothing and show nothing.
PREFER_NOT = "sans-reponse"
PREFER_NOT_TEXT = "Je préfère ne pas répondre"
TRUE, FALSE = "vrai", "faux"
# The id of « Je ne sais pas », where a question offers it: it is no misconception.
DONT_KNOW = "ne-sais-pas"
SCALE_STEPS = 5


@dataclass(frozen=True)
class Source:
    """Where a fact was read. `date` is that of the page or text; `read_again` says why it must be read again."""

    title: str
    date: datetime.date | None = None
    url: str | None = None
    checked: datetime.date | None = None
    confidence: Literal["A", "B"] = "A"
    law: bool = False
    read_again: str | None = None


@dataclass(frozen=True)
class Choice:
    id: str
    text: str
    takeaway: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class SheetStep:
    minutes: int
    text: str


@dataclass(frozen=True)
class LikelyAnswer:
    """What a class may say, and what can be answered."""

    heard: str
    answer: str


@dataclass(frozen=True)
class Sheet:
    """One A4 page for a teacher who takes a question up again, in ten minutes at most and without a screen."""

    aim: str
    material: str
    steps: tuple[SheetStep, ...]
    likely_answers: tuple[LikelyAnswer, ...]
    closing: str
    without_phones: str
    if_confides: str

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True)
class Question:
    """One thing that is asked, wherever it stands: an activity of its own, or one of the paired questions.

    `expected` holds the ids of the choices that are right; empty unless the register is `knowledge`.
    """

    id: str
    text: str
    register: Register
    choices: tuple[Choice, ...]
    multiple: bool = False
    is_scale: bool = False
    expected: frozenset[str] = frozenset()
    explanation: str | None = None
    sources: tuple[Source, ...] = ()
    misconception: str | None = None
    sheet: Sheet | None = None
    rounds: int = 1

    @property
    def choice_ids(self) -> tuple[str, ...]:
        return tuple(choice.id for choice in self.choices)


@dataclass(frozen=True)
class Message:
    """One bubble of a `conversation`. `sender` is a key of the workshop's names (`cible`, `temoin`…)."""

    sender: str
    time: str
    text: str | None = None
    image: str | None = None
    alt: str | None = None


@dataclass(frozen=True)
class Notes:
    """For the facilitator alone; never sent to another screen."""

    say: str | None = None
    do: str | None = None
    ask: str | None = None
    silent: str | None = None
    heated: str | None = None
    avoid: str | None = None
    confide: str | None = None
    hands: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class Activity:
    """One step of the run of show. `questions` is empty for a slide, a conversation and the help screen."""

    id: str
    kind: Kind
    title: str
    minutes: int
    text: str | None = None
    points: tuple[str, ...] = ()
    image: str | None = None
    alt: str | None = None
    messages: tuple[Message, ...] = ()
    ends: tuple[str, str] | None = None
    questions: tuple[Question, ...] = ()
    sources: tuple[Source, ...] = ()
    optional: bool = False
    notes: Notes = Notes()

    @property
    def is_experience(self) -> bool:
        return any(question.register == "experience" for question in self.questions)

    @property
    def is_asked_once(self) -> bool:
        """No second vote: two draws on the same answers undo each other, and pairs are of two answers, not three."""
        return self.is_experience or self.kind in ("before", "after", "exit")

    @property
    def is_shown_by_choice(self) -> bool:
        """Its result is never the next step: the facilitator may show it, and usually goes on."""
        return self.is_experience or self.kind == "exit"

    @property
    def rounds(self) -> int:
        return max((question.rounds for question in self.questions), default=0)


@dataclass(frozen=True)
class Room:
    setup: str
    relay: str
    adult: str


@dataclass(frozen=True)
class Able:
    """« Je me sens capable de… », asked before and at the end. `objective` is its place in the list, from 1."""

    id: str
    objective: int
    text: str


@dataclass(frozen=True)
class Workshop:
    """`survey_version` is that of the exit survey which ends it; 0 without one."""

    slug: str
    language: str
    title: str
    theme: str
    levels: tuple[str, ...]
    minutes: int
    summary: str
    objectives: tuple[str, ...]
    names: dict[str, str]
    room: Room
    activities: tuple[Activity, ...]
    reviewed_on: datetime.date
    crcn: tuple[str, ...] = ()
    media: frozenset[str] = field(default=frozenset())
    able: tuple[Able, ...] = ()
    survey_version: int = 0

    def activity(self, activity_id: str) -> Activity:
        """The activity with this id; KeyError when there is none."""
        for activity in self.activities:
            if activity.id == activity_id:
                return activity
        raise KeyError(activity_id)

    @property
    def sources_to_read_again(self) -> tuple[Source, ...]:
        """Every source that carries a reason to be read again, once each, in the order of the run of show."""
        found: dict[Source, None] = {}
        for activity in self.activities:
            sources = [*activity.sources]
            for question in activity.questions:
                sources += question.sources
                for choice in question.choices:
                    sources += choice.sources
            found.update((source, None) for source in sources if source.read_again)
        return tuple(found)
