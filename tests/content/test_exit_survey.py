"""The association's exit survey: written once, added to every workshop, in the words of the class's age."""

import shutil
from pathlib import Path

import pytest

from workshop.config import ROOT
from workshop.domain.activities import PREFER_NOT, Kind
from workshop.domain.exit_survey import Survey, parse_survey, parse_workshop, survey_name
from workshop.domain.quiz_fields import QuizError
from workshop.domain.quiz_format import QuizErrors, parse_quiz
from workshop.storage.quiz_files import check_quizzes, read_quiz

from .test_format import GOOD, TODAY

LIBRARY = ROOT / "quizzes"
NAME = survey_name("fr")
SOURCE = (LIBRARY / NAME).read_text(encoding="utf-8")
LONGEST = 62  # signs of a question that the youngest read alone
YOUNG, OLD = ("6e",), ("4e", "2de")


def mistakes(source: str, workshop: str = GOOD) -> tuple[QuizError, ...]:
    with pytest.raises(QuizErrors) as caught:
        parse_workshop(workshop, source, "petit/quiz.fr.toml")
    return caught.value.errors


def changed(old: str, new: str) -> str:
    assert old in SOURCE, old
    return SOURCE.replace(old, new, 1)


def words(survey: Survey) -> list[str]:
    return [survey.activity.text or "", *(question.text for question in survey.questions)]


def test_workshop_gets_it_just_before_the_help_and_its_minutes_on_top() -> None:
    alone, whole = parse_quiz(GOOD, ""), parse_workshop(GOOD, SOURCE, "")
    kinds: list[Kind] = [activity.kind for activity in whole.activities]
    assert kinds == ["conversation", "choice", "exit", "help"]
    assert (whole.minutes, whole.survey_version) == (alone.minutes + 2, 1)
    assert parse_workshop(GOOD, "", "") == alone
    assert alone.survey_version == 0


def test_what_one_feels_able_to_do_is_asked_before_and_on_leaving_word_for_word() -> None:
    whole = read_quiz(LIBRARY / "le-montage" / "quiz.fr.toml").workshop
    assert whole is not None
    before, leaving = whole.activities[0], whole.activities[-2]
    assert before.questions[-1] is leaving.questions[0]
    assert leaving.questions[0].text == whole.able[0].text
    assert [a.kind for a in whole.activities if leaving.questions[0] in a.questions] == ["before", "exit"]


def test_each_age_has_its_words_and_the_same_answers() -> None:
    young, old = parse_survey(SOURCE, NAME, YOUNG), parse_survey(SOURCE, NAME, OLD)
    assert all(one != other for one, other in zip(words(young), words(old), strict=True))
    assert [q.choices for q in young.questions] == [q.choices for q in old.questions]
    assert words(parse_survey(SOURCE, NAME, (*OLD, *YOUNG))) == words(young), "everybody must understand"
    for text in (*words(young)[1:], *words(old)[1:]):
        assert len(text) <= LONGEST and text.endswith("?")
        assert " vous " not in text


def test_everybody_may_always_pass() -> None:
    survey = parse_survey(SOURCE, NAME, OLD)
    for choices in (survey.able, *(question.choices for question in survey.questions)):
        assert [choice.id for choice in choices].count(PREFER_NOT) == 1
        assert choices[-1].id == PREFER_NOT


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ("format = 1", "format = 2", "format", "seul le format 1"),
        ("version = 1", 'version = "un"', "version", "nombre entier"),
        ("younger =", "jeunes =", "jeunes", "n’existe pas"),
        ("minutes = 2", "minutes = 20", "activity.minutes", "de 1 à 10"),
        ('id = "progres"', 'id = "Progrès !"', "questions[2].id", "minuscules"),
        ('text = "Est-ce que cette', 'texte = "Est-ce que cette', "questions[1].text", "manque"),
        ('{ id = "rien",', '{ id = "six", text = "Six" },\n{ id = "rien",', "questions[3].choices", "5 propositions"),
    ],
)
def test_a_mistake_says_where_it_is_and_what_to_do(old: str, new: str, field: str, said: str) -> None:
    source = changed(old, new)
    found = {error.field: error.message for error in mistakes(source)}
    assert said in found[field]
    assert {error.file for error in mistakes(source)} == {NAME}


def test_an_identifier_of_the_workshop_cannot_be_taken_again() -> None:
    [error] = mistakes(SOURCE, GOOD.replace('id = "vote"', 'id = "sortie"', 1))
    assert (error.file, error.field) == (NAME, "id")
    [error] = mistakes("format = [", GOOD)
    assert "n’est plus lisible" in error.message


@pytest.mark.parametrize(
    ("able", "said"),
    [
        ('[[able]]\nid = "Un !"\nobjective = 1\ntext = "Je"\n', "minuscules"),
        ('[[able]]\nid = "un"\nobjective = 2\ntext = "Je"\n', "de 1 à 1"),
        ("".join(f'[[able]]\nid = "n{n}"\nobjective = 1\ntext = "Je"\n' for n in range(3)), "2 au plus"),
        ('[[able]]\nid = "un"\nobjective = 1\ntext = "Je, {cible}"\n', "prénoms"),
    ],
)
def test_what_the_hour_makes_able_is_checked_in_the_workshop(able: str, said: str) -> None:
    with pytest.raises(QuizErrors) as caught:
        parse_quiz(GOOD.replace("[[activities]]", f"{able}\n[[activities]]", 1), "petit/quiz.fr.toml")
    [error] = caught.value.errors
    assert error.field == "able"
    assert said in error.message


def test_changed_survey_makes_another_version_of_every_workshop(tmp_path: Path) -> None:
    shutil.copytree(LIBRARY, tmp_path / "quizzes")
    before = read_quiz(LIBRARY / "le-montage" / "quiz.fr.toml")
    place = tmp_path / "quizzes" / "le-montage" / "quiz.fr.toml"
    assert read_quiz(place).digest == before.digest
    (tmp_path / "quizzes" / NAME).write_text(changed("Assez", "Plutôt"), encoding="utf-8")
    after = read_quiz(place)
    assert after.digest != before.digest
    assert after.source == before.source


def test_mistake_of_the_survey_is_said_once_by_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(LIBRARY, tmp_path / "quizzes")
    (tmp_path / "quizzes" / NAME).write_text(changed("format = 1", "format = 3"), encoding="utf-8")
    assert check_quizzes(tmp_path / "quizzes", TODAY) == 1
    said = capsys.readouterr().out
    assert said.count("seul le format 1") == 1
    (tmp_path / "quizzes" / NAME).write_text(changed("t’a été", "t'a été"), encoding="utf-8")
    assert check_quizzes(tmp_path / "quizzes", TODAY) == 1
    assert f"{NAME} : ligne" in capsys.readouterr().out
