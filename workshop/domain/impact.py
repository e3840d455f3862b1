"""What the workshops of a period add up to: pure sums and estimates, for the association's page and its exports."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .disclosure import FLOOR
from .exit_sums import ExitSum, Told, exit_sums
from .lived_sums import Lived, LivedSum, lived_sums
from .statistics import (
    ClassSum,
    Interval,
    Pairs,
    Share,
    clustered,
    clustered_difference,
    finite_margin,
    newcombe,
    newcombe_paired,
    sum_of,
)


@dataclass(frozen=True)
class Unlinked:
    """One question put to one class at two moments, with no link between the two, every way of answering together."""

    before: Share
    after: Share


@dataclass(frozen=True)
class Held:
    """One live session that started and ended. `pupils` is the same for the same class in the same school year.

    `answered`: respondents of the round that most people answered. `channels`: how they answered, as « hand+phone ».
    `later`: what was asked again in a follow-up, just after the hour and then.
    """

    pupils: str
    school: str
    theme: str
    level: str
    department: str
    present: int | None
    answered: int = 0
    channels: str = ""
    pairs: tuple[Pairs, ...] = ()
    unlinked: tuple[Unlinked, ...] = ()
    later: tuple[Unlinked, ...] = ()
    lived: tuple[Lived, ...] = ()
    exits: tuple[Told, ...] = ()

    @property
    def linked_people(self) -> int:
        return max((pairs.total for pairs in self.pairs), default=0)

    @property
    def unlinked_people(self) -> int:
        return max((max(u.before.total, u.after.total) for u in self.unlinked), default=0)

    @property
    def later_people(self) -> int:
        """Of the smaller of the two groups: who answers weeks later is fewer."""
        return max((min(u.before.total, u.after.total) for u in self.later), default=0)


@dataclass(frozen=True)
class Participation:
    """Who took part. `rate` leaves live sessions out where those present are not entered, or fewer than answered."""

    workshops: int
    classes: int
    schools: int
    present: int
    answered: int
    rate: Share
    left_out: int

    @property
    def margin(self) -> float | None:
        """If respondents had been drawn at random among those present; None without an answer."""
        return finite_margin(self.rate.count, self.rate.total)


@dataclass(frozen=True)
class Change:
    """Right answers before and after, in answers to a question; `people` is how many pupils gave them at least.

    `pairs` when the same devices answered both. `by_class` when the interval is between classes: not with one alone.
    """

    classes: int
    people: int
    before: Share
    after: Share
    interval: Interval | None
    by_class: bool
    pairs: Pairs | None = None

    @property
    def difference(self) -> float | None:
        p, q = self.before.proportion, self.after.proportion
        return None if p is None or q is None else q - p


@dataclass(frozen=True)
class Row:
    """One line of a table: several `labels` where small ones were put together; no `change` under ten respondents."""

    labels: tuple[str, ...]
    change: Change | None


@dataclass(frozen=True)
class DepartmentRow:
    labels: tuple[str, ...]
    participation: Participation
    withheld: bool


@dataclass(frozen=True)
class Impact:
    """All that the page and its exports show of one period. Nothing is in the order of a result.

    `by_department`: how many workshops were held, which is nobody's answer, and so is never put together.
    """

    participation: Participation
    linked: Change | None
    themes: tuple[Row, ...]
    levels: tuple[Row, ...]
    channels: tuple[Row, ...]
    later: tuple[Row, ...]
    departments: tuple[DepartmentRow, ...]
    lived: tuple[LivedSum, ...]
    exits: tuple[ExitSum, ...]
    by_department: tuple[tuple[str, int], ...]


def impact(held: Sequence[Held]) -> Impact:
    """Add up these live sessions."""
    return Impact(
        participation(held),
        _shown(_linked(held)),
        _rows(held, lambda one: one.theme, lambda one: one.linked_people, _linked),
        _rows(held, lambda one: one.level, lambda one: one.linked_people, _linked),
        _rows(held, lambda one: one.channels, lambda one: one.unlinked_people, _unlinked),
        _later_rows(held),
        _departments(held),
        lived_sums([(one.pupils, lived) for one in held for lived in one.lived]),
        exit_sums([(one.pupils, told) for one in held for told in one.exits]),
        tuple((label, len(found)) for label, found in gathered(held, lambda one: one.department).items()),
    )


def participation(held: Sequence[Held]) -> Participation:
    usable = [(one.answered, one.present) for one in held if one.present and one.present >= one.answered]
    return Participation(
        workshops=len(held),
        classes=len({one.pupils for one in held}),
        schools=len({one.school for one in held if one.school}),
        present=sum(one.present or 0 for one in held),
        answered=sum(one.answered for one in held),
        rate=Share(sum(answered for answered, _ in usable), sum(present for _, present in usable)),
        left_out=len(held) - len(usable),
    )


def gathered(held: Iterable[Held], by: Callable[[Held], str]) -> dict[str, list[Held]]:
    """In the order of the labels, never of a result."""
    found: dict[str, list[Held]] = {}
    for one in held:
        found.setdefault(by(one), []).append(one)
    return dict(sorted(found.items()))


def people_in(held: Iterable[Held], people: Callable[[Held], int]) -> int:
    """At least so many different pupils: a class that came twice counts with its larger time."""
    return sum(max(people(one) for one in same) for same in gathered(held, lambda one: one.pupils).values())


def pooled(groups: Mapping[str, list[Held]], people: Callable[[Held], int]) -> list[tuple[tuple[str, ...], list[Held]]]:
    """Groups of ten respondents at least; smaller ones put together, with the smallest of the others if need be, so
    that taking the lines of a table from its total leaves ten as well. Only where all have fewer is the last one small.
    """
    sizes = {label: people_in(held, people) for label, held in groups.items()}
    small = [label for label in groups if 0 < sizes[label] < FLOOR]
    whole = [label for label in groups if sizes[label] >= FLOOR]
    while small and whole and people_in([one for label in small for one in groups[label]], people) < FLOOR:
        small.append(min(whole, key=lambda label: (sizes[label], label)))
        whole.remove(small[-1])
    found: list[tuple[tuple[str, ...], list[Held]]] = [((label,), groups[label]) for label in whole]
    if small:
        found.append((tuple(sorted(small)), [one for label in small for one in groups[label]]))
    return found


def _rows(
    held: Sequence[Held],
    by: Callable[[Held], str],
    people: Callable[[Held], int],
    change: Callable[[Sequence[Held]], Change],
) -> tuple[Row, ...]:
    return tuple(Row(labels, _shown(change(rows))) for labels, rows in pooled(gathered(held, by), people))


def _later_rows(held: Sequence[Held]) -> tuple[Row, ...]:
    """Weeks later, by theme. Classes that were not heard again could be counted by subtraction from those that are told
    just after the hour: they must be nobody, or ten at least, or nothing is shown."""
    rows = _rows([one for one in held if one.later], lambda one: one.theme, lambda one: one.later_people, _later)
    rest = people_in([one for one in held if not one.later], lambda one: one.unlinked_people)
    return tuple(Row(row.labels, None) for row in rows) if 0 < rest < FLOOR else rows


def _shown(change: Change) -> Change | None:
    return change if change.people >= FLOOR else None


def _linked(held: Sequence[Held]) -> Change:
    """The same devices before and after: everything is one sum of pairs, and each class one draw."""
    classes = [
        sum_of(pairs for one in same for pairs in one.pairs) for same in gathered(held, lambda one: one.pupils).values()
    ]
    classes = [pairs for pairs in classes if pairs.total]
    total = sum_of(classes)
    between = clustered([ClassSum(pairs.gained - pairs.lost, pairs.total) for pairs in classes])
    people = people_in(held, lambda one: one.linked_people)
    return _change(len(classes), people, total.before, total.after, between, newcombe_paired(total), total)


def _unlinked(held: Sequence[Held]) -> Change:
    """Everybody who answered before, and everybody who did after."""
    return _groups(held, lambda one: one.unlinked, lambda one: one.unlinked_people)


def _later(held: Sequence[Held]) -> Change:
    """Everybody who answered just after the hour, and everybody who did weeks later."""
    return _groups(held, lambda one: one.later, lambda one: one.later_people)


def _groups(
    held: Sequence[Held], asked: Callable[[Held], tuple[Unlinked, ...]], number: Callable[[Held], int]
) -> Change:
    classes = []
    for same in gathered(held, lambda one: one.pupils).values():
        before = _sum(u.before for one in same for u in asked(one))
        after = _sum(u.after for one in same for u in asked(one))
        if before.total or after.total:
            classes.append((before, after))
    before, after = _sum(b for b, _ in classes), _sum(a for _, a in classes)
    between = clustered_difference([(ClassSum(b.count, b.total), ClassSum(a.count, a.total)) for b, a in classes])
    people = people_in(held, number)
    return _change(len(classes), people, before, after, between, newcombe(before, after), None)


def _change(
    classes: int,
    people: int,
    before: Share,
    after: Share,
    between: Interval | None,
    independent: Interval | None,
    pairs: Pairs | None,
) -> Change:
    """Between classes, and never narrower than if pupils had been drawn one by one."""
    interval = between.hull(independent).within(-1, 1) if between else independent
    return Change(classes, people, before, after, interval, between is not None, pairs)


def _sum(shares: Iterable[Share]) -> Share:
    found = list(shares)
    return Share(sum(share.count for share in found), sum(share.total for share in found))


def _departments(held: Sequence[Held]) -> tuple[DepartmentRow, ...]:
    rows = pooled(gathered(held, lambda one: one.department), lambda one: one.answered)
    return tuple(
        DepartmentRow(labels, participation(found), people_in(found, lambda one: one.answered) < FLOOR)
        for labels, found in rows
    )
