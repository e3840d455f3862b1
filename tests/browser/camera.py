"""A browser whose camera shows a drawn class that holds its paper cards up."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from samples.classroom import Scene, video

from .conftest import CHROMIUM


@contextmanager
def looking_at(chromium: Browser, shown: Scene, folder: Path) -> Iterator[Browser]:
    film = folder / "class.y4m"
    film.write_bytes(video(shown.pictures))
    arguments = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
    arguments += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    arguments += [f"--use-file-for-fake-video-capture={film}"]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=arguments)
    try:
        yield browser
    finally:
        browser.close()


def totals(shown: Scene) -> list[int]:
    """How many hold each letter up."""
    return [sum(card.letter == place for card in shown.cards) for place in range(4)]


def fields(page: Page) -> list[int]:
    """What the page that reads cards has counted for each choice."""
    return [int(field.input_value()) for field in page.locator("input[type=number]").all()]


def reads(page: Page, shown: Scene) -> None:
    page.get_by_role("button", name="Allumer la caméra").click()
    expect(page.get_by_role("status")).to_contain_text(f"{len(shown.cards)} cartes lues")
