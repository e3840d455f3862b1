"""What a whole class asks for within seconds, the same for each: rendered once."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app

from workshop.realtime.hub import current_hub
from workshop.storage import live_sessions

from .security import zipped

_MOST = 512  # of a dozen kilobytes each
_FRESH = 0.25  # seconds without asking the database again: another process may have run a command meanwhile


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


def once(what: str, code: str, language: str, render: Callable[[int], Rendered]) -> Rendered | None:
    """None when no class that is running has this code.

    Whatever pupils are shown moves with the live session's version or its edits, and with nothing else.
    """
    everything: dict[Any, _Kept] = current_app.extensions.setdefault("preau_rendered_once", {})
    place = (what, code.upper(), language)
    kept = everything.get(place)
    announced, now = current_hub().publisher.announced, time.monotonic()
    if kept is None or kept.announced != announced or now - kept.checked > _FRESH:
        found = live_sessions.version_by_code(code)
        if found is None:
            return None
        if kept is None or kept.found != found:
            kept = _Kept(found, render(found[0]), announced, now)
        if len(everything) >= _MOST:
            everything.clear()
        kept.announced, kept.checked = announced, now
        everything[place] = kept
    return kept.rendered


def rendered(body: bytes) -> Rendered:
    return Rendered(body, zipped(body))
