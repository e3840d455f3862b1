"""How well paper cards are read: drawn classes, in Chromium, with the code of the page's worker."""

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from samples.card_reader import SIZES, SMALL, Figures, measure, prepare
from samples.classroom import empty_rooms, scenes

CHROMIUM = os.environ.get("PREAU_TEST_CHROMIUM", "/usr/bin/chromium")
CLASSES, EMPTY = 36, 24


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Root in a container has no sandbox to offer.
        arguments = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def measured_cards() -> Figures:
    with chromium() as browser:
        page = prepare(browser.new_page())
        return measure(page, empty_rooms(EMPTY), measure(page, scenes(CLASSES)))


def told(figures: Figures) -> str:
    lines = ["| Marker's side, pixels | Cards | Read over three pictures |", "|---|---|---|"]
    for low, high in SIZES:
        shown, read = figures.shown.get((low, high), 0), figures.read.get((low, high), 0)
        if shown:
            lines.append(
                f"| {f'{low} to {high}' if high < 999 else f'{low} and more'} | {shown} | {read / shown:.1%} |"
            )
    median = statistics.median(figures.milliseconds)
    found = f"From {SMALL} pixels on: {figures.recall():.1%} (target: 95 %). False reads: {figures.false} (target: 0), "
    return "\n".join([*lines, "", f"{found}of {figures.pictures} pictures. One picture takes {median:.0f} ms."])
