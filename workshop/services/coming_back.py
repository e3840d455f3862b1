"""A sign that is taken up again in another browser, with what it had answered."""

import hmac

from sqlalchemy import delete, select, update

from workshop.domain.errors import EntryLocked, RehearsalOnly, SharedRefused, UnknownCode, WrongComebackCode
from workshop.extensions import db
from workshop.storage import live_sessions
from workshop.storage.models import Participant, Response
from workshop.storage.text_models import WrittenText
from workshop.storage.transaction import transaction

from .keys import comeback_code


def come_back(code: str, typed: str, key_hash: str, secret: str) -> int:
    """Take up an identity in another browser; the participant's id. It is good once: the key, hence the code, changes.

    What the other browser answered meanwhile is kept where the identity had not answered. Refused while a question on
    lived experience is open, since the answer would follow; and to a device that is shared already. Seats have no code:
    their keys follow from that of their device.
    """
    with transaction():
        row = live_sessions.find_by_code(code)
        if row is None:
            raise UnknownCode
        if row.rehearsal:
            raise RehearsalOnly
        if any(r.is_open and r.is_experience for r in row.rounds):
            raise EntryLocked
        people = db.session.execute(
            select(Participant).where(Participant.live_session_id == row.id, Participant.retired.is_(False))
        ).scalars()
        wanted = typed.strip().upper().replace(" ", "").replace("-", "")
        other = None
        mine = None
        for person in people:
            expected = comeback_code(secret, row.id, person.key_hash).replace("-", "")
            if hmac.compare_digest(expected, wanted) and person.way != "turns":
                mine = person
            if person.key_hash == key_hash:
                other = person
        if mine is None:
            raise WrongComebackCode
        if mine is other:
            return mine.id
        if other is not None and other.way != "phone":
            raise SharedRefused
        if other is not None:
            _merge(other, mine)
        db.session.add(Participant(live_session_id=row.id, key_hash=mine.key_hash, retired=True))
        mine.key_hash, mine.came_back = key_hash, True
        for table in (Response, WrittenText):
            db.session.execute(update(table).where(table.participant_id == mine.id).values(hidden=True))
        return mine.id


def _merge(other: Participant, mine: Participant) -> None:
    for table in (Response, WrittenText):
        answered = select(table.round_id).where(table.participant_id == mine.id)
        db.session.execute(
            update(table)
            .where(table.participant_id == other.id, table.round_id.not_in(answered))
            .values(participant_id=mine.id)
            .execution_options(synchronize_session=False)
        )
        db.session.execute(delete(table).where(table.participant_id == other.id))
    db.session.delete(other)
    db.session.flush()
