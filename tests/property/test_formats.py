"""Files that go out and come back say the same; whatever the bytes, reading ends in a report or in one reason."""

import datetime
import io
import json
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from flask import Flask
from hypothesis import given, settings, strategies as st

from workshop.config import ROOT
from workshop.domain.activities import Workshop
from workshop.domain.quiz_format import parse_quiz
from workshop.formats import gift_writing, moodle_xml_writing, workshop_files, writing
from workshop.formats.plain_text import clean, one_line
from workshop.formats.questions import Found, Unreadable
from workshop.formats.reading import gaps, read_file
from workshop.storage.quiz_files import find_quizzes
from workshop.web.authoring import file_words as words

LIBRARY = [quiz for quiz in find_quizzes(ROOT / "quizzes") if quiz.workshop]
DATA = Path(__file__).parents[1] / "data"
TRICKY = st.sampled_from(
    [*"~=#{}:\\%[]<>&;\"'/$|\n ", "->", "[html]", "%50%", "<b>", "&amp;", "::", "####", "vrai", "é"]
)
TEXTS = st.lists(TRICKY | st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20).map("".join).map(clean)
LINES = TEXTS.map(one_line).filter(lambda text: bool(text) and text != "-")
PARAGRAPHS = TEXTS.filter(lambda text: bool(text))
DAY = datetime.date(2026, 11, 23)
SOURCE = {"title": "Une source", "date": DAY, "checked": DAY}


def no_placeholder(text: str) -> bool:
    return "{" not in text or "}" not in text


@st.composite
def activities(draw: st.DrawFn, number: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(["choice", "true_false", "order", "estimate", "categorise"]))
    known = kind in ("order", "estimate") or draw(st.booleans()) or kind == "categorise"
    text = draw(PARAGRAPHS.filter(no_placeholder))
    made: dict[str, Any] = {"id": f"activite-{number}", "kind": kind, "minutes": 3, "text": text}
    if draw(st.booleans()):
        made["title"] = draw(LINES.filter(no_placeholder))
    if kind != "estimate":
        made["register"] = "knowledge" if known else "situation"
    told = {"explanation": draw(PARAGRAPHS.filter(no_placeholder)), "sources": [SOURCE]}
    offered = draw(st.lists(LINES.filter(no_placeholder), min_size=2, max_size=4, unique=True))
    choices = [{"id": f"choix-{place}", "text": each} for place, each in enumerate(offered)]
    if kind == "choice":
        for choice in choices:
            if draw(st.booleans()):
                choice["takeaway"] = draw(LINES.filter(no_placeholder))
        made["choices"] = choices
        made["multiple"] = draw(st.booleans())
        if known:
            most = len(choices) - 1 if made["multiple"] else 1
            made["expected"] = draw(
                st.lists(st.sampled_from([each["id"] for each in choices]), min_size=1, max_size=most, unique=True)
            )
    elif kind == "order":
        made["choices"] = choices
        ids = [each["id"] for each in choices]
        # As they are written is never the right order: a phone shows them so.
        made["expected"] = draw(st.permutations(ids).filter(lambda right: right != ids))
    elif kind == "estimate":
        made |= {"from": 0, "to": 200, "step": 10, "unit": "jours", "figure": draw(st.integers(0, 200))}
    elif kind == "categorise":
        made["title"] = made.get("title", "À ranger")
        made["boxes"] = choices
        statements = draw(st.lists(LINES.filter(no_placeholder), min_size=2, max_size=6, unique=True))
        made["statements"] = [
            {"id": f"phrase-{number}-{place}", "text": each, "expected": draw(st.sampled_from(choices))["id"], **told}
            for place, each in enumerate(statements)
        ]
    elif known:
        made["expected"] = draw(st.booleans())
    return made | (told if known and kind != "categorise" else {})


@st.composite
def workshops(draw: st.DrawFn) -> Workshop:
    made = [draw(activities(number)) for number in range(draw(st.integers(1, 4)))]
    made.append({"id": "aide", "kind": "help", "title": "À qui parler", "minutes": 3, "text": "Ici."})
    document = {
        "format": 1, "slug": "essai", "language": "fr", "title": draw(LINES.filter(no_placeholder)),
        "theme": "e-reputation", "levels": ["4e"], "minutes": 3 * len(made), "summary": "Essai.",
        "objectives": ["Essayer"],
        "room": {"setup": "a", "relay": "b", "adult": "c"}, "reviewed_on": DAY, "activities": made,
    }  # fmt: skip
    return parse_quiz(tomli_w.dumps(document), "essai.toml")


