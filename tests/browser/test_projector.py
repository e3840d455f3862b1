"""The class's screen: opened from the console, read by phones from the back of the room, silent until the close."""

import pytest
import qrcode
from playwright.sync_api import Page, expect

from tests.driving import Desk, Server
from tests.house import House

from .classroom import Crowd, Model, rows_on
from .conftest import Open
from .console import Console, Screen
from .looking import every_state
from .people import SCREEN, choices_of, close_if_open, go_to

# The squares that are dark, asked of the drawing itself at the middle of each module.
_SQUARES = """size => {
    const svg = document.querySelector("svg.qr"), path = svg.querySelector("path"), box = svg.viewBox.baseVal;
    const at = (x, y) => { const p = svg.createSVGPoint(); p.x = x; p.y = y; return path.isPointInFill(p); };
    const each = [...Array(size).keys()].map(n => (n + 0.5) / size);
    return each.map(y => each.map(x => at(box.x + x * box.width, box.y + y * box.height)));
}"""


@pytest.fixture
def screen(server: Server, open_page: Open) -> Screen:
    return Screen(open_page(server.addresses["projector_url"], SCREEN))


def qr_code_of(text: str) -> list[list[bool]]:
    """Made here from the address alone, with its margin of four modules."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make()
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


def test_screen_opens_from_the_console_in_a_window_of_its_own(server: Server, house: House, open_page: Open) -> None:
    console = Console.is_back(open_page, server, house.cookie)
    address = console.page.url
    screen = console.opens_the_screen()
    screen.sees(server.code)
    assert console.page.url == address
    assert "/ecran/" in screen.page.url
    assert "lien" not in screen.page.url
    console.presses_next()
    expect(screen.state).not_to_contain_text("Le code :")


def test_qr_code_leads_to_this_class(server: Server, screen: Screen) -> None:
    expected = qr_code_of(server.addresses["participant_url"])
    assert screen.page.evaluate(_SQUARES, len(expected)) == expected
    other = qr_code_of(server.addresses["participant_url"] + "X")
    assert screen.page.evaluate(_SQUARES, len(other)) != other


def test_qr_code_is_large_enough_for_the_back_of_the_room(server: Server, screen: Screen) -> None:
    """Read from 8 m when it is a tenth of that: 80 cm on a picture of 2.4 m leaves a third of the height at least."""
    box = screen.page.locator("svg.qr").bounding_box()
    assert box is not None
    assert box["height"] >= SCREEN[1] / 3
    assert box["width"] == pytest.approx(box["height"], abs=2)


def test_screen_counts_before_the_close_and_shows_votes_only_after(server: Server, desk: Desk, screen: Screen) -> None:
    crowd = Crowd(server, 5, Model())
    go_to(desk, "premier-geste")
    crowd.answer("vote", [("rien",), ("prive",)])
    expect(screen.tally("answered")).to_have_text("5")
    expect(screen.tally("expected")).to_have_text("5")
    shows_nothing_of_votes(screen.page)
    close_if_open(desk)
    screen.sees("Le vote est fermé.")
    shows_nothing_of_votes(screen.page)
    desk.run("reveal")
    expect(screen.page.locator(".result").first).to_be_visible()
    rows = {text: count for text, count, _ in rows_on(screen.page)}
    gestures = choices_of("premier-geste")
    assert (rows[gestures["rien"]], rows[gestures["prive"]]) == ("3 sur 5", "2 sur 5")
    crowd.leave()


def test_words_beside_a_count_agree_with_it(server: Server, desk: Desk, house: House, open_page: Open) -> None:
    """As the server writes them, then as a script moves them; on the wall, on the console."""
    console = Console.is_back(open_page, server, house.cookie)
    screen = Screen(open_page(server.addresses["projector_url"], SCREEN))
    expect(console.stage.locator(".big-count")).to_contain_text("0 appareil dans la séance")
    expect(console.page.locator(".topbar")).to_contain_text("0 appareil")
    expect(console.stage).to_contain_text("0 a commencé à répondre.")
    crowd = Crowd(server, 2, Model())
    expect(console.stage.locator(".big-count")).to_contain_text("2 appareils dans la séance")
    expect(console.page.locator(".topbar")).to_contain_text("2 appareils")
    go_to(desk, "premier-geste")
    expect(screen.state).to_contain_text("0 réponse sur 2")
    expect(console.stage).to_contain_text("0 réponse sur 2")
    for phone, (number, words) in zip(crowd.phones, enumerate(("réponse sur 2", "réponses sur 2"), 1), strict=True):
        phone.wait_for_version(desk.version)
        assert phone.answer(phone.rounds[0], "rien")[0] == "saved"
        expect(screen.state).to_contain_text(f"{number} {words}")
        expect(console.stage).to_contain_text(f"{number} {words}")
    for page in (screen.page, console.page):
        page.reload()
        expect(page.locator("#state")).to_contain_text("2 réponses sur 2")
    crowd.leave()


def shows_nothing_of_votes(page: Page) -> None:
    assert rows_on(page) == []
    assert page.locator(".bar, .column, .result-count").count() == 0


def test_screen_follows_a_server_that_died(own_server: Server, open_page: Open) -> None:
    screen = Screen(open_page(own_server.addresses["projector_url"], SCREEN))
    desk = Desk(own_server)
    own_server.kill()
    expect(screen.page.locator("[data-banner]")).to_be_visible()
    own_server.start(demo=False)
    Desk.again(desk).run("start")
    screen.sees("Le groupe")
    expect(screen.page.locator("[data-banner]")).to_be_hidden()
    desk.leave()


def test_theme_switches_and_is_remembered(screen: Screen) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = screen.page.evaluate(ground)
    screen.page.get_by_role("button", name="Clair ou sombre").focus()
    screen.page.keyboard.press("Enter")
    dark = screen.page.evaluate(ground)
    assert dark != light
    screen.page.reload()
    assert screen.page.evaluate(ground) == dark


SIZES = (1920, 1080), (1366, 768), (1280, 720), (1024, 768)


def test_every_state_fits_the_wall(server: Server, desk: Desk, screen: Screen) -> None:
    """A wall has no scroll bar: what is under its edge does not exist."""
    crowd = Crowd(server, 2, Model())
    found = []
    for state in every_state(desk, screen.page):
        for width, height in SIZES:
            screen.page.set_viewport_size({"width": width, "height": height})
            over = screen.page.evaluate("document.documentElement.scrollHeight - window.innerHeight")
            if over > 1:
                found.append(f"{state}, {width} × {height}: {over} pixels too tall")
    assert not found, "\n".join(found)
    crowd.leave()
