"""A laptop dies: a colleague goes on with the class from another, with the keys alone; the first may have it back."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.driving import WAIT, Server, csrf_of
from tests.house import House

from .conftest import Open
from .console import Console
from .looking import axe, tab_to, too_wide
from .people import LAPTOP, PHONE, WORKSHOP, Pupil, choices_of

COLLEAGUE = "Lou Ferrand"


@dataclass
class Colleague:
    page: Page
    number: str  # of the account, in the list of the set-up


@pytest.fixture
def colleague(house: House, open_page: Open) -> Colleague:
    """A second account of the association, in a browser of its own."""
    desk = f"{house.server.address}/animer"
    invite = {"csrf_token": csrf_of(house.http.get(desk, timeout=WAIT).text), "email": "lou.ferrand@example.org"}
    invited = house.http.post(f"{house.server.address}/connexion/inviter", data=invite, timeout=WAIT).text
    [link] = re.findall(r'value="(http[^"]+/lien/[^"]+)"', invited)
    page = open_page(link)
    page.get_by_label("Votre nom").fill(COLLEAGUE)
    page.get_by_label("Mot de passe").fill("une phrase assez longue")
    page.keyboard.press("Enter")
    page.wait_for_url(desk)
    [number] = re.findall(rf'value="(\d+)">{COLLEAGUE}<', house.http.get(f"{desk}/nouvelle", timeout=WAIT).text)
    return Colleague(page, number)


def is_clean(page: Page) -> None:
    for width, height in (PHONE, LAPTOP):
        page.set_viewport_size({"width": width, "height": height})
        assert axe(page) == []
        assert too_wide(page) == []


def takes_over(page: Page) -> Console:
    """In one press."""
    tab_to(page, page.get_by_role("button", name="Reprendre la séance"))
    page.keyboard.press("Enter")
    console = Console(page)
    expect(console.next).to_be_visible()
    return console


def is_told(page: Page, name: str) -> None:
    """By itself: whoever reads it and whoever hears it."""
    told = f"{name} anime maintenant cette séance"
    expect(page.get_by_role("heading", level=1)).to_have_text(told)
    expect(page).to_have_title(f"{told} · Préau")
    expect(page.get_by_role("main")).to_contain_text("Rien n’est perdu")
    expect(page.locator("#next")).to_have_count(0)


def test_colleague_goes_on_with_a_class_whose_first_console_is_told_and_may_have_it_back(
    house: House, colleague: Colleague, open_page: Open
) -> None:
    server: Server = house.opens_a_class(partner=colleague.number, class_label="4e B")
    first = Console.is_back(open_page, server, house.cookie)
    pupil = Pupil.scans(open_page, server)
    pupil.picks(next(iter(choices_of(WORKSHOP["questions"][0]["id"]).values())))
    sign, kept = pupil.sign.inner_text(), pupil.kept_by_the_server()
    assert kept

    page = colleague.page
    page.goto(server.addresses["facilitator_url"])
    expect(page.get_by_role("heading", level=1)).to_contain_text("anime cette séance")
    expect(page.get_by_role("main")).to_contain_text("4e B")
    expect(page.get_by_role("main")).to_contain_text(server.code)
    is_clean(page)
    second = takes_over(page)
    assert page.url == server.addresses["facilitator_url"]
    assert (pupil.sign.inner_text(), pupil.kept_by_the_server()) == (sign, kept)

    is_told(first.page, COLLEAGUE)
    is_clean(first.page)
    second.presses_space()
    expect(second.stage).to_contain_text("On a quoi demain")
    pupil.sees("On a quoi demain")

    back = takes_over(first.page)
    is_told(page, "Démonstration")
    back.presses_space()
    expect(back.page.locator(".thread-small li")).to_have_count(2)
