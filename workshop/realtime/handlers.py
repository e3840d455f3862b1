"""What a client may say. Any arguments are taken, nothing is ever raised, nobody else is harmed.

Registered on the underlying Socket.IO server and run inline: no Flask context and no greenlet for an answer.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from werkzeug.http import parse_cookie

from workshop import clock
from workshop.domain.errors import (
    Busy,
    HelloFirst,
    Malformed,
    NotAllowed,
    Refusal,
    TooManyAttempts,
    UnknownCode,
)
from workshop.domain.identity import identity
from workshop.domain.languages import spoken
from workshop.extensions import db
from workshop.services import accounts, sharing
from workshop.services.batching import Item
from workshop.services.joining import Arrival, Joined
from workshop.services.keys import comeback_code, hashed
from workshop.services.responding import Answer
from workshop.services.writing import Text, Written
from workshop.storage import live_sessions

from . import events
from .clients import REMOTE, Client, person
from .cookies import DESK, LANGUAGE, participant_cookie, remote_cookie, screen_cookie
from .measures import REFUSALS
from .publisher import without_html

if TYPE_CHECKING:
    from .hub import Hub

log = logging.getLogger(__name__)
HELLO_WAITS = 10.0  # seconds for a commit that normally takes milliseconds
EVENTS_A_SECOND, BURST = 10, 40
MAX_ARRIVING = 3_000  # hellos that wait for their commit, about a second of them: who comes then is told to come again
BUSY_FOR = (1_000, 3_000)  # milliseconds, drawn for each, so that they do not come again together


def register(hub: "Hub") -> None:
    handlers = _Handlers(hub)
    hub.server.on(events.HELLO, handlers.hello)
    hub.server.on(events.ANSWER, handlers.answer)
    hub.server.on(events.MORE_TIME, handlers.more_time)
    hub.server.on("connect", lambda sid, environ, auth=None: None)
    hub.server.on("disconnect", handlers.disconnect)
    hub.server.on("*", handlers.unknown)


class _Handlers:
    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._buckets: dict[str, tuple[float, float]] = {}

    def hello(self, sid: str, *arguments: Any) -> dict[str, Any]:
        cookies = self._cookies(sid)
        language = spoken(cookies.get(LANGUAGE), for_adults=False).code
        try:
            self._spend(sid)
            hello = events.read_hello(arguments)
            language = spoken(language, hello.audience != "participant").code
            if hello.audience == "participant":
                return self._participant(sid, hello, cookies, language)
            return self._staff(sid, hello, cookies, language)
        except Refusal as refusal:
            later = {"after": random.randrange(*BUSY_FOR)} if isinstance(refusal, Busy) else {}  # noqa: S311  # no secret
            return {"ok": False, **self._words(refusal, language), **later}
        except Exception:
            log.exception("hello failed")
            return {"ok": False, **self._words(Busy(), language)}

    def answer(self, sid: str, *arguments: Any) -> None:
        client = self._hub.clients.get(sid)
        try:
            self._spend(sid)
            event = events.read_answer(arguments)
            if client is None or client.participant_id is None:
                raise HelloFirst
            if event.text is not None:
                text = Text(client.participant_id, event.round_id, event.seq, event.text)
                self._hub.texts.submit(Item(text, self._confirm_text(sid, client, event)))
                return
            answer = Answer(client.participant_id, event.round_id, event.seq, event.choices)
            self._hub.answers.submit(Item(answer, self._confirm(sid, client, event)))
        except Refusal as refusal:
            self._refuse(sid, client, refusal, events.echo(arguments))
        except Exception:
            log.exception("answer failed")
            self._refuse(sid, client, Busy(), events.echo(arguments))

    def more_time(self, sid: str, *arguments: Any) -> None:
        client = self._hub.clients.get(sid)
        try:
            self._spend(sid)
            round_ = events.read_more_time(arguments)
            if client is None or client.participant_id is None:
                raise HelloFirst
            with self._hub.app.app_context():
                self._hub.give_time(client.participant_id, round_)
        except Refusal as refusal:
            self._refuse(sid, client, refusal, {})
        except Exception:
            log.exception("more_time failed")
            self._refuse(sid, client, Busy(), {})

    def unknown(self, event: str, sid: str, *arguments: Any) -> None:
        self._refuse(sid, self._hub.clients.get(sid), Malformed(), {})

    def disconnect(self, sid: str, *_reason: Any) -> None:
        self._buckets.pop(sid, None)
        client = self._hub.clients.remove(sid)
        if client is not None:
            self._hub.publisher.mark(client.live_id)

    def _confirm(self, sid: str, client: Client, event: events.AnswerEvent) -> Callable[[bool | Refusal], None]:
        hub, said = self._hub, {"round": event.round, "seq": event.seq}

        def reply(outcome: bool | Refusal) -> None:
            if isinstance(outcome, Refusal):
                self._refuse(sid, client, outcome, said)
                return
            hub.tell(sid, events.SAVED, said)
            hub.publisher.mark(client.live_id)

        return reply

    def _confirm_text(self, sid: str, client: Client, event: events.AnswerEvent) -> Callable[[Written | Refusal], None]:
        confirm = self._confirm(sid, client, event)

        def reply(outcome: Written | Refusal) -> None:
            if isinstance(outcome, Refusal):
                confirm(outcome)
                return
            # From now on an adult may put these words apart: this phone, wherever it is connected, is then told. Not
            # one that others look at: they would learn whose words worried.
            if not client.is_shared:
                self._hub.server.enter_room(sid, person(client.participant_id))
            confirm(True)
            self._hub.publisher.mark_texts(client.live_id)
            if outcome.is_apart and not client.is_shared:
                self._hub.tell(sid, events.HELP, {})

        return reply

    def _participant(self, sid: str, hello: events.Hello, cookies: Any, language: str) -> dict[str, Any]:
        key = cookies.get(participant_cookie(hello.code)) or hello.key
        if not key:
            raise Malformed
        is_new = False
        if hello.way is not None:
            with self._hub.app.app_context():
                is_new = sharing.share(hello.code, key, hello.way, hello.size)
        joined = self._join(Arrival(hello.code, hashed(sharing.seat_key(key, hello.seat)), seat=hello.seat))
        client = Client(
            joined.live_id, "participant", language, joined.participant_id, joined.key_hash, joined.shared is not None
        )
        self._enter(sid, client)
        if is_new:
            self._hub.announce_console(joined.live_id)
        if joined.has_written:
            self._hub.server.enter_room(sid, person(joined.participant_id))
        state = self._hub.publisher.snapshot(joined.live_id, "participant", language, joined.version)
        if state["tag"] == hello.seen:
            state = {name: value for name, value in state.items() if name != "html"}
        return {
            "ok": True,
            "state": state,
            "mine": mine(joined, self._hub.secret, lambda number: self._hub.sign_name(number, language)),
        }

    def _join(self, arrival: Arrival) -> Joined:
        outcome: list[Joined | Refusal] = []
        committed = threading.Event()

        def reply(result: Joined | Refusal) -> None:
            outcome.append(result)
            committed.set()

        if self._hub.arrivals.waiting >= MAX_ARRIVING:
            raise Busy
        self._hub.arrivals.submit(Item(arrival, reply))
        if not committed.wait(HELLO_WAITS):
            raise Busy
        if isinstance(outcome[0], Refusal):
            raise outcome[0]
        return outcome[0]

    def _staff(self, sid: str, hello: events.Hello, cookies: Any, language: str) -> dict[str, Any]:
        """A projector or a console: by its cookie, or by the credential that the cookie would hold."""
        with self._hub.app.app_context():
            row = live_sessions.find_by_code(hello.code)
            if row is None:
                raise UnknownCode
            live_id, version, now = row.id, row.version, clock.now()
            if hello.audience == "facilitator":
                account = accounts.account_of(cookies.get(DESK) or hello.credential, now)
                remote = accounts.access(cookies.get(remote_cookie(live_id)), "remote", now)
                owns = account is not None and account.id == row.owner_id and row.follows is None
                allowed = owns or (remote is not None and remote.confirmed and remote.live_session_id == live_id)
                audience = "facilitator" if owns else REMOTE
            else:
                token = cookies.get(screen_cookie(live_id)) or hello.credential
                screen = accounts.access(token, "projector", now)
                allowed, audience = screen is not None and screen.live_session_id == live_id, "projector"
            db.session.rollback()
        if not allowed:
            self._turn_out(sid)
            raise NotAllowed
        self._enter(sid, Client(live_id, audience, language))
        state = self._hub.publisher.snapshot(live_id, hello.audience, language, version)
        return {"ok": True, "state": without_html(state) if audience == REMOTE else state, "mine": None}

    def _enter(self, sid: str, client: Client) -> None:
        before = self._hub.clients.add(sid, client)
        for left in set(before.rooms if before else ()) - set(client.rooms):
            self._hub.server.leave_room(sid, left)
        for name in client.rooms:
            self._hub.server.enter_room(sid, name)
        if client.audience == "participant":
            self._hub.publisher.mark(client.live_id)

    def _turn_out(self, sid: str) -> None:
        """An adult's screen that may no longer follow its class hears nothing more of it, counts included."""
        client = self._hub.clients.get(sid)
        if client is not None and client.participant_id is None:
            self._hub.clients.remove(sid)
            for left in client.rooms:
                self._hub.server.leave_room(sid, left)

    def _spend(self, sid: str) -> None:
        """A socket may say ten things a second, forty at once; a pupil with a script is told to wait."""
        now = time.monotonic()
        left, since = self._buckets.get(sid, (BURST, now))
        left = min(BURST, left + (now - since) * EVENTS_A_SECOND) - 1
        self._buckets[sid] = (max(left, 0), now)
        if left < 0:
            raise TooManyAttempts

    def _refuse(self, sid: str, client: Client | None, refusal: Refusal, said: dict[str, Any]) -> None:
        self._hub.measures.count(REFUSALS, refusal.code)
        language = client.language if client else spoken(self._cookies(sid).get(LANGUAGE), for_adults=False).code
        words = self._words(refusal, language)
        self._hub.tell(sid, events.REFUSED, {**said, **words})

    def _cookies(self, sid: str) -> Mapping[str, str]:
        return parse_cookie((self._hub.server.get_environ(sid) or {}).get("HTTP_COOKIE", ""))

    def _words(self, refusal: Refusal, language: str) -> dict[str, str]:
        return {"error": refusal.code, "message": self._hub.say(refusal.code, language)}


