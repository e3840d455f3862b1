"""A translation is texts laid over the French file: what is counted can differ in no language."""

import datetime
import re
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from workshop.config import ROOT
from workshop.domain.activities import Activity, Workshop
from workshop.domain.languages import BUILT_IN, FOR_ADULTS, LANGUAGES, SOURCE, spoken
from workshop.domain.quiz_format import QuizErrors
from workshop.domain.translation import Texts, parse_translation
from workshop.storage.quiz_files import check_quizzes, find_quizzes, read_quiz

LIBRARY = ROOT / "quizzes"
FOLDER = LIBRARY / "le-montage"
FRENCH = Texts(
    (FOLDER / "quiz.fr.toml").read_text(encoding="utf-8"),
    (LIBRARY / "_exit" / "survey.fr.toml").read_text(encoding="utf-8"),
)
ENGLISH = Texts(
    (FOLDER / "quiz.en.toml").read_text(encoding="utf-8"),
    (LIBRARY / "_exit" / "survey.en.toml").read_text(encoding="utf-8"),
)
TODAY = datetime.date(2026, 11, 28)


def changed(change: dict[str, Any] | None = None, without: tuple[str, ...] = (), survey: str = ENGLISH.survey) -> Texts:
    """The English texts without these activities or tables, and with something written over."""
    document = tomllib.loads(ENGLISH.workshop)
    for name in without:
        document.pop(name, None)
    document["activities"] = [a for a in document["activities"] if a["id"] not in without]
    for path, value in (change or {}).items():
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        inside: Any = document
        for step in way:
            inside = inside[step]
        if value is None:
            del inside[last]
        else:
            inside[last] = value
    return Texts(tomli_w.dumps(document), survey)


def english(texts: Texts = ENGLISH) -> Workshop:
    return parse_translation(FRENCH, texts, "en", "le-montage/quiz.en.toml")


def mistakes(texts: Texts) -> list[tuple[str, str, str]]:
    with pytest.raises(QuizErrors) as caught:
        english(texts)
    return [(error.activity, error.field, error.message) for error in caught.value.errors]


def without_words(activity: Activity) -> object:
    """All of an activity that is no text of a pupil."""
    return (
        activity.id, activity.kind, activity.minutes, activity.short_minutes, activity.optional, activity.sources,
        activity.notes, activity.image, [(m.sender, m.time, m.image) for m in activity.messages],
        [
            (q.id, q.register, q.form, q.multiple, q.expected, q.right_order, q.choice_ids, q.sources, q.sheet)
            for q in activity.questions
        ],
    )  # fmt: skip


def test_french_is_the_source_and_adults_read_two_languages() -> None:
    assert FOR_ADULTS == ("fr", "en")
    assert [spoken(code, for_adults=True).code for code in (*LANGUAGES, None, "xx")] == ["fr", "fr", "en", *["fr"] * 4]
    assert [spoken(code, for_adults=False).code for code in (*LANGUAGES, "xx")] == [*LANGUAGES, "fr"]
    assert {language.direction for language in LANGUAGES.values() if language.code != "ar"} == {"ltr"}


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != SOURCE.code])
def test_all_but_the_texts_is_the_french_files_in_every_language_of_the_library(code: str) -> None:
    quiz = read_quiz(FOLDER / "quiz.fr.toml")
    assert quiz.workshop is not None
    translated = parse_translation(FRENCH, quiz.translations[code], code, "", quiz.media)
    assert [without_words(a) for a in translated.activities] == [without_words(a) for a in quiz.workshop.activities]
    assert (code in quiz.partial) == (code in ("ar", "uk"))
    left = [a for a, french in zip(translated.activities, quiz.workshop.activities, strict=True) if a.language == "fr"]
    assert [replace(a, language=None) for a in left] == [quiz.workshop.activity(a.id) for a in left]
    assert ({a.id for a in left} == set()) == (code not in quiz.partial)


def test_activities_that_are_not_translated_stay_in_french() -> None:
    told = {a.id: a.language for a in english(changed(without=("premier-geste", "une-seule-image"))).activities}
    assert {one for one, language in told.items() if language == "fr"} == {"premier-geste", "une-seule-image"}


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        (changed(survey=""), {"avant", "sortie"}),
        (changed(without=("able",)), {"avant", "sortie"}),
        (changed(without=("avant", "apres", "questions")), {"avant", "apres"}),
    ],
    ids=["survey", "able", "questions"],
)
def test_lobby_and_exit_are_in_one_language_or_in_french(texts: Texts, left: set[str]) -> None:
    assert {a.id for a in english(texts).activities if a.language == "fr"} == left


