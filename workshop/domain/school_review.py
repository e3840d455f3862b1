"""What a school may read of the workshops held in it. Pure sums, in the order of days and levels, never of a result.

Knowledge: a sum of votes that the review of their class tells whole, ten answers each or more (`review.py`). Smaller
ones are left out, not put together with others: so neither two views of a school, before and after one more class, nor
a view and a teacher's page, tell by subtraction what a teacher's page does not.

Lived experience: `lived_sums.py`, from three classes up. Two views of a school that differ by one class, or a view and
the association's figures, leave by subtraction the respondents and the ranges of that class: what its stored
`DisclosedTally` says, no more. That tally is safe by itself against a reader who has it whole (`disclosure.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from .disclosure import FLOOR
from .impact import Held
from .lived_sums import LivedSum, lived_sums
from .statistics import Share

# As one goes up a French school; what is none of these comes after.
_LEVELS = ("6e", "5e", "4e", "3e", "2de", "1re", "tle", "cap")


@dataclass(frozen=True)
class HeldHere:
    """One live session of the school. `class_label` is empty once it was forgotten, or when none was given."""

    id: int
    day: date
    slug: str
    class_label: str
    held: Held


@dataclass(frozen=True)
class Seen:
    """A line of the list. `answered` is None when fewer than ten did: how many is not told either."""

    day: date
    slug: str
    class_label: str
    level: str
    present: int | None
    answered: int | None


@dataclass(frozen=True)
class Known:
    """Right answers before and after, in answers to a question, over the live sessions of one level."""

    level: str
    live_sessions: int
    before: Share
    after: Share


@dataclass(frozen=True)
class KnownOf:
    """One workshop. `left_out`: live sessions where no question had ten answers both before and after."""

    slug: str
    levels: tuple[Known, ...]
    left_out: int


@dataclass(frozen=True)
class SchoolReview:
    seen: tuple[Seen, ...]
    knowledge: tuple[KnownOf, ...]
    lived: tuple[LivedSum, ...]

    @property
    def present(self) -> int:
        """Pupils present, as they were entered; a class that came twice counts twice."""
        return sum(one.present or 0 for one in self.seen)


def review_school(here: Iterable[HeldHere]) -> SchoolReview:
    found = sorted(here, key=lambda one: (one.day, one.id))
    slugs = sorted({one.slug for one in found})
    return SchoolReview(
        tuple(_seen(one) for one in found),
        tuple(_known_of(slug, [one.held for one in found if one.slug == slug]) for slug in slugs),
        lived_sums((_class(one), lived) for one in found for lived in one.held.lived),
    )


def _seen(one: HeldHere) -> Seen:
    answered = one.held.answered if one.held.answered >= FLOOR else None
    return Seen(one.day, one.slug, one.class_label, one.held.level, one.held.present, answered)


def _class(one: HeldHere) -> str:
    """Two classes whose names were forgotten are two, not one."""
    return one.held.pupils if one.class_label else f"{one.id}"


def _known_of(slug: str, held: Sequence[Held]) -> KnownOf:
    by_level: dict[str, list[tuple[Share, Share]]] = {}
    left_out = 0
    for one in held:
        told = [u for u in one.unlinked if min(u.before.total, u.after.total) >= FLOOR]
        if told:
            sums = _sum(u.before for u in told), _sum(u.after for u in told)
            by_level.setdefault(one.level, []).append(sums)
        else:
            left_out += 1
    levels = tuple(
        Known(level, len(sums), _sum(before for before, _ in sums), _sum(after for _, after in sums))
        for level, sums in sorted(by_level.items(), key=lambda item: level_order(item[0]))
    )
    return KnownOf(slug, levels, left_out)


def level_order(level: str) -> tuple[int, str]:
    plain = level.casefold()
    return _LEVELS.index(plain) if plain in _LEVELS else len(_LEVELS), plain


def _sum(shares: Iterable[Share]) -> Share:
    found = list(shares)
    return Share(sum(share.count for share in found), sum(share.total for share in found))
