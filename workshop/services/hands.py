"""Hands and cards raised in the room: absolute counts by choice, any time before the close. Never who raised which."""

from collections.abc import Callable, Mapping

from workshop import clock
from workshop.domain.activities import Question
from workshop.domain.errors import (
    CardsRefused,
    HandsRefused,
    Malformed,
    RoundClosed,
    UnknownChoice,
    UnknownRound,
)
from workshop.domain.live_session import MAX_CAPACITY
from workshop.extensions import db
from workshop.storage import live_sessions, responses
from workshop.storage.models import RoundRow
from workshop.storage.responses import RoomChannel
from workshop.storage.transaction import transaction

from .change import Change
from .tallying import question_of


def enter_hands(live_id: int, round_id: int, counts: Mapping[str, int]) -> Change:
    """Replace the hand count of an open round.

    Refused on lived experience and on opinions, which are answered alone or not at all, and where hands cannot say it.
    """
    return _enter(live_id, round_id, "hand", counts, lambda question: question.takes_hands, HandsRefused)


def enter_cards(live_id: int, round_id: int, counts: Mapping[str, int]) -> Change:
    """Replace the count of cards of an open round. Refused where hands are, and where a card cannot say it."""
    return _enter(live_id, round_id, "card", counts, lambda question: question.takes_cards, CardsRefused)


def _enter(
    live_id: int,
    round_id: int,
    channel: RoomChannel,
    counts: Mapping[str, int],
    takes: Callable[[Question], bool],
    refused: type[HandsRefused | CardsRefused],
) -> Change:
    with transaction():
        row = live_sessions.find(live_id, lock=True)
        stored = db.session.get(RoundRow, round_id, with_for_update=True)
        if row is None or stored is None or stored.live_session_id != live_id:
            raise UnknownRound
        if stored.is_experience:
            raise refused
        if not stored.is_open:
            raise RoundClosed
        question = question_of(stored, live_sessions.workshop_of(row))
        if not takes(question):
            raise refused
        if not set(counts) <= set(question.choice_ids):
            raise UnknownChoice
        if any(not 0 <= n <= MAX_CAPACITY for n in counts.values()):
            raise Malformed
        row.active_at = clock.now()
        responses.store_room_counts(round_id, channel, counts)
    return Change(live_id)
