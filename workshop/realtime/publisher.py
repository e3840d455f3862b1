"""Pushes: a small, full snapshot to each audience, rendered once a language; counts, coalesced, to adults' screens."""

import hashlib
import logging
import secrets
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, replace
from typing import Any

from flask import Flask, render_template
from flask_babel import force_locale
from socketio import Server

from workshop import clock
from workshop.domain.languages import FOR_ADULTS, LANGUAGES
from workshop.extensions import db
from workshop.joining_address import Join
from workshop.services.change import Change
from workshop.services.viewing import Board, load_board, load_counts
from workshop.storage import live_sessions

from . import events
from .audiences import facilitator_view, participant_view, projector_view
from .clients import REMOTE, Clients, counted, room
from .health import Health, health_of
from .measures import CATCH_UPS, STATES, Measures

log = logging.getLogger(__name__)
MOVED = "moved"  # between processes: a room that no socket is ever in
READ_EVERY = 1.0  # seconds between two drawings of a console on which texts come in
TALLY_EVERY = 0.25  # seconds: four times a second at most, whatever the number of answers
SETTLE = 0.02  # seconds: what pupils answer at once to a push is taken before adults' screens hold the process
KEEP = 0.5  # seconds a snapshot is reused for newcomers: a class arrives at once, and counts must not age
KEEP_PUPILS = 10.0  # seconds: what they are shown has no count, and moves with a change that is announced

_VIEWS: dict[str, Callable[[Board], Any]] = {
    "projector": projector_view,
    "facilitator": facilitator_view,
}


