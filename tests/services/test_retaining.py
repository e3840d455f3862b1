"""What is past its time goes by itself; what is asked to go leaves nothing behind, in any table."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from workshop import clock
from workshop.config import Config
from workshop.domain.errors import NotFound
from workshop.extensions import db
from workshop.services import accounts, interventions, retaining, schools
from workshop.services.interventions import InterventionEntry
from workshop.services.retaining import Periods
from workshop.services.schools import ContactEntry, SchoolEntry
from workshop.storage.models import Access, FoldedTally, Link, LiveSessionRow, RoundRow
from workshop.storage.planning_models import Contact, Intervention, School
from workshop.storage.transaction import transaction

from .conftest import ClassRoom

PERIODS = Periods.of(named_days=90, contact_months=12, result_months=60, apart_days=30)
SCHOOL = SchoolEntry(None, "Collège des Tilleuls", "college", "Nantes", "44")
DAY = timedelta(days=1)


def count(table: Any) -> int:
    found = db.session.execute(select(func.count()).select_from(table)).scalar_one()
    db.session.rollback()
    return found


def set_row(live_id: int, **values: object) -> None:
    with transaction():
        db.session.execute(update(LiveSessionRow).where(LiveSessionRow.id == live_id).values(**values))


@pytest.fixture
def ended(room: ClassRoom) -> ClassRoom:
    """A class that took place, from a visit to a school, and ended just now."""
    school = schools.save_school(SCHOOL)
    schools.save_contact(school, ContactEntry("M. Garnier", "CPE", "garnier@example.org", True, "bureau 12", ""), now())
    entry = InterventionEntry(now(), "le-montage", "phones", "4e B", "4e", adult="Mme Riou")
    visit = interventions.plan(school, entry, now())
    set_row(room.live_id, intervention_id=visit, class_label="4e B", level="4e", names={"cible": "Ana"})
    room.join(12)
    round_id, question = room.open_questions()[0]
    for phone in room.phones:
        room.answer(phone, round_id, question.choice_ids[0])
    room.command("end", confirmed=True)
    return room


def now() -> datetime:
    return clock.now()


def later(days: float) -> datetime:
    return now() + days * DAY


def only(table: Any) -> int:
    return int(db.session.execute(select(table.id)).scalar_one())


def test_nothing_goes_before_its_time(ended: ClassRoom) -> None:
    done = retaining.purge(later(0), PERIODS)
    assert not done
    row = ended.row()
    assert (row.class_label, row.names, row.people["adult"]) == ("4e B", {"cible": "Ana"}, "Mme Riou")


def test_class_becomes_its_level_and_its_adults_are_forgotten_after_ninety_days(ended: ClassRoom) -> None:
    assert retaining.purge(later(91), PERIODS).named == 2  # the class and its visit
    row = ended.row()
    assert (row.class_label, row.level, row.people, row.names) == ("4e", "4e", {}, {})
    visit = db.session.execute(select(Intervention)).scalar_one()
    assert (visit.class_label, visit.level, visit.adult) == ("", "4e", "")
    db.session.rollback()
    assert not retaining.purge(later(92), PERIODS)


def test_names_stay_while_a_link_to_the_review_is_good(ended: ClassRoom) -> None:
    accounts.make_link("teacher", later(80), timedelta(days=90), live_id=ended.live_id)
    retaining.purge(later(100), PERIODS)
    assert ended.row().class_label == "4e B"
    retaining.purge(later(171), PERIODS)
    assert ended.row().class_label == "4e"
    assert count(Link) == 0


def test_adults_of_a_school_go_a_year_after_its_last_visit(ended: ClassRoom) -> None:
    assert retaining.purge(later(360), PERIODS).contacts == 0
    assert retaining.purge(later(367), PERIODS).contacts == 1
    assert count(Contact) == 0
    assert count(School) == 1


def test_adults_of_a_school_stay_while_visits_follow_one_another(ended: ClassRoom) -> None:
    interventions.plan(only(School), InterventionEntry(later(300), "le-montage", "phones"), now())
    assert retaining.purge(later(367), PERIODS).contacts == 0


def test_results_go_after_five_years_with_the_visit_they_came_from(ended: ClassRoom) -> None:
    retaining.purge(later(1820), PERIODS)
    assert count(LiveSessionRow) == 1
    done = retaining.purge(later(1830), PERIODS)
    assert (done.classes, done.interventions) == (1, 1)
    for table in (LiveSessionRow, RoundRow, FoldedTally, Intervention):
        assert count(table) == 0


def test_rehearsals_go_after_a_month(make_class: Callable[..., ClassRoom]) -> None:
    room = make_class(rehearsal=True)
    room.command("end", confirmed=True)
    assert retaining.purge(later(29), PERIODS).classes == 0
    assert retaining.purge(later(31), PERIODS).classes == 1


def test_class_in_progress_is_never_touched(room: ClassRoom) -> None:
    room.join(3)
    set_row(room.live_id, class_label="4e B", level="4e")
    retaining.purge(later(4000), PERIODS)
    assert room.row().class_label == "4e B"
    assert len(room.open_questions()) > 0


def test_expired_links_and_cookies_go(owner_id: int) -> None:
    accounts.make_link("sign_in", now(), timedelta(minutes=15), account_id=owner_id)
    accounts.sign_in(owner_id, now())
    retaining.purge(later(0.1), PERIODS)
    assert (count(Link), count(Access)) == (0, 1)
    retaining.purge(later(1), PERIODS)
    assert count(Access) == 0


def test_forgetting_a_visit_takes_its_classes_and_says_what_went(ended: ClassRoom) -> None:
    receipt = retaining.forget_intervention(only(Intervention), now())
    assert (receipt.school, receipt.classes, receipt.interventions, receipt.contacts) == (SCHOOL.name, 1, 1, 0)
    assert receipt.left_the_files
    for table in (LiveSessionRow, RoundRow, FoldedTally, Intervention):
        assert count(table) == 0
    assert count(School) == 1


def test_forgetting_a_school_leaves_none_of_its_rows_in_any_table(ended: ClassRoom) -> None:
    kept = {"account", "access", "quiz_version", "alembic_version"}
    receipt = retaining.forget_school(only(School), now())
    assert (receipt.classes, receipt.interventions, receipt.contacts) == (1, 1, 1)
    tables = set(db.metadata.tables) - kept
    assert {name: found for name in tables if (found := count(db.metadata.tables[name]))} == {}


def test_forgetting_a_school_leaves_the_others_alone(ended: ClassRoom, make_class: Callable[..., ClassRoom]) -> None:
    other = make_class()
    first = only(School)
    schools.save_school(dataclasses.replace(SCHOOL, name="Lycée du Port"))
    retaining.forget_school(first, now())
    assert count(School) == 1
    assert other.row().ended_at is None


@pytest.mark.parametrize("forget", [retaining.forget_school, retaining.forget_intervention])
def test_forgetting_what_is_not_there_is_refused(owner_id: int, forget: Callable[..., object]) -> None:
    with pytest.raises(NotFound):
        forget(7, now())


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_bytes_of_what_was_forgotten_leave_the_files(ended: ClassRoom, config: Config) -> None:
    """Files are SQLite's; what PostgreSQL keeps of a deleted row is said in the documentation."""
    assert b"Garnier" in _files(config)
    retaining.forget_school(only(School), now())
    assert b"Garnier" not in _files(config)


def _files(config: Config) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(config.data.glob("preau.sqlite3*")))