def mine(joined: Joined, secret: str, name_of: Callable[[int], str]) -> dict[str, Any]:
    """What this phone alone is told: its sign (`name_of` is in its language), its come-back code, what it may know of
    its own answers and, where pupils share it, how: whose turn it may be."""
    answers: dict[str, Any] = {}
    for own in joined.answers:
        known: dict[str, Any] = {"seq": own.seq, "answered": True}
        if own.choices is not None:
            known["choices"] = list(own.choices)
        if own.text is not None:
            known["text"] = own.text
        answers[str(own.round_id)] = known
    found: dict[str, Any] = {
        "identity": _sign(joined.number, name_of),
        "comeback": comeback_code(secret, joined.live_id, joined.key_hash),
        "answers": answers,
        "help": joined.is_apart,
    }
    if (shared := joined.shared) is not None:
        seats = [
            {"seat": one.seat, "identity": _sign(one.number, name_of), "answered": sorted(str(r) for r in one.answered)}
            for one in shared.seats
        ]
        found["shared"] = {"way": shared.way, "size": shared.size, "seat": shared.seat, "seats": seats}
        if shared.way == "turns":
            found["comeback"] = None
    return found


def _sign(number: int, name_of: Callable[[int], str]) -> dict[str, Any]:
    who = identity(number)
    return {"shape": who.shape, "colour": who.colour, "repeat": who.repeat, "name": name_of(number)}
