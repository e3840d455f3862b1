"""Promise 4: the bytes of what was destroyed leave the database's files, however many tries that takes."""

from sqlalchemy import Engine, select, update

from workshop.extensions import db
from workshop.storage.models import LiveSessionRow
from workshop.storage.transaction import checkpoint, transaction

_PENDING = select(LiveSessionRow.id).where(LiveSessionRow.erasure_pending.is_(True))


def finish_erasures(engine: Engine) -> list[int]:
    """Checkpoint if anything was destroyed since the last one; the live sessions whose erasure is now complete.

    Empty when there was nothing to do, or while a reader still holds the log: then the next sweep, or the next start,
    tries again.
    """
    pending = list(db.session.execute(_PENDING).scalars())
    db.session.rollback()  # our own read must not hold the log
    if not pending or not checkpoint(engine):
        return []
    with transaction():
        db.session.execute(update(LiveSessionRow).where(LiveSessionRow.id.in_(pending)).values(erasure_pending=False))
    return pending
