"""The parser of quiz files: all the mistakes at once, each with its file, activity and field, in words."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from workshop.domain.quiz_fields import QuizError
from workshop.domain.quiz_format import KINDS, THEMES, QuizErrors, parse_quiz
from workshop.domain.quiz_kinds import LOOKS, REGISTERS
from workshop.storage.quiz_files import check_quizzes, read_quiz

FILE = "petit/quiz.fr.toml"
TODAY = datetime.date(2026, 11, 28)
GOOD = """
format = 1
slug = "petit"
language = "fr"
title = "Petit atelier"
theme = "cyberharcelement"
levels = ["4e"]
minutes = 9
summary = "Avec {cible}."
objectives = ["Essayer"]
reviewed_on = 2026-11-23
names = { cible = "Camille" }
room = { setup = "tables", relay = "relais", adult = "adulte" }

[[activities]]
id = "fil"
kind = "conversation"
title = "Un fil"
minutes = 2
messages = [{ from = "cible", time = "17:42", text = "salut" }]

[[activities]]
id = "vote"
kind = "choice"
register = "knowledge"
minutes = 3
text = "Dites ce que sait {cible}."
choices = [{ id = "a", text = "Un" }, { id = "b", text = "Deux" }]
expected = ["a"]
explanation = "Un."
sources = [{ title = "Un texte", date = 2026-09-01 }]

