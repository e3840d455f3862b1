"""One class at one server: everybody comes in, is shown things, answers at once, then each at their own pace."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .hosts import Host, Score
from .servers import Running
from .wire import Loop, Lost, Phone

THINKING = (0.8, 1.8)  # seconds between a question and a pupil's answer, in calm
PATIENCE = 60.0  # seconds before what has not come is lost
ENVELOPE = 90  # bytes of a bare server's push around its filling


@dataclass
class Figures:
    """What one run measured. Times in milliseconds; CPU and memory are the server's."""

    phones: int
    joins: float = 0.0  # a second, from the first connection to the last acknowledgement
    join_cpu: float = 0.0  # ms a phone
    memory: float = 0.0  # KB a phone
    fan_out: list[float] = field(default_factory=list)  # of pushes that nobody answers
    answers: list[float] = field(default_factory=list)  # a second, one figure a burst
    answer_cpu: float = 0.0  # ms an answer, its share of push and tallies included
    saved: list[float] = field(default_factory=list)  # in calm
    client: list[float] = field(
        default_factory=list
    )  # share of its core that the client used, while joining and in bursts
    confirmed: int = 0
    rows: int | None = None
    failed: int = 0
    dropped: int = 0
    lost: int = 0
    first_visit: float | None = None  # KB that a browser fetches to come in


class Classroom:
    def __init__(self, loop: Loop, running: Running, host: Host, size: int, bursts: int) -> None:
        self._loop, self._running, self._host, self._bursts = loop, running, host, bursts
        self.figures, self.score = Figures(size), Score()
        self._phones = [host.phone(loop, self, index) for index in range(size)]
        self._joined = 0
        self._version = -1
        self._state: dict[str, Any] = {}
        self._commanded = 0.0  # when the newest command was sent
        self._shown = 0  # phones that have its push
        self._reply: bytes | None = None  # what each phone answers to it
        self._votes = 0
        self._sent: dict[int, float] = {}  # by phone, when the answer that is not yet confirmed was sent
        self._confirmed: set[tuple[int, str]] = set()
        self._first = self._last = 0.0  # when the vote's first answer was sent, and its newest confirmation came
        self._random = random.Random(1)

    # What phones tell.

    def joined(self, phone: Phone, said: dict[str, Any], text: bytes) -> None:
        if said.get("error") == "busy":  # as the page does
            self._loop.later(said["after"] / 1000, phone.greet)
            return
        if not said["ok"]:
            self.figures.failed += 1
            return
        self._joined += 1
        self.score.greeting = len(text)
        if self._version < 0:
            self._state, self._version = said["state"], said["state"]["version"]

    def pushed(self, phone: Phone, version: int, text: bytes, now: float) -> None:
        if version > self._version:
            self._version, self._shown = version, 0
            self._state, round_, self._reply = self._host.read(text)
            self.score.pushes.append((len(text) - ENVELOPE - len(round_), round_))
        self._shown += 1
        if self._reply is None:
            self.figures.fan_out.append((now - self._commanded) * 1000)
        elif self._votes < self._bursts:
            self._answer(phone)

    def _answer(self, phone: Phone) -> None:
        assert self._reply is not None
        self._sent[phone.index] = now = time.perf_counter()
        self._first = self._first or now
        phone.send(self._reply)

    def saved(self, phone: Phone, round_: str, _seq: int, now: float) -> None:
        self._confirmed.add((phone.index, round_))
        self._last = now
        sent = self._sent.pop(phone.index)
        if self._votes > self._bursts:
            self.figures.saved.append((now - sent) * 1000)

    def refused(self, _phone: Phone, said: dict[str, Any]) -> None:
        raise Lost(f"an answer was refused: {said}")

    def dropped(self, _phone: Phone) -> None:
        self.figures.dropped += 1

    # What happens.

    def run(self) -> Figures:
        self._arrive()
        for name in self._host.commands(lambda: self._state):
            self._show(name)
            if self._votes > self._bursts:
                break
        self._check()
        return self.figures

    def close(self) -> None:
        self._host.close()
        for phone in self._phones:
            phone.close()

    def _arrive(self) -> None:
        memory, cpu, size = self._running.memory(), self._running.cpu(), self.figures.phones
        begun, client = time.perf_counter(), time.process_time()
        for phone in self._phones:
            phone.scan(self._running.port, self._host.page)
        self._loop.until(lambda: self._joined + self.figures.failed >= size, PATIENCE)
        elapsed = time.perf_counter() - begun
        self.figures.joins = self._joined / elapsed
        self.figures.client.append((time.process_time() - client) / elapsed)
        self.figures.failed = size - self._joined
        self.figures.join_cpu = (self._running.cpu() - cpu) * 1000 / size
        self.score.page = self._phones[0].page_size
        self._settle(0.6)
        self.figures.memory = (self._running.memory() - memory) / 1024 / size

    def _settle(self, seconds: float) -> None:
        """Let tallies and garbage pass: they are not what is measured next."""
        self._loop.until(lambda: False, seconds)

    def _show(self, name: str) -> None:
        """A command, its push at every phone, and their answers if it opens a vote."""
        replies: list[tuple[int, bytes]] = []
        self._shown, self._reply, self._first = 0, None, 0.0
        size = self._joined - self.figures.dropped
        cpu, client = self._running.cpu(), time.process_time()
        self._commanded = time.perf_counter()
        self._host.command(name, self._version, lambda status, _head, body: replies.append((status, body)))
        self._loop.until(lambda: bool(replies) and self._shown >= size, PATIENCE)
        if not replies or replies[0][0] >= 300:
            raise Lost(f"the command {name} was not taken: {replies}")
        self.figures.lost += size - self._shown
        if self._reply is not None:
            self._votes += 1
            if self._votes > self._bursts:
                self._answer_in_calm()
            else:
                self._loop.until(lambda: not self._sent, PATIENCE)
                self.figures.answers.append(size / (self._last - self._first))
                elapsed = self._last - self._commanded
                self.figures.client.append((time.process_time() - client) / elapsed)
                self.figures.answer_cpu += (self._running.cpu() - cpu) * 1000 / size / self._bursts
            self.figures.lost += len(self._sent)
            self._sent.clear()
        self._settle(0.3)

    def _answer_in_calm(self) -> None:
        begun = time.perf_counter()
        due = sorted((begun + self._random.uniform(*THINKING), phone.index) for phone in self._phones)
        for moment, index in due:
            while (left := moment - time.perf_counter()) > 0:
                self._loop.turn(left)
            self._answer(self._phones[index])
        self._loop.until(lambda: not self._sent, PATIENCE)

    def _check(self) -> None:
        """Every confirmed answer is found in the database, once; nothing else is."""
        rows = self._host.rows()
        self.figures.confirmed = len(self._confirmed)
        if rows is not None:
            self.figures.rows = sum(rows.values())
            self.figures.lost += sum((Counter(round_ for _, round_ in self._confirmed) - rows).values())
