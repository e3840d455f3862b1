"""Phones at the wire, cheap enough never to be the limit: one loop, raw sockets, Socket.IO's text frames by hand.

The official Python client costs a thread and several hundred microseconds a message: with 2,000 of them, it would
be what is measured.
"""

import heapq
import itertools
import json
import re
import selectors
import socket
import time
from collections.abc import Callable
from typing import Any, Protocol

MASKED = 0x80
_VERSION = re.compile(rb'"version": ?(\d+)')


class Lost(Exception):
    """The server closed a connection, or said what a server must not say: the run is worth nothing."""


def page_request(code: str, port: int) -> bytes:
    """What a phone asks first: the page behind the QR code."""
    return f"GET /r/{code} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()


class Ear(Protocol):
    """What a phone tells the scenario. `now` is the moment of the reading, before anything is parsed."""

    def joined(self, phone: "Phone", answer: dict[str, Any], text: bytes) -> None: ...
    def pushed(self, phone: "Phone", version: int, text: bytes, now: float) -> None: ...
    def saved(self, phone: "Phone", round_: str, seq: int, now: float) -> None: ...
    def refused(self, phone: "Phone", said: dict[str, Any]) -> None: ...
    def dropped(self, phone: "Phone") -> None: ...


class Loop:
    """One selector for every socket of the client, and what is to be done later."""

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()

        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    @property
    def is_idle(self) -> bool:
        """Nothing is left to be done later."""
        return not self._due

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._due, (time.perf_counter() + seconds, next(self._order), what))

    def turn(self, seconds: float) -> None:
        if self._due:
            seconds = min(seconds, max(self._due[0][0] - time.perf_counter(), 0))
        for key, _ in self.selector.select(seconds):
            key.data()
        while self._due and self._due[0][0] <= time.perf_counter():
            heapq.heappop(self._due)[2]()

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Turn until the condition holds; False if it does not within `seconds`."""
        deadline = time.perf_counter() + seconds
        while not condition():
            left = deadline - time.perf_counter()
            if left <= 0:
                return False
            self.turn(min(left, 0.05))
        return True

    def connect(self, port: int, connected: Callable[[socket.socket], None]) -> None:
        sock = socket.socket()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect_ex(("127.0.0.1", port))

        def writable() -> None:
            self.selector.unregister(sock)
            connected(sock)

        self.selector.register(sock, selectors.EVENT_WRITE, writable)

    def listen(self, sock: socket.socket, readable: Callable[[], None]) -> None:
        self.selector.register(sock, selectors.EVENT_READ, readable)

    def close(self, sock: socket.socket) -> None:
        self.selector.unregister(sock)
        sock.close()


def send(sock: socket.socket, data: bytes) -> None:
    """What a client sends is small: a kernel that does not take it whole has lost the server."""
    if sock.send(data) != len(data):
        raise Lost("a message was not taken whole")


class Http:
    """One kept connection. `ask` sends a request and calls back with status, headers and body."""

    def __init__(self, loop: Loop, port: int) -> None:
        self._loop, self._port = loop, port
        self._sock: socket.socket | None = None
        self._buffer = b""
        self._done: Callable[[int, bytes, bytes], None] | None = None

    def ask(self, request: bytes, done: Callable[[int, bytes, bytes], None]) -> None:
        self._done, self._buffer = done, b""
        if self._sock is not None:
            send(self._sock, request)
            return

        def connected(sock: socket.socket) -> None:
            self._sock = sock
            self._loop.listen(sock, self._read)
            send(sock, request)

        self._loop.connect(self._port, connected)

    def close(self) -> None:
        if self._sock is not None:
            self._loop.close(self._sock)
            self._sock = None

    def _read(self) -> None:
        assert self._sock is not None and self._done is not None
        data = self._sock.recv(262_144)
        if not data:
            raise Lost(f"no answer to a request: {self._buffer[:200]!r}")
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        length = re.search(rb"\r\n[Cc]ontent-[Ll]ength: *(\d+)", head)
        if found and length and len(body) >= int(length[1]):
            self._done(int(head.split(b" ", 2)[1]), head, body)


class Phone:
    """Comes in by the page, as a pupil does, then follows the class by WebSocket."""

    __slots__ = ("_buffer", "_ear", "_hello", "_loop", "_sock", "cookie", "index", "page_size", "shown")
    path = "/socket.io/"

    def __init__(self, loop: Loop, ear: Ear, index: int, hello: dict[str, Any]) -> None:
        self._loop, self._ear, self.index = loop, ear, index
        self._hello = frame("420" + json.dumps(["hello", hello]))
        self._sock: socket.socket | None = None
        self._buffer = b""
        self.cookie, self.page_size, self.shown = "", 0, -1

    def scan(self, port: int, page: bytes) -> None:
        """From the QR code on: the page, its cookie, then the socket."""
        http = Http(self._loop, port)

        def got(status: int, head: bytes, body: bytes) -> None:
            http.close()
            self.page_size = len(body)
            cookie = re.search(rb"\r\n[Ss]et-[Cc]ookie: *([^;\r]+)", head)
            if status != 200 or cookie is None:
                raise Lost(f"the page answered {status}")
            self.cookie = cookie[1].decode()
            self.open(port)

        http.ask(page, got)

    def open(self, port: int) -> None:
        self._loop.connect(port, lambda sock: self._upgrade(sock, port))

    def _upgrade(self, sock: socket.socket, port: int) -> None:
        self._sock = sock
        self._loop.listen(sock, self._read)
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        handshake = (
            f"GET {self.path}?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: http://127.0.0.1:{port}\r\n{cookie}\r\n"
        )
        send(sock, handshake.encode())

    def send(self, data: bytes) -> None:
        assert self._sock is not None
        send(self._sock, data)

    def close(self) -> None:
        if self._sock is not None:
            self._loop.close(self._sock)
            self._sock = None

    def _read(self) -> None:
        assert self._sock is not None
        try:
            data = self._sock.recv(65_536)
        except OSError:
            data = b""
        now = time.perf_counter()
        if not data:
            self.close()
            self._ear.dropped(self)
            return
        if self._buffer:
            data = self._buffer + data
        at, end = 0, len(data)
        if data.startswith(b"HTTP/"):
            at = data.find(b"\r\n\r\n") + 4
            if at < 4:
                self._buffer = data
                return
            if not data.startswith(b"HTTP/1.1 101"):
                raise Lost(f"no WebSocket: {data[:200]!r}")
        while end - at >= 2:
            size, head = data[at + 1], 2
            if size == 126:
                size, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
            elif size == 127:
                size, head = int.from_bytes(data[at + 2 : at + 10], "big"), 10
            stop = at + head + size
            if stop > end:
                break
            if data[at] & 15 == 1:
                self._hear(data[at + head : stop], now)
            at = stop
        self._buffer = data[at:]

    def greet(self) -> None:
        self.send(self._hello)

    def _hear(self, text: bytes, now: float) -> None:
        if text.startswith(b'42["saved"'):
            said = json.loads(text[2:])[1]
            self._ear.saved(self, said["round"], said["seq"], now)
        elif text.startswith(b'42["state"'):
            found = _VERSION.search(text)
            assert found is not None
            version = int(found[1])
            if version > self.shown:  # a state may be sent again without a command
                self.shown = version
                self._ear.pushed(self, version, text, now)
        elif text == b"2":
            self.send(_PONG)
        elif text.startswith(b"0"):
            self.send(_CONNECT)
        elif text.startswith(b"40"):
            self.greet()
        elif text.startswith(b"430"):
            [answer] = json.loads(text[3:])
            self._ear.joined(self, answer, text)
        elif text.startswith(b'42["refused"'):
            self._ear.refused(self, json.loads(text[2:])[1])


def frame(text: str) -> bytes:
    """A client's frame; the mask is zero, which is legal and leaves the text as it is."""
    data = text.encode()
    size = len(data)
    head = bytes((0x81, MASKED | size)) if size < 126 else bytes((0x81, MASKED | 126)) + size.to_bytes(2, "big")
    return head + b"\0\0\0\0" + data


def answer(round_: str, seq: int, choice: str) -> bytes:
    return frame("42" + json.dumps(["answer", {"round": round_, "seq": seq, "choices": [choice]}]))


_PONG, _CONNECT = frame("3"), frame("40")
