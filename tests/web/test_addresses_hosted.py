"""With several processes, the code of a class is in the address of each of its pages, for the proxy."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.services.conftest import ClassRoom


@pytest.fixture
def spread(app: Flask) -> Iterator[None]:
    config = app.config["PREAU"]
    object.__setattr__(config, "redis_url", "redis://127.0.0.1/0")
    yield
    object.__setattr__(config, "redis_url", None)


@pytest.mark.usefixtures("spread")
def test_page_of_a_class_is_where_its_code_is(desk: FlaskClient, app: Flask, room: ClassRoom) -> None:
    form = {"csrf_token": "", "confirmer": ""}
    console = f"/animer/{room.live_id}"
    moved = desk.get(f"{console}?confirmer=close")
    assert (moved.status_code, moved.headers["Location"]) == (303, f"{console}?confirmer=close&code={room.code}")
    assert desk.get(f"{console}?code=AUTRE1234").headers["Location"] == f"{console}?code={room.code}"
    page = desk.get(f"{console}?code={room.code}")
    assert page.status_code == 200
    # Forms on it say by their Referer from which page they come.
    assert page.headers["Referrer-Policy"] == "same-origin"
    link = desk.post(f"{console}/projecteur", data=form | {"csrf_token": csrf(page.text)}).headers["Location"]
    wall = app.test_client()
    screen = wall.get(link).headers["Location"]
    assert wall.get(screen).headers["Location"] == f"{screen}?code={room.code}"
    assert wall.get(f"{screen}?code={room.code}").status_code == 200


def csrf(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]


@pytest.mark.usefixtures("spread")
def test_code_is_told_to_nobody_who_may_not_see_the_page(
    phone: FlaskClient, stranger: FlaskClient, room: ClassRoom
) -> None:
    for browser in (phone, stranger):
        for page in ("animer", "telecommande", "ecran"):
            answer = browser.get(f"/{page}/{room.live_id}")
            assert room.code not in str(answer.headers) + answer.text, page


def test_one_process_needs_no_code_in_addresses(desk: FlaskClient, room: ClassRoom) -> None:
    assert desk.get(f"/animer/{room.live_id}").status_code == 200
