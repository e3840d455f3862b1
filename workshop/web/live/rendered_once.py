"""What a whole class asks for within seconds, the same for each: rendered once."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from workshop.realtime.hub import current_hub
from workshop.storage import live_sessions
from workshop.web.security import zipped

_MOST = 512  # of a dozen kilobytes each
_FRESH = 0.25  # seconds without asking the database again: another process may have run a command meanwhile


_Place = tuple[str, str, str]  # what, code, language


@dataclass(frozen=True, slots=True)
class Rendered:
    body: bytes
    zipped: bytes
    tag: str = ""  # of a snapshot
    bare: bytes = b""  # the same without what is shown, for a phone that shows it already


@dataclass(slots=True)
class _Kept:
    found: tuple[int, int, int]
    rendered: Rendered
    announced: int
    checked: float

    def is_fresh(self) -> bool:
        return self.announced == current_hub().publisher.announced and time.monotonic() - self.checked <= _FRESH


class _Everything:
    """A class comes in at once: one of its phones has the page drawn, the others wait for it. When each drew its own,
    they held every connection to the database, and none came to an end."""

    def __init__(self) -> None:
        self.kept: dict[_Place, _Kept] = {}
        self._locks: dict[_Place, threading.Lock] = {}

    def lock(self, place: _Place) -> threading.Lock:
        if len(self._locks) >= _MOST:
            self.kept.clear()
            self._locks.clear()
        return self._locks.setdefault(place, threading.Lock())


def once(what: str, code: str, language: str, render: Callable[[int], Rendered]) -> Rendered | None:
    """None when no class that is running has this code.

    Whatever pupils are shown moves with the live session's version or its edits, and with nothing else.
    """
    everything: _Everything = current_app.extensions.setdefault("preau_rendered_once", _Everything())
    place = (what, code.upper(), language)
    kept = everything.kept.get(place)
    if kept is None or not kept.is_fresh():
        with everything.lock(place):
            kept = everything.kept.get(place)
            if kept is None or not kept.is_fresh():
                return _again(everything, place, render)
    return kept.rendered


def _again(everything: _Everything, place: _Place, render: Callable[[int], Rendered]) -> Rendered | None:
    announced, now = current_hub().publisher.announced, time.monotonic()
    found = live_sessions.version_by_code(place[1])
    if found is None:
        return None
    kept = everything.kept.get(place)
    if kept is None or kept.found != found:
        kept = _Kept(found, render(found[0]), announced, now)
    kept.announced, kept.checked = announced, now
    everything.kept[place] = kept
    return kept.rendered


def rendered(body: bytes) -> Rendered:
    return Rendered(body, zipped(body))
