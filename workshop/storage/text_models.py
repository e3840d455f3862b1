"""Tables of what is written: by pupils until it is read, then of nobody; and the class's charter."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workshop.extensions import Base

from .models import Moment


class WrittenText(Base):
    """What one phone wrote in one round, and where its reading stands. Destroyed at the end, whatever became of it."""

    __tablename__ = "written_text"
    __table_args__ = ({"sqlite_with_rowid": False},)  # as for ballots: rows in the order of arrival would tell it
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True, index=True)
    seq: Mapped[int]
    text: Mapped[str]
    merged: Mapped[str]
    state: Mapped[str]
    changes: Mapped[int] = mapped_column(default=0)
    # Set when the identity was taken up in another browser: the text stays, and is shown to no phone.
    hidden: Mapped[bool] = mapped_column(default=False)


class ApprovedText(Base):
    """Words that an adult let through. `people`: who said them aloud and, from the end on, who wrote them too."""

    __tablename__ = "approved_text"
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    merged: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    people: Mapped[int] = mapped_column(default=0)


class SetApart(Base):
    """Words that may call for help, to be passed on: of no phone. Only the live session's facilitator reads them."""

    __tablename__ = "set_apart"
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)


class Charter(Base):
    """What the groups of a class commit themselves to, in the facilitator's words and in this order."""

    __tablename__ = "charter"
    live_session_id: Mapped[int] = mapped_column(ForeignKey("live_session.id"), primary_key=True)
    activity_id: Mapped[str] = mapped_column(primary_key=True)
    lines: Mapped[list[str]] = mapped_column(JSON)
