"""What a teacher may read of one class once it has ended, and what it says: findings as numbers, no sentence.

Made of counts on knowledge and situations alone; nothing of lived experience comes in, not even protected. A vote of
fewer than ten is withheld: its counts, and how many they were. No rate of gain, no test, no comparison with anyone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .activities import DONT_KNOW, SURE, Choice, Question
from .tally import NOT_SHARED, WHOLE, Sharing, Tally, with_certainty

FLOOR = 10
FIRM = 0.1  # part of the class that must be sure of a wrong idea for this to be said, and to come first


@dataclass(frozen=True)
class Vote:
    """The counts of one round. `total` is None, and `voices` empty, when fewer than ten answered."""

    total: int | None
    voices: Mapping[str, int]
    by_hand: int = 0
    by_card: int = 0
    shared: Sharing = NOT_SHARED

    @property
    def withheld(self) -> bool:
        return self.total is None

    def of(self, choice: str) -> int:
        return self.voices.get(choice, 0)


def vote(tally: Tally) -> Vote:
    """What may be told of a folded tally."""
    if tally.total < FLOOR:
        return Vote(None, {})
    hands, cards = tally.respondents.get("hand", 0), tally.respondents.get("card", 0)
    return Vote(tally.total, tally.voices, hands, cards, tally.shared)


@dataclass(frozen=True)
class Said:
    """What a class wrote to one question, as an adult let it through: words, and no number of those who wrote them."""

    title: str
    question: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Promised:
    """A class's charter."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """The same phones, before and after: how many came to the right answer, and how many left it."""

    people: int
    gained: int
    lost: int


def changes(cells: Mapping[tuple[bool, bool], int], before: Tally, after: Tally) -> Changes | None:
    """Before and after on the same phones, from folded transitions; None when they may not be told.

    They are a part of both votes, which are told whole: those left out could be counted by subtraction, and must be
    nobody, or ten at least, just as the pairs themselves.
    """
    people = sum(cells.values())
    for count in (people, *(whole - people for whole in (before.total, after.total) if whole != people)):
        if count < FLOOR:
            return None
    return Changes(people, cells.get((False, True), 0), cells.get((True, False), 0))


@dataclass(frozen=True)
class Asked:
    """One question as the class last answered it. `last` is None when it was not asked.

    `first` is what `last` is compared with: the same question at the start of the hour, or the first vote. `within` is
    the title over several that are asked together, such as statements to sort.
    A ValueError for a question on lived experience: its counts are no finding.
    """

    question: Question
    title: str
    ends: tuple[str, str] | None = None
    last: Vote | None = None
    first: Vote | None = None
    since: Literal["start", "first_vote"] | None = None
    at_start: bool = False
    changed: Changes | None = None
    within: str | None = None

    def __post_init__(self) -> None:
        if self.question.register == "experience":
            raise ValueError("lived experience in a review")

    @property
    def counted(self) -> Vote | None:
        """The last vote, when its counts may be told."""
        return self.last if self.last is not None and not self.last.withheld else None

    @property
    def right(self) -> int | None:
        """How many gave the one right answer; None without counts, or when several are right."""
        right = self._right
        return self.counted.of(right) if self.counted and right else None

    @property
    def _right(self) -> str | None:
        """The voice of the one right answer: of an order, that of the whole."""
        if self.question.right_order:
            return WHOLE
        only = len(self.question.expected) == 1 and not self.question.multiple
        return next(iter(self.question.expected)) if only else None

    @property
    def right_first(self) -> int | None:
        if self.right is None or self.first is None or self.first.withheld:
            return None
        assert self._right is not None
        return self.first.of(self._right)

    @property
    def mistakes(self) -> tuple[tuple[Choice, int], ...]:
        """Wrong choices and their voices, the commonest first; none for « Je ne sais pas », nor where nobody is.

        A number that is far off and an order that is not quite right are no misconceptions.
        """
        return self._wrong(lambda choice: choice)

    @property
    def sure_mistakes(self) -> tuple[tuple[Choice, int], ...]:
        """The same, of those who said that they have no doubt."""
        return self._wrong(lambda choice: with_certainty(choice, SURE)) if self.question.certainty else ()

    def _wrong(self, voice: Callable[[str], str]) -> tuple[tuple[Choice, int], ...]:
        if self.counted is None or self.question.register != "knowledge" or self.question.form != "choice":
            return ()
        wrong = [
            (choice, self.counted.of(voice(choice.id)))
            for choice in self.question.choices
            if choice.id not in self.question.expected and choice.id != DONT_KNOW
        ]
        return tuple(sorted((pair for pair in wrong if pair[1]), key=lambda pair: -pair[1]))

    @property
    def mistaken(self) -> int:
        """Voices for wrong choices. Where several may be ticked, those of the commonest: a sum would count twice."""
        return self._people(self.mistakes)

    @property
    def firm(self) -> int:
        """How many are sure of something wrong; 0 when they are too few for it to be an idea of the class."""
        sure = self._people(self.sure_mistakes)
        return sure if self.share(sure) >= FIRM else 0

    def _people(self, wrong: tuple[tuple[Choice, int], ...]) -> int:
        voices = [count for _, count in wrong]
        return max(voices, default=0) if self.question.multiple else sum(voices)

    @property
    def unsure(self) -> int:
        return self.counted.of(DONT_KNOW) if self.counted else 0

    def share(self, count: int) -> float:
        """Part of those who answered, to compare questions that not everybody answered."""
        return count / self.counted.total if self.counted and self.counted.total else 0.0


