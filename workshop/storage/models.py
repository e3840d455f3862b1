"""The tables. Rules live here as constraints, not in hope; nothing in a ballot says when, or from where, it came."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workshop.extensions import Base


class Moment(TypeDecorator[datetime]):
    """A UTC datetime; SQLite forgets the zone, this puts it back."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Account(Base):
    """An adult of the association. There is no account for a pupil."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    is_admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)


class Access(Base):
    """What a cookie of a desk, a projector or a remote control stands for: hashed, revocable, dated."""

    __tablename__ = "access"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    live_session_id: Mapped[int | None] = mapped_column(ForeignKey("live_session.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    label: Mapped[str] = mapped_column(default="")
    confirmed: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class Link(Base):
    """An address traded for a cookie: once, but for those of a class's and a school's review. Only its hash stays."""

    __tablename__ = "link"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    live_session_id: Mapped[int | None] = mapped_column(ForeignKey("live_session.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    target: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class QuizVersion(Base):
    """The exact texts that a class lived, workshop and exit survey: editing a file changes nothing under a class."""

    __tablename__ = "quiz_version"
    digest: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str]
    language: Mapped[str]
    source: Mapped[str]
    survey: Mapped[str] = mapped_column(default="")
    media: Mapped[list[str]] = mapped_column(JSON)
    # By language: the workshop's translation, and that of the survey.
    translations: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)


class LiveSessionRow(Base):
    """One run in one class. `code` is free again once it has ended."""

    __tablename__ = "live_session"
    __table_args__ = (
        Index(
            "uq_live_session_code_running",
            "code",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_live_session_code", "code"),
        Index(
            "uq_live_session_follows_running",
            "follows",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        # Without those that follow nothing: their number would pass for a way to find anything.
        Index(
            "ix_live_session_follows",
            "follows",
            sqlite_where=text("follows IS NOT NULL"),
            postgresql_where=text("follows IS NOT NULL"),
        ),
        Index("ix_live_session_owner_id", "owner_id", "created_at"),
        Index("ix_live_session_started_at", "started_at"),
        Index("ix_live_session_ended_at", "ended_at"),
        Index(
            "ix_live_session_rehearsal",
            "ended_at",
            sqlite_where=text("rehearsal IS 1"),
            postgresql_where=text("rehearsal IS true"),
        ),
        # Looked for each second: of a history, none.
        Index(
            "ix_live_session_erasure_pending",
            "id",
            sqlite_where=text("erasure_pending IS 1"),
            postgresql_where=text("erasure_pending IS true"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    # A colleague in the room, named at the set-up: may take it over.
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    quiz_digest: Mapped[str] = mapped_column(ForeignKey("quiz_version.digest"))
    intervention_id: Mapped[int | None] = mapped_column(ForeignKey("intervention.id", ondelete="SET NULL"), index=True)
    # Of a follow-up: the live session whose questions it asks again. One runs at a time.
    follows: Mapped[int | None] = mapped_column(ForeignKey("live_session.id"))
    # Whether it is run in its short variant.
    short: Mapped[bool] = mapped_column(default=False)
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=0)
    phase: Mapped[str]
    position: Mapped[int]
    answering: Mapped[str]
    paused_at: Mapped[datetime | None] = mapped_column(Moment)
    essential: Mapped[bool] = mapped_column(default=False)
    entry_locked: Mapped[bool] = mapped_column(default=False)
    overlay: Mapped[str | None]
    capacity: Mapped[int]
    present: Mapped[int | None]
    rehearsal: Mapped[bool] = mapped_column(default=False)
    shown: Mapped[list[str]] = mapped_column(JSON, default=list)
    skipped: Mapped[list[str]] = mapped_column(JSON, default=list)
    school: Mapped[str] = mapped_column(default="")
    class_label: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="")
    people: Mapped[dict[str, str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    entered_at: Mapped[datetime | None] = mapped_column(Moment)
    messages_shown: Mapped[int] = mapped_column(default=0)
    path: Mapped[list[str]] = mapped_column(JSON, default=list)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    # Set with a deletion, cleared when the bytes have left the files: promise 4 is kept by retrying until then.
    erasure_pending: Mapped[bool] = mapped_column(default=False)
    joined: Mapped[int] = mapped_column(default=0)
    # The last command or arrival; not an answer's: no row may tell when one came.
    active_at: Mapped[datetime] = mapped_column(Moment)
    # Raised when what the screens show changes without a command: a text let through, a line of the charter.
    edits: Mapped[int] = mapped_column(default=0)
    # While the facilitator checks what the wall shows: the figure that is on it, then those that are not.
    wall_check: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))

    quiz: Mapped[QuizVersion] = relationship()
    rounds: Mapped[list["RoundRow"]] = relationship(order_by="RoundRow.id")


class Handover(Base):
    """A live session went from one facilitator to another during the class."""

    __tablename__ = "handover"
    id: Mapped[int] = mapped_column(primary_key=True)
    live_session_id: Mapped[int] = mapped_column(ForeignKey("live_session.id"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    taker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class Origin(Base):
    """Where a live session comes from, drawn when its file is first made: the same here and where it is taken in."""

    __tablename__ = "origin"
    live_session_id: Mapped[int] = mapped_column(ForeignKey("live_session.id"), primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)


class RoundRow(Base):
    """One opening of one question. `disclosed` is all that remains of a round on lived experience."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("live_session_id", "activity_id", "question_id", "number"),
        # Looked for each second: of a history, none.
        Index(
            "ix_round_closes_at",
            "closes_at",
            sqlite_where=text("is_open IS 1"),
            postgresql_where=text("is_open IS true"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    live_session_id: Mapped[int] = mapped_column(ForeignKey("live_session.id"))
    activity_id: Mapped[str]
    question_id: Mapped[str]
    number: Mapped[int]
    is_experience: Mapped[bool] = mapped_column(default=False)
    is_open: Mapped[bool] = mapped_column(default=True)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closes_at: Mapped[datetime | None] = mapped_column(Moment)
    untimed: Mapped[bool] = mapped_column(default=False)
    disclosed: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Participant(Base):
    """An anonymous phone: a hash, a number that becomes « Galet bleu ». Destroyed at the end.

    `way`: « phone » for one pupil; « turns » for one of the `size` seats of a device that passes from hand to hand;
    « group » for `size` pupils with one voice. `device` is the number of the first seat.
    """

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("live_session_id", "key_hash"),
        UniqueConstraint("live_session_id", "number", name="uq_participant_number"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    live_session_id: Mapped[int] = mapped_column(ForeignKey("live_session.id"))
    key_hash: Mapped[str]
    number: Mapped[int | None]
    retired: Mapped[bool] = mapped_column(default=False)
    came_back: Mapped[bool] = mapped_column(default=False)
    way: Mapped[str] = mapped_column(default="phone")
    size: Mapped[int] = mapped_column(default=1)
    seat: Mapped[int] = mapped_column(default=1)
    device: Mapped[int | None]
    last_seen: Mapped[datetime | None] = mapped_column(Moment)


class Response(Base):
    """One participant's answer to one round. Destroyed at the close (lived experience) or at the end."""

    __tablename__ = "response"
    __table_args__ = ({"sqlite_with_rowid": False},)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True, index=True)
    seq: Mapped[int]
    choices: Mapped[str]
    # Set when the identity was taken up in another browser: the answer counts, and is shown to nobody.
    hidden: Mapped[bool] = mapped_column(default=False)


class RoomCount(Base):
    """Hands raised for one choice, or cards (`channel`), as they were counted in the room: absolute, so that sending it
    twice is once. No row tells of a single hand or card."""

    __tablename__ = "room_count"
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[str] = mapped_column(primary_key=True)
    voices: Mapped[int]


class FoldedTally(Base):
    """What remains of a round on knowledge or a situation: voices by choice and respondents by channel; `behind` those,
    shared devices and the pupils of groups."""

    __tablename__ = "folded_tally"
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    voices: Mapped[dict[str, int]] = mapped_column(JSON)
    respondents: Mapped[dict[str, int]] = mapped_column(JSON)
    behind: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)


class FoldedTransition(Base):
    """Before/after of a paired question, on phones: how many were right or wrong before and after. No identity."""

    __tablename__ = "folded_transition"
    live_session_id: Mapped[int] = mapped_column(ForeignKey("live_session.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    right_before: Mapped[bool] = mapped_column(primary_key=True)
    right_after: Mapped[bool] = mapped_column(primary_key=True)
    people: Mapped[int]


class FoldedShift(Base):
    """What one feels able to do, before and at the end, on phones: how many went lower, stayed, went higher."""

    __tablename__ = "folded_shift"
    live_session_id: Mapped[int] = mapped_column(ForeignKey("live_session.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    direction: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]
