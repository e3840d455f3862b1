"""Taking the national directory in: first what would change, then the change itself, a piece at a time.

Each piece is a short transaction of its own: between two, the caller lets the class in progress breathe. An import cut
short is taken up by importing the same file again: what is already there is left as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from workshop.domain.schools import SchoolEntry
from workshop.extensions import db
from workshop.storage.planning_models import School
from workshop.storage.transaction import transaction

from .schools import entry_of, write_entry

PIECE = 200  # schools in one transaction: about ten milliseconds


@dataclass(frozen=True)
class Compared:
    """What an import does, or would do, to the schools that are known."""

    added: tuple[SchoolEntry, ...] = ()
    changed: tuple[SchoolEntry, ...] = ()
    same: int = 0

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(self.added + other.added, self.changed + other.changed, self.same + other.same)


def compare(entries: Sequence[SchoolEntry]) -> Compared:
    """What taking this piece of a directory in would do. Writes nothing."""
    found = _compared({row.uai: entry_of(row) for row in _known(entries)}, entries)
    db.session.rollback()
    return found


def take_in(entries: Sequence[SchoolEntry]) -> Compared:
    """Write one piece of a directory, at most PIECE entries: adds what is new, corrects what has changed."""
    with transaction():
        rows = {row.uai: row for row in _known(entries)}
        found = _compared({uai: entry_of(row) for uai, row in rows.items()}, entries)
        for entry in found.added:
            row = School()
            write_entry(row, entry)
            db.session.add(row)
        for entry in found.changed:
            write_entry(rows[entry.uai], entry)
    return found


def _known(entries: Sequence[SchoolEntry]) -> Sequence[School]:
    codes = [entry.uai for entry in entries]
    return db.session.execute(select(School).where(School.uai.in_(codes))).scalars().all()


def _compared(known: Mapping[str | None, SchoolEntry], entries: Sequence[SchoolEntry]) -> Compared:
    return Compared(
        added=tuple(entry for entry in entries if entry.uai not in known),
        changed=tuple(entry for entry in entries if entry.uai in known and known[entry.uai] != entry),
        same=sum(known.get(entry.uai) == entry for entry in entries),
    )
