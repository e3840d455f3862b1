"""Taking the national directory in: first what would change, then the change itself, a piece at a time.

Each piece is a short transaction of its own; between two, and every few hundred lines, `breathe` lets the class in
progress go on (services know nothing of the server's loop: it is passed in). An import cut short is taken up by
importing the same file again: what is already there is left as it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import insert, select, update

from workshop.domain.directory import (
    NotUtf8,
    OtherLine,
    RefusedLine,
    Wanted,
    read_directory,
)
from workshop.domain.schools import SchoolEntry
from workshop.extensions import db
from workshop.storage.planning_models import School
from workshop.storage.transaction import transaction

from .schools import columns_of

PIECE = 50  # schools in one transaction, lines between two breaths: a few milliseconds
SHOWN = 200  # refused lines that a report names; the others are counted


@dataclass
class Compared:
    """What an import does, or would do, to the schools that are known."""

    added: list[SchoolEntry] = field(default_factory=list)
    changed: list[SchoolEntry] = field(default_factory=list)
    same: int = 0


@dataclass(frozen=True)
class Report:
    """A dry run: what would change, the lines that cannot be taken, how many were not asked for."""

    found: Compared
    refused: tuple[RefusedLine, ...]
    refused_count: int
    others: int


def examine(lines: Iterable[str], wanted: Wanted, breathe: Callable[[], None]) -> Report:
    """What taking a directory in would do. Writes nothing. Raises NotADirectory, NotUtf8, FileTooLong."""
    db.session.rollback()  # nothing may be held open meanwhile: it lasts
    found, refused, refused_count, others = Compared(), list[RefusedLine](), 0, 0
    piece: list[SchoolEntry] = []
    try:
        for number, each in enumerate(read_directory(lines, wanted), 1):
            if isinstance(each, SchoolEntry):
                piece.append(each)
            elif isinstance(each, OtherLine):
                others += 1
            else:
                refused_count += 1
                refused += [each] if refused_count <= SHOWN else []
            if number % PIECE == 0:
                _compare(piece, found)
                piece = []
                breathe()
    except UnicodeDecodeError as error:
        raise NotUtf8 from error
    _compare(piece, found)
    return Report(found, tuple(refused), refused_count, others)


def take_in(entries: Sequence[SchoolEntry], breathe: Callable[[], None]) -> Compared:
    """Add the schools that are new, correct those that have changed; what was done."""
    done = Compared()
    for start in range(0, len(entries), PIECE):
        with transaction():
            new, changed = _sort(entries[start : start + PIECE], done)
            if new:
                db.session.execute(insert(School), [columns_of(entry) for entry in new])
            for entry in changed:
                db.session.execute(update(School).where(School.uai == entry.uai).values(columns_of(entry)))
        breathe()
    return done


def _compare(piece: Sequence[SchoolEntry], found: Compared) -> None:
    if piece:
        _sort(piece, found)
        db.session.rollback()


def _sort(piece: Sequence[SchoolEntry], into: Compared) -> tuple[list[SchoolEntry], list[SchoolEntry]]:
    """Which entries are new and which have changed; `into` counts them. Rows are read as columns: it is quicker."""
    table = School.__table__.c
    codes = [entry.uai for entry in piece]
    query = select(table.uai, table.name, table.level, table.town, table.department).where(table.uai.in_(codes))
    known = {row.uai: SchoolEntry(*row) for row in db.session.execute(query)}
    new = [entry for entry in piece if entry.uai not in known]
    changed = [entry for entry in piece if entry.uai in known and known[entry.uai] != entry]
    into.added += new
    into.changed += changed
    into.same += len(piece) - len(new) - len(changed)
    return new, changed
