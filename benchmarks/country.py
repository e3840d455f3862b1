"""Many classes at the same hour, thirty pupils each, at a human pace: on SQLite, or on PostgreSQL and Redis.

What a join, a push and an answer cost a server's core, with one process and with two: a class stays on one process, as
a proxy keeps it by its code. With two, the client shares a core with the second: costs hold, times are then too long.
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from .hosting import Hosting
from .hosts import reply_to
from .wire import Http, Loop, Lost, Phone, page_request

CLASS = 30
ARRIVING = 30.0  # seconds in which the classes come in
SHOWING = 3.0  # seconds in which each class is shown something else
THINKING = (1.5, 9.0)  # seconds between a question and a pupil's answer
VOTES = 3
PATIENCE = 60.0  # seconds before what has not come is lost


@dataclass
class Costs:
    """What one run measured: CPU in ms of the servers' processes, by phone, push and answer; times in ms."""

    engine: str
    processes: int
    classes: int
    join: float = 0.0
    push: float = 0.0
    answer: float = 0.0
    database: float = 0.0  # CPU ms of PostgreSQL an answer, its share of commands included
    memory: float = 0.0  # KB a phone
    fan_out: list[float] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    published: float = 0.0  # Redis messages an answer while classes vote, counts and commands included
    failed: int = 0
    dropped: int = 0
    confirmed: int = 0
    rows: int = 0
    lost: int = 0


