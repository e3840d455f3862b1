"""Schools, contacts and interventions, on both databases; the national directory, taken in piece by piece."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import event, select

from tests.unit.directory import BERLIOZ, COLINIERE, HEADER, LASALLE, LIVET, line
from workshop import clock
from workshop.domain.directory import NotUtf8, RefusedLine, Wanted
from workshop.domain.errors import Malformed, NotAllowed, NotFound
from workshop.domain.live_session import Answering
from workshop.domain.schools import SchoolEntry
from workshop.extensions import db
from workshop.realtime.hub import Hub
from workshop.services import accounts, directory, interventions, planning, schools
from workshop.services.directory import PIECE, Report
from workshop.services.interventions import InterventionEntry
from workshop.services.planning import Plan
from workshop.services.schools import ContactEntry, UaiTaken
from workshop.storage.models import LiveSessionRow
from workshop.storage.planning_models import Contact, Intervention
from workshop.storage.quiz_files import read_quiz

from .conftest import PEOPLE, QUIZ

MONDAY = date(2026, 11, 23)
BOTH = Wanted(frozenset({"college", "lycee"}))
TILLEULS = SchoolEntry("0440025N", "Collège des Tilleuls", "college", "Nantes", "44")


@pytest.fixture
def school_id(hub: Hub) -> int:
    return schools.save_school(TILLEULS)


@pytest.fixture
def colleague_id(hub: Hub) -> int:
    return accounts.create_account("Lou", "lou@example.org", None, False, clock.now())


def visit(*facilitators: int, day: int = 0, hour: int = 10, **others: str) -> InterventionEntry:
    starts_at = datetime(MONDAY.year, MONDAY.month, MONDAY.day, hour, tzinfo=UTC) + timedelta(days=day)
    return InterventionEntry(starts_at, "le-montage", "phones", facilitators=frozenset(facilitators), **others)  # type: ignore[arg-type]


def start(intervention_id: int | None, account_id: int, rehearsal: bool = False) -> LiveSessionRow:
    plan = Plan(
        read_quiz(QUIZ), Answering.PHONES, None, 40, PEOPLE, {}, rehearsal=rehearsal, intervention_id=intervention_id
    )
    live_id = planning.set_up(plan, account_id, clock.now())
    return db.session.get_one(LiveSessionRow, live_id)


def test_school_is_kept_changed_and_found_again(school_id: int) -> None:
    assert schools.find(school_id).entry == TILLEULS
    changed = replace(TILLEULS, name="Collège Saint-Exupéry", town="Rezé")
    assert schools.save_school(changed, school_id) == school_id
    for words in ("saint exupery", "EXUPÉRY reze", "0440025n"):
        assert [found.id for found in schools.search(words).schools] == [school_id], words
    for words in ("tilleuls", "exupery nantes"):
        assert schools.search(words).total == 0, words


def test_search_goes_by_department_and_by_page(hub: Hub) -> None:
    for number in range(schools.PAGE + 3):
        schools.save_school(SchoolEntry(None, f"Lycée {number:03d}", "lycee", "Angers", "49"))
    schools.save_school(TILLEULS)
    assert schools.search(department="44").total == 1
    first, second = schools.search(department="49"), schools.search(department="49", page=2)
    assert (first.total, len(first.schools), len(second.schools)) == (schools.PAGE + 3, schools.PAGE, 3)


def test_schools_that_are_visited_come_first(school_id: int, owner_id: int) -> None:
    schools.save_school(SchoolEntry(None, "Collège A", "college", "Abbaretz", "44"))
    interventions.plan(school_id, visit(owner_id), clock.now())
    assert schools.search().schools[0].id == school_id


def test_two_schools_never_have_one_code(school_id: int) -> None:
    with pytest.raises(UaiTaken):
        schools.save_school(replace(TILLEULS, name="Autre"))
    assert schools.save_school(TILLEULS, school_id) == school_id


@pytest.mark.parametrize("wrong", [{"uai": "0440025A"}, {"name": ""}, {"level": "ecole"}])
def test_school_that_is_wrong_is_not_kept(hub: Hub, wrong: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        schools.save_school(replace(TILLEULS, **wrong))
    assert schools.search().total == 0


def test_contact_belongs_to_its_school_alone(school_id: int) -> None:
    other = schools.save_school(SchoolEntry(None, "Lycée", "lycee", "Angers", "49"))
    contact_id = schools.save_contact(school_id, ContactEntry("Mme Riou", "CPE", "riou@example.org"), clock.now())
    assert schools.find(school_id).contacts[0].name == "Mme Riou"
    for forbidden in (
        lambda: schools.find_contact(other, contact_id),
        lambda: schools.save_contact(other, ContactEntry("X"), clock.now(), contact_id),
        lambda: schools.delete_contact(other, contact_id),
    ):
        with pytest.raises(NotFound):
            forbidden()
    schools.delete_contact(school_id, contact_id)
    assert schools.find(school_id).contacts == ()


def test_people_to_go_to_are_the_contacts_who_listen(school_id: int) -> None:
    for name, listens in (("A. Lopez", True), ("B. Riou", False), ("C. Garnier", True)):
        schools.save_contact(school_id, ContactEntry(name, "CPE", "", listens, "bureau 12", "le matin"), clock.now())
    assert schools.people_of(schools.find(school_id).listeners) == {
        "person": "A. Lopez, CPE",
        "place": "bureau 12",
        "hours": "le matin",
        "deputy": "C. Garnier, CPE",
    }
    assert schools.people_of(()) == {}


def test_week_shows_its_seven_days_in_order_and_by_facilitator(
    school_id: int, owner_id: int, colleague_id: int
) -> None:
    late, early, both = (
        interventions.plan(school_id, visit(*who, day=day, hour=hour), clock.now())
        for who, day, hour in (((owner_id,), 4, 14), ((colleague_id,), 0, 8), ((owner_id, colleague_id), 6, 23))
    )
    for day in (-1, 7):
        interventions.plan(school_id, visit(owner_id, day=day, hour=0), clock.now())
    assert [each.id for each in interventions.of_week(MONDAY)] == [early, late, both]
    assert [each.id for each in interventions.of_week(MONDAY, colleague_id)] == [early, both]
    assert {name for _, name in interventions.find(both).facilitators} == {"Ada", "Lou"}
    assert interventions.find(late).entry == visit(owner_id, day=4, hour=14)


def test_agenda_asks_as_many_questions_of_the_database_for_one_visit_as_for_twenty(
    school_id: int, owner_id: int
) -> None:
    asked: list[str] = []

    def count() -> int:
        db.session.rollback()
        db.session.expire_all()
        asked.clear()
        interventions.of_week(MONDAY)
        return len(asked)

    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    start(interventions.plan(school_id, visit(owner_id), clock.now()), owner_id)
    one = count()
    for hour in range(20):
        start(interventions.plan(school_id, visit(owner_id, hour=hour), clock.now()), owner_id)
    assert count() == one


def test_live_session_comes_from_an_intervention_or_from_none(school_id: int, owner_id: int) -> None:
    planned = interventions.plan(school_id, visit(owner_id), clock.now())
    row = start(planned, owner_id)
    assert (row.intervention_id, start(None, owner_id).intervention_id) == (planned, None)
    [run] = interventions.find(planned).runs
    assert (run.live_id, run.owner_id, run.ended) == (row.id, owner_id, False)


def test_rehearsal_is_never_counted_for_an_intervention(school_id: int, owner_id: int) -> None:
    planned = interventions.plan(school_id, visit(owner_id), clock.now())
    assert start(planned, owner_id, rehearsal=True).intervention_id is None
    assert interventions.find(planned).runs == ()


def test_intervention_of_others_is_seen_but_neither_started_nor_changed(
    school_id: int, owner_id: int, colleague_id: int
) -> None:
    planned = interventions.plan(school_id, visit(owner_id), clock.now())
    assert interventions.find(planned).id == planned
    before = db.session.execute(select(LiveSessionRow.id)).all()
    for forbidden in (
        lambda: start(planned, colleague_id),
        lambda: interventions.change(planned, visit(colleague_id), colleague_id, False),
        lambda: interventions.cancel(planned, colleague_id, False),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    assert db.session.execute(select(LiveSessionRow.id)).all() == before
    assert interventions.find(planned).entry == visit(owner_id)


def test_administrator_changes_every_intervention_but_starts_only_their_own(
    school_id: int, owner_id: int, colleague_id: int
) -> None:
    planned = interventions.plan(school_id, visit(colleague_id), clock.now())
    interventions.change(planned, visit(colleague_id, hour=9), owner_id, True)
    with pytest.raises(NotAllowed):
        start(planned, owner_id)


def test_intervention_without_facilitator_can_be_taken_up(school_id: int, colleague_id: int) -> None:
    planned = interventions.plan(school_id, visit(), clock.now())
    with pytest.raises(NotAllowed):
        start(planned, colleague_id)
    interventions.change(planned, visit(colleague_id), colleague_id, False)
    assert start(planned, colleague_id).intervention_id == planned


def test_cancelled_intervention_leaves_the_results_of_its_class(school_id: int, owner_id: int) -> None:
    planned = interventions.plan(school_id, visit(owner_id), clock.now())
    live_id = start(planned, owner_id).id
    interventions.cancel(planned, owner_id, False)
    assert db.session.get_one(LiveSessionRow, live_id).intervention_id is None
    with pytest.raises(NotFound):
        interventions.find(planned)


def test_deleted_school_takes_its_contacts_and_interventions_and_leaves_results(school_id: int, owner_id: int) -> None:
    schools.save_contact(school_id, ContactEntry("Mme Riou"), clock.now())
    planned = interventions.plan(school_id, visit(owner_id), clock.now())
    live_id = start(planned, owner_id).id
    schools.delete_school(school_id)
    assert db.session.get_one(LiveSessionRow, live_id).intervention_id is None
    for table in (Contact, Intervention):
        assert db.session.execute(select(table)).first() is None
    table = sqlalchemy.table("intervention_facilitator")
    assert db.session.execute(sqlalchemy.select(sqlalchemy.literal(1)).select_from(table)).first() is None
    with pytest.raises(NotFound):
        schools.find(school_id)
    with pytest.raises(NotFound):
        interventions.plan(school_id, visit(owner_id), clock.now())


def examine(*lines: str, breathe: Callable[[], None] = lambda: None) -> Report:
    return directory.examine((f"{text}\n" for text in lines), BOTH, breathe)


def test_dry_run_writes_nothing_and_says_what_would_change(school_id: int) -> None:
    wrong = line("0440030A", "Lycée Monge", "Lycée", "Nantes", "044")
    report = examine(HEADER, BERLIOZ, LIVET, LASALLE, wrong, COLINIERE)
    assert [entry.uai for entry in report.found.added] == ["0440029T", "0440028S"]
    assert [entry.name for entry in report.found.changed] == ["Collège Hector Berlioz"]
    assert (report.found.same, report.others, report.refused_count) == (0, 1, 1)
    assert report.refused == (RefusedLine(5, "uai_letter", "0440030A", "U"),)
    assert schools.search().total == 1
    assert schools.find(school_id).entry == TILLEULS


def test_import_adds_and_corrects_and_a_second_one_changes_nothing(school_id: int) -> None:
    schools.save_contact(school_id, ContactEntry("Mme Riou"), clock.now())
    found = examine(HEADER, BERLIOZ, LIVET, COLINIERE).found
    done = directory.take_in((*found.added, *found.changed), lambda: None)
    assert (len(done.added), len(done.changed)) == (2, 1)
    assert schools.find(school_id).entry.name == "Collège Hector Berlioz"
    assert len(schools.find(school_id).contacts) == 1
    assert schools.search("colinière").total == 1
    again = examine(HEADER, BERLIOZ, LIVET, COLINIERE).found
    assert (again.added, again.changed, again.same) == ([], [], 3)
    assert directory.take_in((*found.added, *found.changed), lambda: None).same == 3


def test_long_import_breathes_between_short_transactions(hub: Hub) -> None:
    """Whoever breathes may write: no transaction of the import is open then, and what was taken in can be seen."""
    entries = [SchoolEntry(None, f"Lycée {n}", "lycee", "Angers", "49") for n in range(3 * PIECE)]
    entries = [replace(entry, uai=f"{n:07d}{'ABCDEFGHJKLMNPRSTUVWXYZ'[n % 23]}") for n, entry in enumerate(entries)]
    seen: list[int] = []

    def breathe() -> None:
        assert not db.session().in_transaction()
        seen.append(schools.search().total)
        db.session.rollback()

    directory.take_in(entries, breathe)
    assert seen == [PIECE, 2 * PIECE, 3 * PIECE]
    breaths: list[None] = []
    examine(HEADER, *[LASALLE] * (10 * PIECE), breathe=lambda: breaths.append(None))
    assert len(breaths) == 10


def test_refused_lines_are_named_up_to_a_number_and_all_counted(hub: Hub) -> None:
    wrong = line("0440030A", "Lycée Monge", "Lycée", "Nantes", "044")
    report = examine(HEADER, *[wrong] * (directory.SHOWN + 5))
    assert (len(report.refused), report.refused_count) == (directory.SHOWN, directory.SHOWN + 5)


def test_file_in_another_alphabet_is_refused(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "annuaire.csv"
    path.write_bytes(f"{HEADER}\n{LIVET}\n".encode("cp1252"))
    with path.open(encoding="utf-8-sig", newline="") as lines, pytest.raises(NotUtf8):
        directory.examine(lines, BOTH, lambda: None)
