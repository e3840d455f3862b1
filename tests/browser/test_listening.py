"""What is heard by whoever does not see the three screens, as the browser's accessibility tree has it."""

import pytest
from playwright.sync_api import Page, expect

from tests.driving import Desk, Phone, Server
from tests.house import House

from .conftest import Open
from .console import Console
from .people import SCREEN, Pupil, choices_of, go_to

HEARD = "[data-heard]"
QUESTION = "premier-geste"
ASKED = "Honnêtement, tu fais quoi en premier"
# What is put into live regions, in its order; installed before the page's own scripts.
LISTEN = """() => addEventListener("DOMContentLoaded", () => {
    window.heard = [];
    new MutationObserver(changes => {
        for (const change of changes) {
            const node = change.target.nodeType === 1 ? change.target : change.target.parentElement;
            const region = node && node.closest("[role=status], [role=alert], [aria-live]");
            if (region && region.getClientRects().length) window.heard.push(region.textContent.trim());
        }
    }).observe(document.body,
        {subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["hidden"]});
})"""


def listens(page: Page) -> Page:
    page.add_init_script(f"({LISTEN})()")
    page.reload()
    return page


def heard(page: Page) -> list[str]:
    """Since the last time, without what was repeated at once."""
    found: list[str] = page.evaluate("() => window.heard.splice(0)")
    return [said for place, said in enumerate(found) if said and (place == 0 or said != found[place - 1])]


@pytest.fixture
def wall(server: Server, open_page: Open) -> Page:
    return listens(open_page(server.addresses["projector_url"], SCREEN))


@pytest.fixture
def console(server: Server, house: House, open_page: Open) -> Page:
    return listens(Console.is_back(open_page, server, house.cookie).page)


@pytest.fixture
def pupil(server: Server, open_page: Open) -> Pupil:
    found = Pupil.scans(open_page, server)
    listens(found.page)
    expect(found.sign).not_to_be_empty()
    return found


def test_screens_tell_each_step_and_no_count(
    server: Server, desk: Desk, pupil: Pupil, wall: Page, console: Page
) -> None:
    go_to(desk, QUESTION)
    for page in (pupil.page, wall, console):
        expect(page.locator(HEARD)).to_contain_text(ASKED)
    assert [said for said in heard(pupil.page) if ASKED in said] == [heard_in(pupil.page)]
    for page in (wall, console):
        heard(page)
    others = [Phone(server) for _ in range(3)]
    for phone in others:
        [round_] = phone.rounds
        phone.answer(round_, phone.offered(round_)[0])
    expect(console.locator("[data-tally=answered]").first).to_have_text("3")
    expect(wall.locator("[data-tally=answered]").first).to_have_text("3")
    assert (heard(wall), heard(console)) == ([], []), "counts are told"
    pupil.picks(choices_of(QUESTION)["prive"])
    assert any("Réponse enregistrée" in said for said in heard(pupil.page))
    assert desk.command("deadline", number=120).ok
    expect(pupil.page.locator(HEARD)).to_contain_text("se ferme tout seul")
    heard(console)
    console.wait_for_timeout(2_500)  # the clock ticks each second, and says nothing
    assert heard(console) == []
    pupil.page.get_by_role("button", name="J’ai besoin de plus de temps").click()
    expect(pupil.page.locator(HEARD)).to_contain_text("Prends ton temps")
    expect(console.locator(HEARD)).to_contain_text("quelqu’un a besoin de temps")
    desk.run("pause")
    expect(pupil.page.locator(HEARD)).to_have_text("C’est la pause")
    desk.run("resume", "close")
    expect(pupil.page.locator(HEARD)).to_have_text("Le vote est fermé.")
    expect(console.locator(HEARD)).to_contain_text("Vote fermé, pas encore montré")
    for phone in others:
        phone.leave()


def heard_in(page: Page) -> str:
    return str(page.locator(HEARD).text_content())


def test_lost_connection_is_told(own_server: Server, open_page: Open) -> None:
    pupil = Pupil.scans(open_page, own_server)
    listens(pupil.page)
    expect(pupil.sign).not_to_be_empty()
    own_server.kill()
    expect(pupil.page.get_by_role("status").filter(has_text="La connexion est coupée")).to_be_visible()
    assert any("Elle revient toute seule" in said for said in heard(pupil.page))


def test_tree_of_each_screen_is_as_written(desk: Desk, pupil: Pupil, wall: Page, console: Page) -> None:
    go_to(desk, QUESTION)
    for page in (pupil.page, wall, console):
        page.locator(f'[data-version="{desk.version}"]').first.wait_for(state="attached")
    for page in (pupil.page, wall, console):
        expect(page.get_by_role("main")).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_contain_text(ASKED)
    group = pupil.page.get_by_role("group").filter(has=pupil.page.get_by_role("radio"))
    assert ASKED in str(group.aria_snapshot()).split("\n")[0]
    names = [str(choice) for choice in choices_of(QUESTION).values()]
    assert [radio.evaluate("e => e.labels[0].textContent.trim()") for radio in pupil.page.get_by_role("radio").all()]
    for name in names:  # the letter in its shape is not said
        expect(pupil.page.get_by_role("radio", name=name, exact=True)).to_have_count(1)
        assert f"listitem: {name}" in wall.get_by_role("main").aria_snapshot()
    expect(pupil.page.get_by_role("banner")).to_have_count(1)
    expect(pupil.page.get_by_role("contentinfo")).to_have_count(1)
    for page in (pupil.page, wall, console):
        for button in page.get_by_role("button").all():
            assert button.evaluate("e => (e.getAttribute('aria-label') || e.textContent).trim()"), button


def test_focus_goes_to_the_new_question_when_the_one_before_had_it(desk: Desk, pupil: Pupil) -> None:
    go_to(desk, QUESTION)
    pupil.form.get_by_role("radio").first.focus()
    desk.run("close")
    expect(pupil.page.get_by_role("heading", level=1)).to_be_focused()


def test_first_tab_leads_to_the_content(pupil: Pupil, console: Page, house: House, open_page: Open) -> None:
    home = open_page(house.server.address)
    for page in (pupil.page, console, home):
        page.locator("body").evaluate("() => document.activeElement.blur()")
        page.keyboard.press("Tab")
        link = page.get_by_role("link", name="Aller au contenu")
        expect(link).to_be_focused()
        assert link.bounding_box()["y"] >= 0, "it is not seen"  # type: ignore[index]  # it has a box, being focused
        target = str(link.get_attribute("href"))
        assert page.locator(target).count() == 1
