"""A draft that becomes a version for classes, and the pictures that go with it."""

import hashlib
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from workshop.domain.errors import NotAllowed, NotFound, Refusal, TooLarge
from workshop.domain.quiz_fields import QuizError
from workshop.extensions import db
from workshop.storage.drafting_models import Draft, DraftMedia, PublishedMedia
from workshop.storage.models import Account, QuizVersion
from workshop.storage.quiz_files import QuizFile, find_quizzes, survey_of
from workshop.storage.transaction import transaction

from .catalogue import make_quiz
from .drafting import KnownDraft, known, row_of

MAX_PICTURE = 1_000_000  # bytes; drawings for a class take a few thousand
MAX_PICTURES = 40  # of one draft
# What a file starts with, whatever its name says. No SVG: it may hold a script, and is not read here.
_STARTS = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".webp": b"RIFF"}


class Incomplete(Refusal):
    """Something is still missing: a class could not go through it."""

    code, status = "incomplete", 409


class SlugTaken(Refusal):
    """Another workshop has this short name: results of both would be added."""

    code, status = "slug_taken", 409


class NotAPicture(Refusal):
    code, status = "not_a_picture", 400


def read(draft: KnownDraft, folder: Path) -> QuizFile:
    """The draft as a class would have it, with the exit survey in force, or with its mistakes."""
    return make_quiz(draft.slug, draft.language, draft.source, survey_of(folder, draft.language), draft.media)


def mistakes(draft: KnownDraft, folder: Path) -> tuple[QuizError, ...]:
    """What is still to complete before it can be published."""
    return read(draft, folder).errors


def publish(draft_id: int, account_id: int, folder: Path, now: datetime) -> None:
    """Make this text the version that classes are given from now on; those that began keep theirs.

    Raises Incomplete, SlugTaken.
    """
    with transaction():
        put_forward(row_of(draft_id, account_id), folder, now)


def put_forward(row: Draft, folder: Path, now: datetime) -> None:
    """The same, in the transaction of the caller."""
    draft = known(row)
    quiz = read(draft, folder)
    if quiz.workshop is None:
        raise Incomplete
    if draft.slug in {file.slug for file in find_quizzes(folder)}:
        raise SlugTaken
    if db.session.get(QuizVersion, quiz.digest) is None:
        db.session.add(
            QuizVersion(
                digest=quiz.digest, slug=quiz.slug, language=quiz.language, source=quiz.source,
                survey=quiz.survey, media=sorted(quiz.media),
            )
        )  # fmt: skip
        db.session.flush()
    for name, data in _pictures(draft.id):
        if db.session.get(PublishedMedia, (draft.slug, name)) is None:
            db.session.add(PublishedMedia(slug=draft.slug, name=name, data=data))
    row.published, row.published_at = quiz.digest, now


def withdraw(draft_id: int, account_id: int) -> None:
    """No new class is given it. Those that had it keep it."""
    with transaction():
        row_of(draft_id, account_id).published = None


def take_out(draft_id: int, admin_id: int, now: datetime) -> None:
    """An administrator withdraws what somebody published and shares: no new class is given it until it is put back.
    Raises NotFound, NotAllowed."""
    with transaction():
        row = _administered(draft_id, admin_id)
        if row.published is None:
            raise NotFound
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_by_id = now, admin_id


def put_back(draft_id: int, admin_id: int) -> None:
    """Into the library again, in the version that its author published last. Raises NotFound, NotAllowed."""
    with transaction():
        row = _administered(draft_id, admin_id)
        row.withdrawn_at = row.withdrawn_by_id = None


def _administered(draft_id: int, account_id: int) -> Draft:
    """What an administrator may read, which is no draft that its author keeps to themselves."""
    row = row_of(draft_id, account_id, writing=False)
    if not db.session.get_one(Account, account_id).is_admin:
        raise NotAllowed
    return row


def _pictures(draft_id: int) -> list[tuple[str, bytes]]:
    query = select(DraftMedia.name, DraftMedia.data).where(DraftMedia.draft_id == draft_id)
    return [(row.name, row.data) for row in db.session.execute(query)]


def pictures(draft_id: int) -> dict[str, bytes]:
    """Those of a draft, to be copied with it."""
    return dict(_pictures(draft_id))


def picture(draft_id: int, name: str) -> bytes:
    """One picture of a draft; raises NotFound."""
    found = db.session.get(DraftMedia, (draft_id, name))
    if found is None:
        raise NotFound
    return found.data


def add_picture(draft_id: int, account_id: int, data: bytes) -> str:
    """Keep a picture; its name, which stands for its bytes. Raises NotAPicture, TooLarge."""
    if len(data) > MAX_PICTURE:
        raise TooLarge
    kind = next((ending for ending, start in _STARTS.items() if data.startswith(start)), None)
    if kind is None or (kind == ".webp" and data[8:12] != b"WEBP"):
        raise NotAPicture
    data = _without_story(data) if kind == ".jpg" else data
    name = f"image-{hashlib.sha256(data).hexdigest()[:8]}{kind}"
    with transaction():
        row_of(draft_id, account_id)
        many = select(func.count()).select_from(DraftMedia).where(DraftMedia.draft_id == draft_id)
        if db.session.execute(many).scalar_one() >= MAX_PICTURES:
            raise TooLarge
        if db.session.get(DraftMedia, (draft_id, name)) is None:
            db.session.add(DraftMedia(draft_id=draft_id, name=name, data=data))
    return name


def _without_story(data: bytes) -> bytes:
    """A photograph without what a camera writes beside it (APP1 to APP15, comments): where it was taken…"""
    kept, place = bytearray(data[:2]), 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        size = 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if not (0xE1 <= data[place + 1] <= 0xEF or data[place + 1] == 0xFE):
            kept += data[place : place + size]
        place += size
    return bytes(kept + data[place:])


def remove_picture(draft_id: int, account_id: int, name: str) -> None:
    """Take a picture off a draft. What was published keeps its own."""
    with transaction():
        row_of(draft_id, account_id)
        found = db.session.get(DraftMedia, (draft_id, name))
        if found is None:
            raise NotFound
        db.session.delete(found)