class Publisher:
    """Renders and sends. A lost message is harmless: the next snapshot, or a `hello`, is complete."""

    def __init__(
        self, app: Flask, server: Server, clients: Clients, join: Callable[[str], Join], measures: Measures
    ) -> None:
        self._app = app
        self._server = server
        self._clients = clients
        self._join = join
        self._measures = measures
        self._told: dict[tuple[int, str], int] = {}  # the version that each audience here has been sent
        self._kept: dict[tuple[int, str, str], tuple[float, dict[str, Any]]] = {}
        self._stale: set[int] = set()
        self._due: dict[int, set[str]] = {}  # adults' screens to draw, by live session
        self._unread: set[int] = set()
        self._drawn = 0.0
        self._concerns: dict[int, tuple[str | None, int]] = {}  # what consoles say of the network, by live session
        self.announced = 0  # moves with each state sent: what was kept before it may be out of date
        self._alone = app.config["PREAU"].redis_url is None
        self._name = secrets.token_hex(8)  # of this process, among others
        self._moved: set[int] = set()  # whose counts moved here

    def snapshot(self, live_id: int, audience: str, language: str, version: int | None = None) -> dict[str, Any]:
        """The audience's snapshot; one just rendered is reused while it still has the version asked for."""
        key = (live_id, audience, language)
        kept = self._kept.get(key)
        lasts = KEEP_PUPILS if audience == "participant" else KEEP
        if kept and version == kept[1]["version"] and time.monotonic() - kept[0] < lasts:
            payload = kept[1]
        else:
            with self._app.app_context():
                board = load_board(live_sessions.read(live_id), clock.now(), pupils=audience == "participant")
                db.session.rollback()
                payload = self._render(board, audience, language)
        self._told.setdefault((live_id, audience), payload["version"])
        return payload

    def heard(self, event: str, payload: Any) -> None:
        """Something is being said to all processes, by this one or by another."""
        if event == MOVED and payload["by"] != self._name:
            if payload["audiences"]:
                self._server.start_background_task(self._draw_again, payload["live"], set(payload["audiences"]))
            else:
                self._stale.update(payload["live"])

    def _draw_again(self, live_ids: Iterable[int], audiences: set[str]) -> None:
        try:
            for live_id in live_ids:
                self._show(Change(live_id), audiences)
        except Exception:
            log.exception("screens were not drawn")

    def catch_up(self, everything: bool) -> None:
        """Send, on this process only, the state to whoever was not told of it: Redis was away, or it lost a message."""
        watched = self._clients.watched()
        self._told = {place: version for place, version in self._told.items() if place in watched}
        versions = live_sessions.versions_of({live_id for live_id, _ in watched}) if watched else {}
        db.session.rollback()
        for live_id, audience in watched:
            if everything or self._told.get((live_id, audience), -1) < versions.get(live_id, -1):
                self._send(live_id, (audience,))
                self._measures.count(CATCH_UPS)

    def mark_watched(self) -> None:
        """Counts that moved on another process are not heard of: those that are looked at here are counted again."""
        self._stale |= {live_id for live_id, audience in self._clients.watched() if audience != "participant"}

    def announce(self, change: Change, audiences: Collection[str] = events.AUDIENCES) -> None:
        """Send the state that follows a command to these audiences: pupils now, adults in a moment, since what their
        screens need besides takes several times as long. Called after the commit, never inside it."""
        self._show(change, audiences)
        self._tell_others([change.live_id], audiences)

    def _tell_others(self, live_ids: Iterable[int], audiences: Collection[str]) -> None:
        """What is drawn stays here: another process hears that something moved, and draws what its own screens need, in
        the languages that they speak. No audience stands for the counts."""
        if not self._alone:
            said = {"live": sorted(live_ids), "audiences": sorted(audiences), "by": self._name}
            self._server.emit(MOVED, said, to=MOVED)

    def _show(self, change: Change, audiences: Collection[str]) -> None:
        # Also where nobody looks on: the next phone to come in is shown what it then is.
        self.announced += 1
        self._kept = {key: kept for key, kept in self._kept.items() if key[0] != change.live_id}
        if "participant" in audiences:
            self._send(change.live_id, ("participant",), change.pupils)
        adults = {audience for audience in audiences if self._rooms(change.live_id, (audience,))} - {"participant"}
        if not adults:
            return
        if change.live_id in self._due:
            self._due[change.live_id] |= adults
        else:
            self._due[change.live_id] = adults
            self._server.start_background_task(self._announce_adults, change.live_id)

    def _announce_adults(self, live_id: int) -> None:
        self._server.sleep(SETTLE)
        try:
            self._send(live_id, self._due.pop(live_id))
        except Exception:
            log.exception("screens of adults were not drawn")

    def _send(self, live_id: int, audiences: Collection[str], board: Board | None = None) -> None:
        """To the sockets of this process."""
        rooms = self._rooms(live_id, audiences)
        if not rooms:
            return
        with self._app.app_context():
            if board is None:
                board = load_board(live_sessions.read(live_id), clock.now(), pupils="participant" in audiences)
                db.session.rollback()
            for audience, language, target in rooms:
                payload = self._render(board, audience, language)
                self._told[live_id, audience] = payload["version"]
                self._measures.count(STATES, audience)
                self._server.emit(events.STATE, payload, to=target, ignore_queue=True)
                if audience == "facilitator":
                    remote = room(live_id, REMOTE, language)
                    self._server.emit(events.STATE, without_html(payload), to=remote, ignore_queue=True)

    def _rooms(self, live_id: int, audiences: Iterable[str]) -> list[tuple[str, str, str]]:
        """(audience, language, room) of those in which somebody of this process is."""
        return [
            (audience, language, room(live_id, audience, language))
            for audience in audiences
            for language in (LANGUAGES if audience == "participant" else FOR_ADULTS)
            if self._hears(live_id, audience, language)
        ]

    def _hears(self, live_id: int, audience: str, language: str) -> bool:
        rooms = [audience, REMOTE] if audience == "facilitator" else [audience]
        return not all(self._clients.is_empty(room(live_id, name, language)) for name in rooms)

    def mark(self, live_id: int) -> None:
        """Counts of this live session have moved; they will be sent with the next beat."""
        self._stale.add(live_id)
        self._moved.add(live_id)

    def mark_texts(self, live_id: int) -> None:
        """Somebody wrote: the console is drawn again soon, once for all that come meanwhile."""
        self._unread.add(live_id)

    def flush_tallies(self) -> None:
        if self._unread and time.monotonic() - self._drawn >= READ_EVERY:
            unread, self._unread, self._drawn = self._unread, set(), time.monotonic()
            for live_id in unread:
                self.announce(Change(live_id), ("facilitator",))
        stale, self._stale, moved, self._moved = self._stale, set(), self._moved, set()
        if moved:
            self._tell_others(moved, ())
        for live_id in stale:
            if self._clients.is_empty(counted(live_id)):
                continue
            with self._app.app_context():
                counts = load_counts(live_sessions.read(live_id), clock.now())
                db.session.rollback()
            self._server.emit(events.TALLY, asdict(counts), to=counted(live_id), ignore_queue=True)
            self._server.sleep(0)  # between two classes, answers pass

    def follow_health(self) -> None:
        """Draw again the consoles whose line on the network has changed."""
        here = self._clients.live_ids()
        self._concerns = {live_id: line for live_id, line in self._concerns.items() if live_id in here}
        self._kept = {key: kept for key, kept in self._kept.items() if key[0] in here}
        for live_id in here:
            line = _line(health_of(live_id, self._clients, self._server))
            if line != self._concerns.get(live_id, line):
                self.announce(Change(live_id), ("facilitator",))

    def health(self, board: Board) -> Health:
        """How this class's phones are connected, as far as this process knows; a simulated class is not."""
        seen = board.connected if self._alone and not board.live.rehearsal else None
        return health_of(board.live_id, self._clients, self._server, seen)

    def _render(self, board: Board, audience: str, language: str) -> dict[str, Any]:
        view = participant_view(board, language) if audience == "participant" else _VIEWS[audience](board)
        with force_locale(LANGUAGES[language].locale):
            join = None if audience == "participant" else self._join(board.code)
            health = self.health(board) if audience == "facilitator" else None
            if health is not None:
                self._concerns[board.live_id] = _line(replace(health, paged=0))
            html = render_template(f"{audience}/state.html", view=view, join=join, health=health, extra=None)
        payload = {
            "version": board.live.version,
            # Orders two snapshots of one version (counts moved). Milliseconds grow across restarts and processes.
            "revision": time.time_ns() // 1_000_000,
            "phase": board.live.phase.value,
            "round": [str(r.id) for r in board.live.open_rounds],
            "tag": tag_of(html),
            "html": html,
        }
        self._kept[board.live_id, audience, language] = (time.monotonic(), payload)
        return payload


def _line(health: Health) -> tuple[str | None, int]:
    return health.concern, health.dropped if health.concern in ("dropped", "most_dropped") else 0


def tag_of(html: str) -> str:
    """Names what a screen shows: a phone that shows it already need not be sent it again."""
    return hashlib.sha256(html.encode()).hexdigest()[:12]


def without_html(snapshot: dict[str, Any]) -> dict[str, Any]:
    """For a remote, which draws its own page: the console's may hold what pupils wrote."""
    return {**snapshot, "html": ""}
