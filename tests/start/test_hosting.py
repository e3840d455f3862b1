"""Two processes, PostgreSQL and Redis behind the proxies of `deploy/`: a class plays there, and outlives each of them.

What a class sees of each is in docs/when-it-breaks.md. Times are reported (`-s` shows them), never judged closely.
"""

import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis
import requests
import socketio

from tests.driving import WAIT, Desk, Phone, Wire, hang_up, until
from workshop.config import ROOT

from .hosting import Door, Stand, trusting
from .steady_phone import SteadyPhone

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")
SLOW = 30.0  # seconds: far more than any of it takes, on a machine that does something else besides


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with tempfile.TemporaryDirectory(prefix="preau-hosted-", ignore_cleanup_errors=True) as place:
        found = Stand(Path(place))
        with trusting(found.certificate):
            try:
                yield found.start(classes=20)
            finally:
                found.stop()


@pytest.fixture
def door(stand: Stand) -> Door:
    stand.heal()
    return stand.door()


def tell(what: str, times: list[float]) -> None:
    median, longest = statistics.median(times) * 1000, max(times) * 1000
    print(
        f"\n{what}: median {median:.0f} ms, longest {longest:.0f} ms, of {len(times)}: {[round(t, 1) for t in times]}"
    )


def desk_of(door: Door) -> Desk:
    return Desk(door)  # type: ignore[arg-type]  # all of a server that it uses


def phone_of(door: Door) -> Phone:
    return Phone(door)  # type: ignore[arg-type]  # idem


def vote(desk: Desk) -> None:
    """Go to the first activity that asks one question."""
    desk.run("start")
    while len(desk.wire.states[-1]["round"]) != 1:
        desk.run("next")


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_class_plays_on_one_process(stand: Stand, proxy: str) -> None:
    with stand.behind(proxy):
        for door in (stand.door(), stand.door()):
            until(lambda: not stand.sockets(), "sockets of the class before are still counted")
            before = [stand.metrics(worker) for worker in (0, 1)]
            desk, phones = desk_of(door), [phone_of(door) for _ in range(3)]
            screen = door.projector(door.projector_cookies())
            vote(desk)
            for phone in phones:
                phone.wait_for_version(desk.version)
                chosen = phone.offered(phone.rounds[0])[0]
                assert phone.answer(phone.rounds[0], chosen)[0] == "saved"
            screen.wait_for_version(desk.version)
            now = [stand.metrics(worker) for worker in (0, 1)]
            moved = [
                defaultdict(float, {name: value - before[worker][name] for name, value in now[worker].items()})
                for worker in (0, 1)
            ]
            [here] = [worker for worker in (0, 1) if moved[worker]['preau_sockets{audience="participant"}'] == 3]
            assert [moved[here][f'preau_sockets{{audience="{name}"}}'] for name in ("facilitator", "projector")] == [
                1,
                1,
            ]
            assert moved[here]["preau_answers_total"] == 3
            # The command too was run there, where answers are queued: the form said from which page it came.
            assert moved[here]['preau_states_total{audience="participant"}'] >= 2
            assert not any(value for name, value in moved[1 - here].items() if "states" in name or "answers" in name)
            for wire in (*phones, screen, desk):
                wire.leave()
        page = requests.get(f"{stand.origin}/r/{door.code}", timeout=WAIT)
        assert "Secure" in page.headers["Set-Cookie"] and "max-age" in page.headers["Strict-Transport-Security"]
        assert [requests.get(f"{stand.origin}/{name}", timeout=WAIT).status_code for name in ("metrics", "readyz")] == [
            404
        ] * 2


