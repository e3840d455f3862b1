"""One real server for the tests that leave it as they found it, and fresh ones for those that do not."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.driving import Desk, Phone, Server, leaving_nothing


@pytest.fixture(autouse=True)
def _leave_nothing() -> Iterator[None]:
    with leaving_nothing():
        yield


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path).start()
    yield running
    running.stop()


@pytest.fixture
def desk(server: Server) -> Iterator[Desk]:
    found = Desk(server)
    yield found
    found.leave()


@pytest.fixture
def phones(server: Server) -> Iterator[Callable[[int], list[Phone]]]:
    here: list[Phone] = []

    def arrive(count: int) -> list[Phone]:
        new = [Phone(server) for _ in range(count)]
        here.extend(new)
        return new

    yield arrive
    for phone in here:
        phone.leave()
