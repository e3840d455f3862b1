"""Workshops written in the browser: what their author is writing, its past, its pictures. Adults' work, no pupil's."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workshop.extensions import Base

from .models import Moment


class Draft(Base):
    """A workshop being written, complete or not. `source` is its TOML text.

    `origin` says where it comes from: the slug of the workshop that was copied, the name of an imported file, nothing.
    `published` is the version that classes can be given: what is typed afterwards changes nothing to it. Once an
    administrator has withdrawn it, no new class is given it until one puts it back, whatever its author publishes.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("slug", "language"), Index("ix_draft_owner_id", "owner_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    slug: Mapped[str]
    language: Mapped[str]
    source: Mapped[str]
    origin: Mapped[str] = mapped_column(default="")
    shared: Mapped[bool] = mapped_column(default=False)
    published: Mapped[str | None] = mapped_column(ForeignKey("quiz_version.digest"))
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class DraftMedia(Base):
    """A picture of a draft. A name always stands for the same bytes: an upload is named after its content."""

    __tablename__ = "draft_media"
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class DraftHistory(Base):
    """What a draft was before a burst of changes. The oldest go."""

    __tablename__ = "draft_history"
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)


class PublishedMedia(Base):
    """A picture of a published version: it outlives the draft, as the text of a version does, for the classes that saw
    it."""

    __tablename__ = "published_media"
    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes]
