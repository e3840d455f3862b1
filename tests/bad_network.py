"""The network of a classroom, as bad as it gets: a way to the server for each phone, with faults of its own.

In user space, so that a kernel without `netem` runs these tests too.
"""

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

_PIECE = 1024  # bytes that travel together
_OPENING = 1  # round trip: TCP's

Kind = Literal[
    "refused",  # the phone is told at once: connections are reset, new ones too
    "held",  # nothing passes, and what was under way arrives at the return
    "silent",  # what was open when the link went, or was opened since, is dead for ever: nobody is told
]


@dataclass(frozen=True)
class Quality:
    """What a link is like while it is not cut."""

    latency: float = 0.0  # seconds for a round trip; the opening of a connection takes one too
    rate: int | None = None  # bytes a second, each way, for all that the phone does


@dataclass
class Link:
    """One phone's way. `port` is where the phone finds the server."""

    quality: Quality
    port: int = 0
    outages: list[tuple[float, float, float]] = field(default_factory=list)  # from, to, and what a new connection takes
    is_up: asyncio.Event = field(default_factory=asyncio.Event)
    kind: Kind | None = None
    free_at: dict[str, float] = field(default_factory=lambda: {"up": 0.0, "down": 0.0})
    open: set["_Pipe"] = field(default_factory=set)

    @property
    def opening(self) -> float:
        """Seconds before anything can leave by a new connection."""
        return _OPENING * self.quality.latency

    def due(self, moment: float, within: float) -> float:
        """When the phone must know what happened at `moment`: after it has had `within` seconds without an outage, and,
        where connections were lost, has been able to open one."""
        for start, end, opening in sorted(self.outages):
            if start < moment + within and moment < end + opening:
                moment = end + opening
        return moment + within


class _Pipe:
    """One connection through a link, both ways."""

    def __init__(self, link: Link, phone: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.link, self.ends, self.is_dead = link, (phone, server), link.kind == "silent"

    async def carry(self, way: str, source: asyncio.StreamReader, target: asyncio.StreamWriter, late: float) -> None:
        """`late` is what the opening of the connection takes before anything can leave."""
        link, travelling = self.link, asyncio.Queue[tuple[float, bytes]](64)
        arriving = asyncio.create_task(self._arrive(travelling, target))
        try:
            await asyncio.sleep(late)
            while data := await source.read(_PIECE):
                now = time.monotonic()
                link.free_at[way] = max(now, link.free_at[way]) + len(data) / (link.quality.rate or 1e12)
                await travelling.put((link.free_at[way] + link.quality.latency / 2, data))
                await asyncio.sleep(link.free_at[way] - now)  # the sender feels how narrow it is
            await travelling.put((time.monotonic() + link.quality.latency / 2, b""))
            await arriving
        finally:
            arriving.cancel()

    async def _arrive(self, travelling: "asyncio.Queue[tuple[float, bytes]]", target: asyncio.StreamWriter) -> None:
        while True:
            moment, data = await travelling.get()
            await asyncio.sleep(moment - time.monotonic())
            await self.link.is_up.wait()
            if self.is_dead:
                await asyncio.Event().wait()
            if not data:
                return
            target.write(data)
            with suppress(ConnectionError):
                await target.drain()

    def end(self) -> None:
        for end in self.ends:
            end.transport.abort()


class BadNetwork:
    """All the links to one server, in a thread of their own."""

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._loop = asyncio.new_event_loop()
        self._doors: list[asyncio.Server] = []
        self._links: list[Link] = []
        self._pipes: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def link(self, quality: Quality = Quality()) -> Link:
        return self._do(self._open(quality))

    async def _open(self, quality: Quality) -> Link:
        link = Link(quality)
        link.is_up.set()

        async def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if (task := asyncio.current_task()) is not None:
                self._pipes.add(task)
                task.add_done_callback(self._pipes.discard)
            with suppress(ConnectionError, asyncio.CancelledError):  # at the end, asyncio would tell of each
                await self._pass(link, reader, writer)

        door = await asyncio.start_server(enter, "127.0.0.1", 0, limit=_PIECE)
        self._doors.append(door)
        self._links.append(link)
        link.port = door.sockets[0].getsockname()[1]
        return link

    async def _pass(self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if link.kind == "refused":
            writer.transport.abort()
            return
        try:
            answers, questions = await asyncio.open_connection("127.0.0.1", self._server_port, limit=_PIECE)
        except ConnectionError:
            writer.transport.abort()
            return
        pipe = _Pipe(link, writer, questions)
        link.open.add(pipe)
        try:
            ways = (
                pipe.carry("up", reader, questions, link.quality.latency),
                pipe.carry("down", answers, writer, 0.0),
            )
            tasks = [asyncio.create_task(way) for way in ways]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                    if isinstance(outcome, Exception) and not isinstance(outcome, ConnectionError):
                        raise outcome
        finally:
            link.open.discard(pipe)
            pipe.end()

    def cut(self, link: Link, after: float, lasting: float, kind: Kind) -> None:
        """Plan an outage: `after` seconds from now, `lasting` seconds."""
        start = time.monotonic() + after
        link.outages.append((start, start + lasting, 0.0 if kind == "held" else link.opening))
        self._start(self._cut(link, after, lasting, kind))

    async def _cut(self, link: Link, after: float, lasting: float, kind: Kind) -> None:
        await asyncio.sleep(after)
        link.is_up.clear()
        link.kind = kind
        for pipe in list(link.open):
            if kind == "refused":
                pipe.end()
            pipe.is_dead = pipe.is_dead or kind == "silent"
        await asyncio.sleep(lasting)
        link.kind = None
        link.is_up.set()

    def stop(self) -> None:
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        for door in self._doors:
            door.close()
        for task in list(self._pipes):
            task.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        def begin() -> None:
            task = self._loop.create_task(work)
            self._pipes.add(task)
            task.add_done_callback(self._pipes.discard)

        self._loop.call_soon_threadsafe(begin)

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(15)


@contextmanager
def bad_network(port: int) -> Iterator[BadNetwork]:
    network = BadNetwork(port)
    try:
        yield network
    finally:
        network.stop()
