"""Open peers, each from a checkout that its owner has installed: how to start it, and what its phones say.

Nothing of theirs is copied: the events are written down here as their sources name them (Rahoot at f411a8e, which calls
itself Razzia; ClassQuiz at 4d1f1d3). A later version may say other things: the run then stops, and shows what it heard.
"""

import argparse
import json
import shutil
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

from playwright.sync_api import Request

from tests.servers import find_server, redis

from .cards import CHROMIUM, chromium
from .hosts import Reply, Staff
from .servers import CannotRun, Cores, Running, free_port, started
from .wire import Ear, Http, Loop, Lost, Phone, frame

QUESTION = "Une image montre une foule. Que regardes-tu en premier ?"
CHOICES = ("La date", "La personne qui l’a publiée", "L’image elle-même", "Ce qu’en disent les autres")
QUESTIONS = 40


def event(name: str, *said: Any, ack: str = "") -> bytes:
    return frame(f"42{ack}" + json.dumps([name, *said]))


class Player(Phone):
    """A phone of a peer: the same socket, other words."""

    __slots__ = ("_connect", "ear", "peer")

    def __init__(self, loop: Loop, ear: Ear, index: int, peer: "Peer", first: bytes) -> None:
        super().__init__(loop, ear, index, {})
        self._hello, self.ear, self.peer = first, ear, peer
        self._connect = frame("40" + json.dumps({"clientId": str(uuid4())}))

    @property
    def path(self) -> str:  # type: ignore[override]
        return self.peer.path

    def scan(self, port: int, page: bytes) -> None:
        """What its page asks the measured server before the socket, if anything."""
        if not page:
            self.open(port)
            return
        http = Http(self._loop, port)

        def got(status: int, _head: bytes, body: bytes) -> None:
            http.close()
            if status != 200:
                raise Lost(f"the peer answered {status}: {body[:200]!r}")
            self.open(port)

        http.ask(page, got)

    def _hear(self, text: bytes, now: float) -> None:
        if text.startswith(b"0"):
            self.send(self._connect)
        elif text.startswith((b"42", b"43")):
            self.peer.hear(self, text, now)
        else:
            super()._hear(text, now)

    def came_in(self, text: bytes) -> None:
        self.ear.joined(self, {"ok": True, "state": {"version": -1}}, text)

    def was_shown(self, text: bytes, now: float) -> None:
        self.shown += 1
        self.ear.pushed(self, self.shown, text, now)


class Peer(ABC):
    """What the hosts of peers do alike. The manager of the game stands for our console."""

    name: ClassVar[str]
    path: ClassVar[str] = "/socket.io/"
    apart: ClassVar[str]  # what of its figures cannot be compared with ours
    page: bytes = b""
    manager: Player

    def __init__(self, loop: Loop) -> None:
        self.loop, self.round = loop, ""

    @abstractmethod
    def hear(self, player: Player, text: bytes, now: float) -> None: ...

    @abstractmethod
    def answer(self, text: bytes) -> bytes | None:
        """What a player answers to this push; None when it asks nothing. It notes the round."""

    def read(self, text: bytes) -> tuple[dict[str, Any], str, bytes | None]:
        reply = self.answer(text)
        return {}, self.round if reply else "", reply

    def command(self, name: str, _version: int, reply: Reply) -> None:
        if name:
            self.manager.send(self.order(name))
        reply(200, b"", b"")

    def order(self, name: str) -> bytes:
        """The manager's event; its argument, if any, after a space."""
        return event(name, {})

    def opened(self, port: int, first: bytes, ready: Callable[[], bool]) -> None:
        self.manager = Player(self.loop, Staff(), 0, self, first)
        self.manager.open(port)
        if not self.loop.until(ready, 30):
            raise Lost(f"{self.name} did not let its manager in")

    def visited(self, _checkout: Path, _folder: Path, _cores: Cores) -> float | None:
        """KB of a first visit, where its pages can be served."""
        return None

    def close(self) -> None:
        self.manager.close()


