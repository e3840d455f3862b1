"""Promise 4, by looking at every byte of the database's files."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from workshop import clock, create_app
from workshop.config import Config
from workshop.extensions import db
from workshop.services import accounts, coming_back, joining, running
from workshop.services.erasing import finish_erasures
from workshop.services.keys import comeback_code, hashed
from workshop.storage.models import RoomCount

from .conftest import ClassRoom, key


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
HOUR = timedelta(hours=1)


def files(data: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(data.glob("preau.sqlite3*")))


def plant(room: ClassRoom) -> list[bytes]:
    """Ballots with a choice found nowhere else (a choice for each vote), hands, the keys of their phones, one of which
    moved to another browser, a remote's token and a link that nobody used."""
    room.join(15)
    for place, (round_id, question) in enumerate(room.open_questions()):
        for phone in room.phones:
            room.answer(phone, round_id, question.choice_ids[0])
        marked = {"marker": f"{MARKER}-{place}", "round": round_id}
        db.session.execute(text("UPDATE response SET choices = :marker WHERE round_id = :round"), marked)
        db.session.add(RoomCount(round_id=round_id, channel="hand", choice=f"{MARKER}-hand-{place}", voices=3))
        db.session.commit()  # the writer waits for nobody
    secret = room.hub.secret
    code = comeback_code(secret, room.live_id, room.phones[0].key_hash)
    coming_back.come_back(room.code, code, key(99), secret)
    now = clock.now()
    remote = accounts.trade_link(accounts.make_link("remote", now, HOUR, live_id=room.live_id), now).token
    unused = accounts.make_link("remote", now, HOUR, live_id=room.live_id)
    db.session.remove()
    hashes = [*(phone.key_hash for phone in room.phones), key(99), hashed(remote), hashed(unused)]
    markers = [f"{MARKER}-{kind}{place}" for kind in ("", "hand-") for place in range(4)]
    return [text.encode() for text in (*markers, *hashes)]


def found(data: Path, planted: list[bytes]) -> list[bytes]:
    everything = files(data)
    return [marker for marker in planted if marker in everything]


def end_by_hand(room: ClassRoom) -> None:
    room.command("end", confirmed=True)


def end_by_itself(room: ClassRoom) -> None:
    joining.seen([phone.participant_id for phone in room.phones], None)
    running.end_forgotten(clock.now() + 6 * HOUR, 6 * HOUR)


@pytest.mark.parametrize("end", [end_by_hand, end_by_itself])
def test_nothing_of_a_pupil_remains_in_the_files_after_the_end(
    room: ClassRoom, config: Config, end: Callable[[ClassRoom], None]
) -> None:
    planted = plant(room)
    assert found(config.data, planted) == planted
    end(room)
    assert finish_erasures(db.engine) == [room.live_id]
    assert found(config.data, planted) == []
    # The search itself can fail: what is kept is found.
    assert found(config.data, [b"aider-sans-danger"]) == [b"aider-sans-danger"]


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
