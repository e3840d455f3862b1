"""A hall on two processes, one of which is restarted while everybody answers: who is back when, and is anything lost?

Two laptops, each with its SQLite file; or hosted, on one PostgreSQL and Redis. Phones obey `leave` as the page does:
they come back at the moment that they were told, and after a refusal wait a random time, then longer. Hosted, a process
that refuses is passed over for the other one, as a proxy does. The console is not there meanwhile.
"""

import random
import re
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from .hosting import hosted
from .hosts import Preau
from .servers import Cores, Running, free_port, preau, started
from .wire import Loop, Lost, Phone, answer, page_request

ANSWERING = (0.0, 8.0)  # seconds after the order to stop: when each answers, once
FIRST_WAIT, LONGEST_WAIT, SPREAD = 1.5, 1.5, 0.6  # seconds and share: those of static/js/live/connection.js
PATIENCE = 60.0


class Hall:
    """The phones of one process, and what became of them."""

    def __init__(self, loop: Loop, hello: dict[str, str], page: bytes, ports: Sequence[int], size: int) -> None:
        self.loop, self.size, self.ports = loop, size, ports
        self._page = page
        self.here: set[int] = set()
        self.failed = self.left = self.dropped = 0
        self.connected: Counter[int] = Counter()  # connections made, by second
        self.refused = 0
        self.back = 0.0
        self.confirmed: set[int] = set()
        self._reply = b""
        self.round = ""
        self.phones = [Returning(loop, self, index, hello) for index in range(size)]

    def arrive(self) -> None:
        for phone in self.phones:
            phone.scan(self.ports[0], self._page)

    def answer(self, phone: "Returning") -> None:
        """Sent again at each return until it is confirmed, as by the page."""
        phone.asked = True
        if phone.index in self.here and phone.index not in self.confirmed:
            phone.send(self._reply)

    # What phones tell.

    def joined(self, phone: Phone, said: dict[str, Any], _text: bytes) -> None:
        assert isinstance(phone, Returning)
        if not said["ok"]:
            self.failed += 1
            self.loop.later(said.get("after", 1500) / 1000, phone.greet)
            return
        if not self._reply:
            self.round = said["state"]["round"][0]
            form = said["state"]["html"].partition(f'data-round="{self.round}"')[2]
            choice = re.search(r'name="choices"[^>]*value="([^"]+)"', form)
            assert choice is not None
            self._reply = answer(self.round, 1, choice[1])
        self.here.add(phone.index)
        self.back = time.perf_counter()
        phone.waited = 0
        if phone.asked:
            self.answer(phone)

    def pushed(self, _phone: Phone, _version: int, _text: bytes, _now: float) -> None: ...

    def saved(self, phone: Phone, _round: str, _seq: int, _now: float) -> None:
        self.confirmed.add(phone.index)

    def refused(self, _phone: Phone, said: dict[str, Any]) -> None:
        raise Lost(f"an answer was refused: {said}")

    def dropped_by(self, phone: "Returning", told: float | None) -> None:
        self.here.discard(phone.index)
        if told is None:
            self.dropped += 1
        else:
            self.left += 1
        self.loop.later(phone.wait() if told is None else told, phone.come_back)

    def dropped(self, phone: Phone) -> None:
        assert isinstance(phone, Returning)
        if phone.index in self.here or phone.waited:
            self.dropped_by(phone, None)


class Returning(Phone):
    __slots__ = ("asked", "hall", "waited")

    def __init__(self, loop: Loop, hall: Hall, index: int, hello: dict[str, Any]) -> None:
        super().__init__(loop, hall, index, hello)
        self.hall, self.asked, self.waited = hall, False, 0

    def wait(self) -> float:
        """Longer each time, and never the same for two."""
        base = min(FIRST_WAIT * 2**self.waited, LONGEST_WAIT)
        self.waited += 1
        return base * random.uniform(1 - SPREAD, 1 + SPREAD)

    def come_back(self) -> None:
        self._buffer, self.shown = b"", -1
        self.open(self.hall.ports[0])

    def _upgrade(self, sock: socket.socket, port: int) -> None:
        if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            sock.close()
            self.hall.refused += 1
            if port != self.hall.ports[-1]:
                self.open(self.hall.ports[-1])
            else:
                self.hall.loop.later(self.wait(), self.come_back)
            return
        self.hall.connected[int(time.perf_counter())] += 1
        super()._upgrade(sock, port)

    def _hear(self, text: bytes, now: float) -> None:
        found = re.match(rb'42\["leave",\{"after": ?(\d+)', text)
        if found:
            self.close()
            self.hall.dropped_by(self, int(found[1]) / 1000)
        else:
            super()._hear(text, now)


