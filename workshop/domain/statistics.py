"""What may honestly be said of counts. Proportions are numbers from 0 to 1, differences from −1 to 1, never per cent.

Every interval is at 95 %. None means that nothing can be said (nobody answered, one class alone): it is never a zero.
What these formulas do not know (who did not answer, who was not there) is said on the methodology page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb, cos, pi, sin, sqrt, tan
from statistics import NormalDist

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)  # 1.95996…


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, both included, in the unit of what it is about."""

    low: float
    high: float

    def hull(self, other: "Interval | None") -> "Interval":
        """The shortest interval that holds both."""
        return self if other is None else Interval(min(self.low, other.low), max(self.high, other.high))

    def within(self, low: float, high: float) -> "Interval":
        return Interval(min(max(self.low, low), high), max(min(self.high, high), low))


@dataclass(frozen=True)
class Share:
    """`count` of `total`: in people, or in answers where the text says so."""

    count: int
    total: int

    @property
    def proportion(self) -> float | None:
        return self.count / self.total if self.total else None


@dataclass(frozen=True)
class Pairs:
    """The same people before and after: right twice, wrong then right, right then wrong, wrong twice."""

    kept: int = 0
    gained: int = 0
    lost: int = 0
    missed: int = 0

    @property
    def total(self) -> int:
        return self.kept + self.gained + self.lost + self.missed

    @property
    def before(self) -> Share:
        return Share(self.kept + self.lost, self.total)

    @property
    def after(self) -> Share:
        return Share(self.kept + self.gained, self.total)


def sum_of(pairs: Iterable[Pairs]) -> Pairs:
    """All of them together."""
    found = list(pairs)
    return Pairs(
        sum(one.kept for one in found),
        sum(one.gained for one in found),
        sum(one.lost for one in found),
        sum(one.missed for one in found),
    )


def wilson(share: Share) -> Interval | None:
    """The score interval of one proportion, for people drawn independently. None when nobody answered.

    Keeps a width at 0 and at n (25 of 25: 0.87 to 1; 0 of 10: 0 to 0.28). Wilson, JASA 22 (1927), p. 209.
    """
    proportion, n = share.proportion, share.total
    if proportion is None:
        return None
    square = Z * Z
    middle = (proportion + square / (2 * n)) / (1 + square / n)
    half = Z * sqrt(proportion * (1 - proportion) / n + square / (4 * n * n)) / (1 + square / n)
    # At the ends the formula gives 0 and 1 exactly; arithmetic misses them by a hair.
    low = 0.0 if share.count == 0 else middle - half
    high = 1.0 if share.count == n else middle + half
    return Interval(low, high)


def newcombe(before: Share, after: Share) -> Interval | None:
    """Interval of after − before for two groups whose members are not linked. None when a group is empty.

    Hybrid score, method 10 of Newcombe, Statistics in Medicine 17 (1998), p. 873. For independent groups: on the same
    class without links it is too wide rather than too narrow, as those who know before mostly know after.
    """
    return _square_and_add(before, after, 0.0)


def newcombe_paired(pairs: Pairs) -> Interval | None:
    """Interval of after − before for the same people, (gained − lost) / total. None without a pair.

    Method 10 of Newcombe, Statistics in Medicine 17 (1998), p. 2635: the hybrid score interval with the correlation of
    the two answers, corrected for continuity. The correlation counts as 0 where a margin is empty.
    """
    agreed, changed = pairs.kept * pairs.missed, pairs.gained * pairs.lost
    before, after, n = pairs.before, pairs.after, pairs.total
    margins = before.count * (n - before.count) * after.count * (n - after.count)
    covaried = agreed - changed if agreed < changed else max(agreed - changed - n / 2, 0)
    return _square_and_add(before, after, covaried / sqrt(margins) if margins else 0.0)


def _square_and_add(before: Share, after: Share, correlation: float) -> Interval | None:
    one, other = wilson(before), wilson(after)
    p, q = before.proportion, after.proportion
    if one is None or other is None or p is None or q is None:
        return None

    def add(a: float, b: float) -> float:
        return sqrt(max(a * a - 2 * correlation * a * b + b * b, 0.0))

    return Interval(q - p - add(q - other.low, one.high - p), q - p + add(other.high - q, p - one.low))


@dataclass(frozen=True)
class ClassSum:
    """What one class adds to a mean: `total` over its `size` answers. For a proportion, right answers of answers."""

    total: float
    size: int


def clustered(classes: Sequence[ClassSum]) -> Interval | None:
    """Interval of the mean over all answers, where whole classes, not pupils, were drawn.

    Pupils of one class resemble each other, so each class counts as one draw: ratio estimator R = Σ total / Σ size,
    linearised variance G/(G−1) · Σ (total − R · size)² / (Σ size)², Student's t with G − 1 degrees of freedom.
    Cochran, Sampling Techniques (3rd ed., 1977), sections 6.3 and 9A.1. In the unit of `total`; not cut to 0…1.
    Classes without an answer are left out. None with fewer than 2 classes: one class does not tell how classes differ.
    Width 0 where all classes have the same mean: the caller joins it with the interval of independent people (`hull`).
    """
    return _clustered([(c.total, c.size, 0.0, 0) for c in classes], one_mean=True)


