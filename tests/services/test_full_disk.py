"""A full disk refuses with a type, keeps what was confirmed, and is over as soon as there is room again."""

from collections.abc import Callable

import pytest
from sqlalchemy import event, text

from workshop.config import Config
from workshop.domain.errors import StorageFull
from workshop.extensions import db
from workshop.services.joining import Arrival

from .conftest import ClassRoom, key


@pytest.fixture(params=["sqlite"])
def config(request: pytest.FixtureRequest) -> Config:
    """SQLite's own limit stands in for the disk's: the error is the same one, from the same place."""
    found: Config = request.getfixturevalue("sqlite_config")
    return found


def limit(pages: int) -> None:
    """Let the file grow to this many pages and no further, on every connection."""

    def on_connect(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}").close()  # type: ignore[attr-defined]  # sqlite3

    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "connect", on_connect)


def test_full_disk_is_said_and_loses_nothing_confirmed(make_class: Callable[..., ClassRoom]) -> None:
    room = make_class(capacity=2_000)
    [phone] = room.join(1)
    [(round_id, question), *_] = room.open_questions()
    first, second = question.choice_ids[:2]
    assert room.answer(phone, round_id, first)
    limit(db.session.execute(text("PRAGMA page_count")).scalar_one())
    refusals, code = 0, room.code
    for number in range(2, 2_000):
        try:
            room.hub.arrivals.do(Arrival(code, key(number)))
        except StorageFull:
            refusals += 1
            break
    assert refusals, "the file never filled"
    db.session.remove()
    kept = db.session.execute(text("SELECT choices FROM response")).scalars().all()
    assert kept == [first]
    limit(1_000_000)
    assert room.answer(phone, round_id, second, seq=2)