def test_class_that_no_proxy_keeps_together_is_one_class(stand: Stand) -> None:
    with stand.behind("spread"):
        door = stand.door()
        desk, phones = desk_of(door), [phone_of(door) for _ in range(3)]
        requests.get(door.address, timeout=WAIT)  # requests go to one and the other in turn, two for each phone
        phones.append(phone_of(door))
        assert all(stand.metrics(worker)['preau_sockets{audience="participant"}'] for worker in (0, 1)), "not spread"
        vote(desk)
        for phone in phones:
            phone.wait_for_version(desk.version)
            assert phone.answer(phone.rounds[0], phone.offered(phone.rounds[0])[0])[0] == "saved"
        round_, chosen = phones[0].rounds[0], phones[0].offered(phones[0].rounds[0])[0]
        polling = socketio.Client(reconnection=False)
        with pytest.raises(socketio.exceptions.ConnectionError):
            polling.connect(door.address, transports=["polling"], headers={"Origin": door.origin})
        with requests.Session() as page:  # what is left: the page itself
            assert page.get(f"{door.address}/r/{door.code}", timeout=WAIT).ok
            form = {"round": round_, "seq": "1", "choices": chosen}
            taken = page.post(
                f"{door.address}/r/{door.code}/answer", form, headers={"Origin": door.origin}, timeout=WAIT
            )
            assert taken.ok
        assert stand.ballots(round_) == [chosen] * 5
        desk.run("close")
        for phone in phones:
            assert phone.wait_for_version(desk.version)["phase"] == "closed"
        for wire in (*phones, desk):
            wire.leave()


def test_no_message_of_an_answer_crosses_redis(stand: Stand, door: Door) -> None:
    """Its `saved`, its `refused` and the reply to `hello` stay on the process; counts are told by the beat."""
    desk = desk_of(door)
    vote(desk)
    with redis.Redis.from_url(stand.environment["REDIS_URL"]) as client, client.pubsub() as heard:
        heard.psubscribe("*")
        until(lambda: heard.get_message(timeout=1), "Redis does not tell")
        while heard.get_message(timeout=0.5):
            pass  # of the last command
        began, phones = time.monotonic(), [phone_of(door) for _ in range(5)]
        chosen = phones[0].offered(phones[0].rounds[0])[0]
        for seq in range(1, 11):
            for phone in phones:
                assert phone.answer(phone.rounds[0], chosen, seq=seq)[0] == "saved"
        assert phones[0].answer(phones[0].rounds[0], "no such choice", seq=11)[0] == "refused"
        time.sleep(0.5)
        beats = (time.monotonic() - began) / 0.25 + 1
        said = []
        while message := heard.get_message(timeout=0.2):
            said.append(json.loads(message["data"]))
        events = [message.get("event") for message in said]
        assert set(events) == {"moved"}, "nothing was heard: this test proves nothing"
        assert all(set(message["data"][0]) == {"live", "audiences", "by"} for message in said)
        assert len(events) <= beats, "counts are told by the beat, whatever the number of answers"
    for wire in (*phones, desk):
        wire.leave()


def test_projector_elsewhere_follows(stand: Stand, door: Door) -> None:
    desk, phone, cookies = desk_of(door), phone_of(door), door.projector_cookies()
    screens = [door.at(worker).projector(cookies) for worker in (0, 1)]
    wires: list[Wire] = [phone, *screens]
    came: list[dict[int, float]] = [{} for _ in wires]
    for wire, times in zip(wires, came, strict=True):
        wire.client.on("state", note(wire, times))
    desk.run("start")
    for _ in range(15):
        desk.run("pause", "resume")
    for wire in wires:
        wire.wait_for_version(desk.version)
    counts = [stand.metrics(worker)['preau_sockets{audience="participant"}'] for worker in (0, 1)]
    elsewhere = came[1:][0 if counts[1] else 1]
    # Behind the command itself: pupils are told at once, on the process that ran it.
    behind = [elsewhere[version] - at for version, at in came[0].items() if version in elsewhere]
    tell("a projector on the other process, behind a phone on the class's", behind)
    assert len(behind) >= 20 and statistics.median(behind) < 1
    for wire in (*wires, desk):
        wire.leave()


def note(wire: Wire, times: dict[int, float]) -> object:
    def on_state(state: dict[str, int]) -> None:
        times.setdefault(state["version"], time.monotonic())
        wire.states.append(state)

    return on_state


