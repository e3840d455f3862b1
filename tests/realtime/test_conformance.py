"""The WebSocket driver against a list of what the standard asks of a server: tests/realtime/conformance.py."""

import contextlib
import io
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.driving import WAIT, free_port, until
from workshop.config import ROOT

from .conformance import CLOSE, FRAMES, Answer, Case, cases

GROUPS: dict[str, list[Case]] = {}
for one in cases():
    GROUPS.setdefault(one.number.split(".")[0], []).append(one)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    port = free_port()
    script = Path(__file__).with_name("echoing.py")
    running = subprocess.Popen([sys.executable, str(script), str(port)], env={**os.environ, "PYTHONPATH": str(ROOT)})
    until(lambda: _listens(port), "the server did not start")
    yield port
    running.terminate()
    running.wait(WAIT)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _read(file: io.BufferedReader) -> tuple[list[Answer], int | None, bool]:
    """Frames until the end, the code of the closing one, and whether there was one."""
    heard: list[Answer] = []
    with contextlib.suppress(ConnectionError):
        while len(head := file.read(2)) == 2:
            size = head[1]
            if size > 125:
                size = int.from_bytes(file.read(2 if size == 126 else 8), "big")
            payload = file.read(size)
            if head[0] == 0x80 | CLOSE:
                return heard, int.from_bytes(payload[:2], "big") or None, not file.read(1)
            heard.append((head[0] & 0x7F, payload))
    return heard, None, False


def _send(wire: socket.socket, case: Case) -> None:
    whole = b"".join(case.sent)
    cut = case.cut or len(whole)
    parts = case.sent if case.cut == FRAMES else [whole[at : at + cut] for at in range(0, len(whole), cut)]
    for part in parts:
        wire.sendall(part)


@pytest.mark.parametrize("group", GROUPS)
def test_driver_answers_as_the_standard_says(port: int, group: str) -> None:
    """A test a group: the collector, which runs after each, would take longer than its hundred cases."""
    failed = [told for case in GROUPS[group] if (told := _fault(port, case))]
    assert not failed, "\n".join(failed)


def _fault(port: int, case: Case) -> str | None:
    """What this case is answered that it should not be."""
    with socket.create_connection(("127.0.0.1", port), WAIT) as wire, wire.makefile("rb") as file:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        offer = b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" if case.deflate else b""
        wire.sendall(
            b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + offer
            + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )  # fmt: skip
        answer = b"".join(iter(file.readline, b"\r\n"))
        assert answer.startswith(b"HTTP/1.1 101")
        assert (b"permessage-deflate" in answer) == case.deflate
        try:
            with contextlib.suppress(ConnectionError):  # it may be cut off before it has said all
                _send(wire, case)
            heard, code, closed = _read(file)
        except TimeoutError:
            return f"{case.number}: neither an answer nor an end"
    expected = list(case.heard) if case.strict else list(case.heard)[: len(heard)]
    if closed and code == case.code and heard == expected:
        return None
    return f"{case.number}: {code} {'' if closed else 'without an end '}{str(heard)[:200]}"


def test_list_is_whole() -> None:
    """A case that is lost, or given twice, is missed."""
    numbers = [case.number for cases in GROUPS.values() for case in cases]
    assert len(numbers) == len(set(numbers)) > 300
