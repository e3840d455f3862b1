"""Préau as it is hosted: processes of gunicorn, one database, Redis between them, and classes ready in their lobby."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import psutil
import requests
from sqlalchemy import Connection, create_engine, func, select, text

from tests.servers import command_of, find_server, postgresql, redis
from workshop import clock, create_app
from workshop.config import read_config
from workshop.domain.live_session import Answering
from workshop.extensions import db
from workshop.services import accounts, planning
from workshop.services.planning import Plan
from workshop.storage import live_sessions
from workshop.storage.models import Response
from workshop.storage.quiz_files import find_quizzes

from .servers import CannotRun, Cores, Running, free_port, started

PEOPLE = {"adult": "Mme Riou, professeure", "person": "M. Garnier, CPE", "place": "bureau 12"}
WORKSHOP = "le-montage"


@dataclass(frozen=True)
class Desk:
    """What the facilitator of all these classes sends with a command."""

    cookies: str
    token: str


@dataclass
class Hosting:
    engine: str
    processes: int
    classes: list[tuple[str, int]]  # code and id
    environment: dict[str, str]
    desk: Desk = field(default_factory=lambda: Desk("", ""))
    running: list[Running] = field(default_factory=list)
    database_process: psutil.Process | None = None

    def port_of(self, place: int) -> int:
        """The process of a class, as a proxy keeps it: always the same."""
        return self.running[place % self.processes].port

    def cpu(self) -> float:
        """Seconds of CPU of the processes of gunicorn and of their workers."""
        return sum(_cpu(running.process) for running in self.running)

    def memory(self) -> int:
        return sum(
            int(process.memory_info().rss)
            for running in self.running
            for process in (running.process, *running.process.children())
        )

    def database_cpu(self) -> float:
        return _cpu(self.database_process) if self.database_process else 0.0

    def published(self) -> int:
        """Messages that went through Redis since it was started."""
        if "REDIS_URL" not in self.environment:
            return 0
        import redis as client  # noqa: PLC0415  # a laptop has none

        with client.Redis.from_url(self.environment["REDIS_URL"]) as asked:
            stats: dict[str, Any] = asked.info("commandstats")
        return int(stats.get("cmdstat_publish", {}).get("calls", 0))

    def rows(self, round_: str | None = None) -> int:
        """Answers in the database, to this round or to all."""
        counted = select(func.count()).select_from(Response)
        if round_ is not None:
            counted = counted.where(Response.round_id == int(round_))
        with _connected(self.environment) as connection:
            return int(connection.execute(counted).scalar_one())

    def process_on(self, port: int, cores: Cores, folder: Path) -> AbstractContextManager[Running]:
        """One of gunicorn, whose public name is this port."""
        command = [*command_of("web"), "--bind", f"127.0.0.1:{port}"]
        environment = self.environment | {"PREAU_PUBLIC_URL": f"http://127.0.0.1:{port}"}
        return started(command, port, cores, folder, first_line=False, **environment)


@contextmanager
def hosted(
    classes: int, processes: int, engines: bool, cores: Cores, folder: Path, capacity: int = 40
) -> Iterator[Hosting]:
    """On PostgreSQL and Redis (`engines`) or on one SQLite file; CannotRun when something does not start."""
    with ExitStack() as stack:
        environment = {"SECRET_KEY": "of this run alone" * 3, "PREAU_DATA": str(folder)}
        if engines:
            programs = find_server("postgresql"), find_server("redis")
            if None in programs:
                raise CannotRun("PostgreSQL and Redis are needed; on Debian: apt-get install postgresql redis-server.")
            address = stack.enter_context(postgresql(programs[0], durable=True))
            environment["DATABASE_URL"] = address
            environment["REDIS_URL"] = stack.enter_context(redis(programs[1]))
        ready, link = _prepared(environment, folder, classes, capacity)
        found = Hosting("PostgreSQL, Redis" if engines else "SQLite", processes, ready, environment)
        if engines:
            with _connected(environment) as connection:
                backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
                found.database_process = psutil.Process(backend).parent()
        for place in range(processes):
            # The second process shares the client's core where there are only two.
            core = cores if place == 0 else Cores(cores.client, cores.client)
            found.running.append(stack.enter_context(found.process_on(free_port(), core, folder)))
        found.desk = _signed_in(found.running[0].port, link)
        yield found


def _prepared(
    environment: dict[str, str], folder: Path, classes: int, capacity: int
) -> tuple[list[tuple[str, int]], str]:
    """Classes in their lobby, and the one-time link of the account that runs them all."""
    app = create_app(read_config(environment, data=folder), start=False)
    with app.app_context():
        flask_migrate.upgrade()
        now = clock.now()
        owner = accounts.create_account("Essai", "essai@preau.invalid", None, True, now)
        [quiz] = [q for q in find_quizzes(app.config["PREAU"].quizzes) if q.slug == WORKSHOP and q.language == "fr"]
        plan = Plan(quiz, Answering.MIXED, None, capacity, PEOPLE, {})
        ready = []
        for _ in range(classes):
            live_id = planning.set_up(plan, owner, now, code_digits=4)
            row = live_sessions.find(live_id)
            assert row is not None
            ready.append((row.code, live_id))
        link = accounts.make_link("sign_in", now, timedelta(hours=1), account_id=owner)
        db.session.remove()
        db.engine.dispose()
    return ready, link


def _signed_in(port: int, link: str) -> Desk:
    address = f"http://127.0.0.1:{port}"
    answer = requests.get(f"{address}/lien/{link}", allow_redirects=False, timeout=30)
    cookies = "; ".join(f"{name}={value}" for name, value in answer.cookies.get_dict().items())
    page = requests.get(f"{address}/animer/nouvelle", headers={"Cookie": cookies}, timeout=30)
    token = re.search(r'name="csrf(?:_token)?"[^>]*(?:value|content)="([^"]+)"', page.text)
    if token is None:
        raise CannotRun(f"nobody could sign in: {answer.status_code}, {page.status_code}")
    # Cookies that are for https alone are sent by hand.
    more = "".join(f"; {name}={value}" for name, value in page.cookies.get_dict().items())
    return Desk(cookies + more, token[1])


@contextmanager
def _connected(environment: dict[str, str]) -> Iterator[Connection]:
    engine = create_engine(read_config(environment, data=Path(environment["PREAU_DATA"])).database_url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _cpu(process: psutil.Process) -> float:
    """Its seconds of CPU and those of its children, the dead ones included."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        times = one.cpu_times()
        total += times.user + times.system
    own = process.cpu_times()
    return float(total + own.children_user + own.children_system)
