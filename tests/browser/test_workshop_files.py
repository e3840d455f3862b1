"""Questions brought from a file: by keyboard alone, with and without a script, for a screen reader, at 320 pixels."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.house import House

from .conftest import Open
from .looking import axe, tab_to, too_wide

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request: pytest.FixtureRequest, house: House, open_page: Open) -> Page:
    found = open_page("about:blank", java_script_enabled=request.param)
    found.context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": house.server.address}])
    found.goto(f"{house.server.address}/ateliers/importer")
    return found


def press(page: Page, name: str) -> None:
    tab_to(page, page.get_by_role("button", name=name).first)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_file_is_read_reported_and_let_go_by_keyboard_alone(page: Page) -> None:
    page.get_by_label("Fichier").set_input_files(DATA / "pronote" / "qcm-snt.xml")
    press(page, "Lire le fichier")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce qui a été compris")
    expect(page.locator("ol.brought > li")).to_have_count(23)
    expect(page.locator(".brought-left")).to_have_count(4)
    press(page, "Ne pas garder, choisir un autre fichier")
    expect(page.get_by_role("heading", level=1)).to_have_text("Apporter des questions")


def test_file_too_large_is_said_on_the_page_even_when_it_is_very_large(page: Page, tmp_path: Path) -> None:
    (tmp_path / "gros.zip").write_bytes(bytes(20_000_000))
    page.get_by_label("Fichier").set_input_files(tmp_path / "gros.zip")
    press(page, "Lire le fichier")
    expect(page.get_by_role("alert")).to_contain_text("trop gros")


def test_pages_are_sound_for_a_screen_reader_and_hold_at_320_pixels(house: House, open_page: Open) -> None:
    page = open_page("about:blank")
    page.context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": house.server.address}])
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{house.server.address}/ateliers/importer")
    assert axe(page) == [] and not too_wide(page)
    page.get_by_label("Fichier").set_input_files(DATA / "moodle" / "truefalse.xml")
    page.get_by_role("button", name="Lire le fichier").click()
    page.get_by_text("Rien n’est encore gardé.").wait_for()
    assert axe(page) == [] and not too_wide(page)
    page.get_by_role("button", name="Ne pas garder").click()
    page.goto(f"{house.server.address}/ateliers/le-montage/exporter")
    for summary in page.locator("summary").all():
        summary.click()
    assert axe(page) == [] and not too_wide(page)
