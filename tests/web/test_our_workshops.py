"""« Nos ateliers »: whoever passes by reads what an hour is made of, and nothing that is kept for its room."""

import html
import io
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from tests.content.good import SLUG, TITLE, add_to
from workshop import clock
from workshop.config import ROOT, Config
from workshop.domain.activities import Workshop
from workshop.domain.live_session import Answering
from workshop.domain.quiz_format import rename
from workshop.services import planning
from workshop.services.planning import Plan
from workshop.storage.quiz_files import QuizFile, find_quizzes

from .conftest import ClassRoom

SHIPPED = [quiz for quiz in find_quizzes(ROOT / "quizzes") if quiz.workshop and quiz.language == "fr"]


@pytest.fixture
def good(tmp_path: Path) -> QuizFile:
    return add_to(tmp_path / "quizzes")


class TestShipped:
    """With the library that is shipped."""

    def test_home_leads_to_every_workshop_by_theme(self, phone: FlaskClient) -> None:
        assert 'href="/nos-ateliers"' in phone.get("/").text
        page = phone.get("/nos-ateliers").text
        for quiz in SHIPPED:
            assert quiz.workshop
            assert f'href="/nos-ateliers/{quiz.slug}"' in page
            assert html.escape(quiz.workshop.title) in page
        assert "Cyberharcèlement</h2>" in page
        assert "E-réputation</h2>" in page

    @pytest.mark.parametrize("quiz", SHIPPED, ids=lambda quiz: quiz.slug)
    def test_page_and_paper_tell_the_hour_and_keep_what_is_for_the_room(
        self, phone: FlaskClient, quiz: QuizFile
    ) -> None:
        assert quiz.workshop
        workshop = rename(quiz.workshop, {})
        page = plain(re.sub(r"<[^>]+>", " ", phone.get(f"/nos-ateliers/{quiz.slug}").text))
        [sheet] = PdfReader(io.BytesIO(phone.get(f"/nos-ateliers/{quiz.slug}.pdf").data)).pages
        for told in (page, plain(sheet.extract_text())):
            for shown in (workshop.title, *workshop.objectives, *(a.title for a in workshop.activities)):
                assert plain(shown) in told, shown
            # What the objectives and the titles say themselves is no secret.
            public = plain(" ".join([workshop.summary, *workshop.objectives, *(a.title for a in workshop.activities)]))
            secrets = [plain(secret) for secret in kept_for_the_room(workshop)]
            assert [secret for secret in secrets if secret in told and secret not in public] == []


class TestOther:
    """With a library of one workshop, which has a short variant and a question on lived experience."""

    @pytest.fixture
    def config(self, sqlite_config: Config, good: QuizFile, tmp_path: Path) -> Config:
        return replace(sqlite_config, quizzes=tmp_path / "quizzes")

    def test_short_variant_and_lived_experience_are_announced(self, phone: FlaskClient) -> None:
        page = phone.get(f"/nos-ateliers/{SLUG}").text
        assert "Une variante de 25 minutes existe." in page
        assert "variante courte\u00a0: 4 min" in page
        assert "Une question facultative porte sur ce que les élèves ont vu ou vécu." in page

    def test_level_narrows_the_list_and_any_other_word_does_not(self, phone: FlaskClient) -> None:
        for asked in ("4e", "", "6e", "<script>"):
            assert TITLE in phone.get("/nos-ateliers", query_string={"niveau": asked}).text

    def test_only_the_folder_is_shown(self, phone: FlaskClient, owner_id: int, good: QuizFile, app: Flask) -> None:
        """A text that was run is stored, one that is being written may be: neither is the library's."""
        source = good.source.replace('slug = "bon"', 'slug = "brouillon"').replace(TITLE, "Mon brouillon")
        stored = replace(good, slug="brouillon", source=source, digest="a draft")
        planning.set_up(Plan(stored, Answering.HANDS, None, 40, {}, {}, rehearsal=True), owner_id, clock.now())
        assert "Mon brouillon" not in phone.get("/nos-ateliers").text
        for address in ("brouillon", "brouillon.pdf", "_exit", "..", "bon.pdf.pdf"):
            assert phone.get(f"/nos-ateliers/{address}").status_code == 404

    def test_file_that_is_changed_is_read_again(self, phone: FlaskClient, tmp_path: Path) -> None:
        before = phone.get(f"/nos-ateliers/{SLUG}.pdf").data
        assert phone.get(f"/nos-ateliers/{SLUG}.pdf").data == before
        path = tmp_path / "quizzes" / SLUG / "quiz.fr.toml"
        path.write_text(path.read_text(encoding="utf-8").replace(TITLE, "Le cahier"), encoding="utf-8")
        assert "Le cahier" in phone.get("/nos-ateliers").text
        assert phone.get(f"/nos-ateliers/{SLUG}.pdf").data != before

    def test_empty_library_says_so(self, phone: FlaskClient, tmp_path: Path) -> None:
        (tmp_path / "quizzes" / SLUG / "quiz.fr.toml").unlink()
        assert "Aucun atelier à montrer" in phone.get("/nos-ateliers").text

    def test_french_workshop_on_an_english_page_says_its_language(self, phone: FlaskClient) -> None:
        phone.get("/nos-ateliers?langue=en")
        assert f'<a href="/nos-ateliers/{SLUG}" lang="fr">' in phone.get("/nos-ateliers").text
        assert re.search(rf'<h1 lang="fr">{TITLE}</h1>', phone.get(f"/nos-ateliers/{SLUG}").text)


def test_pages_are_open_while_a_class_goes_on(phone: FlaskClient, room: ClassRoom) -> None:
    assert room.code not in phone.get("/nos-ateliers").text


def plain(text: str) -> str:
    """Letters and single spaces: a PDF breaks lines and ties letters in its own way."""
    return " ".join(re.sub(r"[^\w]+", " ", html.unescape(text)).casefold().split())


def kept_for_the_room(w: Workshop) -> Iterator[str]:
    """Notes, answers, what is said of each choice, and the questions that measure."""
    for activity in w.activities:
        for f in fields(activity.notes):
            if note := getattr(activity.notes, f.name):
                yield note
        for question in activity.questions:
            yield from (text for text in (question.text, question.explanation, question.misconception) if text)
            yield from (choice.takeaway for choice in question.choices if choice.takeaway)
            if activity.kind != "categorise":  # labels are no answers, and may be sheets of paper to bring
                yield from (choice.text for choice in question.choices if len(choice.text.split()) > 3)
            if question.sheet:
                yield from (question.sheet.aim, question.sheet.closing, question.sheet.if_confides)
        for source in activity.sources:
            if source.read_again:
                yield source.read_again
    yield from (w.room.relay, w.room.adult)