def written(workshop: Workshop, ending: str) -> tuple[Found, bytes]:
    found = writing.asked_of(workshop, orders=ending == "xml")
    return found, moodle_xml_writing.write(found) if ending == "xml" else gift_writing.write(found).encode()


def said(activity: dict[str, Any]) -> dict[str, Any]:
    """What a format of another tool can say of an activity, by words rather than by the identifiers of choices."""
    texts = {each["id"]: each["text"] for each in activity.get("choices", activity.get("boxes", []))}
    expected = activity.get("expected")
    right = [texts[each] for each in expected] if isinstance(expected, list) else expected
    return {
        "id": activity["id"],
        "kind": activity["kind"],
        "register": activity.get("register"),
        # A title that is the question itself is none.
        "title": activity.get("title")
        if activity["kind"] == "categorise" or activity.get("title") != one_line(activity["text"])
        else None,
        "text": activity.get("text"),
        "choices": sorted((each["text"], each.get("takeaway")) for each in activity.get("choices", [])),
        "multiple": activity.get("multiple", False),
        "expected": right if activity["kind"] == "order" else sorted(right) if isinstance(right, list) else right,
        "figure": activity.get("figure"),
        "statements": [(each["text"], texts[each["expected"]]) for each in activity.get("statements", [])],
        "explanation": activity.get("explanation") if activity["kind"] != "categorise" else None,
    }


def wanted(workshop: Workshop, ending: str) -> list[dict[str, Any]]:
    """The same, of the workshop itself: of those activities that its notes do not list as left."""
    made = []
    for activity in workshop.activities:
        question = activity.questions[0] if activity.questions else None
        if question is None or (activity.kind == "order" and ending == "gift"):
            continue
        kind = activity.kind
        if question.choice_ids == ("vrai", "faux"):
            kind = "true_false"  # type: ignore[assignment]
        texts = {choice.id: one_line(choice.text) for choice in question.choices}
        right: Any = sorted(texts[each] for each in question.expected) or None
        if activity.kind == "order":
            right = [texts[each] for each in question.right_order]
        elif kind == "true_false":
            right = ("vrai" in question.expected) if question.expected else None
        of_choice = activity.kind in ("choice", "order") and kind != "true_false"
        text = clean(activity.text or "") if activity.kind == "categorise" else clean(question.text)
        title = one_line(activity.title)
        if activity.kind == "categorise" and title == text:
            text = ""  # one sentence, which is the title
        made.append({
            "id": activity.id,
            "kind": kind,
            "register": None if kind == "estimate" else question.register,
            "title": title
            if activity.kind == "categorise" or (title != one_line(text) and activity.title != question.text)
            else None,
            "text": text or None,
            "choices": sorted((texts[c.id], one_line(c.takeaway) if c.takeaway else None) for c in question.choices)
            if of_choice else [],
            "multiple": question.multiple,
            "expected": None if kind in ("estimate", "categorise") else right,
            "figure": question.figure,
            # GIFT has no way to write this arrow in a text: it is drawn.
            "statements": [
                (one_line(q.text).replace("->", "→" if ending == "gift" else "->"), texts[next(iter(q.expected))])
                for q in activity.questions
            ]
            if activity.kind == "categorise" else [],
            "explanation": None if activity.kind == "categorise" else question.explanation,
        })  # fmt: skip
    return made


@given(workshops(), st.sampled_from(["gift", "xml"]))
@settings(max_examples=100)
def test_questions_that_go_out_and_come_back_are_the_same(workshop: Workshop, ending: str) -> None:
    found, data = written(workshop, ending)
    if not found.questions:  # orders alone, which GIFT cannot say
        return
    document = tomllib.loads(read_file(data).source)
    assert [said(each) for each in document["activities"]] == wanted(workshop, ending)
    assert document["title"] == one_line(workshop.title)


@pytest.mark.parametrize("ending", ["gift", "xml"])
@pytest.mark.parametrize("quiz", LIBRARY, ids=lambda quiz: quiz.name)
def test_every_activity_of_the_library_comes_back_or_is_listed(quiz: Any, ending: str) -> None:
    found, data = written(quiz.workshop, ending)
    brought = read_file(data)
    assert [each.text for each in brought.taken] == [asked.text for asked in found.questions]
    listed = {note.detail for note in found.notes if note.detail}
    ids = {each.id for each in brought.taken}
    for activity in quiz.workshop.activities:
        gone = activity.kind in ("before", "after", "exit") or activity.id in ids
        assert gone or activity.title in listed or (activity.questions and activity.questions[0].text in listed)
    assert all(str(words.why(note)) for note in [*found.notes, *brought.notes])


