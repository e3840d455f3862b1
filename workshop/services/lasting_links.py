"""Links that open as often as wanted until they expire, renewed or revoked; one at a time for each thing they show.

Only their hash is kept. Whoever may not read, for whatever reason, is told the same after the same one query: an
address that is wrong, old or another's must not tell which.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from workshop.domain.errors import LinkExpired
from workshop.extensions import db
from workshop.storage.models import Access, Link
from workshop.storage.transaction import transaction

from .accounts import SCREEN_LASTS, Granted
from .keys import hashed, new_token

_LAST_ID = 2**31 - 1  # an address may hold any number; the database's are no larger


@dataclass(frozen=True)
class LinkInForce:
    """Its token was said once, when it was made."""

    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class LastingLinks:
    """The links of one `kind`, and the column of `link` and `access` that says what they show."""

    kind: str
    shown: str

    def make(self, shown_id: int, now: datetime, lasts: timedelta) -> str:
        """A token. The link before it, and whoever had opened it, are shut out."""
        token = new_token()
        with transaction():
            self.shut(shown_id)
            row = Link(kind=self.kind, token_hash=hashed(token), created_at=now, expires_at=now + lasts)
            setattr(row, self.shown, shown_id)
            db.session.add(row)
        return token

    def in_force(self, shown_id: int, now: datetime) -> LinkInForce | None:
        query = select(Link).where(*self._of(Link, shown_id), Link.expires_at > now)
        found = db.session.execute(query).scalars().first()
        return LinkInForce(found.created_at, found.expires_at) if found else None

    def renew(self, shown_id: int, now: datetime, lasts: timedelta) -> None:
        """The same link for longer; LinkExpired when there is none in force: one that died stays dead."""
        with transaction():
            renewed = db.session.execute(
                update(Link)
                .where(*self._of(Link, shown_id), Link.expires_at > now)
                .values(expires_at=now + lasts)
                .returning(Link.id)
            ).all()
            if not renewed:
                raise LinkExpired

    def revoke(self, shown_id: int) -> None:
        """From now on neither the link nor a browser that opened it shows anything. Twice is once."""
        with transaction():
            self.shut(shown_id)

    def shut(self, shown_id: int) -> None:
        """The same, within the transaction of who asks."""
        db.session.execute(delete(Access).where(*self._of(Access, shown_id)))
        db.session.execute(delete(Link).where(*self._of(Link, shown_id)))

    def open(self, token: str, now: datetime) -> Granted:
        """The secret of a new cookie, for a working day and never longer than the link; LinkExpired."""
        with transaction():
            query = select(Link).where(Link.token_hash == hashed(token), Link.kind == self.kind, Link.expires_at > now)
            link = db.session.execute(query).scalar_one_or_none()
            if link is None:
                raise LinkExpired
            shown_id, secret = getattr(link, self.shown), new_token()
            db.session.execute(delete(Access).where(*self._of(Access, shown_id), Access.expires_at <= now))
            row = Access(
                kind=self.kind,
                token_hash=hashed(secret),
                created_at=now,
                expires_at=min(now + SCREEN_LASTS, link.expires_at),
            )
            setattr(row, self.shown, shown_id)
            db.session.add(row)
            return Granted(secret, self.kind, link.live_session_id, "", link.school_id)

    def readable(
        self, table: Any, shown_id: int, secret: str | None, now: datetime, *conditions: ColumnElement[bool]
    ) -> tuple[Any, datetime]:
        """The row of `table` that this cookie may read, and when its link expires; else LinkExpired, always the same.
        One query."""
        query = (
            select(table, Link.expires_at)
            .join(Access, getattr(Access, self.shown) == table.id)
            .join(Link, getattr(Link, self.shown) == table.id)
            .where(
                table.id == min(shown_id, _LAST_ID),
                Access.kind == self.kind,
                Access.token_hash == hashed(secret or ""),
                Access.expires_at > now,
                Link.kind == self.kind,
                Link.expires_at > now,
                *conditions,
            )
        )
        found = db.session.execute(query).first()
        if found is None:
            raise LinkExpired
        return found[0], found[1]

    def _of(self, table: type[Link] | type[Access], shown_id: int) -> tuple[ColumnElement[bool], ...]:
        return getattr(table, self.shown) == shown_id, table.kind == self.kind
