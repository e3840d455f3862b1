"""The link of one class's review: see `lasting_links.py`."""

from datetime import datetime, timedelta

from workshop.storage.models import LiveSessionRow

from .accounts import Granted
from .lasting_links import LastingLinks, LinkInForce

KIND = "teacher"
_LINKS = LastingLinks(KIND, "live_session_id")


def make_teacher_link(live_id: int, now: datetime, lasts: timedelta) -> str:
    """A token for the review of this class. The link before it, and whoever had opened it, are shut out."""
    return _LINKS.make(live_id, now, lasts)


def teacher_link(live_id: int, now: datetime) -> LinkInForce | None:
    return _LINKS.in_force(live_id, now)


def renew_teacher_link(live_id: int, now: datetime, lasts: timedelta) -> None:
    """The same link for longer; LinkExpired when there is none in force: one that died stays dead."""
    _LINKS.renew(live_id, now, lasts)


def revoke_teacher_link(live_id: int) -> None:
    """From now on neither the link nor a browser that opened it shows anything. Twice is once."""
    _LINKS.revoke(live_id)


def open_teacher_link(token: str, now: datetime) -> Granted:
    """The secret of a new cookie, for a working day and never longer than the link; LinkExpired."""
    return _LINKS.open(token, now)


def readable(live_id: int, secret: str | None, now: datetime) -> tuple[LiveSessionRow, datetime]:
    """The live session that this cookie may read, and when its link expires; else LinkExpired, always the same."""
    ended = LiveSessionRow.ended_at.is_not(None), LiveSessionRow.rehearsal.is_(False)
    return _LINKS.readable(LiveSessionRow, live_id, secret, now, *ended)
