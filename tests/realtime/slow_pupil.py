"""A pupil on a bad network: the official client, with the manners of the phone's own script."""

import random
import socket
import threading
import time
from contextlib import suppress
from typing import Any

import requests
import socketio
from engineio.packet import PONG

from tests.bad_network import Link
from tests.driving import Server, connect, hang_up, offered_in

QUIET = 8.0  # seconds without a word after which the script gives a link up; and the round trips of a new one
PATIENCE = 4.0  # seconds before the same answer is sent again
OPENING = 1.5  # seconds for a connection to open, and its round trips:
TRIPS = 4  # TCP, WebSocket, Socket.IO, hello
SLOW = 0.375  # seconds for a round trip, from which on the class is asked for beside the connection
PAUSES = 0.25, 0.75  # seconds between two such questions, without and with one that waits
ASKED_FOR = 4.5  # seconds for an answer
LAST = 1_000_000  # after any version


class SlowPupil:
    """Answers whatever is asked, changes its mind now and then, and remembers what it was told was recorded."""

    def __init__(self, server: Server, link: Link, number: int) -> None:
        self.server, self.link, self.key = server, link, f"key of slow pupil {number:03}, long enough"
        self.sent: dict[str, dict[int, str]] = {}
        self.confirmed: dict[str, int] = {}
        self.shown: list[tuple[float, int]] = []  # moment, version
        self.phase = ""
        self._order = (-1, -1)
        self._waiting: dict[str, tuple[int, float]] = {}  # by round, the number sent and when it is sent again
        self._thoughts: list[tuple[float, str]] = []  # when which round is answered
        self._offered: dict[str, list[str]] = {}
        self._heard = 0.0
        self._connecting = TRIPS * link.quality.latency
        self._client: socketio.Client | None = None
        self._lost, self._greeted, self._asking = True, False, 0
        self._chooser = random.Random(number)
        self._lock = threading.RLock()
        self._leaves = threading.Event()
        self._threads = [threading.Thread(target=self._live)]
        if link.quality.latency >= SLOW:
            self._threads.append(threading.Thread(target=self._doubt))
        for thread in self._threads:
            thread.start()

    def leave(self) -> None:
        self._leaves.set()
        for thread in self._threads:
            thread.join()

    def knows(self, version: int) -> float | None:
        """When this version, or a later one, was first shown."""
        return next((moment for moment, shown in self.shown if shown >= version), None)

    def _live(self) -> None:
        opening = OPENING + self._connecting
        while not self._leaves.is_set():
            self._lost = True
            client = self._client = socketio.Client(
                reconnection=False, request_timeout=opening, websocket_extra_options={"origin": self.server.origin}
            )
            client.on("connect", self._greet)
            client.on("state", self._hear)
            client.on("saved", self._keep)
            client.on("refused", self._drop)
            self._hear_pings(client)
            try:
                connect(client, f"http://127.0.0.1:{self.link.port}", wait_timeout=opening)
            except socketio.exceptions.ConnectionError:
                hang_up(client)
                self._leaves.wait(self._chooser.uniform(0.5, 1.5))
                continue
            self._follow(client)
            with suppress(OSError, AttributeError):  # the client may have closed it, or forgotten it
                client.eio.ws.sock.shutdown(socket.SHUT_RDWR)  # at once: nobody answers a farewell on a dead link
            hang_up(client)

    def _follow(self, client: socketio.Client) -> None:
        self._heard = time.monotonic()
        quiet = QUIET + self._connecting
        while client.connected and time.monotonic() - self._heard < quiet and not self._leaves.wait(0.1):
            with self._lock:
                now = time.monotonic()
                for due in [thought for thought in self._thoughts if thought[0] <= now]:
                    self._thoughts.remove(due)
                    self._answer(due[1])
                for round_, (_, again) in list(self._waiting.items()):
                    if again <= now:
                        self._send(round_)

    def _hear_pings(self, client: socketio.Client) -> None:
        """The client keeps them for itself, and answers each."""
        send = client.eio._send_packet

        def heard(packet: Any) -> None:
            if getattr(packet, "packet_type", None) == PONG:
                self._heard = time.monotonic()
            send(packet)

        client.eio._send_packet = heard

    def _doubt(self) -> None:
        """Asks for the class's state beside a connection that is not of use yet, or that says nothing."""
        asked = 0.0
        while not self._leaves.wait(0.05):
            if self._greeted and self._is_doubted() and time.monotonic() - asked >= PAUSES[self._asking > 0]:
                asked = time.monotonic()
                self._asking += 1
                self._threads.append(threading.Thread(target=self._ask))
                self._threads[-1].start()

    def _is_doubted(self) -> bool:
        return self._lost or time.monotonic() - self._heard > QUIET

    def _ask(self) -> None:
        address = f"http://127.0.0.1:{self.link.port}/r/{self.server.code}/etat/fr"
        host = {"Host": self.server.address.partition("//")[2]}
        try:
            state = requests.get(address, headers=host, timeout=ASKED_FOR).json()
        except requests.RequestException:
            return
        finally:
            with self._lock:
                self._asking -= 1
        with self._lock:
            if self._is_doubted():
                self._show(state)

    def _greet(self) -> None:
        self._client.emit("hello", {"code": self.server.code, "key": self.key}, callback=self._welcome)

    def _welcome(self, answer: dict[str, Any]) -> None:
        with self._lock:
            self._is_found()
            if not answer["ok"]:
                assert answer["error"] == "ended", answer  # said to whoever comes back after it
                self.phase = "ended"
                self.shown.append((time.monotonic(), LAST))
                return
            for round_, kept in answer["mine"]["answers"].items():
                self._keep({"round": round_, "seq": kept["seq"]})
            self._show(answer["state"])
            self._greeted = True
            for round_ in list(self._waiting):
                if round_ in answer["state"]["round"]:
                    self._send(round_)
                else:
                    del self._waiting[round_]

    def _is_found(self) -> None:
        """The first word of a connection is believed, whatever its version."""
        self._heard = time.monotonic()
        if self._lost:
            self._lost, self._order = False, (-1, -1)

    def _hear(self, state: dict[str, Any]) -> None:
        with self._lock:
            self._is_found()
            self._show(state)

    def _show(self, state: dict[str, Any]) -> None:
        with self._lock:
            order = (state["version"], state["revision"])
            if order <= self._order:
                return
            self._order, self.phase = order, state["phase"]
            self.shown.append((time.monotonic(), state["version"]))
            for round_ in state["round"]:
                if round_ not in self._offered and (choices := offered_in(state["html"], round_)):
                    self._offered[round_] = choices
                    times = self._chooser.choice((1, 1, 2))
                    self._thoughts += [(time.monotonic() + self._chooser.uniform(0.1, 1.5), round_)] * times

    def _answer(self, round_: str) -> None:
        attempts = self.sent.setdefault(round_, {})
        attempts[len(attempts) + 1] = self._chooser.choice(self._offered[round_])
        self._waiting[round_] = (len(attempts), 0.0)
        self._send(round_)

    def _send(self, round_: str) -> None:
        seq = self._waiting[round_][0]
        self._waiting[round_] = (seq, time.monotonic() + PATIENCE)
        if self._client.connected:
            self._client.emit("answer", {"round": round_, "seq": seq, "choices": [self.sent[round_][seq]]})

    def _keep(self, saved: dict[str, Any]) -> None:
        with self._lock:
            self._heard = time.monotonic()
            round_, seq = saved["round"], saved["seq"]
            self.confirmed[round_] = max(self.confirmed.get(round_, 0), seq)
            if round_ in self._waiting and seq >= self._waiting[round_][0]:
                del self._waiting[round_]

    def _drop(self, refused: dict[str, Any]) -> None:
        with self._lock:
            if refused["error"] == "round_closed":
                self._waiting.pop(refused["round"], None)
