"""How a class's phones are connected, as the console is told: counts alone, at each few seconds, never a phone."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import gevent.socket
import pytest
import requests
import socketio
from engineio.packet import PING, Packet

from tests.driving import WAIT, Desk, Phone, Server, until
from workshop.realtime.outbox import Outbox
from workshop.realtime.websocket import LeanWebSocket

Arrive = Callable[[int], list[Phone]]
PONG = b"\x81\x81\0\0\0\x003"  # as a phone frames it, with a mask of zeros


def page_of(desk: Desk) -> str:
    return desk.http.get(f"{desk.server.address}/animer/{desk.live_id}", timeout=WAIT).text


def links_of(desk: Desk) -> str:
    """What the « Entrée » drawer says of connections."""
    found = re.search(r'class="links">(.*?)</p>', page_of(desk), re.DOTALL)
    return re.sub(r"<[^>]+>", " ", found[1]) if found else ""


def last_html(desk: Desk) -> str:
    return str(desk.wire.states[-1]["html"])


def test_console_is_told_how_many_phones_dropped_and_never_which(server: Server, desk: Desk, phones: Arrive) -> None:
    here = phones(8)
    until(lambda: "8 directes" in links_of(desk), "phones are not counted")
    assert "perdu la connexion" not in page_of(desk)
    signs = {phone.mine["identity"]["name"] for phone in here}
    for phone in here[:3]:
        phone.leave()
    until(lambda: "3 appareils se sont mis en veille" in last_html(desk), "the console was not told by itself")
    said = last_html(desk)
    assert not [sign for sign in signs if sign in said]
    assert "5 directes · 3 coupées" in links_of(desk)


def test_phones_that_come_back_are_missed_no_longer(server: Server, desk: Desk, phones: Arrive) -> None:
    here = phones(6)
    for phone in here[:4]:
        phone.leave()
    until(lambda: "La plupart des appareils" in last_html(desk), "the console was not told")
    back = [Phone(server, phone.cookies) for phone in here[:4]]
    until(lambda: "la connexion" not in last_html(desk), "the line stayed")
    assert "6 directes" in links_of(desk)
    for phone in back:
        phone.leave()


def test_second_tab_that_closes_is_no_phone_that_dropped(server: Server, desk: Desk, phones: Arrive) -> None:
    [phone] = phones(1)
    Phone(server, phone.cookies).leave()
    until(lambda: links_of(desk).strip() == "1 directe", links_of(desk))


def test_phones_on_polling_and_on_plain_pages_are_told_apart(server: Server, desk: Desk, phones: Arrive) -> None:
    phones(1)
    relayed = socketio.Client(reconnection=False)
    relayed.connect(server.address, transports=["polling"])
    key = "a-key-of-twenty-two-characters-or-more"
    assert relayed.call("hello", {"code": server.code, "key": key}, timeout=WAIT)["ok"]
    with requests.Session() as plain:
        plain.get(f"{server.address}/r/{server.code}", timeout=WAIT)
        joined = plain.post(f"{server.address}/r/{server.code}/join", headers={"Origin": server.address}, timeout=WAIT)
        assert joined.ok
    until(lambda: "1 directe · 1 par des détours · 1 page par page" in links_of(desk), links_of(desk))
    relayed.disconnect()


def test_round_trip_of_a_ping_is_measured_by_the_driver() -> None:
    """The driver alone, on a pair of sockets, with a phone that takes its time: five seconds is the server's pace."""
    ours, theirs = gevent.socket.socketpair()
    trips: list[float | None] = []

    class Phone:
        """All that the driver asks of engineio's socket."""

        connected = upgraded = True

        def __init__(self) -> None:
            self.queue = Outbox()
            self.round_trip: float | None = None

        def check_ping_timeout(self) -> bool:
            return True

        def handle(self, ws: Any) -> None:
            self.send(Packet(PING))  # type: ignore[attr-defined]  # the driver's
            ws.send(self.queue.get())
            for _ in range(2):
                assert ws.wait() == "3"
                trips.append(self.round_trip)
                self.round_trip = None

    class Pace:
        ping_interval = ping_timeout = 5

    def answers() -> None:
        heard = b""
        while not heard.endswith(b"\r\n\r\n\x81\x012"):
            heard += theirs.recv(400)
        gevent.sleep(0.05)
        theirs.sendall(PONG)
        theirs.sendall(PONG)  # which nobody asked for

    unread = SimpleNamespace(reader=SimpleNamespace(unreader=SimpleNamespace(take_buffered=bytes)))
    asked = {"HTTP_SEC_WEBSOCKET_VERSION": "13", "HTTP_SEC_WEBSOCKET_KEY": "x", "wsgi.input": unread}
    answering = gevent.spawn(answers)
    with ours, theirs, gevent.Timeout(WAIT), pytest.raises(StopIteration):
        LeanWebSocket(Phone().handle, Pace())({**asked, "gunicorn.socket": ours}, None)
    answering.get()
    [first, second] = trips
    assert first is not None and 0.05 <= first < 5
    assert second is None