class Rahoot(Peer):
    name, path = "Rahoot", "/ws/"
    apart = (
        "keeps a game in memory and writes one file at its end; its pages come from a server of their own, so a join "
        "is two messages without the page; every join and every answer is broadcast to everybody; a question waits for "
        "its own countdown, which is not in these times"
    )
    PORT = 3001  # written in its source

    def __init__(self, loop: Loop) -> None:
        super().__init__(loop)
        self.game: dict[str, str] = {}
        self.asked = self.closed = 0  # questions that the manager saw shown, then counted
        self.at, self.awaited = 0.0, False

    @classmethod
    @contextmanager
    def running(cls, checkout: Path, folder: Path, cores: Cores, loop: Loop) -> Iterator[tuple[Running, "Rahoot"]]:
        """Started, its game open to players."""
        server = checkout / "packages/socket/dist/index.cjs"
        if not server.exists() or shutil.which("node") is None:
            raise CannotRun(f"Rahoot needs Node, and to be built in {checkout}: pnpm install, then pnpm build.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", cls.PORT)) == 0:
                raise CannotRun(f"Rahoot listens on port {cls.PORT} only, and something else does already.")
        (folder / "quizz").mkdir()
        question = {"question": QUESTION, "answers": CHOICES, "solutions": [1], "cooldown": 3, "time": 60}
        quiz = {"subject": "Bench", "questions": [question] * QUESTIONS}
        (folder / "quizz" / "bench.json").write_text(json.dumps(quiz), encoding="utf-8")
        with started(["node", str(server)], cls.PORT, cores, folder, first_line=False, CONFIG_PATH=str(folder)) as it:
            peer = cls(loop)
            peer.opened(cls.PORT, event("game:create", "bench"), lambda: bool(peer.game))
            yield it, peer

    def phone(self, loop: Loop, ear: Ear, index: int) -> Phone:
        return Player(loop, ear, index, self, event("player:join", self.game["inviteCode"]))

    def hear(self, player: Player, text: bytes, now: float) -> None:
        if player is self.manager:
            self._manage(text, now)
        elif text.startswith(b'42["game:status"'):
            status = text.partition(b'"name":"')[2].partition(b'"')[0]
            if status == b"WAIT":
                player.ear.saved(player, self.round, 1, now)
            elif status in (b"SHOW_START", b"SELECT_ANSWER") or (
                status == b"SHOW_PREPARED" and b'"questionNumber":1}' not in text  # the first comes without a command
            ):
                player.was_shown(text, now)
        elif text.startswith(b'42["game:successRoom"'):
            said = {"gameId": self.game["gameId"], "data": {"username": f"eleve-{player.index}"}}
            player.send(event("player:login", said))
        elif text.startswith(b'42["game:successJoin"'):
            player.came_in(text)
        elif text.startswith((b'42["game:errorMessage"', b'42["game:reset"')):
            raise Lost(f"Rahoot said {text!r}")

    def _manage(self, text: bytes, now: float) -> None:
        if text.startswith(b'42["manager:gameCreated"'):
            self.game = json.loads(text[2:])[1]
        elif b'"name":"SHOW_QUESTION"' in text:
            self.asked, self.at = self.asked + 1, now
        elif b'"name":"SHOW_RESPONSES"' in text:
            self.closed += 1

    def answer(self, text: bytes) -> bytes | None:
        if b'"name":"SELECT_ANSWER"' not in text:
            return None
        if not self.awaited:
            raise Lost("Rahoot's question came before it was looked for: this machine has too much else to do")
        self.round = str(self.asked)
        return event("player:selectedAnswer", {"gameId": self.game["gameId"], "data": {"answerKey": 1}})

    def commands(self, _state: Callable[[], dict[str, Any]]) -> Iterator[str]:
        """A start or a next question is pushed at once; its choices follow after 2 and 3 seconds, without a command."""
        yield "manager:startGame"
        for _ in range(QUESTIONS - 1):
            self._await(lambda: self.asked > self.closed and time.perf_counter() > self.at + 1)
            self.awaited = True
            yield ""
            self.awaited = False
            self._await(lambda: self.closed == self.asked)
            yield "manager:nextQuestion"

    def _await(self, condition: Callable[[], bool]) -> None:
        if not self.loop.until(condition, 90):
            raise Lost("Rahoot's question did not come, or did not end")

    def order(self, name: str) -> bytes:
        return event(name, {"gameId": self.game["gameId"]})

    def rows(self) -> None:
        """Its file comes with the end of a game, which this one does not reach."""

    def visited(self, checkout: Path, folder: Path, cores: Cores) -> float | None:
        web, port = checkout / "packages/web", free_port()
        command = ["node", str(web / "node_modules/vite/bin/vite.js"), "preview"]
        command += ["--host", "127.0.0.1", "--strictPort", "--port", str(port)]
        with started(command, port, cores, folder, first_line=False, within=web):
            return first_visit(f"http://127.0.0.1:{port}/?pin={self.game['inviteCode']}")


