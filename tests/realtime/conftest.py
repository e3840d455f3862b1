"""A real server, which each worker of the tests starts once, and a class of its own in it for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.driving import Desk, Phone, Server, leaving_nothing
from tests.house import House, house_of


@pytest.fixture(autouse=True)
def _leave_nothing() -> Iterator[None]:
    with leaving_nothing():
        yield


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_of(Server(tmp_path_factory.mktemp("house"))) as found:
        yield found


@pytest.fixture
def server(house: House) -> Server:
    """A class in its lobby. A module may put a house of its own in the place of the shared one."""
    return house.opens_a_class()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """For the tests that stop it, or read all that it keeps."""
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
