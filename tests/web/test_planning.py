"""The agenda, schools and interventions as adults see them: who may do what, and what is said."""

import io
import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.unit.directory import BERLIOZ, HEADER, LASALLE, LIVET, line
from workshop import clock
from workshop.domain.schools import SchoolEntry
from workshop.extensions import db
from workshop.services import accounts, interventions, schools
from workshop.services.interventions import InterventionEntry
from workshop.services.schools import ContactEntry
from workshop.storage import live_sessions
from workshop.web.planning.agenda import monday_of, week_of

from .conftest import csrf_of, signed_in

VISIT = {"date": "2026-11-23", "time": "10:05", "class_label": "4e B", "level": "4e", "expected": "28",
         "slug": "le-montage", "answering": "mixed", "adult": "Mme Riou"}  # fmt: skip


@pytest.fixture
def school_id(app: Flask) -> int:
    return schools.save_school(SchoolEntry("0440025N", "Collège Berlioz", "college", "Nantes", "44"))


@pytest.fixture
def planned(school_id: int, owner_id: int) -> int:
    starts_at = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
    entry = InterventionEntry(starts_at, "le-montage", "mixed", "4e B", "4e", 28, "Mme Riou", frozenset({owner_id}))
    return interventions.plan(school_id, entry, clock.now())


def send(client: FlaskClient, address: str, form_at: str | None = None, **fields: object) -> TestResponse:
    token = csrf_of(client.get(form_at or address).text)
    db.session.remove()
    return client.post(address, data={"csrf_token": token, **fields})


def test_whoever_signs_in_plans_a_visit_and_finds_it_in_the_agenda(
    stranger: FlaskClient, school_id: int, owner_id: int
) -> None:
    made = send(stranger, f"/etablissements/{school_id}/interventions/nouvelle", **VISIT, facilitators=[str(owner_id)])
    assert made.status_code == 303, made.text
    page = stranger.get("/agenda?semaine=2026-W48").text
    for said in ("lundi 23 novembre", "10 h 05", "4e B", "Collège Berlioz", "Ada", "Juste un montage"):
        assert said in page, said
    assert "Collège Berlioz" not in stranger.get("/agenda?semaine=2026-W49").text
    assert "4e B" in stranger.get(made.headers["Location"]).text


def test_agenda_goes_by_facilitator(desk: FlaskClient, planned: int, owner_id: int, stranger: FlaskClient) -> None:
    [other] = [number for number, name in interventions.facilitators() if name == "Lou"]
    assert "Collège Berlioz" in desk.get(f"/agenda?semaine=2026-W48&qui={owner_id}").text
    assert "Collège Berlioz" not in desk.get(f"/agenda?semaine=2026-W48&qui={other}").text


def test_date_and_hour_may_be_typed_as_they_are_said(desk: FlaskClient, school_id: int) -> None:
    typed = {**VISIT, "date": "23/11/2026", "time": "10 h 05"}
    made = send(desk, f"/etablissements/{school_id}/interventions/nouvelle", **typed)
    assert made.status_code == 303
    [found] = interventions.of_school(school_id)
    assert found.entry.starts_at == datetime(2026, 11, 23, 10, 5, tzinfo=UTC)


@pytest.mark.parametrize("week", ["", "2026-W60", "2026-W00", "9999-W01", "hier", "2026-W48' OR 1"])
def test_agenda_takes_any_week_that_is_asked(desk: FlaskClient, week: str) -> None:
    assert desk.get("/agenda", query_string={"semaine": week, "qui": "x"}).status_code == 200


def test_week_is_written_as_browsers_write_it() -> None:
    today = datetime(2027, 1, 2, tzinfo=UTC).date()
    assert week_of(today) == "2026-W53"
    assert monday_of("2026-W53", today).isoformat() == monday_of("", today).isoformat() == "2026-12-28"


