"""The facilitator's laptop: the console in one window, the class's screen in another."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.driving import Server

from .people import LAPTOP, SCREEN

SETTLE = 1_000  # milliseconds after a step during which the console takes another press for a double click, and more


class Console:
    """What the facilitator sees and presses. Steps are awaited: the next press is a new decision."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._settled = 0.0

    @classmethod
    def signs_in(cls, open_page: Callable[..., Page], server: Server, **options: Any) -> "Console":
        """By the one-time link."""
        console = cls(open_page(server.addresses["facilitator_url"], LAPTOP, **options))
        expect(console.next).to_be_visible()
        return console

    @classmethod
    def is_back(cls, open_page: Callable[..., Page], server: Server, cookie: str, **options: Any) -> "Console":
        """In a browser that is signed in already."""
        page = open_page("about:blank", LAPTOP, **options)
        page.context.add_cookies([{"name": "preau_desk", "value": cookie, "url": server.address}])
        page.goto(server.addresses["facilitator_url"])
        return cls(page)

    @property
    def next(self) -> Locator:
        return self.page.locator("#next")

    @property
    def stage(self) -> Locator:
        return self.page.locator(".stage")

    @property
    def version(self) -> str:
        return str(self.page.locator("[data-version]").first.get_attribute("data-version"))

    def tally(self, name: str) -> Locator:
        return self.page.locator(f".stage [data-tally={name}], .topbar [data-tally={name}]").last

    def presses_next(self) -> None:
        self._step(self.next.click)

    def presses_space(self) -> None:
        """Where nothing has the focus that Space already means something for."""
        self.page.evaluate("document.activeElement.blur()")
        self._step(lambda: self.page.keyboard.press("Space"))

    def presses_space_in_vain(self) -> None:
        self.page.evaluate("document.activeElement.blur()")
        before = self.version
        self.page.wait_for_timeout(SETTLE)
        self.page.keyboard.press("Space")
        self.page.wait_for_timeout(SETTLE)
        assert self.version == before
        expect(self.page.locator("dialog[open]")).to_have_count(0)

    def presses(self, name: str) -> None:
        self._step(self.page.get_by_role("button", name=name, exact=True).click)

    def presses_and_confirms(self, button: str, confirmation: str) -> None:
        """A second gesture, elsewhere than the first."""
        before = self.version
        self.page.get_by_role("button", name=button, exact=True).first.click()
        assert self.version == before, "one gesture was enough"
        self._step(self.page.get_by_role("dialog").get_by_role("button", name=confirmation).click)

    def _step(self, press: Callable[[], None]) -> None:
        before = self.version
        self.page.wait_for_timeout(max(0.0, self._settled - time.monotonic()) * 1000)
        press()
        expect(self.page.locator(f'[data-version="{before}"]')).to_have_count(0)
        self._settled = time.monotonic() + SETTLE / 1000

    def opens_the_screen(self) -> "Screen":
        with self.page.expect_popup() as popup:
            self.page.get_by_role("button", name="Ouvrir l’écran de la classe").first.click()
        popup.value.set_viewport_size({"width": SCREEN[0], "height": SCREEN[1]})
        return Screen(popup.value)


class Screen:
    """What the class sees on the wall."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def state(self) -> Locator:
        return self.page.locator("#state")

    def tally(self, name: str) -> Locator:
        return self.page.locator(f"[data-tally={name}]")

    def sees(self, words: str) -> None:
        expect(self.state).to_contain_text(words)
