"""Sums over classes: what is put together, what is withheld, what is said of lived experience."""

from dataclasses import replace

import pytest

from workshop.domain.disclosure import DisclosedTally
from workshop.domain.impact import Held, Row, Unlinked, impact, participation
from workshop.domain.lived_sums import Lived, lived_sums
from workshop.domain.statistics import Interval, Pairs, Share, newcombe_paired

KEY = ("montage", "vu", "vu", ("oui", "non"))
CLASS = Held("4eb", "Tilleuls", "theme", "4e", "44", 28, 25, "phone", (Pairs(8, 8, 2, 7),) * 2)


def classes(number: int, **changes: object) -> list[Held]:
    return [replace(CLASS, pupils=f"{changes.get('level', '4e')} {n}", **changes) for n in range(number)]  # type: ignore[arg-type]  # its own fields


def small(level: str, people: int, classes: int = 1) -> list[Held]:
    return [
        replace(CLASS, pupils=f"{level} {n}", level=level, answered=people, pairs=(Pairs(0, people, 0, 0),))
        for n in range(classes)
    ]


def labels(rows: tuple[Row, ...]) -> list[tuple[str, ...]]:
    return [row.labels for row in rows]


def test_nothing_adds_up_to_nothing() -> None:
    found = impact([])
    assert found.linked is None and found.participation.margin is None
    assert found.participation.rate == Share(0, 0)
    assert found.themes == found.levels == found.channels == found.departments == found.lived == ()


def test_rate_knows_only_live_sessions_whose_number_of_pupils_can_be_true() -> None:
    found = participation([CLASS, replace(CLASS, present=None), replace(CLASS, present=24), replace(CLASS, present=0)])
    assert (found.workshops, found.classes, found.present, found.answered) == (4, 1, 52, 100)
    assert (found.rate, found.left_out) == (Share(25, 28), 3)


def test_margin_of_the_association_comes_out_of_its_classes() -> None:
    found = participation([replace(CLASS, present=20, answered=13) for _ in range(9)] + [
        replace(CLASS, present=20, answered=10)
    ])  # fmt: skip
    assert found.rate == Share(127, 200)
    assert found.margin is not None and round(100 * found.margin, 1) == 5.3


def test_rows_stand_in_the_order_of_their_labels_never_of_a_result() -> None:
    worse = replace(CLASS, pupils="x", level="3e", pairs=(Pairs(0, 0, 20, 5),))
    best = replace(CLASS, pupils="y", level="5e", pairs=(Pairs(0, 25, 0, 0),))
    assert labels(impact([best, CLASS, worse]).levels) == [("3e",), ("4e",), ("5e",)]


def test_small_rows_are_put_together_until_ten_answered() -> None:
    found = impact([*classes(2), *small("5e", 6), *small("6e", 4)])
    assert labels(found.levels) == [("4e",), ("5e", "6e")]
    assert found.levels[1].change is not None and found.levels[1].change.people == 10


def test_a_small_row_takes_the_smallest_of_the_others_so_that_the_total_does_not_give_it_away() -> None:
    found = impact([*classes(2), *classes(1, level="3e"), *small("6e", 4)])
    assert labels(found.levels) == [("4e",), ("3e", "6e")]


def test_fewer_than_ten_in_all_are_withheld_everywhere() -> None:
    found = impact([*small("5e", 5), *small("6e", 4)])
    assert found.linked is None
    assert found.levels == (Row(("5e", "6e"), None),)
    assert found.themes == (Row(("theme",), None),)
    assert [row.withheld for row in found.departments] == [True]


AGAIN = (Unlinked(Share(20, 25), Share(14, 21)),) * 3


def test_weeks_later_is_told_of_classes_that_were_asked_again_as_two_groups() -> None:
    [row] = impact([*classes(2, later=AGAIN), *classes(2, level="3e", unlinked=AGAIN)]).later
    assert row.labels == ("theme",) and row.change is not None
    assert (row.change.classes, row.change.people, row.change.pairs) == (2, 42, None)
    assert (row.change.before, row.change.after) == (Share(120, 150), Share(84, 126))


def test_weeks_later_is_withheld_when_few_answered_again() -> None:
    few = (Unlinked(Share(20, 25), Share(4, 9)),) * 3
    assert impact(classes(1, later=few)).later == (Row(("theme",), None),)
    assert impact(classes(1)).later == ()


