"""A class that ended on a laptop, brought to the hosted instance in one signed file, and taken in once.

The key is derived from the hosted instance's secret for one account: nothing is stored there, and a file made with it
belongs to that account. What comes in is read as what a stranger wrote all the same: the workshop is parsed, counts are
those of its questions, and lived experience comes only as the protected tally that it was, or the file is refused.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from workshop.domain.activities import Question, Workshop
from workshop.domain.charter import tidy
from workshop.domain.disclosure import DisclosedTally
from workshop.domain.errors import CharterFull, EmptyText, TextTooLong
from workshop.domain.exit_survey import parse_workshop
from workshop.domain.live_session import MAX_CAPACITY, Answering, Phase
from workshop.domain.quiz_format import QuizErrors
from workshop.domain.tally import BEHIND, CHANNELS, DIRECTIONS, voice_keys
from workshop.domain.texts import merged, plain
from workshop.extensions import db
from workshop.storage import texts
from workshop.storage.models import (
    Account,
    FoldedShift,
    FoldedTally,
    FoldedTransition,
    LiveSessionRow,
    Origin,
    QuizVersion,
    RoundRow,
)
from workshop.storage.planning_models import Intervention
from workshop.storage.text_models import ApprovedText, Charter
from workshop.storage.transaction import transaction

from .keys import new_token
from .planning import PEOPLE
from .reviewing import NoReview
from .signed_files import ODD, BadFile, exchange_key, moment, opened, sealed

KIND = "results"
_ODD = (*ODD, QuizErrors, EmptyText, TextTooLong, CharterFull)
MAX_UNPACKED = 1_000_000  # bytes: a workshop is some 60 KB


def pack(row: LiveSessionRow, key: str) -> bytes:
    """The signed file of an ended live session; NoReview for one that goes on, and for a rehearsal."""
    if row.ended_at is None or row.rehearsal:
        raise NoReview
    live_id = row.id
    body = _body(row)
    with transaction():
        origin = db.session.get(Origin, live_id)
        if origin is None:
            origin = Origin(live_session_id=live_id, token=new_token())
            db.session.add(origin)
        body["origin"] = origin.token
    return sealed(body, key)


def take_in(file: bytes, secret: str, account_id: int) -> int:
    """Take a file in for the account that brings it; the live session's id, the same when it comes again. BadFile."""
    body = opened(file, exchange_key(secret, account_id), KIND, MAX_UNPACKED)
    try:
        workshop, origin = (
            parse_workshop(body["quiz"]["source"], body["quiz"]["survey"], "", frozenset(body["quiz"]["media"])),
            _short(body["origin"]),
        )
        with transaction():
            found = _taken_in(origin)
            return found if found is not None else _merge(body, workshop, account_id)
    except IntegrityError as error:  # something twice in it; or the same file brought twice at once
        found = _taken_in(origin)
        if found is None:
            raise BadFile from error
        return found
    except _ODD as error:
        raise BadFile from error


def _taken_in(origin: str) -> int | None:
    return db.session.execute(select(Origin.live_session_id).where(Origin.token == origin)).scalar_one_or_none()


def _body(row: LiveSessionRow) -> dict[str, Any]:
    rounds = []
    approved = texts.approved(stored.id for stored in row.rounds if not stored.is_experience)
    for stored in row.rounds:
        kept: dict[str, Any] = {
            "activity": stored.activity_id, "question": stored.question_id, "number": stored.number,
            "opened_at": stored.opened_at.isoformat(),
        }  # fmt: skip
        folded = None if stored.is_experience else db.session.get(FoldedTally, stored.id)
        if stored.is_experience:
            kept["disclosed"] = stored.disclosed
        elif folded is not None:
            kept |= {"voices": folded.voices, "respondents": folded.respondents, "behind": folded.behind}
        if said := approved.get(stored.id):
            kept["texts"] = [[one.text, one.people] for one in said]
        rounds.append(kept)
    pairs = db.session.execute(select(FoldedTransition).where(FoldedTransition.live_session_id == row.id)).scalars()
    shifts = db.session.execute(select(FoldedShift).where(FoldedShift.live_session_id == row.id)).scalars()
    assert row.ended_at is not None
    return {
        "kind": KIND,
        "quiz": {
            "digest": row.quiz.digest, "slug": row.quiz.slug, "language": row.quiz.language,
            "source": row.quiz.source, "survey": row.quiz.survey, "media": row.quiz.media,
        },
        "names": row.names, "code": row.code, "answering": row.answering, "short": row.short,
        "school": row.school,
        "class_label": row.class_label, "level": row.level, "people": row.people, "present": row.present,
        "joined": row.joined, "created_at": row.created_at.isoformat(), "ended_at": row.ended_at.isoformat(),
        "intervention": _token(row.intervention_id),
        "rounds": rounds,
        "transitions": [[p.question_id, p.right_before, p.right_after, p.people] for p in pairs],
        "shifts": [[s.question_id, s.direction, s.people] for s in shifts],
        "charters": {activity: list(lines) for activity, lines in texts.charters(row.id).items()},
    }  # fmt: skip


