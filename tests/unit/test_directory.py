"""The national directory, read line by line."""

import pytest
from hypothesis import given, strategies as st

from workshop.domain.directory import (
    MAX_LINES,
    FileTooLong,
    NotADirectory,
    OtherLine,
    RefusedLine,
    Wanted,
    read_directory,
)
from workshop.domain.schools import DEPARTMENTS, SchoolEntry, department_code, folded

from .directory import BERLIOZ, COLINIERE, HEADER, LASALLE, LIVET, VINCI, line

BOTH = Wanted(frozenset({"college", "lycee"}))


def read(*lines: str, wanted: Wanted = BOTH) -> list[SchoolEntry | RefusedLine | OtherLine]:
    return list(read_directory([f"{text}\r\n" for text in lines], wanted))


def refused(text: str) -> tuple[str, str, str]:
    [found] = read(HEADER, text)
    assert isinstance(found, RefusedLine)
    assert found.line == 2
    return found.reason, found.value, found.expected


def test_colleges_and_lycees_are_kept_and_other_kinds_left() -> None:
    assert read(HEADER, LIVET, LASALLE, BERLIOZ) == [
        SchoolEntry("0440029T", "Lycée Livet", "lycee", "Nantes", "44"),
        OtherLine(3),
        SchoolEntry("0440025N", "Collège Hector Berlioz", "college", "Nantes", "44"),
    ]


def test_department_and_levels_can_be_chosen() -> None:
    wanted = Wanted(frozenset({"college"}), frozenset({"44"}))
    assert [type(found) for found in read(HEADER, LIVET, VINCI, BERLIOZ, wanted=wanted)] == [
        OtherLine,
        OtherLine,
        SchoolEntry,
    ]


def test_closed_schools_are_left() -> None:
    assert read(HEADER, line("0440028S", "Collège", "Collège", "Nantes", "044", etat="FERME")) == [OtherLine(2)]


def test_technical_names_of_columns_and_commas_do_as_well() -> None:
    small = "nom_commune,identifiant_de_l_etablissement,nom_etablissement,type_etablissement,code_departement"
    assert read(small, 'Nantes,0440029T,"Lycée, Livet",Lycée,44') == [
        SchoolEntry("0440029T", "Lycée, Livet", "lycee", "Nantes", "44")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (line("0440029A", "Lycée Livet", "Lycée", "Nantes", "044"), ("uai_letter", "0440029A", "T")),
        (line("44029T", "Lycée Livet", "Lycée", "Nantes", "044"), ("uai_form", "44029T", "")),
        (line("0440029T", "", "Lycée", "Nantes", "044"), ("name", "0440029T", "")),
        (line("0440029T", "Lycée Livet", "Lycée", "Nantes", "0440"), ("department", "0440", "")),
        (line("0440029T", "Lycée" * 30, "Lycée", "Nantes", "044"), ("text", "0440029T", "")),
        (line("0440029T", "Lycée\0Livet", "Lycée", "Nantes", "044"), ("text", "0440029T", "")),
        ('0440029T;"Lycée' + "x" * 140_000, ("unreadable", "", "")),
    ],
)
def test_line_that_cannot_be_taken_says_why(text: str, expected: tuple[str, str, str]) -> None:
    assert refused(text) == expected


def test_school_that_comes_twice_is_taken_once() -> None:
    assert read(HEADER, LIVET, COLINIERE, LIVET)[2] == RefusedLine(4, "twice", "0440029T", "2")


def test_lines_are_numbered_as_an_editor_shows_them() -> None:
    over_two = line("0440025N", '"Collège\nHector Berlioz"', "Collège", "Nantes", "044")
    wrong = line("0440029A", "Lycée Livet", "Lycée", "Nantes", "044")
    text = "\n".join([HEADER, over_two, "", wrong]) + "\n"
    assert [
        found.line for found in read_directory(text.splitlines(keepends=True), BOTH) if isinstance(found, RefusedLine)
    ] == [2, 5]


@pytest.mark.parametrize("header", ["", "nom;prenom", "Identifiant_de_l_etablissement;Nom_etablissement"])
def test_other_files_are_refused_and_say_what_is_missing(header: str) -> None:
    with pytest.raises(NotADirectory) as refusal:
        read(header)
    assert "Type_etablissement" in refusal.value.missing


def test_file_longer_than_the_country_is_refused() -> None:
    with pytest.raises(FileTooLong):
        for _ in read_directory((HEADER if n == 0 else LASALLE for n in range(MAX_LINES + 2)), BOTH):
            pass


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=20))
def test_any_text_gives_one_result_a_record_and_no_fault_of_ours(lines: list[str]) -> None:
    for found in read_directory([HEADER + "\n", *(f"{text}\n" for text in lines)], BOTH):
        assert isinstance(found, (SchoolEntry, RefusedLine, OtherLine))


@pytest.mark.parametrize(
    ("written", "code"),
    [("044", "44"), ("44", "44"), ("1", "01"), ("001", "01"), ("02A", "2A"), ("2b", "2B"), ("620", "2A"),
     ("974", "974"), ("", None), ("20", None), ("099", None)],
)  # fmt: skip
def test_department_is_read_however_it_is_written(written: str, code: str | None) -> None:
    assert department_code(written) == code


def test_there_are_as_many_departments_as_the_code_says() -> None:
    """96 in France's mainland and Corsica, 5 overseas; and the collectivities with a rectorate's code."""
    assert sum(len(code) == 2 for code in DEPARTMENTS) == 96
    assert {"971", "972", "973", "974", "976"} <= DEPARTMENTS.keys()
    assert all(department_code(code) == code for code in DEPARTMENTS)


def test_names_are_found_without_accents_hyphens_nor_capitals() -> None:
    assert folded("  LYCÉE  Saint-Exupéry ") == folded("lycee saint exupery") == "lycee saint exupery"
    assert folded("Cœur") == "cœur"
