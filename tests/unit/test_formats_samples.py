"""Files that other tools wrote, read to the last question: where they come from is in tests/data/README.md."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from workshop.formats.questions import Place
from workshop.formats.reading import Brought, gaps, read_file

DATA = Path(__file__).parents[1] / "data"


def read(name: str) -> tuple[Brought, list[dict[str, Any]]]:
    brought = read_file((DATA / name).read_bytes())
    return brought, tomllib.loads(brought.source)["activities"]


def kinds(brought: Brought) -> Counter[str]:
    return Counter(each.kind for each in brought.taken)


def codes(brought: Brought) -> Counter[str]:
    return Counter(note.code for note in brought.notes)


def test_gift_examples_of_moodle_are_all_understood() -> None:
    brought, activities = read("moodle/examples.txt")
    assert brought.origin == "gift"
    assert kinds(brought) == {"choice": 18, "wordcloud": 9, "estimate": 8, "true_false": 5, "categorise": 3}
    assert len(activities) == 43
    assert codes(brought) == {"tolerance": 6, "partial": 3, "words": 9, "grid": 8}
    first, second = activities[:2]
    assert first["text"] == "Who's buried in Grant's tomb?"
    assert [choice["text"] for choice in first["choices"]] == ["Grant", "Jefferson", "no one"]
    assert first["expected"] == ["no-one"]
    assert second["text"] == "Grant is _____ in Grant's tomb."
    assert brought.taken[7].place == Place(question=8, line=29)


def test_gift_control_characters_are_read_as_text() -> None:
    _, activities = read("moodle/examples.txt")
    found = next(each for each in activities if each.get("title") == "GIFT Control Characters")
    assert [choice["text"] for choice in found["choices"]] == ["~", "=", "#", "{", "}", "\\"]
    assert [choice["takeaway"] for choice in found["choices"]][:2] == [
        "~ is a control character.",
        "= is a control character.",
    ]
    assert found["expected"] == ["proposition-6"]


def test_gift_fixture_of_moodle_keeps_feedback_weights_and_titles() -> None:
    brought, activities = read("moodle/questions.gift.txt")
    assert [each["id"] for each in activities] == ["q2", "colours", "q5", "shortanswer", "q1", "2-08-tsl", "2-08-tsl-2"]
    colours = activities[1]
    assert colours["multiple"] is True and colours["expected"] == ["yellow", "off-beige"]
    assert colours["choices"][1] == {"id": "red", "text": "red", "takeaway": "wrong"}
    assert activities[4]["expected"] is False
    assert activities[4]["explanation"] == "This is, of course, a Hitchiker's Guide to the Galaxy reference."
    assert [(note.code, note.place.question) for note in brought.notes] == [
        ("essay", 1), ("sort_size", 2), ("tolerance", 5), ("grid", 5), ("words", 6), ("feedback_left", 7)
    ]  # fmt: skip


def test_moodle_xml_choice_with_sound_and_flags_says_what_is_left() -> None:
    brought, [found] = read("moodle/multichoice.xml")
    assert brought.origin == "moodle_xml"
    assert tomllib.loads(brought.source)["title"] == "Multichoice"
    assert found["title"] == "Greeting"
    assert found["text"] == "Listen to this greeting:\n\nWhat language is being spoken?"
    assert [choice["text"] for choice in found["choices"]] == ["English", "French", "German", "Danish"]
    assert found["expected"] == ["french"] and "multiple" not in found
    assert codes(brought) == {"media_left": 1, "picture_left": 4}


def test_moodle_xml_true_false_brings_its_picture_and_its_description() -> None:
    brought, activities = read("moodle/truefalse.xml")
    assert [(each["kind"], each["expected"]) for each in activities] == [("true_false", False), ("true_false", True)]
    assert [(each["image"], each["alt"]) for each in activities] == [
        ("logo.jpg", "Moodle logo"), ("logo-2.jpg", "Moodle logo")
    ]  # fmt: skip
    assert all(data.startswith(b"\xff\xd8\xff") for data in brought.media.values())
    assert activities[0]["explanation"] == "For further information, see the documentation about Moodle."


def test_picture_of_moodle_1_9_is_brought_and_cloze_is_listed() -> None:
    brought, [found] = read("moodle/sample_questions_with_old_image_tag.xml")
    assert found["image"] == "moodle.png" and len(brought.media["moodle.png"]) == 606
    assert [choice["text"] for choice in found["choices"]] == ["wrong answer", "another wrong answer", "right answer"]
    assert codes(brought) == {"cloze": 1}


def test_file_of_which_nothing_can_be_taken_is_a_report_all_the_same() -> None:
    brought, activities = read("moodle/multianswer.xml")
    assert activities == [] and brought.taken == ()
    assert codes(brought) == {"cloze": 1, "picture_left": 2}


def test_moodle_order_is_in_the_right_order_and_not_shown_so() -> None:
    _, [found] = read("moodle/ordering.xml")
    assert found["kind"] == "order"
    assert found["expected"] == ["modular", "object", "oriented", "dynamic", "learning", "environment"]
    assert [choice["id"] for choice in found["choices"]] != found["expected"]


def test_pronote_question_is_in_the_name_and_every_kind_is_understood_or_listed() -> None:
    brought, activities = read("pronote/qcm-snt.xml")
    assert brought.origin == "pronote"
    assert tomllib.loads(brought.source)["title"] == "Hardware + Binnaire"
    assert kinds(brought) == {"choice": 13, "estimate": 5, "wordcloud": 3, "categorise": 2}
    assert activities[0]["text"] == "Que représente le système binaire ?" and "title" not in activities[0]
    assert activities[10]["multiple"] is True
    assert activities[10]["expected"] == ["clavier", "souris", "scanner"]
    estimate = next(each for each in activities if each["kind"] == "estimate")
    assert (estimate["figure"], estimate["from"], estimate["to"], estimate["step"]) == (13, 0, 20, 1)
    sorted_ = next(each for each in activities if each["kind"] == "categorise")
    assert [box["text"] for box in sorted_["boxes"]] == [
        "Périphérique d’entrée.", "Périphérique de sortie.", "Périphérique de stockage."
    ]  # fmt: skip
    assert {each["text"]: each["expected"] for each in sorted_["statements"]}["Écran"] == "peripherique-de-sortie"
    left = [(note.code, note.place.question) for note in brought.notes if note.code in ("cloze", "sort_size")]
    assert left == [("cloze", 22), ("cloze", 23), ("cloze", 24), ("sort_size", 27)]


def test_kahoot_spreadsheet_is_read_from_its_heading_row() -> None:
    brought, activities = read("kahoot/filled.xlsx")
    assert brought.origin == "kahoot" and len(activities) == 16
    assert [choice["text"] for choice in activities[2]["choices"]] == [
        "Keep your posture upright", "Support breath for singing", "Make funny faces", "Wiggle when you laugh"
    ]  # fmt: skip
    assert activities[2]["expected"] == ["support-breath-for-singing"]
    assert brought.taken[0].place == Place(question=1, line=9)
    assert [note.code for note in brought.notes] == ["column"]  # the stopwatch


def test_kahoot_template_has_a_question_without_a_wrong_answer() -> None:
    brought, [found] = read("kahoot/template.xlsx")
    assert found["register"] == "situation" and "expected" not in found
    assert [choice["text"] for choice in found["choices"]] == ["Excel", "Google Docs", "Numbers", "LibreOffice"]
    assert codes(brought) == {"column": 1, "all_right": 1}


def test_csv_names_its_right_answer_in_words_and_explains_it() -> None:
    brought, activities = read("csv/quiz-with-explanations.csv")
    assert brought.origin == "csv" and len(activities) == 16 and brought.notes == ()
    assert activities[0]["expected"] == ["up-to-an-inch-and-a-half"]
    assert (
        activities[0]["explanation"] == "That extra length is what gives your voice a new 'deep and mysterious' vibe."
    )


def test_qcmcam_choices_are_the_items_of_its_list() -> None:
    brought, activities = read("qcmcam/verifier-une-information.txt")
    assert brought.origin == "qcmcam"
    assert [each["text"] for each in activities] == [
        "Quel site n'est pas un moteur de recherche ?",
        "Que signifie les deux lettres\u00a0\u00a0.fr ?",
        "Que peut vous donner comme information une URL ?",
    ]
    assert [choice["text"] for choice in activities[0]["choices"]] == ["google.fr", "edge.fr", "pagesjaune.fr"]
    assert [each["expected"] for each in activities] == [
        ["pagesjaune-fr"],
        ["connaitre-le-pays-d-origine"],
        ["le-nom-de-domaine"],
    ]
    assert [(note.code, note.place.question) for note in brought.notes] == [("empty", 4)]


def test_qcmcam_question_without_an_answer_is_a_situation() -> None:
    _, activities = read("qcmcam/discriminations.txt")
    assert [each["register"] for each in activities] == ["knowledge"] * 4 + ["situation"]


def test_qcmcam_several_letters_are_several_answers() -> None:
    _, activities = read("qcmcam/ecritures-decimales.txt")
    assert activities[3]["multiple"] is True
    assert [activities[3]["choices"][place]["id"] for place in (1, 2)] == activities[3]["expected"]


@pytest.mark.parametrize("path", sorted(p for p in DATA.rglob("*.*") if p.suffix != ".md"), ids=lambda p: p.name)
def test_what_is_missing_is_said_and_nothing_is_made_up(path: Path) -> None:
    """No source, no explanation, no room is invented: a question of knowledge lacks them, and that is said."""
    brought = read_file(path.read_bytes())
    missing = {gap.field.rpartition(".")[2] for gap in gaps(brought)}
    assert {"theme", "levels", "summary", "objectives", "room", "reviewed_on"} <= missing
    document = tomllib.loads(brought.source)
    knowledge = [each for each in document["activities"] if each.get("register") == "knowledge"]
    assert not knowledge or "sources" in missing
    assert not any("sources" in each for each in document["activities"])
