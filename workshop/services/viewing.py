"""Everything that any audience's view may be drawn from, read in one go."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from workshop.domain.activities import Workshop
from workshop.domain.disclosure import DisclosedTally
from workshop.domain.errors import UnknownCode
from workshop.domain.live_session import LiveSession, Phase, has_open_experience
from workshop.domain.tally import NOT_SHARED, Sharing, Tally
from workshop.domain.texts import Approved
from workshop.extensions import db
from workshop.storage import live_sessions, responses, texts
from workshop.storage.models import FoldedShift, LiveSessionRow, RoundRow

from . import accounts
from .joining import PRESENCE, connected
from .reading import Panel, panel
from .tallying import question_of, tally_of


@dataclass(frozen=True)
class Remote:
    access_id: int
    label: str
    confirmed: bool


@dataclass(frozen=True)
class Board:
    """A live session as it stands. `tallies` and `disclosed` are by round id, and only for rounds that are closed;
    tallies, only for what some screen may show now. `shifts` are by paired opinion, once the class has ended: how many
    went lower, stayed, went higher.

    `answered` is None while a question on lived experience is open: not even that count may move then.
    """

    live_id: int
    now: datetime
    code: str
    live: LiveSession
    workshop: Workshop
    digest: str
    school: str
    class_label: str
    level: str
    people: dict[str, str]
    answered: int | None
    connected: int
    joined: int
    tallies: dict[int, Tally]
    disclosed: dict[int, DisclosedTally]
    hands: dict[int, dict[str, int]]
    cards: dict[int, dict[str, int]]
    erasure_pending: bool
    remotes: tuple[Remote, ...] = ()
    shifts: dict[str, dict[str, int]] = field(default_factory=dict)
    # Words that an adult let through, by round id. What waits for one, and how much was set apart: for the console.
    texts: dict[int, tuple[Approved, ...]] = field(default_factory=dict)
    reading: Panel | None = None
    apart: int = 0
    charters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # While the wall is checked: the figure on it, then the others that the console offers.
    wall_check: tuple[str, ...] = ()
    # The workshop in the languages that a pupil may have chosen, by their codes: for phones alone.
    translations: dict[str, Workshop] = field(default_factory=dict)
    shared: Sharing = NOT_SHARED

    @property
    def expected_answers(self) -> int:
        return _expected(self.live, self.joined)


@dataclass(frozen=True)
class Counts:
    """What moves on adults' screens between two commands. `answered` as on the board."""

    answered: int | None
    expected: int
    connected: int
    joined: int


def load_counts(row: LiveSessionRow | None, now: datetime) -> Counts:
    """The same figures as the board’s, without what else it reads: they are asked for several times a second."""
    if row is None:
        raise UnknownCode
    live, workshop = live_sessions.to_state(row), live_sessions.workshop_of(row)
    return Counts(
        _answered(_countable(live, workshop), workshop),
        _expected(live, row.joined),
        connected(row.id, now - PRESENCE),
        row.joined,
    )


def _expected(live: LiveSession, joined: int) -> int:
    """How many answers may come: pupils present when the facilitator said, else those who joined."""
    return live.present if live.present is not None else joined


