"""A follow-up: weeks later, a few questions of the same workshop again, alone and at one's own pace.

Those who answer are compared with those who answered on the day, as two groups: nothing links anybody to themselves.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from .activities import Activity, Question, Workshop
from .review import Asked

MOST = 5  # questions
SHORTEST, USUAL, LONGEST = 1, 7, 14  # days during which answers are taken
LATER = timedelta(weeks=4)  # when it says most; nothing holds a teacher to it


def follow_up(workshop: Workshop) -> Workshop:
    """The workshop that is its follow-up: one activity, without a question if there is none to take up again.

    The paired questions first, then other votes in the order of the hour; lived experience and opinions never. The rule
    stays as it is: a follow-up that runs was opened by it.
    """
    asked = _asked(workshop)
    only = Activity("nouvelles", "follow_up", workshop.title, 0, questions=tuple(q for _, q in asked))
    return replace(workshop, activities=(only,))


def is_in_one_language(workshop: Workshop) -> bool:
    """Whether a translation has all that its follow-up asks."""
    return {activity.language for activity, _ in _asked(workshop)} == {workshop.language}


def _asked(workshop: Workshop) -> list[tuple[Activity, Question]]:
    ordered = [a for kind in ("after", "choice") for a in workshop.activities if a.kind == kind]
    found = [(a, q) for a in ordered for q in a.questions if q.register in ("knowledge", "situation")]
    return found[:MOST]


def closing(now: datetime, days: int) -> datetime:
    """The end of the day, `days` later: what is said of a day is true until it is over. Midnight is that of UTC, which
    comes an hour or two late in mainland France, and never early."""
    return datetime.combine(now.date() + timedelta(days=days + 1), time(), now.tzinfo)


def last_day(closes_at: datetime) -> date:
    return (closes_at - timedelta(microseconds=1)).date()


@dataclass(frozen=True)
class Compared:
    """One question, as it was answered this time, and on the day; `then` is None when it was not asked."""

    now: Asked
    then: Asked | None
    paired: bool

    @property
    def question(self) -> Question:
        return self.now.question

    @property
    def moment(self) -> Literal["start", "end", "hour"]:
        """Of the day's answers: before the hour, after it, or in it."""
        if self.then is not None and self.then.at_start:
            return "start"
        return "end" if self.paired else "hour"