@pytest.mark.parametrize(
    "address",
    ["/agenda", "/etablissements", "/etablissements/nouveau", "/etablissements/1", "/etablissements/1/modifier",
     "/etablissements/1/supprimer", "/etablissements/1/contacts/nouveau", "/etablissements/1/contacts/1",
     "/etablissements/1/contacts/1/supprimer", "/etablissements/1/interventions/nouvelle", "/interventions/1",
     "/interventions/1/modifier", "/interventions/1/supprimer", "/etablissements/annuaire"],
)  # fmt: skip
def test_nothing_of_the_planning_is_open_without_signing_in(phone: FlaskClient, planned: int, address: str) -> None:
    answer = phone.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/connexion")


@pytest.mark.parametrize("address", ["/etablissements/{school}/supprimer", "/etablissements/annuaire"])
def test_administrator_alone_deletes_a_school_and_imports(stranger: FlaskClient, school_id: int, address: str) -> None:
    assert stranger.get(address.format(school=school_id)).status_code == 403
    token = csrf_of(stranger.get("/animer/nouvelle").text)
    for sent in (address.format(school=school_id), "/etablissements/annuaire/confirmer"):
        assert stranger.post(sent, data={"csrf_token": token, "shown": ""}).status_code == 403
    assert schools.find(school_id).entry.name == "Collège Berlioz"


def test_colleague_sees_an_intervention_but_neither_starts_nor_changes_it(stranger: FlaskClient, planned: int) -> None:
    page = stranger.get(f"/interventions/{planned}").text
    assert "Collège Berlioz" in page
    assert "Démarrer" not in page
    assert "Modifier" not in page
    for address in (
        f"/animer/nouvelle?intervention={planned}",
        f"/interventions/{planned}/modifier",
        f"/interventions/{planned}/supprimer",
    ):
        assert stranger.get(address).status_code == 403, address
    token = csrf_of(stranger.get("/animer/nouvelle").text)
    for address in (f"/interventions/{planned}/modifier", f"/interventions/{planned}/supprimer", "/animer/nouvelle"):
        sent = {**VISIT, "csrf_token": token, "intervention": str(planned)}
        assert stranger.post(address, data=sent).status_code == 403, address
    assert interventions.find(planned).runs == ()


@pytest.mark.parametrize("address", ["/etablissements/{0}", "/interventions/{0}", "/etablissements/{0}/modifier",
                                     "/animer/nouvelle?intervention={0}", "/interventions/{0}/supprimer"])  # fmt: skip
@pytest.mark.parametrize("number", [999, 2**31, 2**70])
def test_what_is_not_there_is_said_to_be_gone(desk: FlaskClient, planned: int, address: str, number: int) -> None:
    answer = desk.get(address.format(number))
    # A number too long to be one is no intervention at all: the set-up screen opens as without.
    assert answer.status_code == 404 or ("intervention=" in address and number > 999 and answer.status_code == 200)


def test_live_session_starts_from_an_intervention_with_what_is_known(
    desk: FlaskClient, planned: int, school_id: int
) -> None:
    listening = ContactEntry("M. Garnier", "CPE", "", True, "bureau 12", "jusqu’à 17 h")
    schools.save_contact(school_id, listening, clock.now())
    page = desk.get(f"/animer/nouvelle?intervention={planned}").text
    for known in ("Collège Berlioz", "4e B", "28", "Mme Riou", "M. Garnier, CPE", "bureau 12"):
        assert f'value="{known}"' in page, known
    assert re.search(r'checked[^>]*value="mixed"|value="mixed"[^>]*checked', page)
    assert len(re.findall(r'name="quiz"[^>]* checked', page)) == 1
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    quiz = re.findall(r'name="quiz" value="([^"]+)" checked', page)[0]
    sent = {**fields, "quiz": quiz, "answering": "mixed"}
    sent.pop("rehearsal", None)
    sent.pop("people_there", None)
    refused = desk.post("/animer/nouvelle", data=sent)
    assert refused.status_code == 400
    assert "Vérifiez les noms" in refused.text
    assert 'value="bureau 12"' in refused.text
    made = desk.post("/animer/nouvelle", data={**sent, "people_there": "y"})
    assert made.status_code == 303, made.text
    db.session.rollback()
    [run] = interventions.find(planned).runs
    row = live_sessions.find(run.live_id)
    assert row is not None
    assert (row.school, row.class_label, row.level, row.present) == ("Collège Berlioz", "4e B", "4e", 28)
    assert row.people["person"] == "M. Garnier, CPE"
    assert made.headers["Location"] == f"/animer/{run.live_id}"
    assert "Ouvrir la console" in desk.get("/agenda?semaine=2026-W48").text