def load_board(row: LiveSessionRow | None, now: datetime, pupils: bool = False) -> Board:
    """The board; for `pupils`, whose whole class waits for it, what their screens draw alone: results while they are
    shown, and no count."""
    if row is None:
        raise UnknownCode
    live, workshop = live_sessions.to_state(row), live_sessions.workshop_of(row)
    open_ids = None if pupils else _countable(live, workshop)
    closed = [r for r in row.rounds if not r.is_open]
    told = not pupils or live.phase is Phase.REVEALED or live.overlay not in (None, "help")
    shown = _shown(live, workshop) if told else set()
    return Board(
        live_id=row.id,
        now=now,
        code=row.code or "",
        live=live,
        workshop=workshop,
        digest=row.quiz_digest,
        school=row.school,
        class_label=row.class_label,
        level=row.level,
        people=row.people,
        answered=_answered(open_ids, workshop),
        connected=0 if pupils else connected(row.id, now - PRESENCE),
        joined=row.joined,
        tallies={
            r.id: tally_of(r, question_of(r, workshop))
            for r in closed
            if not r.is_experience and r.activity_id in shown and not _is_written(r, workshop)
        },
        disclosed={r.id: found for r in closed if (found := live_sessions.disclosed_of(r)) is not None},
        hands={round_id: responses.room_counts(round_id, "hand") for round_id in open_ids or ()},
        cards={round_id: responses.room_counts(round_id, "card") for round_id in open_ids or ()},
        erasure_pending=row.erasure_pending,
        remotes=() if pupils else _remotes(row.id),
        shifts=_shifts(row.id) if live.phase is Phase.ENDED and not pupils else {},
        texts=texts.approved(r.id for r in closed if r.activity_id in shown and _is_written(r, workshop)),
        reading=None if pupils else _reading(row, live, workshop),
        apart=0 if pupils or not _writes(workshop) else len(texts.sheets(row.id)),
        wall_check=() if pupils else tuple(row.wall_check or ()),
        charters=texts.charters(row.id) if any(a.kind == "poster" for a in workshop.activities) else {},
        translations=live_sessions.translations_of(row),
        shared=NOT_SHARED if pupils else responses.shared_devices(row.id),
    )


def _is_written(stored: RoundRow, workshop: Workshop) -> bool:
    return question_of(stored, workshop).form == "text"


def _writes(workshop: Workshop) -> bool:
    return any(question.form == "text" for activity in workshop.activities for question in activity.questions)


def _reading(row: LiveSessionRow, live: LiveSession, workshop: Workshop) -> Panel | None:
    """Of the activity on the screens, when it takes words."""
    here = live.activity(workshop)
    if here is None or live.phase is Phase.ENDED:
        return None
    found = [r for r in row.rounds if r.activity_id == here.id and _is_written(r, workshop)]
    return panel(found[-1].id) if found else None


def _shifts(live_id: int) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in db.session.execute(select(FoldedShift).where(FoldedShift.live_session_id == live_id)).scalars():
        found.setdefault(row.question_id, {})[row.direction] = row.people
    return found


def _remotes(live_id: int) -> tuple[Remote, ...]:
    return tuple(Remote(r.id, accounts.remote_label(r), r.confirmed) for r in accounts.remotes(live_id))


def _shown(live: LiveSession, workshop: Workshop) -> set[str]:
    """The activities whose counts some screen may show now. Counting the others would delay every push."""
    if live.phase is Phase.ENDED:
        return {activity.id for activity in workshop.activities}
    here = live.activity(workshop)
    shown = {here.id} if here else set()
    if live.overlay is not None:
        shown.add(live.overlay.removeprefix("last:"))
    if any(activity.kind in ("after", "exit") for activity in workshop.activities if activity.id in shown):
        shown.add(workshop.activities[0].id)  # the same questions, before
    return shown


def _countable(live: LiveSession, workshop: Workshop) -> list[int] | None:
    """The open rounds; None while one of them is on lived experience, of which nothing is counted."""
    if has_open_experience(live, workshop):
        return None
    return [r.id for r in live.open_rounds if r.id is not None]


def _answered(open_ids: list[int] | None, workshop: Workshop) -> int | None:
    if not open_ids:
        return None if open_ids is None else 0
    in_the_room = [
        max(sum(responses.room_counts(round_id, channel).values()) for round_id in open_ids)
        for channel in responses.ROOM_CHANNELS
    ]
    in_words = texts.writers(open_ids) + texts.said_aloud(open_ids) if _writes(workshop) else 0
    return responses.answered(open_ids) + sum(in_the_room) + in_words