def clustered_difference(classes: Sequence[tuple[ClassSum, ClassSum]]) -> Interval | None:
    """Interval of mean after − mean before; each class gives (before, after), its people not linked, its sizes free.

    The same linearisation, of the difference of two ratios: a class good before and good after counts as such.
    None with fewer than 2 classes, or without any answer before or after.
    """
    return _clustered([(a.total, a.size, b.total, b.size) for b, a in classes], one_mean=False)


def _clustered(classes: list[tuple[float, int, float, int]], one_mean: bool) -> Interval | None:
    classes = [row for row in classes if row[1] or row[3]]
    count = len(classes)
    size, other_size = sum(row[1] for row in classes), sum(row[3] for row in classes)
    if count < 2 or not size or not (one_mean or other_size):
        return None
    mean = sum(row[0] for row in classes) / size
    other = sum(row[2] for row in classes) / other_size if other_size else 0.0
    parts = [
        (total - mean * n) / size - ((total_ - other * n_) / other_size if other_size else 0.0)
        for total, n, total_, n_ in classes
    ]
    half = student(count - 1) * sqrt(count / (count - 1) * sum(part * part for part in parts))
    return Interval(mean - other - half, mean - other + half)


@lru_cache(maxsize=1024)
def student(degrees: int) -> float:
    """The t that a Student variable with so many degrees of freedom (1 or more) stays within, 95 times in 100.

    By bisection of the exact distribution for whole degrees: Abramowitz & Stegun, 26.7.3 and 26.7.4.
    """
    if degrees < 1:
        raise ValueError(degrees)
    low, high = 0.0, pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_within(middle, degrees) < CONFIDENCE else (low, middle)
    return tan(low) * sqrt(degrees)


def _student_within(angle: float, degrees: int) -> float:
    """P(|T| ≤ tan(angle) · √degrees)."""
    even = degrees % 2 == 0
    term = 1.0 if even else cos(angle)
    series = 0.0
    for k in range(2 if even else 3, degrees + 1, 2):
        series += term
        term *= cos(angle) ** 2 * (k - 1) / k
    return sin(angle) * series if even else 2 / pi * (angle + sin(angle) * series)


def mcnemar_exact(gained: int, lost: int) -> float:
    """Two-sided p-value of « as many gained as lost », from those who changed alone. 1 when nobody changed.

    Binomial with one half. McNemar 1947; the exact form as in Fagerland et al., BMC Med. Res. Methodol. 13:91 (2013).
    """
    return min(1.0, 2 * _at_most(gained, lost))


def mcnemar_mid_p(gained: int, lost: int) -> float:
    """The mid-p version, less severe with few people: half of the weight of what was seen is taken away. 1 without a
    change. Fagerland et al. (2013) recommend it."""
    n = gained + lost
    return min(1.0, 2 * _at_most(gained, lost) - comb(n, gained) / (1 << n))


def _at_most(gained: int, lost: int) -> float:
    """The weight of so few or fewer on the smaller side. Each binomial coefficient from the one before: a year's sums
    have tens of thousands of changes."""
    n = gained + lost
    coefficient = total = 1
    for k in range(min(gained, lost)):
        coefficient = coefficient * (n - k) // (k + 1)
        total += coefficient
    return total / (1 << n)


def finite_margin(answers: int, people: int, proportion: float = 0.5) -> float | None:
    """Half-width (0.053 is 5.3 points) for `answers` DRAWN AT RANDOM among `people`, and for these people only.

    Z √(p(1−p)/n) √((N−n)/(N−1)): Cochran (1977), section 3.2. At its widest for the proportion one half. None when
    nobody answered; 0 when all did; ValueError when more answered than there are. `people` 0 cannot have answers.
    """
    if answers > people or answers < 0:
        raise ValueError(answers)
    if answers == 0:
        return None
    if answers == people:
        return 0.0
    return margin(answers, proportion) * sqrt((people - answers) / (people - 1))


def margin(answers: int, proportion: float = 0.5) -> float:
    """The same without correction: for a population without bound. ZeroDivisionError when nobody answered."""
    return Z * sqrt(proportion * (1 - proportion) / answers)


def hake_gain(before: float, after: float) -> float | None:
    """(after − before) / (1 − before): the part won of what was left to win. For means of a class, never of a pupil.

    Hake, American Journal of Physics 66 (1998), p. 64. Negative when the class fell; None when it knew all before.
    It favours high starts, and its marks (0.3, 0.7) come from university physics: for the methodology page and exports.
    """
    return None if before >= 1 else (after - before) / (1 - before)
