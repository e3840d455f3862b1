"""A real Chromium with the real policy in force. What the browser's console complains of fails the test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.driving import Desk, Server, leaving_nothing
from tests.house import House, house_of

from .people import LAPTOP

CHROMIUM = os.environ.get("PREAU_TEST_CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(autouse=True)
def _leave_nothing() -> Iterator[None]:
    with leaving_nothing():
        yield


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail("Chromium is not installed: run `python3 manage.py test`, which says how")
    with sync_playwright() as playwright:
        arguments = ["--renderer-process-limit=1"]  # a process a page takes a fifth more of the processors
        if os.name == "posix" and os.geteuid() == 0:
            arguments.append("--no-sandbox")  # root in a container has none to offer
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """A page in a browser of its own (its own cookies). Errors in its console are the test's."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(address: str, size: tuple[int, int] = LAPTOP, **options: object) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="fr-FR",
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    # A socket that a stopping server closes is expected, and so is the status of a refused page.
    real = [text for text in complaints if "WebSocket connection" not in text and "Failed to load resource" not in text]
    assert real == []


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One server for all the tests that leave it running: each opens a class of its own in it."""
    with house_of(Server(tmp_path_factory.mktemp("house"))) as found:
        yield found


@pytest.fixture
def server(house: House) -> Server:
    """A class in its lobby, in the house that the tests share."""
    return house.opens_a_class()


@pytest.fixture
def desk(server: Server) -> Iterator[Desk]:
    """The facilitator at the wire, for the tests that look at other screens than the console."""
    found = Desk(server)
    yield found
    found.leave()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """For the tests that kill it."""
    running = Server(tmp_path).start()
    yield running
    running.stop()
