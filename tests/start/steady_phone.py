"""A pupil's phone at the wire, for servers that go away."""

import re
import threading
import time
from contextlib import suppress
from queue import Empty, Queue
from typing import Any

import requests
import socketio

from tests.driving import WAIT, hang_up

from .hosting import Door


class SteadyPhone:
    """A phone that comes back by itself, as the page's script does; it notes for how long it was away."""

    def __init__(self, door: Door) -> None:
        page = requests.get(f"{door.address}/r/{door.code}", timeout=WAIT)
        assert page.ok, page.text
        self.door, self.cookies = door, page.cookies.get_dict()
        self.away: list[float] = []
        self.mine: dict[str, Any] = {}
        self.states: list[dict[str, Any]] = []
        self.saved: list[dict[str, Any]] = []
        self.refused: list[dict[str, Any]] = []
        self._since: float | None = None
        self._leaving = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()
        assert self._ready.wait(WAIT)

    def _follow(self) -> None:
        delay = 1.0
        while not self._leaving.is_set():
            client = socketio.Client(reconnection=False, websocket_extra_options=self.door.extras)
            client.on("state", self.states.append)
            client.on("saved", self.saved.append)
            client.on("refused", self.refused.append)
            header = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            try:
                client.connect(
                    f"{self.door.way_in}?code={self.door.code}", transports=["websocket"], headers={"Cookie": header}
                )
                while not (greeting := self._greet(client))["ok"]:
                    self._leaving.wait(1.5)
            except Exception:
                hang_up(client)
                # The script's own delays: a second, then longer, never more than four.
                self._leaving.wait(delay)
                delay = min(4.0, delay * 2)
                continue
            delay = 1.0
            self.mine = greeting["mine"]
            self.states.append(greeting["state"])
            self.client = client
            if self._since is not None:
                self.away.append(time.monotonic() - self._since)
            self._ready.set()
            while client.connected and not self._leaving.is_set():
                self._leaving.wait(0.02)
            self._since = time.monotonic()
            self._ready.clear()
            hang_up(client)
            self._leaving.wait(1.0)

    def _greet(self, client: socketio.Client) -> dict[str, Any]:
        """`call` would wait for the reply of a process that has hung up."""
        replies: Queue[dict[str, Any]] = Queue()
        client.emit("hello", {"code": self.door.code}, callback=replies.put)
        for _ in range(100):
            with suppress(Empty):
                return replies.get(timeout=0.1)
            if not client.connected:
                break
        raise ConnectionError

    def answer(self, round_: str, choice: str, seq: int = 1) -> None:
        """As the script does: again until it is confirmed, whatever becomes of the connection."""
        for _ in range(40):
            told = len(self.refused)
            with suppress(Exception):
                self._ready.wait(WAIT)
                self.client.emit("answer", {"round": round_, "seq": seq, "choices": [choice]})
            for _ in range(40):
                if any(said["round"] == round_ and said["seq"] >= seq for said in self.saved):
                    return
                if len(self.refused) > told:
                    time.sleep(0.5)
                    break
                time.sleep(0.05)
        raise AssertionError(f"the answer was never confirmed: {self.refused}")

    def is_back(self) -> bool:
        return self._ready.is_set()

    @property
    def round(self) -> str:
        return str(self.states[-1]["round"][0])

    def choice(self) -> str:
        html = str(self.states[-1]["html"])
        form = html[html.index(f'data-round="{self.round}"') :].split("</form>")[0]
        return re.findall(r'name="choices"[^>]*value="([^"]+)"', form)[0]

    def leave(self) -> None:
        self._leaving.set()
        self._thread.join(WAIT)
