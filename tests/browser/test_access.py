"""Every screen, in every state of a class: for a screen reader, at 320 pixels, without motion, from the back row."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.driving import Desk, Server
from tests.house import House

from .conftest import Open
from .console import Console
from .looking import axe, every_state, moving, pale, too_wide
from .people import SCREEN, Pupil

NARROW = (320, 256)  # 1280 × 1024 at 400 %


@dataclass
class Screens:
    """The three screens of one class, as it goes from state to state."""

    desk: Desk
    phone: Page
    wall: Page
    console: Page

    def states(self) -> Iterator[tuple[str, dict[str, Page]]]:
        pages = {"phone": self.phone, "wall": self.wall, "console": self.console}
        for state in every_state(self.desk, *pages.values()):
            yield state, pages


@pytest.fixture
def screens(server: Server, desk: Desk, house: House, open_page: Open) -> Screens:
    def opened(**options: object) -> Screens:
        return Screens(
            desk,
            Pupil.scans(open_page, server, **options).page,
            open_page(server.addresses["projector_url"], SCREEN, **options),
            Console.is_back(open_page, server, house.cookie, **options).page,
        )

    return opened(reduced_motion="reduce")


def test_axe_finds_nothing_in_any_state_of_a_class(screens: Screens) -> None:
    """Nor is anything animated for who wants no motion, nor pale on the wall. One walk: it takes a while."""
    found = []
    for state, pages in screens.states():
        for name, page in pages.items():
            found += [f"{name}, {state}: {fault}" for fault in axe(page) + moving(page)]
        found += [f"contrast under 7, {state}: {fault}" for fault in pale(pages["wall"], 7)]
    assert not found, "\n".join(found)


def test_axe_finds_nothing_in_the_dark_nor_with_notes_and_help_open(
    screens: Screens, server: Server, house: House
) -> None:
    screens.wall.context.add_cookies([{"name": "preau_theme", "value": "dark", "url": server.address}])
    screens.wall.reload()
    expect(screens.wall.locator("html")).to_have_attribute("data-theme", "dark")
    screens.console.get_by_role("button", name="afficher mes notes").click()
    expect(screens.console.locator("body.notes-hidden")).to_have_count(0)
    screens.phone.locator("#help summary").click()
    found = []
    for state, pages in screens.states():
        for name, page in pages.items():
            found += [f"{name}, {state}: {fault}" for fault in axe(page)]
        found += [f"contrast under 7, {state}: {fault}" for fault in pale(pages["wall"], 7)]
    assert not found, "\n".join(found)


def test_nothing_scrolls_sideways_at_320_pixels(screens: Screens) -> None:
    found = []
    for page in (screens.phone, screens.wall, screens.console):
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    for state, pages in screens.states():
        for name, page in pages.items():
            found += [f"{name}, {state}: {fault}" for fault in too_wide(page)]
    assert not found, "\n".join(found)


OF_THE_DESK = ("/animer", "/agenda", "/etablissements")
PLACES = (
    "/", "/accessibilite", "/accessibilite/criteres",
    "/r/INCONNU9", "/r?code=", "/nulle-part", "/motifs", "/connexion", "/animer", "/animer/nouvelle",
    "/animer/bilan", "/animer/echange", "/animer/preparation", "/agenda", "/etablissements",
    "/etablissements/nouveau", "/etablissements/annuaire", "/nos-ateliers", "/nos-ateliers/le-montage",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_other_pages_are_clear_narrow_and_still(place: str, house: House, open_page: Open) -> None:
    page = open_page("about:blank", reduced_motion="reduce")
    if place.startswith(OF_THE_DESK):
        page.context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": house.server.address}])
    page.goto(house.server.address + place)
    assert axe(page) == []
    assert moving(page) == []
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert too_wide(page) == []
    assert axe(page) == []


def test_forms_refused_are_as_clear_as_before(house: House, open_page: Open) -> None:
    page = open_page("about:blank")
    page.context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": house.server.address}])
    page.goto(f"{house.server.address}/animer/nouvelle")
    page.get_by_role("button", name="Ouvrir l’accueil").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert axe(page) == []


def test_drawers_dialogs_and_the_remote_are_clear(server: Server, house: House, open_page: Open) -> None:
    console = Console.is_back(open_page, server, house.cookie)
    for drawer in ("Entrée", "Réglages"):
        console.page.locator("summary", has_text=drawer).click()
        assert axe(console.page) == []
    console.page.get_by_role("button", name="Relier un téléphone").click()
    code = console.page.locator("#pairing svg[aria-label]")
    expect(code).to_be_visible()
    assert axe(console.page) == []
    remote = open_page(str(code.get_attribute("aria-label")), (360, 740))
    label = remote.locator(".remote-label").text_content()
    assert axe(remote) == []
    expect(console.page.locator(".asks")).to_contain_text(str(label))
    console.page.get_by_role("button", name="Oui, confirmer").click()
    expect(remote.get_by_role("button", name="Commencer")).to_be_visible()
    assert axe(remote) == []
    remote.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert too_wide(remote) == []
    console.page.get_by_role("button", name="Finir…").click()
    expect(console.page.get_by_role("dialog")).to_be_visible()
    assert axe(console.page) == []
