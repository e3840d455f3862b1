"""The letter that checks a school's code."""

import pytest
from hypothesis import given, strategies as st

from workshop.domain.uai import LETTERS, check_letter, tidy_uai, uai_fault

# Codes of the national directory (data.education.gouv.fr, « Annuaire de l'éducation »): in Nantes the lycées Livet,
# Clemenceau, Guist'hau, Monge, Arago and the collèges Berlioz and La Colinière; the lycée Léonard de Vinci of
# Haute-Loire; the school of Lasalle, Gard.
PUBLISHED = (
    "0440029T", "0440021J", "0440024M", "0440030U", "0440033X", "0440025N", "0440028S", "0430947W", "0301674G",
)  # fmt: skip

digits = st.from_regex(r"[0-9]{7}", fullmatch=True)


@pytest.mark.parametrize("uai", PUBLISHED)
def test_published_codes_are_taken(uai: str) -> None:
    assert uai_fault(uai) is None


@given(digits)
def test_one_letter_alone_goes_with_seven_digits(number: str) -> None:
    assert [letter for letter in LETTERS if uai_fault(number + letter) is None] == [check_letter(number)]


@given(digits, st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: str, place: int, change: int) -> None:
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert uai_fault(wrong + check_letter(number)) == "uai_letter"


@given(digits, st.integers(0, 5))
def test_two_digits_exchanged_are_noticed(number: str, place: int) -> None:
    a, b = number[place], number[place + 1]
    exchanged = number[:place] + b + a + number[place + 2 :]
    assert (uai_fault(exchanged + check_letter(number)) is None) == (a == b)


@given(st.text(max_size=12))
def test_any_text_is_read_without_a_fault_of_ours(text: str) -> None:
    fault = uai_fault(tidy_uai(text))
    assert fault in (None, "uai_form", "uai_letter")


@pytest.mark.parametrize("wrong", ["", "044002T", "04400290T", "0440029", "٠٤٤٠٠٢٩T", "0440029T\n", "044002IT"])
def test_other_shapes_are_not_a_code(wrong: str) -> None:
    assert uai_fault(wrong) == "uai_form"


def test_spaces_and_small_letters_are_put_right() -> None:
    assert tidy_uai(" 044 0029 t ") == "0440029T"
