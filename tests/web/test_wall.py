"""What the wall shows is told by somebody who looks at it: three figures are offered, one is on the class's screen."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from workshop import clock
from workshop.extensions import db
from workshop.realtime.hub import current_hub
from workshop.services import accounts

from .conftest import ClassRoom, csrf_of


def press(desk: FlaskClient, room: ClassRoom, **fields: str) -> Any:
    token = csrf_of(desk.get(f"/animer/{room.live_id}").text)
    db.session.remove()
    return desk.post(f"/animer/{room.live_id}/mur", data={"csrf_token": token, **fields})


def wall_of(app: Flask, room: ClassRoom) -> FlaskClient:
    link = accounts.make_link("projector", clock.now(), accounts.PAIRING_LASTS, live_id=room.live_id)
    screen = app.test_client()
    screen.get(f"/lien/{link}")
    return screen


def figure_on(screen: FlaskClient, room: ClassRoom) -> str | None:
    found = re.search(r'wall-figure">(\d\d)<', screen.get(f"/ecran/{room.live_id}").text)
    return found[1] if found else None


def offered(desk: FlaskClient, room: ClassRoom) -> list[str]:
    return re.findall(r'name="seen" value="(\d\d)"', desk.get(f"/animer/{room.live_id}").text)


def test_notes_are_shown_to_whoever_tells_the_figure_on_the_wall(
    app: Flask, desk: FlaskClient, room: ClassRoom
) -> None:
    screen = wall_of(app, room)
    assert figure_on(screen, room) is None
    assert press(desk, room, action="start").status_code == 303
    figure, three = figure_on(screen, room), offered(desk, room)
    assert figure in three and len(three) == 3 and three == sorted(three)
    assert "notes-hidden" in desk.get(f"/animer/{room.live_id}").text
    wrong = press(desk, room, seen=next(one for one in three if one != figure))
    assert wrong.status_code == 409
    assert "Ce n’est pas ce nombre" in wrong.text
    assert "notes-hidden" in desk.get(f"/animer/{room.live_id}").text
    again = figure_on(screen, room)
    assert again in offered(desk, room)
    assert again is not None
    assert press(desk, room, seen=again).status_code == 303
    page = desk.get(f"/animer/{room.live_id}").text
    assert "notes-hidden" not in page and "fond de la salle" in page
    assert figure_on(screen, room) == again
    press(desk, room, action="stop")
    assert figure_on(screen, room) is None


def test_console_does_not_say_which_figure_is_on_the_wall(app: Flask, desk: FlaskClient, room: ClassRoom) -> None:
    """Duplicated, the wall shows the console: whoever reads it there must not be right more than by chance."""
    press(desk, room, action="start")
    figure = figure_on(wall_of(app, room), room)
    html = current_hub().publisher.snapshot(room.live_id, "facilitator", "fr")["html"]
    buttons = re.findall(r'<button[^>]*name="seen"[^>]*>\d\d</button>', html)
    assert len({re.sub(r"\d\d", "", button.split("formaction")[1].split("/mur")[1]) for button in buttons}) == 1
    assert f">{figure}<" not in html.replace("".join(buttons), "")


def test_class_that_goes_on_has_its_screen_back(app: Flask, desk: FlaskClient, room: ClassRoom) -> None:
    press(desk, room, action="start")
    room.command("start")
    db.session.remove()
    assert figure_on(wall_of(app, room), room) is None
    assert offered(desk, room) == []


def test_pupils_see_nothing_of_the_check(desk: FlaskClient, phone: FlaskClient, room: ClassRoom) -> None:
    before = phone.get(f"/r/{room.code}").text
    press(desk, room, action="start")
    assert "wall" not in phone.get(f"/r/{room.code}").text
    assert len(phone.get(f"/r/{room.code}").text) == len(before)


def test_check_is_for_the_facilitator_alone(
    stranger: FlaskClient, phone: FlaskClient, app: Flask, room: ClassRoom
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for client in (stranger, phone, wall_of(app, room)):
        for fields in ({"action": "start"}, {"seen": "12"}):
            assert client.post(f"/animer/{room.live_id}/mur", data=fields).status_code == 403


def test_nothing_else_is_asked_of_the_wall_nor_of_a_class_that_ended(desk: FlaskClient, room: ClassRoom) -> None:
    assert press(desk, room, action="dance").status_code == 400
    room.command("end", confirmed=True)
    db.session.remove()
    assert press(desk, room, action="start").status_code == 410
