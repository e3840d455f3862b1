"""A class may listen for a quarter of an hour: who says nothing, and is told nothing, stays."""

import threading
from pathlib import Path

import pytest

from tests.driving import Desk, Phone, Server

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
