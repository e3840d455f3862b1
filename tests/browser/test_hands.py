"""A class without phones: hands are counted, and typed while everybody waits."""

from playwright.sync_api import expect

from tests.driving import Desk
from tests.house import House

from .conftest import Open
from .console import Console

_OVER = "document.querySelector('.stage-body').scrollHeight - document.querySelector('.stage-body').clientHeight"


def test_all_that_is_typed_and_said_fits_the_console_without_scrolling(house: House, open_page: Open) -> None:
    server = house.opens_a_class(answering="hands", present="28")
    desk = Desk(server)
    console = Console.is_back(open_page, server, house.cookie)
    page = console.page
    page.get_by_role("button", name="afficher mes notes").click()
    found, votes = [], 0
    while desk.wire.states[-1]["phase"] != "ended":
        page.locator(f'[data-version="{desk.version}"]').first.wait_for(state="attached")
        if desk.wire.states[-1]["round"]:
            votes += 1
            expect(page.locator(".say")).to_be_visible()
            folded = page.locator(".hands-one > summary")
            for place in range(max(1, folded.count())):
                if folded.count():
                    folded.nth(place).click()
                over = page.evaluate(_OVER)
                if over > 1:
                    found.append(f"version {desk.version}, question {place + 1}: {over} pixels too tall")
            page.locator(".hands input[type=number]:visible").first.fill("12")
            expect(console.stage).to_contain_text("12 réponses sur 28")
        for name in ("start", "close", "more", "next", "end"):
            if desk.command(name, confirmed="1").ok:
                break
    assert votes >= 5, "hardly anything was asked: this test proves little"
    assert not found, "\n".join(found)
    desk.leave()
