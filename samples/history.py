"""An association's past, as the end of each live session and the purge leave it: a few classes are written one by one,
and the tables copy what was folded of them to all the others."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any, cast

from sqlalchemy import Table, func, insert, literal, select, text
from sqlalchemy.orm import aliased

from workshop.domain.schools import SchoolEntry
from workshop.extensions import db
from workshop.services import schools
from workshop.services.keys import hashed
from workshop.services.planning import PEOPLE, WORDS
from workshop.storage import live_sessions
from workshop.storage.models import (
    Account,
    FoldedShift,
    FoldedTally,
    FoldedTransition,
    Handover,
    Link,
    LiveSessionRow,
    RoundRow,
)
from workshop.storage.planning_models import Contact, Intervention, School, intervention_facilitator
from workshop.storage.transaction import transaction

from . import held

SCHOOLS, FACILITATORS, YEARS = 300, 20, 10
DEPARTMENTS = ("35", "44", "49", "53", "72", "85")
WORKSHOPS = (
    "c-etait-pour-toi", "hors-contexte", "la-crepe", "le-montage", "liberte-ou-insulte", "on-a-tape-son-nom",
    "presque-vraie", "une-chanson-dans-la-tete",
)  # fmt: skip
PATTERNS = 64  # classes written one by one
PUPILS = 26
NAMED = timedelta(days=90)  # after which a class is but its level
HOLIDAYS = (7, 8)  # months
AHEAD = 40  # visits planned and not held yet


@dataclass(frozen=True)
class History:
    """Ids: of the accounts, the first of which administers; of the schools; of the live sessions, the latest last."""

    accounts: list[int]
    schools: list[int]
    live_sessions: list[int]


def write_history(sessions: int, now: datetime, facilitators: int = FACILITATORS, places: int = SCHOOLS) -> History:
    """So many live sessions that ended, one in ten a follow-up, over ten years of school days. The same each time but
    for the date; into tables that are empty."""
    chance = Random(sessions)
    with transaction():
        accounts = _accounts(facilitators, now)
        found = _schools(places, now, chance)
    first, first_again = _patterns(accounts, now, chance)
    with transaction():
        ids = _copied(sessions, first, first_again, accounts, found, now, chance)
        live_sessions.delete_all(list(range(first, first_again)))
        _count_on()
    return History(accounts, found, ids)


def _accounts(count: int, now: datetime) -> list[int]:
    rows = [
        Account(name=f"Personne {n:02}", email=f"p{n}@example.org", is_admin=not n, created_at=now)
        for n in range(count)
    ]
    db.session.add_all(rows)
    db.session.flush()
    return [row.id for row in rows]


def _schools(count: int, now: datetime, chance: Random) -> list[int]:
    entries = [
        SchoolEntry(None, f"Collège {n:03}", "college", f"Ville {n % 120:03}", chance.choice(DEPARTMENTS))
        for n in range(count)
    ]
    rows = [School(**schools.columns_of(entry)) for entry in entries]
    db.session.add_all(rows)
    db.session.flush()
    db.session.add_all(
        Contact(school_id=row.id, name=name, role=role, listens=True, place="bureau 12", created_at=now)
        for row in rows
        for name, role in (("Mme Lopez", "infirmière"), ("M. Garnier", "CPE"))
    )
    return [row.id for row in rows]


def _patterns(accounts: list[int], now: datetime, chance: Random) -> tuple[int, int]:
    """The classes that the others are copies of, then their follow-ups; the first id of each."""
    classes = []
    for number in range(PATTERNS):
        pairs = tuple(_split(PUPILS, chance.randrange(PUPILS), chance) for _ in range(3))
        slug = WORKSHOPS[number % len(WORKSHOPS)]
        able = {"plutot-non": 8, "plutot-oui": 18}, {"plutot-non": 4, "plutot-oui": 22}, {"same": 18, "higher": 8}
        classes.append(
            held.Class(
                accounts[0], slug=slug, started=now, pairs=pairs, others=PUPILS, able=able,
                exits={"utile": {"assez": 9, "tout-a-fait": 17}}, lived=LIVED.get(slug, {}),
            )
        )  # fmt: skip
    ids = held.write(*classes, chance=chance)
    with transaction():
        for live_id in ids:
            held.again(live_id, chance.randrange(PUPILS), PUPILS)
    every = list(db.session.execute(select(LiveSessionRow.id).order_by(LiveSessionRow.id)).scalars())
    assert every == list(range(ids[0], ids[0] + 2 * PATTERNS)), "copies find their pattern by its number"
    return ids[0], ids[0] + PATTERNS


LIVED = {
    "le-montage": {"souvent": 3, "une-fois": 9, "non": 12, "sans-reponse": 2},
    "on-a-tape-son-nom": {"plusieurs": 6, "une-fois": 8, "non": 10, "sans-reponse": 2},
}


def _split(people: int, before: int, chance: Random) -> tuple[int, int, int, int]:
    lost, gained = chance.randrange(before // 4 + 1), chance.randrange(people - before + 1)
    return before - lost, gained, lost, people - before - gained


def _copied(
    sessions: int, first: int, first_again: int, accounts: list[int], places: list[int], now: datetime, chance: Random
) -> list[int]:
    days = _school_days(now)
    again = sessions // 10
    moments = sorted(
        datetime.combine(chance.choice(days), time(chance.randrange(8, 16)), UTC) for _ in range(sessions - again)
    )
    patterns = {row.id: row for row in db.session.execute(select(LiveSessionRow.__table__)).all()}
    base, plan = first_again + PATTERNS, 1
    rows: list[dict[str, Any]] = []
    visits: list[dict[str, Any]] = []
    runs: list[dict[str, int]] = []
    for moment in moments:
        pattern = patterns[first + (base + len(rows)) % PATTERNS]
        level, owner = chance.choice(("6e", "5e", "4e", "3e")), chance.choice(accounts)
        label = f"{level} {chance.choice('ABCDEF')}" if now - moment < NAMED else level
        visits.append(_visit(plan, chance.choice(places), moment, label, level, pattern))
        team = {owner, chance.choice(accounts)} if chance.random() < 0.2 else {owner}
        runs += [{"intervention_id": plan, "account_id": one} for one in team]
        people = dict.fromkeys(PEOPLE, "Mme Riou") if now - moment < NAMED else {}
        rows.append(_live(base + len(rows), pattern, moment, owner, people, label, level) | {"intervention_id": plan})
        plan += 1
    for place in chance.sample(range(len(rows)), again):
        one = rows[place]
        pattern = patterns[first_again + one["id"] % PATTERNS]
        moment = min(one["created_at"] + timedelta(weeks=4), now - timedelta(days=8))
        rows.append(
            _live(base + len(rows), pattern, moment, one["owner_id"], {}, "", "")
            | {
                "intervention_id": None,
                "follows": one["id"],
                "started_at": None,
                "ended_at": moment + timedelta(days=7),
            }
        )
    for ahead in range(AHEAD):
        moment = datetime.combine(now.date() + timedelta(days=ahead // 4), time(8 + ahead % 4), UTC)
        visits.append(_visit(plan, chance.choice(places), moment, "4e B", "4e", patterns[first + ahead]))
        runs.append({"intervention_id": plan, "account_id": chance.choice(accounts)})
        plan += 1
    _insert(Intervention.__table__, visits)
    _insert(intervention_facilitator, runs)
    _insert(LiveSessionRow.__table__, rows)
    _copy_folded(first, first_again, base)
    last = [row for row in rows if row["follows"] is None and now - row["created_at"] < NAMED]
    _insert(Link.__table__, [_link(row["id"], now) for row in last])
    _insert(
        Handover.__table__,
        [
            {
                "live_session_id": row["id"],
                "giver_id": chance.choice(accounts),
                "taker_id": row["owner_id"],
                "at": row["created_at"],
            }
            for row in rows[::100]
        ],
    )
    return [row["id"] for row in rows[: len(moments)]]


def _school_days(now: datetime) -> list[Any]:
    days = (now.date() - timedelta(days=ago) for ago in range(1, YEARS * 365))
    return [day for day in days if day.weekday() < 5 and day.month not in HOLIDAYS]


def _visit(number: int, school_id: int, moment: datetime, label: str, level: str, pattern: Any) -> dict[str, Any]:
    return {
        "id": number, "school_id": school_id, "starts_at": moment, "class_label": label, "level": level,
        "expected": PUPILS, "slug": WORKSHOPS[pattern.id % len(WORKSHOPS)], "short": False, "answering": "phones",
        "adult": "", "people": {}, "token": f"visit {number}", "created_at": moment, "changed_at": moment,
    }  # fmt: skip


def _live(
    number: int, pattern: Any, moment: datetime, owner: int, people: dict[str, str], label: str, level: str
) -> dict[str, Any]:
    code = WORDS[number % len(WORDS)] + str(10 + number // len(WORDS) % 90)
    return dict(pattern._mapping) | {
        "id": number, "code": code, "owner_id": owner, "class_label": label, "level": level,
        "people": people, "school": "Collège des Tilleuls" if label else "", "created_at": moment,
        "started_at": moment, "ended_at": moment + timedelta(hours=1), "active_at": moment + timedelta(hours=1),
        "joined": PUPILS, "follows": None,
    }  # fmt: skip


def _link(live_id: int, now: datetime) -> dict[str, Any]:
    return {
        "kind": "teacher", "token_hash": hashed(f"link {live_id}"), "live_session_id": live_id, "target": "",
        "created_at": now, "expires_at": now + NAMED,
    }  # fmt: skip


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(cast("Table", table)), rows)


def _copy_folded(first: int, first_again: int, base: int) -> None:
    """To each live session what was folded of its pattern, by statements that the database runs alone."""
    live, old, new = LiveSessionRow.__table__.c, aliased(RoundRow), aliased(RoundRow)
    own = literal(first) + live.id % PATTERNS
    of_a_follow_up = literal(first_again) + live.follows % PATTERNS
    for pattern, condition in ((own, live.follows.is_(None)), (of_a_follow_up, live.follows.is_not(None))):
        which = condition, live.id >= base
        rounds = select(
            live.id, old.activity_id, old.question_id, old.number, old.is_experience, old.is_open, live.created_at,
            old.untimed, old.disclosed,
        ).join(old, old.live_session_id == pattern).where(*which).order_by(live.id, old.id)  # fmt: skip
        db.session.execute(insert(RoundRow).from_select(
            ["live_session_id", "activity_id", "question_id", "number", "is_experience", "is_open", "opened_at",
             "untimed", "disclosed"], rounds,
        ))  # fmt: skip
        tallies = (
            select(new.id, FoldedTally.voices, FoldedTally.respondents, FoldedTally.behind)
            .select_from(LiveSessionRow)
            .join(new, new.live_session_id == live.id)
            .join(old, (old.live_session_id == pattern) & (old.activity_id == new.activity_id)
                  & (old.question_id == new.question_id) & (old.number == new.number))
            .join(FoldedTally, FoldedTally.round_id == old.id)
            .where(*which)
        )  # fmt: skip
        db.session.execute(insert(FoldedTally).from_select(["round_id", "voices", "respondents", "behind"], tallies))
        for table in (FoldedTransition, FoldedShift):
            columns = [column for column in table.__table__.c if column.name != "live_session_id"]
            copied = select(live.id, *columns).join(table, table.live_session_id == pattern).where(*which)
            names = ["live_session_id", *(column.name for column in columns)]
            db.session.execute(insert(table).from_select(names, copied))


def _count_on() -> None:
    """PostgreSQL's own numbers go on after those that were written."""
    if db.engine.dialect.name == "postgresql":
        for table in ("live_session", "intervention"):
            last = select(func.max(text("id"))).select_from(text(table)).scalar_subquery()
            db.session.execute(select(func.setval(func.pg_get_serial_sequence(table, "id"), last)))
