"""The association's schools and the adults met there. No pupil is named anywhere."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, select, update

from workshop import clock
from workshop.domain.errors import Malformed, NotFound, Refusal
from workshop.domain.schools import LEVELS, SchoolEntry, folded, searched
from workshop.domain.uai import uai_fault
from workshop.extensions import db
from workshop.storage.planning_models import Contact, Intervention, School
from workshop.storage.transaction import transaction

from . import school_links

PAGE = 50  # schools shown at once


class UaiTaken(Refusal):
    """Another school has this code."""

    code, status = "uai_taken", 409


@dataclass(frozen=True)
class ContactEntry:
    """What is known of an adult of a school. `listens`: pupils may go and talk to them, there and then."""

    name: str
    role: str = ""
    email: str = ""
    listens: bool = False
    place: str = ""
    hours: str = ""


@dataclass(frozen=True)
class KnownContact(ContactEntry):
    id: int = 0


@dataclass(frozen=True)
class KnownSchool:
    id: int
    entry: SchoolEntry
    contacts: tuple[KnownContact, ...] = ()

    @property
    def listeners(self) -> tuple[KnownContact, ...]:
        """To whom pupils may go and talk."""
        return tuple(contact for contact in self.contacts if contact.listens)


@dataclass(frozen=True)
class Found:
    """One page of a search, and how many schools it found in all."""

    schools: tuple[KnownSchool, ...]
    total: int


def search(text: str = "", department: str = "", page: int = 1) -> Found:
    """Schools whose name, town and code hold every word of `text`, those that are visited first. Pages count from 1."""
    query = select(School)
    for word in folded(text).split():
        query = query.where(School.searched.contains(word, autoescape=True))
    if department:
        query = query.where(School.department == department)
    total = db.session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    visited = exists().where(Intervention.school_id == School.id)
    rows = db.session.execute(
        query.order_by(visited.desc(), School.town, School.name, School.id).limit(PAGE).offset((page - 1) * PAGE)
    ).scalars()
    return Found(tuple(KnownSchool(row.id, entry_of(row)) for row in rows), total)


def find(school_id: int) -> KnownSchool:
    """The school with its contacts, or NotFound."""
    row = row_of(school_id)
    return KnownSchool(row.id, entry_of(row), tuple(_known(contact) for contact in row.contacts))


def entry_of(row: School) -> SchoolEntry:
    return SchoolEntry(row.uai, row.name, row.level, row.town, row.department)


def save_school(entry: SchoolEntry, school_id: int | None = None) -> int:
    """Add a school, or change it; its id. Raises Malformed, UaiTaken."""
    if not entry.name or entry.level not in LEVELS or (entry.uai is not None and uai_fault(entry.uai)):
        raise Malformed
    with transaction():
        if entry.uai is not None:
            other = db.session.execute(select(School.id).where(School.uai == entry.uai)).scalar_one_or_none()
            if other is not None and other != school_id:
                raise UaiTaken
        row = School() if school_id is None else row_of(school_id)
        for column, value in columns_of(entry).items():
            setattr(row, column, value)
        db.session.add(row)
        db.session.flush()
        return row.id


def same_as(entry: SchoolEntry) -> int | None:
    """The school known here that this entry is: by its code, or else by name and place."""
    query = select(School.id).where(School.uai == entry.uai)
    if entry.uai is None:
        place = School.town == entry.town, School.department == entry.department
        query = select(School.id).where(School.uai.is_(None), School.name == entry.name, *place)
    return db.session.execute(query.order_by(School.id).limit(1)).scalar_one_or_none()


def columns_of(entry: SchoolEntry) -> dict[str, str | None]:
    """The row of a school, with what it is found by."""
    return {**vars(entry), "searched": searched(entry)}


def delete_school(school_id: int) -> None:
    """Delete a school with its contacts and interventions. Results of its classes stay, no longer tied to it."""
    with transaction():
        row = row_of(school_id)
        db.session.execute(delete(Intervention).where(Intervention.school_id == school_id))
        db.session.execute(delete(Contact).where(Contact.school_id == school_id))
        school_links.links.shut(school_id)
        db.session.expire(row)
        db.session.delete(row)


def count_interventions(school_id: int) -> int:
    query = select(func.count()).where(Intervention.school_id == school_id)
    return db.session.execute(query).scalar_one()


def find_contact(school_id: int, contact_id: int) -> KnownContact:
    """An adult of this school, or NotFound."""
    return _known(_contact(school_id, contact_id))


def save_contact(school_id: int, entry: ContactEntry, now: datetime, contact_id: int | None = None) -> int:
    """Add an adult of a school, or change what is known of them; the id."""
    with transaction():
        row_of(school_id)
        row = _contact(school_id, contact_id) if contact_id else Contact(school_id=school_id, created_at=now)
        if row.listens or entry.listens:
            _people_changed(school_id)
        row.name, row.role, row.email = entry.name, entry.role, entry.email
        row.listens, row.place, row.hours = entry.listens, entry.place, entry.hours
        db.session.add(row)
        db.session.flush()
        return row.id


def delete_contact(school_id: int, contact_id: int) -> None:
    with transaction():
        row = _contact(school_id, contact_id)
        if row.listens:
            _people_changed(school_id)
        db.session.delete(row)


def _people_changed(school_id: int) -> None:
    """What is said here of the people to go to takes the place of what a file said, and goes with the next file."""
    visits = update(Intervention).where(Intervention.school_id == school_id)
    db.session.execute(visits.values(people={}, changed_at=clock.now()))


def people_of(listeners: tuple[KnownContact, ...]) -> dict[str, str]:
    """To whom pupils may go and talk, as the set-up screen names them: the first, then a deputy."""
    if not listeners:
        return {}
    first, deputy = listeners[0], _named(listeners[1]) if len(listeners) > 1 else ""
    return {"person": _named(first), "place": first.place, "hours": first.hours, "deputy": deputy}


def _named(contact: KnownContact) -> str:
    return f"{contact.name}, {contact.role}" if contact.role else contact.name


def _known(row: Contact) -> KnownContact:
    return KnownContact(row.name, row.role, row.email, row.listens, row.place, row.hours, row.id)


def row_of(school_id: int) -> School:
    """The school's row, or NotFound."""
    row = db.session.get(School, school_id)
    if row is None:
        raise NotFound
    return row


def _contact(school_id: int, contact_id: int) -> Contact:
    row = db.session.get(Contact, contact_id)
    if row is None or row.school_id != school_id:
        raise NotFound
    return row
