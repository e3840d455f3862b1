"""Hosted: the Procfile's own commands, on PostgreSQL and Redis."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import psutil
import psycopg
import pytest
import requests

from tests.driving import WAIT, Phone, Server, is_ready, until
from tests.servers import command_of
from workshop.config import ROOT, Config

from .hosting import answers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")
REDIS = os.environ.get("PREAU_TEST_REDIS_URL")


class Hosted(Server):
    """Started as a platform does: the release, a class that a demonstration makes ready, then the web process."""

    application = "wsgi:app"

    def start(self, demo: bool = True, **environment: str) -> "Hosted":
        environment = {**self._environment, **environment}
        if demo:
            subprocess.run(command_of("release"), cwd=ROOT, env=environment, check=True, capture_output=True)
            super().start(demo=True)
            super().stop()
        command = [self.application if word == "wsgi:app" else word for word in command_of("web")]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._follow()
        return self

    @property
    def workers(self) -> list[int]:
        assert self.process is not None
        return [child.pid for child in psutil.Process(self.process.pid).children()]


@pytest.fixture
def hosted(postgres_config: Config, tmp_path: Path) -> Hosted:
    if REDIS is None:
        pytest.fail("PREAU_TEST_REDIS_URL is not set: run `python3 manage.py test`, which starts Redis")
    server = Hosted(tmp_path / "data")
    server.origin = server.address.replace("http://", "https://")
    server._environment |= {
        # As many platforms write it.
        "DATABASE_URL": postgres_config.database_url.replace("postgresql+psycopg://", "postgres://"),
        "REDIS_URL": REDIS,
        "SECRET_KEY": uuid.uuid4().hex,
        "PREAU_PUBLIC_URL": server.origin,
        "PORT": str(server.port),
        "WEB_CONCURRENCY": "3",  # platforms set it; this application must not believe it
    }
    return server.start()


CHUNKED = b"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n"
BROKEN = (
    b"\x88\x82a frame that came too late\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /r/PLANTED HTTP/1.1\r\nplanted header\r\n\r\n",
    b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n",
    b"POST /r/PLANTED/answer HTTP/1.1\r\nHost: HERE\r\n%b\r\nplanted\r\n0\r\n\r\n" % CHUNKED,
)


@pytest.fixture
def bare(tmp_path: Path) -> Hosted:
    """Gunicorn with no proxy in front, on SQLite: the address that it sees is a pupil's."""
    server = Hosted(tmp_path / "data")
    server.application = "tests.start.faulty:app"
    server._environment |= {
        "PREAU_DATA": str(server.data),
        "PREAU_PUBLIC_URL": server.address,
        "PORT": str(server.port),
    }
    return server.start()


def asked(server: Hosted, request: bytes) -> bytes:
    """The first line of the answer."""
    with socket.create_connection(("127.0.0.1", server.port), WAIT) as raw:
        raw.sendall(request.replace(b"HERE", f"127.0.0.1:{server.port}".encode()))
        return raw.recv(100).partition(b"\r\n")[0]


def test_broken_requests_are_refused_and_leave_nothing_in_the_log(bare: Hosted) -> None:
    """Promise 4."""
    for request in BROKEN:
        assert asked(bare, request).startswith(b"HTTP/1.1 4"), request
    bare.stop()
    said = "".join(bare.said)
    assert "Booting worker" in said, "the log was not read: this test proves nothing"
    assert not any(secret in said for secret in ("127.0.0.1", "PLANTED", "planted", "Traceback")), said


def test_fault_of_the_server_is_logged_without_whose_request_met_it(bare: Hosted) -> None:
    assert asked(bare, b"GET /r/PLANTED/fault?planted HTTP/1.1\r\nHost: HERE\r\n\r\n").startswith(b"HTTP/1.1 500")
    bare.stop()
    said = "".join(bare.said)
    [line] = [line for line in map(json.loads, bare.said) if line.get("error")]
    assert (line["error"], line["message"]) == ("RuntimeError", "Error handling a request")
    assert any("faulty.py" in place for place in line["where"])
    assert not any(secret in said for secret in ("127.0.0.1", "PLANTED", "planted")), said


