"""Two processes, one PostgreSQL, one Redis: a class that spans both is one class."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.driving import Desk, Phone, Server, until
from workshop.config import Config

REDIS = os.environ.get("PREAU_TEST_REDIS_URL")


@pytest.fixture
def pair(postgres_config: Config, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    if REDIS is None:
        pytest.fail("PREAU_TEST_REDIS_URL is not set: run `python3 manage.py test`, which starts Redis")
    environment = {
        "DATABASE_URL": postgres_config.database_url,
        "REDIS_URL": REDIS,
        "SECRET_KEY": uuid.uuid4().hex,
    }
    first = Server(tmp_path / "one", **environment).start()
    second = Server(tmp_path / "two", **environment).start(demo=False)
    second.addresses = {**first.addresses}
    yield first, second
    first.stop()
    second.stop()


def test_class_that_spans_two_processes_is_one_class(pair: tuple[Server, Server]) -> None:
    first, second = pair
    desk = Desk(first)
    here, there = Phone(first), Phone(second)
    desk.run("start")
    while len(desk.wire.states[-1]["round"]) != 1:
        desk.run("next")
    for phone in (here, there):
        phone.wait_for_version(desk.version)
    [round_] = there.rounds
    chosen = there.offered(round_)[0]
    for phone in (here, there):
        assert phone.answer(round_, chosen) == ("saved", {"round": round_, "seq": 1})
        assert phone.heard.empty(), "told of a neighbour's answer"
    until(
        lambda: any(desk.wire.wait_for("tally")[1]["answered"] == 2 for _ in range(1)), "the console did not count both"
    )
    desk.run("close")
    assert there.wait_for_version(desk.version)["phase"] == "closed"
    assert there.answer(round_, chosen, seq=2)[1]["error"] == "round_closed"
    for wire in (here, there, desk.wire):
        wire.leave()


def test_phone_may_come_back_on_the_other_process(pair: tuple[Server, Server]) -> None:
    first, second = pair
    phone = Phone(first)
    round_ = phone.rounds[0]
    chosen = phone.offered(round_)[0]
    phone.answer(round_, chosen)
    phone.leave()
    again = Phone(second, phone.cookies)
    assert again.mine["answers"][round_] == {"seq": 1, "answered": True, "choices": [chosen]}
    assert again.mine["identity"] == phone.mine["identity"]
    again.leave()