[[activities]]
id = "aide"
kind = "help"
title = "À qui parler"
minutes = 4
"""
EXPERIENCE = ('register = "knowledge"', 'register = "experience"')
FIVE_MORE = ", ".join(f'{{ id = "{letter}", text = "{letter}" }}' for letter in "bcdef")


def mistakes(text: str, media: frozenset[str] | None = None) -> tuple[QuizError, ...]:
    with pytest.raises(QuizErrors) as caught:
        parse_quiz(text, FILE, media)
    return caught.value.errors


def changed(*changes: tuple[str, str]) -> str:
    text = GOOD
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def test_a_good_file_has_no_mistake() -> None:
    workshop = parse_quiz(GOOD, FILE, frozenset())
    assert [activity.id for activity in workshop.activities] == ["fil", "vote", "aide"]
    assert workshop.activity("vote").questions[0].expected == frozenset({"a"})


MISTAKES = [
    # what is changed, where it must be found, and a word that says what to do
    ([("format = 1", "format = 2")], "", "format", "seul le format 1"),
    ([("format = 1", "format = 0x" + "f" * 5000)], "", "format", "nombre entier"),
    ([('title = "Petit atelier"', "")], "", "title", "manque"),
    ([('title = "Petit atelier"', "title = 3")], "", "title", "entre guillemets"),
    ([('title = "Petit atelier"', 'title = "Avec {cible}"')], "", "title", "prénoms"),
    ([('"Avec {cible}."', '"Avec {ami}."')], "", "summary", "« {ami} »"),
    ([('levels = ["4e"]', 'levels = "4e"')], "", "levels", "liste de textes"),
    ([("cyberharcelement", "cuisine")], "", "theme", "« cuisine » n’est pas prévu"),
    ([("minutes = 9", "minutes = 10")], "", "minutes", "9 minutes en tout, et non 10"),
    ([("2026-11-23", '"2026-11-23"')], "", "reviewed_on", "sans guillemets"),
    ([("reviewed_on = 2026-11-23", "reviewed_on" + ".a" * 3000 + " = 1")], "", "reviewed_on", "une table"),
    ([("objectives", "objectifs")], "", "objectifs", "Vouliez-vous écrire « objectives »"),
    ([('setup = "tables"', 'setup = ""')], "", "room.setup", "entre guillemets"),
    ([('{ cible = "Camille" }', '{ Cible = "Camille" }')], "", "names.Cible", "minuscules"),
    ([('id = "vote"', 'id = "Vote !"')], "", "activities", "minuscules"),
    ([('id = "vote"', 'id = "fil"')], "", "activities", "sert 2 fois"),
    ([('id = "vote"', "")], "", "activities[2].id", "manque"),
    ([('id = "vote"', ""), ('"choice"', '"choix"')], "", "activities[2].kind", "« choix » n’est pas prévu"),
    ([('kind = "help"', 'kind = "slide"')], "", "activities", "écran d’aide"),
    ([('kind = "conversation"', 'kind = "before"')], "", "questions", "vont ensemble, avec 3"),
    ([('kind = "conversation"', 'kind = "after"')], "", "activities", "juste avant l’écran d’aide"),
    ([('kind = "help"', 'kind = "help"\noptional = true')], "aide", "optional", "laissée de côté"),
    ([("minutes = 3", "minutes = 0")], "vote", "minutes", "de 1 à 60 (lu : 0)"),
    ([("minutes = 3", "minute = 3")], "vote", "minute", "Vouliez-vous écrire « minutes »"),
    ([('from = "cible"', 'from = "ami"')], "fil", "messages", "« ami »"),
    ([(', text = "salut"', "")], "fil", "messages[1].text", "un texte ou une image"),
    ([('text = "salut"', 'image = "a.svg"')], "fil", "messages[1].alt", "décrivez"),
    ([('text = "salut"', 'image = "a.svg", alt = "A"')], "fil", "image", "« a.svg » n’est pas à côté"),
    ([("ce que sait {cible}", "ce que sait {ami}")], "vote", "names", "« {ami} »"),
    ([('expected = ["a"]', "")], "vote", "expected", "réponse attendue"),
    ([('expected = ["a"]', 'expected = ["z"]')], "vote", "expected", "« z »"),
    ([('expected = ["a"]', 'expected = ["a", "b"]')], "vote", "multiple", "multiple = true"),
    ([('explanation = "Un."', "")], "vote", "explanation", "explication"),
    ([('sources = [{ title = "Un texte", date = 2026-09-01 }]', "")], "vote", "sources", "au moins une source"),
    ([(", date = 2026-09-01", "")], "vote", "sources[1].date", "read_again"),
    ([("date = 2026-09-01", "date = 2026-08-23, law = true")], "vote", "sources[1].read_again", "24 août 2026"),
    ([("date = 2026-09-01", 'date = 2026-09-01, confidence = "C"')], "vote", "sources[1].confidence", "« C »"),
    ([(', { id = "b", text = "Deux" }', "")], "vote", "choices", "de 2 à 6 propositions (lu : 1)"),
    ([('id = "b"', 'id = "a"')], "vote", "choices", "« a » sert 2 fois"),
    ([('"choice"', '"scale"')], "vote", "ends", "deux extrémités"),
    ([EXPERIENCE], "vote", "expected", "seule une question de savoir"),
    ([EXPERIENCE], "vote", "explanation", "vécu"),
    ([EXPERIENCE, ("minutes = 3", "minutes = 3\nrounds = 2")], "vote", "rounds", "vécu"),
    ([EXPERIENCE, ("minutes = 3", "minutes = 3\nmultiple = true")], "vote", "multiple", "vécu"),
    ([EXPERIENCE, ('{ id = "b", text = "Deux" }', FIVE_MORE)], "vote", "choices", "vécu"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "activity", "field", "words"), MISTAKES, ids=[f"{row[1]}-{row[2]}-{row[3]}" for row in MISTAKES]
)
def test_a_mistake_names_its_place_and_says_what_to_do(
    changes: list[tuple[str, str]], activity: str, field: str, words: str
) -> None:
    found = [e for e in mistakes(changed(*changes), frozenset()) if (e.activity, e.field) == (activity, field)]
    assert found
    assert any(words in error.message for error in found), found
    assert all(error.file == FILE and len(str(error)) < 300 for error in found)


def test_all_the_mistakes_of_a_file_are_said_at_once() -> None:
    text = changed(
        ('language = "fr"', ""),
        ('theme = "cyberharcelement"', 'theme = "cuisine"'),
        ('from = "cible"', 'from = "ami"'),
        ("minutes = 3", 'minutes = "trois"'),
        ('explanation = "Un."', ""),
        ('title = "Un texte"', 'titre = "Un texte"'),
    )
    assert [(e.activity, e.field) for e in mistakes(text)] == [
        ("vote", "sources[1].title"),
        ("vote", "sources[1].titre"),
        ("vote", "explanation"),
        ("vote", "minutes"),
        ("", "language"),
        ("", "theme"),
        ("", "minutes"),
        ("fil", "messages"),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('title = "pas fermé\nformat = 1', "ligne 1, colonne 19"),
        ("format = 1\nlevels = [", "fin du fichier"),
        ("format = 1\nformat = 1\n", "(ligne 2, colonne 11)"),
        ("a = " + "[" * 5000, "fin du fichier"),
    ],
)
def test_a_broken_toml_says_where(text: str, place: str) -> None:
    (error,) = mistakes(text)
    assert (error.file, error.activity, error.field) == (FILE, "", "")
    assert place in error.message


def test_a_file_in_another_alphabet_says_which_line_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "petit" / "quiz.fr.toml"
    path.parent.mkdir()
    path.write_bytes('format = 1\ntitle = "Été"\n'.encode("latin-1"))
    found = read_quiz(path)
    assert found.workshop is None
    assert [str(error) for error in found.errors] == [
        f"{FILE} : un caractère n’est pas lisible (ligne 2) : enregistrez le fichier en « UTF-8 »."
    ]


def test_the_mark_that_some_editors_put_first_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "petit" / "quiz.fr.toml"
    path.parent.mkdir()
    path.write_text(GOOD, encoding="utf-8-sig")
    assert read_quiz(path).errors == ()


def test_the_folder_and_the_name_of_the_file_are_those_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "grand" / "quiz.fr.toml"
    path.parent.mkdir()
    path.write_text(GOOD, encoding="utf-8")
    assert [error.field for error in read_quiz(path).errors] == ["slug"]


def test_the_command_prints_every_mistake_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "petit" / "quiz.fr.toml"
    path.parent.mkdir()
    path.write_text(changed(('"Un texte"', '"L\'article"'), ("minutes = 9", "minutes = 10")), encoding="utf-8")
    assert check_quizzes(tmp_path, TODAY) == 1
    told = capsys.readouterr().out
    assert "champ « minutes » : les activités durent 9 minutes" in told
    assert "1 atelier(s) lu(s), 1 erreur(s), 0 conseil(s)." in told


def test_the_command_says_what_to_put_right_what_it_advises_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "petit" / "quiz.fr.toml"
    path.parent.mkdir()
    path.write_text(changed(('"Un texte"', '"L\'article"')), encoding="utf-8")
    assert check_quizzes(tmp_path, TODAY) == 1
    told = capsys.readouterr().out
    assert f"{FILE} : erreur : activité « vote », champ « sources[1].title »" in told
    assert "apostrophe près de «\u202fL'article\u202f»" in told
    assert told.count("Pourquoi (typography)") == 1
    assert f"{FILE} : conseil : champ « minutes » : 9 minutes" in told
    assert "1 atelier(s) lu(s), 1 erreur(s)," in told
    # What an update asks: a workshop that can be read is no reason to stay with an older version.
    assert check_quizzes(tmp_path, TODAY, readable_only=True) == 0
    path.write_text(GOOD, encoding="utf-8")
    assert check_quizzes(tmp_path, TODAY) == 0
    assert "conseil" in capsys.readouterr().out


# ---------------------------------------------------------------------------------------------- whatever is given

KEYS = [
    "format", "slug", "language", "title", "theme", "levels", "minutes", "summary", "objectives", "names", "room",
    "reviewed_on", "crcn", "questions", "activities", "id", "kind", "register", "text", "choices", "expected",
    "sources", "explanation", "messages", "from", "time", "image", "alt", "notes", "say", "ends", "points",
    "rounds", "multiple", "optional", "date", "law", "read_again", "url", "confidence", "checked", "misconception",
    "takeaway", "credit", "look", "owner", "bio", "query", "title", "address", "short", "boxes", "statements", "scenes",
    "question", "leads_to", "from", "to", "step", "unit", "figure", "certainty",
]  # fmt: skip
WORDS = [*KINDS, *REGISTERS, *THEMES, *LOOKS]
SCALARS = st.one_of(
    st.sampled_from([f'"{word}"' for word in WORDS]),
    st.sampled_from(["1", "0x" + "f" * 5000, "true", "1.5", "nan", "2026-11-23", "2026-11-23T10:00:00", "10:00:00"]),
    st.text(st.characters(exclude_characters="'\n\r", exclude_categories=("Cc", "Cs")), max_size=8).map("'{}'".format),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=6).map(
            lambda table: "{ " + ", ".join(f"{key} = {value}" for key, value in table.items()) + " }"
        ),
    ),
    max_leaves=20,
)


def parses_or_says_why(text: str) -> None:
    errors: tuple[QuizError, ...] | None = None
    try:
        parse_quiz(text, FILE)
    except QuizErrors as error:
        errors = error.errors
    assert errors != ()
    assert all(error.message for error in errors or ())


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=12))
def test_any_toml_parses_or_says_why(table: dict[str, str]) -> None:
    parses_or_says_why("\n".join(f"{key} = {value}" for key, value in table.items()))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), VALUES), min_size=1, max_size=6))
def test_a_good_file_with_any_values_parses_or_says_why(swaps: list[tuple[int, str]]) -> None:
    lines = GOOD.splitlines()
    for number, value in swaps:
        place = number % len(lines)
        key, equals, _ = lines[place].partition(" = ")
        lines[place] = f"{key} = {value}" if equals else lines[place]
    parses_or_says_why("\n".join(lines))


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=200), st.tuples(st.integers(0, len(GOOD)), st.binary(max_size=3)).map(
    lambda cut: GOOD.encode()[: cut[0]] + cut[1] + GOOD.encode()[cut[0] :]
)))  # fmt: skip
def test_any_bytes_parse_or_say_why(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "petit" / "quiz.fr.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    found = read_quiz(path)
    assert (found.workshop is None) == bool(found.errors)


SHEET = """
[activities.sheet]
aim = "but"
material = "rien"
steps = [{ minutes = 4, text = "lire" }, { minutes = 6, text = "parler de {cible}" }]
likely_answers = [{ heard = "on dit", answer = "on répond" }]
closing = "fin"
without_phones = "rien à changer"
if_confides = "écouter"

