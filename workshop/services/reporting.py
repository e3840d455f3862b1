"""The association's figures: what is stored of live sessions that ended, added up for a period and the one before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from workshop.domain.activities import Activity, Question, Workshop
from workshop.domain.disclosure import DisclosedTally
from workshop.domain.exit_sums import Key as ExitKey, Told
from workshop.domain.impact import Held, Impact, Unlinked, impact
from workshop.domain.lived_sums import Key, Lived
from workshop.domain.quiz_format import rename
from workshop.domain.school_review import HeldHere, SchoolReview, review_school
from workshop.domain.statistics import Pairs, Share
from workshop.extensions import db
from workshop.storage import held_sessions, live_sessions
from workshop.storage.held_sessions import NO_DEPARTMENT, Filters
from workshop.storage.models import Account

SCHOOL_YEAR_STARTS = 9  # September
MOST = 4_000  # live sessions added up at once: three seconds, during which classes on this process wait


@dataclass(frozen=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True)
class Options:
    """What each filter may be set to: what was run at least once, in the order of the labels."""

    departments: tuple[Option, ...]
    schools: tuple[Option, ...]
    levels: tuple[Option, ...]
    workshops: tuple[Option, ...]
    facilitators: tuple[Option, ...]


@dataclass(frozen=True)
class Asked:
    """The words of a question on lived experience, with the story's own first names; `choices` by id."""

    workshop: str
    text: str
    choices: Mapping[str, str]


@dataclass(frozen=True)
class Report:
    """The figures of a period and of the one before it, of equal length. `lived_asked` by the key of a `LivedSum`.

    `exit_asked` by that of an `ExitSum`: in the words of each age that was asked.
    """

    filters: Filters
    previous_filters: Filters
    impact: Impact
    previous: Impact
    lived_asked: Mapping[Key, Asked]
    exit_asked: Mapping[ExitKey, tuple[Asked, ...]]
    whole_association: bool


@dataclass(frozen=True)
class SchoolReport:
    """What a school may read. `titles` and `asked` (the paired questions of what was counted) by a workshop's slug."""

    review: SchoolReview
    titles: Mapping[str, str]
    asked: Mapping[str, tuple[str, ...]]
    lived_asked: Mapping[Key, Asked]


def school_year(day: date) -> Filters:
    """What is shown when nothing is asked for: the school year up to this day."""
    return Filters(date(day.year - (day.month < SCHOOL_YEAR_STARTS), SCHOOL_YEAR_STARTS, 1), day)


def scope(account: Account) -> int | None:
    """Whose live sessions an account may add up: all for who administers, their own for others.

    A colleague's class could be singled out by a day and a school: « elles ne seront visibles que par vous ».
    """
    return None if account.is_admin else account.id


def report(filters: Filters, account: Account) -> Report | None:
    """Add up what the filters leave, within what this account may see; None for more than `MOST` live sessions.
    Reads only; seven queries, and one for each version of a workshop that this process has not read yet."""
    only = scope(account)
    length = filters.until - filters.since + timedelta(days=1)
    before = replace(filters, since=filters.since - length, until=filters.since - timedelta(days=1))
    if held_sessions.size(filters, before.since, only) > MOST:
        return None
    rounds, cells, moved = defaultdict(list), defaultdict(list), defaultdict(list)
    for row in held_sessions.rounds(filters, before.since, only):
        rounds[row.live_session_id].append(row)
    for row in held_sessions.transitions(filters, before.since, only):
        cells[row.live_session_id].append(row)
    for row in held_sessions.shifts(filters, before.since, only):
        moved[row.live_session_id].append(row)
    again: dict[int, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))  # by class, by follow-up
    for row in held_sessions.follow_ups(filters, before.since, only):
        again[row.follows][row.id].append(row)
    now: list[Held] = []
    then: list[Held] = []
    asked: dict[Key, Asked] = {}
    exits: dict[str, dict[ExitKey, Asked]] = {}  # by version of a workshop
    for row in held_sessions.held(filters, before.since, only):
        workshop = _workshop(row.quiz_digest)
        one = _held(row, workshop, rounds[row.id], _pairs(cells[row.id]))
        later = _later(workshop, rounds[row.id], [*again[row.id].values()][-1]) if row.id in again else ()
        one = replace(one, exits=_exits(workshop, rounds[row.id], moved[row.id]), later=later)
        if one.exits and row.quiz_digest not in exits:
            exits[row.quiz_digest] = _exit_asked(workshop)
        (now if row.started_at.date() >= filters.since else then).append(one)
        for lived in one.lived:
            if lived.key not in asked:
                asked[lived.key] = _asked(workshop, lived.key)
    return Report(filters, before, impact(now), impact(then), asked, _by_age(exits.values()), only is None)


