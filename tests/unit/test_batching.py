"""The writer that every answer of a process goes through: one bad request harms nobody, and it never stops."""

import logging
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from workshop.domain.errors import Busy, Refusal, RoundClosed
from workshop.services.batching import MAX_BATCH, MAX_QUEUED, BatchWriter, Item


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://", hide_parameters=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (said TEXT NOT NULL UNIQUE)"))
    yield engine
    engine.dispose()


def write(connection: Connection, requests: list[str]) -> list[int | Refusal]:
    """Insert what was said; empty is refused by rule, not by the database."""
    wanted = [said for said in requests if said]
    if wanted:
        connection.execute(text("INSERT INTO note VALUES (:said)"), [{"said": said} for said in wanted])
    return [len(said) if said else RoundClosed() for said in requests]


def notes(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return list(connection.execute(text("SELECT said FROM note ORDER BY said")).scalars())


@pytest.fixture
def send(engine: Engine) -> Callable[..., list[object]]:
    writer = BatchWriter(engine, write)

    def send(*requests: str) -> list[object]:
        outcomes: list[object] = []
        for request in requests:
            writer.submit(Item(request, lambda outcome: outcomes.append(getattr(outcome, "code", outcome))))
        writer.flush()
        return outcomes

    return send


def test_each_is_answered_in_order_once_committed(engine: Engine, send: Callable[..., list[object]]) -> None:
    assert send("a", "", "bb") == [1, "round_closed", 2]
    assert notes(engine) == ["a", "bb"]


@pytest.mark.parametrize("bad", ["a", "\ud800"], ids=["breaks a rule of the table", "is no text for the driver"])
def test_one_bad_request_harms_neither_its_neighbours_nor_the_writer(
    engine: Engine, send: Callable[..., list[object]], bad: str
) -> None:
    assert send("a") == [1]
    assert send("b", bad, "c") == [1, "busy", 1]
    assert send("d") == [1]
    assert notes(engine) == ["a", "b", "c", "d"]


def test_log_tells_of_a_bad_request_without_its_content(
    send: Callable[..., list[object]], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        send("secret", "secret")
        send("secret\ud800")
    assert caplog.records
    assert "secret" not in caplog.text


def test_door_that_answers_itself_gets_the_refusal_raised(engine: Engine) -> None:
    writer = BatchWriter(engine, write)
    assert writer.do("abc") == 3
    with pytest.raises(RoundClosed):
        writer.do("")


def test_more_than_one_batch_is_committed_at_once_and_nothing_waits(engine: Engine) -> None:
    writer = BatchWriter(engine, write)
    outcomes: list[object] = []
    for number in range(MAX_BATCH + 1):
        writer.submit(Item(str(number), outcomes.append))
    assert writer.waiting == MAX_BATCH + 1
    writer.flush()
    assert (writer.waiting, len(outcomes), len(notes(engine))) == (0, MAX_BATCH + 1, MAX_BATCH + 1)


def test_queue_is_bounded(engine: Engine) -> None:
    writer = BatchWriter(engine, write)
    for _ in range(MAX_QUEUED):
        writer.submit(Item("", lambda _outcome: None))
    with pytest.raises(Busy):
        writer.submit(Item("", lambda _outcome: None))
