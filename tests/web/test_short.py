"""Whole or short: chosen when a visit is planned, checked at set-up, said with its minutes wherever it is named."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.content.good import SLUG, add_to
from workshop.config import Config
from workshop.domain.schools import SchoolEntry
from workshop.extensions import db
from workshop.services import interventions, schools
from workshop.storage import live_sessions

from .conftest import csrf_of
from .test_desk import SET_UP
from .test_planning import VISIT, send


@pytest.fixture
def config(sqlite_config: Config, tmp_path: Path) -> Config:
    add_to(tmp_path / "quizzes")
    return replace(sqlite_config, quizzes=tmp_path / "quizzes")


@pytest.fixture
def school_id(app: Flask) -> int:
    return schools.save_school(SchoolEntry("0440025N", "Collège Berlioz", "college", "Nantes", "44"))


@pytest.fixture
def visit(desk: FlaskClient, school_id: int, owner_id: int) -> str:
    """The address of a visit that was planned with the short variant."""
    address = f"/etablissements/{school_id}/interventions/nouvelle"
    page = desk.get(address).text
    assert ">Le carnet (42 min)</option>" in page
    assert ">Le carnet, variante courte (25 min)</option>" in page
    made = send(desk, address, **{**VISIT, "slug": f"{SLUG}:court"}, facilitators=[str(owner_id)])
    assert made.status_code == 303, made.text
    return made.headers["Location"]


def test_visit_is_planned_short_and_says_so_with_its_minutes(desk: FlaskClient, visit: str, school_id: int) -> None:
    [planned] = interventions.of_school(school_id)
    assert (planned.entry.slug, planned.entry.short) == (SLUG, True)
    db.session.remove()
    for address in (visit, "/agenda?semaine=2026-W48", f"/etablissements/{school_id}", f"{visit}/papiers/accord"):
        assert "Le carnet, variante courte (25 min)" in desk.get(address).text, address
    # The question on lived experience is not part of it: the school is not told that it will be asked.
    assert "sans te demander" not in desk.get(f"{visit}/papiers/accord").text
    form = desk.get(f"{visit}/modifier").text
    assert f'<option selected value="{SLUG}:court">' in form
    changed = send(desk, f"{visit}/modifier", **VISIT | {"slug": SLUG}, facilitators=["1"])
    assert changed.status_code == 303
    assert "Le carnet (42 min)" in desk.get(visit).text
    assert "sans te demander" in desk.get(f"{visit}/papiers/accord").text


def test_set_up_proposes_what_was_planned_and_obeys_what_is_chosen(desk: FlaskClient, visit: str) -> None:
    number = visit.rpartition("/")[2]
    page = desk.get(f"/animer/nouvelle?intervention={number}").text
    assert "Atelier entier (42 min)" in page
    assert "Variante courte (25 min)" in page
    assert 'name="length-bon" value="short" checked' in page
    for chosen, minutes in (("short", 25), ("whole", 42)):
        live_id = set_up(desk, {"length-bon": chosen})
        row = live_sessions.find(live_id)
        assert row is not None
        assert (row.short, live_sessions.workshop_of(row).minutes) == (chosen == "short", minutes)
        db.session.remove()
        assert f"{minutes} min" in desk.get(f"/animer/{live_id}").text


def test_what_was_chosen_stays_when_something_else_is_wrong(desk: FlaskClient) -> None:
    wrong = desk.post("/animer/nouvelle", data=form(desk) | {"length-bon": "short", "present": "beaucoup"})
    assert wrong.status_code == 400
    assert 'name="length-bon" value="short" checked' in wrong.text


def form(desk: FlaskClient) -> dict[str, str]:
    page = desk.get("/animer/nouvelle").text
    digest = page.split('name="quiz" value="')[1].split('"')[0]
    return {**SET_UP, "quiz": digest, "csrf_token": csrf_of(page)}


def set_up(desk: FlaskClient, chosen: dict[str, str]) -> int:
    made = desk.post("/animer/nouvelle", data=form(desk) | chosen)
    assert made.status_code == 303, made.text
    return int(made.headers["Location"].rpartition("/")[2])