@pytest.mark.parametrize("ending", ["gift", "xml"])
def test_lived_experience_never_leaves(ending: str) -> None:
    asked = [quiz for quiz in LIBRARY if any(a.is_experience for a in quiz.workshop.activities)]
    assert len(asked) >= 2
    for quiz in asked:
        lived = [q for a in quiz.workshop.activities for q in a.questions if q.register == "experience"]
        _, data = written(quiz.workshop, ending)
        assert not any(question.text in data.decode() for question in lived)


@pytest.mark.parametrize("quiz", LIBRARY, ids=lambda quiz: quiz.name)
def test_whole_workshop_comes_back_byte_for_byte(quiz: Any) -> None:
    folder = ROOT / "quizzes" / quiz.slug
    media = {name: (folder / name).read_bytes() for name in quiz.media}
    data = workshop_files.write(quiz.slug, {quiz.language: quiz.source}, media)
    brought = read_file(data)
    assert (brought.source, brought.media, brought.notes) == (quiz.source, media, ())
    assert gaps(brought) == ()
    assert data == workshop_files.write(quiz.slug, {quiz.language: quiz.source}, media)


def ends_well(data: bytes) -> None:
    try:
        brought = read_file(data)
    except Unreadable as refused:
        words.refused(refused)  # there is a sentence for this reason
        return
    tomllib.loads(brought.source)
    gaps(brought)
    assert all(words.why(note) for note in brought.notes)
    assert brought.taken or brought.notes or brought.origin == "preau"


@pytest.fixture
def in_french(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


HEADS = st.sampled_from([
    b"", b"<quiz><question type='multichoice'>", b"<?xml version='1.0'?><quiz>", b'{"0":{"question":"', b"format = 1\n",
    b"Question;R\xc3\xa9ponse 1;R\xc3\xa9ponse 2;Bonne r\xc3\xa9ponse\n", b"::t::q{", b"PK\x03\x04", b"\xff\xfe",
])  # fmt: skip


@given(HEADS, st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode(errors="replace")))
@settings(max_examples=300)
@pytest.mark.usefixtures("in_french")
def test_any_bytes_end_in_a_report_or_a_sentence(head: bytes, rest: bytes) -> None:
    ends_well(head + rest)


SAMPLES = sorted(path for path in DATA.rglob("*.*") if path.suffix != ".md")


@given(st.sampled_from(SAMPLES), st.data())
@settings(max_examples=120)
@pytest.mark.usefixtures("in_french")
def test_a_real_file_damaged_anywhere_ends_in_a_report_or_a_sentence(path: Path, data: st.DataObject) -> None:
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 40))
    ends_well(whole[:at] + data.draw(st.binary(max_size=10)) + whole[at + length :])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["question", "reponse", "items", "texte", "option", "support", "questions", "image", "0"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON, st.sampled_from(["Sondage", "Questionnaire", "Nuage-de-mots", "Remue-méninges"]))
@settings(max_examples=150)
@pytest.mark.usefixtures("in_french")
def test_any_json_in_the_files_of_qcmcam_and_digistorm_ends_well(value: object, kind: str) -> None:
    ends_well(json.dumps({"0": {"question": value, "reponse": value}, "1": value}).encode())
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(
            "donnees.json", json.dumps({"type": kind, "titre": value, "donnees": value, "reponses": value})
        )
    ends_well(whole.getvalue())


CELLS = (
    st.none()
    | st.text(max_size=8)
    | st.integers(-3, 30).map(str)
    | st.sampled_from(["A", "1,3", "=1+1", "Vrai", "Faux", ""])
)


@given(st.lists(st.lists(CELLS, max_size=7), max_size=6), st.sampled_from(";,\t"))
@settings(max_examples=150)
@pytest.mark.usefixtures("in_french")
def test_any_table_ends_well(rows: list[list[str | None]], separator: str) -> None:
    table = [["Question", "Choix 1", "Choix 2", "Choix 3", "Bonne réponse", "Explication"], *rows]
    ends_well("\n".join(separator.join(cell or "" for cell in row) for row in table).encode(errors="replace"))


def test_the_same_phrase_sorted_twice_has_two_names() -> None:
    sort = "::%s::Range {\n=Un surnom -> moquerie\n=Une dispute -> conflit\n}\n"
    activities = tomllib.loads(read_file("\n".join(sort % name for name in "AB").encode()).source)["activities"]
    ids = [statement["id"] for activity in activities for statement in activity["statements"]]
    assert len(activities) == 2 and len(set(ids)) == len(ids) == 4
