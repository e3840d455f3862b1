"""The class's charter: typed on the console, on every screen at once, kept with the class's results."""

from collections.abc import Sequence
from datetime import datetime

from workshop.domain.charter import tidy
from workshop.domain.errors import NotFound, SessionEnded, UnknownCode
from workshop.extensions import db
from workshop.storage import live_sessions
from workshop.storage.text_models import Charter
from workshop.storage.transaction import transaction

from .change import Change


def save_charter(live_id: int, activity_id: str, typed: Sequence[str], now: datetime) -> Change:
    """Replace the lines of a poster. Raises CharterFull, SessionEnded, or NotFound where there is no such poster."""
    lines = tidy(typed)
    with transaction():
        row = live_sessions.find(live_id, lock=True)
        if row is None:
            raise UnknownCode
        if row.ended_at is not None:
            raise SessionEnded
        workshop = live_sessions.workshop_of(row)
        if not any(a.id == activity_id and a.kind == "poster" for a in workshop.activities):
            raise NotFound
        kept = db.session.get(Charter, (live_id, activity_id))
        if kept is None:
            kept = Charter(live_session_id=live_id, activity_id=activity_id)
            db.session.add(kept)
        kept.lines = list(lines)
        row.edits += 1
        row.active_at = now
    return Change(live_id)
