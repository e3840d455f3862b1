"""The pages where a preparation is taken along and brought: who may, what is shown, what is kept and when."""

import gzip
import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from workshop import clock
from workshop.config import Config
from workshop.domain.schools import SchoolEntry
from workshop.extensions import db
from workshop.services import interventions, schools
from workshop.services.interventions import InterventionEntry
from workshop.services.signed_files import exchange_key, sealed
from workshop.storage.bringing_models import BroughtPreparation
from workshop.storage.planning_models import Intervention
from workshop.storage.transaction import transaction

from .conftest import csrf_of

PAGE = "/animer/preparation"
KEY = exchange_key("the hosted instance's", 7)


@pytest.fixture
def kept_key(config: Config) -> Path:
    """This laptop has the key of its facilitator."""
    path = config.data / "exchange-key"
    path.write_text(KEY)
    return path


@pytest.fixture
def planned(app: Flask, owner_id: int) -> int:
    school_id = schools.save_school(SchoolEntry(None, "Collège Berlioz", "college", "Nantes", "44"))
    entry = InterventionEntry(
        clock.now() + timedelta(days=3), "le-montage", "phones", "4e B", facilitators=frozenset({owner_id})
    )
    return interventions.plan(school_id, entry, clock.now())


def bring(desk: FlaskClient, data: bytes) -> TestResponse:
    form = {"csrf_token": csrf_of(desk.get("/animer").text), "file": (io.BytesIO(data), "preparation.preau")}
    response = desk.post(PAGE, data=form, content_type="multipart/form-data")
    response.request.environ["wsgi.input"].close()  # the client leaves what is long in a file, open
    return response


def press(desk: FlaskClient, action: str, **fields: str) -> TestResponse:
    return desk.post(f"{PAGE}/{action}", data={"csrf_token": csrf_of(desk.get("/animer").text), **fields})


def mark_in(page: str) -> str:
    return page.partition('name="mark" value="')[2].partition('"')[0]


def taken(desk: FlaskClient) -> bytes:
    """The file of the days that the form proposes."""
    today = clock.now().astimezone().date()
    days = {"du": today.isoformat(), "au": (today + timedelta(days=30)).isoformat()}
    page = desk.get(PAGE).text
    for day in days.values():
        assert f'value="{day}"' in page
    answer = desk.get(f"{PAGE}.preau", query_string=days)
    assert answer.status_code == 200
    assert f"preparation-{days['du']}.preau" in answer.headers["Content-Disposition"]
    return bytes(answer.data)


