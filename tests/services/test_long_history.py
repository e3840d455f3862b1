"""What a class and its pages look for is found by an index, on both databases, whatever lies in the past."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text

from samples.history import write_history
from workshop import clock
from workshop.domain.live_session import Answering
from workshop.extensions import db
from workshop.services import erasing, interventions, lasting_links, planning, reporting, retaining, running
from workshop.services.retaining import Periods
from workshop.storage import held_sessions
from workshop.storage.held_sessions import Filters
from workshop.storage.models import Account, FoldedTally, LiveSessionRow, RoundRow
from workshop.storage.quiz_files import read_quiz

from .conftest import PEOPLE, QUIZ

TODAY = date(2026, 11, 28)
FOUND: dict[str, Callable[[], object]] = {
    "ix_round_closes_at": lambda: running.close_due(clock.now()),
    "ix_live_session_erasure_pending": lambda: erasing.finish_erasures(db.engine),
    "ix_live_session_owner_id": lambda: planning.of_owner(1),
    "ix_live_session_started_at": lambda: held_sessions.held(Filters(TODAY, TODAY), TODAY, None),
    "ix_live_session_rehearsal": lambda: retaining.purge(clock.now(), Periods.of(90, 12, 60, 30)),
    "ix_live_session_ended_at": lambda: retaining.purge(clock.now(), Periods.of(90, 12, 60, 30)),
    "ix_intervention_school_id": lambda: interventions.of_school(1),
    "ix_link_live_session_id": lambda: lasting_links.LastingLinks("teacher", "live_session_id").in_force(
        1, clock.now()
    ),
    "running": lambda: running.end_forgotten(clock.now(), timedelta(hours=3)),
}


@pytest.mark.parametrize("index", FOUND)
def test_it_is_found_by_an_index(app: Flask, owner_id: int, index: str) -> None:
    on_postgresql = db.engine.dialect.name == "postgresql"
    asked: list[tuple[str, object]] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    FOUND[index]()
    db.session.rollback()
    plans = []
    with db.engine.connect() as connection:
        if on_postgresql:  # of tables as small as these it would read every row
            connection.execute(text("SET enable_seqscan = off"))
        for statement, values in asked:
            if statement.startswith(("SELECT", "UPDATE", "DELETE")):
                explain = "EXPLAIN " if on_postgresql else "EXPLAIN QUERY PLAN "
                plans += [str(row) for row in connection.exec_driver_sql(explain + statement, values)]  # type: ignore[arg-type]
    assert any(index in line for line in plans), plans


def test_sweep_reads_nothing_of_the_past(app: Flask, owner_id: int) -> None:
    """SQLite chooses without having counted: as it does here, it will with a hundred thousand live sessions."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL counts first: see the test above")
    asked: list[tuple[str, object]] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    for step in ("ix_round_closes_at", "ix_live_session_erasure_pending", "running"):
        FOUND[step]()
    db.session.rollback()
    with db.engine.connect() as connection:
        for statement, values in asked:
            if statement.startswith("SELECT"):
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):  # type: ignore[arg-type]
                    scans = row[3].startswith("SCAN") and "ix_live_session_erasure_pending" not in row[3]
                    assert not scans, (statement, row[3])


def test_history_is_what_the_end_of_a_class_leaves(app: Flask) -> None:
    history = write_history(60, clock.now(), facilitators=3, places=5)
    live = LiveSessionRow

    def count(*conditions: object) -> int:
        return db.session.execute(select(func.count()).select_from(live).where(*conditions)).scalar_one()  # type: ignore[arg-type]

    assert (count(), count(live.follows.is_not(None)), count(live.ended_at.is_(None))) == (60, 6, 0)
    assert len(history.live_sessions) == 54
    tallies = select(func.count()).select_from(FoldedTally).join(RoundRow).where(~RoundRow.is_experience)
    rounds = select(func.count()).select_from(RoundRow).where(~RoundRow.is_experience)
    assert db.session.execute(tallies).scalar_one() == db.session.execute(rounds).scalar_one() > 60 * 3
    account = db.session.get_one(Account, history.accounts[0])
    found = reporting.report(Filters(date(2000, 1, 1), clock.now().date()), account).impact.participation
    assert found.workshops == 54
    db.session.rollback()
    plan = planning.Plan(read_quiz(QUIZ), Answering.PHONES, None, 40, PEOPLE, {})
    assert planning.set_up(plan, history.accounts[1], clock.now()) not in history.live_sessions
