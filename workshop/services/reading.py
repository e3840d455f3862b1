"""What an adult is given to read: the texts of a round by groups that say the same, and the words set apart."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from workshop.domain.activities import Workshop
from workshop.domain.texts import Reason, proposals
from workshop.extensions import db
from workshop.storage import texts
from workshop.storage.text_models import ApprovedText


@dataclass(frozen=True)
class Group:
    """Texts that say the same. `text` is the commonest wording, `others` the rest of them; `people` how many."""

    merged: str
    text: str
    others: tuple[str, ...]
    people: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Panel:
    """What the console reads of one round, each list in the order of the alphabet: that of arrival would tell who."""

    round_id: int
    waiting: tuple[Group, ...]
    approved: tuple[Group, ...]
    refused: tuple[Group, ...]


@dataclass(frozen=True)
class Sheet:
    """Words to be passed on: what was asked, the exact words, when they came. Of no phone."""

    id: int
    title: str
    question: str
    text: str
    at: datetime


def panel(round_id: int) -> Panel:
    by_state: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row in texts.by_state(round_id):
        by_state[row.state][row.merged][row.text] += row.phones
    through = select(ApprovedText).where(ApprovedText.round_id == round_id).order_by(ApprovedText.merged)
    approved = []
    for found in db.session.execute(through).scalars():
        wordings = by_state["approved"][found.merged]
        others = tuple(text for text in wordings if text != found.text)
        approved.append(Group(found.merged, found.text, others, found.people + wordings.total(), ()))
    waiting, refused = (tuple(_group(*one) for one in by_state[state].items()) for state in ("waiting", "refused"))
    return Panel(round_id, waiting, tuple(approved), refused)


def _group(like: str, wordings: Counter[str]) -> Group:
    text, *others = [text for text, _ in wordings.most_common()]
    reasons = tuple(dict.fromkeys(reason for wording in wordings for reason in proposals(wording)))
    return Group(like, text, tuple(others), wordings.total(), reasons)


def sheets(live_id: int, workshop: Workshop) -> tuple[Sheet, ...]:
    """What was set apart in a live session, the oldest first."""
    return tuple(_sheet(row, workshop) for row in texts.sheets(live_id))


def _sheet(row: Any, workshop: Workshop) -> Sheet:
    activity = workshop.activity(row.activity_id)
    return Sheet(row.id, activity.title, activity.questions[0].text, row.text, row.at)
