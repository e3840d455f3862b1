"""The formulas, against the examples that the association and the literature give."""

from math import isclose

import pytest

from workshop.domain.statistics import (
    ClassSum,
    Interval,
    Pairs,
    Share,
    clustered,
    clustered_difference,
    finite_margin,
    hake_gain,
    margin,
    mcnemar_exact,
    mcnemar_mid_p,
    newcombe,
    newcombe_paired,
    student,
    sum_of,
    wilson,
)


def points(interval: Interval | None, digits: int = 0) -> tuple[float, float]:
    """In per cent, rounded as they are written."""
    assert interval is not None
    return round(100 * interval.low, digits), round(100 * interval.high, digits)


def test_margin_of_the_association_is_five_point_three_for_its_two_hundred_people() -> None:
    corrected = finite_margin(127, 200)
    assert corrected is not None
    assert round(100 * corrected, 1) == 5.3
    assert round(100 * margin(127), 1) == 8.7
    assert (finite_margin(131, 200) or 0) > 0.05 > (finite_margin(132, 200) or 1)


def test_margin_without_answers_with_everybody_and_with_more_than_everybody() -> None:
    assert finite_margin(0, 200) is None
    assert finite_margin(0, 0) is None
    assert finite_margin(1, 1) == finite_margin(200, 200) == 0
    for impossible in ((201, 200), (-1, 200)):
        with pytest.raises(ValueError, match="1"):
            finite_margin(*impossible)


@pytest.mark.parametrize(
    ("count", "total", "expected"),
    [(25, 25, (87, 100)), (0, 10, (0, 28)), (5, 10, (24, 76)), (7, 15, (25, 70)), (12, 25, (30, 67)),
     (25, 50, (37, 63)), (50, 100, (40, 60)), (63, 127, (41, 58))],
)  # fmt: skip
def test_wilson_gives_the_published_intervals(count: int, total: int, expected: tuple[int, int]) -> None:
    assert points(wilson(Share(count, total))) == expected


# Newcombe, Statistics in Medicine 17 (1998), p. 873, table II, method 10.
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [((56, 70), (48, 80), (0.0524, 0.3339)), ((9, 10), (3, 10), (0.1705, 0.8090)), ((6, 7), (2, 7), (0.0582, 0.8062)),
     ((5, 56), (0, 29), (-0.0381, 0.1926)), ((0, 10), (0, 20), (-0.1611, 0.2775)), ((10, 10), (0, 20), (0.6791, 1.0)),
     ((10, 10), (0, 10), (0.6075, 1.0))],
)  # fmt: skip
def test_newcombe_gives_the_published_intervals(
    one: tuple[int, int], other: tuple[int, int], expected: tuple[float, float]
) -> None:
    assert points(newcombe(Share(*other), Share(*one)), 2) == tuple(round(100 * value, 2) for value in expected)


def test_twelve_then_eighteen_of_twenty_five_unlinked_is_from_minus_three_to_forty_seven() -> None:
    assert points(newcombe(Share(12, 25), Share(18, 25))) == (-3, 47)


def test_newcombe_of_pairs_gives_the_published_intervals() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), p. 2635: 36, 12, 2, 0 by method 10.
    assert points(newcombe_paired(Pairs(36, 12, 2, 0)), 2) == (5.69, 34.04)
    # Fagerland et al. (2014): airway hyper-responsiveness of 21 children before and after, 1, 1, 7, 12.
    assert points(newcombe_paired(Pairs(1, 1, 7, 12)), 1) == (-50.7, -2.6)


def test_mcnemar_gives_the_published_p_values() -> None:
    assert round(mcnemar_exact(8, 2), 2) == 0.11
    assert round(mcnemar_exact(9, 1), 2) == 0.02
    # Fagerland et al., BMC Med. Res. Methodol. 13:91 (2013): the same 21 children.
    assert (round(mcnemar_exact(1, 7), 3), round(mcnemar_mid_p(1, 7), 3)) == (0.070, 0.039)


def test_mcnemar_without_a_change_or_with_as_many_each_way_says_nothing() -> None:
    assert mcnemar_exact(0, 0) == mcnemar_mid_p(0, 0) == 1
    assert mcnemar_exact(3, 3) == mcnemar_mid_p(3, 3) == 1


def test_gain_of_a_class_from_48_to_72_per_cent_is_46_hundredths() -> None:
    gain = hake_gain(0.48, 0.72)
    assert gain is not None and round(gain, 2) == 0.46
    assert hake_gain(1.0, 1.0) is hake_gain(1.0, 0.5) is None
    assert hake_gain(0.0, 1.0) == 1
    assert isclose(hake_gain(0.5, 0.25) or 0, -0.5)


def test_nobody_gives_no_interval_rather_than_zero() -> None:
    assert Share(0, 0).proportion is wilson(Share(0, 0)) is newcombe_paired(Pairs()) is None
    assert newcombe(Share(0, 0), Share(3, 5)) is newcombe(Share(3, 5), Share(0, 0)) is None


def test_fewer_than_two_classes_do_not_tell_how_classes_differ() -> None:
    one = ClassSum(12, 25)
    assert clustered([]) is clustered([one]) is clustered([one, ClassSum(0, 0)]) is None
    assert clustered_difference([]) is clustered_difference([(one, one)]) is None
    # Two classes, one seen before alone and the other after alone: they do tell it.
    assert clustered_difference([(one, ClassSum(0, 0)), (ClassSum(0, 0), one)]) is not None
    assert clustered_difference([(one, ClassSum(0, 0)), (one, ClassSum(0, 0))]) is None


def test_two_classes_by_hand() -> None:
    # R = 30/50; residuals 10 − 0.6·25 = −5 and 20 − 15 = 5; variance 2 · 50 / 2500 = 0.04; t(1) = 12.706.
    interval = clustered([ClassSum(10, 25), ClassSum(20, 25)])
    assert interval is not None
    assert isclose(interval.low, 0.6 - 12.7062 * 0.2, abs_tol=1e-4)
    assert isclose(interval.high, 0.6 + 12.7062 * 0.2, abs_tol=1e-4)
    assert interval.within(0, 1) == Interval(0, 1)


def test_classes_that_resemble_each_other_have_no_width_of_their_own() -> None:
    same = clustered([ClassSum(12, 25), ClassSum(24, 50)])
    assert same is not None and isclose(same.low, same.high)
    assert same.hull(wilson(Share(36, 75))) == wilson(Share(36, 75))
    assert same.hull(None) == same


def test_students_t_is_that_of_the_tables() -> None:
    published = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 10: 2.228, 29: 2.045, 30: 2.042, 120: 1.980}
    assert {degrees: round(student(degrees), 3) for degrees in published} == published
    with pytest.raises(ValueError, match="0"):
        student(0)


def test_pairs_add_up() -> None:
    both = sum_of([Pairs(10, 8, 2, 5), Pairs(1, 1, 0, 0)])
    assert both == Pairs(11, 9, 2, 5) and sum_of([]) == Pairs()
    assert (both.before, both.after) == (Share(13, 27), Share(20, 27))
