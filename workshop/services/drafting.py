"""Writing a workshop in the browser: what is typed is kept at once, complete or not, and its past with it."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import tomli_w
from sqlalchemy import delete, func, or_, select

from workshop import clock
from workshop.domain import quiz_document
from workshop.domain.errors import Malformed, NotAllowed, NotFound, Refusal, TooLarge
from workshop.domain.quiz_document import Document, Part, Table
from workshop.extensions import db
from workshop.storage.drafting_models import Draft, DraftHistory, DraftMedia
from workshop.storage.models import Account, QuizVersion
from workshop.storage.transaction import transaction

MAX_SOURCE = 250_000  # characters of a draft; the longest workshop of the library has about 30 000
MAX_DRAFTS = 200  # of one account
HISTORY = 50  # states kept of a draft
BURST = timedelta(minutes=5)  # changes closer than that are one state of the past


class ChangedMeanwhile(Refusal):
    """Another tab, or another person with the same account, changed the same thing."""

    code, status = "changed_meanwhile", 409


class TooManyDrafts(Refusal):
    code, status = "too_many_drafts", 409


@dataclass(frozen=True)
class KnownDraft:
    """A draft as it stands. `document` is what its text says, in the shape that can be edited; `withdrawn_by` names the
    administrator who took it out of the library."""

    id: int
    owner_id: int
    owner: str
    slug: str
    language: str
    source: str
    document: Document
    origin: str
    shared: bool
    published: str | None
    published_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by: str
    updated_at: datetime
    media: frozenset[str]
    published_source: str | None

    @property
    def title(self) -> str:
        return str(self.document.get("title") or "")

    @property
    def is_offered(self) -> bool:
        """Whether a new class can be given its published version."""
        return self.published is not None and self.withdrawn_at is None

    @property
    def is_ahead(self) -> bool:
        """Whether something was written since the published version."""
        return self.published_source not in (None, self.source)


@dataclass(frozen=True)
class State:
    """A line of the history."""

    number: int
    at: datetime


def create(account_id: int, source: str, origin: str, media: dict[str, bytes]) -> int:
    """A draft with this text, complete or not, and these pictures, taken as they are; its id.

    Raises Malformed when the text is no TOML at all, TooLarge, TooManyDrafts.
    """
    try:
        document = quiz_document.tidy(tomllib.loads(source))
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    now = clock.now()
    title, language = str(document.get("title") or ""), str(document.get("language") or "fr")
    with transaction():
        mine = select(func.count()).select_from(Draft).where(Draft.owner_id == account_id)
        if db.session.execute(mine).scalar_one() >= MAX_DRAFTS:
            raise TooManyDrafts
        slug = _free_slug(quiz_document.slug_of(title), origin)
        text = written({**document, "format": 1, "slug": slug, "language": language})
        draft = Draft(
            owner_id=account_id, slug=slug, language=language, source=text, origin=origin,
            created_at=now, updated_at=now,
        )  # fmt: skip
        db.session.add(draft)
        db.session.flush()
        db.session.add_all(DraftMedia(draft_id=draft.id, name=name, data=data) for name, data in media.items())
        return draft.id


def written(document: Document) -> str:
    """A document as the text of a file; raises TooLarge, Malformed for what TOML cannot hold."""
    try:
        text = tomli_w.dumps(document)
    except (TypeError, ValueError) as error:
        raise Malformed from error
    if len(text) > MAX_SOURCE:
        raise TooLarge
    return text


def as_a_copy(source: str, mark: str) -> str:
    """The same text, its title followed by `mark`."""
    document = tomllib.loads(source)
    return written({**document, "title": f"{document.get('title') or ''} {mark}".strip()})


def _free_slug(wanted: str, origin: str) -> str:
    """One that no draft has, nor any class lived: results of two workshops must never be added."""
    taken = set(db.session.execute(select(Draft.slug)).scalars())
    taken |= set(db.session.execute(select(QuizVersion.slug)).scalars()) | {origin, ""}
    return quiz_document.free_id(wanted, taken)


def readable(draft_id: int, account_id: int) -> KnownDraft:
    """One's own, or one that a colleague shares. Raises NotFound, NotAllowed."""
    return known(row_of(draft_id, account_id, writing=False, lock=False))


def owned(draft_id: int, account_id: int) -> KnownDraft:
    """One's own. Raises NotFound, NotAllowed."""
    return known(row_of(draft_id, account_id, lock=False))


def all_readable(account_id: int) -> list[KnownDraft]:
    """One's own and those that are shared, the last changed first."""
    query = select(Draft).where(or_(Draft.owner_id == account_id, Draft.shared))
    return [known(row) for row in db.session.execute(query.order_by(Draft.updated_at.desc(), Draft.id)).scalars()]


def row_of(draft_id: int, account_id: int, writing: bool = True, lock: bool = True) -> Draft:
    """The row for its author, or for whoever may read it; locked until the end of a transaction that changes it.
    Raises NotFound, NotAllowed."""
    query = select(Draft).where(Draft.id == draft_id).execution_options(populate_existing=True)
    row = db.session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    if row is None:
        raise NotFound
    if row.owner_id != account_id and (writing or not row.shared):
        raise NotAllowed
    return row


