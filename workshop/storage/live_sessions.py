"""Rows of live sessions to frozen states and back."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, RowMapping, Table, bindparam, delete, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from workshop.domain.activities import Question, Workshop
from workshop.domain.disclosure import DisclosedTally
from workshop.domain.exit_survey import parse_workshop
from workshop.domain.follow_up import follow_up, is_in_one_language
from workshop.domain.live_session import Answering, LiveSession, Phase, Round
from workshop.domain.quiz_format import rename
from workshop.domain.translation import Texts
from workshop.extensions import db

from .models import LiveSessionRow, QuizVersion, RoundRow
from .quiz_files import translated

_COPIED = (
    "version", "position", "paused_at", "essential", "entry_locked", "overlay", "capacity", "present", "rehearsal",
    "started_at", "entered_at", "messages_shown", "ended_at", "active_at",
)  # fmt: skip
_WRITTEN = (*_COPIED, "phase", "answering", "shown", "skipped", "path")
_OPENED = ("activity_id", "question_id", "number", "is_open", "opened_at", "closes_at", "untimed")  # of a round

_FOLLOWS = "follow-up-"  # before the digest of the workshop whose follow-up a version is
_FOLLOWS_SHORT = _FOLLOWS + "short-"  # of its short variant, which asked less
_CACHED = 256
_parsed: dict[str, Workshop] = {}
Row = TypeVar("Row", LiveSessionRow, RoundRow)
_Lived = tuple[str, bool, tuple[tuple[str, str], ...]]  # digest, short, first names
_renamed: dict[_Lived, Workshop] = {}
_translated: dict[_Lived, dict[str, Workshop]] = {}


# Statements on the way of a push or of a page are built once: that takes longer than to run them.
_BY_ID = (
    select(LiveSessionRow).where(LiveSessionRow.id == bindparam("live_id")).execution_options(populate_existing=True)
)
_LOCKED = _BY_ID.with_for_update(of=LiveSessionRow)
_ROUNDS = (
    select(RoundRow)
    .where(RoundRow.live_session_id == bindparam("live_id"))
    .order_by(RoundRow.id)
    .execution_options(populate_existing=True)
)
# Of columns rather than attributes: the mapper costs several times the query.
_table = cast("Table", LiveSessionRow.__table__)
_rounds = cast("Table", RoundRow.__table__)
_row, _round = _table.c, _rounds.c
_READ = select(_table).where(_row.id == bindparam("live_id"))
_READ_LOCKED = _READ.with_for_update()
_READ_ROUNDS = select(_rounds).where(_round.live_session_id == bindparam("live_id")).order_by(_round.id)
_WRITE = (
    update(_table).where(_row.id == bindparam("live_id")).values({name: bindparam(f"new_{name}") for name in _WRITTEN})
)
_ROUND_WRITTEN = ("is_open", "closes_at", "untimed")
_WRITE_ROUND = (
    update(_rounds)
    .where(_round.id == bindparam("round_id"))
    .values({name: bindparam(f"new_{name}") for name in _ROUND_WRITTEN})
)
_NEW_ROUND = insert(_rounds).returning(_round.id)
_VERSION = (
    select(_row.id, _row.version, _row.edits)
    .where(_row.code == bindparam("code"), _row.ended_at.is_(None), _row.rehearsal.is_(False))
    .order_by(_row.id.desc())
)


_VERSIONS = select(_row.id, _row.version).where(_row.id.in_(bindparam("ids", expanding=True)))


def find(live_id: int, lock: bool = False) -> LiveSessionRow | None:
    row = db.session.execute(_LOCKED if lock else _BY_ID, {"live_id": live_id}).scalar_one_or_none()
    if row is not None:
        set_committed_value(row, "rounds", list(db.session.execute(_ROUNDS, {"live_id": live_id}).scalars()))
    return row


def read(live_id: int, lock: bool = False) -> LiveSessionRow | None:
    """What `find` finds, apart from the session: a class waits for it. Of what is done to it nothing is written, unless
    by `store_state`, `write` and `write_round`."""
    connection, asked = db.session.connection(), {"live_id": live_id}
    found = connection.execute(_READ_LOCKED if lock else _READ, asked).mappings().one_or_none()
    if found is None:
        return None
    rounds = [_bare(RoundRow(), each) for each in connection.execute(_READ_ROUNDS, asked).mappings()]
    row = _bare(LiveSessionRow(), found)
    set_committed_value(row, "rounds", rounds)
    return row


def _bare(row: Row, columns: RowMapping) -> Row:
    """Fill a row without telling the mapper, which would note each column as a change to write."""
    row.__dict__.update(columns)
    return row


def write(row: LiveSessionRow, **columns: Any) -> None:
    """Write columns that decide nothing over a row that was `read`."""
    db.session.connection().execute(update(_table).where(_row.id == row.id).values(columns))
    for name, value in columns.items():
        setattr(row, name, value)


def write_round(stored: RoundRow, **columns: Any) -> None:
    db.session.connection().execute(update(_rounds).where(_round.id == stored.id).values(columns))
    for name, value in columns.items():
        setattr(stored, name, value)


def find_by_code(code: str) -> LiveSessionRow | None:
    """The running live session with this code, else the last that ended with it, else None."""
    query = select(LiveSessionRow).where(LiveSessionRow.code == code.upper())
    return (
        db.session.execute(query.order_by(LiveSessionRow.ended_at.is_not(None), LiveSessionRow.id.desc()).limit(1))
        .scalars()
        .first()
    )


def versions_of(live_ids: Iterable[int]) -> dict[int, int]:
    return {row.id: row.version for row in db.session.execute(_VERSIONS, {"ids": list(live_ids)})}


def version_by_code(code: str) -> tuple[int, int, int] | None:
    """The id, the version and the edits of the running live session with this code, unless it is a rehearsal."""
    with db.engine.connect() as connection:
        found = connection.execute(_VERSION, {"code": code.upper()}).first()
    return (found.id, found.version, found.edits) if found else None


def to_state(row: LiveSessionRow) -> LiveSession:
    rounds = tuple(
        Round(r.activity_id, r.question_id, r.number, r.is_open, r.opened_at, r.closes_at, r.untimed, r.id)
        for r in row.rounds
    )
    copied: dict[str, Any] = {name: getattr(row, name) for name in _COPIED}
    return LiveSession(
        phase=Phase(row.phase),
        answering=Answering(row.answering),
        shown=frozenset(row.shown),
        skipped=frozenset(row.skipped),
        path=tuple(row.path),
        rounds=rounds,
        **copied,
    )


def new_row(live: LiveSession, workshop: Workshop, **others: Any) -> LiveSessionRow:
    """A row for a first state, with its rounds; `others` are the columns that decide nothing."""
    rounds = [RoundRow(**_round_columns(r, workshop)) for r in live.rounds]
    return LiveSessionRow(**_columns(live), rounds=rounds, **others)


def store_state(row: LiveSessionRow, live: LiveSession, workshop: Workshop) -> None:
    """Write a state that follows over the row that was `read`; rounds without an id are new, and get one."""
    connection, columns = db.session.connection(), _columns(live)
    connection.execute(_WRITE, {"live_id": row.id} | {f"new_{name}": value for name, value in columns.items()})
    for name, value in columns.items():
        setattr(row, name, value)
    known = {r.id: r for r in row.rounds}
    for round_ in live.rounds:
        if round_.id is None:
            row.rounds.append(_insert_round(connection, row.id, round_, workshop))
            continue
        stored, now = known[round_.id], {name: getattr(round_, name) for name in _ROUND_WRITTEN}
        if any(getattr(stored, name) != value for name, value in now.items()):
            connection.execute(_WRITE_ROUND, {"round_id": stored.id} | {f"new_{name}": now[name] for name in now})
            for name, value in now.items():
                setattr(stored, name, value)


def _insert_round(connection: Connection, live_id: int, round_: Round, workshop: Workshop) -> RoundRow:
    columns = {"live_session_id": live_id} | _round_columns(round_, workshop)
    return RoundRow(id=connection.execute(_NEW_ROUND, columns).scalar_one(), **columns)


def _columns(live: LiveSession) -> dict[str, Any]:
    return {name: getattr(live, name) for name in _COPIED} | {
        "phase": live.phase.value,
        "answering": live.answering.value,
        "shown": sorted(live.shown),
        "skipped": sorted(live.skipped),
        "path": list(live.path),
    }


def _round_columns(round_: Round, workshop: Workshop) -> dict[str, Any]:
    is_experience = workshop.activity(round_.activity_id).is_experience
    return {name: getattr(round_, name) for name in _OPENED} | {"is_experience": is_experience}


def delete_all(live_ids: list[int]) -> None:
    """Delete live sessions with whatever refers to them, in any table, and their follow-ups likewise."""
    follow_ups = select(LiveSessionRow.id).where(LiveSessionRow.follows.in_(live_ids))
    live_ids = [*live_ids, *db.session.execute(follow_ups).scalars()]
    rounds = select(RoundRow.id).where(RoundRow.live_session_id.in_(live_ids))
    # From the last table that refers to the first that is referred to.
    for table in reversed(LiveSessionRow.metadata.sorted_tables):
        for key in table.foreign_keys:
            if key.column is RoundRow.__table__.c.id:
                db.session.execute(delete(table).where(key.parent.in_(rounds)))
            elif key.column is _row.id:
                db.session.execute(delete(table).where(key.parent.in_(live_ids)))
    db.session.execute(delete(LiveSessionRow).where(LiveSessionRow.id.in_(live_ids)))


def workshop_of(row: LiveSessionRow) -> Workshop:
    """The workshop as this class lives it: its stored text, whole or short, with the first names chosen at set-up."""
    return _workshop(row.quiz_digest, row.short, tuple(sorted(row.names.items())))


def _workshop(digest: str, short: bool, names: tuple[tuple[str, str], ...]) -> Workshop:
    cached = _renamed.get((digest, short, names))
    if cached is None:
        whole = parsed_quiz(db.session.connection(), digest)
        cached = rename(whole.shortened() if short else whole, dict(names))
        if len(_renamed) >= _CACHED:
            _renamed.clear()
        _renamed[digest, short, names] = cached
    return cached


def translations_of(row: LiveSessionRow) -> dict[str, Workshop]:
    """The same in each language that was stored with it. Nothing there is another's to decide: ids are the same."""
    lived = row.quiz_digest, row.short, tuple(sorted(row.names.items()))
    cached = _translated.get(lived)
    if cached is None:
        stored = db.session.get_one(QuizVersion, row.quiz_digest)
        if len(_translated) >= _CACHED:
            _translated.clear()
        cached = _translated[lived] = dict(_in_other_languages(stored, row.short, row.names))
    return cached


