"""The WebSocket driver against raw frames: what RFC 6455 asks of a server, and what a hostile or slow client does."""

import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import socketio

from tests.driving import WAIT, free_port, until
from workshop.config import ROOT
from workshop.realtime import outbox

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
FINAL = 0x80


@pytest.fixture(scope="module")
def process() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    script = Path(__file__).with_name("flooding.py")
    running = subprocess.Popen(
        [sys.executable, str(script), str(port)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )
    until(lambda: _listens(port), "the server did not start")
    yield port, running
    running.terminate()
    assert running.stderr is not None
    written = running.stderr.read()
    running.stderr.close()
    running.wait(WAIT)
    assert b"127.0.0.1" not in written, written.decode()
    assert b"a fault of the server" in written


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


class Raw:
    """A client that says exactly what it is told to."""

    def __init__(
        self,
        port: int,
        version: int = 13,
        buffer: int | None = None,
        offer: str = "",
        early: bytes = b"",
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.sock = socket.socket()
        if buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.sock.settimeout(WAIT)
        self.sock.connect(("127.0.0.1", port))
        if context is not None:
            self.sock = context.wrap_socket(self.sock)
        self.sock.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + (f"Sec-WebSocket-Extensions: {offer}\r\n".encode() if offer else b"")
            + b"Sec-WebSocket-Version: %d\r\n\r\n" % version
            + early
        )
        self.file = self.sock.makefile("rb")
        self.status = self.file.readline()
        self.headers = b"".join(iter(self.file.readline, b"\r\n"))

    def send(self, payload: bytes, kind: int = TEXT | FINAL, mask: bytes | None = b"\x1f\x2e\x3d\x4c") -> None:
        self.sock.sendall(raw_frame(payload, kind, mask))

    def read(self) -> tuple[int, bytes]:
        """The next frame: kind and payload. Kind 0 at the end of the connection."""
        head = self.file.read(2)
        if len(head) < 2:
            return 0, b""
        assert head[0] & FINAL
        self.compressed = bool(head[0] & 0x40)
        assert not head[1] & 0x80, "a server's frame carries no mask"
        size = head[1]
        if size == 126:
            size = int.from_bytes(self.file.read(2), "big")
        elif size == 127:
            size = int.from_bytes(self.file.read(8), "big")
        return head[0] & 15, self.file.read(size)

    def enter(self) -> "Raw":
        assert self.read()[1].startswith(b"0{")
        self.send(b"40")
        assert self.read()[1].startswith(b"40{")
        return self

    def closed_with(self) -> int | None:
        """The code of the server's closing frame, then the end of the connection."""
        code = None
        while (got := self.read())[0]:
            if got[0] == CLOSE:
                code = int.from_bytes(got[1][:2], "big")
        return code


def raw_frame(payload: bytes, kind: int = TEXT | FINAL, mask: bytes | None = b"\x1f\x2e\x3d\x4c") -> bytes:
    size = len(payload)
    masked = 0x80 if mask else 0
    head = bytes((kind, masked | min(size, 126))) if size < 65_536 else bytes((kind, masked | 127))
    head += b"" if size < 126 else size.to_bytes(2 if size < 65_536 else 8, "big")
    if mask:
        payload = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    return head + (mask or b"") + payload


@pytest.fixture
def connect(process: tuple[int, subprocess.Popen[bytes]]) -> Iterator[Callable[..., Raw]]:
    opened: list[Raw] = []

    def make(**options: Any) -> Raw:
        opened.append(Raw(process[0], **options))
        return opened[-1]

    yield make
    for raw in opened:
        raw.file.close()
        raw.sock.close()


@pytest.fixture
def raw(connect: Callable[..., Raw]) -> Raw:
    return connect().enter()


def event(text: str) -> bytes:
    return ("420" + json.dumps(["echo", text], ensure_ascii=False)).encode()


def assert_echoes(raw: Raw, text: str) -> None:
    kind, payload = raw.read()
    assert (kind, json.loads(payload[3:])) == (TEXT, [text])


def test_handshake_is_answered_as_the_standard_says(connect: Callable[..., Raw]) -> None:
    raw = connect()
    assert raw.status.startswith(b"HTTP/1.1 101")
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in raw.headers
    assert b"Extensions" not in raw.headers


def test_fault_of_the_server_is_logged_without_who_met_it(process: tuple[int, subprocess.Popen[bytes]]) -> None:
    with socket.create_connection(("127.0.0.1", process[0]), WAIT) as raw:
        raw.sendall(b"GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 500")


def test_other_versions_are_refused(connect: Callable[..., Raw]) -> None:
    raw = connect(version=8)
    assert raw.status.startswith(b"HTTP/1.1 426")
    assert b"Sec-WebSocket-Version: 13" in raw.headers


@pytest.mark.parametrize("size", [0, 1, 100, 113, 114, 200, 4000, 5000, 60_000])
def test_text_of_any_length_is_read(raw: Raw, size: int) -> None:
    for _ in range(2):
        raw.send(event("é" * (size // 2) + "x" * (size % 2)))
        assert_echoes(raw, "é" * (size // 2) + "x" * (size % 2))


def test_frames_that_come_byte_by_byte_or_together_are_read(raw: Raw) -> None:
    raw.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    raw.sock.sendall(raw_frame(event("first")) + raw_frame(event("second")) + raw_frame(event("third"))[:9])
    assert_echoes(raw, "first")
    assert_echoes(raw, "second")
    for place in raw_frame(event("third"))[9:]:
        raw.sock.sendall(bytes((place,)))
    assert_echoes(raw, "third")
    raw.send(event("fourth"))
    assert_echoes(raw, "fourth")


def test_message_in_pieces_with_a_ping_between_is_read(raw: Raw) -> None:
    whole = event("éééé")
    raw.send(whole[:14], TEXT)  # in the middle of a character
    raw.send(b"are you there?", PING | FINAL)
    raw.send(whole[14:16], 0)
    raw.send(whole[16:], FINAL)
    assert raw.read() == (PONG, b"are you there?")
    assert_echoes(raw, "éééé")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (raw_frame(b"42[]", mask=None), 1002),
        (raw_frame(b"42[]", TEXT | FINAL | 0x40), 1002),  # a reserved bit: no extension was agreed on
        (raw_frame(b"42[]", 3 | FINAL), 1002),
        (raw_frame(b"42[]", FINAL), 1002),  # goes on with a message that was never begun
        (raw_frame(b"42[]", TEXT) + raw_frame(b"42[]"), 1002),  # begins one inside another
        (raw_frame(b"x" * 126, PING | FINAL), 1002),
        (raw_frame(b"", PING), 1002),
        (raw_frame(b"\x03", CLOSE | FINAL), 1002),
        (raw_frame(b"42\xff\xfe"), 1007),
        (raw_frame(b"42\xc3", TEXT) + raw_frame(b"\x28", FINAL), 1007),
        (raw_frame(b"x" * 70_000), 1009),
        (raw_frame("é".encode() * 35_000), 1009),
        (raw_frame(b"x" * 40_000, TEXT) + raw_frame(b"x" * 40_000, FINAL), 1009),
        (raw_frame(b""), 1002),  # no packet of Engine.IO's
        (raw_frame(b"9"), None),
        (raw_frame(b"bA"), 1002),
    ],
)
def test_client_that_breaks_the_protocol_is_told_why_and_cut_off(
    raw: Raw, connect: Callable[..., Raw], sent: bytes, code: int | None
) -> None:
    other = connect().enter()
    raw.sock.sendall(sent)
    if code is not None:
        assert raw.closed_with() == code
    other.send(event("still here"))
    assert_echoes(other, "still here")


def test_closing_frame_is_answered_with_its_code(raw: Raw) -> None:
    raw.send((1001).to_bytes(2, "big") + "à bientôt".encode(), CLOSE | FINAL)
    raw.send(event("too late"))
    assert raw.closed_with() == 1001


def test_frame_that_announces_a_huge_length_takes_no_memory(
    raw: Raw, process: tuple[int, subprocess.Popen[bytes]]
) -> None:
    server = psutil.Process(process[1].pid)
    before = server.memory_info().rss
    raw.sock.sendall(bytes((TEXT | FINAL, 0xFF)) + (150_000_000).to_bytes(8, "big") + b"mask")
    with pytest.raises(ConnectionError):
        raw.sock.sendall(b"x" * 140_000_000)
    assert server.memory_info().rss - before < 10_000_000


def told(name: str, *values: Any) -> bytes:
    return ("42" + json.dumps([name, *values])).encode()


def test_slow_client_gets_every_message_whole_and_in_order(connect: Callable[..., Raw]) -> None:
    """Its buffers are full long before the flood ends: what follows is cut in the middle of a frame, and queued."""
    slow, quick = connect(buffer=4096).enter(), connect().enter()
    slow.send(told("allow", 100_000_000))
    slow.send(("42" + json.dumps(["flood", 20_000, 400])).encode())
    quick.send(event("meanwhile"))
    assert_echoes(quick, "meanwhile")
    time.sleep(0.5)
    slow.send(b"between two frames", PING | FINAL)
    seen, pongs = [], 0
    while len(seen) < 20_000:
        kind, payload = slow.read()
        if kind == PONG:
            pongs += 1
            continue
        number, text = json.loads(payload[2:])[1]
        assert text == "é" * 400
        seen.append(number)
    assert seen == list(range(20_000))
    assert pongs or slow.read()[0] == PONG
    quick.send(told("allow", outbox.MOST))


def waiting(raw: Raw) -> list[int]:
    """Bytes that wait in the server, by connection."""
    raw.send(b"420" + told("waits")[2:])
    while not (got := raw.read()[1]).startswith(b"430"):
        pass
    return list(json.loads(got[3:])[0])


def test_slow_phone_is_shown_the_newest_snapshot_and_not_all_that_it_missed(connect: Callable[..., Raw]) -> None:
    slow, quick = connect(buffer=4096).enter(), connect().enter()
    slow.send(told("look"))
    slow.send(event("seen"))
    assert_echoes(slow, "seen")
    quick.send(told("show", 2_000, 4_000))  # sixteen megabytes
    assert max(waiting(quick)) < 60_000  # what is left of one, and another
    seen = []
    while not seen or seen[-1] != 1_999:
        kind, payload = slow.read()
        assert kind == TEXT
        if payload.startswith(b'42["state"'):
            seen.append(json.loads(payload[2:])[1]["version"])
    assert seen == sorted(seen)
    assert len(seen) < 1_900


def test_phone_that_lets_too_much_wait_is_let_go_and_costs_nobody_anything(
    connect: Callable[..., Raw], process: tuple[int, subprocess.Popen[bytes]]
) -> None:
    slow, quick = connect(buffer=4096).enter(), connect().enter()
    server = psutil.Process(process[1].pid)
    before = server.memory_info().rss
    slow.send(told("flood", 20_000, 400))
    quick.send(event("meanwhile"))
    assert_echoes(quick, "meanwhile")
    assert max(waiting(quick)) <= outbox.MOST
    assert server.memory_info().rss - before < 8_000_000
    until(lambda: len(waiting(quick)) == 1, "it is still there")
    with contextlib.suppress(ConnectionError):
        while slow.read()[0]:
            pass


def test_pings_of_a_client_that_reads_nothing_fill_no_memory(connect: Callable[..., Raw]) -> None:
    rude, quick = connect(buffer=4096).enter(), connect().enter()
    rude.send(told("flood", 4_000, 400))  # its way is full
    rude.sock.settimeout(2)
    with contextlib.suppress(TimeoutError, ConnectionError):
        for _ in range(200):
            rude.sock.sendall(raw_frame(b"x" * 125, PING | FINAL) * 100)
    assert max(waiting(quick)) < outbox.MOST


DEFLATE = "permessage-deflate; client_max_window_bits"


@pytest.mark.parametrize(
    ("offer", "agreed"),
    [
        (DEFLATE, True),
        ("permessage-deflate", True),
        ("permessage-deflate; server_no_context_takeover; client_no_context_takeover", True),
        ("x-webkit-deflate-frame, permessage-deflate", True),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", True),
        ("permessage-deflate; server_max_window_bits=10", False),  # a smaller window than all the others'
        ("permessage-deflate; client_max_window_bits=99", False),
        ("permessage-deflate; unknown", False),
        ("permessage-deflate; client_max_window_bits; client_max_window_bits", False),
        ("x-webkit-deflate-frame", False),
        (",;=", False),
    ],
)
def test_compression_is_agreed_on_without_context(connect: Callable[..., Raw], offer: str, agreed: bool) -> None:
    headers = connect(offer=offer).headers
    said = b"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n"
    assert (said in headers) == agreed
    assert (b"Extensions" in headers) == agreed


def test_snapshot_is_compressed_once_for_all_and_nothing_else_is(connect: Callable[..., Raw]) -> None:
    two, plain = [connect(offer=DEFLATE).enter() for _ in range(2)], connect().enter()
    for raw in (*two, plain):
        raw.send(told("look"))
        raw.send(event("é" * 300))
        assert_echoes(raw, "é" * 300)
        assert not raw.compressed
    plain.send(told("show", 1, 4_000))
    kind, text = plain.read()
    assert not plain.compressed
    for raw in two:
        kind, payload = raw.read()
        assert (kind, raw.compressed) == (TEXT, True)
        assert len(payload) < 200
        assert zlib.decompressobj(-15).decompress(payload + b"\x00\x00\xff\xff") == text


def test_what_comes_with_the_request_is_read_first(connect: Callable[..., Raw]) -> None:
    """Some clients do not wait for the answer: what they said is in the buffer of whoever read the request."""
    raw = connect(early=raw_frame(b"40") + raw_frame(event("early")))
    assert raw.read()[1].startswith(b"0{")
    assert raw.read()[1].startswith(b"40{")
    assert_echoes(raw, "early")
    raw.send(event("later"))
    assert_echoes(raw, "later")


def test_phone_that_began_with_long_polling_is_written_to_directly_once_it_has_changed(
    process: tuple[int, subprocess.Popen[bytes]], connect: Callable[..., Raw]
) -> None:
    client, seen = socketio.Client(reconnection=False), []
    client.on("state", lambda state: seen.append(state["version"]))
    client.connect(f"http://127.0.0.1:{process[0]}")  # polling first, then the change
    try:
        until(lambda: client.transport() == "websocket", "it did not change")
        client.emit("look")
        client.call("echo", "now", timeout=WAIT)
        connect().enter().send(told("show", 50, 2_000))
        until(lambda: seen and seen[-1] == 49, "the newest never came")
        assert seen == list(range(50))
    finally:
        client.shutdown()


def test_tls_is_never_written_around(tmp_path: Path) -> None:
    """Bytes written to the kernel's socket would be in clear, in the middle of what is encrypted."""
    port, key, certificate = free_port(), tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    script = Path(__file__).with_name("flooding.py")
    running = subprocess.Popen(
        [sys.executable, str(script), str(port), str(key), str(certificate)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        until(lambda: _listens(port), "the server did not start")
        raw = Raw(port, context=ssl._create_unverified_context()).enter()
        raw.send(told("look"))
        raw.send(told("show", 20, 2_000))
        while json.loads(raw.read()[1][2:])[1]["version"] < 19:
            pass
        raw.file.close()
        raw.sock.close()
    finally:
        running.terminate()
        running.wait(WAIT)
