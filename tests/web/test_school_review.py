"""What a school reads: who may, what is said and what is not, the link of the hosted instance, and the files."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from samples.held import Class, make_school, make_visit, write
from workshop import clock
from workshop.config import Config
from workshop.extensions import db
from workshop.services import accounts, school_links, schools, teacher_links
from workshop.services.school_links import links
from workshop.services.schools import ContactEntry
from workshop.storage.planning_models import School
from workshop.storage.transaction import transaction

from .conftest import csrf_of, signed_in
from .test_teacher import counted, texts
from .test_teacher_hosted import ORIGIN, Far

DAYS = timedelta(days=90)
LIVED = {"souvent": 6, "une-fois": 9, "non": 8, "sans-reponse": 3}


def make_school_with(owner_id: int, name: str, labels: str) -> int:
    """A school, with one class of the fourth level for each letter of `labels`."""
    started = clock.now() - timedelta(days=30)
    school = make_school(name, "44", town="Nantes")
    classes = [
        Class(owner_id, f"4e {letter}", lived=LIVED, started=started, intervention=make_visit(school, started))
        for letter in labels
    ]
    with transaction():
        db.session.add(school)
        db.session.flush()
        school_id = school.id
    write(*classes, chance=Random(3))
    schools.save_contact(school_id, ContactEntry("M. Garnier", "CPE", "", True, "bureau 12", "jusqu’à 17 h"), started)
    db.session.remove()
    return school_id


@pytest.fixture
def school_id(owner_id: int) -> int:
    return make_school_with(owner_id, "Collège Berlioz", "ABC")


def make_link(school_id: int, lasts: timedelta = DAYS) -> str:
    token = links.make(school_id, clock.now(), lasts)
    db.session.remove()
    return token


def opened(app: Flask, school_id: int) -> FlaskClient:
    client = app.test_client()
    answer = client.get(f"/lien/{make_link(school_id)}")
    assert answer.headers["Location"] == f"/bilan/etablissement/{school_id}"
    return client


def said_to(app: Flask, school_id: int) -> str:
    return texts(opened(app, school_id).get(f"/bilan/etablissement/{school_id}").text)


def test_link_is_traded_for_a_cookie_and_leaves_the_address(app: Flask, school_id: int) -> None:
    token, client = make_link(school_id), app.test_client()
    for _ in range(2):  # as often as wanted
        answer = client.get(f"/lien/{token}")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/bilan/etablissement/{school_id}")
        assert answer.headers["Set-Cookie"].startswith(f"preau_school_{school_id}=")
        assert "HttpOnly" in answer.headers["Set-Cookie"]
        assert token not in answer.headers["Set-Cookie"]
    page = client.get(f"/bilan/etablissement/{school_id}")
    assert page.status_code == 200
    assert token not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Cache-Control"] == "no-store"
    assert 'href="/donnees"' in page.text


def test_page_answers_in_its_order(app: Flask, school_id: int) -> None:
    said = said_to(app, school_id)
    order = [
        "Collège Berlioz", "3 séances", "84 élèves présents", "Les classes rencontrées", "4e A", "4e B", "4e C",
        "Ce que les élèves savent, avant et juste après",
        "Bonnes réponses juste après : 162 sur 225 (72 %) ; avant : 90 sur 225 (40 %).",
        "Ce que les élèves disent avoir vécu ou vu", "3 classes, 78 élèves", "élèves sur 78",
        "Brouillé exprès pour protéger chacun", "À qui parler", "M. Garnier, CPE", "Si un élève se confie à vous",
        "Ce qui est gardé de ces séances", "60 mois après la séance",
    ]  # fmt: skip
    places = [said.index(words) for words in order]
    assert places == sorted(places)


def test_ranges_are_true_and_wide_and_no_exact_count_is_there(app: Flask, school_id: int) -> None:
    found = re.findall(r"entre (\d+) et (\d+) élèves sur 78", said_to(app, school_id))
    assert len(found) == len(LIVED)
    for (low, high), exact in zip(found, LIVED.values(), strict=True):
        assert int(low) <= 3 * exact <= int(high)
        assert int(high) - int(low) >= 3 * 3


def test_two_classes_are_told_nothing_of_lived_experience(app: Flask, owner_id: int) -> None:
    said = said_to(app, make_school_with(owner_id, "Collège des Iris", "AB"))
    assert "Moins de 3 classes : rien n’est montré." in said
    assert "élèves sur 52" not in said
    assert "Oui, plusieurs fois" not in said


def test_no_test_no_interval_no_ranking_no_sheet_and_no_follow_up(app: Flask, school_id: int) -> None:
    said = said_to(app, school_id)
    assert not re.search(r"gain|p-value|significati|classement|moyenne|intervalle|±|Fiche|rappel", said)


def test_it_is_handed_over_from_the_school_and_read_before(desk: FlaskClient, school_id: int) -> None:
    assert f"/etablissements/{school_id}/remettre" in desk.get(f"/etablissements/{school_id}").text
    page = desk.get(f"/etablissements/{school_id}/remettre")
    assert page.status_code == 200
    assert "disparaît avec la classe" in page.text  # a laptop
    assert "Créer le lien" not in page.text
    form = {"csrf_token": csrf_of(desk.get("/animer/nouvelle").text), "action": "make"}
    assert desk.post(f"/etablissements/{school_id}/remettre", data=form).status_code == 403
    assert "Bonnes réponses" in desk.get(f"/etablissements/{school_id}/bilan").text


def test_colleague_who_runs_nothing_there_neither_reads_nor_hands_over(stranger: FlaskClient, school_id: int) -> None:
    for path in ("bilan", "bilan.pdf", "bilan.html", "remettre"):
        assert stranger.get(f"/etablissements/{school_id}/{path}").status_code == 403
    assert "/remettre" not in stranger.get(f"/etablissements/{school_id}").text


def test_school_that_does_not_exist_has_no_page(desk: FlaskClient) -> None:
    for path in ("bilan", "bilan.pdf", "bilan.html", "remettre"):
        assert desk.get(f"/etablissements/999999/{path}").status_code == 404


def test_file_needs_nothing_else_and_says_what_the_page_says(desk: FlaskClient, school_id: int) -> None:
    answer = desk.get(f"/etablissements/{school_id}/bilan.html")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=bilan-college-berlioz-")
    file = answer.text
    assert not re.search(r"<(?:script|link|img|iframe|object|form)\b|@import|https?://(?!www\.w3\.org/2000/svg)", file)
    assert {found[:5] for found in re.findall(r'url\("?([^)"]*)', file)} == {"data:"}
    assert {found[0] for found in re.findall(r'(?:href|src)="([^"]*)"', file)} <= {"#", "t"}
    body = re.compile(r'<article class="letter\b.*</article>', re.DOTALL)
    page = body.search(desk.get(f"/etablissements/{school_id}/bilan").text)
    alone = body.search(file)
    assert page and alone
    assert texts(page[0]).replace(" Ce que Préau garde", "") == texts(alone[0])


def test_paper_is_tagged_french_and_holds_the_figures(app: Flask, desk: FlaskClient, school_id: int) -> None:
    for client, address in (
        (desk, f"/etablissements/{school_id}/bilan.pdf"),
        (opened(app, school_id), f"/bilan/etablissement/{school_id}.pdf"),
    ):
        answer = client.get(address)
        assert answer.headers["Content-Type"] == "application/pdf"
        paper = PdfReader(BytesIO(answer.data))
        assert paper.trailer["/Root"]["/Lang"] == "fr"
        assert "pdfuaid" in paper.trailer["/Root"]["/Metadata"].get_data().decode()
        said = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in paper.pages))
        for words in ("162 sur 225", "Brouillé exprès pour protéger chacun", "élèves sur 78", "M. Garnier"):
            assert words in said
        assert len(paper.pages) <= 2


def test_what_people_typed_is_no_markup(app: Flask, desk: FlaskClient, owner_id: int) -> None:
    typed = '#panic("x") *gras* <script> $x$ @ref \\ [a]'
    school_id = make_school_with(owner_id, typed, "A")
    assert typed in PdfReader(BytesIO(desk.get(f"/etablissements/{school_id}/bilan.pdf").data)).pages[0].extract_text()
    assert "<script>" not in desk.get(f"/etablissements/{school_id}/bilan").text


def refusals(app: Flask, first: int, second: int) -> Iterator[tuple[str, FlaskClient, str]]:
    """Every way of not being let in: a browser, and the address that it asks for."""
    expired = make_link(first, timedelta(days=-1))
    revoked = make_link(first)
    links.revoke(first)
    gone = opened(app, first)
    links.revoke(first)
    late = opened(app, first)
    with transaction():
        db.session.execute(db.text("UPDATE link SET expires_at = '2020-01-01 00:00:00' WHERE kind = 'school'"))
    other, good = opened(app, second), make_link(second)
    other.get(f"/lien/{good}")
    cookie = other.get_cookie(f"preau_school_{second}")
    assert cookie is not None
    forged = app.test_client()
    forged.set_cookie(f"preau_school_{first}", cookie.value)
    altered = good[:-1] + ("A" if good[-1] != "A" else "B")
    db.session.remove()
    new = app.test_client
    yield "expired link", new(), f"/lien/{expired}"
    yield "revoked link", new(), f"/lien/{revoked}"
    yield "altered link", new(), f"/lien/{altered}"
    yield "cookie of a revoked link", gone, f"/bilan/etablissement/{first}"
    yield "cookie of an expired link", late, f"/bilan/etablissement/{first}"
    yield "another school", other, f"/bilan/etablissement/{first}"
    yield "cookie of another school under this one's name", forged, f"/bilan/etablissement/{first}"
    yield "nobody", new(), f"/bilan/etablissement/{first}"
    yield "no such school", new(), "/bilan/etablissement/999999"
    yield "no such number", new(), f"/bilan/etablissement/{10**30}"
    yield "its paper", other, f"/bilan/etablissement/{first}.pdf"
    yield "a teacher's page", other, f"/bilan/{first}"


def test_whoever_is_not_let_in_is_told_the_same_with_the_same_work(app: Flask, owner_id: int, school_id: int) -> None:
    second = make_school_with(owner_id, "Collège des Iris", "A")
    told = {}
    for name, client, address in list(refusals(app, school_id, second)):
        with counted() as queries:
            answer = client.get(address)
        told[name] = (answer.status_code, answer.data, answer.headers["Content-Type"], len(queries))
    assert len(set(told.values())) == 1, {name: (found[0], found[3]) for name, found in told.items()}
    [(status, _, _, made)] = set(told.values())
    assert (status, made) == (410, 1)


def test_teachers_link_does_not_open_the_school(app: Flask, school_id: int) -> None:
    live_id = db.session.execute(db.text("SELECT min(id) FROM live_session")).scalar_one()
    token = teacher_links.links.make(live_id, clock.now(), DAYS)
    db.session.remove()
    teacher = app.test_client()
    assert teacher.get(f"/lien/{token}").headers["Location"] == f"/bilan/{live_id}"
    assert teacher.get(f"/bilan/etablissement/{school_id}").status_code == 410


class TestHosted:
    @pytest.fixture
    def config(self, sqlite_config: Config) -> Config:
        return replace(sqlite_config, public_url=ORIGIN, proxies=0, teacher_link_days=30)

    @pytest.fixture
    def app(self, app: Flask) -> Flask:
        app.test_client_class = Far
        return app

    @staticmethod
    def press(desk: FlaskClient, school_id: int, action: str) -> str:
        address = f"/etablissements/{school_id}/remettre"
        answer = desk.post(address, data={"csrf_token": csrf_of(desk.get(address).text), "action": action})
        assert answer.status_code in (200, 303), answer.text
        return str(answer.text if answer.status_code == 200 else desk.get(address).text)

    @staticmethod
    def link_in(page: str) -> str:
        [found] = re.findall(r'<input id="school-link" readonly value="([^"]+)">', page)
        return str(found)

    def test_link_is_shown_once_with_a_prepared_message(self, app: Flask, desk: FlaskClient, school_id: int) -> None:
        page = self.press(desk, school_id, "make")
        address = self.link_in(page)
        assert address.startswith(f"{ORIGIN}/lien/")
        assert address not in desk.get(f"/etablissements/{school_id}/remettre").text
        mail = next(unescape(found) for found in re.findall(r'href="(mailto:[^"]+)"', page))
        asked = parse_qs(urlsplit(mail).query)
        assert "Collège Berlioz" in asked["subject"][0]
        assert address in asked["body"][0] and "30 jours" in asked["body"][0]
        school = app.test_client()
        answer = school.get(urlsplit(address).path)
        assert "Secure" in answer.headers["Set-Cookie"]
        assert "Lien valable jusqu’au" in school.get(f"/bilan/etablissement/{school_id}").text

    def test_renewed_replaced_revoked(self, app: Flask, desk: FlaskClient, school_id: int) -> None:
        old = urlsplit(self.link_in(self.press(desk, school_id, "make"))).path
        assert "Un lien est valable jusqu’au" in self.press(desk, school_id, "renew")
        assert app.test_client().get(old).status_code == 303
        new = urlsplit(self.link_in(self.press(desk, school_id, "make"))).path
        reader = app.test_client()
        assert (app.test_client().get(old).status_code, reader.get(new).status_code) == (410, 303)
        assert "Aucun lien n’est ouvert" in self.press(desk, school_id, "revoke")
        assert reader.get(f"/bilan/etablissement/{school_id}").status_code == 410

    def test_who_runs_one_of_its_interventions_makes_the_link(self, app: Flask, school_id: int) -> None:
        lou = accounts.create_account("Lou", "lou@example.org", None, False, clock.now())
        with transaction():
            visit = make_visit(db.session.get_one(School, school_id))
            visit.facilitators.append(db.session.get_one(accounts.Account, lou))
            db.session.add(visit)
        db.session.remove()
        assert self.link_in(self.press(signed_in(app, lou), school_id, "make"))
        assert school_links.links.in_force(school_id, clock.now()) is not None
        db.session.remove()

    def test_unknown_gesture_and_missing_token_are_refused(self, desk: FlaskClient, school_id: int) -> None:
        address = f"/etablissements/{school_id}/remettre"
        token = csrf_of(desk.get(address).text)
        assert desk.post(address, data={"csrf_token": token, "action": "dance"}).status_code == 400
        assert desk.post(address, data={"action": "make"}).status_code == 400
