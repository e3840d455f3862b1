"""Each kind of activity in its form: nothing is lost on the way, and whatever the format knows can be written."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from workshop import clock
from workshop.config import ROOT
from workshop.domain import quiz_document, quiz_fields
from workshop.domain.exit_survey import parse_workshop
from workshop.domain.quiz_document import WORKSHOP, Part
from workshop.domain.quiz_fields import Reader
from workshop.domain.quiz_format import KINDS, QuizErrors, parse_quiz
from workshop.extensions import db
from workshop.services import drafting
from workshop.web.authoring.fields import Field
from workshop.web.authoring.forms import fields_of, sections_of
from workshop.web.authoring.kinds import KINDS as NAMED

from .filled import filled

PAGES = "".join((ROOT / "quizzes" / name).read_text(encoding="utf-8") for name in ("README.md", "exemples.md"))
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGES, re.DOTALL)
EXAMPLE = "\n".join(BLOCKS)
LIBRARY = {
    path.parent.name: path.read_text(encoding="utf-8") for path in (ROOT / "quizzes").glob("[a-z]*/quiz.fr.toml")
}
TEXTS = {"README": EXAMPLE, **LIBRARY}


@pytest.fixture(params=TEXTS)
def draft_id(request: pytest.FixtureRequest, app: Flask, owner_id: int) -> int:
    media = {"photo.svg": b"<svg/>"}
    folder = ROOT / "quizzes" / request.param
    if folder.is_dir():
        media = {path.name: path.read_bytes() for path in folder.glob("*.svg")}
    return drafting.create(owner_id, TEXTS[request.param], "", media)


def pages(draft: drafting.KnownDraft) -> Iterator[str]:
    yield "presentation"
    yield from (f"questions/{row['id']}" for row in draft.document.get("questions", []))
    yield from (f"activites/{row['id']}" for row in draft.document["activities"])


def test_every_page_sent_as_it_is_changes_nothing(desk: FlaskClient, draft_id: int, owner_id: int) -> None:
    before = drafting.owned(draft_id, owner_id)
    for page in pages(before):
        address = f"/ateliers/{draft_id}/{page}"
        shown = desk.get(address)
        assert shown.status_code == 200, address
        sent = desk.post(address, data=filled(shown.text))
        assert sent.status_code == 303, address
        db.session.rollback()
        after = drafting.owned(draft_id, owner_id).document
        assert _plain(after) == _plain(before.document), address
    name = f"{before.slug}.fr"
    read = [parse_workshop(text, "", name) for text in (before.source, drafting.owned(draft_id, owner_id).source)]
    assert read[0] == read[1]


def _plain(value: Any) -> Any:
    """Without what goes without saying: `false`, one round, a page that was read."""
    usual = {"rounds": 1, "confidence": "A", "look": "group"}
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if v is not False and usual.get(k) != v}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def test_every_page_is_whole_on_three_screens(desk: FlaskClient, draft_id: int, owner_id: int) -> None:
    for row in drafting.owned(draft_id, owner_id).document["activities"]:
        for screen in ("telephone", "projection", "console"):
            for result in ("", "?resultat=1"):
                shown = desk.get(f"/ateliers/{draft_id}/activites/{row['id']}/{screen}{result}")
                assert shown.status_code == 200
                assert "viendra quand" not in shown.text, (row["id"], screen)
                assert "<script" not in shown.text
                assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]


def test_every_kind_begins_and_can_be_seen_at_once(app: Flask, desk: FlaskClient, owner_id: int) -> None:
    blank = quiz_document.blank("x", "Un atelier", "fr", clock.now().date())
    for kind in KINDS:
        assert kind in NAMED
        document, new = quiz_document.added(blank, kind)
        draft_id = drafting.create(owner_id, drafting.written(document), "", {})
        address = f"/ateliers/{draft_id}/activites/{new}"
        page = desk.get(address)
        assert page.status_code == 200
        # Their words are in other pages, or written already.
        assert "field-todo" in page.text or kind in ("help", "before", "after"), kind
        assert desk.post(address, data=filled(page.text)).status_code == 303
        db.session.rollback()
        assert drafting.owned(draft_id, owner_id).document == {
            **document,
            "slug": drafting.owned(draft_id, owner_id).slug,
        }
        for screen in ("telephone", "projection", "console"):
            assert "viendra quand" not in desk.get(f"{address}/{screen}").text, (kind, screen)


# What the format asks for, and no form shows: what an activity is, and what a page of results has no use for.
NOT_SHOWN = {"id", "kind", "format", "activities", "questions"}
NEVER_TAKEN = {
    **{kind: {"optional"} for kind in ("before", "after", "help")},
    "search": {"messages.from", "messages.time"},
}
# One activity of each kind with all that it can hold, so that the reader goes into every table.
SHEET = {"aim": "x", "material": "x", "steps": [{}], "likely_answers": [{}], "closing": "x", "without_phones": "x",
         "if_confides": "x"}  # fmt: skip
CHOICES = [{"sources": [{}]}]
FULL: dict[str, dict[str, Any]] = {
    "choice": {"choices": CHOICES, "sources": [{}], "sheet": SHEET},
    "true_false": {"sources": [{}], "sheet": SHEET, "expected": True},
    "scale": {"sources": [{}], "sheet": SHEET},
    "order": {"choices": CHOICES, "sources": [{}], "sheet": SHEET},
    "categorise": {"boxes": CHOICES, "statements": [{"sources": [{}], "sheet": SHEET}], "sources": [{}]},
    "estimate": {"sources": [{}]},
    "scenario": {"scenes": [{"choices": CHOICES}], "sources": [{}]},
    "conversation": {"messages": [{}], "sources": [{}]},
    "profile": {"look": "profile", "messages": [{}], "sources": [{}]},
    "search": {"look": "search", "messages": [{}], "sources": [{}]},
    **{kind: {"sources": [{}]} for kind in ("slide", "poster", "help", "before", "after")},
    **{kind: {} for kind in ("wordcloud", "question_box", "weather")},
}


def asked_by_the_format(monkeypatch: pytest.MonkeyPatch, document: dict[str, Any], activity: str = "") -> set[str]:
    """Names of all the fields that the reader asked for, of one activity or of the whole, whatever it thought of them:
    `choices.sources.title`."""
    asked: set[str] = set()

    def get(self: Reader, name: str, required: bool) -> Any:
        self.asked.add(name)
        if self.activity == activity:
            asked.add(re.sub(r"\[\d+\]", "", self.prefix + name))
        return self.table.get(name)

    monkeypatch.setattr(quiz_fields.Reader, "_get", get)
    with pytest.raises(QuizErrors):
        parse_quiz(drafting.written(document), "x")
    return asked


def shown_by(fields: list[Field] | tuple[Field, ...], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for field in fields:
        name = {"right": "", "rank": ""}.get(field.form, field.name)
        if not name:
            continue
        found.add(prefix + name)
        if field.form in ("rows", "table"):
            found |= shown_by(field.fields, f"{prefix}{name}.")
    return found


@pytest.mark.parametrize("kind", FULL)
def test_every_field_that_the_format_knows_can_be_written(
    app: Flask, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    real = "conversation" if kind in ("profile", "search") else kind
    row = {"id": "x", "kind": real, "register": "knowledge", **FULL[kind]}
    asked = asked_by_the_format(monkeypatch, {"activities": [row]}, "x")
    # The id of a row is kept as it is: nobody has to invent one.
    wanted = {name for name in asked - NOT_SHOWN if name != "id"}
    with app.test_request_context():
        shown = shown_by(fields_of(sections_of(Part("activity", "x"), row)))
    listed_apart = {"expected"} if real in ("choice", "order") else set()
    assert wanted - NEVER_TAKEN.get(kind, set()) - listed_apart <= shown
    # And nothing is asked that the format would refuse.
    assert {name for name in shown if not name.endswith(".id")} <= asked | {"expected"}


@pytest.mark.parametrize("kind", ["choice", "true_false"])
def test_every_field_of_a_paired_question_can_be_written(
    app: Flask, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    row = {"id": "x", "kind": kind, **FULL[kind]}
    asked = asked_by_the_format(monkeypatch, {"activities": [], "questions": [row]})
    wanted = {name.removeprefix("questions.") for name in asked if name.startswith("questions.")}
    with app.test_request_context():
        shown = shown_by(fields_of(sections_of(Part("question", "x"), row)))
    listed_apart = {"expected"} if kind == "choice" else set()
    # It is asked twice anyway: once before, once after.
    assert wanted - {"id", "rounds"} - listed_apart <= shown


def test_every_field_of_a_workshop_can_be_written(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asked_by_the_format(monkeypatch, {"activities": [], "able": [{}], "room": {}, "names": {}})
    with app.test_request_context():
        shown = shown_by(fields_of(sections_of(WORKSHOP, {})))
    assert asked - NOT_SHOWN <= shown