def test_nobody_is_let_in_before_the_application_is_loaded(bare: Hosted) -> None:
    """A proxy would leave phones waiting here, rather than ask another process."""
    bare.stop()
    bare.application = "tests.start.slow:app"
    starting = threading.Thread(target=bare.start, kwargs={"demo": False})
    starting.start()
    until(lambda: answers("127.0.0.1", bare.port), "nobody is ever let in")
    assert (bare.data / "loaded").exists()
    starting.join(WAIT)


def ballots(hosted: Hosted) -> list[tuple[str, str]]:
    with psycopg.connect(hosted._environment["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT round_id, choices FROM response ORDER BY participant_id").fetchall()
    return [(str(round_), choices) for round_, choices in found]


def test_procfile_serves_a_class_that_outlives_a_worker(hosted: Hosted) -> None:
    answers_to_its_public_name_and_gives_secure_cookies(hosted)
    [worker] = hosted.workers
    phones = [Phone(hosted) for _ in range(3)]
    round_ = phones[0].rounds[0]
    choice = phones[0].offered(round_)[0]
    for phone in phones:
        assert phone.answer(round_, choice) == ("saved", {"round": round_, "seq": 1})
    assert ballots(hosted) == [(round_, choice)] * 3

    assert hosted.process is not None
    hosted.process.send_signal(signal.SIGHUP)  # a new worker takes over
    until(lambda: hosted.workers and worker not in hosted.workers, "the worker did not leave")
    assert len(hosted.workers) == 1
    until(lambda: not any(phone.client.connected for phone in phones), "a phone is held by a worker that left")
    until(lambda: is_ready(hosted.address), "the new worker does not serve")
    again = Phone(hosted, phones[0].cookies)
    assert again.mine["answers"][round_] == {"seq": 1, "answered": True, "choices": [choice]}

    with socket.create_connection(("127.0.0.1", hosted.port), WAIT) as raw:
        raw.sendall(b"\x88\x82a frame that came too late\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400")
    began = time.monotonic()
    hosted.stop()
    assert time.monotonic() - began < 8, "it waited for sockets, which never end by themselves"
    said = "".join(hosted.said)
    assert "Traceback" not in said, said
    assert "Warning" not in said
    assert not any(secret in said for secret in (*phones[0].cookies.values(), f"/r/{hosted.code}", "127.0.0.1"))


def answers_to_its_public_name_and_gives_secure_cookies(hosted: Hosted) -> None:
    command = [sys.executable, "-m", "workshop", "link"]  # as docs/deploying.md says
    link = subprocess.run(command, cwd=ROOT, env=hosted._environment, check=True, capture_output=True, text=True).stdout
    assert link.startswith(f"{hosted.origin}/lien/")
    opened = requests.get(link.strip().replace(hosted.origin, hosted.address), timeout=WAIT, allow_redirects=False,
        headers={"Host": hosted.origin.removeprefix("https://"), "X-Forwarded-Proto": "https"})  # fmt: skip
    assert (opened.status_code, "preau_desk=" in opened.headers["Set-Cookie"]) == (303, True)
    page = requests.get(f"{hosted.address}/r/{hosted.code}", timeout=WAIT, headers={"X-Forwarded-Proto": "https"})
    assert page.ok
    assert "Secure" in page.headers["Set-Cookie"]
    for path, status in (("/", 421), ("/healthz", 200), ("/readyz", 200), ("/metrics", 404)):
        foreign = requests.get(f"{hosted.address}{path}", timeout=WAIT, headers={"Host": "elsewhere.example"})
        assert foreign.status_code == status, path
    desk = requests.get(
        hosted.addresses["facilitator_url"].replace("https://", "http://"), timeout=WAIT, allow_redirects=False
    )
    assert desk.status_code == 303, "the link printed on the server opens the public address"
    assert "Secure" in desk.headers["Set-Cookie"]
