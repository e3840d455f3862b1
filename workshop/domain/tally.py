"""Counts of answers: by choice, and by the way they came in (phone, hand; cards will have their place)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Channel = Literal["phone", "hand"]
Direction = Literal["lower", "same", "higher"]
DIRECTIONS: tuple[Direction, ...] = ("lower", "same", "higher")
SEPARATOR = "+"


@dataclass(frozen=True)
class Tally:
    """Exact counts of one round on knowledge or a situation: never made for lived experience.

    `voices` counts choices; `respondents` counts people, which is less when several choices are allowed. A hand count
    does not know who raised a hand twice: with several choices allowed its respondents are the largest count.
    """

    voices: Mapping[str, int]
    respondents: Mapping[Channel, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.respondents.values())


def join_choices(chosen: Iterable[str], order: tuple[str, ...]) -> str:
    """Choices as they are stored: in the question's order, so that equal answers are equal text."""
    wanted = set(chosen)
    return SEPARATOR.join(choice for choice in order if choice in wanted)


def split_choices(stored: str) -> tuple[str, ...]:
    return tuple(stored.split(SEPARATOR)) if stored else ()


def tally(order: tuple[str, ...], phones: Iterable[tuple[str, int]], hands: Mapping[str, int], multiple: bool) -> Tally:
    """Add the channels: `phones` are (stored choices, how many phones) as SQL groups them; `hands` absolute counts."""
    voices: Counter[str] = Counter()
    on_phones = 0
    for stored, people in phones:
        on_phones += people
        for choice in split_choices(stored):
            voices[choice] += people
    voices.update(hands)
    raised = hands.values()
    by_hand = (max(raised, default=0)) if multiple else sum(raised)
    return Tally({choice: voices[choice] for choice in order}, {"phone": on_phones, "hand": by_hand})


def transitions(pairs: Iterable[tuple[str, str, int]], expected: str) -> dict[tuple[bool, bool], int]:
    """Fold (before, after, how many) into four cells, right or wrong before and after; no more is kept of a pair."""
    cells = {(before, after): 0 for before in (False, True) for after in (False, True)}
    for before, after, people in pairs:
        cells[before == expected, after == expected] += people
    return cells


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