class Class:
    """In the middle of a vote, with phones that come back by themselves."""

    def __init__(self, door: Door, size: int = 4) -> None:
        self.door, self.desk = door, desk_of(door)
        vote(self.desk)
        self.phones = [SteadyPhone(door) for _ in range(size)]
        self.round, self.choice = self.phones[0].round, self.phones[0].choice()
        for phone in self.phones[:2]:
            phone.answer(self.round, self.choice)

    def finish(self) -> list[float]:
        """Who had answered has; who had not does; the class goes on. For how long each phone was away."""
        until(lambda: all(phone.is_back() for phone in self.phones), "a phone did not come back", SLOW)
        for phone in self.phones[2:]:
            phone.answer(self.round, self.choice)
        kept = self.door.stand.ballots(self.round)
        assert kept == [self.choice] * len(self.phones), "a confirmed answer is missing"
        self.desk.wire.leave()
        again = Desk.again(self.desk)
        # Whoever presses while a process comes back may be told to press again: the version makes twice once.
        until(lambda: again.command("close").ok, "the class does not go on", SLOW)
        for phone in self.phones:
            until(lambda phone=phone: phone.states[-1]["phase"] == "closed", "a phone does not follow", SLOW)  # type: ignore[misc]
            phone.leave()
        again.leave()
        return [away for phone in self.phones for away in phone.away]


@pytest.fixture
def room(door: Door) -> Class:
    return Class(door)


@pytest.fixture
def here(stand: Stand, room: Class) -> int:
    """Which process this class is on."""
    return max((0, 1), key=lambda worker: stand.metrics(worker)['preau_sockets{audience="participant"}'])


def test_worker_that_is_killed(stand: Stand, here: int, room: Class) -> None:
    """Gunicorn starts another; the proxy, which is still listened to, waits for it."""
    process = stand.workers[here].process
    assert process is not None
    [worker] = psutil.Process(process.pid).children()
    worker.kill()
    until(lambda: all(phone.away for phone in room.phones), "nobody noticed", SLOW)
    tell("a worker killed: phones back", room.finish())


def test_process_that_is_killed(stand: Stand, here: int, room: Class) -> None:
    """The other one takes its class."""
    stand.workers[here].kill()
    until(lambda: all(phone.away for phone in room.phones), "nobody noticed", SLOW)
    times = room.finish()
    stand.workers[here].start().wait()
    tell("a process killed: phones back on the other", times)


def test_redis_that_is_killed(stand: Stand, here: int, room: Class) -> None:
    """Who is on the class's process notices nothing; who is elsewhere is told from the database."""
    screen = room.door.at(1 - here).projector(room.door.projector_cookies())
    stand.redis.kill()
    until(
        lambda: stand.readiness(here) == (503, {"ok": False, "database": True, "queue": True, "redis": False}), "ready?"
    )
    began = time.monotonic()
    room.desk.run("pause")
    took = time.monotonic() - began
    screen.wait_for_version(room.desk.version)
    late = time.monotonic() - began
    room.desk.run("resume")
    assert not any(phone.away for phone in room.phones)
    for phone in room.phones[2:]:
        phone.answer(room.round, room.choice)
    until(lambda: any(screen.wait_for("tally")[1]["answered"] == 4 for _ in range(1)), "counts are not told")
    stand.redis.start().wait()
    for worker in (0, 1):
        until(lambda worker=worker: stand.readiness(worker)[0] == 200, "Redis was not found again")  # type: ignore[misc]
    caught_up = stand.metrics(1 - here)["preau_catch_ups_total"]
    room.desk.run("pause", "resume")
    screen.wait_for_version(room.desk.version)
    assert stand.metrics(1 - here)["preau_catch_ups_total"] - caught_up <= 4, "Redis no longer carries"
    room.finish()
    screen.leave()
    print(f"\nRedis killed: a command takes {took * 1000:.0f} ms, a projector elsewhere is {late * 1000:.0f} ms late")
    assert took < SLOW / 3


