"""One click from « Mes séances »; the console that is left says who leads the class now."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from workshop import clock
from workshop.extensions import db
from workshop.services import accounts, interventions
from workshop.storage import live_sessions
from workshop.storage.transaction import transaction

from .conftest import ClassRoom, csrf_of, signed_in
from .test_desk import fill_in


@pytest.fixture
def partner(app: Flask, room: ClassRoom) -> FlaskClient:
    account_id = accounts.create_account("Lou", "lou@example.org", None, False, clock.now())
    with transaction():
        row = live_sessions.find(room.live_id)
        assert row is not None
        row.partner_id = account_id
    return signed_in(app, account_id)


def take(client: FlaskClient, room: ClassRoom, owner: int | str) -> Any:
    token = csrf_of(client.get("/animer").text)
    db.session.remove()
    return client.post(f"/animer/{room.live_id}/reprendre", data={"csrf_token": token, "owner": str(owner)})


def test_partner_takes_over_in_one_click_and_the_first_is_told(
    desk: FlaskClient, partner: FlaskClient, room: ClassRoom
) -> None:
    page = partner.get("/animer").text
    assert "À reprendre" in page and room.code in page
    [owner] = re.findall(r'name="owner" value="(\d+)"', page)
    assert take(partner, room, owner).location == f"/animer/{room.live_id}"
    assert "data-next" in partner.get(f"/animer/{room.live_id}").text
    told = desk.get(f"/animer/{room.live_id}")
    assert told.status_code == 200
    assert "Lou anime maintenant cette séance" in told.text and "Rien n’est perdu" in told.text
    assert "data-next" not in told.text
    form = {"command": "start", "version": "0", "csrf_token": csrf_of(told.text)}
    assert desk.post(f"/animer/{room.live_id}/commande", data=form).status_code == 403
    [lou] = re.findall(r'name="owner" value="(\d+)"', told.text)
    assert take(desk, room, lou).status_code == 303
    assert "data-next" in desk.get(f"/animer/{room.live_id}").text


def test_summary_says_from_whom_to_whom_the_class_went(
    desk: FlaskClient, partner: FlaskClient, room: ClassRoom
) -> None:
    take(partner, room, room.owner_id)
    room.command("end", confirmed=True)
    db.session.remove()
    assert "Reprise par Lou à" in partner.get(f"/animer/{room.live_id}").text


def test_colleague_who_is_not_of_this_class_is_offered_nothing(
    stranger: FlaskClient, phone: FlaskClient, room: ClassRoom
) -> None:
    assert "À reprendre" not in stranger.get("/animer").text
    assert stranger.get(f"/animer/{room.live_id}").status_code == 403
    assert take(stranger, room, room.owner_id).status_code == 403
    assert phone.get(f"/animer/{room.live_id}").status_code == 303


def test_whoever_comes_second_is_told_and_changes_nothing(app: Flask, partner: FlaskClient, room: ClassRoom) -> None:
    admin = signed_in(app, accounts.create_account("Zoé", "zoe@example.org", None, True, clock.now()))
    take(partner, room, room.owner_id)
    late = take(admin, room, room.owner_id)
    assert late.status_code == 409
    assert "Lou anime cette séance" in late.text and "a changé de mains entre-temps" in late.text
    assert take(admin, room, "x").status_code in (200, 403)


def test_partner_is_named_at_the_set_up(app: Flask, desk: FlaskClient, stranger: FlaskClient) -> None:
    lou = next(number for number, name in interventions.facilitators() if name == "Lou")
    db.session.remove()
    assert "À deux pour animer" in desk.get("/animer/nouvelle").text
    made = desk.post("/animer/nouvelle", data={**fill_in(desk), "partner": str(lou)})
    assert made.status_code == 303
    assert made.location in {
        f"/animer/{n}" for n in re.findall(r"/animer/(\d+)/reprendre", stranger.get("/animer").text)
    }
    refused = desk.post("/animer/nouvelle", data={**fill_in(desk), "partner": "999"})
    assert refused.status_code == 400


def test_whoever_ran_a_class_is_told_that_it_is_over_and_who_has_its_letter(
    desk: FlaskClient, partner: FlaskClient, room: ClassRoom
) -> None:
    take(partner, room, room.owner_id)
    room.command("end", confirmed=True)
    db.session.remove()
    told = desk.get(f"/animer/{room.live_id}")
    assert told.status_code == 200
    assert "Cette séance est terminée" in told.text and "Lou l’avait reprise" in told.text
    assert "/reprendre" not in told.text
    assert "Lou l’avait reprise" not in desk.get("/animer").text
    assert take(desk, room, room.owner_id).status_code == 410
