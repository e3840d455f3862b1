"""The remote in a hand, at 360 × 740: over https, behind a proxy that says so, and over the http of a classroom."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.driving import Server
from tests.written_workshop import written_library

from .conftest import Open
from .console import Console
from .looking import axe, too_wide
from .people import PHONE, Pupil

WORDS = ("Courage", "Écouter sans juger", "Mdr t’es nul")


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Server]:
    proxied = Path(__file__).parent / "proxied.py"
    running = Server(tmp_path / "data", script=proxied, PREAU_QUIZZES=str(written_library(tmp_path)))
    running.start(PREAU_PUBLIC_URL=running.address)
    yield running
    running.stop()


@pytest.fixture
def console(hosted: Server, open_page: Open) -> Console:
    return Console.signs_in(open_page, hosted)


def pair(console: Console, open_page: Open) -> Page:
    console.page.locator("summary", has_text="Réglages").click()
    console.page.get_by_role("button", name="Relier un téléphone").click()
    code = console.page.locator("#pairing svg[aria-label]")
    remote = open_page(str(code.get_attribute("aria-label")), PHONE, has_touch=True)
    console.page.get_by_role("button", name="Oui, confirmer").click()
    return remote


def writes(open_page: Open, hosted: Server, words: str) -> None:
    pupil = Pupil.scans(open_page, hosted)
    pupil.form.locator("textarea, input[name=text]").first.fill(words)
    pupil.sends()
    expect(pupil.receipt).to_be_visible()


def test_facilitator_who_walks_reads_and_decides_by_thumb(hosted: Server, console: Console, open_page: Open) -> None:
    remote = pair(console, open_page)
    remote.get_by_role("button", name="Commencer").tap()
    expect(remote.get_by_role("button", name="Activité suivante")).to_be_visible()
    remote.wait_for_timeout(800)
    remote.get_by_role("button", name="Activité suivante").tap()
    expect(remote.get_by_role("button", name="Fermer les messages")).to_be_visible()
    for words in WORDS:
        writes(open_page, hosted, words)

    cover = remote.locator("[data-uncover]")
    expect(cover).to_contain_text("3 messages à lire")
    expect(remote.locator(".remote-read")).to_be_hidden()
    assert axe(remote) == [] and too_wide(remote) == []
    cover.tap()
    expect(remote.locator(".remote-read")).to_contain_text("Un seul mot, celui qui vient")
    shown = remote.locator(".remote-one li:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("Courage")
    assert axe(remote) == [] and too_wide(remote) == []

    # What comes in before it, in the order of the alphabet, does not take its place under the thumb.
    writes(open_page, hosted, "Aider")
    expect(remote.locator(".remote-reading h2")).to_contain_text("4")
    expect(shown).to_contain_text("Courage")
    for button in shown.locator("button").all():
        box = button.bounding_box()
        assert box is not None and box["height"] >= 48 and box["y"] + box["height"] <= PHONE[1]
    keep = shown.get_by_role("button", name="Garder")
    keep.dblclick()  # a thumb that trembles decides once
    expect(remote.locator("[data-undo]")).to_contain_text("Gardé : Courage")
    expect(remote.locator(".remote-reading h2")).to_contain_text("3")
    remote.wait_for_timeout(800)
    remote.get_by_role("button", name="Annuler").tap()
    expect(remote.locator(".remote-reading h2")).to_contain_text("4")
    expect(remote.locator("[data-undo]")).to_be_hidden()
    remote.get_by_role("button", name="Décider plus tard").tap()
    expect(shown).not_to_contain_text("Aider")

    remote.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    remote.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(remote.locator(".remote-read")).to_be_hidden()


def test_remote_over_the_http_of_a_classroom_has_buttons_alone(
    hosted: Server, console: Console, open_page: Open
) -> None:
    remote = pair(console, open_page)
    expect(remote.locator("[data-uncover]")).to_be_visible()
    remote.goto(remote.url + "?en-clair")
    expect(remote.get_by_role("button", name="Commencer")).to_be_visible()
    expect(remote.locator("[data-uncover], .remote-read")).to_have_count(0)
    assert axe(remote) == [] and too_wide(remote) == []


def test_remote_that_is_taken_away_says_so(hosted: Server, console: Console, open_page: Open) -> None:
    remote = pair(console, open_page)
    expect(remote.get_by_role("button", name="Commencer")).to_be_visible()
    console.page.locator("summary", has_text="Réglages").click()
    console.page.get_by_role("button", name="Retirer la télécommande").click()
    expect(remote.locator("[data-said]")).to_contain_text("a été retirée")
