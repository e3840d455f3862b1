"""Migrations forward and backward, with a row in every table, on both databases. A new one is covered as it is."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Boolean, Date, DateTime, Float, Integer, LargeBinary, MetaData, Table, func, insert, select, text
from sqlalchemy.types import JSON

from tests.conftest import _postgres, _server, make_config
from workshop import create_app
from workshop.data_folder import Stop
from workshop.extensions import db
from workshop.starting import downgrade
from workshop.storage.revisions import MIGRATIONS

OWN = "alembic_version"
REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


@contextmanager
def empty_postgres() -> Iterator[str]:
    name = f"preau_{uuid.uuid4().hex[:12]}"
    with _server() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield _postgres(name)
    with _server() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database has no table yet."""
    if request.param == "sqlite":
        yield from running(tmp_path)
        return
    with empty_postgres() as url:
        yield from running(tmp_path, database_url=url)


def running(data: Path, **changes: object) -> Iterator[Flask]:
    app = create_app(make_config(data, **changes), start=False)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def tables() -> list[Table]:
    """As the database describes them at this moment, those that others refer to first."""
    found = MetaData()
    found.reflect(db.engine)
    return [table for table in found.sorted_tables if table.name != OWN]


def counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables()
        }


def fill(step: int) -> None:
    """One more row in every table."""
    made: dict[str, dict[str, Any]] = {}
    with db.engine.begin() as connection:
        for table in tables():
            row = {column.name: value_for(column, step) for column in table.columns}
            for column in table.columns:
                for key in column.foreign_keys:
                    if key.column.table.name in made:
                        row[column.name] = made[key.column.table.name][key.column.name]
                    elif column.nullable:
                        row[column.name] = None
            connection.execute(insert(table).values(row))
            made[table.name] = row


def value_for(column: Any, step: int) -> Any:
    kinds: list[tuple[type, Any]] = [
        (Boolean, True),
        (Integer, step + 1),
        (Float, step + 0.5),
        (DateTime, datetime(2026, 1, 1 + step)),  # noqa: DTZ001  # as it is stored
        (Date, date(2026, 1, 1 + step)),
        (LargeBinary, b"\x00bytes"),
        (JSON, {"été": [step]}),
    ]
    return next((value for kind, value in kinds if isinstance(column.type, kind)), f"« {column.name} » {step}")


def at() -> str | None:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def test_each_step_forward_then_backward_keeps_the_rows_that_it_can(blank: Flask) -> None:
    for step, revision in enumerate(REVISIONS):
        before = counts()
        flask_migrate.upgrade(revision=revision)
        assert at() == revision
        after = counts()
        assert {name: before[name] for name in before.keys() & after.keys()} == {
            name: after[name] for name in before.keys() & after.keys()
        }
        fill(step)
    assert counts() and all(counts().values()), "a table was left empty: this proves nothing of it"
    for revision in [*REVISIONS[-2::-1], "base"]:
        before = counts()
        flask_migrate.downgrade(revision=revision)
        after = counts()
        assert all(after[name] == before[name] for name in before.keys() & after.keys())
    assert (at(), counts()) == (None, {})
    flask_migrate.upgrade()
    assert at() == REVISIONS[-1]
    fill(0)


def test_backward_and_forward_again_leaves_the_same_tables(blank: Flask) -> None:
    flask_migrate.upgrade()
    fill(0)
    first = described()
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()
    assert described() == first


def test_unknown_shape_is_refused_and_changes_nothing(blank: Flask) -> None:
    flask_migrate.upgrade()
    with pytest.raises(Stop):
        downgrade(blank, "9999")
    assert at() == REVISIONS[-1]
    downgrade(blank, "base")
    assert (at(), counts()) == (None, {})


def described() -> str:
    return json.dumps(
        {
            table.name: [
                sorted(f"{column.name} {column.type} {column.nullable}" for column in table.columns),
                sorted(str((index.name, index.unique, sorted(index.columns.keys()))) for index in table.indexes),
                sorted(str((kind.name, sorted(getattr(kind, "columns", {}).keys()))) for kind in table.constraints),
            ]
            for table in tables()
        },
        indent=1,
    )


def test_tables_after_all_migrations_are_those_of_the_models(blank: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []
