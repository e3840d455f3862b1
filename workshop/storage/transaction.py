"""The only commit and rollback, and what SQLite needs to be trusted with a class."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from workshop.domain.errors import Busy, StorageFull
from workshop.extensions import db

WRITES = {"preau_writes": True}


@contextmanager
def transaction() -> Iterator[None]:
    """A write: locks first on SQLite (`BEGIN IMMEDIATE`). Nothing in it may emit, sleep or use the network:
    under gevent that would hand the hub to a greenlet that waits for this very lock."""
    db.session.rollback()  # a read left open would hold an old snapshot, and could not be upgraded
    db.session.connection(execution_options=WRITES)
    try:
        yield
        db.session.commit()
    except OperationalError as error:
        db.session.rollback()
        raise as_refusal(error) from error
    except BaseException:
        db.session.rollback()
        raise


def as_refusal(error: OperationalError) -> Busy | StorageFull:
    cause = error.orig
    if isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode == sqlite3.SQLITE_FULL:
        return StorageFull()
    return StorageFull() if getattr(cause, "sqlstate", None) == "53100" else Busy()  # 53100: PostgreSQL's disk_full


def error_line(error: DBAPIError) -> str:
    """What the driver says of itself: a server that is away, a disk that is full, a table that is not there."""
    return str(error.orig).partition("\n")[0]


def engine_options(url: str) -> dict[str, Any]:
    """A driver's error must not write a ballot to the log; and a class waits for no server that is away: it is told
    to try again, as when SQLite is locked."""
    options: dict[str, Any] = {"hide_parameters": True}
    if not url.startswith("sqlite"):
        # A greenlet each: a whole school that comes in waits for a connection, as does its pool.
        options |= {"pool_size": 10, "max_overflow": 20, "pool_timeout": 5}
        options["connect_args"] = {
            "connect_timeout": 2,  # the least that libpq takes
            # A host that was cut off says nothing: without these, a commit would wait for it for a quarter of an hour.
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
            "prepare_threshold": None,  # reads end by a rollback, which lets go of what was prepared: one more exchange
        }
    return options


def prepare_engine(engine: Engine) -> None:
    """Set SQLite's promises on every connection; PostgreSQL keeps its own, and waits no longer for a lock."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", _wait_as_sqlite_does)
        return

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=5000",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    def on_begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("preau_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)


def _wait_as_sqlite_does(connection: Any, _record: object) -> None:
    connection.execute("SET lock_timeout = '5s'")
    connection.commit()


def checkpoint(engine: Engine) -> bool:
    """Move the write-ahead log into the file and empty it; False while a reader holds it. Always True on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return True
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout=50")  # milliseconds: the class must not wait for an erasure
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout=5000")
        cursor.close()
    finally:
        raw.close()
    return not busy
