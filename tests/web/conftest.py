"""Browsers without script: Flask's own client, one cookie jar each, on a real SQLite file."""

import re
from collections.abc import Callable
from contextvars import Context
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.services.conftest import ClassRoom, make_class, owner_id, room
from workshop import clock
from workshop.config import Config
from workshop.extensions import db
from workshop.services import accounts

__all__ = ["ClassRoom", "make_class", "owner_id", "room"]


@pytest.fixture(params=["sqlite"])
def config(request: pytest.FixtureRequest) -> Config:
    """What a page says does not depend on the database; the services are tested on both."""
    found: Config = request.getfixturevalue("sqlite_config")
    return found


class Browser(FlaskClient):
    """Each request in a context of its own, as from a real browser: in that of the test it would share its `g`."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return Context().run(super().open, *args, **kwargs)


@pytest.fixture
def app(app: Flask) -> Flask:
    app.test_client_class = Browser
    return app


@pytest.fixture
def phone(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def desk(app: Flask, owner_id: int) -> FlaskClient:
    """The browser of the facilitator who owns `room`, signed in by a one-time link."""
    return signed_in(app, owner_id)


def signed_in(app: Flask, account_id: int) -> FlaskClient:
    link = accounts.make_link("sign_in", clock.now(), accounts.SIGN_IN_LINK_LASTS, account_id=account_id)
    client = app.test_client()
    assert client.get(f"/lien/{link}").status_code == 303
    return client


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A colleague: an account of the same association, who runs other classes."""
    return signed_in(app, accounts.create_account("Lou", "lou@example.org", None, False, clock.now()))


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf(?:_token)?"[^>]*(?:value|content)="([^"]+)"', page)
    assert found
    return found[1]


@pytest.fixture
def press(room: ClassRoom) -> Callable[..., object]:
    """Press a button of the console as the browser does: its form, its token, the version that the page shows."""

    def pressed(client: FlaskClient, name: str, **fields: str) -> object:
        page = client.get(f"/animer/{room.live_id}").text
        live, _ = room.state()
        form = {"command": name, "version": str(live.version), "csrf_token": csrf_of(page), **fields}
        db.session.remove()
        return client.post(f"/animer/{room.live_id}/commande", data=form)

    return pressed