def test_weeks_later_is_withheld_when_it_would_give_away_a_small_class_that_was_not_asked() -> None:
    small_class = replace(CLASS, pupils="seule", unlinked=(Unlinked(Share(2, 9), Share(7, 9)),))
    assert impact([*classes(2, later=AGAIN), small_class]).later == (Row(("theme",), None),)


def test_the_same_few_pupils_seen_twice_are_still_few() -> None:
    assert impact(small("6e", 8) * 2).linked is None


def test_one_class_is_said_to_be_alone_and_has_the_interval_of_its_pupils() -> None:
    found = impact([CLASS]).linked
    assert found is not None and not found.by_class and found.classes == 1
    assert found.interval == newcombe_paired(Pairs(16, 16, 4, 14))


def test_interval_between_classes_is_never_narrower_than_that_of_pupils() -> None:
    alike, unlike = impact(classes(6)).linked, [replace(CLASS, pupils=f"{n}") for n in range(3)]
    unlike += [replace(CLASS, pupils=f"other {n}", pairs=(Pairs(20, 0, 5, 0),)) for n in range(3)]
    differing = impact(unlike).linked
    assert alike is not None and alike.by_class and alike.interval == newcombe_paired(Pairs(96, 96, 24, 84))
    assert differing is not None and differing.pairs is not None and differing.interval is not None
    alone = newcombe_paired(differing.pairs)
    assert alone is not None
    assert differing.interval.low < alone.low and differing.interval.high > alone.high
    assert differing.interval.low >= -1 and differing.interval.high <= 1


def test_unlinked_answers_keep_their_own_numbers_before_and_after() -> None:
    hand = replace(CLASS, pairs=(), channels="hand", unlinked=(Unlinked(Share(5, 20), Share(12, 18)),))
    [row] = impact([replace(hand, pupils=name) for name in "abc"]).channels
    assert row.change is not None
    assert (row.change.before, row.change.after, row.change.people) == (Share(15, 60), Share(36, 54), 60)
    assert row.change.pairs is None and row.change.difference == pytest.approx(36 / 54 - 15 / 60)


def told(*rounded: int, respondents: int = 28) -> DisclosedTally:
    return DisclosedTally(respondents, tuple(zip(("oui", "non"), rounded, strict=True)))


def test_lived_experience_of_two_classes_is_not_shown() -> None:
    assert lived_sums([("a", Lived(KEY, told(10, 20))), ("b", Lived(KEY, told(10, 20)))])[0].choices == ()


def test_neither_the_same_class_thrice_nor_classes_of_which_nothing_is_published_make_three() -> None:
    said, silent = Lived(KEY, told(10, 20)), Lived(KEY, DisclosedTally(9))
    [found] = lived_sums([("a", said), ("a", said), ("a", said), ("b", silent), ("c", silent)])
    assert (found.classes, found.respondents, found.choices) == (0, 0, ())


def test_lived_experience_of_three_classes_is_the_sum_of_what_they_published() -> None:
    tallies = [told(10, 20), told(15, 15), told(5, 25)]
    [found] = lived_sums((name, Lived(KEY, tally)) for name, tally in zip("abc", tallies, strict=True))
    assert (found.classes, found.respondents) == (3, 84)
    yes, no = found.choices
    assert (yes.published, no.published) == (30, 60)
    ranges = [(low, high) for tally in tallies for name, low, high in tally.ranges if name == "oui"]
    assert (yes.low, yes.high) == (sum(low for low, _ in ranges), sum(high for _, high in ranges))
    assert yes.interval.low < 30 / 84 < yes.interval.high


def test_interval_of_classes_alike_holds_the_rounding_and_its_bias() -> None:
    # 1.96 · 2.5 · √4 / 112 + 4 · 0.6 / 112: rounding alone, as classes do not differ.
    [found] = lived_sums((name, Lived(KEY, told(10, 20))) for name in "abcd")
    half = 1.959964 * 2.5 * 2 / 112 + 4 * 0.6 / 112
    assert found.choices[0].interval == Interval(pytest.approx(40 / 112 - half), pytest.approx(40 / 112 + half))
    # All but 3 gave one answer, for what is known: the bias may be 3 a class.
    [wider] = lived_sums((name, Lived(KEY, told(25, 0))) for name in "abcd")
    half += 4 * 2.4 / 112
    assert wider.choices[1].interval == Interval(0, pytest.approx(half))