def test_redis_that_is_silent(stand: Stand, room: Class) -> None:
    """One push waits for it, no other; a class notices nothing."""
    assert stand.redis.process is not None
    stand.redis.process.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        room.desk.run("pause", "resume")
        took = time.monotonic() - began
        assert not any(phone.away for phone in room.phones)
    finally:
        stand.redis.process.send_signal(signal.SIGCONT)
    print(f"\nRedis silent: two commands take {took * 1000:.0f} ms")
    assert took < 10, "every push has waited"
    for worker in (0, 1):
        until(lambda worker=worker: stand.readiness(worker)[0] == 200, "Redis was not found again")  # type: ignore[misc]
    room.finish()


def test_postgresql_that_is_killed(stand: Stand, here: int, room: Class) -> None:
    """Nothing is confirmed meanwhile, phones stay, and send again."""
    stand.database.kill()
    began = time.monotonic()
    status, said = stand.readiness(here)
    print(f"\nPostgreSQL killed: /readyz says so in {(time.monotonic() - began) * 1000:.0f} ms")
    assert (status, said["database"]) == (503, False)
    sent = threading.Thread(target=room.phones[2].answer, args=(room.round, room.choice))
    sent.start()
    until(lambda: room.phones[2].refused, "not told to wait")
    assert {told["error"] for told in room.phones[2].refused} == {"busy"} and not room.phones[2].saved
    page = requests.get(f"{room.door.address}/r/{room.door.code}", timeout=WAIT)
    assert page.status_code == 503 and "Nouvel essai dans un instant" in page.text
    refused = room.desk.post("commande", command="close", version=room.desk.version)
    assert (refused.status_code, refused.json()["error"]) == (503, "busy")
    stand.database.start().wait()
    back = time.monotonic()
    sent.join(SLOW)
    print(f"PostgreSQL back: what waited is confirmed {(time.monotonic() - back) * 1000:.0f} ms later")
    assert not any(phone.away for phone in room.phones)
    room.finish()


def test_postgresql_that_is_silent_is_told_by_readyz(stand: Stand) -> None:
    assert stand.database.process is not None
    family = [stand.database.process.pid]
    family += [child.pid for child in psutil.Process(family[0]).children(recursive=True)]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert stand.readiness(0)[0] == 503
        print(f"\nPostgreSQL silent: /readyz says so in {(time.monotonic() - began) * 1000:.0f} ms")
        assert time.monotonic() - began < WAIT
    finally:
        for pid in family:
            os.kill(pid, signal.SIGCONT)
    until(lambda: stand.readiness(0)[0] == 200, "not ready again")


def test_proxy_that_is_killed(stand: Stand, room: Class) -> None:
    stand.proxy.kill()
    until(lambda: not any(phone.is_back() for phone in room.phones), "nobody noticed", SLOW)
    stand.proxy.start().wait()
    tell("nginx killed: phones back", room.finish())


@pytest.mark.timeout(300)
@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_rolling_restart(stand: Stand, proxy: str, tmp_path: Path) -> None:
    """With the script of `deploy/`, and a systemctl that does what systemd would. Sixteen phones: nginx once let two in
    every four seconds, since a process that was away counted as back once a request to it ended, and sockets do not."""
    stand.heal()
    with stand.behind(proxy):
        room = Class(stand.door(), 16)
        roll(stand, tmp_path)
        times = room.finish()
    tell(f"rolling restart of both behind {proxy}: phones away, each time", times)
    assert times and max(times) < 10


