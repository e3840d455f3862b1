"""A real server in its own process, and its users at the wire: a facilitator over HTTP, phones over Socket.IO."""

import gc
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import requests
import socketio

from workshop.config import ROOT

WAIT = 15.0  # seconds: generous, for a busy machine; nothing here measures speed


_started: "list[Server]" = []
_connected: list[socketio.Client] = []


@contextmanager
def leaving_nothing() -> Iterator[None]:
    """Around each test: whatever becomes of it, a client or a server of its own would keep the tests from ending."""
    clients, servers = len(_connected), len(_started)
    yield
    while len(_connected) > clients:
        hang_up(_connected.pop())
    while len(_started) > servers:
        _started.pop().stop()
    gc.collect()  # a connection that was forgotten is told of here, not in the test that comes next


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`python -m workshop run --demo --json`, or another script that ends in the same command."""

    def __init__(
        self,
        data: Path,
        capacity: int = 40,
        script: Path | None = None,
        shown: str = "127.0.0.1",  # the address that the class reads
        **environment: str,
    ) -> None:
        self.data, self.port, self.capacity = data, free_port(), capacity
        self.address = f"http://127.0.0.1:{self.port}"
        self.origin = self.address  # what browsers call it, when a proxy stands in front
        self.script, self.shown, self.tree = script, shown, ROOT
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        self.process: subprocess.Popen[str] | None = None
        self.http: requests.Session | None = None  # of a facilitator who is signed in already
        self.addresses: dict[str, str] = {}
        _started.append(self)
        self.said: list[str] = []

    def start(self, demo: bool = True, **environment: str) -> "Server":
        if self.process is not None:  # one that was told to die, or died by itself
            self.wait_until_dead()
        command = [sys.executable, *([str(self.script)] if self.script else ["-m", "workshop"]), "run", "--json"]
        command += ["--host", self.shown, "--port", str(self.port), "--data", str(self.data)]
        command += ["--capacity", str(self.capacity), *(["--demo"] if demo else [])]
        self.process = subprocess.Popen(
            command,
            cwd=self.tree,
            env={**self._environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the server did not start: {self.process.communicate()[1]}")
        self.addresses |= json.loads(line)  # after a restart without --demo, the code is still the same
        self._follow()
        return self

    def _follow(self) -> None:
        """Keep what it says, and wait until it serves."""
        assert self.process is not None
        self._listener = threading.Thread(target=self._listen, args=(self.process.stdout, self.process.stderr))
        self._listener.start()
        until(lambda: is_ready(self.address), "the server is not ready")

    def _listen(self, *streams: Any) -> None:
        for stream in reversed(streams):
            self.said += list(stream)
            stream.close()

    def kill(self) -> None:
        """As a power cut would: no handler runs."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.wait_until_dead()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.wait_until_dead()

    def wait_until_dead(self) -> None:
        assert self.process is not None
        self.process.wait(WAIT)
        self._listener.join(WAIT)

    @property
    def code(self) -> str:
        return self.addresses["code"]

    @property
    def way_in(self) -> str:
        """Where sockets are opened."""
        return self.address

    @property
    def extras(self) -> dict[str, str]:
        """What the client's sockets say besides."""
        return {"origin": self.origin}

    @property
    def database(self) -> Path:
        return self.data / "preau.sqlite3"


def is_ready(address: str) -> bool:
    try:
        return requests.get(f"{address}/readyz", timeout=2).ok
    except (requests.ConnectionError, requests.Timeout):
        return False


def connect(client: socketio.Client, address: str, **options: Any) -> None:
    _connected.append(client)
    client.connect(address, transports=["websocket"], **options)


def hang_up(client: socketio.Client) -> None:
    """`shutdown` alone waits three seconds for a closing frame that the client's own reading thread has already had."""
    client.reconnection = False
    if client.eio.ws:
        client.eio.ws.close(timeout=0)
    client.shutdown()
    if client.eio.ws:
        client.eio.ws.shutdown()  # the client forgets it when the server left first


def cookies_of(address: str) -> dict[str, str]:
    """What a browser holds after it followed this link."""
    with requests.Session() as browser:
        assert browser.get(address, timeout=WAIT).ok
        return browser.cookies.get_dict()


def until(condition: Callable[[], Any], message: str, seconds: float = WAIT) -> None:
    """Wait for a condition, politely; AssertionError after `seconds`."""
    tick = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        tick.wait(0.05)
    raise AssertionError(message)


