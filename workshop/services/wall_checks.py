"""Before the class: is it the class's screen that the wall shows, or the facilitator's own, duplicated?"""

import secrets
from datetime import datetime

from workshop.domain.errors import NotOnTheWall, SessionEnded, UnknownCode
from workshop.storage import live_sessions
from workshop.storage.models import LiveSessionRow
from workshop.storage.transaction import transaction

from .change import Change

OFFERED = 3  # figures on the console, of which one is on the wall


def start(live_id: int, now: datetime) -> Change:
    """Show a figure drawn at random on the class's screen, over what is there. Raises SessionEnded."""
    return _put(live_id, _drawn(), now)


def stop(live_id: int, now: datetime) -> Change:
    """Give the class's screen back."""
    return _put(live_id, None, now)


def see(live_id: int, figure: str, now: datetime) -> Change:
    """The facilitator says which figure the wall shows. The right one stays, above lines to be read from the last row;
    another is drawn after a wrong one, and NotOnTheWall raised."""
    with transaction():
        row = _find(live_id)
        right = row.wall_check is not None and row.wall_check[0] == figure
        row.wall_check = [figure] if right else _drawn()
        row.active_at = now
    if not right:
        raise NotOnTheWall
    return Change(live_id)


def _put(live_id: int, figures: list[str] | None, now: datetime) -> Change:
    with transaction():
        row = _find(live_id)
        row.wall_check, row.active_at = figures, now
    return Change(live_id)


def _find(live_id: int) -> LiveSessionRow:
    row = live_sessions.find(live_id, lock=True)
    if row is None:
        raise UnknownCode
    if row.ended_at is not None:
        raise SessionEnded
    return row


def _drawn() -> list[str]:
    """Figures of two digits, the right one first."""
    return [str(number) for number in secrets.SystemRandom().sample(range(10, 100), OFFERED)]