def _in_other_languages(stored: QuizVersion, short: bool, names: dict[str, str]) -> Iterator[tuple[str, Workshop]]:
    french, media = Texts(stored.source, stored.survey), frozenset(stored.media)
    follows = stored.digest.startswith(_FOLLOWS)
    for language, texts in stored.translations.items():
        # As set-up read it a moment ago, in most cases: reading it again would delay the class's first page.
        workshop, _ = translated(french, Texts(*texts), language, f"{stored.slug}/quiz.{language}.toml", media)
        if workshop is None:
            continue
        if short or stored.digest.startswith(_FOLLOWS_SHORT):
            workshop = workshop.shortened()
        if follows and not is_in_one_language(workshop):
            continue
        yield language, rename(follow_up(workshop) if follows else workshop, names)


def parsed_quiz(connection: Connection, digest: str) -> Workshop:
    """A stored workshop, whole, with its own first names. Cached by digest: the text behind a digest never changes."""
    cached = _parsed.get(digest)
    if cached is None:
        stored = connection.execute(select(QuizVersion.__table__).where(QuizVersion.digest == digest)).one()
        if len(_parsed) >= _CACHED:
            _parsed.clear()
        cached = _parsed[digest] = parse_workshop(
            stored.source, stored.survey, f"{stored.slug}.{stored.language}", frozenset(stored.media)
        )
        if digest.startswith(_FOLLOWS):
            cached = cached.shortened() if digest.startswith(_FOLLOWS_SHORT) else cached
            cached = _parsed[digest] = follow_up(cached)
    return cached


