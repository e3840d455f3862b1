"""Promise 2: the server may lose its power at any moment; what was confirmed is there, once, and the class goes on."""

import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from tests.driving import Desk, Phone, Server, connect, until
from workshop.services.keys import hashed

CLIENTS = 200
KILLS = 10
DYING = Path(__file__).with_name("dying.py")


class Pupil:
    """A phone that changes its mind all the time, and comes back by itself."""

    def __init__(self, server: Server, number: int) -> None:
        self.server, self.key = server, f"key of pupil {number:04}, long enough"
        self.sent: dict[str, dict[int, str]] = {}
        self.confirmed: dict[str, int] = {}
        self.version = -1
        self.rounds: list[str] = []
        self.offered: dict[str, list[str]] = {}
        self.refusals: list[dict[str, Any]] = []
        self.client = socketio.Client(reconnection_delay=0.1, reconnection_delay_max=1, randomization_factor=0.5)
        self.client.on("connect", self.greet)
        self.client.on("saved", self.keep)
        self.client.on("refused", self.refusals.append)
        self.client.on("state", self.show)
        connect(self.client, server.address, retry=True)

    def greet(self) -> None:
        self.client.emit("hello", {"code": self.server.code, "key": self.key}, callback=self.welcome)

    def welcome(self, answer: dict[str, Any]) -> None:
        assert answer["ok"], answer
        self.show(answer["state"])

    def show(self, state: dict[str, Any]) -> None:
        self.version = state["version"]
        self.rounds = state["round"]

    def keep(self, saved: dict[str, Any]) -> None:
        known = self.confirmed.get(saved["round"], 0)
        self.confirmed[saved["round"]] = max(known, saved["seq"])

    def change_mind(self, chooser: random.Random, choices: dict[str, list[str]]) -> None:
        for round_ in self.rounds:
            attempts = self.sent.setdefault(round_, {})
            seq = len(attempts) + 1
            attempts[seq] = chooser.choice(choices[round_])
            try:
                self.client.emit("answer", {"round": round_, "seq": seq, "choices": [attempts[seq]]})
            except socketio.exceptions.SocketIOError:
                return  # no connection at this moment; the next change of mind is sent


def wait_at(pupils: list[Pupil], version: int) -> None:
    until(lambda: all(pupil.version == version for pupil in pupils), "a pupil is not at the step of the class", 30)


def rows(server: Server) -> dict[tuple[str, str], list[tuple[int, str]]]:
    """What the database's file holds: by round and key, every ballot."""
    with closing(sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)) as connection:
        found = connection.execute(
            "SELECT response.round_id, participant.key_hash, response.seq, response.choices"
            " FROM response JOIN participant ON participant.id = response.participant_id"
        ).fetchall()
    kept: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for round_id, key_hash, seq, choices in found:
        kept.setdefault((str(round_id), key_hash), []).append((seq, choices))
    return kept


@pytest.mark.timeout(300)
# The official client forgets to close its socket when a connection fails: twenty times here for each pupil.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
def test_ten_power_cuts_under_load_lose_nothing_confirmed(tmp_path: Path) -> None:
    server = Server(tmp_path, capacity=CLIENTS + 10).start()
    desk, chooser = Desk(server), random.Random(2026)
    witness = Phone(server)
    pupils = [Pupil(server, number) for number in range(CLIENTS)]
    until(lambda: all(pupil.rounds for pupil in pupils), "a pupil never came in")
    choices = {round_: witness.offered(round_) for round_ in witness.rounds}
    stopping = threading.Event()

    def class_at_work(choices: dict[str, list[str]]) -> None:
        while not stopping.wait(0.05):
            for pupil in chooser.sample(pupils, 40):
                pupil.change_mind(chooser, choices)

    for kill in range(KILLS):
        if kill == KILLS // 2:  # in the lobby until now; from here on, one vote of the class
            desk = Desk.again(desk)
            desk.run("start")
            while len(desk.wire.states[-1]["round"]) != 1:
                desk.run("next")
            witness = Phone(server, witness.cookies)
            choices = {round_: witness.offered(round_) for round_ in witness.rounds}
            wait_at(pupils, desk.version)
        version = pupils[0].version
        before = sum(len(pupil.confirmed) for pupil in pupils)
        stopping.clear()
        worker = threading.Thread(target=class_at_work, args=(choices,))
        worker.start()
        threading.Event().wait(chooser.uniform(0.2, 1.2))  # the random moment
        server.kill()
        stopping.set()
        worker.join()
        confirmed = {(r, hashed(p.key)): (p, r, seq) for p in pupils for r, seq in list(p.confirmed.items())}
        kept = rows(server)
        for place, (pupil, round_, seq) in confirmed.items():
            assert len(kept.get(place, [])) == 1, f"kill {kill}: {len(kept.get(place, []))} ballots for a confirmed one"
            stored_seq, stored_choice = kept[place][0]
            assert stored_seq >= seq, f"kill {kill}: an older answer came back"
            assert stored_choice == pupil.sent[round_][stored_seq]
        assert all(len(ballots) == 1 for ballots in kept.values())
        assert len(confirmed) >= before
        for pupil in pupils:
            pupil.version = -1
        server.start(demo=False)
        wait_at(pupils, version)
    assert all(pupil.confirmed for pupil in pupils if pupil.sent)
    assert sum(len(pupil.confirmed) for pupil in pupils) > CLIENTS


