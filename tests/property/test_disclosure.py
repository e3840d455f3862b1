"""Promise 3, enumerated: whatever a class answered and whatever is drawn, nobody who knows two answers learns a third.

What a reader can deduce is found here from the classes that could have given what they read, and not by the formula of
the code.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations_with_replacement, product
from math import isclose, prod, sqrt
from random import Random

import pytest

from workshop.domain.disclosure import (
    MAX_DEVIATION,
    USUAL_BIAS,
    DisclosedTally,
    disclose,
    moments,
    safe_outcomes,
)

Counts = tuple[int, ...]
NAMES = "abcdef"


def splits(respondents: int, choices: int) -> Iterator[Counts]:
    """Every way in which so many can have answered."""
    if choices == 1:
        yield (respondents,)
        return
    for first in range(respondents + 1):
        for rest in splits(respondents - first, choices - 1):
            yield (first, *rest)


def roundings(count: int) -> dict[int, int]:
    """What a count becomes, with how often in five."""
    below = count - count % 5
    return {below: 5 - count % 5} | ({below + 5: count % 5} if count % 5 else {})


@cache
def classes_behind(outcome: Counts, respondents: int) -> list[Counts]:
    """Every class that could have given this outcome."""
    possible = [[count for count in range(respondents + 1) if value in roundings(count)] for value in outcome[:-1]]
    found = []
    for first in product(*possible):
        last = respondents - sum(first)
        if last >= 0 and outcome[-1] in roundings(last):
            found.append((*first, last))
    return found


def numbers(bits: int) -> set[int]:
    return {number for number in range(bits.bit_length()) if bits >> number & 1}


def sums(sets: list[int]) -> int:
    """Every sum of one number from each set. A set of whole numbers is written as bits, for speed."""
    found = 1
    for bits in sets:
        found = sum_of_each(found, bits)
    return found


def sum_of_each(one: int, other: int) -> int:
    found = 0
    for number in numbers(other):
        found |= one << number
    return found


def possible_counts(outcome: Counts, respondents: int, known: Counts) -> list[set[int]]:
    """For each choice, every count that a reader can still believe, who knows that so many chose each."""
    sets = [
        sum(1 << count for count in range(least, respondents + 1) if value in roundings(count))
        for value, least in zip(outcome, known, strict=True)
    ]
    found = []
    for place, own in enumerate(sets):
        others = sums(sets[:place] + sets[place + 1 :])
        found.append({count for count in numbers(own) if others >> (respondents - count) & 1})
    return found


def proves_nothing(outcome: Counts, respondents: int) -> bool:
    """Each count may still have four values at least; none is certainly nobody, or everybody; and whoever knows two
    answers can prove of no third pupil what they answered, nor what they did not."""
    return _proves_nothing(tuple(sorted(outcome)), respondents)


@cache
def _proves_nothing(outcome: Counts, respondents: int) -> bool:
    places = range(len(outcome))
    for values in possible_counts(outcome, respondents, (0,) * len(outcome)):
        if len(values) < 4 or values == {0} or values == {respondents}:
            return False
    for two in combinations_with_replacement(places, 2):
        known = tuple(two.count(place) for place in places)
        for values, mine in zip(possible_counts(outcome, respondents, known), known, strict=True):
            if {count - mine for count in values} in ({0}, {respondents - 2}):
                return False
    return True


def counts_of(split: Counts) -> dict[str, int]:
    return dict(zip(NAMES, split, strict=False))


def check(split: Counts) -> None:
    respondents = sum(split)
    outcomes = [tuple(outcome) for outcome, weight in safe_outcomes(list(split)) if weight > 0]
    assert outcomes, f"nothing can be said of {split}"
    for outcome in outcomes:
        assert all(value in roundings(count) for value, count in zip(outcome, split, strict=True))
        assert proves_nothing(outcome, respondents), f"{outcome} of {respondents} tells too much"


@pytest.mark.parametrize("choices", [2, 3])
def test_every_split_of_ten_to_forty_has_only_outcomes_that_prove_nothing(choices: int) -> None:
    for respondents in range(10, 41):
        for split in splits(respondents, choices):
            check(split)


@pytest.mark.parametrize("choices", [2, 3, 4, 5, 6])
def test_sampled_splits_of_more_choices_and_larger_groups_have_only_outcomes_that_prove_nothing(choices: int) -> None:
    chance = Random(choices)
    for respondents in [*range(10, 41, choices - 1), 60, 150]:
        for _ in range(2):
            cuts = sorted(chance.randint(0, respondents) for _ in range(choices - 1))
            check(tuple(b - a for a, b in zip([0, *cuts], [*cuts, respondents], strict=True)))
        # The hardest: everybody answered the same.
        check((respondents, *[0] * (choices - 1)))


def expected_frequencies(split: Counts) -> Counter[Counts]:
    """How often each outcome comes, in whole numbers: roundings drawn again until they prove nothing."""
    found: Counter[Counts] = Counter()
    for drawn in product(*(roundings(count).items() for count in split)):
        outcome = tuple(value for value, _ in drawn)
        if proves_nothing(outcome, sum(split)):
            found[outcome] += prod(weight for _, weight in drawn)
    return found


@pytest.mark.parametrize(("respondents", "choices"), [(10, 2), (40, 2), (10, 3), (12, 3), (14, 3), (28, 3), (11, 4)])
def test_outcomes_come_as_often_as_rounding_drawn_again_until_safe(respondents: int, choices: int) -> None:
    every = list(splits(respondents, choices))
    for split in every[:: max(1, len(every) // 40)]:
        expected = expected_frequencies(split)
        total = sum(expected.values())
        drawn: Counter[Counts] = Counter()
        for place in range(total):
            told = disclose(counts_of(split), lambda u=(place + 0.5) / total: u)  # type: ignore[misc]  # bound now
            assert told.respondents == respondents
            drawn[tuple(value for _, value in told.rounded)] += 1
        assert drawn == expected, split


@pytest.mark.parametrize("respondents", [10, 13, 28])
def test_ranges_that_are_said_are_what_can_be_deduced(respondents: int) -> None:
    for split in splits(respondents, 3):
        for outcome in expected_frequencies(split):
            told = DisclosedTally(respondents, tuple(zip(NAMES, outcome, strict=False)))
            behind = classes_behind(outcome, respondents)
            possible = possible_counts(outcome, respondents, (0, 0, 0))
            for place, (_, low, high) in enumerate(told.ranges):
                assert {counts[place] for counts in behind} == possible[place] == set(range(low, high + 1))


def test_drawing_again_biases_a_class_by_three_pupils_at_most() -> None:
    """And by no more than what is said of each outcome; its moments are those that the methodology page tabulates."""
    worst, widest, usual = 0.0, 0.0, 0.0
    for respondents in range(10, 41):
        for split in splits(respondents, 3):
            if split[1] < split[2]:
                continue  # the same class with two choices exchanged
            expected = expected_frequencies(split)
            total = sum(expected.values())
            biases = []
            for place, (count, (bias, deviation)) in enumerate(zip(split, moments(list(split)), strict=True)):
                mean = sum(outcome[place] * times for outcome, times in expected.items()) / total
                square = sum((outcome[place] - mean) ** 2 * times for outcome, times in expected.items()) / total
                assert isclose(bias, mean - count, abs_tol=1e-9) and isclose(deviation, sqrt(square), abs_tol=1e-6)
                biases.append(abs(bias))
                widest = max(widest, deviation)
            worst = max(worst, *biases)
            for outcome in expected:
                bound = DisclosedTally(respondents, tuple(zip(NAMES, outcome, strict=False))).bias_bound
                assert max(biases) <= bound + 1e-9, (split, outcome)
                usual = max(usual, *biases) if bound == USUAL_BIAS else usual
    assert 2 < worst <= 3
    assert 0.5 < usual <= USUAL_BIAS
    assert 2.4 < widest <= MAX_DEVIATION


@pytest.mark.parametrize("choices", [2, 4])
def test_bound_of_the_bias_holds_for_two_and_four_choices(choices: int) -> None:
    for respondents in [*range(10, 41)] if choices == 2 else [10, 12, 14, 17]:
        for split in splits(respondents, choices):
            if list(split) != sorted(split, reverse=True):
                continue  # the same class with its choices exchanged
            biases = [abs(bias) for bias, _ in moments(list(split))]
            assert all(deviation <= MAX_DEVIATION for _, deviation in moments(list(split)))
            for outcome, weight in safe_outcomes(list(split)):
                told = DisclosedTally(respondents, tuple(zip(NAMES, outcome, strict=False)))
                assert weight == 0 or max(biases) <= told.bias_bound + 1e-9, (split, outcome)


def test_moments_of_what_is_not_published_do_not_exist() -> None:
    with pytest.raises(ValueError, match="4"):
        moments([4, 5])


def test_under_ten_nothing_is_said_whatever_was_answered() -> None:
    for respondents in range(10):
        for split in splits(respondents, 3):
            assert disclose(counts_of(split), lambda: 0.5) == DisclosedTally(respondents)