def test_intervention_that_is_wrong_says_so_and_loses_nothing(desk: FlaskClient, school_id: int) -> None:
    address = f"/etablissements/{school_id}/interventions/nouvelle"
    for wrong, said in (
        ({"date": "2026-13-45"}, "Indiquez une date"),
        ({"date": "0226-11-23"}, "Vérifiez l’année"),
        ({"time": "25:00"}, "Indiquez une heure"),
        ({"expected": "-3"}, "Entre 0 et"),
    ):
        page = send(desk, address, **{**VISIT, **wrong})
        assert page.status_code == 400
        assert said in page.text, said
        for typed in ("4e B", "Mme Riou", next(iter(wrong.values()))):
            assert f'value="{typed}"' in page.text, typed
    assert interventions.of_school(school_id) == ()


def test_intervention_is_changed_and_deleted_by_a_second_gesture(desk: FlaskClient, planned: int) -> None:
    page = desk.get(f"/interventions/{planned}/modifier").text
    assert 'value="2026-11-23"' in page
    assert 'value="10:05"' in page
    assert send(desk, f"/interventions/{planned}/modifier", **{**VISIT, "class_label": "3e A"}).status_code == 303
    db.session.rollback()
    assert interventions.find(planned).entry.class_label == "3e A"
    assert "ne s’annule pas" in desk.get(f"/interventions/{planned}/supprimer").text
    assert interventions.find(planned).entry.class_label == "3e A"
    assert "supprimée" in desk.get(send(desk, f"/interventions/{planned}/supprimer").headers["Location"]).text
    assert desk.get(f"/interventions/{planned}").status_code == 404


def test_school_with_a_wrong_code_is_told_which_letter_it_would_be(desk: FlaskClient) -> None:
    typed = {"name": "Lycée Livet", "level": "lycee", "town": "Nantes", "department": "44"}
    page = send(desk, "/etablissements/nouveau", **typed, uai="0440029A")
    assert page.status_code == 400
    assert "la lettre serait T" in page.text
    assert 'value="Lycée Livet"' in page.text
    made = send(desk, "/etablissements/nouveau", **typed, uai=" 0440029t ")
    assert made.status_code == 303
    assert "0440029T" in desk.get(made.headers["Location"]).text
    again = send(desk, "/etablissements/nouveau", **typed, uai="0440029T")
    assert again.status_code == 400
    assert "déjà ce code" in again.text


@pytest.mark.parametrize("name", ["  ", "\0", "x" * 121])
def test_name_that_is_none_is_refused(desk: FlaskClient, name: str) -> None:
    assert send(desk, "/etablissements/nouveau", name=name, level="lycee").status_code == 400
    assert schools.search().total == 0


def test_contact_is_added_changed_and_deleted(desk: FlaskClient, school_id: int) -> None:
    address = f"/etablissements/{school_id}/contacts/nouveau"
    wrong = send(desk, address, name="Mme Riou", email="riou")
    assert wrong.status_code == 400
    assert 'value="Mme Riou"' in wrong.text
    assert send(desk, address, name="Mme Riou", email="riou@example.org", listens="y").status_code == 303
    db.session.rollback()
    [contact] = schools.find(school_id).contacts
    assert contact.listens
    own = f"/etablissements/{school_id}/contacts/{contact.id}"
    assert 'value="riou@example.org"' in desk.get(own).text
    assert send(desk, own, name="Mme Le Riou").status_code == 303
    page = desk.get(f"/etablissements/{school_id}").text
    assert "Mme Le Riou" in page
    assert send(desk, f"{own}/supprimer").status_code == 303
    assert "Mme Le Riou" not in desk.get(f"/etablissements/{school_id}").text


def test_markup_in_a_name_stays_text(desk: FlaskClient) -> None:
    made = send(desk, "/etablissements/nouveau", name="<b>Lycée</b>", level="lycee")
    assert "<b>Lycée</b>" not in desk.get(made.headers["Location"]).text


