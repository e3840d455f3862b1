"""The pages where questions are brought and workshops taken away: who may, what is shown, what is kept and when."""

import io
import tomllib
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from workshop import clock
from workshop.extensions import db
from workshop.services import bringing, retaining
from workshop.services.retaining import Periods
from workshop.storage.bringing_models import BroughtWorkshop
from workshop.storage.drafting_models import Draft, DraftMedia

from .conftest import csrf_of

DATA = Path(__file__).parents[1] / "data"
PAGE = "/ateliers/importer"


def bring(desk: FlaskClient, data: bytes, name: str = "questions.txt") -> TestResponse:
    token = csrf_of(desk.get(PAGE).text)
    form = {"csrf_token": token, "file": (io.BytesIO(data), name)}
    response = desk.post(PAGE, data=form, content_type="multipart/form-data")
    response.request.environ["wsgi.input"].close()  # the client leaves what is long in a file, open
    return response


def sample(name: str) -> bytes:
    return (DATA / name).read_bytes()


def press(desk: FlaskClient, action: str) -> TestResponse:
    return desk.post(f"{PAGE}/{action}", data={"csrf_token": csrf_of(desk.get(PAGE).text)})


def count(table: type) -> int:
    found: int = db.session.execute(select(func.count()).select_from(table)).scalar_one()
    db.session.rollback()
    return found


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", PAGE), ("POST", PAGE), ("POST", f"{PAGE}/garder"), ("POST", f"{PAGE}/laisser"),
        ("GET", "/ateliers/le-montage/exporter"), ("GET", "/ateliers/le-montage/exporter.zip"),
        ("GET", "/ateliers/le-montage/exporter.gift"), ("GET", "/ateliers/le-montage/exporter.xml"),
    ],
)  # fmt: skip
def test_nobody_passes_who_is_not_signed_in(phone: FlaskClient, app: Flask, method: str, path: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    response = phone.open(path, method=method)
    assert (response.status_code, response.headers["Location"]) == (303, "/connexion")


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/garder", f"{PAGE}/laisser"])
def test_forms_without_their_token_are_refused(desk: FlaskClient, path: str) -> None:
    assert desk.post(path, data={"file": (io.BytesIO(b"a{T}"), "q.txt")}).status_code == 400
    assert count(BroughtWorkshop) == count(Draft) == 0


def test_report_says_what_was_understood_line_by_line_before_anything_is_kept(desk: FlaskClient) -> None:
    assert bring(desk, sample("pronote/qcm-snt.xml"), "qcm.xml").status_code == 303
    page = desk.get(PAGE).text
    assert "<dd>Pronote</dd>" in page and "<dd>23</dd>" in page
    assert "Que représente le système binaire ?" in page and "Question 1, ligne 9" in page
    assert "Le Binaire" in page and "texte à trous" in page
    assert "Une question de savoir a une explication." in page  # what will have to be written
    assert count(Draft) == 0


def test_what_was_brought_is_kept_once_and_only_when_asked(desk: FlaskClient, owner_id: int) -> None:
    bring(desk, sample("moodle/truefalse.xml"), "q.xml")
    first = press(desk, "garder")
    draft = db.session.execute(select(Draft)).scalar_one()
    assert first.headers["Location"] == f"/ateliers/{draft.id}"
    assert (draft.owner_id, draft.origin) == (owner_id, "Moodle (XML)")
    assert 'kind = "true_false"' in draft.source
    names = set(db.session.execute(select(DraftMedia.name)).scalars())
    db.session.rollback()
    assert names == {"logo.jpg", "logo-2.jpg"}
    again = press(desk, "garder")
    assert again.headers["Location"] == PAGE
    assert (count(Draft), count(BroughtWorkshop)) == (1, 0)


def test_what_is_let_go_leaves_nothing(desk: FlaskClient) -> None:
    bring(desk, sample("qcmcam/discriminations.txt"))
    press(desk, "laisser")
    assert "Lire le fichier" in desk.get(PAGE).text
    assert (count(Draft), count(BroughtWorkshop)) == (0, 0)


def test_nobody_sees_what_a_colleague_brought(desk: FlaskClient, stranger: FlaskClient) -> None:
    bring(desk, sample("qcmcam/discriminations.txt"))
    assert "discrimination" not in stranger.get(PAGE).text
    press(stranger, "garder")
    assert count(Draft) == 0
    assert "discrimination" in desk.get(PAGE).text


def test_another_file_takes_the_place_of_the_one_before(desk: FlaskClient) -> None:
    bring(desk, sample("qcmcam/discriminations.txt"))
    bring(desk, b"Encore ?{T}")
    page = desk.get(PAGE).text
    assert "Encore ?" in page and "discrimination" not in page


def test_a_refused_file_is_a_sentence_and_the_form_again(desk: FlaskClient) -> None:
    response = bring(desk, b"%PDF-1.7", "cours.pdf")
    assert response.status_code == 400
    assert "pas un fichier que Préau connaît" in response.text and "Lire le fichier" in response.text
    assert bring(desk, b"", "").status_code == 400
    assert count(BroughtWorkshop) == 0


@pytest.mark.parametrize("size", [5_000_001, 5_070_000, 9_000_000])
def test_a_file_of_more_than_five_million_bytes_is_refused_with_a_sentence(desk: FlaskClient, size: int) -> None:
    response = bring(desk, bytes(size))
    assert response.status_code == 413
    assert "5 Mo au plus" in response.text
    assert count(BroughtWorkshop) == 0


def test_nobody_else_may_send_a_long_form(phone: FlaskClient) -> None:
    assert phone.post(PAGE, data={"file": (io.BytesIO(bytes(100_000)), "q.txt")}).status_code == 413


def test_a_file_of_which_nothing_can_be_taken_cannot_be_kept(desk: FlaskClient) -> None:
    bring(desk, sample("moodle/multianswer.xml"), "q.xml")
    page = desk.get(PAGE).text
    assert "Aucune question de ce fichier" in page and "Garder en brouillon" not in page


def test_scripts_in_a_file_are_shown_to_nobody(desk: FlaskClient) -> None:
    bring(desk, b"::<script>alert(1)</script>::[plain]<script>alert(2)</script> ?{=<b>a</b> ~b}")
    page = desk.get(PAGE).text
    assert "<script>alert" not in page and "<b>a</b>" not in page


def test_what_nobody_came_back_to_goes_after_a_day(desk: FlaskClient, app: Flask) -> None:
    bring(desk, b"Encore ?{T}")
    periods = Periods.of(90, 12, 60, 365)
    assert retaining.purge(clock.now() + bringing.HELD - timedelta(minutes=5), periods).brought == 0
    assert retaining.purge(clock.now() + bringing.HELD + timedelta(minutes=5), periods).brought == 1
    assert count(BroughtWorkshop) == 0


def test_workshop_taken_away_comes_back_whole(desk: FlaskClient) -> None:
    data = desk.get("/ateliers/le-montage/exporter.zip")
    assert data.headers["Content-Disposition"] == "attachment; filename=le-montage.zip"
    names = zipfile.ZipFile(io.BytesIO(data.data)).namelist()
    texts = [f"le-montage/quiz.{language}.toml" for language in ("ar", "en", "fr-falc", "fr", "uk")]
    assert names == ["le-montage/autocollant.svg", "le-montage/montage.svg", *texts]
    assert bring(desk, data.data, "le-montage.zip").status_code == 303
    page = desk.get(PAGE).text
    assert "<dd>Préau</dd>" in page and "À compléter ensuite" not in page
    press(desk, "garder")
    source = db.session.execute(select(Draft.source)).scalar_one()
    db.session.rollback()
    written = zipfile.ZipFile(io.BytesIO(data.data)).read("le-montage/quiz.fr.toml").decode()
    assert tomllib.loads(source)["activities"] == tomllib.loads(written)["activities"]


def test_ways_out_list_what_a_format_cannot_say_and_lived_experience_stays(desk: FlaskClient) -> None:
    page = desk.get("/ateliers/le-montage/exporter").text
    assert "Une question, pour soi" in page and "ne se pose que là où personne ne peut savoir" in page
    gift = desk.get("/ateliers/le-montage/exporter.gift")
    assert gift.mimetype == "text/plain" and "Le 3018, qui peut l’appeler" in gift.text
    xml = desk.get("/ateliers/le-montage/exporter.xml")
    assert xml.mimetype == "application/xml" and "<quiz>" in xml.text
    assert "nosniff" in gift.headers["X-Content-Type-Options"]


@pytest.mark.parametrize(
    "path", ["/ateliers/inconnu/exporter", "/ateliers/..%2f..%2f/exporter.zip", "/ateliers/le-montage/exporter.exe"]
)
def test_what_is_not_in_the_library_is_not_found(desk: FlaskClient, path: str) -> None:
    assert desk.get(path).status_code == 404
