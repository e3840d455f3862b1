"""A class may listen for a quarter of an hour: who says nothing, and is told nothing, stays."""

import threading
from pathlib import Path

import psutil
import pytest

from tests.driving import Desk, Phone, Server, until

from .test_websocket import Raw

CYCLES = 6  # seconds of silence, with pings every second and as long to answer: three times what ended a connection


@pytest.mark.timeout(60)
def test_silent_class_stays_connected_and_hears_what_comes_next(tmp_path: Path) -> None:
    server = Server(tmp_path, script=Path(__file__).with_name("hasty.py")).start()
    desk, phones = Desk(server), [Phone(server) for _ in range(3)]
    threading.Event().wait(CYCLES)
    assert all(phone.client.connected for phone in phones)
    assert desk.wire.client.connected
    desk.run("start")
    for phone in phones:
        phone.wait_for_version(desk.version)
        phone.leave()
    desk.leave()
    server.stop()


@pytest.mark.timeout(60)
def test_phone_that_answers_no_ping_is_let_go(tmp_path: Path) -> None:
    server = Server(tmp_path, script=Path(__file__).with_name("hasty.py")).start()
    phone = Phone(server)
    sent = phone.client.eio._send_packet

    def silent(packet: object) -> None:
        if getattr(packet, "packet_type", None) != 3:  # a pong
            sent(packet)

    phone.client.eio._send_packet = silent
    gone = threading.Event()
    phone.client.on("disconnect", lambda *_reason: gone.set())
    assert gone.wait(15)
    phone.leave()
    server.stop()


@pytest.mark.timeout(90)
def test_half_open_connection_is_closed_though_its_end_never_says_so(tmp_path: Path) -> None:
    """A phone carried out of reach: its kernel answers, or nothing does; the phone itself says nothing any more."""
    server = Server(tmp_path, script=Path(__file__).with_name("hasty.py")).start()
    assert server.process is not None
    process, gone = psutil.Process(server.process.pid), Raw(server.port, buffer=4096).enter()
    own = gone.sock.getsockname()[1]

    def is_open() -> bool:
        return any(link.raddr and link.raddr.port == own for link in process.net_connections())

    assert is_open()
    until(lambda: not is_open(), "the server keeps it")
    gone.file.close()
    gone.sock.close()
    server.stop()
