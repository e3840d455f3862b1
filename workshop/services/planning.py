"""Setting a live session up, and finding those of a facilitator again."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from workshop.domain.errors import NotAllowed, Refusal
from workshop.domain.exit_survey import parse_workshop
from workshop.domain.live_session import (
    MAX_CAPACITY,
    Answering,
    LiveSession,
    first_state,
)
from workshop.extensions import db
from workshop.storage import live_sessions
from workshop.storage.models import LiveSessionRow, QuizVersion
from workshop.storage.quiz_files import QuizFile
from workshop.storage.transaction import transaction

from . import interventions

# Short, unaccented, easy to say across a room; trees and things of a schoolyard.
WORDS = (
    "ACACIA", "ALLEE", "ARBRE", "AULNE", "BALCON", "BALLON", "BANC", "BOULEAU", "BUISSON", "CABANE",
    "CARTABLE", "CEDRE", "CERISE", "CHENE", "COLLINE", "CORDE", "COUR", "CRAIE", "CYPRES", "DUNE", "ERABLE",
    "FIGUIER", "FONTAINE", "FOUGERE", "FRENE", "GALET", "GENET", "GLYCINE", "HAMAC", "HETRE", "IRIS",
    "JARDIN", "LAURIER", "LAVANDE", "LIERRE", "LILAS", "LISIERE", "MARELLE", "MELEZE", "MENTHE", "MIMOSA",
    "MUGUET", "MURIER", "NENUFAR", "OLIVIER", "ORANGER", "ORME", "PERRON", "PLATANE", "POMMIER", "PORTAIL",
    "PREAU", "PRUNIER", "RIVIERE", "ROSEAU", "SAPIN", "SAULE", "SENTIER", "SORBIER", "SUREAU", "TERRASSE",
    "TILLEUL", "TOBOGGAN", "TULIPE", "VERGER",
)  # fmt: skip


class PeopleMissing(Refusal):
    """A live session without an adult in the room and a person to go to doesn't start."""

    code = "people_missing"


SHOWN = 50  # live sessions of a facilitator that ended
PEOPLE = ("adult", "person", "place", "hours", "deputy")


@dataclass(frozen=True)
class Plan:
    """What the set-up screen asks. `people`: the adult in the room, the person to go to, where, when, a deputy.
    `short` asks for the short variant; a workshop that has none is run whole. `partner_id`: who may take it over."""

    quiz: QuizFile
    answering: Answering
    present: int | None
    capacity: int
    people: Mapping[str, str]
    names: Mapping[str, str]
    short: bool = False
    school: str = ""
    class_label: str = ""
    level: str = ""
    rehearsal: bool = False
    intervention_id: int | None = None
    partner_id: int | None = None


def set_up(plan: Plan, owner_id: int, now: datetime, code_digits: int = 2) -> int:
    """Create a live session with its lobby open; its id. A rehearsal needs no adult, and stays one for ever.

    From an intervention only those who run it may: raises NotFound, NotAllowed. A rehearsal of it is tied to nothing.
    """
    if not plan.rehearsal and not all(plan.people.get(key, "").strip() for key in ("adult", "person", "place")):
        raise PeopleMissing
    workshop = parse_workshop(plan.quiz.source, plan.quiz.survey, plan.quiz.name, plan.quiz.media)
    short = plan.short and workshop.has_short
    if short:
        workshop = workshop.shortened()
    live = LiveSession(
        answering=plan.answering,
        present=plan.present,
        capacity=min(plan.capacity, MAX_CAPACITY),
        rehearsal=plan.rehearsal,
    )
    decision = first_state(live, workshop, now)
    with transaction():
        if plan.intervention_id is not None:
            interventions.to_start(plan.intervention_id, owner_id)
        if db.session.get(QuizVersion, plan.quiz.digest) is None:
            db.session.add(
                QuizVersion(
                    digest=plan.quiz.digest,
                    slug=workshop.slug,
                    language=workshop.language,
                    source=plan.quiz.source,
                    survey=plan.quiz.survey,
                    media=sorted(plan.quiz.media),
                    translations={code: [t.workshop, t.survey] for code, t in plan.quiz.translations.items()},
                )
            )
            db.session.flush()
        row = live_sessions.new_row(
            decision.live,
            workshop,
            code=free_code(code_digits),
            owner_id=owner_id,
            partner_id=plan.partner_id,
            quiz_digest=plan.quiz.digest,
            short=short,
            intervention_id=None if plan.rehearsal else plan.intervention_id,
            names={key: name.strip() for key, name in plan.names.items() if key in workshop.names and name.strip()},
            school=plan.school.strip(),
            class_label=plan.class_label.strip(),
            level=plan.level.strip(),
            people={key: plan.people.get(key, "").strip() for key in PEOPLE},
            created_at=now,
            joined=0,
        )
        db.session.add(row)
        db.session.flush()
        return row.id


def free_code(digits: int, unlike: Collection[str] = ()) -> str:
    """A code that no running live session has, nor is one of `unlike`."""
    while True:
        code = secrets.choice(WORDS) + str(secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1))
        taken = live_sessions.find_by_code(code)
        if code not in unlike and (taken is None or taken.ended_at is not None):
            return code


def of_owner(owner_id: int) -> list[LiveSessionRow]:
    """Live sessions of this facilitator, newest first: all that go on, were it since long ago, and the last that ended.
    A follow-up is its teacher's, not theirs."""
    live = LiveSessionRow
    query = select(live).where(live.owner_id == owner_id, live.follows.is_(None)).order_by(live.created_at.desc())
    going_on, ended = query.where(live.ended_at.is_(None)), query.where(live.ended_at.is_not(None)).limit(SHOWN)
    found = [row for one in (going_on, ended) for row in db.session.execute(one).scalars()]
    return sorted(found, key=lambda row: row.created_at, reverse=True)


def owned(live_id: int, owner_id: int) -> LiveSessionRow:
    """A live session belongs to its facilitator; raises NotAllowed to anybody else, whether it exists or not, and for a
    follow-up, which has no console: its counts are read with the floor of a review, or not at all."""
    row = live_sessions.find(live_id)
    if row is None or row.owner_id != owner_id or row.follows is not None:
        raise NotAllowed
    return row


def remembered(owner_id: int) -> dict[str, dict[str, str]]:
    """The people named last time in each school of this facilitator, newest first: what the set-up screen proposes."""
    schools: dict[str, dict[str, str]] = {}
    for row in of_owner(owner_id):
        if row.school and not row.rehearsal:
            schools.setdefault(row.school, row.people)
    return schools