@pytest.fixture
def dying(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, script=DYING).start(DIES_AT="never")
    yield server
    server.stop()


def restart(server: Server, dies_at: str) -> None:
    server.kill()
    server.start(demo=False, DIES_AT=dies_at)


@pytest.mark.parametrize(("moment", "ballots"), [("before_commit", 0), ("after_commit", 1)])
def test_answer_cut_short_is_taken_once_when_the_phone_sends_it_again(dying: Server, moment: str, ballots: int) -> None:
    phone = Phone(dying)
    round_, cookies = phone.rounds[0], phone.cookies
    choice = phone.offered(round_)[0]
    restart(dying, moment)
    phone = Phone(dying, cookies)
    phone.client.emit("answer", {"round": round_, "seq": 1, "choices": [choice]})
    dying.wait_until_dead()
    assert phone.heard.empty(), "confirmed before the commit, or by a dead server"
    assert sum(len(kept) for kept in rows(dying).values()) == ballots
    dying.start(demo=False, DIES_AT="never")
    phone = Phone(dying, cookies)
    assert phone.answer(round_, choice) == ("saved", {"round": round_, "seq": 1})
    assert list(rows(dying).values()) == [[(1, choice)]]


def test_power_cut_between_a_close_and_its_checkpoint_is_made_good_at_the_next_start(dying: Server) -> None:
    desk = Desk(dying)
    phones = [Phone(dying) for _ in range(12)]
    desk.run("start")
    while not wants_a_second_gesture(desk):
        go_on(desk)
    round_ = desk.wire.states[-1]["round"][0]
    for phone in phones:
        phone.wait_for_version(desk.version)
        assert phone.answer(round_, phone.offered(round_)[0])[0] == "saved"
    version, session = desk.version, desk.http
    restart(dying, "before_checkpoint")
    desk = Desk.again(desk)
    with pytest.raises(requests.ConnectionError):
        desk.post("commande", command="close", version=version, confirmed="1")
    assert log_size(dying) > 0
    dying.start(demo=False, DIES_AT="never")
    desk = Desk.again(desk)
    assert desk.http is session
    assert (desk.version, desk.wire.states[-1]["phase"]) == (version + 1, "closed")
    with closing(sqlite3.connect(dying.database)) as connection:
        assert connection.execute("SELECT count(*) FROM response WHERE round_id = ?", (round_,)).fetchone() == (0,)
        assert connection.execute("SELECT erasure_pending FROM live_session").fetchone() == (0,)


def test_power_cut_after_the_end_leaves_no_phone_in_the_files(dying: Server) -> None:
    desk = Desk(dying)
    phones = [Phone(dying) for _ in range(5)]
    round_ = phones[0].rounds[0]
    for phone in phones:
        phone.answer(round_, phone.offered(round_)[0])
    tokens = [hashed(phone.cookies[f"preau_{dying.code.lower()}"]) for phone in phones]
    restart(dying, "before_checkpoint")
    desk = Desk.again(desk)
    with pytest.raises(requests.ConnectionError):
        desk.post("commande", command="end", version=desk.version, confirmed="1")
    assert any(in_files(dying, token) for token in tokens), "nothing was left to erase: this test proves nothing"
    dying.start(demo=False, DIES_AT="never")
    assert not any(in_files(dying, token) for token in tokens)


def wants_a_second_gesture(desk: Desk) -> bool:
    """A question on lived experience is open: to close it, one press is not enough."""
    return bool(desk.command("close").json().get("error") == "needs_confirmation")


def go_on(desk: Desk) -> None:
    """The next step of an ordinary question or of a slide."""
    for name in ("close", "reveal", "vote_again", "more", "next"):
        if desk.command(name).ok:
            return
    raise AssertionError("no way on")


def log_size(server: Server) -> int:
    log = server.database.with_name(server.database.name + "-wal")
    return log.stat().st_size if log.exists() else 0


def in_files(server: Server, token: str) -> bool:
    return any(token.encode() in path.read_bytes() for path in server.data.glob("preau.sqlite3*"))
