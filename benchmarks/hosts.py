"""What differs between the servers under measure: how a phone comes in, and how the facilitator commands."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

import requests

from .servers import Running
from .wire import Ear, Http, Loop, Lost, Phone, answer, page_request

Reply = Callable[[int, bytes, bytes], None]


@dataclass
class Score:
    """What Préau's class was sent, in bytes, and the rounds opened: the bare servers have to send as much."""

    page: int = 0
    greeting: int = 0
    pushes: list[tuple[int, str]] = field(default_factory=list)


class Host(Protocol):
    """A server as the scenario sees it: its phones, its facilitator, and what it kept."""

    page: bytes

    def phone(self, loop: Loop, ear: Ear, index: int) -> Phone: ...

    def read(self, text: bytes) -> tuple[dict[str, Any], str, bytes | None]:
        """Of a push: the state, the round that it opens, and what each phone answers to it."""

    def commands(self, state: Callable[[], dict[str, Any]]) -> Iterator[str]: ...
    def command(self, name: str, version: int, reply: Reply) -> None: ...
    def rows(self) -> Counter[str] | None: ...
    def close(self) -> None: ...


class _Ours:
    """What Préau and the bare servers say alike."""

    hello: dict[str, Any]

    def phone(self, loop: Loop, ear: Ear, index: int) -> Phone:
        return Phone(loop, ear, index, self.hello)

    def read(self, text: bytes) -> tuple[dict[str, Any], str, bytes | None]:
        state = json.loads(text[2:])[1]
        reply = reply_to(state)
        return state, state["round"][0] if reply else "", reply


class Preau(_Ours):
    """The whole real path. A console and a projector are connected too, as in every class."""

    def __init__(self, loop: Loop, running: Running, folder: Path) -> None:
        self._loop, self._running = loop, running
        self._database = folder / "preau.sqlite3"
        self._code = running.addresses["code"]
        self._http = Http(loop, running.port)
        self._staff: list[Phone] = []
        self.hello = {"code": self._code}
        self.page = page_request(self._code, running.port)
        self._sign_in()

    def _sign_in(self) -> None:
        with requests.Session() as desk:
            console = desk.get(self._running.addresses["facilitator_url"], timeout=30)
            self._path = console.url.partition(str(self._running.port))[2]
            token = re.search(r'name="csrf(?:_token)?"[^>]*(?:value|content)="([^"]+)"', console.text)
            if token is None:
                raise Lost("the console carries no CSRF token")
            self._token, cookies = token[1], desk.cookies.get_dict()
        self._cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())
        with requests.Session() as browser:
            browser.get(self._running.addresses["projector_url"], timeout=30)
            [screen] = browser.cookies.get_dict().values()
        ear = Staff()
        for audience, credential in (("facilitator", cookies["preau_desk"]), ("projector", screen)):
            hello = {"code": self._code, "audience": audience, "credential": credential}
            self._staff.append(Phone(self._loop, ear, 0, hello))
            self._staff[-1].open(self._running.port)
        if not self._loop.until(lambda: ear.here == len(self._staff), 30):
            raise Lost("the console or the projector was not let in")

    def commands(self, state: Callable[[], dict[str, Any]]) -> Iterator[str]:
        """The run of show: things to look at, then votes, each held twice. It reads the state as a console would."""
        yield "start"
        for _ in range(4):
            yield "help"
            yield "hide"
        while True:
            yield "next"
            if state()["round"]:
                yield "close"
                yield "vote_again"
                yield "close"

    def command(self, name: str, version: int, reply: Reply) -> None:
        body = urlencode({"command": name, "version": version})
        request = (
            f"POST {self._path}/commande HTTP/1.1\r\nHost: 127.0.0.1:{self._running.port}\r\n"
            f"Cookie: {self._cookies}\r\nX-CSRFToken: {self._token}\r\nAccept: application/json\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        self._http.ask(request.encode(), reply)

    def rows(self) -> Counter[str]:
        """Answers in the database, by round."""
        with sqlite3.connect(f"file:{self._database}?mode=ro", uri=True) as database:
            found = database.execute("SELECT round_id, count(*) FROM response GROUP BY round_id").fetchall()
        database.close()
        return Counter({str(round_): number for round_, number in found})

    def close(self) -> None:
        for phone in (*self._staff, self._http):
            phone.close()


class Staff:
    """What the two screens hear is read, and weighs on the client as it should; nothing is made of it."""

    here = 0

    def joined(self, _phone: Phone, answer: dict[str, Any], _text: bytes) -> None:
        self.here += bool(answer["ok"])

    def pushed(self, _phone: Phone, _version: int, _text: bytes, _now: float) -> None: ...

    def saved(self, _phone: Phone, _round: str, _seq: int, _now: float) -> None: ...

    def refused(self, _phone: Phone, said: dict[str, Any]) -> None:
        raise Lost(f"a screen was refused: {said}")

    def dropped(self, _phone: Phone) -> None:
        raise Lost("a screen lost its connection")


class Bare(_Ours):
    """The same exchange with a server that knows nothing: it sends as many bytes as it is told."""

    def __init__(self, loop: Loop, running: Running, score: Score) -> None:
        self._http, self._port, self._score = Http(loop, running.port), running.port, score
        self._pushes = iter(score.pushes)
        self.hello = {"code": "AAAA"}
        self.page = f"GET /r/AAAA HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()

    def commands(self, _state: Callable[[], dict[str, Any]]) -> Iterator[str]:
        for size, round_ in self._score.pushes:
            yield f"/command?bytes={size}&round={round_}"

    def command(self, name: str, _version: int, reply: Reply) -> None:
        request = f"POST {name} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nContent-Length: 0\r\n\r\n"
        self._http.ask(request.encode(), reply)

    def rows(self) -> None:
        """Nothing is stored."""

    def close(self) -> None:
        self._http.close()


def reply_to(state: dict[str, Any]) -> bytes | None:
    """The first choice of the open vote, read in the markup as the page does; None when nothing is asked."""
    if len(state["round"]) != 1:
        return None
    form = state["html"].partition(f'data-round="{state["round"][0]}"')[2].partition("</form>")[0]
    choice = re.search(r'name="choices"[^>]*value="([^"]+)"', form)
    return answer(state["round"][0], 1, choice[1] if choice else "a")
