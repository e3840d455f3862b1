"""What a teacher may read of one class that has ended: from what was folded, and from nothing else."""

from collections import defaultdict
from dataclasses import replace

from sqlalchemy import select

from workshop.domain.activities import Activity, Question, Workshop
from workshop.domain.errors import Refusal
from workshop.domain.review import Asked, Promised, Review, Said, changes, vote
from workshop.domain.tally import NOT_SHARED, Tally
from workshop.extensions import db
from workshop.storage import live_sessions, texts
from workshop.storage.models import FoldedTransition, LiveSessionRow, RoundRow

from .tallying import folded_tallies

Cells = dict[tuple[bool, bool], int]


class NoReview(Refusal):
    """The live session has not ended, or it was a rehearsal."""

    code, status = "no_review", 409


def has_review(row: LiveSessionRow) -> bool:
    return row.ended_at is not None and not row.rehearsal


def review(row: LiveSessionRow) -> Review:
    """The review of an ended live session; NoReview for one that goes on, and for a rehearsal."""
    if row.ended_at is None or row.rehearsal:
        raise NoReview
    workshop = live_sessions.workshop_of(row)
    # Lived experience is left out here, before anything of it is read.
    rounds = [r for r in row.rounds if not r.is_experience]
    folded, transitions = folded_tallies(r.id for r in rounds), _transitions(row.id)
    asked = [one for activity in _told(workshop) for one in _asked(workshop, activity, rounds, folded, transitions)]
    return Review(
        live_id=row.id,
        title=workshop.title,
        language=workshop.language,
        school=row.school,
        class_label=row.class_label,
        level=row.level,
        ended_at=row.ended_at,
        present=row.present,
        phones=row.joined,
        by_hand=any(tally.respondents.get("hand") for tally in folded.values()),
        by_card=any(tally.respondents.get("card") for tally in folded.values()),
        people=dict(row.people),
        asked=tuple(asked),
        is_shared=any(tally.shared != NOT_SHARED for tally in folded.values()),
        said=_said(workshop, rounds),
        promised=_promised(workshop, row.id),
    )


def _said(workshop: Workshop, rounds: list[RoundRow]) -> tuple[Said, ...]:
    """Words that were let through, in the order of the hour."""
    written = {r.id: workshop.activity(r.activity_id) for r in rounds if _is_written(workshop.activity(r.activity_id))}
    return tuple(
        Said(written[round_id].title, written[round_id].questions[0].text, tuple(one.text for one in approved))
        for round_id, approved in texts.approved(written).items()
    )


def _is_written(activity: Activity) -> bool:
    return any(question.form == "text" for question in activity.questions)


def _promised(workshop: Workshop, live_id: int) -> tuple[Promised, ...]:
    kept = texts.charters(live_id)
    return tuple(Promised(a.title, kept[a.id]) for a in workshop.activities if a.id in kept)


def _told(workshop: Workshop) -> list[Activity]:
    """Activities that ask: the paired questions first and once, then the others in the order of the hour.

    The exit survey is the association's measure of its own work: a class's review is not the place to read it.
    """
    asking = [a for a in workshop.activities if a.questions and not a.is_experience and not _is_written(a)]
    asking = [a for a in asking if a.kind not in ("before", "exit")]
    return sorted(asking, key=lambda activity: activity.kind != "after")


def _transitions(live_id: int) -> dict[str, Cells]:
    found: dict[str, Cells] = defaultdict(dict)
    query = select(FoldedTransition).where(FoldedTransition.live_session_id == live_id)
    for row in db.session.execute(query).scalars():
        found[row.question_id][row.right_before, row.right_after] = row.people
    return found


def _asked(
    workshop: Workshop,
    activity: Activity,
    rounds: list[RoundRow],
    folded: dict[int, Tally],
    transitions: dict[str, Cells],
) -> list[Asked]:
    if activity.kind == "after":
        return [_paired(workshop, question, rounds, folded, transitions) for question in activity.questions]
    if activity.scenes:
        return [_voted(activity, scene, rounds, folded) for scene in _scenes(activity, rounds)]
    return [_voted(activity, question, rounds, folded) for question in activity.questions]


def _scenes(activity: Activity, rounds: list[RoundRow]) -> list[Question]:
    """The questions of a story that the class came to, each under the title of its scene."""
    asked = {r.question_id for r in rounds if r.activity_id == activity.id}
    return [
        replace(question, text=f"{activity.scene(question.id).title} · {question.text}")
        for question in activity.questions
        if question.id in asked
    ]


def _voted(activity: Activity, question: Question, rounds: list[RoundRow], folded: dict[int, Tally]) -> Asked:
    within = activity.title if activity.kind == "categorise" else None
    title = question.text if within else activity.title
    mine = [r for r in rounds if (r.activity_id, r.question_id) == (activity.id, question.id)]
    votes = [folded[r.id] for r in mine if r.id in folded]
    if not votes:
        return Asked(question, title, activity.ends, within=within)
    votes = [one for one in votes if one.total] or votes  # a second vote that was opened by mistake hides no first one
    first = vote(votes[0]) if len(votes) > 1 else None
    since = "first_vote" if first else None
    return Asked(question, title, activity.ends, vote(votes[-1]), first, since, within=within)  # type: ignore[arg-type]


def _paired(
    workshop: Workshop,
    question: Question,
    rounds: list[RoundRow],
    folded: dict[int, Tally],
    transitions: dict[str, Cells],
) -> Asked:
    kinds = {
        workshop.activity(r.activity_id).kind: folded[r.id]
        for r in rounds
        if r.question_id == question.id and r.id in folded and folded[r.id].total
    }
    before, after = kinds.get("before"), kinds.get("after")
    if after is None:
        return Asked(question, question.text, last=vote(before) if before else None, at_start=before is not None)
    if before is None:
        return Asked(question, question.text, last=vote(after))
    changed = changes(transitions.get(question.id, {}), before, after)
    return Asked(question, question.text, None, vote(after), vote(before), "start", changed=changed)
