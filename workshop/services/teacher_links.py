"""The link of one class's review: see `lasting_links.py`."""

from datetime import datetime

from workshop.storage.models import LiveSessionRow

from .lasting_links import LastingLinks

KIND = "teacher"
links = LastingLinks(KIND, "live_session_id")


def readable(live_id: int, secret: str | None, now: datetime) -> tuple[LiveSessionRow, datetime]:
    """The live session that this cookie may read, and when its link expires; else LinkExpired, always the same."""
    ended = LiveSessionRow.ended_at.is_not(None), LiveSessionRow.rehearsal.is_(False)
    return links.readable(LiveSessionRow, live_id, secret, now, *ended)