@dataclass
class Stand:
    """Two processes with a hall on each; the first is the one that is restarted."""

    halls: list[Hall]
    process: psutil.Process
    again: AbstractContextManager[Running]
    rows: Callable[[Hall], int]  # answers in the database
    hosts: list[Preau] = field(default_factory=list)


@contextmanager
def _laptops(loop: Loop, size: int, cores: Cores, place: Path) -> Iterator[Stand]:
    with ExitStack() as stack:
        halls, hosts, running = [], [], []
        for name in ("a", "b"):
            folder, port = place / name, free_port()
            folder.mkdir()
            server = started(preau(port, folder, size), port, cores, folder, first_line=True)
            running.append(stack.enter_context(server))
            hosts.append(Preau(loop, running[-1], folder))
            halls.append(Hall(loop, hosts[-1].hello, hosts[-1].page, [port], size // 2))
        port, folder = running[0].port, place / "a"
        again = started(preau(port, folder, size, demo=False), port, cores, folder, first_line=True)

        def rows(hall: Hall) -> int:
            return hosts[halls.index(hall)].rows()[hall.round]

        yield Stand(halls, running[0].process, again, rows, hosts)


@contextmanager
def _hosted(loop: Loop, size: int, cores: Cores, place: Path) -> Iterator[Stand]:
    with hosted(2, 2, True, cores, place, capacity=size // 2 + 10) as hosting:
        ports = [one.port for one in hosting.running]
        halls = []
        for (code, _), own in zip(hosting.classes, (ports, ports[::-1]), strict=True):
            halls.append(Hall(loop, {"code": code}, page_request(code, own[0]), own, size // 2))
        yield Stand(
            halls, hosting.running[0].process, hosting.process_on(ports[0], cores, place),
            lambda hall: hosting.rows(hall.round),
        )  # fmt: skip


def measured_restart(size: int, on_postgresql: bool) -> tuple[str, int]:
    """What to say, and how many confirmed answers are not in the databases. `size` phones, half on each process."""
    every = frozenset(range(psutil.cpu_count() or 1))
    cores, loop = Cores(every, every), Loop()
    stand_of = _hosted if on_postgresql else _laptops
    with tempfile.TemporaryDirectory(prefix="preau-bench-") as place, ExitStack() as stack:
        stand = stack.enter_context(stand_of(loop, size, cores, Path(place)))
        hall, other = halls = stand.halls
        for one in halls:
            one.arrive()

        begun = time.perf_counter()
        if not loop.until(lambda: all(len(one.here) == one.size for one in halls), PATIENCE):
            raise Lost(f"not everybody came in: {[len(one.here) for one in halls]} of {size // 2} each")
        arrived = time.perf_counter() - begun
        for host in stand.hosts:
            host.close()
        for one in halls:
            one.connected.clear()
            for phone in one.phones:
                one.loop.later(random.uniform(*ANSWERING), lambda one=one, phone=phone: one.answer(phone))
        # What was confirmed before the order to stop is what a restart could lose.
        stop_at = time.perf_counter() + ANSWERING[1] / 4
        loop.until(lambda: time.perf_counter() > stop_at, PATIENCE)
        before = len(hall.confirmed)
        ordered = time.perf_counter()
        stand.process.terminate()
        loop.until(lambda: stand.process.status() == psutil.STATUS_ZOMBIE, PATIENCE)
        stopped = time.perf_counter() - ordered
        starter = threading.Thread(target=lambda: stack.enter_context(stand.again))
        starter.start()
        loop.until(lambda: not starter.is_alive(), PATIENCE)
        listening = time.perf_counter() - ordered
        everybody = loop.until(lambda: len(hall.here) == hall.size, PATIENCE)
        back = hall.back - ordered
        loop.until(lambda: all(len(one.confirmed) == one.size for one in halls), PATIENCE)
        lost, found = 0, []
        for one in halls:
            rows = stand.rows(one)
            found.append(f"{len(one.confirmed)} / {rows}")
            lost += max(0, len(one.confirmed) - rows)
        busiest = max(hall.connected.values(), default=0)
        for one in halls:
            for phone in one.phones:
                phone.close()
        others = other.dropped + other.left
    lines = [
        f"{size} phones on two processes, all in after {arrived:.1f} s; one restarted while everybody answers.",
        f"The order to stop came after {before} confirmed answers; the process had ended after {stopped:.1f} s and the",
        f"next one listened after {listening:.1f} s. Told when to come back: {hall.left}; cut off: {hall.dropped}.",
        f"Everybody back after {back:.1f} s{'' if everybody else ' (NOT everybody)'}; refused by the process that was",
        f"away: {hall.refused} tries; greetings put off: {hall.failed}.",
        f"Connections a second, the busiest second: {busiest}. On the other process {others} were disturbed.",
        f"Confirmed / in the database: {', '.join(found)}; lost: {lost}.",
    ]
    return "\n".join(lines), lost
