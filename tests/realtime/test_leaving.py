"""Coming back: a server that stops says when to; and who shows what is to be shown is not sent it again."""

import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.driving import WAIT, Desk, Phone, Server, Wire
from workshop.realtime.hub import COME_BACK_A_SECOND, RESTART_TAKES


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_server_that_stops_tells_each_phone_when_to_come_back(tmp_path: Path, how: signal.Signals) -> None:
    server = Server(tmp_path).start()
    phones = [Phone(server) for _ in range(3)]
    for phone in phones:
        phone.client.on("leave", phone._keep("leave"))
    assert server.process is not None
    server.process.send_signal(how)
    latest = 1000 * (RESTART_TAKES + len(phones) / COME_BACK_A_SECOND)
    for phone in phones:
        # Ctrl-C once in four was swallowed by whatever ran at that moment, and the server went on.
        assert 1000 * RESTART_TAKES <= phone.wait_for("leave")[1]["after"] <= latest
    server.wait_until_dead()
    assert server.process.returncode == 0
    assert "Traceback" not in "".join(server.said)
    assert ("Arrêt." in "".join(server.said)) == (how is signal.SIGINT)
    for phone in phones:
        phone.leave()


def test_phone_that_shows_the_state_is_not_sent_it_again(
    server: Server, desk: Desk, phones: Callable[[int], list[Phone]]
) -> None:
    page = requests.get(f"{server.address}/r/{server.code}", timeout=WAIT)
    [tag] = re.findall(r'data-tag="(\w+)"', page.text)
    [phone] = phones(1)
    assert phone.states[-1]["tag"] == tag
    again = phone.hello(seen=tag)
    assert again["state"]["version"] == phone.states[0]["version"]
    assert again["state"]["round"] == phone.states[0]["round"]
    assert "html" not in again["state"]
    assert again["mine"]["identity"] == phone.mine["identity"]
    desk.run("start")
    assert phone.hello(seen=tag)["state"]["html"]
    assert phone.hello(seen="something else")["state"]["html"]


def test_projector_and_console_are_always_sent_the_whole(server: Server, desk: Desk) -> None:
    tag = desk.wire.states[-1]["tag"]
    wire = Wire(server)
    said = wire.hello(audience="facilitator", credential=desk.http.cookies["preau_desk"], seen=tag)
    assert said["state"]["html"]
    wire.leave()