class Wire:
    """One official Socket.IO client, which keeps all that it is told."""

    def __init__(self, server: Server, cookies: dict[str, str] | None = None) -> None:
        self.server = server
        self.client = socketio.Client(reconnection=False, websocket_extra_options=server.extras)
        self.states: list[dict[str, Any]] = []
        self.heard: Queue[tuple[str, Any]] = Queue()
        self.client.on("state", self.states.append)
        for name in ("saved", "refused", "tally"):
            self.client.on(name, self._keep(name))
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())}
        # Behind a proxy, this is what keeps a class on one process.
        connect(self.client, f"{server.way_in}?code={server.code}", headers=headers)

    def _keep(self, name: str) -> Callable[[Any], None]:
        return lambda payload=None: self.heard.put((name, payload))

    def hello(self, **payload: Any) -> dict[str, Any]:
        answer = self.client.call("hello", {"code": self.server.code, **payload}, timeout=WAIT)
        assert isinstance(answer, dict)
        if answer["ok"]:
            self.states.append(answer["state"])
        return answer

    def wait_for(self, *names: str) -> tuple[str, Any]:
        """The next of these events; others are set aside."""
        while True:
            try:
                name, payload = self.heard.get(timeout=WAIT)
            except Empty:
                raise AssertionError(f"no {' or '.join(names)} came") from None
            if name in names:
                return name, payload

    def wait_for_version(self, version: int) -> dict[str, Any]:
        until(lambda: self.states and self.states[-1]["version"] >= version, f"version {version} never came")
        return self.states[-1]

    def leave(self) -> None:
        hang_up(self.client)


class Phone(Wire):
    """A pupil's phone: scans, then follows the class."""

    def __init__(self, server: Server, cookies: dict[str, str] | None = None) -> None:
        if cookies is None:
            page = requests.get(f"{server.address}/r/{server.code}", timeout=WAIT)
            assert page.ok, page.text
            cookies = page.cookies.get_dict()
        self.cookies = cookies
        super().__init__(server, cookies)
        greeting = self.hello()
        assert greeting["ok"], greeting
        self.mine = greeting["mine"]

    def answer(self, round_id: str, *choices: str, seq: int = 1) -> tuple[str, Any]:
        self.client.emit("answer", {"round": round_id, "seq": seq, "choices": list(choices)})
        return self.wait_for("saved", "refused")

    @property
    def rounds(self) -> list[str]:
        return list(self.states[-1]["round"])

    def offered(self, round_id: str) -> list[str]:
        return offered_in(str(self.states[-1]["html"]), round_id)


def offered_in(html: str, round_id: str) -> list[str]:
    """Ids of the choices in one round's form, in the markup that the phone shows."""
    form = html[html.index(f'data-round="{round_id}"') :].split("</form>")[0]
    return list(dict.fromkeys(re.findall(r'(?:name="choices"[^>]*value|data-item)="([^"]+)"', form)))


class Desk:
    """The facilitator: signed in by the one-time link, pressing the console's buttons."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.http = server.http or requests.Session()
        console = self.http.get(server.addresses["facilitator_url"], timeout=WAIT)
        assert console.ok, console.text
        self.live_id = int(console.url.partition("?")[0].rsplit("/", 1)[1])
        self.page = console.url.replace(server.origin, server.address)
        self.csrf = csrf_of(console.text)
        self.wire = Wire(server)
        self.greet()

    @classmethod
    def again(cls, desk: "Desk") -> "Desk":
        """The same browser after the server came back: its cookies, its page, a new connection."""
        desk.wire.leave()
        desk.wire = Wire(desk.server)
        desk.greet()
        return desk

    def leave(self) -> None:
        self.wire.leave()
        self.http.close()

    def greet(self) -> None:
        assert self.wire.hello(audience="facilitator", credential=self.http.cookies["preau_desk"])["ok"]

    @property
    def version(self) -> int:
        return int(self.wire.states[-1]["version"])

    def post(self, path: str, **fields: Any) -> requests.Response:
        return self.http.post(
            f"{self.server.address}/animer/{self.live_id}/{path}",
            data=fields,
            headers={
                "X-CSRFToken": self.csrf,
                "Accept": "application/json",
                "Origin": self.server.address,
                "Referer": self.page,
            },
            timeout=WAIT,
        )

    def command(self, name: str, **fields: Any) -> requests.Response:
        """Send a command with the version last seen; when taken, wait until its state has come."""
        version = self.version
        response = self.post("commande", command=name, version=version, **fields)
        if response.ok:
            self.wire.wait_for_version(version + 1)
        return response

    def run(self, *names: str) -> None:
        for name in names:
            response = self.command(name, confirmed="1" if name == "end" else "")
            assert response.ok, (name, response.text)

    def goes_on(self) -> bool:
        """The next step, whatever it is; False at the end of the workshop."""
        return any(self.command(name, confirmed="1").ok for name in ("close", "reveal", "more", "next"))


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf(?:_token)?"[^>]*(?:value|content)="([^"]+)"', page)
    assert found, "the console carries no CSRF token"
    return found[1]