def test_school_is_deleted_by_an_administrator_with_what_goes_with_it_said(
    desk: FlaskClient, school_id: int, planned: int
) -> None:
    page = desk.get(f"/etablissements/{school_id}/supprimer").text
    assert "1 intervention est effacée" in page
    assert send(desk, f"/etablissements/{school_id}/supprimer").headers["Location"] == "/etablissements"
    assert desk.get(f"/etablissements/{school_id}").status_code == 404


def upload(client: FlaskClient, content: bytes, **fields: object) -> TestResponse:
    file = (io.BytesIO(content), "fr-en-annuaire-education.csv")
    return send(client, "/etablissements/annuaire", file=file, **{"levels": ["college", "lycee"], **fields})


@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_directory_is_looked_at_then_taken_in(desk: FlaskClient, school_id: int, bom: str) -> None:
    wrong = line("0440030A", "Lycée Monge", "Lycée", "Nantes", "044")
    page = upload(desk, f"{bom}{HEADER}\r\n{LIVET}\r\n{wrong}\r\n{LASALLE}\r\n{BERLIOZ}\r\n".encode()).text
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["1", "1", "0", "1", "1"]
    assert re.search(r'<th scope="row">3</th><td>[^<]*0440030A[^<]*la lettre serait U', page)
    assert schools.search().total == 1
    shown = re.findall(r'name="shown" value="([^"]+)"', page)[0]
    done = desk.post("/etablissements/annuaire/confirmer", data={"csrf_token": csrf_of(page), "shown": shown})
    said = desk.get(done.headers["Location"]).text
    assert "ajoutés\u00a0: 1" in said
    assert "Lycée Livet" in said
    db.session.rollback()
    assert schools.find(school_id).entry.name == "Collège Hector Berlioz"


def test_department_and_kinds_of_school_are_chosen(desk: FlaskClient) -> None:
    page = upload(desk, f"{HEADER}\n{LIVET}\n{BERLIOZ}\n".encode(), department="49").text
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["0", "0", "0", "2", "0"]
    assert 'name="shown"' not in page
    assert upload(desk, b"", levels=[]).status_code == 400


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"nom;prenom\nx;y\n", "Nom_etablissement"),
        (b"", "Identifiant_de_l_etablissement"),
        (f"{HEADER}\n{LIVET}\n".encode("cp1252"), "UTF-8"),
        (b"\x00\x01\xff" * 100, "UTF-8"),
    ],
)
def test_file_that_is_no_directory_is_refused_in_words(desk: FlaskClient, content: bytes, said: str) -> None:
    answer = upload(desk, content)
    assert answer.status_code == 400
    assert said in answer.text


def test_what_is_confirmed_is_what_was_shown_and_to_whom(app: Flask, desk: FlaskClient) -> None:
    page = upload(desk, f"{HEADER}\n{LIVET}\n".encode()).text
    shown, token = re.findall(r'name="shown" value="([^"]+)"', page)[0], csrf_of(page)
    for altered in (shown[:-2], "x" + shown, "", "null"):
        answer = desk.post("/etablissements/annuaire/confirmer", data={"csrf_token": token, "shown": altered})
        assert answer.status_code == 400
        assert "reprenez le fichier" in answer.text
    other = signed_in(app, accounts.create_account("Eve", "eve@example.org", None, True, clock.now()))
    token = csrf_of(other.get("/animer").text)
    answer = other.post("/etablissements/annuaire/confirmer", data={"csrf_token": token, "shown": shown})
    assert answer.status_code == 400
    assert schools.search().total == 0


def test_long_form_is_taken_from_an_administrator_alone(
    desk: FlaskClient, stranger: FlaskClient, phone: FlaskClient
) -> None:
    content = (HEADER + f"\n{LASALLE}" * 1000).encode()
    assert len(content) > 100_000
    assert upload(desk, content).status_code == 200
    for client in (stranger, phone):
        file = (io.BytesIO(content), "annuaire.csv")
        assert client.post("/etablissements/annuaire", data={"file": file}).status_code == 413
    assert desk.post("/animer/nouvelle", data={"school": "x" * 100_000}).status_code == 413
