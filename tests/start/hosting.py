"""A hosted instance, whole: PostgreSQL, Redis, two gunicorn processes, and nginx or Caddy with the files of `deploy/`.

Each part can be killed and comes back, as systemd would bring it back. All that they write is kept in files.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psutil
import psycopg
import requests

from tests.driving import WAIT, Wire, cookies_of, free_port, until
from tests.servers import command_of, find_server, newest_postgresql
from workshop.config import ROOT

from .tunnel import Tunnel

TOKEN = "what Prometheus shows in these tests"


class Part:
    """One program. `kill` is a power cut; until `start` is called, or at once when `returns`, it stays away."""

    def __init__(self, name: str, command: list[str], log: Path, is_up: Callable[[], bool], **environment: str) -> None:
        self.name, self.command, self.log, self.is_up = name, command, log, is_up
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        self.process: subprocess.Popen[bytes] | None = None
        self._file: IO[bytes] | None = None

    def start(self) -> "Part":
        self._file = self._file or self.log.open("ab")
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self._environment, stdout=self._file, stderr=self._file
        )
        return self

    def wait(self) -> None:
        until(self.is_up, f"{self.name} is not ready: {self.log.read_text()[-2000:]}", 60)

    def kill(self, signal_: int = signal.SIGKILL) -> None:
        """With all that it started."""
        assert self.process is not None
        family = []
        if signal_ == signal.SIGKILL:
            with suppress(psutil.NoSuchProcess):
                family = psutil.Process(self.process.pid).children(recursive=True)
        for pid in (self.process.pid, *(child.pid for child in family)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal_)
        self.process.wait(30)
        psutil.wait_procs(family, 30)  # a worker that is dying still listens: whoever comes would be cut off

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
        if self._file is not None:
            self._file.close()
            self._file = None


class Stand:
    def __init__(self, place: Path) -> None:
        self.place = place
        self.database_port, self.redis_port, self.port = free_port(), free_port(), free_port()
        self.ports = [free_port(), free_port()]
        self.origin = f"https://localhost:{self.port}"
        self.certificate = place / "cert.pem"
        self.environment = {
            "DATABASE_URL": f"postgres://postgres@127.0.0.1:{self.database_port}/postgres",
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "SECRET_KEY": uuid.uuid4().hex,
            "PREAU_PUBLIC_URL": self.origin,
            "PREAU_METRICS_TOKEN": TOKEN,
            "PREAU_DATA": str(place / "data"),
        }
        self.database, self.redis = self._database(), self._redis()
        self.proxies = {name: self._proxy(name) for name in ("nginx", "caddy", "spread")}
        self.proxy = self.proxies["nginx"]
        self.workers = [self._worker(port) for port in self.ports]
        self.classes: list[dict[str, str]] = []

    @property
    def parts(self) -> list[Part]:
        return [self.database, self.redis, *self.workers, self.proxy]

    def start(self, classes: int) -> "Stand":
        self.database.start()
        self.redis.start()
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
                *("-keyout", self.place / "key.pem", "-out", self.certificate, "-days", "2", "-subj", "/CN=localhost"),
                *("-addext", "subjectAltName=DNS:localhost"),
            ],
            check=True,
            capture_output=True,
        )
        self.tunnel = Tunnel(self.port, self.certificate)
        self.database.wait()
        made = subprocess.run(
            [sys.executable, "-m", "tests.start.classes", str(classes)],
            cwd=ROOT, env={**os.environ, **self.environment}, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        self.classes = [json.loads(line) for line in made.splitlines()]
        for part in (*self.workers, self.proxy):
            part.start()
        for part in self.parts:
            part.wait()
        return self

    @contextmanager
    def behind(self, name: str) -> Iterator[None]:
        """Another proxy, at the same address."""
        self.proxy.stop()
        self.proxy = self.proxies[name]
        self.proxy.start().wait()
        try:
            yield
        finally:
            self.proxy.stop()
            self.proxy = self.proxies["nginx"]
            self.proxy.start().wait()

    def ballots(self, round_: str) -> list[str]:
        """What is kept of this round, in the order of arrival of its phones."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            query = "SELECT choices FROM response WHERE round_id = %s ORDER BY participant_id"
            return [choices for (choices,) in connection.execute(query, [round_]).fetchall()]

    def stop(self) -> None:
        self.tunnel.close()
        for part in reversed(self.parts):
            part.stop()

    def heal(self) -> None:
        """Whatever a test left behind it."""
        for part in self.parts:
            if part.process is None or part.process.poll() is not None:
                part.start()
        for part in self.parts:
            part.wait()

    def door(self) -> "Door":
        """A class of its own, through the proxy."""
        return Door(self, self.classes.pop(), self.origin)

    def sockets(self) -> float:
        """How many are connected, to both processes."""
        told = [self.metrics(worker) for worker in (0, 1)]
        return sum(value for one in told for name, value in one.items() if name.startswith("preau_sockets"))

    def metrics(self, worker: int) -> dict[str, float]:
        page = requests.get(
            f"http://127.0.0.1:{self.ports[worker]}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=WAIT
        )
        assert page.ok, page.status_code
        lines = [line.rsplit(" ", 1) for line in page.text.splitlines() if not line.startswith("#")]
        return defaultdict(float, {name: float(value) for name, value in lines})

    def readiness(self, worker: int) -> tuple[int, dict[str, bool]]:
        answer = requests.get(f"http://127.0.0.1:{self.ports[worker]}/readyz", timeout=WAIT)
        return answer.status_code, answer.json()

    def written(self) -> Iterator[tuple[Path, str]]:
        """Every file of this instance, but PostgreSQL's own."""
        for path in self.place.rglob("*"):
            if path.is_file() and "cluster" not in path.parts:
                yield path, path.read_text(errors="replace")

    def _database(self) -> Part:
        folder, cluster = postgresql_programs(), self.place / "cluster"
        prefix = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self.place.chmod(0o711)
            cluster.mkdir()
            shutil.chown(cluster, "postgres")
            prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
        setup = [*prefix, f"{folder}/initdb", "-D", str(cluster), "-A", "trust", "-U", "postgres", "--no-sync"]
        subprocess.run(setup, check=True, capture_output=True)
        options = ["-c", "listen_addresses=127.0.0.1", "-p", str(self.database_port), "-k", str(cluster)]
        # What was committed outlives a process that is killed, if not a power cut: that is tried on SQLite.
        options += ["-c", "fsync=off", "-c", "max_connections=100"]
        command = [*prefix, f"{folder}/postgres", "-D", str(cluster), *options]
        return Part("PostgreSQL", command, self.place / "postgresql.log", self._is_database_up)

    def _is_database_up(self) -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(self.environment["DATABASE_URL"]):
            return True
        return False

    def _redis(self) -> Part:
        command = [str(find_server("redis")), "--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", ""]
        command += ["--appendonly", "no", "--dir", str(self.place)]
        return Part("Redis", command, self.place / "redis.log", lambda: answers("127.0.0.1", self.redis_port))

    def _worker(self, port: int) -> Part:
        command = [*command_of("web"), "--bind", f"127.0.0.1:{port}"]
        return Part(
            f"gunicorn {port}", command, self.place / f"gunicorn-{port}.log",
            lambda: is_ready(port), **self.environment,
        )  # fmt: skip

    def _proxy(self, name: str) -> Part:
        command = self._caddy() if name == "caddy" else self._nginx(name)
        return Part(name, command, self.place / f"{name}.log", lambda: answers("localhost", self.port))

    def _nginx(self, name: str) -> list[str]:
        """The very file of `deploy/`, with these ports and this certificate; « spread » keeps no class together."""
        text = (ROOT / "deploy" / "nginx" / "preau.conf").read_text()
        text = replaced(text, "listen 443 ssl http2;", f"listen 127.0.0.1:{self.port} ssl http2;")
        text = replaced(text, "listen 80;", f"listen 127.0.0.1:{free_port()};")
        text = replaced(text, "/etc/ssl/preau/fullchain.pem", str(self.certificate))
        text = replaced(text, "/etc/ssl/preau/privkey.pem", str(self.place / "key.pem"))
        text = text.replace("/var/log/nginx/", f"{self.place}/")
        for number, port in enumerate(self.ports, 1):
            text = replaced(text, f"127.0.0.1:800{number}", f"127.0.0.1:{port}")
        if name == "spread":
            text = replaced(text, "hash $preau_class consistent;", "")
        own = self.place / name
        own.mkdir()
        (own / "preau.conf").write_text(text)
        paths = "".join(
            f"{kind}_temp_path {own}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (own / "nginx.conf").write_text(
            f"daemon off; pid {own}/pid; error_log {own}/error.log; {'user root;' if os.geteuid() == 0 else ''}\n"
            f"events {{ worker_connections 2048; }}\nhttp {{ {paths} include {own}/preau.conf; }}\n"
        )
        return [str(find_server("nginx")), "-p", str(own), "-e", str(own / "error.log"), "-c", str(own / "nginx.conf")]

    def _caddy(self) -> list[str]:
        text = (ROOT / "deploy" / "caddy" / "Caddyfile").read_text()
        text = replaced(text, "{\n\t# There is", "{\n\tadmin off\n\tauto_https disable_redirects\n\t# There is")
        processes = " ".join(f"127.0.0.1:{port}" for port in self.ports)
        text = replaced(text, "{$PREAU_PROCESSES:127.0.0.1:8001 127.0.0.1:8002}", processes)
        tls = f"\ttls {self.certificate} {self.place}/key.pem\n"
        text = replaced(text, "{$PREAU_DOMAIN:atelier.example.org} {\n", f"https://localhost:{self.port} {{\n{tls}")
        (self.place / "Caddyfile").write_text(text)
        command = [str(find_server("caddy")), "run", "--config", str(self.place / "Caddyfile")]
        return ["env", f"HOME={self.place}", *command, "--adapter", "caddyfile"]


