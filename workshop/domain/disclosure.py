"""Disclosure control for lived experience: protect once, at the close; everything after is arithmetic on that.

Random rounding to base 5, conditioned on a *safe* outcome. The reader of a result knows the number of respondents and
the rounded counts; `ranges` is all that can be deduced from them. An outcome is safe when every count keeps at least
four possible values (two pupils who know each other's answer learn nothing certain about a third) and none is
certainly nobody or certainly everybody. Sampling among the safe outcomes with their own weights is the same as
drawing again until one is safe, and always ends. Method: Fellegi's random rounding, as national statistical offices
use it; the condition is ours.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, product
from math import sqrt

BASE = 5
POSSIBLE_VALUES = 4
FLOOR = 10
# Of one published count around its expectation, in pupils: √(2 · 3) without conditioning, 2.49 with it, enumerated.
MAX_DEVIATION = 2.5
# What drawing again may shift a count by, in pupils, unless nearly all gave one answer. Enumerated: 0.57.
USUAL_BIAS = 0.6


@dataclass(frozen=True)
class DisclosedTally:
    """What may be known of a round on lived experience, for ever. `rounded` is empty when nothing may be said.

    Counts that `disclose` could not have published are refused with a ValueError, wherever they come from: exact ones
    do not pass for protected ones. It says none of them, as it may be logged.
    """

    respondents: int
    rounded: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        values = [value for _, value in self.rounded]
        if values and (
            self.respondents < FLOOR
            or any(value < 0 or value % BASE for value in values)
            or not is_safe(values, self.respondents)
        ):
            raise ValueError("not a protected tally")

    @property
    def bias_bound(self) -> float:
        """The most by which any of the true counts may differ from what this outcome has on average, in pupils.

        Where one published count falls short of the number of respondents by 1, 2 or 3, nearly everybody may have given
        that answer, rounding up was not safe, and that shortfall is the bias. Enumerated in tests/property.
        """
        short = self.respondents - max((value for _, value in self.rounded), default=0)
        return short if 1 <= short <= 3 else USUAL_BIAS

    @property
    def ranges(self) -> tuple[tuple[str, int, int], ...]:
        """(choice, low, high) in pupils: every count that could have given this outcome."""
        intervals = deduce([value for _, value in self.rounded], self.respondents)
        return tuple((choice, low, high) for (choice, _), (low, high) in zip(self.rounded, intervals, strict=True))


def deduce(rounded: list[int], respondents: int) -> list[tuple[int, int]]:
    """For each rounded count, the least and the greatest true count, given that all of them sum to `respondents`."""
    lows = [max(value - (BASE - 1), 0) for value in rounded]
    highs = [value + (BASE - 1) for value in rounded]
    return [
        (max(low, respondents - (sum(highs) - high)), min(high, respondents - (sum(lows) - low)))
        for low, high in zip(lows, highs, strict=True)
    ]


def is_safe(rounded: list[int], respondents: int) -> bool:
    return all(
        high - low + 1 >= POSSIBLE_VALUES and low != respondents and high != 0
        for low, high in deduce(rounded, respondents)
    )


def safe_outcomes(counts: list[int]) -> Iterator[tuple[list[int], float]]:
    """Every safe rounding of these counts with its weight (probability before conditioning)."""
    respondents = sum(counts)
    sides = []
    for count in counts:
        whole, rest = divmod(count, BASE)
        low = (BASE * whole, 1 - rest / BASE)
        sides.append([low, (BASE * (whole + 1), rest / BASE)] if rest else [low])
    for combination in product(*sides):
        weight = 1.0
        for _, probability in combination:
            weight *= probability
        outcome = [value for value, _ in combination]
        if is_safe(outcome, respondents):
            yield outcome, weight


def moments(counts: list[int]) -> list[tuple[float, float]]:
    """(bias, standard deviation) of each published count, in pupils: exact, over all safe outcomes of these counts.

    ValueError when nothing would be published.
    """
    outcomes = list(safe_outcomes(counts))
    total = sum(weight for _, weight in outcomes)
    if sum(counts) < FLOOR or not total:
        raise ValueError(counts)
    found = []
    for place, count in enumerate(counts):
        mean = sum(outcome[place] * weight for outcome, weight in outcomes) / total
        variance = sum((outcome[place] - mean) ** 2 * weight for outcome, weight in outcomes) / total
        found.append((mean - count, sqrt(variance)))
    return found


def disclose(counts: Mapping[str, int], random: Callable[[], float]) -> DisclosedTally:
    """Protect the exact counts of one round, one choice a respondent. `random` gives a number in [0, 1).

    Fewer than ten respondents, or no safe outcome: only the number of respondents is kept.
    """
    respondents = sum(counts.values())
    outcomes = list(safe_outcomes(list(counts.values()))) if respondents >= FLOOR else []
    if not outcomes:
        return DisclosedTally(respondents)
    weights = [weight for _, weight in outcomes]
    drawn = random() * sum(weights)
    place = next((i for i, reached in enumerate(accumulate(weights)) if drawn < reached), len(outcomes) - 1)
    return DisclosedTally(respondents, tuple(zip(counts, outcomes[place][0], strict=True)))
