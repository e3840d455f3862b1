"""A class at the wire: official clients, a real server, the commands of a real console."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
import websocket

from tests.driving import WAIT, Desk, Phone, Server, Wire, cookies_of, until

Arrive = Callable[[int], list[Phone]]
KEY = "a key of this test, long enough."


def open_vote(desk: Desk, phones: list[Phone]) -> str:
    """Go on to the first question with one vote open, on every phone; its round."""
    desk.run("start")
    while len(desk.wire.states[-1]["round"]) != 1:
        desk.run("next")
    for phone in phones:
        phone.wait_for_version(desk.version)
    return str(desk.wire.states[-1]["round"][0])


def test_phone_sees_each_step_and_is_told_when_its_answer_is_kept(server: Server, desk: Desk, phones: Arrive) -> None:
    here = phones(3)
    round_ = open_vote(desk, here)
    offered = here[0].offered(round_)
    assert len(offered) >= 2
    for number, phone in enumerate(here):
        assert phone.answer(round_, offered[number % 2]) == ("saved", {"round": round_, "seq": 1})
    assert here[0].answer(round_, offered[1], seq=2) == ("saved", {"round": round_, "seq": 2})
    desk.run("close")
    assert here[0].wait_for_version(desk.version)["phase"] == "closed"
    name, refusal = here[0].answer(round_, offered[0], seq=3)
    assert (name, refusal["error"], refusal["round"], refusal["seq"]) == ("refused", "round_closed", round_, 3)
    assert refusal["message"]


def test_hello_again_tells_a_phone_what_it_answered(server: Server, desk: Desk, phones: Arrive) -> None:
    [phone] = phones(1)
    round_ = open_vote(desk, [phone])
    chosen = phone.offered(round_)[0]
    phone.answer(round_, chosen, seq=4)
    again = Phone(server, phone.cookies)
    assert again.mine["answers"] == {round_: {"seq": 4, "answered": True, "choices": [chosen]}}
    assert again.mine["identity"] == phone.mine["identity"]
    again.leave()


def test_client_with_a_key_of_its_own_needs_no_cookie(server: Server) -> None:
    key = "k" * 32
    first, second = Wire(server), Wire(server)
    assert first.hello(key=key)["mine"]["identity"] == second.hello(key=key)["mine"]["identity"]
    first.leave()
    second.leave()


def test_code_is_read_in_any_case(server: Server) -> None:
    wire = Wire(server)
    assert wire.client.call("hello", {"code": server.code.lower(), "key": "k" * 32}, timeout=WAIT)["ok"]
    wire.leave()


@pytest.mark.parametrize("audience", ["projector", "facilitator"])
def test_other_audiences_need_their_credential(server: Server, desk: Desk, phones: Arrive, audience: str) -> None:
    [phone] = phones(1)
    for credential in (None, "x" * 43, phone.cookies[f"preau_{server.code.lower()}"]):
        payload = {"audience": audience} | ({"credential": credential} if credential else {})
        wire = Wire(server, phone.cookies)
        assert wire.hello(**payload)["error"] == "not_allowed"
        wire.leave()


def test_projector_counts_answers_and_never_sees_which(server: Server, desk: Desk, phones: Arrive) -> None:
    wire = Wire(server, cookies_of(server.addresses["projector_url"]))
    assert wire.hello(audience="projector")["ok"]
    here = phones(4)
    round_ = open_vote(desk, here)
    before = wire.wait_for_version(desk.version)["html"]
    offered = here[0].offered(round_)
    for phone in here:
        phone.answer(round_, offered[0])
    while (counts := wire.wait_for("tally")[1])["answered"] != 4:
        assert set(counts) == {"answered", "expected", "connected", "joined"}
    assert wire.states[-1]["html"] == before, "a snapshot was pushed for an answer"
    wire.leave()


def test_stale_console_changes_nothing_and_says_so(server: Server, desk: Desk) -> None:
    desk.run("start")
    version = desk.version
    late = desk.post("commande", command="next", version=version - 1)
    assert (late.status_code, late.json()["error"]) == (409, "stale")
    assert late.json()["message"]
    assert desk.version == version


def test_command_needs_its_token_and_its_owner(server: Server, desk: Desk) -> None:
    address = f"{server.address}/animer/{desk.live_id}/commande"
    forged = desk.http.post(address, data={"command": "start", "version": desk.version}, timeout=WAIT)
    assert forged.status_code == 400
    stranger = requests.post(address, data={"command": "start", "version": desk.version}, timeout=WAIT)
    assert stranger.status_code in (400, 403)
    assert desk.wire.states[-1]["phase"] == "lobby"


def test_both_doors_feed_one_vote(server: Server, desk: Desk, phones: Arrive) -> None:
    """The HTML form and the socket are the same phone; the highest seq wins whichever door it came by."""
    [phone] = phones(1)
    round_ = open_vote(desk, [phone])
    first, second = phone.offered(round_)[:2]
    phone.answer(round_, first, seq=1)
    form = {"round": round_, "seq": "2", "choices": second}
    sent = requests.post(
        f"{server.address}/r/{server.code}/answer",
        data=form,
        cookies=phone.cookies,
        headers={"Origin": server.address},
        timeout=WAIT,
    )
    assert sent.ok, sent.text
    again = Phone(server, phone.cookies)
    assert again.mine["answers"][round_] == {"seq": 2, "answered": True, "choices": [second]}
    again.leave()


def test_form_from_another_site_is_refused(server: Server, phones: Arrive) -> None:
    [phone] = phones(1)
    sent = requests.post(
        f"{server.address}/r/{server.code}/answer",
        data={"round": phone.rounds[0], "seq": "1", "choices": "x"},
        cookies=phone.cookies,
        headers={"Origin": "https://attacker.example"},
        timeout=WAIT,
    )
    assert sent.status_code == 403


def test_ended_class_refuses_everybody_and_forgets_the_phones(server: Server, desk: Desk, phones: Arrive) -> None:
    [phone] = phones(1)
    round_ = open_vote(desk, [phone])
    chosen = phone.offered(round_)[0]
    desk.run("end")
    assert phone.wait_for_version(desk.version)["phase"] == "ended"
    assert phone.answer(round_, chosen)[1]["error"] == "ended"
    wire = Wire(server, phone.cookies)
    assert wire.hello()["error"] == "ended"
    wire.leave()


def test_full_class_and_locked_entry_say_so(server: Server, desk: Desk, phones: Arrive) -> None:
    phones(2)
    desk.command("capacity", number="2")
    wire = Wire(server)
    assert wire.hello(key=KEY)["error"] == "full"
    desk.command("capacity", number="10")
    desk.run("lock")
    assert wire.hello(key=KEY)["error"] == "locked"
    desk.run("unlock")
    assert wire.hello(key=KEY)["ok"]
    wire.leave()


def test_nothing_of_a_phone_is_written_to_the_log(own_server: Server) -> None:
    """Promise 4: no address, no key, no answer in what the server prints, whatever it was sent."""
    server = own_server
    here = [Phone(server) for _ in range(3)]
    for phone in here:
        phone.client.emit("answer", {"round": "1", "seq": 1, "choices": ["x"]})
        phone.wait_for("refused")
        phone.leave()
    raw = websocket.create_connection(
        f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket", timeout=WAIT
    )
    raw.sock.sendall(b"\xff\xff not a frame")
    raw.sock.close()
    with socket.create_connection(("127.0.0.1", server.port), WAIT) as late:
        late.sendall(b"\x88\x82a frame that came too late\r\n\r\n")
        assert late.recv(100).startswith(b"HTTP/1.1 400")
    Phone(server).leave()  # the server still answers
    server.stop()
    said = "".join(server.said)
    assert "127.0.0.1" not in said
    for phone in here:
        assert all(secret not in said for secret in phone.cookies.values())


def test_one_phone_asks_for_more_time_and_every_screen_says_so(server: Server, desk: Desk, phones: Arrive) -> None:
    here = phones(2)
    round_ = open_vote(desk, here)
    assert desk.command("deadline", number=60).ok
    for phone in here:
        phone.wait_for_version(desk.version)
        assert "data-more-time" in phone.states[-1]["html"]
    version = desk.version
    for phone in here:  # the second changes nothing, and nobody is refused
        phone.client.emit("more_time", {"round": round_})
    for phone in here:
        until(lambda phone=phone: "data-more-time" not in phone.states[-1]["html"], "a phone still has its deadline")
        assert phone.states[-1]["version"] == version
        assert "ne se ferme plus tout seul" in phone.states[-1]["html"]
    until(lambda: "quelqu’un a besoin de temps" in desk.wire.states[-1]["html"], "the console was not told")
    desk.run("close")  # with the version that the console held before


def test_more_time_that_cannot_be_read_is_refused_with_a_type(server: Server, desk: Desk, phones: Arrive) -> None:
    [phone] = phones(1)
    for payload in ({}, {"round": "x"}, {"round": 7}, "no", {"round": "999"}):
        phone.client.emit("more_time", payload)
    stranger = Wire(server)
    stranger.client.emit("more_time", {"round": "1"})
    refused = [phone.wait_for("refused")[1]["error"] for _ in range(5)]
    assert refused == ["malformed"] * 4 + ["round_closed"]
    assert stranger.wait_for("refused")[1]["error"] == "hello_first"
    stranger.leave()


def test_class_goes_on_with_the_stock_driver_of_websockets(tmp_path: Path) -> None:
    server = Server(tmp_path).start(PREAU_WEBSOCKET="stock")
    desk, phone = Desk(server), Phone(server)
    assert phone.answer(phone.rounds[0], phone.offered(phone.rounds[0])[0])[0] == "saved"
    desk.run("start")
    phone.wait_for_version(desk.version)
    phone.leave()
    desk.leave()
    server.stop()
