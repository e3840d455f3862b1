"""The methodology page says what the code computes: its sentences and its table are made again here, and compared."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from tests.conftest import make_config
from tests.unit.test_impact import CLASS
from workshop import create_app
from workshop.config import ROOT
from workshop.domain.disclosure import FLOOR, MAX_DEVIATION, USUAL_BIAS, moments
from workshop.domain.impact import participation
from workshop.domain.lived_sums import FEWEST_CLASSES
from workshop.domain.statistics import finite_margin, margin
from workshop.web.impact import words

PAGE = (ROOT / "docs" / "fr" / "methodologie.md").read_text(encoding="utf-8")
ONE_LINE = PAGE.replace("\n", " ")


@pytest.fixture
def french(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(make_config(tmp_path_factory.mktemp("methodology")), start=False)


def test_both_sentences_of_the_association_are_said_by_the_code_as_they_are_written(french: Flask) -> None:
    held = [replace(CLASS, present=20, answered=answered) for answered in (*[13] * 9, 10)]
    found = participation(held)
    with french.test_request_context():
        answers, condition = words.of_people(found.rate), words.margin(found)
    assert answers == "127 réponses sur 200 personnes (64\u00a0%)"
    assert condition == (
        "Si les répondants étaient tirés au hasard, la marge serait de ±\u00a05,3 points à 95\u00a0% "
        "pour ces 200 personnes."
    )
    assert re.findall(r"^> (.*)$", PAGE, re.MULTILINE) == [answers, condition]


def french_number(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return (text.removeprefix("-") if float(text) == 0 else text).replace(".", ",").replace("-", "−")


def test_table_of_bias_and_deviation_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| (\d+) \| ([\d, ]+) \| (.*?) \| (.*?) \|$", PAGE, re.MULTILINE)
    assert len(rows) == 20 and {int(row[0]) for row in rows} == {10, 13, 18, 25, 28}
    for respondents, split, biases, deviations in rows:
        counts = [int(count) for count in split.split(", ")]
        assert sum(counts) == int(respondents) and len(counts) == 3
        found = moments(counts)
        assert biases.split("\u202f; ") == [french_number(bias, 2) for bias, _ in found], split
        assert deviations.split("\u202f; ") == [french_number(deviation, 2) for _, deviation in found], split


def test_numbers_in_the_text_are_those_of_the_code() -> None:
    assert "1,96 × √(0,25 ÷ 127) × √((200 − 127) ÷ (200 − 1))" in PAGE
    assert round(1.96 * (0.25 / 127) ** 0.5 * (73 / 199) ** 0.5, 4) == round(finite_margin(127, 200) or 0, 4)
    assert f"serait de {french_number(100 * margin(127), 1)} points" in ONE_LINE
    assert f"l’écart-type {french_number(MAX_DEVIATION, 1)}. Au-delà de {french_number(USUAL_BIAS, 1)}" in ONE_LINE
    assert f"moins de {FLOOR} réponses" in ONE_LINE and "sous dix répondants" in ONE_LINE
    assert FEWEST_CLASSES == 3 and "à partir de trois classes" in ONE_LINE
    assert round(1 / (1 - 0.95**3)) == 7 and "une chance sur sept" in ONE_LINE
