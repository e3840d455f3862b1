"""Ten years of an association, 100,000 live sessions, beside the same with 100: every page of lists and every step of a
class, on the real application, with the statements that each makes.

Whoever asks is a client within the process: what http costs is measured by `year` and `class`. A start is a process.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from samples.history import History, write_history
from tests.servers import find_server, postgresql
from workshop import clock, create_app
from workshop.config import ROOT, read_config
from workshop.domain.live_session import Answering, Command, next_step
from workshop.extensions import db
from workshop.realtime.hub import Hub
from workshop.services import accounts, erasing, planning, retaining, running
from workshop.services.batching import Item
from workshop.services.joining import Arrival
from workshop.services.keys import hashed
from workshop.services.planning import Plan
from workshop.services.responding import Answer
from workshop.services.retaining import Periods
from workshop.starting import upgrade
from workshop.storage import live_sessions
from workshop.storage.models import LiveSessionRow
from workshop.storage.planning_models import Intervention
from workshop.storage.quiz_files import read_quiz

from .report import Spread
from .servers import CannotRun, free_port, preau

FEW, MANY = 100, 100_000
TIMES, STARTS = 10, 4  # a turn
PHONES = 30
BUDGET = 200.0  # ms, of a page of lists
LASTS = timedelta(hours=3)
KEEP = "132"  # months: by default what is older than five years is gone
PERIODS = Periods.of(90, 12, int(KEEP), 30)
QUIZ = ROOT / "quizzes" / "le-montage" / "quiz.fr.toml"
PEOPLE = {"adult": "Mme Riou, professeure", "person": "M. Garnier, CPE", "place": "bureau 12"}


@dataclass
class Place:
    """A database with its history, the application on it, and who works there."""

    app: Flask
    history: History
    environment: dict[str, str]
    folder: Path
    seconds: float  # that its history took to write
    admin: FlaskClient = field(init=False)
    colleague: FlaskClient = field(init=False)
    live_id: int = field(init=False)  # of the class that goes on
    code: str = field(init=False)
    people: list[int] = field(default_factory=list)
    stranger: FlaskClient = field(init=False)
    seq: int = 0

    def __post_init__(self) -> None:
        with self.app.app_context():
            self.admin, self.colleague = (self._signed_in(account) for account in self.history.accounts[:2])
            self.stranger = self.app.test_client()
            self.live_id = self.set_up(1)
            row = live_sessions.find(self.live_id)
            assert row is not None
            self.code = row.code
            for _ in range(PHONES):
                self.join()
            self.advance_to_a_vote()
            db.session.remove()

    def _signed_in(self, account_id: int) -> FlaskClient:
        client = self.app.test_client()
        client.get(f"/lien/{accounts.make_link('sign_in', clock.now(), LASTS, account_id=account_id)}")
        return client

    @property
    def hub(self) -> Hub:
        hub: Hub = self.app.extensions["preau"]
        return hub

    def set_up(self, rank: int = 2) -> int:
        """By a facilitator whose pages are not measured."""
        plan = Plan(
            read_quiz(QUIZ), Answering.MIXED, None, 10_000, PEOPLE, {}, school="Collège 001", class_label="4e B"
        )
        return planning.set_up(plan, self.history.accounts[rank], clock.now(), code_digits=4)

    @cached_property
    def own_school(self) -> int:
        query = select(Intervention.school_id).where(Intervention.id == self.own_class.intervention_id)
        with self.app.app_context():
            return db.session.execute(query).scalar_one()

    @cached_property
    def own_class(self) -> LiveSessionRow:
        """The administrator’s latest."""
        live = LiveSessionRow
        mine = live.owner_id == self.history.accounts[0], live.follows.is_(None)
        with self.app.app_context():
            return db.session.execute(select(live).where(*mine).order_by(live.id.desc()).limit(1)).scalar_one()

    def join(self) -> None:
        key = hashed(f"phone {len(self.people)}")
        self.people.append(self.hub.arrivals.do(Arrival(self.code, key)).participant_id)

    def command(self, name: str) -> None:
        version = live_sessions.versions_of([self.live_id])[self.live_id]
        db.session.rollback()
        self.hub.command(self.live_id, Command(name, version))

    def advance_to_a_vote(self) -> None:
        row = live_sessions.find(self.live_id)
        while row is not None and not any(r.is_open for r in row.rounds):
            step = next_step(live_sessions.to_state(row), live_sessions.workshop_of(row))
            assert step is not None
            self.command(step.command)
            row = live_sessions.find(self.live_id)

    def pause_or_resume(self) -> None:
        row = live_sessions.find(self.live_id)
        assert row is not None
        self.command("resume" if row.paused_at else "pause")

    def answer(self) -> None:
        """Of the first thirty phones, in one transaction, to a question that is open."""
        row = live_sessions.find(self.live_id)
        assert row is not None
        if row.paused_at:
            self.command("resume")
            row = live_sessions.find(self.live_id)
            assert row is not None
        asked = next(r for r in row.rounds if r.is_open)
        questions = live_sessions.workshop_of(row).activity(asked.activity_id).questions
        choices = next(q for q in questions if q.id == asked.question_id).choice_ids[:1]
        db.session.rollback()
        self.seq += 1
        outcomes: list[object] = []
        for person in self.people[:PHONES]:
            self.hub.answers.submit(Item(Answer(person, asked.id, self.seq, choices), outcomes.append))
        self.hub.answers.flush()
        assert outcomes == [True] * PHONES, outcomes

    def purge_one(self) -> None:
        """As `Hub.purge`, with the oldest class past its time."""
        ended = select(func.min(LiveSessionRow.ended_at))
        oldest = db.session.execute(ended).scalar_one()
        now = clock.now()
        retaining.purge(now, replace(PERIODS, results=now - oldest))

    def start(self) -> None:
        """The command of a laptop, until it says where it is."""
        command = preau(free_port(), self.folder, 40, demo=False)
        environment = os.environ | self.environment
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment
        ) as it:
            try:
                if not (it.stdout and it.stdout.readline()):
                    raise CannotRun("the server did not start.")
            finally:
                it.kill()


@dataclass(frozen=True)
class Step:
    """Something that is asked for again and again. `budget` in ms, where there is one."""

    name: str
    run: Callable[[Place], object]
    budget: float | None = None
    times: int = TIMES


def _page(
    name: str,
    path: str | Callable[[Place], str],
    budget: float | None = BUDGET,
    by: str = "admin",
    answers: tuple[int, ...] = (200,),
) -> Step:
    def get(place: Place) -> None:
        address = path if isinstance(path, str) else path(place)
        found = getattr(place, by).get(address)
        assert found.status_code in answers, (address, found.status_code)

    return Step(name, get, budget)


def _figures(days: int) -> str:
    today = clock.now().date()
    return f"/animer/bilan?since={today - timedelta(days=days)}&until={today}"


def _week(place: Place, back: int) -> str:
    year, week, _ = (clock.now().date() - timedelta(weeks=back)).isocalendar()
    return f"/agenda?semaine={year}-W{week:02}"


PAGES = (
    _page("home, administrator", "/animer"),
    _page("home, facilitator", "/animer", by="colleague"),
    _page("agenda, this week", "/agenda"),
    _page("agenda, five years ago", lambda place: _week(place, 260)),
    _page("schools", "/etablissements"),
    _page("schools, searched", "/etablissements?q=ville+042"),
    _page("a school", lambda place: f"/etablissements/{place.own_school}"),
    _page("a visit", lambda place: f"/interventions/{place.own_class.intervention_id}"),
    _page("workshops, desk", "/ateliers"),
    _page("workshops, public", "/nos-ateliers"),
    _page("set-up", "/animer/nouvelle"),
    _page("preparation", "/animer/preparation"),
    _page("a class’s review", lambda place: f"/animer/{place.own_class.id}/bilan"),
    _page("a school’s review", lambda place: f"/etablissements/{place.own_school}/bilan", None),
    _page("figures of two weeks", lambda _: _figures(14), None),
    _page("figures of a year, a facilitator", lambda _: _figures(365), None, by="colleague"),
    # More live sessions than are added up at once, in the long history: refused, and that takes its time too.
    _page("figures of a year, refused", lambda _: _figures(365), None, answers=(200, 400)),
    _page("a phone’s page", lambda place: f"/r/{place.code}", by="stranger"),
)
STEPS = (
    Step("a phone joins", Place.join),
    Step("version_by_code", lambda place: live_sessions.version_by_code(place.code)),
    Step("a class is set up", Place.set_up),
    Step("a command", Place.pause_or_resume),
    Step("thirty answers", Place.answer),
    Step("close_due", lambda _: running.close_due(clock.now())),
    Step("end_forgotten", lambda _: running.end_forgotten(clock.now(), timedelta(hours=3))),
    Step("finish_erasures", lambda _: erasing.finish_erasures(db.engine)),
    Step("the sweep", lambda place: place.hub.sweep(everybody=True)),
    Step("purge, nothing due", lambda _: retaining.purge(clock.now(), PERIODS)),
    Step("purge, a class due", Place.purge_one),
    Step("start of the server", Place.start, times=STARTS),
)


@dataclass
class Found:
    """Of one step: ms, a median a turn, and statements; with a hundred live sessions, then with a hundred thousand."""

    step: Step
    few: list[float] = field(default_factory=list)
    many: list[float] = field(default_factory=list)
    queries: tuple[int, int] = (0, 0)

    def row(self) -> dict[str, Any]:
        spreads = (asdict(Spread(median(found), min(found), max(found))) for found in (self.few, self.many))
        few, many = spreads
        return {
            "what": self.step.name, "budget": self.step.budget, "few": few, "many": many,
            "queries": list(self.queries), "times": self.step.times * len(self.few),
        }  # fmt: skip


def measured_history(turns: int, on_postgresql: bool) -> tuple[list[dict[str, Any]], list[str]]:
    """Turns of both histories; the rows to keep, and what their writing took. CannotRun without PostgreSQL."""
    with ExitStack() as stack:
        places = [stack.enter_context(_place(count, on_postgresql)) for count in (FEW, MANY)]
        told = [f"{len(place.history.live_sessions):,} classes written in {place.seconds:.0f} s" for place in places]
        found = [Found(step) for step in (*PAGES, *STEPS)]
        for one in found:
            for place in places:
                _once(one.step, place)  # what a process reads once has been read
        for _ in range(turns):
            for one in found:
                few, many = ([_once(one.step, place) for _ in range(one.step.times)] for place in places)
                one.few.append(median(ms for ms, _ in few))
                one.many.append(median(ms for ms, _ in many))
                one.queries = few[-1][1], many[-1][1]
            print(".", end="", file=sys.stderr, flush=True)
        return [one.row() for one in found], told


@contextmanager
def _place(count: int, on_postgresql: bool) -> Iterator[Place]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="preau-history-")))
        environment = {"SECRET_KEY": "of this run alone" * 3, "PREAU_KEEP_RESULTS": KEEP}
        if on_postgresql:
            program = find_server("postgresql")
            if program is None:
                raise CannotRun("PostgreSQL is needed; on Debian: apt-get install postgresql.")
            environment["DATABASE_URL"] = stack.enter_context(postgresql(program, durable=True))
        app = create_app(read_config(environment, data=folder), start=False)
        upgrade(app)
        with app.app_context():
            begun = time.perf_counter()
            history = write_history(count, clock.now())
            seconds = time.perf_counter() - begun
            if on_postgresql:  # as its own daemon does within minutes
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.exec_driver_sql("VACUUM ANALYZE")
            db.session.remove()
        yield Place(app, history, environment, folder, seconds)
        with app.app_context():
            db.engine.dispose()


def _once(step: Step, place: Place) -> tuple[float, int]:
    """ms, and statements."""
    asked: list[object] = []

    def note(*call: object) -> None:
        asked.append(call[2])

    with place.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    # A request makes its own context.
    with nullcontext() if step in PAGES else place.app.app_context():
        begun = time.perf_counter()
        step.run(place)
        took = 1000 * (time.perf_counter() - begun)
    event.remove(engine, "before_cursor_execute", note)
    return took, len(asked)


def told(rows: list[dict[str, Any]]) -> str:
    """A table, then what is over its budget or grows."""
    lines = [f"| What | Queries | ms, {FEW} live sessions | ms, {MANY:,} |", "|---|---|---|---|"]
    for row in rows:
        few, many = row["queries"]
        lines.append(
            f"| {row['what']} | {few if few == many else f'{few}, {many}'} | {_spread(row['few'])} "
            f"| {_spread(row['many'])} |"
        )
    for row in rows:
        if row["budget"] and row["many"]["middle"] > row["budget"]:
            lines.append(f"- {row['what']}: over {row['budget']:.0f} ms")
        if row["many"]["low"] > 1.25 * row["few"]["high"]:
            lines.append(f"- {row['what']}: {row['many']['middle'] / row['few']['middle']:.1f} times as long")
        if row["queries"][0] != row["queries"][1]:
            lines.append(f"- {row['what']}: queries differ")
    return "\n".join(lines)


def _spread(found: dict[str, float]) -> str:
    return f"{found['middle']:.1f} ({found['low']:.1f}–{found['high']:.1f})"
