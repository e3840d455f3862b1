"""What a phone of the class is sent at each step, counted on the wire, frames and their heads included."""

import json
import zlib

from tests.driving import Desk, Server

from .test_websocket import DEFLATE, Raw

MOST = 2048  # bytes to go on to the next question, or to anything else


def test_no_step_of_the_hour_weighs_more_than_two_kilobytes(server: Server, desk: Desk) -> None:
    phone = Raw(server.port, offer=DEFLATE).enter()
    phone.send(b"420" + json.dumps(["hello", {"code": server.code, "key": "k" * 32}]).encode())
    weights: dict[int, tuple[int, int]] = {}  # by version: questions that are asked, bytes

    def read() -> tuple[bytes, int]:
        _, payload = phone.read()
        size = len(payload) + (2 if len(payload) < 126 else 4)
        text = zlib.decompressobj(-15).decompress(payload + b"\0\0\xff\xff") if phone.compressed else payload
        if text == b"2":
            phone.send(b"3")
        return text, size

    def follow(version: int) -> None:
        while version not in weights:
            text, size = read()
            if text.startswith(b'42["state"'):
                state = json.loads(text[2:])[1]
                weights[state["version"]] = len(state["round"]), size

    while not read()[0].startswith(b"430"):
        pass  # greeted after the first step, it would have that one in its greeting
    desk.run("start")
    follow(desk.version)
    while desk.goes_on():
        follow(desk.version)
    phone.sock.close()
    phone.file.close()
    print("\nbytes of each step:", sorted(size for _, size in weights.values()))  # the figures are the point
    assert sum(asked > 0 for asked, _ in weights.values()) > 5
    assert 100 < max(size for _, size in weights.values()) <= MOST
