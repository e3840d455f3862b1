"""What a school reads, in a real browser: wide, narrow, for a screen reader, printed."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from samples.held import Class, make_school, make_visit, write
from tests.conftest import make_config, make_database
from tests.driving import Server
from tests.house import House
from workshop import clock, create_app
from workshop.extensions import db
from workshop.services import accounts

from .conftest import Open
from .looking import axe, moving, too_wide
from .people import PHONE

NARROW = (320, 256)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server whose database holds a school that three classes were met in."""
    data = tmp_path_factory.mktemp("visited")
    config = make_config(data)
    make_database(config)
    with create_app(config, start=False).app_context():
        day = clock.now() - timedelta(days=1)
        owner = accounts.create_account("Ada", "ada@example.org", None, True, clock.now())
        lived, visit = {"souvent": 6, "une-fois": 9, "non": 11}, make_visit(make_school("Collège Berlioz", "44"), day)
        write(*(Class(owner, f"4e {name}", lived=lived, started=day, intervention=visit) for name in "ABC"))
        db.session.remove()
        db.engine.dispose()
    running = Server(data).start()
    found = House(running)
    yield found
    found.http.close()
    running.stop()


@pytest.fixture
def page(house: House, open_page: Open) -> Page:
    found = open_page("about:blank", reduced_motion="reduce")
    found.context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": house.server.address}])
    found.goto(f"{house.server.address}/etablissements/1")
    found.get_by_role("link", name="Remettre le bilan à l’établissement").click()
    return found


def test_hand_over_and_the_page_are_clear_wide_and_narrow(page: Page) -> None:
    expect(page.get_by_role("heading", name="Les fichiers")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="Lire la page").click()
    expect(page.get_by_role("heading", name="Les classes rencontrées")).to_be_visible()
    expect(page.locator(".ranges li")).to_have_count(4)
    assert axe(page) == []
    assert moving(page) == []
    for width, height in (PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        assert too_wide(page) == []
        assert axe(page) == []


def test_page_prints_without_its_buttons(page: Page) -> None:
    page.get_by_role("link", name="Lire la page").click()
    page.wait_for_load_state()
    sheets = [sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages]
    assert len(sheets) <= 2
    assert "Les classes rencontrées" in sheets[0]
    assert "Télécharger" not in "".join(sheets)
