"""Tallies, signs, simulated pupils, keys, QR codes, names put in a story."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import given, strategies as st

from workshop import wording
from workshop.domain.activities import PREFER_NOT, Choice, Question
from workshop.domain.answers import misfit
from workshop.domain.errors import Refusal
from workshop.domain.identity import COLOURS, SHAPES, identity
from workshop.domain.quiz_format import rename
from workshop.domain.simulation import plausible_choices
from workshop.domain.tally import join_choices, shifts, split_choices, tally, transitions
from workshop.qr import qr_svg, wifi_text
from workshop.services.keys import comeback_code, hashed, new_token

from .small_workshop import LIVED, SCALE, VOTE, WORKSHOP

ABC = Question("q", "Q ?", "situation", tuple(Choice(name, name) for name in "abc"))


# Tallies


def test_equal_answers_are_stored_as_equal_text() -> None:
    assert join_choices({"c", "a"}, ABC) == join_choices(["a", "c", "a"], ABC) == "a+c"
    assert split_choices("a+c") == ("a", "c")
    assert split_choices("") == ()


def test_voices_add_by_choice_and_people_by_channel() -> None:
    found = tally(ABC, [("a", 3), ("c", 1)], {"a": 2, "b": 4})
    assert found.voices == {"a": 5, "b": 4, "c": 1}
    assert found.respondents == {"phone": 4, "turns": 0, "group": 0, "hand": 6, "card": 0}
    assert found.total == 10


def test_several_choices_count_one_person_each() -> None:
    found = tally(replace(ABC, multiple=True), [("a+b", 3), ("c", 1)], {"a": 2, "b": 4})
    assert found.voices == {"a": 5, "b": 7, "c": 1}
    # Who raised a hand twice is not known: as many as the most raised, at least.
    assert found.respondents == {"phone": 4, "turns": 0, "group": 0, "hand": 4, "card": 0}


def test_nobody_is_a_tally_too() -> None:
    found = tally(replace(ABC, multiple=True), [], {})
    assert (found.voices, found.total) == ({"a": 0, "b": 0, "c": 0}, 0)


def test_before_and_after_fold_into_four_cells() -> None:
    pairs = [("a", "b", 5), ("b", "b", 7), ("b", "c", 1), ("c", "a", 2), ("a", "c", 1)]
    cells = {(False, True): 5, (True, True): 7, (True, False): 1, (False, False): 3}
    assert transitions(pairs, "b") == cells
    assert sum(cells.values()) == sum(people for _, _, people in pairs)


def test_opinions_before_and_after_fold_into_lower_same_and_higher() -> None:
    pairs = [("a", "b", 5), ("b", "b", 7), ("b", "c", 1), ("c", "a", 2), (PREFER_NOT, "c", 4), ("a", PREFER_NOT, 8)]
    assert shifts(pairs, ABC.choice_ids) == {"lower": 2, "same": 7, "higher": 6}
    assert shifts([], ABC.choice_ids) == {"lower": 0, "same": 0, "higher": 0}


# Signs


def test_first_signs_are_all_different_and_neighbours_look_unlike() -> None:
    signs = [identity(number) for number in range(len(SHAPES) * len(COLOURS))]
    assert len(set(signs)) == len(signs) == 80
    for sign, following in pairwise(signs):
        assert sign.shape != following.shape and sign.colour != following.colour


def test_sign_that_comes_again_gets_a_number() -> None:
    assert identity(80) == replace(identity(0), repeat=2)
    assert len({identity(number) for number in range(2_000)}) == 2_000


# Simulated pupils


@pytest.mark.parametrize("question", [VOTE, SCALE, LIVED, replace(VOTE, multiple=True)], ids=lambda q: q.id)
def test_simulated_pupil_answers_what_a_phone_could(question: object) -> None:
    assert isinstance(question, type(VOTE))
    chance = Random(3)
    for _ in range(200):
        chosen = plausible_choices(question, chance)
        assert misfit(question, chosen) is None and PREFER_NOT not in chosen


def test_simulated_class_knows_more_than_half_and_not_all() -> None:
    chance = Random(3)
    answers = Counter(set(plausible_choices(VOTE, chance)) == VOTE.expected for _ in range(500))
    assert 250 < answers[True] < 450
    assert [plausible_choices(VOTE, Random(8)) for _ in range(2)] == [plausible_choices(VOTE, Random(8))] * 2


# Keys


def test_tokens_are_long_and_never_the_same() -> None:
    assert len({new_token() for _ in range(200)}) == 200
    assert len(new_token()) == 32
    assert hashed("a") == hashed("a") != hashed("b")
    assert len(hashed("a")) == 64


def test_comeback_code_can_be_copied_by_hand_and_depends_on_all_that_makes_it() -> None:
    code = comeback_code("secret", 1, "hash")
    assert re.fullmatch(r"[A-HJ-KM-NP-Z2-9]{4}-[A-HJ-KM-NP-Z2-9]{4}", code)
    assert code == comeback_code("secret", 1, "hash")
    others = {comeback_code("other", 1, "hash"), comeback_code("secret", 2, "hash"), comeback_code("secret", 1, "hesh")}
    assert len(others | {code}) == 4


# QR codes


@pytest.mark.parametrize(
    ("ssid", "key", "expected"),
    [
        ("Préau", "clef", "WIFI:T:WPA;S:Préau;P:clef;;"),
        ("libre", None, "WIFI:T:nopass;S:libre;;"),
        ("libre", "", "WIFI:T:nopass;S:libre;;"),
        (r'a;b,c:d"e\f', ";", r"WIFI:T:WPA;S:a\;b\,c\:d\"e\\f;P:\;;;"),
        ("x;T:nopass", "k", r"WIFI:T:WPA;S:x\;T\:nopass;P:k;;"),
    ],
)
def test_wifi_text_escapes_what_would_end_a_field(ssid: str, key: str | None, expected: str) -> None:
    assert wifi_text(ssid, key) == expected


def fields_of(text: str) -> dict[str, str]:
    """What a phone reads: fields between semicolons, a backslash taking the next character as it is."""
    assert text.startswith("WIFI:")
    assert text.endswith(";;")
    found, name, value = {}, "", ""
    characters = iter(text.removeprefix("WIFI:"))
    for character in characters:
        if character == "\\":
            value += next(characters)
        elif character == ":" and not name:
            name, value = value, ""
        elif character == ";":
            if name:
                found[name] = value
            name, value = "", ""
        else:
            value += character
    return found


@given(st.text(min_size=1, max_size=32), st.none() | st.text(min_size=8, max_size=63), st.booleans())
def test_wifi_text_is_read_back_as_it_was_typed(ssid: str, key: str | None, hidden: bool) -> None:
    read = fields_of(wifi_text(ssid, key, hidden))
    assert read["S"] == ssid
    assert (read["T"], read.get("P")) == (("WPA", key) if key else ("nopass", None))
    assert read.get("H") == ("true" if hidden else None)


def test_qr_code_scales_says_what_it_is_and_escapes_its_label() -> None:
    svg = qr_svg("http://10.0.0.4:8000/r/PREAU12", '"><script>')
    assert svg.startswith('<svg class="qr" role="img" aria-label="&#34;&gt;&lt;script&gt;"')
    assert "viewBox" in svg and "mm" not in svg.split(">")[0] and "<script" not in svg


# Words


def test_names_chosen_at_set_up_fill_every_text_and_leave_the_original() -> None:
    renamed = rename(WORKSHOP, {"cible": "Lou", "nobody": "Max"})
    assert renamed.activities[1].text == "Bonjour Lou"
    assert renamed.activities[2].messages[1].text == "message 1 de Nour"
    assert renamed.summary == "Avec Lou."
    assert renamed.names == {"cible": "Lou", "temoin": "Nour"}
    assert WORKSHOP.activities[1].text == "Bonjour {cible}"
    assert renamed.activities[3] == WORKSHOP.activities[3]


def test_name_that_looks_like_a_placeholder_is_left_as_it_is() -> None:
    assert rename(WORKSHOP, {"cible": "{temoin}"}).summary == "Avec {temoin}."


def refusals() -> list[type[Refusal]]:
    pending, found = [Refusal], list[type[Refusal]]()
    while pending:
        for kind in pending.pop().__subclasses__():
            found.append(kind)
            pending.append(kind)
    return found


def test_each_refusal_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in refusals()]
    assert len(codes) == len(set(codes)) >= 20
    assert all(400 <= kind.status < 600 for kind in refusals())


def test_each_refusal_has_a_sentence_of_its_own() -> None:
    app = Flask("wording")
    Babel(app)
    with app.test_request_context():
        anything = wording.sentence("no such code")
        sentences = {kind.code: wording.sentence(kind.code) for kind in refusals()}
    assert [code for code, said in sentences.items() if said == anything] == []
    assert len(set(sentences.values())) == len(sentences)


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [("fr", "1er décembre 2026", "2 décembre 2026"), ("en", "1 December 2026", "2 December 2026")],
)
def test_first_of_a_month_is_an_ordinal_in_french(language: str, first: str, second: str) -> None:
    app = Flask("wording")
    Babel(app)
    with app.app_context(), force_locale(language):
        assert wording.day(date(2026, 12, 1)) == first
        assert wording.day(date(2026, 12, 2)) == second
        assert wording.weekday(date(2026, 12, 1)).endswith(first.removesuffix(" 2026"))