class ClassQuiz(Peer):
    name = "ClassQuiz"
    apart = (
        "keeps a game in Redis for hours: Redis is not in its processor and memory; the backend alone is measured, "
        "with a game put into Redis: no page, no PostgreSQL, no search; its own phones are told nothing of their "
        "answer, so ours ask Socket.IO to acknowledge it; every answer is broadcast to everybody; each answer reads "
        "the list of answers, adds itself and writes it back: what is lost is what another one overwrote"
    )

    def __init__(self, loop: Loop, pin: str, kept: str) -> None:
        super().__init__(loop)
        self._pin, self._kept, self._known = pin, kept, False
        path = f"/api/v1/quiz/play/check_captcha/{pin}"
        self.page = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()

    @classmethod
    @contextmanager
    def running(cls, checkout: Path, folder: Path, cores: Cores, loop: Loop) -> Iterator[tuple[Running, "ClassQuiz"]]:
        """Started, its game open to players."""
        import redis as client  # noqa: PLC0415  # a laptop has none

        python, program, port = checkout / ".venv/bin/python", find_server("redis"), free_port()
        if not python.exists():
            raise CannotRun(f"ClassQuiz is not installed in {checkout}: its Python is looked for in .venv.")
        if program is None:
            raise CannotRun("ClassQuiz needs Redis; on Debian: apt-get install redis-server.")
        with redis(program) as kept:
            mail = {f"MAIL_{key}": "bench@preau.invalid" for key in ("ADDRESS", "PASSWORD", "USERNAME", "SERVER")}
            environment = {
                **mail,
                "MAIL_PORT": "25",
                "SECRET_KEY": "of this run alone",
                "REDIS": f"{kept}?decode_responses=True",
                "STORAGE_BACKEND": "local",
                "STORAGE_PATH": str(folder),
                "PYTHONPATH": str(checkout),
            }
            # Its start would look for PostgreSQL and Meilisearch, which a live game does not need.
            command = [str(python), "-m", "uvicorn", "classquiz:app", "--lifespan", "off", "--port", str(port)]
            with started(command, port, cores, folder, first_line=False, within=folder, **environment) as it:
                pin, game = "123456", str(uuid4())
                with client.Redis.from_url(kept) as asked:
                    asked.set(f"game:{pin}", json.dumps(a_game(pin, game)))
                peer = cls(loop, pin, kept)
                hello = event("register_as_admin", {"game_pin": pin, "game_id": game}, ack="0")
                peer.opened(port, hello, lambda: peer._known)
                yield it, peer

    def phone(self, loop: Loop, ear: Ear, index: int) -> Phone:
        return Player(loop, ear, index, self, event("join_game", {"username": f"eleve-{index}", "game_pin": self._pin}))

    def hear(self, player: Player, text: bytes, now: float) -> None:
        if player is self.manager:
            self._known = self._known or text.startswith(b"430")
        elif text.startswith(b"431"):
            player.ear.saved(player, self.round, 1, now)
        elif text.startswith(b"430"):
            player.came_in(text)
        elif text.startswith(b'42["time_sync"'):  # a delay that it needs before it takes an answer
            player.send(event("echo_time_sync", json.loads(text[2:])[1], ack="0"))
        elif text.startswith(
            (b'42["start_game"', b'42["set_question_number"', b'42["solutions"', b'42["question_results"')
        ):
            player.was_shown(text, now)
        elif not text.startswith(
            (b'42["session_id"', b'42["joined_game"', b'42["player_answer"', b'42["everyone_answered"')
        ):
            raise Lost(f"ClassQuiz said {text[:200]!r}")

    def answer(self, text: bytes) -> bytes | None:
        if not text.startswith(b'42["set_question_number"'):
            return None
        self.round = str(json.loads(text[2:])[1]["question_index"])
        return event("submit_answer", {"question_index": int(self.round), "answer": CHOICES[1]}, ack="1")

    def commands(self, _state: Callable[[], dict[str, Any]]) -> Iterator[str]:
        yield "start_game"
        for number in range(QUESTIONS):
            yield f"set_question_number {number}"
            yield "show_solutions"
            yield f"get_question_results {number}"

    def order(self, name: str) -> bytes:
        name, _, number = name.partition(" ")
        return event(name, {"question_number": int(number)} if name.startswith("get") else number or {})

    def rows(self) -> Counter[str]:
        import redis as client  # noqa: PLC0415

        with client.Redis.from_url(self._kept) as asked:
            found = {str(n): asked.get(f"game_session:{self._pin}:{n}") for n in range(QUESTIONS)}
        return Counter({number: len(json.loads(answers)) for number, answers in found.items() if answers})