class Door:
    """One class, by one way in: what `tests.driving` calls a server."""

    http = None  # nobody is signed in yet

    def __init__(self, stand: Stand, addresses: dict[str, str], address: str) -> None:
        self.stand, self.addresses, self.address, self.origin = stand, addresses, address, stand.origin
        self.way_in, self.extras = address, {"origin": self.origin}
        if address == stand.origin:
            self.way_in = f"http://127.0.0.1:{stand.tunnel.port}"
            self.extras["host"] = self.origin.removeprefix("https://")

    @property
    def code(self) -> str:
        return self.addresses["code"]

    def at(self, worker: int) -> "Door":
        """The same class, past the proxy, at one of the processes."""
        return Door(self.stand, self.addresses, f"http://127.0.0.1:{self.stand.ports[worker]}")

    def projector(self, cookies: dict[str, str]) -> Wire:
        wire = Wire(self, cookies)  # type: ignore[arg-type]  # all of a server that it uses
        assert wire.hello(audience="projector")["ok"]
        return wire

    def projector_cookies(self) -> dict[str, str]:
        return cookies_of(self.addresses["projector_url"])


@contextmanager
def trusting(certificate: Path) -> Iterator[None]:
    """All clients of these tests take this certificate for a good one."""
    names = ("REQUESTS_CA_BUNDLE", "WEBSOCKET_CLIENT_CA_BUNDLE", "SSL_CERT_FILE")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, str(certificate)))
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


def postgresql_programs() -> Path:
    found = newest_postgresql()
    assert found is not None
    return Path(found, "pg_ctl").resolve().parent


def replaced(text: str, old: str, new: str) -> str:
    assert old in text, f"the file of deploy/ no longer has {old!r}"
    return text.replace(old, new)


def answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), 1):
            return True
    except OSError:
        return False


def is_ready(port: int) -> bool:
    with suppress(requests.RequestException):
        return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=3).ok
    return False