[[activities]]
id = "aide"
"""
WITH_SHEET = GOOD.replace('explanation = "Un."', 'explanation = "Un."\nmisconception = "Deux."').replace(
    '\n[[activities]]\nid = "aide"\n', SHEET
)


def test_sheet_of_a_question_is_read() -> None:
    [sheet] = [q.sheet for a in parse_quiz(WITH_SHEET, FILE).activities for q in a.questions]
    assert sheet
    assert (sheet.minutes, sheet.closing) == (10, "fin")
    assert [(answer.heard, answer.answer) for answer in sheet.likely_answers] == [("on dit", "on répond")]


@pytest.mark.parametrize(
    ("wrong", "right", "field", "words"),
    [
        ("minutes = 6, text", "minutes = 7, text", "sheet.steps", "11 minutes en tout : 10 au plus"),
        ('misconception = "Deux."', "", "sheet", "avec « misconception »"),
        ('closing = "fin"', "", "sheet.closing", "manque"),
        ('closing = "fin"', 'closing = "fin"\nclosin = "x"', "sheet.closin", "Vouliez-vous écrire « closing »"),
        ('heard = "on dit", ', "", "sheet.likely_answers[1].heard", "manque"),
        ("{cible}\" }]", "{autre}\" }]", "names", "pas dans la liste des prénoms"),
        ("steps = [{ minutes = 4, text = \"lire\" }, { minutes = 6, text = \"parler de {cible}\" }]", "steps = []",
         "sheet.steps", "au moins une étape"),
    ],
)  # fmt: skip
def test_mistake_in_a_sheet_is_said_with_its_field(wrong: str, right: str, field: str, words: str) -> None:
    assert wrong in WITH_SHEET
    [error] = mistakes(WITH_SHEET.replace(wrong, right))
    assert (error.activity, error.field) == ("vote", field)
    assert words in error.message.replace("\u202f", " ").replace("\xa0", " ")