def a_game(pin: str, game: str) -> dict[str, Any]:
    """As its own live_redis_data.md describes one."""
    answers = [{"right": place == 1, "answer": choice, "color": None} for place, choice in enumerate(CHOICES)]
    question = {"question": QUESTION, "time": "60", "type": "ABCD", "answers": answers, "image": None}
    return {
        "quiz_id": str(uuid4()),
        "user_id": str(uuid4()),
        "game_id": game,
        "game_pin": pin,
        "title": "Bench",
        "description": "Bench",
        "game_mode": "normal",
        "questions": [question] * QUESTIONS,
    }


def first_visit(address: str) -> float | None:
    """KB of bodies, as they travel, for a browser that has never been there; None where there is no browser."""
    if not Path(CHROMIUM).exists():
        return None
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        asked: list[Request] = []
        page.on("requestfinished", lambda request: asked.append(request))
        page.goto(address)
        for _ in range(5):  # until nothing came for three seconds: a script starts late on a busy machine
            before = len(asked)
            page.wait_for_timeout(3000)
            if len(asked) == before:
                break
        fetched = [request for request in asked if request.url.startswith("http")]
        return sum(request.sizes()["responseBodySize"] for request in fetched) / 1024


@dataclass(frozen=True)
class Asked:
    """`--peer rahoot=/path`."""

    kind: type[Rahoot] | type[ClassQuiz]
    checkout: Path

    @property
    def version(self) -> str:
        """The commit that was checked out; empty when Git does not know it."""
        command = ["git", "-C", str(self.checkout), "rev-parse", "--short", "HEAD"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    @classmethod
    def of(cls, text: str) -> "Asked":
        name, _, path = text.partition("=")
        kinds: dict[str, type[Rahoot] | type[ClassQuiz]] = {"rahoot": Rahoot, "classquiz": ClassQuiz}
        if name not in kinds or not path:
            raise argparse.ArgumentTypeError(f"« {text} » : écrire {' ou '.join(f'{kind}=/dossier' for kind in kinds)}")
        checkout = Path(path).expanduser().resolve()
        if not checkout.is_dir():
            raise argparse.ArgumentTypeError(f"« {checkout} » n’est pas un dossier")
        return cls(kinds[name], checkout)
