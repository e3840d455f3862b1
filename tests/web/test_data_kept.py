"""The page that says what is kept is complete, and says the durations in force."""

from collections.abc import Iterator
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient

from workshop import create_app, room_network
from workshop.config import Config
from workshop.extensions import db
from workshop.realtime import cookies
from workshop.web.public.data_kept import DataKept, Kept, data_kept


def lines(kept: DataKept) -> Iterator[Kept]:
    for part in (kept.pupils, kept.classes, kept.adults, kept.devices):
        yield from part


def test_each_table_and_each_cookie_has_its_line(app: Flask, config: Config) -> None:
    with app.test_request_context():
        named = {holder for line in lines(data_kept(config)) for holder in line.holders}
    assert room_network.FILE in named
    tables = {name for name in named - {room_network.FILE} if not name.startswith("preau_")}
    assert tables == set(db.metadata.tables)
    made = {
        name.replace("7", "<id>")
        for name in (
            cookies.screen_cookie(7),
            cookies.remote_cookie(7),
            cookies.teacher_cookie(7),
            cookies.school_cookie(7),
        )
    }
    assert made | {cookies.DESK, cookies.LANGUAGE, app.config["SESSION_COOKIE_NAME"]} <= named
    assert cookies.participant_cookie("<code>") in named


def test_page_says_the_durations_in_force(config: Config) -> None:
    chosen = replace(config, keep_results=37, keep_contacts=5, teacher_link_days=61)
    page = create_app(chosen, start=False).test_client().get("/donnees").text
    for said in ("37 mois après la séance", "5 mois après la dernière visite", "61 jours après la séance"):
        assert said in page


def test_anybody_may_read_it_in_their_language(phone: FlaskClient) -> None:
    page = phone.get("/donnees")
    assert page.status_code == 200
    assert 'lang="fr"' in page.text
