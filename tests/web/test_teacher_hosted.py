"""The hosted instance hands over a link: made, shown once, sent by one's own mail program, renewed, revoked."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from workshop import clock
from workshop.config import ROOT, Config
from workshop.domain.schools import SchoolEntry
from workshop.extensions import db
from workshop.services import interventions, schools
from workshop.services.exchanging import pack
from workshop.services.interventions import InterventionEntry
from workshop.services.preparation_files import read
from workshop.storage.models import Origin
from workshop.storage.transaction import transaction

from .conftest import Browser, ClassRoom, csrf_of, signed_in

ORIGIN = "https://atelier.example.org"


@pytest.fixture
def config(sqlite_config: Config) -> Config:
    return replace(sqlite_config, public_url=ORIGIN, proxies=0, teacher_link_days=30)


class Far(Browser):
    def open(self, *args: Any, **kwargs: Any) -> Any:
        return super().open(*args, **{"base_url": ORIGIN, "headers": {"Referer": f"{ORIGIN}/"}, **kwargs})


@pytest.fixture
def app(app: Flask) -> Flask:
    app.test_client_class = Far
    return app


@pytest.fixture
def desk(app: Flask, owner_id: int) -> FlaskClient:
    return signed_in(app, owner_id)


@pytest.fixture
def ended(room: ClassRoom) -> ClassRoom:
    room.command("end", confirmed=True)
    db.session.remove()
    return room


def press(desk: FlaskClient, room: ClassRoom, action: str) -> str:
    """Press a button of the page; what comes then."""
    address = f"/animer/{room.live_id}/enseignant"
    answer = desk.post(address, data={"csrf_token": csrf_of(desk.get(address).text), "action": action})
    assert answer.status_code in (200, 303), answer.text
    return str(answer.text if answer.status_code == 200 else desk.get(address).text)


def link_in(page: str) -> str:
    [found] = re.findall(r'<input id="teacher-link" readonly value="([^"]+)">', page)
    return str(found)


def test_link_is_shown_once_and_leads_to_the_page(app: Flask, desk: FlaskClient, ended: ClassRoom) -> None:
    address = link_in(press(desk, ended, "make"))
    assert address.startswith(f"{ORIGIN}/lien/")
    assert address not in desk.get(f"/animer/{ended.live_id}/enseignant").text
    teacher = app.test_client()
    answer = teacher.get(urlsplit(address).path)
    assert answer.headers["Location"] == f"/bilan/{ended.live_id}"
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Lien valable jusqu’au" in teacher.get(f"/bilan/{ended.live_id}").text


def test_message_is_prepared_with_its_subject_and_the_link(desk: FlaskClient, ended: ClassRoom) -> None:
    page = press(desk, ended, "make")
    mail = next(unescape(found) for found in re.findall(r'href="(mailto:[^"]+)"', page))
    asked = parse_qs(urlsplit(mail).query)
    assert asked["subject"] == ["L’atelier «\u202fJuste un montage\u202f»"]
    assert link_in(page) in asked["body"][0]
    assert "30 jours" in asked["body"][0]
    assert "%0D" not in mail
    assert "\n" in unquote(mail)


def test_code_to_scan_waits_behind_a_click(desk: FlaskClient, ended: ClassRoom) -> None:
    page = press(desk, ended, "make")
    [details] = re.findall(r"<details(.*?)</details>", page, re.DOTALL)
    assert 'class="qr"' in details
    assert " open" not in details.partition(">")[0]
    assert page.count('class="qr"') == 1


def test_no_push_and_no_projected_screen_holds_the_link(app: Flask, desk: FlaskClient, ended: ClassRoom) -> None:
    token = link_in(press(desk, ended, "make")).rsplit("/", 1)[1]
    for audience in ("facilitator", "projector", "participant"):
        with app.app_context():
            assert token not in str(ended.hub.publisher.snapshot(ended.live_id, audience, "fr")["html"])


def test_revoking_on_the_page_closes_the_link(app: Flask, desk: FlaskClient, ended: ClassRoom) -> None:
    path, teacher = urlsplit(link_in(press(desk, ended, "make"))).path, app.test_client()
    teacher.get(path)
    assert "Aucun lien n’est ouvert" in press(desk, ended, "revoke")
    assert teacher.get(path).status_code == 410
    assert teacher.get(f"/bilan/{ended.live_id}").status_code == 410


def test_renewing_and_replacing_on_the_page(app: Flask, desk: FlaskClient, ended: ClassRoom) -> None:
    old = urlsplit(link_in(press(desk, ended, "make"))).path
    assert "Un lien est valable jusqu’au" in press(desk, ended, "renew")
    assert app.test_client().get(old).status_code == 303
    new = urlsplit(link_in(press(desk, ended, "make"))).path
    assert (app.test_client().get(old).status_code, app.test_client().get(new).status_code) == (410, 303)


def test_signed_file_is_brought_and_leads_to_its_link(desk: FlaskClient, ended: ClassRoom) -> None:
    page = desk.get("/animer/echange").text
    [key] = re.findall(r'<input id="exchange-key" readonly value="([^"]+)">', page)
    file = pack(ended.row(), key)
    with transaction():  # as on another machine
        db.session.delete(db.session.get_one(Origin, ended.live_id))
    db.session.remove()

    def bring(content: bytes) -> Any:
        form = {"csrf_token": csrf_of(page), "file": (BytesIO(content), "seance.preau")}
        return desk.post("/animer/echange", data=form)

    taken = bring(file)
    assert taken.status_code == 303
    assert taken.headers["Location"] != f"/animer/{ended.live_id}/enseignant"
    assert desk.get(taken.headers["Location"]).status_code == 200
    assert bring(file).headers["Location"] == taken.headers["Location"]
    refused = bring(file[:-20])
    assert refused.status_code == 400
    assert "Ce fichier ne peut pas être pris" in refused.text


def test_preparation_is_taken_along_under_the_key_that_the_site_gives(desk: FlaskClient, owner_id: int) -> None:
    [key] = re.findall(r'<input id="exchange-key" readonly value="([^"]+)">', desk.get("/animer/echange").text)
    school_id = schools.save_school(SchoolEntry(None, "Collège Berlioz", "college", "Nantes", "44"))
    entry = InterventionEntry(clock.now(), "le-montage", "phones", "4e B", facilitators=frozenset({owner_id}))
    interventions.plan(school_id, entry, clock.now())
    today = clock.now().date()
    file = desk.get(f"/animer/preparation.preau?du={today}&au={today}").data
    [visit] = read(file, key, ROOT / "quizzes").visits
    assert visit.entry.class_label == "4e B"


def test_unknown_gesture_and_missing_token_are_refused(desk: FlaskClient, ended: ClassRoom) -> None:
    address = f"/animer/{ended.live_id}/enseignant"
    token = csrf_of(desk.get(address).text)
    assert desk.post(address, data={"csrf_token": token, "action": "dance"}).status_code == 400
    assert desk.post(address, data={"action": "make"}).status_code == 400
