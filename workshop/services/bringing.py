"""Bringing a workshop from a file: what it has become is held until its report is read, then kept or let go."""

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import delete

from workshop.domain.errors import NotFound
from workshop.extensions import db
from workshop.formats import workshop_files
from workshop.formats.questions import Note, Place
from workshop.formats.reading import Brought, Taken
from workshop.storage.bringing_models import BroughtWorkshop
from workshop.storage.transaction import transaction

from . import drafting

HELD = timedelta(days=1)  # then nobody came back to it


def hold(account_id: int, brought: Brought, now: datetime) -> None:
    """Keep it until its report is read; it takes the place of the one before."""
    packed = workshop_files.write("atelier", {"fr": brought.source}, brought.media)
    report = {
        "taken": [asdict(each) for each in brought.taken],
        "notes": [asdict(each) for each in brought.notes],
    }
    with transaction():
        _forget(account_id)
        db.session.add(
            BroughtWorkshop(owner_id=account_id, origin=brought.origin, packed=packed, report=report, created_at=now)
        )


def held(account_id: int) -> Brought | None:
    """What this person has brought and not yet kept."""
    row = db.session.get(BroughtWorkshop, account_id)
    if row is None:
        return None
    origin, packed, report = row.origin, row.packed, row.report
    db.session.rollback()
    file = workshop_files.read(packed)
    taken = tuple(Taken(**{**each, "place": Place(**each["place"])}) for each in report["taken"])
    notes = tuple(Note(**{**each, "place": Place(**each["place"])}) for each in report["notes"])
    return Brought(origin, file.source, file.media, taken, notes)


def keep(account_id: int, origin: str) -> int:
    """Make a draft of it; its id. `origin` says in words where it comes from. Raises NotFound, and what
    `drafting.create` raises: then it is still held."""
    brought = held(account_id)
    if brought is None:
        raise NotFound
    draft_id = drafting.create(account_id, brought.source, origin, brought.media)
    let_go(account_id)
    return draft_id


def let_go(account_id: int) -> None:
    with transaction():
        _forget(account_id)


def _forget(account_id: int) -> None:
    db.session.execute(delete(BroughtWorkshop).where(BroughtWorkshop.owner_id == account_id))