def school_report(school_id: int, today: date) -> SchoolReport:
    """Add up all that is kept of the workshops held in a school. Reads only; two queries, and one for each version of
    a workshop that this process has not read yet."""
    filters = Filters(date.min, today, school=held_sessions.school_filter(school_id))
    rounds = defaultdict(list)
    for row in held_sessions.rounds(filters, filters.since, None):
        rounds[row.live_session_id].append(row)
    here: list[HeldHere] = []
    newest: dict[str, Workshop] = {}  # by slug: it speaks for the others
    lived_in: dict[Key, Workshop] = {}
    for row in held_sessions.held(filters, filters.since, None):
        workshop = _workshop(row.quiz_digest)
        one = _held(row, workshop, rounds[row.id], ())
        label = row.class_label if row.class_label != row.level else ""
        here.append(HeldHere(row.id, row.started_at.date(), workshop.slug, label, one))
        newest[workshop.slug] = workshop
        lived_in |= {lived.key: workshop for lived in one.lived}
    return SchoolReport(
        review_school(here),
        {slug: workshop.title for slug, workshop in newest.items()},
        {slug: _paired(workshop) for slug, workshop in newest.items()},
        {key: _asked(workshop, key) for key, workshop in lived_in.items()},
    )


def _paired(workshop: Workshop) -> tuple[str, ...]:
    """The questions of which answers before and after are added up, with the story's own first names."""
    paired = [a for a in rename(workshop, {}).activities if a.kind == "after"]
    return tuple(q.text for a in paired for q in a.questions if q.register == "knowledge" and not q.multiple)


def _held(row: Any, workshop: Workshop, rounds: Iterable[Any], pairs: tuple[Pairs, ...]) -> Held:
    started = row.started_at.date()
    year = started.year - (started.month < SCHOOL_YEAR_STARTS)
    label, level = ("".join(text.split()).casefold() for text in (row.class_label, row.level))  # « 4e B », « 4eB »
    if label == level:  # forgotten in time, or never given: it would make one class of all those of the level
        label = ""
    school = held_sessions.school_key(row)
    ordinary = [r for r in rounds if r.voices is not None]
    unlinked, channels = _unlinked(workshop, ordinary)
    return Held(
        pupils=f"{school} {label} {year}" if label else f"{row.id}",
        school=school,
        theme=workshop.theme,
        level=row.level,
        department=row.department,
        present=row.present,
        answered=max((sum(r.respondents.values()) for r in ordinary), default=0),
        channels=channels,
        pairs=pairs,
        unlinked=unlinked,
        lived=tuple(
            _lived(workshop, r, tally)
            for r in rounds
            # A mood on coming in is not what pupils have lived or seen.
            if r.is_experience and workshop.activity(r.activity_id).kind != "weather"
            if (tally := live_sessions.disclosed_of(r)) is not None
        ),
    )


def _pairs(cells: Iterable[Any]) -> tuple[Pairs, ...]:
    found: dict[str, dict[tuple[bool, bool], int]] = defaultdict(dict)
    for cell in cells:
        found[cell.question_id][cell.right_before, cell.right_after] = cell.people
    return tuple(
        Pairs(
            kept=people.get((True, True), 0),
            gained=people.get((False, True), 0),
            lost=people.get((True, False), 0),
            missed=people.get((False, False), 0),
        )
        for people in found.values()
    )


def _unlinked(workshop: Workshop, rounds: Iterable[Any]) -> tuple[tuple[Unlinked, ...], str]:
    """Paired questions that were answered at both ends of the hour, and the ways in which they were.

    Voices do not tell who chose several answers right: a question with several is counted by pairs alone.
    """
    sides: dict[str, dict[str, Share]] = {"before": {}, "after": {}}
    channels: set[str] = set()
    for row in rounds:
        activity = workshop.activity(row.activity_id)
        share = _right(_question(activity, row.question_id), row)
        if share is not None and activity.kind in sides:
            sides[activity.kind][row.question_id] = share
            channels |= {channel for channel, people in row.respondents.items() if people}
    both = [name for name in sides["before"] if name in sides["after"]]
    found = tuple(Unlinked(sides["before"][name], sides["after"][name]) for name in both)
    return found, "+".join(sorted(channels))


