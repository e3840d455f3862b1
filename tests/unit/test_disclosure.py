"""The shape of what is disclosed. That it proves nothing about anyone is enumerated in tests/property."""

import pytest

from workshop.domain.disclosure import DisclosedTally, deduce, disclose, is_safe


@pytest.mark.parametrize("respondents", range(10))
def test_under_ten_respondents_only_their_number_is_kept(respondents: int) -> None:
    for share in range(respondents + 1):
        counts = {"a": share, "b": respondents - share, "c": 0}
        assert disclose(counts, lambda: 0.5) == DisclosedTally(respondents)


def test_nothing_is_said_of_no_choices() -> None:
    assert disclose({}, lambda: 0.5) == DisclosedTally(0)
    assert DisclosedTally(9).ranges == ()


def test_counts_become_multiples_of_five_at_most_four_away_in_the_order_of_the_choices() -> None:
    counts = {"oui": 11, "non": 13, "sans-reponse": 4}
    for draw in range(100):
        disclosed = disclose(counts, lambda draw=draw: draw / 100)  # type: ignore[misc]  # bound now
        assert disclosed.respondents == 28
        assert [choice for choice, _ in disclosed.rounded] == [*counts]
        for choice, value in disclosed.rounded:
            assert value % 5 == 0 and abs(value - counts[choice]) < 5


def test_ranges_say_every_count_that_could_have_been() -> None:
    tally = DisclosedTally(28, (("oui", 10), ("non", 15), ("sans-reponse", 5)))
    assert tally.ranges == (("oui", 6, 14), ("non", 11, 19), ("sans-reponse", 1, 9))


@pytest.mark.parametrize(
    ("rounded", "respondents", "expected"),
    [
        # Twelve in all, and at most 4 + 4 elsewhere: at least four said the first.
        ([5, 0, 0], 12, [(4, 9), (0, 4), (0, 4)]),
        ([10, 0], 10, [(6, 10), (0, 4)]),
        ([20, 0, 0], 28, [(20, 24), (0, 4), (0, 4)]),
        # At most 24 + 4 of 28: everything is known.
        ([20, 0], 28, [(24, 24), (4, 4)]),
    ],
)
def test_range_takes_the_number_of_respondents_into_account(
    rounded: list[int], respondents: int, expected: list[tuple[int, int]]
) -> None:
    assert deduce(rounded, respondents) == expected


def test_outcome_that_leaves_fewer_than_four_values_is_not_safe() -> None:
    assert is_safe([10, 0], 10)
    assert not is_safe([20, 0], 28)
    assert not is_safe([20, 0], 27)  # 23 or 24
    assert not is_safe([20, 0], 26)  # 22 to 24
    assert is_safe([20, 0], 25)  # 21 to 24


@pytest.mark.parametrize(
    ("respondents", "counts"),
    [
        (28, (11, 17)),  # exact
        (9, (5, 5)),  # of fewer than ten
        (28, (20, 0)),  # 24 and 4, for whoever can count
        (28, (5, 5)),  # of nobody: they can be eighteen at most
        (10, (15, -5)),
    ],
)
def test_what_could_not_have_been_published_is_no_disclosed_tally(respondents: int, counts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^not a protected tally$"):
        DisclosedTally(respondents, tuple(zip("ab", counts, strict=True)))


@pytest.mark.parametrize("draw", [0.0, 0.5, 1 - 2**-53])
def test_any_draw_gives_an_outcome(draw: float) -> None:
    assert disclose({"a": 7, "b": 11, "c": 3}, lambda: draw).rounded
