"""Shared devices at the wire, with what the protocol says and nothing else."""

from collections.abc import Callable

import pytest

from tests.driving import Desk, Phone, Server, Wire

from .test_class import open_vote

Arrive = Callable[[int], list[Phone]]
KEY = "the key of a tablet of a school"


def sends(wire: Wire, round_: str, choice: str, seq: int = 1) -> tuple[str, dict[str, object]]:
    wire.client.emit("answer", {"round": round_, "seq": seq, "choices": [choice]})
    name, said = wire.wait_for("saved", "refused")
    return name, said


def test_one_connection_speaks_for_each_seat_in_its_turn(server: Server, desk: Desk, phones: Arrive) -> None:
    [phone] = phones(1)
    tablet = Wire(server)
    told = tablet.hello(key=KEY, way="turns", size=3)["mine"]["shared"]
    assert (told["way"], told["size"], told["seat"], len(told["seats"])) == ("turns", 3, 1, 3)
    round_ = open_vote(desk, [phone])
    offered = phone.offered(round_)
    names = set()
    for seat, choice in ((1, offered[0]), (2, offered[1]), (3, offered[0])):
        mine = tablet.hello(key=KEY, seat=seat)["mine"]
        names.add(mine["identity"]["name"])
        assert mine["answers"] == {} and mine["comeback"] is None
        assert sends(tablet, round_, choice)[0] == "saved"
    assert len(names) == 3
    mine = tablet.hello(key=KEY, seat=2)["mine"]
    assert mine["answers"] == {round_: {"seq": 1, "answered": True}}
    assert [seat["answered"] for seat in mine["shared"]["seats"]] == [[round_]] * 3
    desk.run("close")
    assert "3 à tour de rôle sur un appareil" in desk.wire.states[-1]["html"]
    tablet.leave()


def test_group_is_one_voice(server: Server, desk: Desk, phones: Arrive) -> None:
    [phone] = phones(1)
    tablet = Wire(server)
    mine = tablet.hello(key=KEY, way="group", size=4)["mine"]
    assert mine["shared"] == {"way": "group", "size": 4, "seat": 1, "seats": []} and mine["comeback"]
    round_ = open_vote(desk, [phone])
    offered = phone.offered(round_)
    assert sends(tablet, round_, offered[0])[0] == "saved"
    assert tablet.hello(key=KEY)["mine"]["answers"][round_]["choices"] == [offered[0]]
    tablet.leave()


def test_what_is_answered_alone_is_refused_with_its_type(server: Server, desk: Desk) -> None:
    tablet = Wire(server)
    tablet.hello(key=KEY, way="turns", size=2)
    desk.run("start")
    while "Question sur le vécu" not in desk.wire.states[-1]["html"]:
        desk.run("close") if desk.wire.states[-1]["round"] else desk.run("next")
    [round_] = desk.wire.states[-1]["round"]
    name, said = sends(tablet, round_, "non")
    assert (name, said["error"]) == ("refused", "shared_refused")
    tablet.leave()


@pytest.mark.parametrize(
    "said",
    [
        {"seat": 0}, {"seat": 6}, {"seat": True}, {"seat": "1"}, {"way": "turns"}, {"way": "turns", "size": 6},
        {"way": "group", "size": 1}, {"way": "hand", "size": 2}, {"way": ["turns"], "size": 2},
        {"way": "phone", "size": 2},
    ],
)  # fmt: skip
def test_sharing_that_is_none_is_malformed(server: Server, said: dict[str, object]) -> None:
    tablet = Wire(server)
    assert tablet.hello(key=KEY, **said)["error"] == "malformed"
    tablet.leave()


def test_seat_that_is_not_there_is_refused(server: Server) -> None:
    tablet = Wire(server)
    assert tablet.hello(key=KEY, seat=2)["error"] == "unknown_seat"
    tablet.hello(key=KEY, way="turns", size=2)
    assert tablet.hello(key=KEY, seat=3)["error"] == "unknown_seat"
    assert tablet.hello(key=KEY, seat=2)["ok"]
    tablet.leave()