def known(row: Draft) -> KnownDraft:
    """What a row says, read."""
    names = db.session.execute(select(DraftMedia.name).where(DraftMedia.draft_id == row.id)).scalars()
    version = db.session.get(QuizVersion, row.published) if row.published else None
    owner = db.session.get(Account, row.owner_id)
    by = db.session.get(Account, row.withdrawn_by_id) if row.withdrawn_by_id else None
    return KnownDraft(
        row.id, row.owner_id, owner.name if owner else "", row.slug, row.language, row.source,
        quiz_document.tidy(tomllib.loads(row.source)), row.origin, row.shared, row.published, row.published_at,
        row.withdrawn_at, by.name if by else "", row.updated_at, frozenset(names), version.source if version else None,
    )  # fmt: skip


def save(
    draft_id: int, account_id: int, part: Part, table: Table, mark: str, now: datetime, force: bool = False
) -> str:
    """Put this table in the place of a part; the part's new mark.

    `mark` is that of the part when its page was drawn: raises ChangedMeanwhile when it is no longer the same, unless
    `force`, which keeps the other one in the history. Raises NotFound when the part went meanwhile.
    """
    with transaction():
        row = row_of(draft_id, account_id)
        document = quiz_document.tidy(tomllib.loads(row.source))
        now_there = quiz_document.mark_of(quiz_document.find(document, part))
        if mark != now_there and not force:
            raise ChangedMeanwhile
        if part == quiz_document.WORKSHOP:
            table = _with_slug(row, table)
        changed = quiz_document.replaced(document, part, table)
        _write(row, changed, now, at_once=mark != now_there)
        return quiz_document.mark_of(quiz_document.find(changed, part))


def _with_slug(row: Draft, table: Table) -> Table:
    """The short name stays once a version is published: results of classes go by it. Another draft's is refused."""
    slug = row.slug if row.published else quiz_document.slug_of(str(table.get("slug") or row.slug))
    language = row.language if row.published else str(table.get("language") or row.language)
    others = select(Draft.id).where(Draft.slug == slug, Draft.language == language, Draft.id != row.id)
    if slug != row.slug and db.session.execute(others).first():
        slug = _free_slug(slug, row.origin)
    row.slug, row.language = slug, language
    return {**table, "slug": slug, "language": language}


def change(draft_id: int, account_id: int, document: Document, source: str, now: datetime) -> None:
    """Put a whole document in the place of the one read in `source`. Raises ChangedMeanwhile."""
    with transaction():
        row = row_of(draft_id, account_id)
        if row.source != source:
            raise ChangedMeanwhile
        _write(row, document, now, at_once=True)


def _write(row: Draft, document: Document, now: datetime, at_once: bool) -> None:
    put(row, written(document), now, at_once)


def put(row: Draft, text: str, now: datetime, at_once: bool) -> None:
    """Give a draft this text; what it was joins its past. The transaction is the caller's."""
    if text == row.source:
        return
    _remember(row, now, at_once)
    row.source, row.updated_at = text, now


def _remember(row: Draft, now: datetime, at_once: bool) -> None:
    """Keep the state that is about to change, unless it is of the same burst as the last one kept."""
    query = select(DraftHistory.number, DraftHistory.at).where(DraftHistory.draft_id == row.id)
    last = db.session.execute(query.order_by(DraftHistory.number.desc()).limit(1)).first()
    if last is not None and not at_once and now - last.at < BURST:
        return
    number = last.number + 1 if last else 1
    db.session.add(DraftHistory(draft_id=row.id, number=number, source=row.source, at=now))
    old = delete(DraftHistory).where(DraftHistory.draft_id == row.id, DraftHistory.number <= number - HISTORY)
    db.session.execute(old)


def history(draft_id: int, account_id: int) -> list[State]:
    """What can be gone back to, the latest first."""
    row_of(draft_id, account_id, lock=False)
    query = select(DraftHistory.number, DraftHistory.at).where(DraftHistory.draft_id == draft_id)
    return [State(row.number, row.at) for row in db.session.execute(query.order_by(DraftHistory.number.desc()))]


def restore(draft_id: int, account_id: int, number: int, now: datetime) -> None:
    """Go back to a state; the present one joins the history first. Raises NotFound when the state is gone."""
    with transaction():
        row = row_of(draft_id, account_id)
        kept = db.session.get(DraftHistory, (draft_id, number))
        if kept is None:
            raise NotFound
        document: dict[str, Any] = {**tomllib.loads(kept.source), "slug": row.slug, "language": row.language}
        _write(row, document, now, at_once=True)


def share(draft_id: int, account_id: int, shared: bool) -> None:
    """Let colleagues read, use and copy it, or no longer."""
    with transaction():
        row_of(draft_id, account_id).shared = shared


def forget(draft_id: int, account_id: int) -> None:
    """Delete a draft with its past. Classes keep the text and the pictures that they lived."""
    with transaction():
        row = row_of(draft_id, account_id)
        for table in (DraftHistory, DraftMedia):
            db.session.execute(delete(table).where(table.draft_id == draft_id))
        db.session.delete(row)
