"""What can be done to a workshop that is being written, complete or not."""

import datetime
import tomllib

import pytest

from workshop.config import ROOT
from workshop.domain import quiz_document as documents
from workshop.domain.activities import DONT_KNOW
from workshop.domain.errors import NotFound
from workshop.domain.quiz_document import WORKSHOP, Document, Part

LIBRARY = sorted((ROOT / "quizzes").glob("[a-z]*/quiz.fr.toml"))


@pytest.fixture
def document() -> Document:
    return documents.tidy(tomllib.loads(LIBRARY[0].read_text(encoding="utf-8")))


def ids(document: Document) -> list[str]:
    return [str(row["id"]) for row in document["activities"]]


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.parent.name)
def test_what_is_in_order_is_left_as_it_is(path: object) -> None:
    read = tomllib.loads(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]  # a path
    assert documents.tidy(read) == read


def test_whatever_comes_has_the_shape_that_pages_rely_on() -> None:
    wild: Document = {
        "activities": [{"kind": "choice", "choices": [{}, {"id": "x"}, {"id": "x", "text": "Je ne sais pas !"}, 3]},
                       {"id": "É", "kind": "slide"}, {"id": "a"}, {"id": "a"}, "no table"],
        "questions": "none", "names": 4,
    }  # fmt: skip
    found = documents.tidy(wild)
    assert ids(found) == ["question", "ecran", "a", "activite"]
    assert [row["id"] for row in found["activities"][0]["choices"][:2]] == ["choix-1", "x"]
    assert (found["names"], found["room"], "questions" in found) == ({}, {}, False)


def test_not_knowing_has_its_own_name() -> None:
    found = documents.tidy({"activities": [{"choices": [{"text": "Oui"}, {"text": "Je ne sais pas"}]}]})
    assert [row["id"] for row in found["activities"][0]["choices"]] == ["choix-1", DONT_KNOW]


def test_activity_goes_where_its_kind_belongs(document: Document) -> None:
    first, *_, after, last = ids(document)
    added, new = documents.added(document, "slide")
    assert ids(added)[-3:] == [new, after, last]
    weather, sky = documents.added(document, "weather")
    assert ids(weather)[:2] == [first, sky]
    placed, new = documents.added(document, "slide", first)
    assert ids(placed)[1] == new
    assert len(set(ids(placed))) == len(ids(placed))


def test_questions_of_the_beginning_bring_those_of_the_end() -> None:
    blank = documents.blank("x", "X", "fr", datetime.date(2026, 11, 28))
    found, _ = documents.added(blank, "before")
    assert [row["kind"] for row in found["activities"]] == ["before", "after", "help"]
    assert len(found["questions"]) == 3
    without = documents.removed(documents.removed(found, "avant"), "apres")
    assert "questions" not in without


def test_activity_moves_is_duplicated_and_removed(document: Document) -> None:
    first, second, *_ = ids(document)
    assert ids(documents.moved(document, second, -1))[:2] == [second, first]
    assert ids(documents.moved(document, first, -1)) == ids(document)
    copied, copy = documents.duplicated(document, second)
    assert ids(copied)[1:3] == [second, copy]
    assert ids(documents.removed(document, second)) == [one for one in ids(document) if one != second]
    assert documents.minutes_of(document) == document["minutes"]
    with pytest.raises(NotFound):
        documents.removed(document, "gone")


def test_nothing_given_is_changed(document: Document) -> None:
    before = repr(document)
    documents.added(document, "before")
    documents.moved(document, ids(document)[0], 1)
    documents.duplicated(document, ids(document)[1])
    documents.replaced(document, WORKSHOP, {"title": "x"})
    documents.with_rows(documents.find(document, Part("activity", ids(document)[2])), ("choices",), "remove", 0)
    assert repr(document) == before


def test_part_is_put_back_in_its_place(document: Document) -> None:
    part = Part("activity", ids(document)[2])
    table = {**documents.find(document, part), "title": "Autre"}
    changed = documents.replaced(document, part, table)
    assert documents.find(changed, part)["title"] == "Autre"
    assert documents.mark_of(documents.find(changed, part)) != documents.mark_of(documents.find(document, part))
    whole = documents.replaced(document, WORKSHOP, {**documents.find(document, WORKSHOP), "title": "Autre"})
    assert whole["activities"] == document["activities"]


def test_rows_are_added_moved_and_removed_wherever_they_are() -> None:
    table = {"scenes": [{"id": "scene-1", "choices": [{"id": "a"}, {"id": "b"}]}]}
    added = documents.with_rows(table, ("scenes", 0, "choices"), "add")
    assert [row["id"] for row in added["scenes"][0]["choices"]] == ["a", "b", "choix-1"]
    turned = documents.with_rows(table, ("scenes", 0, "choices"), "down", 0)
    assert [row["id"] for row in turned["scenes"][0]["choices"]] == ["b", "a"]
    assert "scenes" not in documents.with_rows(table, ("scenes",), "remove", 0)
    for nowhere in (("scenes", 7, "choices"), ("id", "x"), ("scenes", "id"), (0, 1)):
        assert documents.with_rows(table, nowhere, "up", 0) == table
    first = documents.with_rows({}, ("names",), "add")
    assert documents.with_rows(first, ("names",), "add")["names"] == {"prenom_1": "", "prenom_2": ""}


@pytest.mark.parametrize(
    ("title", "slug"), [("Le carnet prêté", "le-carnet-prete"), ("« ! »", "atelier"), ("Œuf 2", "oeuf-2")]
)
def test_short_name_comes_from_the_title(title: str, slug: str) -> None:
    assert documents.slug_of(title) == slug
