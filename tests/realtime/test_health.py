"""How a class's phones are connected, as the console is told: counts alone, at each few seconds, never a phone."""

import re
import socket
import threading
import time
from collections.abc import Callable

import requests
import socketio

from tests.driving import WAIT, Desk, Phone, Server, until
from workshop.realtime import websocket

Arrive = Callable[[int], list[Phone]]


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
    """The driver alone, on a pair of sockets, with a phone that takes its time: twenty seconds is the server's pace."""
    ours, theirs = socket.socketpair()

    class Phone:
        def send(self, _packet: object) -> None: ...

        def handle(self, _ws: object) -> None: ...

    class Pace:
        ping_interval = ping_timeout = 20

    phone = Phone()
    driver = websocket.LeanWebSocket(phone.handle, Pace())
    driver._socket = ours

    def answers() -> None:
        assert theirs.recv(16) == b"\x81\x012"
        time.sleep(0.05)
        theirs.sendall(b"\x81\x81\0\0\0\x003")

    answering = threading.Thread(target=answers)
    answering.start()
    driver.send("2")
    assert driver.wait() == "3"
    answering.join()
    assert 0.05 <= phone.round_trip < 5  # type: ignore[attr-defined]  # told by the driver
    del phone.round_trip  # type: ignore[attr-defined]  # idem
    theirs.sendall(b"\x81\x81\0\0\0\x003")  # an answer that nobody asked for
    assert driver.wait() == "3"
    assert not hasattr(phone, "round_trip")
    ours.close()
    theirs.close()
