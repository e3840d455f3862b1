"""The formulas, against scipy and statsmodels on whatever counts Hypothesis finds."""

from collections import Counter
from math import isclose
from random import Random

import numpy
from hypothesis import assume, given, strategies as st
from scipy.stats import binom, binomtest, t
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from workshop.domain.disclosure import disclose
from workshop.domain.lived_sums import Lived, lived_sums
from workshop.domain.statistics import (
    ClassSum,
    Interval,
    Pairs,
    Share,
    clustered,
    clustered_difference,
    finite_margin,
    mcnemar_exact,
    mcnemar_mid_p,
    newcombe,
    newcombe_paired,
    student,
    wilson,
)

counts = st.integers(0, 60)
classes = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=12)


def shares() -> st.SearchStrategy[Share]:
    return st.integers(1, 400).flatmap(lambda n: st.integers(0, n).map(lambda k: Share(k, n)))


def same(found: Interval | None, low: float, high: float) -> bool:
    assert found is not None
    return isclose(found.low, low, abs_tol=1e-9) and isclose(found.high, high, abs_tol=1e-9)


@given(shares())
def test_wilson_is_that_of_scipy_and_of_statsmodels(share: Share) -> None:
    theirs = binomtest(share.count, share.total).proportion_ci(method="wilson")
    assert same(wilson(share), theirs.low, theirs.high)
    assert same(wilson(share), *proportion_confint(share.count, share.total, method="wilson"))


@given(shares(), shares())
def test_newcombe_is_that_of_statsmodels(before: Share, after: Share) -> None:
    theirs = confint_proportions_2indep(after.count, after.total, before.count, before.total, method="newcomb")
    assert same(newcombe(before, after), *theirs)


@given(st.integers(0, 1500), st.integers(0, 1500))
def test_mcnemar_is_that_of_statsmodels_and_its_mid_p_takes_half_of_the_weight_away(gained: int, lost: int) -> None:
    assume(gained + lost)
    exact = mcnemar([[0, gained], [lost, 0]], exact=True).pvalue
    assert isclose(mcnemar_exact(gained, lost), exact, rel_tol=1e-9, abs_tol=1e-300)
    weight = binom.pmf(gained, gained + lost, 0.5)
    # Where both sides are the same, half of what was seen lies on each.
    expected = 1.0 if gained == lost else exact - weight
    assert isclose(mcnemar_mid_p(gained, lost), expected, rel_tol=1e-6, abs_tol=1e-12)
    assert mcnemar_exact(gained, lost) == mcnemar_exact(lost, gained)


@given(st.integers(1, 500))
def test_students_t_is_that_of_scipy(degrees: int) -> None:
    assert isclose(student(degrees), t.ppf(0.975, degrees), rel_tol=1e-9)


def sandwich(rows: list[tuple[float, float, int]], columns: int) -> Interval:
    """Cluster-robust interval of the last coefficient of a regression on single answers (y, after?, class)."""
    y = numpy.array([row[0] for row in rows])
    x = numpy.column_stack([numpy.ones(len(rows)), [row[1] for row in rows]])[:, :columns]
    groups = numpy.array([row[2] for row in rows])
    fitted = OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}, use_t=True)
    number = len(set(groups))
    half = t.ppf(0.975, number - 1) * fitted.bse[-1] * (number / (number - 1)) ** 0.5
    return Interval(fitted.params[-1] - half, fitted.params[-1] + half)


def single(right: int, wrong: int, after: int, place: int) -> list[tuple[float, float, int]]:
    return [(1.0, after, place)] * right + [(0.0, after, place)] * wrong


@given(classes)
def test_clustered_proportion_is_the_sandwich_of_statsmodels(found: list[tuple[int, int]]) -> None:
    found = [(right, wrong) for right, wrong in found if right + wrong]
    assume(len(found) >= 2)
    rows = [row for place, (right, wrong) in enumerate(found) for row in single(right, wrong, 0, place)]
    theirs = sandwich(rows, 1)
    assert same(clustered([ClassSum(right, right + wrong) for right, wrong in found]), theirs.low, theirs.high)


@given(classes)
def test_clustered_difference_is_the_sandwich_of_statsmodels(found: list[tuple[int, int]]) -> None:
    rows: list[tuple[float, float, int]] = []
    mine = []
    for place, (right, wrong) in enumerate(found):
        later = found[(place + 1) % len(found)]
        if right + wrong + sum(later):
            rows += single(right, wrong, 0, place) + single(later[0], later[1], 1, place)
        mine.append((ClassSum(right, right + wrong), ClassSum(later[0], sum(later))))
    assume(len({row[2] for row in rows}) >= 2 and any(sum(c) for c in found))
    theirs = sandwich(rows, 2)
    assert same(clustered_difference(mine), theirs.low, theirs.high)


@given(counts, counts, counts, counts)
def test_interval_of_pairs_holds_the_difference_and_turns_round_with_it(a: int, b: int, c: int, d: int) -> None:
    found, reverse = newcombe_paired(Pairs(a, b, c, d)), newcombe_paired(Pairs(a, c, b, d))
    if found is None or reverse is None:
        assert a + b + c + d == 0
        return
    assert -1 <= found.low <= (b - c) / (a + b + c + d) <= found.high <= 1
    assert same(reverse, -found.high, -found.low)


@given(st.integers(1, 300), st.integers(0, 300))
def test_margin_shrinks_with_the_part_of_people_who_answered(answers: int, others: int) -> None:
    found = finite_margin(answers, answers + others)
    assert found is not None and 0 <= found <= 1
    assert (found == 0) == (others == 0)
    if others and answers > 1:  # one answer alone tells as little of two people as of a thousand
        larger = finite_margin(answers, answers + others + 1)
        assert larger is not None and found < larger


def test_intervals_between_classes_hold_the_truth_95_times_in_100_where_those_of_pupils_do_not() -> None:
    """Classes of 25 whose own proportions differ (mean 0.6, deviation 0.15), twenty of them, two thousand times."""
    chance = Random(7)
    between = pupils = 0
    for _ in range(2000):
        found = []
        for _ in range(20):
            own = chance.betavariate(5.8, 5.8 / 1.5)
            found.append(ClassSum(sum(chance.random() < own for _ in range(25)), 25))
        interval, naive = clustered(found), wilson(Share(int(sum(c.total for c in found)), 500))
        assert interval is not None and naive is not None
        between += interval.low <= 0.6 <= interval.high
        pupils += naive.low <= 0.6 <= naive.high
    assert 0.93 <= between / 2000 <= 0.97
    assert pupils / 2000 < 0.85


def test_intervals_on_lived_experience_hold_what_the_classes_really_answered() -> None:
    """Nothing but the rounding stands between what was answered and what is published: at least 95 times in 100."""
    chance = Random(11)
    held = tries = 0
    for _ in range(400):
        classes, truth = [], Counter[str]()
        for number in range(6):
            respondents = chance.randint(12, 30)
            few = chance.randint(0, 3)
            counts = {"oui": chance.randint(0, respondents - few), "sans-reponse": few}
            counts["non"] = respondents - sum(counts.values())
            truth.update(counts)
            classes.append((f"{number}", Lived(("atelier", "vu", "vu", ("oui",)), disclose(counts, chance.random))))
        [total] = lived_sums(classes)
        for choice in total.choices:
            tries += 1
            held += choice.interval.low <= truth[choice.id] / total.respondents <= choice.interval.high
            assert choice.low <= truth[choice.id] <= choice.high
    assert held / tries >= 0.95
