"""The link of one class's review: opened as often as wanted until it expires, renewed or revoked; one at a time.

Only its hash is kept. Whoever may not read, for whatever reason, is told the same after the same one query: an address
that is wrong, old or another class's must not tell which.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from workshop.domain.errors import LinkExpired
from workshop.extensions import db
from workshop.storage.models import Access, Link, LiveSessionRow
from workshop.storage.transaction import transaction

from .accounts import SCREEN_LASTS, Granted
from .keys import hashed, new_token

KIND = "teacher"
_LAST_ID = 2**31 - 1  # an address may hold any number; the database's are no larger


@dataclass(frozen=True)
class TeacherLink:
    """The link in force. Its token was said once, when it was made."""

    created_at: datetime
    expires_at: datetime


def make_teacher_link(live_id: int, now: datetime, lasts: timedelta) -> str:
    """A token for the review of this class. The link before it, and whoever had opened it, are shut out."""
    token = new_token()
    with transaction():
        _shut(live_id)
        db.session.add(
            Link(kind=KIND, token_hash=hashed(token), live_session_id=live_id, created_at=now, expires_at=now + lasts)
        )
    return token


def teacher_link(live_id: int, now: datetime) -> TeacherLink | None:
    query = select(Link).where(Link.live_session_id == live_id, Link.kind == KIND, Link.expires_at > now)
    found = db.session.execute(query).scalars().first()
    return TeacherLink(found.created_at, found.expires_at) if found else None


def renew_teacher_link(live_id: int, now: datetime, lasts: timedelta) -> None:
    """The same link for longer; LinkExpired when there is none in force: one that died stays dead."""
    with transaction():
        renewed = db.session.execute(
            update(Link)
            .where(Link.live_session_id == live_id, Link.kind == KIND, Link.expires_at > now)
            .values(expires_at=now + lasts)
            .returning(Link.id)
        ).all()
        if not renewed:
            raise LinkExpired


def revoke_teacher_link(live_id: int) -> None:
    """From now on neither the link nor a browser that opened it shows anything. Twice is once."""
    with transaction():
        _shut(live_id)


def _shut(live_id: int) -> None:
    db.session.execute(delete(Access).where(Access.live_session_id == live_id, Access.kind == KIND))
    db.session.execute(delete(Link).where(Link.live_session_id == live_id, Link.kind == KIND))


def open_teacher_link(token: str, now: datetime) -> Granted:
    """The secret of a new cookie, for a working day and never longer than the link; LinkExpired."""
    with transaction():
        query = select(Link).where(Link.token_hash == hashed(token), Link.kind == KIND, Link.expires_at > now)
        link = db.session.execute(query).scalar_one_or_none()
        if link is None:
            raise LinkExpired
        live_id, secret = link.live_session_id, new_token()
        db.session.execute(
            delete(Access).where(Access.live_session_id == live_id, Access.kind == KIND, Access.expires_at <= now)
        )
        db.session.add(
            Access(
                kind=KIND,
                token_hash=hashed(secret),
                live_session_id=live_id,
                created_at=now,
                expires_at=min(now + SCREEN_LASTS, link.expires_at),
            )
        )
    return Granted(secret, KIND, live_id, "")


def readable(live_id: int, secret: str | None, now: datetime) -> tuple[LiveSessionRow, datetime]:
    """The live session that this cookie may read, and when its link expires; else LinkExpired, always the same."""
    query = (
        select(LiveSessionRow, Link.expires_at)
        .join(Access, Access.live_session_id == LiveSessionRow.id)
        .join(Link, Link.live_session_id == LiveSessionRow.id)
        .where(
            LiveSessionRow.id == min(live_id, _LAST_ID),
            LiveSessionRow.ended_at.is_not(None),
            LiveSessionRow.rehearsal.is_(False),
            Access.kind == KIND,
            Access.token_hash == hashed(secret or ""),
            Access.expires_at > now,
            Link.kind == KIND,
            Link.expires_at > now,
        )
    )
    found = db.session.execute(query).first()
    if found is None:
        raise LinkExpired
    return found[0], found[1]
