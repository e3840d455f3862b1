"""What a workshop is made of, once its file has been read: activities, questions, choices, notes.

Everything here is frozen: a live session refers to a workshop's exact text, and nothing changes under a class.
"""

import datetime
from dataclasses import dataclass, field, replace
from typing import Literal

# `exit` and `opinion` are written in no workshop: the association's exit survey brings them (`exit_survey.py`).
# Neither is `follow_up`, which is made of questions of a workshop (`follow_up.py`).
Kind = Literal[
    "slide", "conversation", "choice", "scale", "categorise", "order", "estimate", "wordcloud", "question_box",
    "scenario", "weather", "poster", "help", "before", "after", "exit", "follow_up",
]  # fmt: skip
Register = Literal["knowledge", "situation", "experience", "opinion"]
ALONE = frozenset({"experience", "opinion"})  # answered on a device of one's own, or not at all
# How a question is answered: one or several of its choices, a place on a line, all of them put in an order, a number
# of a grid, or a few words that an adult reads first.
Form = Literal["choice", "scale", "order", "estimate", "text"]
# How a conversation looks: a group chat, a post and its comments, somebody's profile, a page of search results.
Look = Literal["group", "post", "profile", "search"]

# Added to every question on lived experience and every opinion: passing must cost nothing and show nothing.
PREFER_NOT = "sans-reponse"
PREFER_NOT_TEXT = "Je préfère ne pas répondre"
TRUE, FALSE = "vrai", "faux"
# The id of « Je ne sais pas », where a question offers it: it is no misconception.
DONT_KNOW = "ne-sais-pas"
SCALE_STEPS = 5
MAX_TEXT = 80  # characters of a free text
# The second part of an answer to a question that asks for certainty. No choice may have these ids.
SURE, HESITANT = "sans-doute", "hesite"
CERTAINTY = (SURE, HESITANT)
SKIES = (
    ("soleil", "Grand soleil"), ("eclaircies", "Éclaircies"), ("nuages", "Nuages"), ("pluie", "Pluie"),
    ("orage", "Orage"),
)  # fmt: skip


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

    `expected` holds the ids of the choices that are right; empty unless the register is `knowledge`. Of an order, the
    right one is `right_order`. Of an estimate, choices are the numbers that can be given, and `expected` the nearest to
    `figure`, the number of the source.
    """

    id: str
    text: str
    register: Register
    choices: tuple[Choice, ...]
    multiple: bool = False
    form: Form = "choice"
    expected: frozenset[str] = frozenset()
    right_order: tuple[str, ...] = ()
    figure: float | None = None
    unit: str | None = None
    certainty: bool = False
    explanation: str | None = None
    sources: tuple[Source, ...] = ()
    misconception: str | None = None
    sheet: Sheet | None = None
    rounds: int = 1

    @property
    def choice_ids(self) -> tuple[str, ...]:
        return tuple(choice.id for choice in self.choices)

    @property
    def is_scale(self) -> bool:
        return self.form == "scale"

    @property
    def is_alone(self) -> bool:
        """Whether it is answered alone, on a device of one's own, or not at all."""
        return self.register in ALONE

    @property
    def takes_hands(self) -> bool:
        """Whether raised hands can answer it: not what nobody may see, nor an order, nor words."""
        return not self.is_alone and self.form not in ("order", "text")

    @property
    def takes_cards(self) -> bool:
        """Whether a paper card can answer it: one choice, by the edge that is up."""
        return self.takes_hands and not self.multiple and self.form in ("choice", "scale")


@dataclass(frozen=True)
class Message:
    """One bubble of a `conversation`, one comment, one post or one search result. `sender` is a key of the workshop's
    names (`cible`, `temoin`…), or None in search results, which have an `address` that is shown and leads nowhere."""

    sender: str | None
    time: str
    text: str | None = None
    image: str | None = None
    alt: str | None = None
    credit: str | None = None
    title: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Scene:
    """One scene of a `scenario`. `leads_to` gives, for each choice of its question, the scene that follows; a scene
    without a question ends the story. The question has the scene's id."""

    id: str
    title: str
    text: str
    image: str | None = None
    alt: str | None = None
    credit: str | None = None
    leads_to: tuple[tuple[str, str], ...] = ()

    @property
    def is_ending(self) -> bool:
        return not self.leads_to


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
    """One step of the run of show. `questions` is empty for a slide, a conversation, a poster and the help screen.

    `short_minutes` is its length in the short variant of the workshop, None when it is not part of it. `look`, `owner`,
    `bio` and `query` are of a conversation: whose profile, what it says of them, what was searched. `language` is told
    where a translation leaves some activities in French; else it is the workshop's.
    """

    id: str
    kind: Kind
    title: str
    minutes: int
    text: str | None = None
    points: tuple[str, ...] = ()
    image: str | None = None
    alt: str | None = None
    credit: str | None = None
    look: Look = "group"
    owner: str | None = None
    bio: str | None = None
    query: str | None = None
    messages: tuple[Message, ...] = ()
    scenes: tuple[Scene, ...] = ()
    ends: tuple[str, str] | None = None
    questions: tuple[Question, ...] = ()
    sources: tuple[Source, ...] = ()
    optional: bool = False
    short_minutes: int | None = None
    notes: Notes = Notes()
    language: str | None = None

    @property
    def is_experience(self) -> bool:
        return any(question.register == "experience" for question in self.questions)

    @property
    def is_asked_once(self) -> bool:
        """No second vote: two draws on the same answers undo each other, and pairs are of two answers, not three."""
        return (
            self.is_experience
            or self.kind in ("before", "after", "exit", "scenario")
            or any(question.form == "text" for question in self.questions)
        )

    @property
    def is_shown_by_choice(self) -> bool:
        """Its result is never the next step: the facilitator may show it, and usually goes on."""
        return self.is_experience or self.kind == "exit"

    @property
    def rounds(self) -> int:
        return max((question.rounds for question in self.questions), default=0)

    def scene(self, scene_id: str) -> Scene:
        """The scene of a scenario with this id; KeyError when there is none."""
        for scene in self.scenes:
            if scene.id == scene_id:
                return scene
        raise KeyError(scene_id)


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
    """`survey_version` is that of the exit survey which ends it; 0 without one.

    `emc` are the points of the moral and civic education programme that it takes up, `without_phones` how the whole
    hour goes without a device, `family` what a pupil may take home to talk about.
    """

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
    emc: tuple[str, ...] = ()
    material: tuple[str, ...] = ()
    without_phones: str | None = None
    family: str | None = None
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
    def is_in_one_language(self) -> bool:
        """Not so where a translation leaves some activities in French."""
        return all(activity.language in (None, self.language) for activity in self.activities)

    @property
    def has_short(self) -> bool:
        """Whether a short variant is marked in its file."""
        return any(activity.short_minutes is not None for activity in self.activities)

    def shortened(self) -> "Workshop":
        """The short variant: the activities that are marked, with the minutes that they have in it, and the survey."""
        kept = tuple(
            replace(activity, minutes=activity.short_minutes or activity.minutes)
            for activity in self.activities
            if activity.short_minutes is not None or activity.kind == "exit"
        )
        return replace(self, activities=kept, minutes=sum(activity.minutes for activity in kept))

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
