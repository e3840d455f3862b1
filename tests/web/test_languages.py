"""A workshop in French on pages in English: a screen reader must know which is which, to change its voice."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from html.parser import HTMLParser
from itertools import chain

from flask import Flask
from flask.testing import FlaskClient

from tests.services.conftest import PEOPLE
from workshop import clock
from workshop.config import ROOT
from workshop.domain.errors import Refusal
from workshop.domain.languages import LANGUAGES
from workshop.domain.quiz_format import rename
from workshop.services import accounts
from workshop.storage.quiz_files import find_quizzes

from .conftest import ClassRoom

VOID = {"br", "img", "input", "link", "meta", "path", "circle", "rect", "use"}
SILENT = {"script", "style", "svg", "template", "title", "time"}
OWN_NAMES = {language.name for language in LANGUAGES.values()}
NO_WORDS = re.compile(r"[a-z0-9:/.-]*")  # ids, addresses, kinds


class Voices(HTMLParser):
    """Each text of a page, and each picture's, with the language that it is said in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = [("", "")]
        self.said: set[tuple[str, str]] = set()
        self.feed(page)
        self.close()
        assert len(self.open) == 1, self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        language = found.get("lang") or self.open[-1][1]
        self.say(found.get("alt") or "", language)
        if tag not in VOID:
            self.open.append((tag, language))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if not any(tag in SILENT for tag, _ in self.open):
            self.say(data, self.open[-1][1])

    def say(self, text: str, language: str) -> None:
        text = " ".join(text.split())
        if re.search(r"\w", text):
            self.said.add((text, language))


def texts(found: object) -> Iterator[str]:
    if isinstance(found, dict):
        yield from chain.from_iterable(map(texts, found.values()))
    elif isinstance(found, list | tuple | frozenset):
        yield from chain.from_iterable(map(texts, found))
    elif isinstance(found, str):
        yield " ".join(found.split())


def in_english(browser: FlaskClient, address: str) -> str:
    browser.set_cookie("preau_language", "en")
    return browser.get(address, follow_redirects=True).text


def test_what_the_workshop_says_is_marked_as_french_on_english_pages(
    app: Flask, room: ClassRoom, desk: FlaskClient, phone: FlaskClient
) -> None:
    _, workshop = room.state()
    offered = find_quizzes(ROOT / "quizzes")  # at set-up, all
    library = [rename(quiz.workshop, {}) for quiz in offered if quiz.workshop]
    written = {text for found in (workshop, *library) for text in (*texts(asdict(found)), ", ".join(found.levels))}
    everything = "\n".join(written)
    names = set(workshop.names.values())  # the same in each language
    content = {text for text in written - names if not NO_WORDS.fullmatch(text)}
    assert len(content) > 100
    wall = app.test_client()
    wall.get("/lien/" + accounts.make_link("projector", clock.now(), accounts.SIGN_IN_LINK_LASTS, live_id=room.live_id))
    room.join(12)
    marked: set[str] = set()

    pages = [(phone, f"/r/{room.code}"), (wall, f"/ecran/{room.live_id}"), (desk, f"/animer/{room.live_id}")]

    def look(*more: tuple[FlaskClient, str]) -> None:
        for browser, address in (*pages, *more):
            for text, language in Voices(in_english(browser, address)).said:
                if language == "en":
                    assert text not in content, (address, text)
                else:
                    said = all(part in everything for part in text.split(" · "))  # « 1 · Pas du tout d’accord »
                    assert said or text.removeprefix(", ") in {*OWN_NAMES, *PEOPLE.values()}, (address, text)
                    marked.add(text)

    look((desk, "/animer"), (desk, "/animer/nouvelle"))
    room.command("start")
    while room.state()[0].phase != "ended":
        for round_id, question in room.open_questions():
            for place, pupil in enumerate(room.phones):
                room.answer(pupil, round_id, question.choice_ids[place % 2])
        look()
        for name in ("help", "hide", "vote_again"):
            try:
                room.command(name)
            except Refusal:
                continue
            look()
        step = room.step()
        room.command(step.command, confirmed=step.confirm)
    look()
    assert len(marked & content) > 80, "little of the workshop was ever shown: this test proves little"


def test_nothing_is_marked_where_page_and_workshop_speak_alike(room: ClassRoom, phone: FlaskClient) -> None:
    page = phone.get(f"/r/{room.code}").text
    assert re.findall(r'lang="(\w+)"', page) == ["fr", "fr", "fr", "en", "en", "ar", "ar", "uk", "uk"]  # it, and links
