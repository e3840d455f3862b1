"""Sums of the exit survey: what is added, what never is, and how sure the shares are."""

from dataclasses import replace

import pytest

from workshop.domain.exit_sums import Key, Told, exit_sums
from workshop.domain.statistics import ClassSum, Share, clustered, wilson

USEFUL = Key(1, "", "utile", ("non", "oui", "sans-reponse"))
ABLE = Key(1, "le-montage", "aider", ("non", "oui", "sans-reponse"))


def test_two_versions_and_two_workshops_are_never_added() -> None:
    told = [
        (f"class {n}", Told(key, {"oui": 12}))
        for n in range(2)
        for key in (replace(ABLE, workshop="autre"), ABLE, replace(USEFUL, version=2), USEFUL)
    ]
    found = exit_sums(told)
    assert [(one.key.version, one.key.workshop) for one in found] == [(1, ""), (1, "autre"), (1, "le-montage"), (2, "")]
    assert all(one.after is not None and one.after.total == 24 for one in found)


def test_nothing_under_ten_different_pupils_even_when_a_class_came_twice() -> None:
    [few] = exit_sums([("4eb", Told(USEFUL, {"oui": 9})), ("4eb", Told(USEFUL, {"non": 8}))])
    assert few.after is None
    [enough] = exit_sums([("4eb", Told(USEFUL, {"oui": 9})), ("3ea", Told(USEFUL, {"non": 1}))])
    assert enough.after is not None and (enough.after.people, enough.after.classes) == (10, 2)
    [more] = exit_sums([("4eb", Told(USEFUL, {"oui": 12})), ("4eb", Told(USEFUL, {"non": 11}))])
    assert more.after is not None and (more.after.people, more.after.classes, more.after.total) == (12, 1, 23)


def test_pairs_have_their_own_people() -> None:
    one = Told(ABLE, {"oui": 14}, {"non": 12}, {"higher": 6, "same": 3})
    [found] = exit_sums([("4eb", one)])
    assert found.before is not None and found.after is not None and found.moved is None
    [both] = exit_sums([("4eb", one), ("3ea", one)])
    assert both.moved is not None
    assert [(part.name, part.share) for part in both.moved.parts] == [
        ("lower", Share(0, 18)), ("same", Share(6, 18)), ("higher", Share(12, 18))
    ]  # fmt: skip


def test_interval_is_between_classes_and_never_narrower_than_that_of_independent_pupils() -> None:
    apart = [{"oui": 20}, {"non": 18, "oui": 2}, {"oui": 10, "non": 10}]
    [found] = exit_sums([(f"{n}", Told(USEFUL, counts)) for n, counts in enumerate(apart)])
    assert found.after is not None
    yes = found.after.parts[1]
    between = clustered([ClassSum(20, 20), ClassSum(2, 20), ClassSum(10, 20)])
    assert between is not None and between.low < 0 and yes.by_class and (yes.interval.low, yes.interval.high) == (0, 1)
    [alike] = exit_sums([(f"{n}", Told(USEFUL, {"oui": 10, "non": 10})) for n in range(3)])
    assert alike.after is not None and alike.after.parts[0].interval == wilson(Share(30, 60))
    [alone] = exit_sums([("one", Told(USEFUL, {"oui": 10}))])
    assert alone.after is not None and not alone.after.parts[0].by_class
    assert [part.name for part in alone.after.most_given] == ["oui"]


@pytest.mark.parametrize("counts", [{"oui": 10, "non": 10}, {"non": 10, "oui": 10}])
def test_answers_given_as_often_are_both_named(counts: dict[str, int]) -> None:
    [found] = exit_sums([("one", Told(USEFUL, counts))])
    assert found.after is not None and [part.name for part in found.after.most_given] == ["non", "oui"]
