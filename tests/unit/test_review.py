"""What a review finds, and what it withholds: numbers known by heart."""

from dataclasses import replace

from workshop.domain.activities import Choice, Question, Sheet, SheetStep
from workshop.domain.review import (
    FLOOR,
    Asked,
    Changes,
    Vote,
    agreeing,
    changes,
    misconceptions,
    ten_minutes,
    vote,
)
from workshop.domain.tally import Tally

SHEET = Sheet("but", "rien", (SheetStep(10, "faire"),), (), "fin", "sans", "écouter")
CHOICES = tuple(Choice(name, name) for name in ("juste", "faux", "pire", "ne-sais-pas"))


def question(name: str, **more: object) -> Question:
    found = Question(
        name, f"{name} ?", "knowledge", CHOICES, expected=frozenset({"juste"}), explanation="parce que",
        misconception=f"idée {name}", sheet=SHEET,
    )  # fmt: skip
    return replace(found, **more)  # type: ignore[arg-type]  # its own fields


def answered(name: str, right: int, wrong: int, worse: int = 0, unsure: int = 0, **more: object) -> Asked:
    voices = {"juste": right, "faux": wrong, "pire": worse, "ne-sais-pas": unsure}
    return Asked(question(name, **more), name, last=vote(Tally(voices, {"phone": right + wrong + worse + unsure})))


def test_vote_of_fewer_than_ten_tells_neither_its_counts_nor_how_many_they_were() -> None:
    assert vote(Tally({"juste": 5, "faux": 4}, {"phone": 9})) == Vote(None, {})
    assert vote(Tally({"juste": 5, "faux": 4}, {"phone": 8, "turns": 0, "group": 0, "hand": 1})) == Vote(None, {})
    told = vote(Tally({"juste": 5, "faux": 5}, {"phone": 8, "turns": 0, "group": 0, "hand": 2}))
    assert (told.total, told.of("juste"), told.by_hand) == (10, 5, 2)


def test_same_phones_are_told_when_nobody_can_be_counted_by_subtraction() -> None:
    cells = {(False, True): 8, (True, False): 2, (True, True): 10, (False, False): 6}

    def told(before: int, after: int) -> Changes | None:
        return changes(cells, Tally({}, {"phone": before}), Tally({}, {"phone": after}))

    assert told(26, 26) == Changes(26, gained=8, lost=2)
    assert told(26, 26 + FLOOR) == Changes(26, gained=8, lost=2)
    for left_out in range(1, FLOOR):
        assert told(26 + left_out, 26) is None
        assert told(26, 26 + left_out) is None


def test_pairs_of_fewer_than_ten_are_withheld() -> None:
    assert changes({(False, True): 9}, Tally({}, {"phone": 9}), Tally({}, {"phone": 9})) is None
    assert changes({}, Tally({}, {"phone": 20}), Tally({}, {"phone": 20})) is None


def test_most_widespread_misconception_is_that_of_the_largest_part_of_the_class() -> None:
    few, many = answered("a", right=10, wrong=10), answered("b", right=20, wrong=11)
    none, unknown = answered("c", right=28, wrong=0), answered("d", right=10, wrong=0, unsure=15)
    assert [one.title for one in misconceptions((unknown, none, many, few))] == ["a", "b"]


def test_not_knowing_is_no_misconception() -> None:
    one = answered("a", right=10, wrong=2, worse=3, unsure=9)
    assert (one.mistaken, one.unsure, one.right) == (5, 9, 10)
    assert [(choice.id, count) for choice, count in one.mistakes] == [("pire", 3), ("faux", 2)]


def test_wrong_choices_ticked_together_are_not_counted_twice() -> None:
    one = answered("a", right=10, wrong=7, worse=4, multiple=True)
    assert one.mistaken == 7
    assert one.right is None


def test_ten_minutes_go_to_the_most_widespread_misconception_that_has_a_sheet() -> None:
    without = answered("sans fiche", right=2, wrong=20, sheet=None)
    chosen = ten_minutes((without, answered("b", right=20, wrong=4), answered("c", right=20, wrong=8)))
    assert chosen
    assert (chosen.asked.title, chosen.reason) == ("c", "misconception")


def test_ten_minutes_without_a_misconception() -> None:
    known, unsure = answered("known", right=28, wrong=0), answered("unsure", right=20, wrong=0, unsure=8)
    dropped, few = Asked(question("dropped"), "dropped"), answered("few", right=1, wrong=8)
    for asked, expected in (
        ((known, few, dropped, unsure), ("unsure", "unsure")),
        ((known, few, dropped), ("dropped", "not_asked")),
        ((known, few), ("few", "withheld")),
        ((known,), ("known", "known")),
    ):
        chosen = ten_minutes(asked)
        assert chosen
        assert (chosen.asked.title, chosen.reason) == expected
    assert ten_minutes((answered("a", right=2, wrong=20, sheet=None),)) is None


def test_counts_under_ten_respondents_make_no_finding() -> None:
    few = answered("few", right=1, wrong=8)
    assert (few.right, few.mistaken, few.mistakes, few.unsure) == (None, 0, (), 0)
    assert misconceptions((few,)) == ()


def test_first_vote_of_fewer_than_ten_is_not_compared_with() -> None:
    one = replace(answered("a", right=20, wrong=8), first=vote(Tally({"juste": 3}, {"phone": 3})), since="start")
    assert (one.right, one.right_first) == (20, None)
    assert replace(one, first=vote(Tally({"juste": 3}, {"phone": 12}))).right_first == 3


def test_those_who_agree_stand_on_the_two_last_places() -> None:
    assert agreeing(Vote(28, {"1": 9, "2": 8, "3": 4, "4": 4, "5": 3})) == 7
