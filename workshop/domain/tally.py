"""Counts of answers: by choice, and by the way they came in: a device of one's own, one that several share in turns or
with one voice, a raised hand, a paper card."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .activities import CERTAINTY, Question

Channel = Literal["phone", "turns", "group", "hand", "card"]
CHANNELS: tuple[Channel, ...] = ("phone", "turns", "group", "hand", "card")
Behind = Literal["devices", "pupils"]
BEHIND: tuple[Behind, ...] = ("devices", "pupils")
Direction = Literal["lower", "same", "higher"]
DIRECTIONS: tuple[Direction, ...] = ("lower", "same", "higher")
SEPARATOR, AT = "+", "@"  # neither is in the id of a choice
WHOLE = "juste"  # the voices of those who put everything in the right order


@dataclass(frozen=True)
class Tally:
    """Exact counts of one round on knowledge or a situation: never made for lived experience.

    `voices` counts choices, or what else `voice_keys` gives of its question; `respondents` counts people, which is less
    when several choices are allowed. A hand count does not know who raised a hand twice: with several choices allowed
    its respondents are the largest count. A pupil has one way of answering, so that channels add up.

    `behind` says what shared voices stand for: `devices` on which pupils took turns, `pupils` of groups with one voice.
    """

    voices: Mapping[str, int]
    respondents: Mapping[Channel, int] = field(default_factory=dict)
    behind: Mapping[Behind, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.respondents.values())

    @property
    def shared(self) -> "Sharing":
        """Its voices that came from shared devices."""
        found = self.respondents.get
        return Sharing(
            found("turns", 0), self.behind.get("devices", 0), found("group", 0), self.behind.get("pupils", 0)
        )


def join_choices(chosen: Iterable[str], question: Question) -> str:
    """Choices as they are stored: in the question's order, so that equal answers are equal text, and how sure one is
    comes last. An order is kept as it was sent."""
    if question.form == "order":
        return SEPARATOR.join(chosen)
    wanted = set(chosen)
    return SEPARATOR.join(choice for choice in (*question.choice_ids, *CERTAINTY) if choice in wanted)


def split_choices(stored: str) -> tuple[str, ...]:
    return tuple(stored.split(SEPARATOR)) if stored else ()


def at_place(item: str, place: int) -> str:
    """The voice of who put this item at this place, from 1."""
    return f"{item}{AT}{place}"


def with_certainty(choice: str, how: str) -> str:
    """The voice of who made this choice and said how sure they are: part of the choice's own voices."""
    return f"{choice}{SEPARATOR}{how}"


def voice_keys(question: Question) -> tuple[str, ...]:
    """What the voices of a question may be, whether anybody gave them or not."""
    ids = question.choice_ids
    if question.form == "order":
        placed = tuple(at_place(item, place) for item in ids for place in range(1, len(ids) + 1))
        return (*placed, WHOLE) if question.right_order else placed
    if question.certainty:
        return (*ids, *(with_certainty(choice, how) for choice in ids for how in CERTAINTY))
    return ids


def _voices(question: Question, stored: str) -> Iterator[str]:
    """What one stored answer adds a voice to."""
    chosen = split_choices(stored)
    if question.form == "order":
        yield from (at_place(item, place) for place, item in enumerate(chosen, start=1))
        if question.right_order and chosen == question.right_order:
            yield WHOLE
        return
    for choice in chosen:
        if choice not in CERTAINTY:
            yield choice
            yield from (with_certainty(choice, how) for how in chosen if how in CERTAINTY)


@dataclass(frozen=True)
class Sharing:
    """Shared devices: on how many, how many pupils take or took turns; and how many groups, of how many pupils in all,
    have one voice each."""

    turns: int = 0
    devices: int = 0
    groups: int = 0
    pupils: int = 0


NOT_SHARED = Sharing()


def tally(
    question: Question,
    phones: Iterable[tuple[str, int]],
    hands: Mapping[str, int],
    cards: Mapping[str, int] | None = None,
    shared: Sharing = NOT_SHARED,
) -> Tally:
    """Add the channels: `phones` are (stored choices, how many participants) as SQL groups them, of which `shared` came
    from shared devices; `hands` and `cards` absolute counts by choice."""
    voices: Counter[str] = Counter()
    on_devices = 0
    for stored, people in phones:
        on_devices += people
        for voice in _voices(question, stored):
            voices[voice] += people
    voices.update(hands)
    voices.update(cards or {})
    raised = hands.values()
    by_hand = (max(raised, default=0)) if question.multiple else sum(raised)
    respondents: dict[Channel, int] = {
        "phone": on_devices - shared.turns - shared.groups, "turns": shared.turns, "group": shared.groups,
        "hand": by_hand, "card": sum((cards or {}).values()),
    }  # fmt: skip
    behind: dict[Behind, int] = {"devices": shared.devices, "pupils": shared.pupils}
    return Tally({key: voices[key] for key in voice_keys(question)}, respondents, behind)


def transitions(pairs: Iterable[tuple[str, str, int]], expected: str) -> dict[tuple[bool, bool], int]:
    """Fold (before, after, how many) into four cells, right or wrong before and after; no more is kept of a pair.

    How sure one was is no part of being right.
    """
    cells = {(before, after): 0 for before in (False, True) for after in (False, True)}
    for before, after, people in pairs:
        cells[_bare(before) == expected, _bare(after) == expected] += people
    return cells


def _bare(stored: str) -> str:
    return SEPARATOR.join(choice for choice in split_choices(stored) if choice not in CERTAINTY)


def shifts(pairs: Iterable[tuple[str, str, int]], scale: tuple[str, ...]) -> dict[Direction, int]:
    """Fold (before, after, how many) on a scale, its places from low to high; no more is kept of a pair.

    Whoever passed once (an answer outside the scale) is in no pair.
    """
    found = dict.fromkeys(DIRECTIONS, 0)
    for before, after, people in pairs:
        if before in scale and after in scale:
            moved = scale.index(after) - scale.index(before)
            found["higher" if moved > 0 else "lower" if moved else "same"] += people
    return found
