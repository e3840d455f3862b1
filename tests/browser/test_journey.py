"""A class is lived on a laptop without Internet; what remains of it goes to the school's teacher by the association's
site: from the end screen to the signed file, the letter, its print, and the questions asked again."""

import copy
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.driving import Desk, Phone, Server

from .conftest import Open
from .people import PHONE
from .test_follow_up import answers_all, close, launch, link

PUPILS = 12
TITLE = "Porter une séance de l’ordinateur au site"


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "laptop").start()
    yield running
    running.stop()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "site")
    running.start(PREAU_PUBLIC_URL=running.address)
    yield running
    running.stop()


def live(laptop: Server) -> Desk:
    """Twelve pupils answer the lobby's questions, then the hour ends at once."""
    desk = Desk(laptop)
    for phone in [Phone(laptop) for _ in range(PUPILS)]:
        for round_ in phone.rounds:
            assert phone.answer(round_, phone.offered(round_)[0])[0] == "saved"
        phone.leave()
    desk.run("end")
    return desk


def signed_in(open_page: Open, server: Server, cookie: str) -> Page:
    page = open_page("about:blank", reduced_motion="reduce", accept_downloads=True)
    page.context.add_cookies([{"name": "preau_desk", "value": cookie, "url": server.address}])
    page.goto(f"{server.address}/animer")
    return page


def downloaded(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


@pytest.mark.timeout(240)
def test_class_of_a_laptop_reaches_its_teacher(laptop: Server, site: Server, open_page: Open, tmp_path: Path) -> None:
    # On the site: the exchange key of this facilitator.
    there = open_page(site.addresses["facilitator_url"], reduced_motion="reduce")
    there.goto(f"{site.address}/animer")
    there.get_by_role("link", name=TITLE).click()
    key = there.locator("#exchange-key").input_value()

    # On the laptop, once the class has ended: the key is kept, the files are made.
    desk = live(laptop)
    here = signed_in(open_page, laptop, str(desk.http.cookies["preau_desk"]))
    here.get_by_role("link", name=TITLE).click()
    here.get_by_label("La clé d’échange").fill(key)
    here.get_by_role("button", name="La garder").click()
    here.goto(f"{laptop.address}/animer/{desk.live_id}")
    here.get_by_role("link", name="Remettre la lettre").click()
    written = downloaded(here, "Télécharger la page", tmp_path)
    printed = downloaded(here, "Télécharger le PDF", tmp_path)
    signed = downloaded(here, "Télécharger le fichier signé", tmp_path)
    alone = open_page(f"file://{written}")
    expect(alone.get_by_role("heading", name="À qui parler")).to_be_visible()
    said = "".join(sheet.extract_text() for sheet in PdfReader(printed).pages)
    assert f"sur {PUPILS}" in said
    desk.leave()

    # Brought to the site, twice: it is there once.
    for _ in range(2):
        there.goto(f"{site.address}/animer/echange")
        there.get_by_label("Le fichier, en .preau").set_input_files(signed)
        there.get_by_role("button", name="L’apporter").click()
        expect(there.locator("[role=alert]")).to_have_count(0)
    there.goto(f"{site.address}/animer")
    brought = there.get_by_role("link").filter(has_text="Classe d’essai").filter(has_text="Voir le bilan")
    expect(brought).to_have_count(1)

    # Its teacher gets a link, reads, prints.
    brought.click()
    there.get_by_role("link", name="Remettre la lettre").click()
    there.get_by_role("button", name="Créer le lien").click()
    teacher = open_page(there.locator("#teacher-link").input_value(), reduced_motion="reduce")
    assert "/lien/" not in teacher.url
    expect(teacher.get_by_text(f"{PUPILS} téléphones")).to_be_visible()
    assert len(PdfReader(BytesIO(teacher.pdf(prefer_css_page_size=True))).pages) <= 2

    # Weeks later: five questions again, three pupils, and the two groups side by side.
    teacher.locator(".news").get_by_role("link").click()
    again = launch(teacher, copy.copy(site))
    for page in [open_page(link(teacher), PHONE, reduced_motion="reduce") for _ in range(3)]:
        answers_all(page)
    for phone in [Phone(again) for _ in range(PUPILS - 3)]:
        for round_ in phone.rounds:
            assert phone.answer(round_, phone.offered(round_)[0])[0] == "saved"
        phone.leave()
    close(teacher)
    expect(teacher.get_by_text("Deux groupes comparés, sans relier personne")).to_be_visible()
    expect(teacher.locator(".figure").first.locator(".finding")).to_contain_text(f"sur {PUPILS}")
