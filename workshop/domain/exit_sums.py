"""Sums over classes of the association's exit survey: opinions, counted as they were given, never right or wrong.

Two versions of the survey are never added: a word that changes changes the answers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .disclosure import FLOOR
from .statistics import ClassSum, Interval, Share, clustered, wilson
from .tally import DIRECTIONS


@dataclass(frozen=True)
class Key:
    """The same question wherever it was asked. `workshop`: whose own sentence it is, empty for what is asked in all."""

    version: int
    workshop: str
    question: str
    choices: tuple[str, ...]

    @property
    def is_paired(self) -> bool:
        """Asked in the lobby as well."""
        return bool(self.workshop)


@dataclass(frozen=True)
class Told:
    """What one class answered, by choice. `before` and `moved` (by direction, on phones) are of paired questions."""

    key: Key
    after: Mapping[str, int]
    before: Mapping[str, int] = field(default_factory=dict)
    moved: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """Who gave one answer, of all who gave any. `by_class` when the interval is between classes."""

    name: str
    share: Share
    interval: Interval
    by_class: bool


@dataclass(frozen=True)
class Answers:
    """`people` is how many different pupils answered at least: ten or more."""

    classes: int
    people: int
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        return self.parts[0].share.total

    @property
    def most_given(self) -> tuple[Part, ...]:
        """Several when they are equal."""
        most = max(part.share.count for part in self.parts)
        return tuple(part for part in self.parts if part.share.count == most)


@dataclass(frozen=True)
class ExitSum:
    """None where fewer than ten pupils answered, or nobody was asked. `moved` has its own people: phones alone."""

    key: Key
    before: Answers | None
    after: Answers | None
    moved: Answers | None


def exit_sums(told: Iterable[tuple[str, Told]]) -> tuple[ExitSum, ...]:
    """Add up (class, what it answered) by version and question: what is asked in all workshops first, in its order."""
    found: dict[Key, dict[str, list[Told]]] = {}
    for pupils, one in told:
        found.setdefault(one.key, {}).setdefault(pupils, []).append(one)
    return tuple(
        ExitSum(
            key,
            _answers(key.choices, classes, lambda one: one.before),
            _answers(key.choices, classes, lambda one: one.after),
            _answers(DIRECTIONS, classes, lambda one: one.moved),
        )
        for key, classes in sorted(found.items(), key=lambda item: (item[0].version, item[0].workshop))
    )


def _answers(
    names: Sequence[str], classes: Mapping[str, list[Told]], read: Callable[[Told], Mapping[str, int]]
) -> Answers | None:
    people = sum(max(sum(read(one).values()) for one in same) for same in classes.values())
    if people < FLOOR:
        return None
    counts = [sum((Counter(read(one)) for one in same), Counter[str]()) for same in classes.values()]
    counts = [count for count in counts if count.total()]
    return Answers(len(counts), people, tuple(_part(name, counts) for name in names))


def _part(name: str, counts: Sequence[Counter[str]]) -> Part:
    """Between classes, and never narrower than if pupils had been drawn one by one."""
    share = Share(sum(count[name] for count in counts), sum(count.total() for count in counts))
    between, independent = clustered([ClassSum(c[name], c.total()) for c in counts]), wilson(share)
    assert independent is not None, "ten answered at least"
    interval = between.hull(independent) if between else independent
    return Part(name, share, interval.within(0, 1), between is not None)
