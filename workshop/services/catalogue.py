"""The workshops that a class can be given: the files of the library, and what was published in the browser."""

import hashlib
from pathlib import Path

from sqlalchemy import or_, select

from workshop.extensions import db
from workshop.storage.drafting_models import Draft, PublishedMedia
from workshop.storage.models import QuizVersion
from workshop.storage.quiz_files import QuizFile, find_quizzes, parsed, survey_of


def quizzes(folder: Path, account_id: int | None = None, also: str = "") -> list[QuizFile]:
    """The files, then the published versions that this account may use; all of them for None."""
    return find_quizzes(folder) + published(folder, account_id, also)


def published(folder: Path, account_id: int | None = None, also: str = "", withdrawn: bool = False) -> list[QuizFile]:
    """The published versions: of this account its own and those that are shared, and the one with the slug `also`; all
    for None. Those that an administrator withdrew only if asked, to be named. As with files, the exit survey is the one
    in force now."""
    query = (
        select(Draft.slug, Draft.language, QuizVersion.source, QuizVersion.media)
        .join(QuizVersion, QuizVersion.digest == Draft.published)
        .order_by(Draft.published_at.desc(), Draft.id)
    )
    if not withdrawn:
        query = query.where(Draft.withdrawn_at.is_(None))
    if account_id is not None:
        query = query.where(or_(Draft.owner_id == account_id, Draft.shared, Draft.slug == also))
    rows = db.session.execute(query).all()
    return [
        make_quiz(row.slug, row.language, row.source, survey_of(folder, row.language), frozenset(row.media))
        for row in rows
    ]


def make_quiz(slug: str, language: str, source: str, survey: str, media: frozenset[str]) -> QuizFile:
    """A text that lies in no folder, as if it did. A picture's name stands for its bytes: names are enough to tell a
    version from another."""
    name = f"{slug}.{language}"
    workshop, errors = parsed(source, survey, name, media)
    digest = hashlib.sha256("\0".join((source, survey, *sorted(media))).encode()).hexdigest()
    return QuizFile(slug, language, name, source, survey, media, digest, workshop, errors)


def picture(slug: str, name: str) -> bytes | None:
    """A picture of a published version, even once its draft is gone; None when there is none."""
    return db.session.execute(
        select(PublishedMedia.data).where(PublishedMedia.slug == slug, PublishedMedia.name == name)
    ).scalar_one_or_none()
