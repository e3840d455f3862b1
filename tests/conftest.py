"""Fixtures shared by the tests that need an application. Real databases, real files; nothing is faked."""

import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import flask_migrate
import pytest
import sqlalchemy
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from workshop import create_app
from workshop.config import Config, read_config
from workshop.extensions import db
from workshop.realtime.hub import Hub

POSTGRES = os.environ.get("PREAU_TEST_POSTGRES_URL")
SECRET = "a secret of these tests, long enough"


def make_config(data: Path, **changes: object) -> Config:
    config = read_config({"SECRET_KEY": SECRET}, data=data)
    return replace(config, **changes)  # type: ignore[arg-type]  # fields of the same class


def make_database(config: Config) -> None:
    app = create_app(config, start=False)
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at the newest migration, to be copied."""
    data = tmp_path_factory.mktemp("migrated")
    config = make_config(data)
    make_database(config)
    connection = sqlalchemy.create_engine(config.database_url).raw_connection()
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return data / "preau.sqlite3"


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[str]:
    """The name of a template database at the newest migration."""
    if POSTGRES is None:
        pytest.fail("PREAU_TEST_POSTGRES_URL is not set: run `python3 manage.py test`, which starts PostgreSQL")
    name = f"preau_template_{uuid.uuid4().hex[:8]}"
    with _server() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    make_database(make_config(Path(os.environ.get("TMPDIR", "/tmp")), database_url=_postgres(name)))
    yield name
    with _server() as connection:
        connection.execute(sqlalchemy.text(f"DROP DATABASE {name} WITH (FORCE)"))


def _postgres(name: str) -> str:
    assert POSTGRES is not None
    url = sqlalchemy.make_url(POSTGRES).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def _server() -> sqlalchemy.Connection:
    """Without a pool: what is closed is closed."""
    url = _postgres("postgres")
    return sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool).connect()


@pytest.fixture
def sqlite_config(migrated_sqlite: Path, tmp_path: Path) -> Config:
    shutil.copy(migrated_sqlite, tmp_path / "preau.sqlite3")
    return make_config(tmp_path)


@pytest.fixture
def postgres_config(migrated_postgres: str, tmp_path: Path) -> Iterator[Config]:
    name = f"preau_{uuid.uuid4().hex[:12]}"
    with _server() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name} TEMPLATE {migrated_postgres}"))
    yield make_config(tmp_path, database_url=_postgres(name))
    with _server() as connection:
        connection.execute(sqlalchemy.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def config(request: pytest.FixtureRequest) -> Config:
    """Both databases: what a test says of one must hold on the other."""
    found: Config = request.getfixturevalue(f"{'sqlite' if request.param == 'sqlite' else 'postgres'}_config")
    return found


class _Compiled(BytecodeCache):
    """Pages, compiled once a worker: each test has an application of its own."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.kept.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


@pytest.fixture(scope="session")
def _addresses_are_built_on_demand() -> Iterator[None]:
    """Half of what an application costs to make is how to build its addresses, for `url_for`, which nothing calls."""
    builder = Rule._compile_builder
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Rule,
            "_compile_builder",
            lambda rule, unknown=True: lambda _self, **values: builder(rule, unknown)(rule, **values),
        )
        yield


@pytest.fixture
def app(config: Config, _addresses_are_built_on_demand: None) -> Iterator[Flask]:
    """An application without its background tasks: a test flushes the writers itself."""
    app = create_app(config, start=False)
    app.jinja_env.bytecode_cache = _Compiled()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def hub(app: Flask) -> Hub:
    found: Hub = app.extensions["preau"]
    return found
