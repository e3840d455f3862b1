"""The open peers of the benchmark: how one is asked for, and what its phones say and hear."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.peers import Asked, ClassQuiz, Peer, Player, Rahoot
from benchmarks.wire import Loop, Lost


class Notes:
    """An ear that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def joined(self, _phone: Player, said: dict[str, Any], _text: bytes) -> None:
        self.told.append(("joined", said["ok"]))

    def pushed(self, _phone: Player, version: int, _text: bytes, _now: float) -> None:
        self.told.append(("pushed", version))

    def saved(self, _phone: Player, round_: str, _seq: int, _now: float) -> None:
        self.told.append(("saved", round_))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(Player, "send", lambda _phone, data: found.append(text_of(data)))
    return found


def text_of(data: bytes) -> str:
    """Of a client's frame with a zero mask."""
    return data[6 if data[1] & 127 < 126 else 8 :].decode()


def heard(peer: Peer, player: Player, event: str, *said: Any) -> bytes:
    text = ("42" + json.dumps([event, *said], separators=(",", ":"))).encode()
    peer.hear(player, text, 1.0)
    return text


def rahoot() -> tuple[Rahoot, Player, Notes]:
    peer, notes = Rahoot(Loop()), Notes()
    peer.manager = Player(peer.loop, Notes(), 0, peer, b"")
    peer.game = {"gameId": "g", "inviteCode": "123456"}
    return peer, peer.phone(peer.loop, notes, 7), notes


def classquiz() -> tuple[ClassQuiz, Player, Notes]:
    peer, notes = ClassQuiz(Loop(), "123456", "redis://nowhere"), Notes()
    peer.manager = Player(peer.loop, Notes(), 0, peer, b"")
    return peer, peer.phone(peer.loop, notes, 7), notes


def test_peer_is_asked_for_by_name_and_folder(tmp_path: Path) -> None:
    assert Asked.of(f"rahoot={tmp_path}") == Asked(Rahoot, tmp_path)
    assert Asked.of(f"classquiz={tmp_path}") == Asked(ClassQuiz, tmp_path)


@pytest.mark.parametrize("text", ["rahoot", "rahoot=", "kahoot=/tmp", "rahoot=/no/such/folder"])
def test_peer_that_cannot_be_measured_is_refused_in_words(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"«.+»"):
        Asked.of(text)


def test_rahoot_player_comes_in_by_code_then_name(sent: list[str]) -> None:
    peer, player, notes = rahoot()
    player._hear(b"0{}", 1.0)
    player._hear(b'40{"sid":"s"}', 1.0)
    heard(peer, player, "game:successRoom", "g")
    heard(peer, player, "game:successJoin", "g")
    connect, code, login = sent
    assert json.loads(connect[2:])["clientId"]
    assert json.loads(code[2:]) == ["player:join", "123456"]
    assert json.loads(login[2:]) == ["player:login", {"gameId": "g", "data": {"username": "eleve-7"}}]
    assert notes.told == [("joined", True)]


def test_rahoot_pushes_that_follow_a_command_are_counted_and_its_choices_answered(sent: list[str]) -> None:
    peer, player, notes = rahoot()
    heard(peer, player, "game:status", {"name": "SHOW_START", "data": {}})
    heard(peer, player, "game:status", {"name": "SHOW_PREPARED", "data": {"totalAnswers": 4, "questionNumber": 1}})
    heard(peer, peer.manager, "game:status", {"name": "SHOW_QUESTION", "data": {}})
    heard(peer, player, "game:status", {"name": "SHOW_QUESTION", "data": {}})
    heard(peer, player, "game:totalPlayers", 1)
    choices = heard(peer, player, "game:status", {"name": "SELECT_ANSWER", "data": {}})
    peer.awaited = True
    state, round_, reply = peer.read(choices)
    assert reply is not None
    assert (state, round_) == ({}, "1")
    assert json.loads(text_of(reply)[2:]) == ["player:selectedAnswer", {"gameId": "g", "data": {"answerKey": 1}}]
    heard(peer, player, "game:status", {"name": "WAIT", "data": {}})
    next_ = {"name": "SHOW_PREPARED", "data": {"totalAnswers": 4, "questionNumber": 2}}
    assert peer.read(heard(peer, player, "game:status", next_)) == ({}, "", None)
    assert notes.told == [("pushed", 0), ("pushed", 1), ("saved", "1"), ("pushed", 2)]
    assert not sent


def test_rahoot_run_stops_when_a_question_came_too_early_or_something_was_refused() -> None:
    peer, player, _ = rahoot()
    with pytest.raises(Lost, match="before it was looked for"):
        peer.read(b'42["game:status",{"name":"SELECT_ANSWER","data":{}}]')
    with pytest.raises(Lost, match="errors:game"):
        heard(peer, player, "game:errorMessage", "errors:game.notFound")


def test_classquiz_player_is_in_once_its_delay_was_taken(sent: list[str]) -> None:
    peer, player, notes = classquiz()
    heard(peer, player, "joined_game", {})
    heard(peer, player, "time_sync", "secret")
    assert sent == ['420["echo_time_sync", "secret"]']
    assert not notes.told
    peer.hear(player, b"430[]", 1.0)
    assert notes.told == [("joined", True)]


def test_classquiz_answer_is_confirmed_by_the_acknowledgement_that_it_asks_for() -> None:
    peer, player, notes = classquiz()
    assert peer.read(heard(peer, player, "start_game")) == ({}, "", None)
    _, round_, reply = peer.read(heard(peer, player, "set_question_number", {"question_index": 3, "question": {}}))
    assert reply is not None
    assert round_ == "3"
    assert text_of(reply).startswith('421["submit_answer", {"question_index": 3, ')
    heard(peer, player, "player_answer", {})
    peer.hear(player, b"431[]", 1.0)
    assert notes.told == [("pushed", 0), ("pushed", 1), ("saved", "3")]
    with pytest.raises(Lost, match="already_replied"):
        heard(peer, player, "already_replied")


def test_classquiz_manager_gives_its_orders_in_the_form_of_each() -> None:
    peer, _, _ = classquiz()
    assert text_of(peer.order("start_game")) == '42["start_game", {}]'
    assert text_of(peer.order("set_question_number 2")) == '42["set_question_number", "2"]'
    assert text_of(peer.order("get_question_results 2")) == '42["get_question_results", {"question_number": 2}]'
