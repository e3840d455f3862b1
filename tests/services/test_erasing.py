"""Promise 4, by looking at every byte of the database's files."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from workshop import create_app
from workshop.config import Config
from workshop.extensions import db
from workshop.services.erasing import finish_erasures

from .conftest import ClassRoom


@pytest.fixture(params=["sqlite"])
def config(request: pytest.FixtureRequest) -> Config:
    """Files are SQLite's; what PostgreSQL keeps of a deleted row is said in the documentation."""
    found: Config = request.getfixturevalue("sqlite_config")
    return found


@pytest.fixture
def reader(config: Config) -> Iterator[sqlite3.Connection]:
    """Somebody who reads, and holds the log."""
    connection = sqlite3.connect(config.data / "preau.sqlite3", isolation_level=None)
    yield connection
    connection.close()


MARKER = "ballot-that-must-not-remain"


def files(data: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(data.glob("preau.sqlite3*")))


def plant(room: ClassRoom) -> list[bytes]:
    """Ballots with a choice found nowhere else, and the keys of their phones."""
    room.join(15)
    round_id, question = room.open_questions()[0]
    for phone in room.phones:
        room.answer(phone, round_id, question.choice_ids[0])
    db.session.execute(text("UPDATE response SET choices = :marker"), {"marker": MARKER})
    db.session.commit()
    planted = [MARKER.encode(), *(phone.key_hash.encode() for phone in room.phones)]
    db.session.remove()
    return planted


def found(data: Path, planted: list[bytes]) -> list[bytes]:
    everything = files(data)
    return [marker for marker in planted if marker in everything]


def test_nothing_of_a_pupil_remains_in_the_files_after_the_end(room: ClassRoom, config: Config) -> None:
    planted = plant(room)
    assert found(config.data, planted) == planted
    room.command("end", confirmed=True)
    assert finish_erasures(db.engine) == [room.live_id]
    assert found(config.data, planted) == []


def test_erasure_held_up_by_a_reader_is_said_and_finished_later(
    room: ClassRoom, config: Config, reader: sqlite3.Connection
) -> None:
    planted = plant(room)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM response").fetchone()
    room.command("end", confirmed=True)
    assert finish_erasures(db.engine) == []
    assert room.row().erasure_pending
    db.session.rollback()
    reader.execute("COMMIT")
    assert finish_erasures(db.engine) == [room.live_id]
    assert not room.row().erasure_pending
    assert found(config.data, planted) == []


def test_next_start_finishes_an_erasure_that_a_crash_interrupted(room: ClassRoom, config: Config, app: Flask) -> None:
    planted = plant(room)
    room.command("end", confirmed=True)  # committed; then the process dies before its checkpoint
    db.session.remove()
    db.engine.dispose()
    again = create_app(config, start=False)
    with again.app_context():
        finish_erasures(db.engine)
        db.session.remove()
        db.engine.dispose()
    assert found(config.data, planted) == []


def test_ballots_of_lived_experience_leave_the_files_at_the_close(room: ClassRoom, config: Config) -> None:
    room.join(12)
    room.go_to("deja-vu")
    round_id, question = room.open_questions()[0]
    for phone in room.phones:
        room.answer(phone, round_id, question.choice_ids[0])
    db.session.execute(text("UPDATE response SET choices = :m"), {"m": MARKER})
    db.session.commit()
    room.command("close", confirmed=True)
    finish_erasures(db.engine)
    assert found(config.data, [MARKER.encode()]) == []
