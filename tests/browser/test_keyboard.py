"""With the keys alone, the focus in sight: a pupil from the code to an answer, an adult from the link to the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.driving import Desk, Server
from tests.house import House

from .classroom import activity
from .conftest import Open
from .console import Console
from .looking import axe, tab_to
from .people import PHONE, Pupil, choices_of, go_to


def test_pupil_joins_and_answers_with_the_keyboard(server: Server, desk: Desk, open_page: Open) -> None:
    pupil = Pupil(open_page(server.address, PHONE), server)
    keys = pupil.page.keyboard
    tab_to(pupil.page, pupil.page.locator("#code"))
    keys.type(server.code)
    keys.press("Enter")
    expect(pupil.sign).not_to_be_empty()
    tab_to(pupil.page, pupil.form.get_by_role("radio").first)
    keys.press("Space")
    pupil.is_told("Réponse enregistrée")
    tab_to(pupil.page, pupil.page.get_by_role("button", name="Suivante"))
    keys.press("Enter")
    expect(pupil.page.locator("[data-place]")).to_have_text("2 / 4")
    expect(pupil.form.get_by_role("radio").first).to_be_focused()
    go_to(desk, "premier-geste")
    tab_to(pupil.page, pupil.form.get_by_role("radio").first)
    keys.press("Space")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    expect(pupil.picked).to_contain_text(choices_of("premier-geste")["maths"])
    pupil.is_told("Réponse enregistrée")
    [kept] = pupil.kept_by_the_server().values()
    assert kept["choices"] == ["maths"]


def test_pupil_keeps_the_focus_when_the_class_is_pushed(desk: Desk, server: Server, open_page: Open) -> None:
    pupil = Pupil.scans(open_page, server)
    go_to(desk, "premier-geste")
    first = pupil.form.get_by_role("radio").first
    tab_to(pupil.page, first)
    before = pupil.page.locator("#state").get_attribute("data-version")
    desk.run("lock")
    expect(pupil.page.locator("#state")).not_to_have_attribute("data-version", str(before))
    expect(first).to_be_focused()


def test_sources_of_a_result_are_reached_with_the_keyboard(
    server: Server, desk: Desk, house: House, open_page: Open
) -> None:
    """All of them, on the console, where room is short; what was opened stays so when the class goes on."""
    page = Console.is_back(open_page, server, house.cookie).page
    go_to(desk, "ce-qui-aide")
    desk.run("close")
    sources = page.locator(".stage .sources")
    expect(page.locator(".stage .explanation")).to_be_visible()
    for source in activity("ce-qui-aide")["sources"]:
        expect(sources).to_contain_text(source["title"])
    expect(sources).to_be_hidden()
    tab_to(page, page.locator(".stage .folded > summary"))
    page.keyboard.press("Enter")
    expect(sources).to_be_visible()
    assert sources.evaluate("e => e.scrollHeight - e.clientHeight") <= 1, "cut short"
    desk.run("reveal")
    expect(page.locator(".stage")).to_contain_text("Résultat montré à la classe")
    expect(sources).to_be_visible()


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Server]:
    """Nobody has an account yet."""
    running = Server(tmp_path).start(demo=False)
    yield running
    running.stop()


def test_adult_makes_an_account_and_runs_a_class_with_the_keyboard(empty_server: Server, open_page: Open) -> None:
    page = open_page(empty_server.addresses["facilitator_url"])
    keys = page.keyboard

    def goes_to(role: str, name: str, press: str) -> None:
        tab_to(page, page.get_by_role(role, name=name).first)  # type: ignore[arg-type]  # one of ARIA's roles
        keys.press(press)

    def fills(label: str, text: str) -> None:
        tab_to(page, page.get_by_label(label, exact=True))
        keys.type(text)

    assert axe(page) == []
    fills("Votre nom", "Alex Morin")
    fills("Adresse électronique", "alex@association.example")
    fills("Mot de passe", "une phrase assez longue")
    keys.press("Enter")
    expect(page).to_have_url(f"{empty_server.address}/animer")
    assert "token" not in page.url
    goes_to("link", "Préparer une séance", "Enter")
    page.wait_for_url("**/animer/nouvelle")
    fills("Adulte présent dans la salle", "Mme Riou")
    fills("Personne à qui parler", "M. Garnier, CPE")
    fills("Où la trouver", "bureau 12")
    goes_to("button", "Ouvrir l’accueil", "Enter")
    step = page.locator("#next")
    expect(step).to_contain_text("Commencer")
    tab_to(page, step)
    keys.press("Enter")
    expect(step).to_contain_text("Message suivant")
    expect(step).to_be_focused()  # the same button goes on: nothing to look for between two steps
    page.wait_for_timeout(800)  # a second press within 0.7 s is a double click
    keys.press("Enter")
    expect(page.locator(".thread-small li")).to_have_count(2)
    goes_to("button", "Finir…", "Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_text("Continuer la séance")).to_be_focused()
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.wait_for_timeout(800)
    goes_to("button", "Finir…", "Enter")
    goes_to("button", "Terminer pour de bon", "Enter")
    expect(page.get_by_role("heading", name="La séance est terminée")).to_be_visible()
