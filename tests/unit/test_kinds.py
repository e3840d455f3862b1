"""Orders, estimates and certainty: what can answer, how it is stored and counted, what the counts say."""

from dataclasses import replace
from itertools import permutations
from random import Random

import pytest

from workshop.domain.activities import HESITANT, SURE, Choice, Question
from workshop.domain.answers import in_order, misfit
from workshop.domain.errors import NotAnOrder, UnknownChoice
from workshop.domain.live_session import Answering, LiveSession, is_asked
from workshop.domain.readings import class_order, middle, placed
from workshop.domain.review import Asked, misconceptions, vote
from workshop.domain.simulation import plausible_choices
from workshop.domain.tally import Tally, join_choices, tally, transitions, voice_keys

from .test_review import answered

ABC = tuple(Choice(name, name) for name in "abc")
ORDER = Question("o", "O ?", "knowledge", ABC, form="order", right_order=("c", "a", "b"))
TALKED = replace(ORDER, register="situation", right_order=())
GUESS = Question(
    "e", "E ?", "knowledge", tuple(Choice(str(n), str(n)) for n in range(0, 101, 5)), form="estimate",
    expected=frozenset({"35"}), figure=36.7, unit="élèves",
)  # fmt: skip
SURELY = Question("s", "S ?", "knowledge", ABC, expected=frozenset({"b"}), certainty=True, misconception="idée")


@pytest.mark.parametrize("sent", list(permutations("abc")))
def test_whole_order_is_taken_as_it_was_sent(sent: tuple[str, ...]) -> None:
    assert misfit(ORDER, sent) is None
    assert join_choices(sent, ORDER) == "+".join(sent)


@pytest.mark.parametrize(
    ("question", "sent", "wrong"),
    [
        (ORDER, ("a", "b"), NotAnOrder),
        (ORDER, ("a", "b", "a"), NotAnOrder),
        (ORDER, ("a", "b", "c", "a"), NotAnOrder),
        (ORDER, ("a", "b", "d"), UnknownChoice),
        (ORDER, ("a", "b", "c", SURE), UnknownChoice),
        (GUESS, ("7",), UnknownChoice),
        (GUESS, ("5", "10"), UnknownChoice),
        (SURELY, (SURE,), UnknownChoice),
        (SURELY, ("b", SURE, HESITANT), UnknownChoice),
        (SURELY, ("a", "b", SURE), UnknownChoice),
        (replace(SURELY, certainty=False), ("b", SURE), UnknownChoice),
        (SURELY, (), UnknownChoice),
    ],
)
def test_what_cannot_answer_is_refused(question: Question, sent: tuple[str, ...], wrong: type[Exception]) -> None:
    assert type(misfit(question, sent)) is wrong


def test_how_sure_one_is_may_be_left_out_and_is_stored_last() -> None:
    for sent in (("b",), ("b", SURE), (HESITANT, "b"), ("b", "b")):
        assert misfit(SURELY, sent) is None
    assert join_choices((SURE, "b"), SURELY) == "b+sans-doute"
    assert misfit(replace(SURELY, multiple=True), ("a", "b", SURE)) is None


def test_places_of_a_form_are_an_order_or_are_not() -> None:
    assert in_order(["a@2", "b@3", "c@1"]) == ("c", "a", "b")
    for wrong in (["a@1", "b@1"], ["a@1", ""], ["a@1", "b@"], ["a@0"], ["a@x"], ["a@²"]):
        with pytest.raises(NotAnOrder):
            in_order(wrong)


def test_order_is_counted_by_item_and_place_and_as_a_whole() -> None:
    found = tally(ORDER, [("c+a+b", 3), ("a+b+c", 2)], {})
    assert {key: n for key, n in found.voices.items() if n} == {
        "c@1": 3, "a@2": 3, "b@3": 3, "a@1": 2, "b@2": 2, "c@3": 2, "juste": 3,
    }  # fmt: skip
    assert (set(found.voices), found.total) == (set(voice_keys(ORDER)), 5)
    assert "juste" not in tally(TALKED, [("c+a+b", 3)], {}).voices


def test_order_of_the_class_is_that_of_mean_places() -> None:
    found = tally(ORDER, [("c+a+b", 3), ("a+c+b", 2)], {})
    assert class_order(ORDER, found.voices) == ("c", "a", "b")
    assert placed(ORDER, found.voices, "a") == (2, 3, 0)
    assert class_order(ORDER, {}) == ("a", "b", "c")


def test_middle_of_the_class_is_a_number_that_halves_it() -> None:
    assert middle(GUESS, {"0": 3, "50": 1, "100": 3}) == 50
    assert middle(GUESS, {"10": 2, "20": 2}) == 10
    assert middle(GUESS, {}) is None


def test_certainty_is_part_of_the_voices_of_a_choice() -> None:
    found = tally(SURELY, [("b+sans-doute", 4), ("b+hesite", 2), ("b", 1), ("a+sans-doute", 3)], {"a": 2})
    assert {key: n for key, n in found.voices.items() if n} == {
        "a": 5, "b": 7, "a+sans-doute": 3, "b+sans-doute": 4, "b+hesite": 2,
    }  # fmt: skip
    assert found.respondents == {"phone": 10, "turns": 0, "group": 0, "hand": 2, "card": 0}


def test_pairs_do_not_look_at_how_sure_one_was() -> None:
    pairs = [("a+sans-doute", "b+hesite", 2), ("b", "b+sans-doute", 3), ("b+hesite", "a", 1)]
    assert transitions(pairs, "b") == {(False, True): 2, (True, True): 3, (True, False): 1, (False, False): 0}


def sure(of: int, all_wrong: int, right: int) -> Asked:
    voices = {"a": all_wrong, "b": right, "a+sans-doute": of}
    return Asked(SURELY, "s", last=vote(Tally(voices, {"phone": all_wrong + right})))


def test_what_the_class_is_sure_of_and_has_wrong_comes_before_what_is_more_widespread() -> None:
    widespread, firm = answered("a", right=4, wrong=20), sure(9, 10, 18)
    assert [one.title for one in misconceptions((widespread, firm))] == ["s", "a"]
    assert (firm.firm, firm.sure_mistakes[0][1]) == (9, 9)


@pytest.mark.parametrize("few", [sure(2, 12, 16), sure(4, 5, 4)], ids=["under a tenth", "of nine"])
def test_a_few_who_are_sure_make_no_idea_of_the_class(few: Asked) -> None:
    assert few.firm == 0


def test_far_off_numbers_and_orders_not_quite_right_are_no_misconceptions() -> None:
    far = Asked(replace(GUESS, misconception="non"), "e", last=vote(Tally({"100": 20}, {"phone": 20})))
    order = Asked(replace(ORDER, misconception="non"), "o", last=vote(tally(ORDER, [("a+b+c", 15), ("c+a+b", 5)], {})))
    assert misconceptions((far, order)) == ()
    assert order.right == 5


def test_a_class_without_devices_talks_of_an_order_and_of_the_weather() -> None:
    hands = LiveSession(answering=Answering.HANDS)
    assert not is_asked(hands, ORDER)
    assert is_asked(LiveSession(), ORDER)
    assert is_asked(hands, GUESS) and is_asked(hands, SURELY)


@pytest.mark.parametrize("question", [ORDER, TALKED, GUESS, SURELY, replace(SURELY, multiple=True)], ids="otesm")
def test_simulated_pupil_answers_each_of_them_as_a_phone_could(question: Question) -> None:
    chance = Random(5)
    answers = {plausible_choices(question, chance) for _ in range(200)}
    assert len(answers) > 4
    assert all(misfit(question, found) is None for found in answers)
