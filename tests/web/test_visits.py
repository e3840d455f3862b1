"""Around a visit: its papers, and its deletion with a receipt."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from workshop import clock
from workshop.domain.schools import SchoolEntry
from workshop.extensions import db
from workshop.services import accounts, interventions, schools
from workshop.services.interventions import InterventionEntry
from workshop.services.schools import ContactEntry
from workshop.storage.models import LiveSessionRow
from workshop.storage.planning_models import Intervention, School
from workshop.web.planning import papers

from .conftest import ClassRoom, csrf_of, signed_in


@pytest.fixture
def school_id(app: Flask) -> int:
    school = schools.save_school(SchoolEntry("0440025N", "Collège Berlioz", "college", "Nantes", "44"))
    schools.save_contact(school, ContactEntry("M. Garnier", "CPE", "", True, "bureau 12", "jusqu’à 17 h"), clock.now())
    return school


@pytest.fixture
def visit(school_id: int, owner_id: int) -> int:
    starts_at = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
    entry = InterventionEntry(starts_at, "le-montage", "mixed", "4e B", "4e", 28, "Mme Riou", frozenset({owner_id}))
    return interventions.plan(school_id, entry, clock.now())


@pytest.fixture
def held(room: ClassRoom, visit: int) -> int:
    """A class that was run from the visit, and has ended."""
    room.command("end", confirmed=True)
    _tie(room.live_id, visit)
    return room.live_id


def _tie(live_id: int, visit: int) -> None:
    db.session.execute(update(LiveSessionRow).where(LiveSessionRow.id == live_id).values(intervention_id=visit))
    db.session.commit()
    db.session.remove()


def count(table: type) -> int:
    found = db.session.execute(select(func.count()).select_from(table)).scalar_one()
    db.session.remove()
    return found


def press(client: FlaskClient, address: str) -> str:
    token = csrf_of(client.get(address).text)
    db.session.remove()
    return str(client.post(address, data={"csrf_token": token}).text)


def test_agreement_is_filled_from_the_visit(desk: FlaskClient, visit: int) -> None:
    page = desk.get(f"/interventions/{visit}/papiers/accord").text
    for known in (
        "Collège Berlioz",
        "0440025N",
        "lundi 23 novembre",
        "4e B",
        "28",
        "Mme Riou",
        "M. Garnier",
        "bureau 12",
    ):
        assert f"{known}" in page, known
    # The questions on lived experience are listed, so that the head signs knowing them.
    assert "<ul><li>" in page and "[liste" not in page


def test_papers_are_in_french_on_a_page_in_english(desk: FlaskClient, visit: int) -> None:
    desk.set_cookie("preau_language", "en")
    page = desk.get(f"/interventions/{visit}/papiers/registre").text
    assert '<html lang="en"' in page
    assert '<article class="paper" lang="fr">' in page
    assert "fin de la séance" in page


@pytest.mark.parametrize("name", papers.NAMES)
def test_each_paper_opens_from_the_list(desk: FlaskClient, visit: int, name: str) -> None:
    address = f"/interventions/{visit}/papiers/{name}"
    assert address in desk.get(f"/interventions/{visit}/papiers").text
    assert desk.get(address).status_code == 200


def test_paper_that_does_not_exist_is_not_a_file_of_the_disk(desk: FlaskClient, visit: int) -> None:
    for name in ("..%2f..%2f..%2fREADME", "README", "accord.md"):
        assert desk.get(f"/interventions/{visit}/papiers/{name}").status_code == 404


def test_papers_are_for_who_signs_in(phone: FlaskClient, visit: int) -> None:
    assert phone.get(f"/interventions/{visit}/papiers/accord").status_code == 303


def test_forgetting_a_visit_deletes_its_results_and_shows_a_receipt(desk: FlaskClient, visit: int, held: int) -> None:
    assert f"/interventions/{visit}/effacer" in desk.get(f"/interventions/{visit}/supprimer").text
    receipt = press(desk, f"/interventions/{visit}/effacer")
    for said in ("Reçu d’effacement", "Collège Berlioz", "1 séance, avec tous ses totaux"):
        assert said in receipt, said
    assert (count(LiveSessionRow), count(Intervention), count(School)) == (0, 0, 1)


def test_nothing_is_forgotten_under_a_class_that_goes_on(desk: FlaskClient, visit: int, room: ClassRoom) -> None:
    _tie(room.live_id, visit)
    address = f"/interventions/{visit}/effacer"
    token = csrf_of(desk.get(address).text)
    db.session.remove()
    refused = desk.post(address, data={"csrf_token": token})
    assert refused.status_code == 409
    assert "terminez-la d’abord" in refused.text
    assert count(LiveSessionRow) == 1


def test_visit_of_others_is_not_forgotten_by_a_colleague(stranger: FlaskClient, visit: int, held: int) -> None:
    assert stranger.get(f"/interventions/{visit}/effacer").status_code == 403
    assert count(LiveSessionRow) == 1


def test_school_is_forgotten_by_an_administrator_alone(
    app: Flask, stranger: FlaskClient, school_id: int, held: int
) -> None:
    assert stranger.get(f"/etablissements/{school_id}/effacer").status_code == 403
    boss = signed_in(app, accounts.create_account("Chef", "chef@example.org", None, True, clock.now()))
    receipt = press(boss, f"/etablissements/{school_id}/effacer")
    assert "1 contact" in receipt
    assert (count(LiveSessionRow), count(Intervention), count(School)) == (0, 0, 0)