def count(table: type) -> int:
    found: int = db.session.execute(select(func.count()).select_from(table)).scalar_one()
    db.session.rollback()
    return found


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", PAGE), ("POST", PAGE), ("GET", f"{PAGE}.preau"), ("POST", f"{PAGE}/garder"), ("POST", f"{PAGE}/laisser")],
)
def test_nobody_passes_who_is_not_signed_in(phone: FlaskClient, app: Flask, method: str, path: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = phone.open(path, method=method)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/connexion")


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/garder", f"{PAGE}/laisser"])
def test_forms_without_their_token_are_refused(desk: FlaskClient, path: str) -> None:
    assert desk.post(path, data={"file": (io.BytesIO(b"x"), "x.preau")}).status_code == 400


def test_without_a_key_the_page_says_where_it_comes_from(desk: FlaskClient, planned: int) -> None:
    page = desk.get(PAGE).text
    assert 'href="/animer/echange"' in page
    assert "Télécharger le fichier" not in page
    assert desk.get(f"{PAGE}.preau?du=2026-11-23&au=2026-11-29").headers["Location"] == "/animer/echange"
    assert bring(desk, b"x").status_code == 400
    assert press(desk, "garder", mark="").headers["Location"] == PAGE


@pytest.mark.usefixtures("kept_key")
def test_report_is_shown_before_anything_is_kept(desk: FlaskClient, planned: int) -> None:
    file = taken(desk)
    interventions.cancel(planned, 0, True)
    assert bring(desk, file).status_code == 303
    page = desk.get(PAGE).text
    for said in ("Rien n’est encore gardé", "Ajout", "4e B", "Collège Berlioz, Nantes"):
        assert said in page, said
    assert "Établissements ajoutés" not in page
    assert count(Intervention) == 0
    done = press(desk, "garder", mark=mark_in(page))
    assert done.headers["Location"].startswith("/agenda?semaine=")
    shown = desk.get(done.headers["Location"]).text
    assert "La préparation est gardée." in shown and "4e B" in shown
    assert (count(Intervention), count(BroughtPreparation)) == (1, 0)
    assert press(desk, "garder", mark=mark_in(page)).headers["Location"] == PAGE
    assert count(Intervention) == 1


@pytest.mark.usefixtures("kept_key")
def test_what_is_already_there_is_said_and_leaves_nothing_to_keep(desk: FlaskClient, planned: int) -> None:
    bring(desk, taken(desk))
    page = desk.get(PAGE).text
    assert "Déjà ici" in page
    assert "Garder cette préparation" not in page
    press(desk, "laisser")
    assert count(BroughtPreparation) == 0
    assert "Lire le fichier" in desk.get(PAGE).text


@pytest.mark.usefixtures("kept_key")
def test_update_says_what_it_replaces(desk: FlaskClient, planned: int) -> None:
    file = taken(desk)
    with transaction():
        earlier = {"class_label": "4e A", "changed_at": clock.now() - timedelta(days=1)}
        db.session.execute(update(Intervention).values(**earlier))
    bring(desk, file)
    page = desk.get(PAGE).text
    for said in ("Mise à jour", "Jusqu’ici", "4e A", "4e B"):
        assert said in page, said


@pytest.mark.usefixtures("kept_key")
def test_visits_of_a_colleague_never_leave(desk: FlaskClient, stranger: FlaskClient, planned: int) -> None:
    assert b"4e B" in gzip.decompress(taken(desk))
    today = clock.now().date()
    answer = stranger.get(f"{PAGE}.preau?du={today}&au={today + timedelta(days=30)}")
    assert answer.status_code == 404
    assert "il n’y a rien à emporter" in answer.text


@pytest.mark.usefixtures("kept_key")
def test_nobody_sees_nor_keeps_what_a_colleague_brought(desk: FlaskClient, stranger: FlaskClient, planned: int) -> None:
    file = taken(desk)
    interventions.cancel(planned, 0, True)
    bring(desk, file)
    assert "4e B" not in stranger.get(PAGE).text
    press(stranger, "garder", mark=mark_in(desk.get(PAGE).text))
    press(stranger, "laisser")
    assert count(Intervention) == 0
    assert "4e B" in desk.get(PAGE).text


@pytest.mark.usefixtures("kept_key")
@pytest.mark.parametrize(
    "days",
    [{}, {"du": "hier", "au": "2026-11-29"}, {"du": "2026-11-29", "au": "2026-11-23"},
     {"du": "0001-01-01", "au": "9999-12-31"}, {"du": "2026-11-23", "au": "9999-12-31"}],
)  # fmt: skip
def test_days_that_are_none_are_refused_beside_their_field(desk: FlaskClient, days: dict[str, str]) -> None:
    answer = desk.get(f"{PAGE}.preau", query_string=days)
    assert answer.status_code == 400
    assert "field-error" in answer.text


@pytest.mark.usefixtures("kept_key")
@pytest.mark.parametrize(
    ("file", "sentence"),
    [(b"", "ne peut pas être pris"), (b"\x1f\x8bxx", "ne peut pas être pris"),
     (sealed({"origin": "of results"}, KEY), "pas de cette sorte"),
     (sealed({}, exchange_key("another instance's", 7)), "ne peut pas être pris")],
)  # fmt: skip
def test_refused_file_is_a_sentence_and_the_form_again(desk: FlaskClient, file: bytes, sentence: str) -> None:
    answer = bring(desk, file)
    assert answer.status_code == 400
    assert sentence in answer.text and "Lire le fichier" in answer.text
    # The days that are proposed are still there.
    assert f'value="{clock.now().astimezone().date()}"' in answer.text
    assert count(BroughtPreparation) == 0


@pytest.mark.usefixtures("kept_key")
@pytest.mark.parametrize("size", [5_070_000, 9_000_000])
def test_file_of_more_than_five_million_bytes_is_refused_with_a_sentence(desk: FlaskClient, size: int) -> None:
    answer = bring(desk, bytes(size))
    assert answer.status_code == 413
    assert "Mo" in answer.text and "Lire le fichier" in answer.text


def test_file_held_under_a_key_that_was_replaced_is_let_go(desk: FlaskClient, planned: int, kept_key: Path) -> None:
    bring(desk, taken(desk))
    kept_key.write_text(exchange_key("another instance's", 7))
    assert "ne peut pas être pris" in desk.get(PAGE).text
    assert count(BroughtPreparation) == 0
    assert desk.get(PAGE).status_code == 200


@pytest.mark.usefixtures("kept_key")
def test_markup_in_a_file_is_shown_to_nobody(desk: FlaskClient, planned: int) -> None:
    with transaction():
        db.session.execute(update(Intervention).values(class_label="<script>alert(1)</script>"))
    file = taken(desk)
    interventions.cancel(planned, 0, True)
    bring(desk, file)
    page = desk.get(PAGE).text
    assert "&lt;script&gt;" in page and "<script>alert" not in page
