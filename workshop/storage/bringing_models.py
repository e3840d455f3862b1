"""What a file brings, between its report and the decision to keep it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workshop.extensions import Base

from .models import Moment


class BroughtWorkshop(Base):
    """One a person. Never the file itself: it may hold pupils' names and answers, which the draft does not.

    `packed` is the draft and its pictures as a workshop's file; `report` what was understood and what was not.
    """

    __tablename__ = "brought_workshop"
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    origin: Mapped[str]
    packed: Mapped[bytes]
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)


class BroughtPreparation(Base):
    """One a person: the signed file itself, read again when it is kept."""

    __tablename__ = "brought_preparation"
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    file: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(Moment)
