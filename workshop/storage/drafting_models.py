"""Workshops that somebody is writing."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workshop.extensions import Base

from .models import Moment


class Draft(Base):
    """A workshop being written, complete or not. `source` is its TOML text, `origin` where it comes from."""

    __tablename__ = "draft"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    source: Mapped[str]
    origin: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class DraftMedia(Base):
    """A picture of a draft."""

    __tablename__ = "draft_media"
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes]
