"""Whatever comes through the socket is refused with a type and a sentence, to its sender alone, and harms nobody."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import websocket

from tests.driving import WAIT, Desk, Phone, Server, Wire

Arrive = Callable[[int], list[Phone]]
KEY = "a key of this test, long enough."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all: none of these may leave it changed."""
    running = Server(tmp_path_factory.mktemp("server"), capacity=400).start()
    yield running
    running.stop()


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({"code": "ZZZZ99", "key": KEY}, "unknown_code"),
        ({"code": "ZZZZ99' OR 1=1 --", "key": KEY}, "unknown_code"),
        ({"code": 12, "key": KEY}, "malformed"),
        ({"key": KEY}, "malformed"),
        ({"code": "ABCDEF", "key": "short"}, "malformed"),
        # Half a pair of surrogates is legal JSON, and no text that a database takes.
        ({"code": "\ud800", "key": KEY}, "malformed"),
        ({"code": "ABCDEF", "key": KEY, "audience": "everybody"}, "malformed"),
        ("hello", "malformed"),
        (None, "malformed"),
        ([], "malformed"),
        ({"code": "ABCDEF", "key": KEY, "more": "x" * 20_000}, "too_large"),
    ],
)
def test_hello_that_cannot_be_taken_is_refused_with_a_type(server: Server, payload: Any, error: str) -> None:
    wire = Wire(server)
    answer = wire.client.call("hello", payload, timeout=WAIT)
    assert (answer["ok"], answer["error"]) == (False, error)
    assert answer["message"]
    wire.leave()


def test_hello_without_cookie_or_key_is_refused(server: Server) -> None:
    wire = Wire(server)
    assert wire.hello()["error"] == "malformed"
    wire.leave()


def test_answer_before_hello_is_refused(server: Server) -> None:
    wire = Wire(server)
    wire.client.emit("answer", {"round": "1", "seq": 1, "choices": ["a"]})
    _, refusal = wire.wait_for("refused")
    assert (refusal["error"], refusal["round"], refusal["seq"]) == ("hello_first", "1", 1)
    wire.leave()


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({"round": "999999", "seq": 1, "choices": ["a"]}, "unknown_round"),
        ({"round": "ROUND", "seq": 1, "choices": ["no such choice"]}, "unknown_choice"),
        ({"round": "ROUND", "seq": 0, "choices": ["a"]}, "malformed"),
        ({"round": "ROUND", "seq": True, "choices": ["a"]}, "malformed"),
        ({"round": "ROUND", "seq": 2**31, "choices": ["a"]}, "malformed"),
        ({"round": "ROUND", "seq": 1.5, "choices": ["a"]}, "malformed"),
        ({"round": "ROUND", "seq": 1, "choices": []}, "malformed"),
        ({"round": "ROUND", "seq": 1, "choices": "a"}, "malformed"),
        ({"round": "ROUND", "seq": 1, "choices": [{}]}, "malformed"),
        ({"round": "ROUND", "seq": 1, "value": 6}, "malformed"),
        ({"round": "ROUND", "seq": 1}, "malformed"),
        ({"round": 7, "seq": 1, "choices": ["a"]}, "malformed"),
        ({"round": "٣", "seq": 1, "choices": ["a"]}, "malformed"),
        ("answer", "malformed"),
        (None, "malformed"),
        ({"round": "ROUND", "seq": 1, "choices": ["x" * 20_000]}, "too_large"),
    ],
)
def test_answer_that_cannot_be_taken_is_refused_with_a_type(
    server: Server, phones: Arrive, payload: Any, error: str
) -> None:
    phone, neighbour = phones(2)
    if isinstance(payload, dict) and payload["round"] == "ROUND":
        payload = {**payload, "round": phone.rounds[0]}
    phone.client.emit("answer", payload)
    _, refusal = phone.wait_for("refused")
    assert refusal["error"] == error
    assert refusal["message"]
    assert neighbour.heard.empty(), "a neighbour was told"


def test_unknown_event_is_refused(server: Server, phones: Arrive) -> None:
    [phone] = phones(1)
    phone.client.emit("destroy", {"everything": True})
    assert phone.wait_for("refused")[1]["error"] == "malformed"


def test_two_answers_at_once_keep_the_highest_seq(server: Server, desk: Desk, phones: Arrive) -> None:
    [phone] = phones(1)
    round_ = phone.rounds[0]
    offered = phone.offered(round_)
    for seq, choice in ((2, offered[1]), (1, offered[0])):
        phone.client.emit("answer", {"round": round_, "seq": seq, "choices": [choice]})
    assert {phone.wait_for("saved")[1]["seq"] for _ in range(2)} == {1, 2}
    again = Phone(server, phone.cookies)
    assert again.mine["answers"][round_]["choices"] == [offered[1]]
    again.leave()


def test_script_that_floods_is_told_to_wait_and_the_class_goes_on(server: Server, phones: Arrive) -> None:
    flooder, pupil = phones(2)
    for _ in range(200):
        flooder.client.emit("answer", {"round": "1", "seq": 1, "choices": ["x"]})
    errors = {flooder.wait_for("refused")[1]["error"] for _ in range(200)}
    assert "too_many_attempts" in errors
    round_ = pupil.rounds[0]
    assert pupil.answer(round_, pupil.offered(round_)[0])[0] == "saved"


@pytest.mark.parametrize(("size", "closed"), [(30_000, False), (70_000, True)])
def test_message_over_64_kb_closes_the_connection_with_1009(
    server: Server, phones: Arrive, size: int, closed: bool
) -> None:
    [pupil] = phones(1)
    raw = websocket.create_connection(
        f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket", timeout=WAIT
    )
    assert raw.recv().startswith("0")
    raw.send("40")
    assert raw.recv().startswith("40")
    raw.send("42" + json.dumps(["answer", {"round": "1", "seq": 1, "choices": ["x" * size]}]))
    opcode, frame = raw.recv_data()
    if closed:
        assert opcode == websocket.ABNF.OPCODE_CLOSE
        assert int.from_bytes(frame[:2], "big") == 1009
    else:
        assert json.loads(frame[2:])[1]["error"] == "too_large"
    raw.shutdown()
    round_ = pupil.rounds[0]
    assert pupil.answer(round_, pupil.offered(round_)[0])[0] == "saved"


@pytest.mark.parametrize("frame", ["", "9", "42", "42[", '42["answer"', "42[]", "42[1,2]", "451-", "4", "\x00" * 40])
def test_frame_that_is_no_event_harms_nobody(server: Server, phones: Arrive, frame: str) -> None:
    [pupil] = phones(1)
    raw = websocket.create_connection(
        f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket", timeout=WAIT
    )
    raw.recv()
    raw.send("40")
    raw.recv()
    raw.send(frame)
    round_ = pupil.rounds[0]
    assert pupil.answer(round_, pupil.offered(round_)[0])[0] == "saved"
    raw.shutdown()