def test_words_that_no_file_writes_are_said_in_the_language_of_the_activity() -> None:
    words = BUILT_IN["en"]
    whole, partial = english(), english(changed(without=("deja-vu",)))
    assert whole.activity("deja-vu").questions[0].choices[-1].text == words["sans-reponse"]
    assert partial.activity("deja-vu").questions[0].choices[-1].text == "Je préfère ne pas répondre"
    assert [c.text for c in whole.activity("avant").questions[0].choices] == ["True", "False"]


@pytest.mark.parametrize(
    ("change", "place", "field", "said"),
    [
        ({"activities.2.choices.0.id": "autre"}, "premier-geste", "choices", "dans le même ordre"),
        ({"activities.2.id": "autre"}, "", "activities", "dans le même ordre"),
        ({"activities.2.kind": "slide"}, "premier-geste", "kind", "seuls les textes"),
        ({"activities.5.expected": ["revanche"]}, "ce-qui-aide", "expected", "seuls les textes"),
        ({"activities.2.minutes": 5}, "premier-geste", "minutes", "seuls les textes"),
        ({"activities.2.choices.1.takeaway": None}, "premier-geste", "choices[2].takeaway", "pas traduit"),
        ({"activities.2.text": None}, "premier-geste", "text", "pas traduit"),
        ({"activities.2.text": " "}, "premier-geste", "text", "entre guillemets"),
        ({"activities.2.choices.2.takeaway": "A real answer."}, "premier-geste", "choices[3].takeaway", "prénoms"),
        ({"activities.1.messages": [{"text": "hi"}]}, "on-a-quoi-demain", "messages", "dans le même ordre"),
        ({"activities.4.ends": ["No"]}, "une-seule-image", "ends", "il faut 2 textes"),
        ({"activities.2.titel": "x"}, "premier-geste", "titel", "fichier français"),
        ({"notes": {"say": "x"}}, "", "notes", "fichier français"),
        ({"summary": "In English"}, "", "summary", "seuls les textes"),
        ({"slug": "autre"}, "", "slug", "seuls les textes"),
        ({"language": "uk"}, "", "language", "nom du fichier"),
        ({"title": None}, "", "title", "pas traduit"),
        ({"questions": []}, "avant", "questions", "trois questions"),
    ],
)
def test_what_does_not_match_is_said_where_it_is(change: dict[str, Any], place: str, field: str, said: str) -> None:
    found = mistakes(changed(change))
    assert any((where, name) == (place, field) and said in message for where, name, message in found), found


def test_survey_must_match_too() -> None:
    [(place, field, message)] = mistakes(changed(survey=ENGLISH.survey.replace('"geste"', '"action"')))
    assert (place, field) == ("garder", "choices") and "dans le même ordre" in message


def test_a_translation_is_no_workshop_and_a_wrong_one_is_not_offered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(FOLDER, tmp_path / "le-montage")
    shutil.copytree(LIBRARY / "_exit", tmp_path / "_exit")
    [before] = find_quizzes(tmp_path)
    assert sorted(before.translations) == ["ar", "en", "fr-falc", "uk"]
    path = tmp_path / "le-montage" / "quiz.en.toml"
    path.write_text(changed({"activities.2.kind": "slide"}).workshop, encoding="utf-8")
    [after] = find_quizzes(tmp_path)
    assert sorted(after.translations) == ["ar", "fr-falc", "uk"] and after.workshop == before.workshop
    assert after.digest != before.digest
    assert check_quizzes(tmp_path, TODAY) == 1
    told = capsys.readouterr().out
    assert "le-montage/quiz.en.toml : activité « premier-geste », champ « kind »" in told
    assert "existe en uk, en partie." in told


def test_easy_french_is_short() -> None:
    """Sentences of 16 words at most, by what is easy to read and understand; and figures rather than words."""
    easy = parse_translation(FRENCH, read_quiz(FOLDER / "quiz.fr.toml").translations["fr-falc"], "fr-falc", "")
    texts = [
        t
        for a in easy.activities
        for t in (a.text, *(q.text for q in a.questions), *(q.explanation for q in a.questions))
    ]
    texts += [c.takeaway for a in easy.activities for q in a.questions for c in q.choices]
    sentences = [s for text in texts if text for s in re.split(r"[.?!:;]\s", text)]
    assert len(sentences) > 100
    assert [s for s in sentences if len(s.split()) > 16] == []
