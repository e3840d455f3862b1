"""Pupils and what each has answered, counted here and not by the server; and how results are read on a screen."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from playwright.sync_api import Page

from tests.driving import Phone, Server, until

from .people import ACTIVITIES, WORKSHOP, choices_of

QUESTIONS: list[str] = [question["id"] for question in WORKSHOP["questions"]]
_ROWS = """rows => rows.map(row => [row.querySelector(".result-text").firstChild.textContent,
    row.querySelector(".result-count").textContent, (row.querySelector(".first-count") || {}).textContent || ""])"""
_PLACES = """places => places.map(place => [place.querySelector(".scale-place").textContent,
    place.querySelector(".result-count").textContent, place.querySelector(".scale-first").textContent])"""

Rows = list[tuple[str, str, str]]  # a choice's text, its count, the count of the first vote, as they are written


def rows_on(page: Page, inside: str = "body") -> Rows:
    """The result that a screen shows; empty when it shows none."""
    found = page.locator(f"{inside} .result:visible").evaluate_all(_ROWS)
    found += page.locator(f"{inside} .scale-results li:visible").evaluate_all(_PLACES)
    return [(text, count, first) for text, count, first in (map(_plain, row) for row in found)]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _said(html: str) -> str:
    """Spans are no words: they tie two to one line, or name a language."""
    return unescape(re.sub(r"</?span[^>]*>", "", html))


@dataclass
class Model:
    """Who answered what to which vote: the truth that the screens are compared with."""

    answers: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def notes(self, vote: str, who: str, *choices: str) -> None:
        self.answers.setdefault(vote, {})[who] = choices

    def voices(self, vote: str) -> Counter[str]:
        return Counter(choice for choices in self.answers[vote].values() for choice in choices)

    def total(self, vote: str) -> int:
        return len(self.answers[vote])

    def rows(self, question: str, vote: str, first: str | None = None, since_start: bool = False) -> Rows:
        """As a screen must write them."""
        found, then = self.voices(vote), self.voices(first) if first else Counter()
        said = "au début :" if since_start else "1er vote :"
        return [
            (
                text,
                f"{found[choice]} sur {self.total(vote)}",
                f"{said} {then[choice]} sur {self.total(first)}" if first else "",
            )
            for choice, text in choices_of(question).items()
        ]

    def places(self, vote: str, first: str) -> Rows:
        found, then = self.voices(vote), self.voices(first)
        return [(place, str(found[place]), f"1er vote : {then[place]}") for place in "12345"]


class Crowd:
    """Pupils whose phones are official Socket.IO clients."""

    def __init__(self, server: Server, count: int, model: Model) -> None:
        with ThreadPoolExecutor(8) as arriving:  # together, as a class does
            self.phones = list(arriving.map(lambda _: Phone(server), range(count)))
        self.model = model

    def answer(self, vote: str, wanted: list[tuple[str, ...]], place: int = 0, seq: int = 1) -> None:
        """All at once, then each waits for its own confirmation. `wanted` is repeated over the crowd."""
        [version] = {self.version}
        for phone in self.phones:
            phone.wait_for_version(version)
        round_ = self.phones[0].rounds[place]
        for number, phone in enumerate(self.phones):
            choices = wanted[number % len(wanted)]
            assert set(choices) <= set(phone.offered(round_))
            phone.client.emit("answer", {"round": round_, "seq": seq, "choices": list(choices)})
            self.model.notes(vote, f"crowd {number}", *choices)
        for phone in self.phones:
            assert phone.wait_for("saved", "refused") == ("saved", {"round": round_, "seq": seq})

    @property
    def version(self) -> int:
        return max(int(phone.states[-1]["version"]) for phone in self.phones)

    def see(self, words: str) -> None:
        """Every phone is shown this, and all of them the same."""
        until(
            lambda: all(_plain(words) in _plain(_said(phone.states[-1]["html"])) for phone in self.phones),
            f"« {words} » did not come to every phone",
        )

    def rows(self, scratch: Page) -> Rows:
        """What they all show, read in a browser."""
        [html] = {str(phone.states[-1]["html"]) for phone in self.phones}
        scratch.set_content(html)
        return rows_on(scratch)

    def leave(self) -> None:
        for phone in self.phones:
            phone.leave()


def activity(name: str) -> dict[str, Any]:
    return next(found for found in ACTIVITIES if found["id"] == name)