def roll(stand: Stand, tmp_path: Path) -> None:
    for port, worker in zip(stand.ports, stand.workers, strict=True):
        (tmp_path / str(port)).write_text(str(worker.process.pid if worker.process else ""))
    fake = tmp_path / "systemctl"
    fake.write_text(
        f"#!/bin/sh\npid=$(cat {tmp_path}/${{2#preau@}})\nkill -TERM $pid\n"
        "while kill -0 $pid 2>/dev/null; do sleep 0.1; done\n"
    )
    fake.chmod(0o755)
    over = threading.Event()

    def supervise() -> None:
        while not over.wait(0.1):
            for worker in stand.workers:
                if worker.process is not None and worker.process.poll() is not None:
                    worker.start()

    systemd = threading.Thread(target=supervise)
    systemd.start()
    try:
        subprocess.run(
            ["sh", str(ROOT / "deploy" / "rolling-restart.sh"), *map(str, stand.ports)],
            env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}, check=True, timeout=250,
        )  # fmt: skip
    finally:
        over.set()
        systemd.join()


PUPIL = "127.0.0.77"


def said_by_a_pupil(port: int, request: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), WAIT, source_address=(PUPIL, 0)) as raw:
        raw.sendall(request.encode())
        return raw.recv(100)


def is_structured(line: str) -> bool:
    try:
        return {"time", "level", "message"} <= json.loads(line).keys()
    except ValueError:
        return False


def test_nothing_of_a_pupil_is_written_by_any_process(stand: Stand, room: Class) -> None:
    """Promise 4. Last of all, it also reads what the tests before it brought about: parts that died in a class."""
    planted = [
        room.door.code,
        *room.phones[0].cookies.values(),
        room.phones[0].mine["comeback"],
        room.choice,
        "planted",
    ]
    forwarded = f"X-Forwarded-For: {PUPIL}\r\n"
    for port in stand.ports:
        host = f"Host: localhost:{stand.port}\r\n{forwarded}"
        for request in (
            "GET /r/planted HTTP/1.1",
            "GET / HTTP/9.9",
            "POST /r/planted/answer HTTP/1.1\r\nContent-Length: x",
        ):
            assert said_by_a_pupil(port, f"{request}\r\n{host}\r\n").startswith(b"HTTP/1.1 4")
    for path in ("/r/planted?planted", f"/r/{room.door.code}?code=planted", "/nowhere/planted", "/metrics?planted"):
        requests.get(f"{stand.origin}{path}", timeout=WAIT, headers={"X-Forwarded-For": PUPIL})
    for port in stand.ports:
        for query in ("EIO=4&transport=polling&sid=planted", "EIO=4&transport=websocket&sid=planted"):
            said_by_a_pupil(port, f"GET /socket.io/?{query} HTTP/1.1\r\nHost: x\r\nOrigin: https://planted\r\n\r\n")
            said_by_a_pupil(port, f"GET /socket.io/?{query} HTTP/1.1\r\nHost: x\r\nOrigin: {stand.origin}\r\n\r\n")
    for worker in stand.workers:
        worker.kill()
    for path in ("/", f"/r/{room.door.code}"):  # nobody is behind the proxy: it has an error to tell
        assert requests.get(f"{stand.origin}{path}", timeout=WAIT).status_code in (502, 503)
    for worker in stand.workers:
        worker.start()
    for worker in stand.workers:
        worker.wait()
    until(lambda: requests.get(stand.origin, timeout=WAIT).ok, "the proxy does not find them again")
    room.finish()

    written = dict(stand.written())
    logs = {path.name: text for path, text in written.items() if path.suffix == ".log"}
    assert "Booting worker" in logs[f"gunicorn-{stand.ports[0]}.log"], "the log was not read: this proves nothing"
    assert not any("access" in path.name for path in written)
    for path, text in written.items():
        if path.suffix == ".conf" or path.name in ("Caddyfile", "cert.pem", "key.pem"):
            continue
        for secret in (*planted, PUPIL):
            assert not re.search(rf"\b{re.escape(secret)}\b", text), (path.name, secret)
    for name, text in logs.items():
        if name.startswith("gunicorn"):
            assert "127.0.0.1" not in text
            assert [line for line in text.splitlines() if not is_structured(line)] == [], name
    hang_up(room.desk.wire.client)
