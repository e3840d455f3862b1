"""Classes that ended, written as the end of a live session writes them: for the association's figures."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from workshop.config import ROOT
from workshop.domain.activities import Workshop
from workshop.domain.disclosure import disclose
from workshop.extensions import db
from workshop.services.keys import new_token
from workshop.services.planning import PEOPLE
from workshop.storage import live_sessions
from workshop.storage.models import FoldedShift, FoldedTally, FoldedTransition, LiveSessionRow, QuizVersion, RoundRow
from workshop.storage.planning_models import Intervention, School
from workshop.storage.quiz_files import read_quiz
from workshop.storage.transaction import transaction

STARTED = datetime(2026, 10, 6, 8, 0, tzinfo=UTC)
# kept, gained, lost, missed
CELLS = ((True, True), (False, True), (True, False), (False, False))


@dataclass
class Class:
    """One live session of `slug`. `pairs`: for each of the three questions, how many phones kept, gained, lost and
    missed; `hands`: right before, right after, of how many; `lived`: exact counts, protected before they are stored;
    `others`: how many phones answered each of the other questions, one choice as often as another;
    `exits`: answers to the exit survey by question; `able`: those before, those after, how the phones moved; `later`:
    right answers to each of the three questions in a follow-up, of how many."""

    owner_id: int
    label: str = "4e B"
    school: str = "Collège des Tilleuls"
    level: str = "4e"
    slug: str = "le-montage"
    started: datetime = STARTED
    present: int | None = 28
    pairs: tuple[tuple[int, int, int, int], ...] = ((8, 10, 2, 5),) * 3
    hands: tuple[int, int, int] | None = None
    lived: dict[str, int] = field(default_factory=dict)
    others: int = 0
    exits: dict[str, dict[str, int]] = field(default_factory=dict)
    able: tuple[dict[str, int], dict[str, int], dict[str, int]] | None = None
    rehearsal: bool = False
    ended: bool = True
    intervention: Intervention | None = None
    later: tuple[int, int] | None = None


LIVED_IN = {"le-montage": "deja-vu", "on-a-tape-son-nom": "une-image-de-toi"}


def write(*classes: Class, chance: Random | None = None) -> list[int]:
    """Store them in one transaction; their ids. `chance` draws what is published of lived experience."""
    chance = chance or Random(1)
    with transaction():
        return [_write(one, chance) for one in classes]


def make_school(name: str, department: str, **more: str) -> School:
    return School(name=name, department=department, level="college", searched=name.lower(), **more)


def make_visit(school: School, started: datetime = STARTED) -> Intervention:
    return Intervention(
        school=school, starts_at=started, slug="le-montage", answering="phones", expected=None, token=new_token(),
        created_at=started, changed_at=started,
    )  # fmt: skip


def _write(one: Class, chance: Random) -> int:
    quiz = read_quiz(ROOT / "quizzes" / one.slug / "quiz.fr.toml")
    assert quiz.workshop is not None
    if db.session.get(QuizVersion, quiz.digest) is None:
        version = QuizVersion(digest=quiz.digest, slug=one.slug, language="fr", media=sorted(quiz.media))
        version.source, version.survey = quiz.source, quiz.survey
        db.session.add(version)
    if one.intervention is not None:
        db.session.add(one.intervention)
    db.session.flush()
    row = LiveSessionRow(
        code="TILLEUL42", owner_id=one.owner_id, quiz_digest=quiz.digest, names={}, phase="ended", position=0,
        answering="phones", capacity=40, present=one.present, rehearsal=one.rehearsal, school=one.school,
        class_label=one.label, level=one.level, people=dict.fromkeys(PEOPLE, ""), created_at=one.started,
        started_at=one.started, ended_at=one.started + timedelta(hours=1) if one.ended else None, shown=[], skipped=[],
        intervention_id=one.intervention.id if one.intervention else None, active_at=one.started + timedelta(hours=1),
    )  # fmt: skip
    if not one.ended:
        row.code = f"LILAS{chance.randrange(10**6)}"
    db.session.add(row)
    db.session.flush()
    paired = quiz.workshop.activity("apres").questions
    for place, question in enumerate(paired):
        cells = one.pairs[place] if place < len(one.pairs) else (0, 0, 0, 0)
        kept, gained, lost, _ = cells
        [right] = question.expected
        wrong = next(choice for choice in question.choice_ids if choice not in question.expected)
        total = sum(cells)
        for activity, count in (("avant", kept + lost), ("apres", kept + gained)):
            voices, people = (
                {right: count, wrong: total - count},
                {"phone": total, "turns": 0, "group": 0, "hand": 0, "card": 0},
            )
            if one.hands:
                by_hand = one.hands[activity == "apres"]
                voices = {right: count + by_hand, wrong: total - count + one.hands[2] - by_hand}
                people["hand"] = one.hands[2]
            if sum(people.values()):
                _fold(row, activity, question.id, voices, people)
        if total:
            db.session.add_all(
                FoldedTransition(
                    live_session_id=row.id, question_id=question.id, right_before=before, right_after=after, people=n
                )
                for (before, after), n in zip(CELLS, cells, strict=True)
            )
    if one.others:
        _others(row, quiz.workshop, one.others, with_exit=not one.exits)
    for question_id, voices in one.exits.items():
        _fold(row, "sortie", question_id, voices, {"phone": sum(voices.values())})
    if one.able:
        [able] = quiz.workshop.able
        for activity, voices in zip(("avant", "sortie"), one.able, strict=False):
            _fold(row, activity, able.id, voices, {"phone": sum(voices.values())})
        db.session.add_all(
            FoldedShift(live_session_id=row.id, question_id=able.id, direction=direction, people=people)
            for direction, people in one.able[2].items()
        )
    if one.later:
        again(row.id, *one.later)
    if one.lived:
        _lived(row, quiz.workshop.activity(LIVED_IN[one.slug]).questions[0].choice_ids, one, chance)
    return row.id


def again(first_id: int, right: int, people: int) -> None:
    """A follow-up of a class, which is over."""
    first = db.session.get_one(LiveSessionRow, first_id)
    again = first.started_at + timedelta(weeks=4) if first.started_at else STARTED
    row = LiveSessionRow(
        code="NOUVELLES42", owner_id=first.owner_id,
        quiz_digest=live_sessions.follow_up_version(first.quiz, first.short).digest,
        names={}, phase="ended", position=0, answering="phones", capacity=40, people=first.people, created_at=again,
        ended_at=again + timedelta(days=7), shown=[], skipped=[], follows=first.id, active_at=again,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    for question in live_sessions.workshop_of(first).activity("apres").questions:
        [expected] = question.expected
        wrong = next(choice for choice in question.choice_ids if choice != expected)
        _fold(
            row,
            "nouvelles",
            question.id,
            {expected: right, wrong: people - right},
            {"phone": people, "turns": 0, "group": 0, "hand": 0, "card": 0},
        )


def _others(row: LiveSessionRow, workshop: Workshop, people: int, with_exit: bool) -> None:
    told = {"before", "after"} if with_exit else {"before", "after", "exit"}
    for activity in workshop.activities:
        if activity.kind in told or activity.is_experience:
            continue
        for question in activity.questions:
            size = len(question.choices)
            voices = {
                choice: people // size + (place < people % size) for place, choice in enumerate(question.choice_ids)
            }
            _fold(
                row, activity.id, question.id, voices, {"phone": people, "turns": 0, "group": 0, "hand": 0, "card": 0}
            )


def _round(row: LiveSessionRow, activity: str, question: str, lived: bool = False) -> RoundRow:
    found = RoundRow(
        live_session_id=row.id, activity_id=activity, question_id=question, number=1, is_open=False,
        is_experience=lived, opened_at=row.created_at,
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    return found


def _fold(row: LiveSessionRow, activity: str, question: str, voices: dict[str, int], people: dict[str, int]) -> None:
    db.session.add(FoldedTally(round_id=_round(row, activity, question).id, voices=voices, respondents=people))


def _lived(row: LiveSessionRow, choices: tuple[str, ...], one: Class, chance: Random) -> None:
    told = disclose({choice: one.lived.get(choice, 0) for choice in choices}, chance.random)
    activity = LIVED_IN[one.slug]
    _round(row, activity, activity, lived=True).disclosed = {
        "respondents": told.respondents,
        "rounded": [[choice, value] for choice, value in told.rounded],
    }