def follow_up_version(quiz: QuizVersion, short: bool) -> QuizVersion:
    """The follow-up of a stored workshop, whole or short: the same text, under a digest that says how it is read. Made
    when missing."""
    digest = (_FOLLOWS_SHORT if short else _FOLLOWS) + quiz.digest
    found = db.session.get(QuizVersion, digest)
    if found is None:
        found = QuizVersion(
            digest=digest, slug=quiz.slug, language=quiz.language, source=quiz.source, survey="", media=quiz.media,
            translations={language: [workshop, ""] for language, (workshop, _) in quiz.translations.items()},
        )  # fmt: skip
        db.session.add(found)
        db.session.flush()
    return found


def asked_by(connection: Connection, round_row: Any) -> Question:
    """The question that a round asks; `round_row` has quiz_digest, activity_id and question_id."""
    activity = parsed_quiz(connection, round_row.quiz_digest).activity(round_row.activity_id)
    return next(q for q in activity.questions if q.id == round_row.question_id)


def disclosed_of(row: RoundRow) -> DisclosedTally | None:
    """What was published of a round on lived experience; ValueError when what is stored was not protected."""
    if row.disclosed is None:
        return None
    return DisclosedTally(row.disclosed["respondents"], tuple((c, n) for c, n in row.disclosed["rounded"]))
