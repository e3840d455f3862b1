"""Who is visited and when: schools, the adults met there, interventions. No pupil's name has a place here."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workshop.extensions import Base

from .models import Account, Moment


class School(Base):
    """A collège or a lycée. `searched` is its name, town and code folded to plain letters, to be found by."""

    __tablename__ = "school"
    id: Mapped[int] = mapped_column(primary_key=True)
    uai: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    level: Mapped[str]  # « college » or « lycee »
    town: Mapped[str] = mapped_column(default="")
    department: Mapped[str] = mapped_column(default="", index=True)  # « 44 », « 2A », « 974 »
    searched: Mapped[str]

    contacts: Mapped[list["Contact"]] = relationship(order_by="Contact.name")


class Contact(Base):
    """An adult of a school. `listens`: pupils may go and talk to them, at this place and these hours."""

    __tablename__ = "contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    listens: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str] = mapped_column(default="")
    hours: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)


intervention_facilitator = Table(
    "intervention_facilitator",
    Base.metadata,
    Column("intervention_id", ForeignKey("intervention.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Intervention(Base):
    """A class to be visited: what is planned. What was done that day is in the live sessions started from it.

    `token` is the same wherever a file took it. `people`: to whom pupils may go and talk, when a file says it rather
    than the school's contacts.
    """

    __tablename__ = "intervention"
    __table_args__ = (Index("ix_intervention_school_id", "school_id", "starts_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    # What the clock of the school shows, kept as typed (Nantes and Nouméa alike): no zone is ever applied.
    starts_at: Mapped[datetime] = mapped_column(Moment, index=True)
    class_label: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="")
    expected: Mapped[int | None]
    slug: Mapped[str]
    short: Mapped[bool] = mapped_column(default=False)
    answering: Mapped[str]
    adult: Mapped[str] = mapped_column(default="")
    people: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    token: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    # When somebody last wrote it, here or where it comes from: the later one is right.
    changed_at: Mapped[datetime] = mapped_column(Moment)

    school: Mapped[School] = relationship()
    facilitators: Mapped[list[Account]] = relationship(secondary=intervention_facilitator, order_by=Account.name)
