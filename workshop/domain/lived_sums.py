"""Sums over classes of what was published on lived experience. Takes `DisclosedTally` alone, from three classes up.

A sum of stored tallies tells nothing more than they do: each is safe by itself against a reader who has it whole
(`disclosure.py`). So even a reader who takes one sum from another, by two filters or two periods, and is left with one
class, has what its projector could have shown, and the proof holds. The three classes keep a class from being pointed
at; they are not what protects its pupils.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from .disclosure import MAX_DEVIATION, DisclosedTally
from .statistics import ClassSum, Interval, Z, clustered

FEWEST_CLASSES = 3

# A workshop's slug, an activity, a question, the ids of its choices: the same wherever the same was asked.
Key = tuple[str, str, str, tuple[str, ...]]


@dataclass(frozen=True)
class Lived:
    """What one class published of one question."""

    key: Key
    tally: DisclosedTally


@dataclass(frozen=True)
class LivedChoice:
    """The sum of what classes published for one choice; the true sum lies from `low` to `high` for certain.

    `interval`: of the proportion, between classes, rounding and its bias included.
    """

    id: str
    published: int
    low: int
    high: int
    interval: Interval


@dataclass(frozen=True)
class LivedSum:
    """No `choices` with fewer than three classes."""

    key: Key
    classes: int = 0
    respondents: int = 0
    choices: tuple[LivedChoice, ...] = ()


def lived_sums(lived: Iterable[tuple[str, Lived]]) -> tuple[LivedSum, ...]:
    """Add up (class, what it published) by question. A class of which nothing was published does not count as one."""
    found: dict[Key, dict[str, list[DisclosedTally]]] = {}
    for pupils, one in lived:
        classes = found.setdefault(one.key, {})
        if one.tally.rounded:
            classes.setdefault(pupils, []).append(one.tally)
    return tuple(_sum(key, classes) for key, classes in sorted(found.items()))


def _sum(key: Key, classes: Mapping[str, list[DisclosedTally]]) -> LivedSum:
    if len(classes) < FEWEST_CLASSES:
        return LivedSum(key)
    tallies = [tally for same in classes.values() for tally in same]
    respondents = sum(tally.respondents for tally in tallies)
    # Each published count may be off by its bias, all of them in one direction: added whole, not in quadrature.
    bias = sum(tally.bias_bound for tally in tallies) / respondents
    rounding = Z * MAX_DEVIATION * sqrt(len(tallies)) / respondents

    def choice(name: str) -> LivedChoice:
        counts = {pupils: _published(name, same) for pupils, same in classes.items()}
        between = clustered(
            [ClassSum(counts[pupils], sum(tally.respondents for tally in same)) for pupils, same in classes.items()]
        )
        # Classes differ by their rounding too: the variance between them holds it already.
        half = max((between.high - between.low) / 2 if between else 0.0, rounding) + bias
        mean = sum(counts.values()) / respondents
        ranges = [(low, high) for tally in tallies for other, low, high in tally.ranges if other == name]
        return LivedChoice(
            name,
            sum(counts.values()),
            sum(low for low, _ in ranges),
            sum(high for _, high in ranges),
            Interval(mean - half, mean + half).within(0, 1),
        )

    return LivedSum(key, len(classes), respondents, tuple(choice(name) for name, _ in tallies[0].rounded))


def _published(name: str, tallies: Iterable[DisclosedTally]) -> int:
    return sum(value for tally in tallies for choice, value in tally.rounded if choice == name)
