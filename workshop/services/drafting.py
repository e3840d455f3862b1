"""Drafts of workshops: what is kept is not yet played."""

from workshop import clock
from workshop.extensions import db
from workshop.storage.drafting_models import Draft, DraftMedia
from workshop.storage.transaction import transaction


def create(account_id: int, source: str, origin: str, media: dict[str, bytes]) -> int:
    """A draft with this text, complete or not, and these pictures; its id."""
    now = clock.now()
    with transaction():
        draft = Draft(owner_id=account_id, source=source, origin=origin, created_at=now, updated_at=now)
        db.session.add(draft)
        db.session.flush()
        db.session.add_all(DraftMedia(draft_id=draft.id, name=name, data=data) for name, data in media.items())
        return draft.id