def _merge(body: Mapping[str, Any], workshop: Workshop, account_id: int) -> int:
    ended = moment(body["ended_at"])
    short = body.get("short", False)  # made by an older version: there was none
    if type(short) is not bool or (short and not workshop.has_short):
        raise BadFile
    workshop = workshop.shortened() if short else workshop
    row = LiveSessionRow(
        code=_short(body["code"]),
        owner_id=account_id,
        quiz_digest=_quiz(body["quiz"]),
        intervention_id=_intervention(body.get("intervention"), account_id),
        short=short,
        names={key: _short(body["names"][key]) for key in body["names"] if key in workshop.names},
        version=0,
        phase=Phase.ENDED.value,
        position=len(workshop.activities) - 1,
        answering=Answering(body["answering"]).value,
        capacity=MAX_CAPACITY,
        present=None if body["present"] is None else _count(body["present"]),
        school=_short(body["school"]),
        class_label=_short(body["class_label"]),
        level=_short(body["level"]),
        people={key: _short(body["people"].get(key, "")) for key in PEOPLE},
        created_at=moment(body["created_at"]),
        ended_at=ended,
        active_at=ended,
        joined=_count(body["joined"]),
    )
    db.session.add(row)
    db.session.flush()
    for kept in body["rounds"]:
        _round(row, kept, workshop)
    for question_id, before, after, people in body["transitions"]:
        if type(before) is not bool or type(after) is not bool:
            raise BadFile
        paired = next(q for a in workshop.activities if a.kind == "after" for q in a.questions if q.id == question_id)
        db.session.add(
            FoldedTransition(
                live_session_id=row.id, question_id=paired.id, right_before=before, right_after=after,
                people=_count(people),
            )
        )  # fmt: skip
    for question_id, direction, people in body["shifts"]:
        paired = next(q for a in workshop.activities if a.kind == "exit" for q in a.questions if q.id == question_id)
        if direction not in DIRECTIONS:
            raise BadFile
        db.session.add(
            FoldedShift(live_session_id=row.id, question_id=paired.id, direction=direction, people=_count(people))
        )
    for activity_id, lines in body.get("charters", {}).items():
        if workshop.activity(activity_id).kind != "poster" or list(tidy(lines)) != lines:
            raise BadFile
        db.session.add(Charter(live_session_id=row.id, activity_id=activity_id, lines=lines))
    db.session.add(Origin(live_session_id=row.id, token=_short(body["origin"])))
    return row.id


def _token(intervention_id: int | None) -> str | None:
    return db.session.execute(select(Intervention.token).where(Intervention.id == intervention_id)).scalar_one_or_none()


def _intervention(token: Any, account_id: int) -> int | None:
    """The visit that was prepared here for this class, while this account runs it; else the class is tied to none."""
    if token is None:
        return None
    mine = Intervention.facilitators.any(Account.id == account_id)
    query = select(Intervention.id).where(Intervention.token == _short(token), mine)
    return db.session.execute(query).scalar_one_or_none()


def _quiz(quiz: Mapping[str, Any]) -> str:
    """The digest under which this text is stored. One that is claimed for another text is not believed."""
    known = db.session.get(QuizVersion, str(quiz["digest"]))
    if known is not None and (known.source, known.survey) == (quiz["source"], quiz["survey"]):
        return known.digest
    both = json.dumps([quiz["source"], quiz["survey"]])
    digest = "brought-" + hashlib.sha256(both.encode()).hexdigest()
    if db.session.get(QuizVersion, digest) is None:
        media = [_short(name) for name in quiz["media"]]
        version = QuizVersion(digest=digest, slug=_short(quiz["slug"]), language=_short(quiz["language"]), media=media)
        version.source, version.survey = quiz["source"], quiz["survey"]
        db.session.add(version)
        db.session.flush()
    return digest


def _round(row: LiveSessionRow, kept: Mapping[str, Any], workshop: Workshop) -> None:
    activity = workshop.activity(kept["activity"])
    question = next(q for q in activity.questions if q.id == kept["question"])
    stored = RoundRow(
        live_session_id=row.id,
        activity_id=activity.id,
        question_id=question.id,
        number=_count(kept["number"]),
        is_experience=activity.is_experience,
        is_open=False,
        opened_at=moment(kept["opened_at"]),
    )
    if activity.is_experience:
        if "voices" in kept or "respondents" in kept:
            raise BadFile  # exact counts of lived experience do not exist, whoever says so
        stored.disclosed = _disclosed(kept["disclosed"], question)
    db.session.add(stored)
    db.session.flush()
    for text, people in kept.get("texts", ()):
        if question.form != "text" or plain(text) != text:
            raise BadFile
        db.session.add(ApprovedText(round_id=stored.id, merged=merged(text), text=text, people=_count(people)))
    if "voices" in kept:
        voices = {key: _count(kept["voices"][key]) for key in voice_keys(question)}
        respondents = {channel: _count(kept["respondents"][channel]) for channel in CHANNELS}
        behind = {name: _count(kept["behind"][name]) for name in BEHIND}
        db.session.add(FoldedTally(round_id=stored.id, voices=voices, respondents=respondents, behind=behind))


def _disclosed(kept: Any, question: Question) -> dict[str, Any] | None:
    """As it was protected at the close: never drawn again. What could not have come from there is refused."""
    if kept is None:
        return None
    respondents, rounded = _count(kept["respondents"]), [(choice, _count(n)) for choice, n in kept["rounded"]]
    if rounded and [choice for choice, _ in rounded] != list(question.choice_ids):
        raise BadFile
    try:
        DisclosedTally(respondents, tuple(rounded))
    except ValueError:
        raise BadFile from None
    return {"respondents": respondents, "rounded": [list(pair) for pair in rounded]}


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 2 * MAX_CAPACITY:
        raise BadFile
    return value


def _short(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200 or "\0" in value:  # PostgreSQL takes no zero in a text
        raise BadFile
    return value