def misconceptions(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """Questions on which somebody still holds a wrong idea: first those that the class is sure of, then the most
    widespread; equals in their order."""
    held = [one for one in asked if one.mistaken and one.question.misconception]
    return tuple(sorted(held, key=lambda one: (-one.share(one.firm), -one.share(one.mistaken))))


Reason = Literal["misconception", "unsure", "not_asked", "withheld", "known"]


@dataclass(frozen=True)
class TenMinutes:
    """The one activity to take up again, and why this one."""

    asked: Asked
    reason: Reason


def ten_minutes(asked: tuple[Asked, ...]) -> TenMinutes | None:
    """The wrong idea to take up first; else what most do not know; else what there was no time for; else what too few
    answered to be told; else, for a class that knows it all, the first. None when no question has a sheet."""
    ready = tuple(one for one in asked if one.question.sheet)
    held = misconceptions(ready)
    if held:
        return TenMinutes(held[0], "misconception")
    unsure = sorted((one for one in ready if one.unsure), key=lambda one: -one.share(one.unsure))
    if unsure:
        return TenMinutes(unsure[0], "unsure")
    for one in ready:
        if one.last is None:
            return TenMinutes(one, "not_asked")
    for one in ready:
        if one.counted is None:
            return TenMinutes(one, "withheld")
    return TenMinutes(ready[0], "known") if ready else None


@dataclass(frozen=True)
class Review:
    """All that is told of one class. `phones` came in; `present` were in the room, as the facilitator said."""

    live_id: int
    title: str
    language: str
    school: str
    class_label: str
    level: str
    ended_at: datetime
    present: int | None
    phones: int
    by_hand: bool
    by_card: bool
    people: Mapping[str, str]
    asked: tuple[Asked, ...]
    is_shared: bool = False
    said: tuple[Said, ...] = ()
    promised: tuple[Promised, ...] = ()

    @property
    def knowledge(self) -> tuple[Asked, ...]:
        return tuple(one for one in self.asked if one.question.register == "knowledge")

    @property
    def debates(self) -> tuple[Asked, ...]:
        """What the class thought or would do, where no answer is the right one."""
        return tuple(one for one in self.asked if one.question.register == "situation" and one.last is not None)


def agreeing(vote: Vote) -> int:
    """On a scale of five, those on the two places nearest to « tout à fait d'accord »."""
    return vote.of("4") + vote.of("5")
