"""Reading what a client sends: a value or a typed refusal, whatever came."""

import json
from typing import Any

import pytest

from workshop.domain.errors import Malformed, Refusal, TooLarge
from workshop.realtime.events import (
    JSON,
    MAX_CHOICES,
    MAX_EVENT,
    MAX_SEQ,
    AnswerEvent,
    Hello,
    echo,
    read_answer,
    read_hello,
    round_id,
)

KEY = "k" * 22
HELLO = {"code": "PREAU12", "key": KEY}
ANSWER = {"round": "41", "seq": 1, "choices": ["a"]}


def nested(depth: int) -> Any:
    inner: Any = []
    for _ in range(depth):
        inner = [inner]
    return inner


# What both events refuse alike.
UNREADABLE: list[tuple[Any, ...]] = [
    (),
    (None,),
    ("hello",),
    (12,),
    ([],),
    ([HELLO],),
    (b"\x00",),
    ({},),
    (HELLO | ANSWER, HELLO | ANSWER),
    (HELLO | ANSWER, None),
    (HELLO | ANSWER | {"code": nested(900), "round": nested(900)},),
]


@pytest.mark.parametrize("arguments", UNREADABLE, ids=lambda a: str(a)[:30])
@pytest.mark.parametrize("read", [read_hello, read_answer])
def test_arguments_that_are_no_event_are_malformed(read: Any, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(Malformed):
        read(arguments)


@pytest.mark.parametrize(
    "change",
    [
        {"code": None},
        {"code": 12},
        {"code": ""},
        {"code": ["PREAU12"]},
        {"code": "P" * 33},
        # Half a pair of surrogates and a NUL are legal JSON, and no text that a database takes.
        {"code": "\ud800"},
        {"code": "PREAU\x00"},
        {"key": "short"},
        {"key": 2**70},
        {"key": "k" * 129},
        {"key": "\udfff" * 22},
        {"credential": 1},
        {"credential": "c" * 129},
        {"credential": "\ud800"},
        {"audience": "everybody"},
        {"audience": None},
        {"audience": ["participant"]},
        {"audience": {}},
    ],
    ids=str,
)
def test_hello_with_a_field_that_cannot_be_is_malformed(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read_hello((json.loads(json.dumps(HELLO | change)),))


def test_hello_is_read_with_its_optional_fields_and_without() -> None:
    assert read_hello(({"code": " preau12 "},)) == Hello("preau12", "participant", None, None)
    told = {"code": "PREAU12", "key": KEY, "audience": "projector", "credential": "c", "unknown": nested(3)}
    assert read_hello((told,)) == Hello("PREAU12", "projector", KEY, "c")


@pytest.mark.parametrize(
    "change",
    [
        {"seq": None},
        {"seq": 0},
        {"seq": -1},
        {"seq": True},
        {"seq": 1.0},
        {"seq": "1"},
        {"seq": MAX_SEQ + 1},
        {"round": None},
        {"round": 41},
        {"round": ""},
        {"round": "-1"},
        {"round": "4 1"},
        {"round": "４１"},
        {"round": "9" * 19},
        {"round": "\ud800"},
        {"choices": None},
        {"choices": []},
        {"choices": "a"},
        {"choices": {"a": 1}},
        {"choices": [""]},
        {"choices": [1]},
        {"choices": [None]},
        {"choices": ["c" * 65]},
        {"choices": [["a"]]},
        {"choices": [str(n) for n in range(MAX_CHOICES + 1)]},
        {"value": 3},
    ],
    ids=str,
)
def test_answer_with_a_field_that_cannot_be_is_malformed(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read_answer((json.loads(json.dumps(ANSWER | change)),))


@pytest.mark.parametrize("value", [0, 6, True, 2.0, "3", None, [3]])
def test_position_outside_the_scale_is_malformed(value: Any) -> None:
    with pytest.raises(Malformed):
        read_answer(({"round": "41", "seq": 1, "value": value},))


def test_position_on_the_scale_is_a_choice() -> None:
    assert read_answer(({"round": "41", "seq": 1, "value": 3},)).choices == ("3",)


def test_answer_is_read_and_its_round_echoed_as_it_came() -> None:
    event = read_answer(({"round": "041", "seq": 7, "choices": ["a", "b", "a"]},))
    assert event == AnswerEvent("041", 41, 7, ("a", "b", "a"))


@pytest.mark.parametrize("read", [read_hello, read_answer])
@pytest.mark.parametrize(
    "more",
    ["x" * MAX_EVENT, ["x" * 100] * 200, {"x" * MAX_EVENT: 1}, [{"k": ["x" * MAX_EVENT]}], [0] * MAX_EVENT],
    ids=lambda more: str(more)[:12],
)
def test_event_over_16_kb_is_too_large_wherever_its_weight_is(read: Any, more: Any) -> None:
    with pytest.raises(TooLarge):
        read((HELLO | ANSWER | {"more": more},))


@pytest.mark.parametrize("read", [read_hello, read_answer])
def test_deep_field_that_nobody_asked_for_is_ignored(read: Any) -> None:
    assert read((HELLO | ANSWER | {"more": nested(3_000)},))


@pytest.mark.parametrize("arguments", [*UNREADABLE, ({"round": "x" * 21, "seq": "1"},)], ids=lambda a: str(a)[:30])
def test_echo_says_nothing_that_cannot_be_said(arguments: tuple[Any, ...]) -> None:
    said = echo(arguments)
    assert set(said) <= {"round", "seq"}
    assert len(json.dumps(said)) < 100


def test_echo_of_a_readable_answer_names_it() -> None:
    assert echo((ANSWER,)) == {"round": "41", "seq": 1}


@pytest.mark.parametrize("value", ["1", "000000000000000001", "9" * 18])
def test_round_id_is_a_number_that_fits_a_database(value: str) -> None:
    assert round_id(value) == int(value) < 2**63


def test_refusals_of_reading_have_a_code() -> None:
    for kind in (Malformed, TooLarge):
        assert issubclass(kind, Refusal) and kind.code != Refusal.code


def test_what_crosses_the_socket_is_the_json_of_everybody_without_spaces() -> None:
    said = ["saved", {"round": "41", "seq": 2, "noted": None, "words": "C’est « noté » \x00 🙂"}]
    assert JSON.dumps(said, separators=(", ", ": ")) == json.dumps(said, separators=(",", ":"))
    assert JSON.loads(JSON.dumps(said)) == JSON.loads(JSON.dumps(said).encode()) == said


@pytest.mark.parametrize("text", ["", "{", "[1]]", "[" + "9" * 101 + "]", '["a" "b"]', "\ufeff[]"])
def test_what_is_no_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        JSON.loads(text)