def _later(workshop: Workshop, rounds: Iterable[Any], again: Iterable[Any]) -> tuple[Unlinked, ...]:
    """The paired questions that the newest follow-up asked again, and how they were answered just after the hour."""
    paired = {q.id: q for a in workshop.activities if a.kind == "after" for q in a.questions}
    day = {
        row.question_id: _right(paired[row.question_id], row)
        for row in rounds
        if row.voices is not None and workshop.activity(row.activity_id).kind == "after"
    }
    found = []
    for row in again:
        then = day.get(row.question_id)
        now = _right(paired[row.question_id], row) if row.question_id in paired else None
        if then is not None and now is not None:
            found.append(Unlinked(then, now))
    return tuple(found)


def _right(question: Question, row: Any) -> Share | None:
    """Right answers of a round to a question of one answer; None for another question, or without an answer."""
    answered = sum(row.respondents.values())
    if question.register != "knowledge" or question.multiple or not answered:
        return None
    return Share(sum(row.voices.get(choice, 0) for choice in question.expected), answered)


def _lived(workshop: Workshop, row: Any, tally: DisclosedTally) -> Lived:
    question = _question(workshop.activity(row.activity_id), row.question_id)
    return Lived((workshop.slug, row.activity_id, question.id, question.choice_ids), tally)


def _asked(workshop: Workshop, key: Key) -> Asked:
    shown = rename(workshop, {})
    question = _question(shown.activity(key[1]), key[2])
    return Asked(shown.title, question.text, {choice.id: choice.text for choice in question.choices})


def _exit_key(workshop: Workshop, question: Question) -> ExitKey:
    own = any(able.id == question.id for able in workshop.able)
    return ExitKey(workshop.survey_version, workshop.slug if own else "", question.id, question.choice_ids)


def _exits(workshop: Workshop, rounds: Iterable[Any], moved: Iterable[Any]) -> tuple[Told, ...]:
    """What was answered to the exit survey; of the paired questions, when it was at both ends of the hour."""
    sides: dict[tuple[str, str], Mapping[str, int]] = {}
    for row in rounds:
        if row.voices and any(row.voices.values()):
            sides[workshop.activity(row.activity_id).kind, row.question_id] = row.voices
    directions: dict[str, dict[str, int]] = defaultdict(dict)
    for row in moved:
        directions[row.question_id][row.direction] = row.people
    found = []
    for question in _exit_questions(workshop):
        key = _exit_key(workshop, question)
        before, after = sides.get(("before", question.id), {}), sides.get(("exit", question.id), {})
        if after and (before or not key.is_paired):
            found.append(Told(key, after, before, directions[question.id]))
    return tuple(found)


def _exit_questions(workshop: Workshop) -> tuple[Question, ...]:
    return tuple(q for activity in workshop.activities if activity.kind == "exit" for q in activity.questions)


def _exit_asked(workshop: Workshop) -> dict[ExitKey, Asked]:
    shown = rename(workshop, {})
    return {
        _exit_key(workshop, q): Asked(shown.title, q.text, {choice.id: choice.text for choice in q.choices})
        for q in _exit_questions(shown)
    }


def _by_age(versions: Iterable[Mapping[ExitKey, Asked]]) -> dict[ExitKey, tuple[Asked, ...]]:
    """Each wording once."""
    found: dict[ExitKey, dict[str, Asked]] = defaultdict(dict)
    for version in versions:
        for key, asked in version.items():
            found[key].setdefault(asked.text, asked)
    return {key: tuple(asked[text] for text in sorted(asked)) for key, asked in found.items()}


def _question(activity: Activity, question_id: str) -> Question:
    return next(question for question in activity.questions if question.id == question_id)


def _workshop(digest: str) -> Workshop:
    return live_sessions.parsed_quiz(db.session.connection(), digest)


def options(account: Account) -> Options:
    """What the filters of this account may be set to. Two queries."""
    places, run = held_sessions.choices(scope(account))
    return Options(
        _options((row.department or NO_DEPARTMENT, row.department) for row in places),
        _options(
            (held_sessions.school_key(row), f"{row.school_name}, {row.town}" if row.town else row.school_name)
            if row.school_id is not None
            else (row.school, row.school)
            for row in places
        ),
        _options((row.level, row.level) for row in places),
        _options((row.slug, _workshop(row.digest).title) for row in run),
        _options((str(row.account_id), row.account_name) for row in run),
    )


def _options(pairs: Iterable[tuple[str, str]]) -> tuple[Option, ...]:
    found = dict(pairs)
    return tuple(sorted((Option(*pair) for pair in found.items() if pair[0]), key=lambda option: option.label))
