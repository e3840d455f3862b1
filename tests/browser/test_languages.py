"""A class whose phones speak several languages: chosen without a sign, clear to everybody, counted as one."""

import pytest
from playwright.sync_api import Page, expect

from tests.driving import Desk, Server
from tests.house import House

from .conftest import Open
from .console import Console
from .looking import axe, every_state, too_wide
from .people import PHONE, SCREEN, go_to

TOLD = {
    "fr": "Réponse enregistrée",
    "fr-falc": "Ta réponse est arrivée",
    "ar": "سُجّلت الإجابة",
    "uk": "Відповідь збережено",
}
OWN_NAMES = {"fr-falc": "Français facile", "en": "English", "ar": "العربية", "uk": "Українська"}
NARROW = 320


def scans(open_page: Open, server: Server, language: str, **options: object) -> Page:
    """In French first, as everybody; then the language is chosen at the foot of the page."""
    page = open_page(server.addresses["participant_url"], PHONE, **options)
    if language != "fr":
        page.locator(".languages a", has_text=OWN_NAMES[language]).last.click()
    if options.get("java_script_enabled", True):
        expect(page.locator("[data-mine=name]")).not_to_be_empty()
    return page


def test_four_phones_in_four_languages_are_one_class(open_page: Open, server: Server, desk: Desk, house: House) -> None:
    wall = open_page(server.addresses["projector_url"], SCREEN)
    console = Console.is_back(open_page, server, house.cookie).page
    phones = {language: scans(open_page, server, language) for language in TOLD}
    assert [page.locator("html").get_attribute("dir") for page in phones.values()] == [None, None, "rtl", None]
    go_to(desk, "premier-geste")
    for place, (language, page) in enumerate(phones.items()):
        page.locator("label.choice").nth(place % 2).click()
        expect(page.locator("[data-receipt-text]")).to_have_text(TOLD[language])
    desk.run("close", "reveal")
    for screen in (wall, console):
        counts = screen.locator(".result-count")
        expect(counts.nth(0)).to_have_text("2 sur 4")
        expect(counts.nth(1)).to_have_text("2 sur 4")
        for own_name in ("العربية", "Українська", "Français facile"):
            expect(screen.locator("body")).not_to_contain_text(own_name)
    expect(phones["ar"].locator(".result-count").first).to_have_text("2 من 4")
    expect(phones["uk"].locator(".result-count").first).to_have_text("2 із 4")
    assert phones["fr"].locator("h1").text_content() != phones["fr-falc"].locator("h1").text_content()


def test_a_language_is_chosen_without_a_script_and_the_answer_is_kept(
    open_page: Open, server: Server, desk: Desk
) -> None:
    page = scans(open_page, server, "ar", java_script_enabled=False)
    go_to(desk, "premier-geste")
    page.get_by_role("button", name="أنا هنا").click()
    page.locator("label.choice").first.click()
    page.get_by_role("button", name="إرسال").click()
    expect(page.locator("[data-receipt-text]")).to_have_text(TOLD["ar"])
    page.locator(".languages a", has_text="Français").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("label.choice input").first).to_be_checked()


@pytest.mark.parametrize("language", OWN_NAMES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways_in_any_state(
    language: str, open_page: Open, server: Server, desk: Desk
) -> None:
    page = scans(open_page, server, language, reduced_motion="reduce")
    page.set_viewport_size({"width": NARROW, "height": 640})
    found = []
    for state in every_state(desk, page):
        found += [f"{state}: {fault}" for fault in axe(page) + too_wide(page)]
        if state in ("lobby", "deja-vu"):
            page.locator("#help summary").click()
            page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
            found += [f"{state}, help: {fault}" for fault in axe(page) + too_wide(page)]
            page.locator("#help summary").click()
    assert not found, "\n".join(found)


def test_a_scale_reads_as_its_ends_do(open_page: Open, server: Server, desk: Desk) -> None:
    """The ends are French, and so the line: « Pas du tout » and 1 on the left, on a page that runs from the right."""
    page = scans(open_page, server, "ar")
    go_to(desk, "une-seule-image")
    first, last = page.locator(".scale-step").first.bounding_box(), page.locator(".scale-step").last.bounding_box()
    no, yes = (
        page.locator(".scale-ends span").first.bounding_box(),
        page.locator(".scale-ends span").last.bounding_box(),
    )
    assert first and last and no and yes
    assert (first["x"] < last["x"]) == (no["x"] < yes["x"])