class Room:
    """One class: its phones, its facilitator, and the newest state."""

    def __init__(self, country: "Country", place: int) -> None:
        self._country = country
        self.code, self._live_id = country.hosting.classes[place]
        self.port = country.hosting.port_of(place)
        self._commands = Http(country.loop, self.port)
        hello = {"code": self.code}
        self.phones = [Phone(country.loop, self, index, hello) for index in range(CLASS)]
        self.here = 0
        self.version, self.state = -1, {}  # type: int, dict[str, Any]
        self.shown = self.expected = 0
        self._commanded = 0.0
        self._reply: bytes | None = None
        self._sent: dict[int, float] = {}
        self.idle = True

    def scan(self, phone: Phone) -> None:
        phone.scan(self.port, page_request(self.code, self.port))

    def command(self, name: str) -> None:
        """What each phone will then show is waited for by `is_settled`."""
        desk = self._country.hosting.desk
        body = urlencode({"command": name, "version": self.version})
        request = (
            f"POST /animer/{self._live_id}/commande HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Cookie: {desk.cookies}\r\nX-CSRFToken: {desk.token}\r\nAccept: application/json\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )

        def done(status: int, _head: bytes, answer: bytes) -> None:
            if status >= 300:
                raise Lost(f"the command {name} was not taken: {answer[:200]!r}")
            self.idle = True

        self.idle, self.shown, self._reply = False, 0, None
        self._commanded = time.perf_counter()
        self._commands.ask(request.encode(), done)

    def is_settled(self) -> bool:
        return self.idle and self.shown >= self.here and not self._sent

    def close(self) -> None:
        self._commands.close()
        for phone in self.phones:
            phone.close()

    # What phones tell.

    def joined(self, _phone: Phone, said: dict[str, Any], _text: bytes) -> None:
        if not said["ok"]:
            self._country.costs.failed += 1
            return
        self.here += 1
        if said["state"]["version"] > self.version:
            self.version, self.state = said["state"]["version"], said["state"]

    def pushed(self, phone: Phone, version: int, text: bytes, now: float) -> None:
        if version > self.version:
            self.version, self.shown, self.state = version, 0, json.loads(text[2:])[1]
            self._reply = reply_to(self.state) if self._country.voting else None
        self.shown += 1
        if not self._country.voting:
            self._country.costs.fan_out.append((now - self._commanded) * 1000)
        elif self._reply is not None:
            self._sent[phone.index] = 0.0
            self._country.loop.later(random.uniform(*THINKING), lambda reply=self._reply: self._answer(phone, reply))

    def _answer(self, phone: Phone, reply: bytes) -> None:
        self._sent[phone.index] = time.perf_counter()
        phone.send(reply)

    def saved(self, phone: Phone, _round: str, _seq: int, now: float) -> None:
        self._country.costs.confirmed += 1
        self._country.costs.saved.append((now - self._sent.pop(phone.index)) * 1000)

    def refused(self, _phone: Phone, said: dict[str, Any]) -> None:
        raise Lost(f"an answer was refused: {said}")

    def dropped(self, _phone: Phone) -> None:
        self._country.costs.dropped += 1
        self.here -= 1


class Country:
    def __init__(self, loop: Loop, hosting: Hosting) -> None:
        self.loop, self.hosting = loop, hosting
        self.costs = Costs(hosting.engine, hosting.processes, len(hosting.classes))
        self.voting = False
        self._rooms = [Room(self, place) for place in range(len(hosting.classes))]

    def run(self) -> Costs:
        phones = CLASS * len(self._rooms)
        memory = self.hosting.memory()
        cost = self._spending(self._arrive)
        self.costs.join = cost * 1000 / phones
        self._wait(1.0)
        self.costs.memory = (self.hosting.memory() - memory) / 1024 / phones
        shows = ("start", "help", "hide", "help", "hide")
        self.costs.push = self._spending(lambda: self._show(shows)) * 1000 / len(shows) / phones
        self.voting = True
        database, published = self.hosting.database_cpu(), self.hosting.published()
        cost = self._spending(self._vote)
        self.costs.answer = cost * 1000 / max(self.costs.confirmed, 1)
        self.costs.database = (self.hosting.database_cpu() - database) * 1000 / max(self.costs.confirmed, 1)
        self.costs.published = (self.hosting.published() - published) / max(self.costs.confirmed, 1)
        self.costs.rows = self.hosting.rows()
        self.costs.lost += max(self.costs.confirmed - self.costs.rows, 0)
        return self.costs

    def close(self) -> None:
        for room in self._rooms:
            room.close()

    def _spending(self, what: Callable[[], None]) -> float:
        """Seconds of CPU of the servers' processes."""
        before = self.hosting.cpu()
        what()
        return self.hosting.cpu() - before

    def _arrive(self) -> None:
        for room in self._rooms:
            for phone in room.phones:
                self.loop.later(random.uniform(0, ARRIVING), lambda room=room, phone=phone: room.scan(phone))
        self._until(lambda: sum(room.here for room in self._rooms) + self.costs.failed >= CLASS * len(self._rooms))

    def _show(self, names: tuple[str, ...]) -> None:
        for name in names:
            for room in self._rooms:
                self.loop.later(random.uniform(0, SHOWING), lambda room=room, name=name: room.command(name))
            self._settle(SHOWING)

    def _vote(self) -> None:
        """Each class goes on to its next votes; what is shown on the way is part of their cost."""
        for _ in range(VOTES):
            waiting = set(self._rooms)
            while waiting:
                for room in waiting:
                    opened = bool(room.state["round"])
                    self.loop.later(
                        random.uniform(0, 1), lambda room=room, name="close" if opened else "next": room.command(name)
                    )
                self._settle(1)
                waiting = {room for room in waiting if reply_to(room.state) is None}
            self._wait(0.3)

    def _settle(self, seconds: float) -> None:
        self._wait(seconds)
        self._until(lambda: self.loop.is_idle and all(room.is_settled() for room in self._rooms))

    def _wait(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        self._until(lambda: time.perf_counter() >= end)

    def _until(self, condition: Callable[[], bool]) -> None:
        if not self.loop.until(condition, PATIENCE):
            missing = sum(room.here - room.shown for room in self._rooms)
            raise Lost(f"after {PATIENCE:.0f} s, {missing} phones did not show what was sent, or were not confirmed")


def middle(runs: list[Costs]) -> Costs:
    """The medians of several runs, times of all of them together, and what went wrong in any."""
    names = ("join", "push", "answer", "database", "memory", "published")
    sums = ("failed", "dropped", "confirmed", "rows", "lost")
    return Costs(
        runs[0].engine,
        runs[0].processes,
        runs[0].classes,
        **{name: median(getattr(run, name) for run in runs) for name in names},
        **{name: sum(getattr(run, name) for run in runs) for name in sums},
        fan_out=[moment for run in runs for moment in run.fan_out],
        saved=[moment for run in runs for moment in run.saved],
    )


def told(run: Costs) -> dict[str, Any]:
    """For the file that is kept: times as p50 and p99."""
    kept = asdict(run)
    for name in ("fan_out", "saved"):
        times = kept.pop(name)
        kept[name] = {"p50": median(times), "p99": quantiles(times, n=100)[98]} if len(times) > 1 else None
    return kept


def growth(one: Costs, half: Costs, two: Costs) -> str:
    """What two processes cost, as multiples of one that has all the classes, and of one that has as many as each."""

    def times(other: Costs) -> str:
        ratios = {
            "a join": two.join / other.join,
            "a push": two.push / other.push,
            "an answer": two.answer / other.answer,
        }
        return ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items())

    return (
        f"CPU with two processes, times that with one for all of {one.classes} classes: {times(one)} (at most 1.18);\n"
        f"times that with one for {half.classes}, as many as each of the two has: {times(half)}."
    )


def table(found: list[Costs]) -> str:
    heads = (
        "Engine", "Processes", "Classes", "CPU ms a join", "a push and phone", "an answer", "of PostgreSQL",
        "KB a phone", "Fan-out p50 / p99 ms", "`saved` p50 / p99 ms", "Redis messages an answer", "Confirmed / rows",
        "Failed, dropped, lost",
    )  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for run in found:
        cells = (
            run.engine, run.processes, run.classes, f"{run.join:.2f}", f"{run.push:.3f}", f"{run.answer:.2f}",
            f"{run.database:.2f}", f"{run.memory:.0f}", _two(run.fan_out), _two(run.saved), f"{run.published:.2f}",
            f"{run.confirmed} / {run.rows}", f"{run.failed}, {run.dropped}, {run.lost}",
        )  # fmt: skip
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    return "\n".join(lines)


def _two(times: list[float]) -> str:
    return f"{median(times):.1f} / {quantiles(times, n=100)[98]:.1f}" if len(times) > 1 else "–"
