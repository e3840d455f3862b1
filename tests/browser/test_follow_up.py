"""Weeks later, hosted: a teacher opens the questions again, pupils answer at their own pace, and it is compared."""

import copy
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.driving import Phone, Server

from .conftest import Open
from .looking import axe, moving, too_wide
from .people import PHONE, Pupil

OTHERS = 9  # at the wire, beside three in browsers


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("hosted"))
    running.start(PREAU_PUBLIC_URL=running.address)
    yield running
    running.stop()


@pytest.fixture
def teacher(hosted: Server, open_page: Open) -> Page:
    """The teacher of the made-up class, by their link, on the page of what is asked again."""
    page = open_page(hosted.addresses["teacher_url"], reduced_motion="reduce")
    page.locator(".news").get_by_role("link").click()
    return page


def launch(teacher: Page, hosted: Server) -> Server:
    """The same server, with the address that the page shows for the class."""
    again = teacher.get_by_text("Poser de nouveau ces questions")
    if again.count():
        again.click()
    teacher.get_by_role("button", name="Lancer").click()
    opened = copy.copy(hosted)
    opened.addresses = {"code": teacher.locator(".news-code").inner_text(), "participant_url": link(teacher)}
    return opened


def link(teacher: Page) -> str:
    return teacher.get_by_label(re.compile("Le lien, à donner")).input_value()


def close(teacher: Page) -> None:
    teacher.get_by_text("Fermer maintenant").click()
    teacher.get_by_role("button", name="Oui, fermer").click()


def answers_all(page: Page) -> None:
    """One after the other, the first choice of each."""
    for number in range(1, 6):
        expect(page.locator("[data-place]")).to_have_text(f"{number} / 5")
        form = page.locator("form.question:visible")
        form.locator("label.choice").first.click()
        if form.get_attribute("data-multiple") is not None:
            form.get_by_role("button", name="Envoyer").click()
        expect(form.locator("[data-receipt]")).to_contain_text("Réponse enregistrée")
        if number < 5:
            expect(page.locator("[data-thanks]")).to_be_hidden()
            page.get_by_role("button", name="Suivante").click()


def test_three_pupils_answer_and_under_ten_nothing_is_shown(hosted: Server, teacher: Page, open_page: Open) -> None:
    assert axe(teacher) == []
    again = launch(teacher, hosted)
    assert axe(teacher) == []
    assert too_wide(teacher) == []
    pages = [open_page(link(teacher), PHONE, reduced_motion="reduce") for _ in range(3)]
    for page in pages:
        answers_all(page)
        expect(page.get_by_role("heading", name="Merci, tout est enregistré.")).to_be_in_viewport()
        expect(page.locator("[data-mine=identity]")).to_be_visible()
    assert axe(pages[0]) == []
    assert too_wide(pages[0]) == []
    # Each browser holds the cookie of this live session alone.
    for page in pages:
        names = {str(cookie["name"]) for cookie in page.context.cookies()}
        assert names == {f"preau_{again.code.lower()}"}
    # What was answered comes back with the page, on this phone alone.
    pages[0].reload()
    expect(pages[0].get_by_role("heading", name="Merci, tout est enregistré.")).to_be_visible()
    teacher.get_by_role("link", name="Actualiser").click()
    expect(teacher.locator(".news-count b")).to_have_text("3")
    close(teacher)
    expect(teacher.get_by_text("Moins de 10 réponses")).to_be_visible()
    assert axe(teacher) == []
    for page in pages:
        expect(page.get_by_role("heading", name="Merci, c’est terminé.")).to_be_visible()
    late = open_page(again.addresses["participant_url"], PHONE)
    expect(late.get_by_role("heading", name="Merci, c’est terminé.")).to_be_visible()


def test_twelve_pupils_are_compared_with_the_day(hosted: Server, teacher: Page, open_page: Open) -> None:
    again = launch(teacher, hosted)
    phones = [Phone(again) for _ in range(OTHERS)]
    for phone in phones:
        for round_ in phone.rounds:
            assert phone.answer(round_, phone.offered(round_)[0])[0] == "saved"
    for javascript in (True, True, False):
        page = open_page(link(teacher), PHONE, java_script_enabled=javascript, reduced_motion="reduce")
        if javascript:
            answers_all(page)
            continue
        page.get_by_role("button", name="Je suis là").click()
        pupil = Pupil(page, again)
        for number in range(5):
            form = pupil.page.locator("form.question").nth(number)
            form.locator("label.choice").first.click()
            form.get_by_role("button", name="Envoyer").click()
            expect(pupil.page.locator("form.question").nth(number)).to_contain_text("Réponse enregistrée")
        expect(page.get_by_role("heading", name="Merci, tout est enregistré.")).to_be_visible()
    teacher.get_by_role("link", name="Actualiser").click()
    expect(teacher.locator(".news-count b")).to_have_text("12")
    close(teacher)
    expect(teacher.get_by_text("Deux groupes comparés, sans relier personne")).to_be_visible()
    found = teacher.locator(".figure")
    expect(found).to_have_count(5)
    expect(found.first.locator(".finding")).to_contain_text("sur 12. À la fin de l’atelier")
    expect(found.first.locator("td.count").first).to_have_text("12")
    for width, height in (PHONE, (320, 256)):
        teacher.set_viewport_size({"width": width, "height": height})
        assert too_wide(teacher) == []
        assert axe(teacher) == []
        assert moving(teacher) == []
    for phone in phones:
        phone.leave()
