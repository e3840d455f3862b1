"""The teacher's page in a real browser: read, opened at a sheet, printed."""

from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.house import House

from .conftest import Open
from .looking import axe, moving, too_wide
from .people import PHONE

NARROW = (320, 256)


@pytest.fixture
def letter(house: House, open_page: Open) -> Page:
    """The page of the made-up class, by its link."""
    page = open_page(house.server.addresses["teacher_url"], reduced_motion="reduce")
    expect(page.get_by_role("heading", name="Si vous n’avez que dix minutes")).to_be_visible()
    return page


def printed(page: Page) -> list[str]:
    """What each page of paper says."""
    return [sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages]


def test_axe_finds_nothing_on_the_page_wide_nor_narrow(letter: Page) -> None:
    assert "/lien/" not in letter.url
    assert axe(letter) == []
    assert moving(letter) == []
    for width, height in (PHONE, NARROW):
        letter.set_viewport_size({"width": width, "height": height})
        assert too_wide(letter) == []
        assert axe(letter) == []


def test_letter_prints_on_two_pages_and_an_opened_sheet_alone_on_one(letter: Page) -> None:
    pages = printed(letter)
    assert len(pages) == 2
    assert "Minute par minute" not in "".join(pages)
    letter.get_by_role("link", name="Ouvrir la fiche").click()
    [sheet] = printed(letter)
    assert "Minute par minute" in sheet
    assert "Ce que la classe sait" not in sheet
    letter.locator(".sheet:target").get_by_role("link", name="Revenir à la lettre").click()
    assert len(printed(letter)) == 2


def test_each_sheet_prints_on_one_page(letter: Page) -> None:
    sheets = [str(sheet.get_attribute("id")) for sheet in letter.locator(".sheet").all()]
    assert len(sheets) == 4
    for name in sheets:
        letter.goto(f"{letter.url.partition('#')[0]}#{name}")
        assert len(printed(letter)) == 1, name


def test_page_of_the_hand_over_and_the_letter_before_it_are_clear(house: House, open_page: Open) -> None:
    page = open_page("about:blank", reduced_motion="reduce")
    page.context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": house.server.address}])
    page.goto(f"{house.server.address}/animer")
    page.get_by_role("link", name="Voir le bilan").first.click()
    page.get_by_role("link", name="Remettre la lettre").click()
    expect(page.get_by_role("heading", name="Les fichiers")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="Lire la lettre").click()
    assert axe(page) == []
