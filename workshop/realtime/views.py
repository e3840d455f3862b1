"""What a screen may be given: one frozen view per audience, and the parts that they share."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from workshop.domain.activities import ALONE, Message, Notes, Source
from workshop.domain.live_session import Step
from workshop.domain.tally import NOT_SHARED, Sharing
from workshop.services.reading import Panel

from .crowd import Crowd, crowd
from .story_view import StoryView


@dataclass(frozen=True)
class ChoiceView:
    id: str
    letter: str
    text: str


@dataclass(frozen=True)
class RowView:
    """One bar of a revealed question. `first` is the count of the first vote (or before), None when there was none."""

    id: str
    letter: str
    text: str
    count: int
    first: int | None
    expected: bool
    takeaway: str | None


@dataclass(frozen=True)
class PlacedView:
    """One thing that was put in order: how many put it at each place, first to last; `first` is the place, from 1, that
    the class gave it at the first vote."""

    letter: str
    text: str
    counts: tuple[int, ...]
    first: int | None


@dataclass(frozen=True)
class OrderView:
    """`items` in the order of the class. `right` is the right one, empty where there is none, each with how many put it
    there; `whole` have it all right."""

    items: tuple[PlacedView, ...]
    right: tuple[tuple[PlacedView, int], ...]
    whole: int
    first_whole: int | None


@dataclass(frozen=True)
class EstimateView:
    """The number of the source, and those in the middle of the class now and at the first vote. `marks`: for each
    number of the grid, where the source's number is from its left edge to its right one, None elsewhere."""

    figure: float
    unit: str
    middle: int | None
    first_middle: int | None
    marks: tuple[float | None, ...]


@dataclass(frozen=True)
class HeldView:
    """A wrong choice of which so many are sure, among all those who answered. For adults."""

    text: str
    count: int
    total: int


@dataclass(frozen=True)
class ResultView:
    """`rows` are empty for an order, which has an `order`; an estimate has both rows and an `estimate`."""

    total: int
    by_hand: int
    by_card: int
    first_total: int | None
    rows: tuple[RowView, ...]
    explanation: str | None
    misconception: str | None
    sources: tuple[Source, ...]
    order: OrderView | None = None
    estimate: EstimateView | None = None
    held: HeldView | None = None
    shared: Sharing = NOT_SHARED

    @property
    def crowd(self) -> Crowd | None:
        """On a scale, the room as it stood at both votes; None without a first vote, or for a crowd too large."""
        return crowd([row.first for row in self.rows], [row.count for row in self.rows])


@dataclass(frozen=True)
class DisclosedRow:
    id: str
    letter: str
    text: str
    low: int
    high: int


@dataclass(frozen=True)
class DisclosedView:
    """Lived experience in words and with the true range; no rows when there are too few respondents."""

    respondents: int
    rows: tuple[DisclosedRow, ...]


@dataclass(frozen=True)
class ShiftView:
    """Phones that answered the same opinion in the lobby and on leaving: how many went lower, stayed, went higher."""

    lower: int
    same: int
    higher: int


@dataclass(frozen=True)
class TextView:
    """Words that an adult let through, and from 1 to 5 how often they were written or said."""

    text: str
    people: int
    size: int


@dataclass(frozen=True)
class QuestionView:
    """`form` names the templates that draw it: that of the question, or `categorise`, or `weather`. `card_turns`: the
    places of the choices that each raising of paper cards asks about, where one is not enough.

    A ValueError for exact counts of lived experience, whoever made them.
    """

    round: str | None
    id: str
    text: str
    register: str
    multiple: bool
    form: str
    choices: tuple[ChoiceView, ...]
    is_open: bool
    number: int
    result: ResultView | None = None
    disclosed: DisclosedView | None = None
    unit: str | None = None
    certainty: bool = False
    card_turns: tuple[tuple[int, ...], ...] = ()
    shift: ShiftView | None = None
    texts: tuple[TextView, ...] = ()

    @property
    def is_scale(self) -> bool:
        return self.form == "scale"

    @property
    def is_alone(self) -> bool:
        """A device that several pupils share shows no form for it."""
        return self.register in ALONE

    def __post_init__(self) -> None:
        if self.register == "experience" and (self.result is not None or self.shift is not None or self.texts):
            raise ValueError("exact counts of lived experience")


@dataclass(frozen=True)
class SceneView:
    """What a screen shows of one activity, in its `language`."""

    id: str
    kind: str
    title: str
    text: str | None
    points: tuple[str, ...]
    image: str | None
    alt: str | None
    credit: str | None
    look: str
    owner: str | None
    bio: str | None
    query: str | None
    messages: tuple[Message, ...]
    messages_to_come: int
    senders: dict[str, str]
    ends: tuple[str, str] | None
    sources: tuple[Source, ...]
    is_experience: bool
    questions: tuple[QuestionView, ...]
    language: str
    story: StoryView | None = None
    commitments: tuple[str, ...] = ()


@dataclass(frozen=True)
class SharedView:
    """Common to the three audiences. `mode` says which screen: lobby, scene, help, paused or ended. `language` is the
    title's: the page around it may speak another, and so may a scene. `keeps_words`: of this workshop more than totals
    may remain. `written_in`: the language of its sources, which no translation changes."""

    code: str
    slug: str
    language: str
    written_in: str
    workshop_title: str
    version: int
    phase: str
    mode: str
    scene: SceneView | None
    again: bool
    people: dict[str, str]
    rehearsal: bool
    is_lycee: bool
    keeps_words: bool
    has_devices: bool
    has_cards: bool


@dataclass(frozen=True)
class ParticipantView(SharedView):
    """What every phone of the class is shown alike. `until`: the last day of a follow-up, None in a class. `hurried`:
    the round for which more time may be asked, when the vote closes by itself; `untimed`: somebody asked."""

    until: date | None
    hurried: str | None
    untimed: bool

    @property
    def rounds_of_several(self) -> tuple[str, ...]:
        """The rounds that a device which several pupils share can answer now."""
        if self.scene is None or self.mode not in ("lobby", "scene") or self.again:
            return ()
        return tuple(q.round for q in self.scene.questions if q.is_open and q.round and not q.is_alone)


@dataclass(frozen=True)
class ProjectorView(SharedView):
    """`wall_figure` lies over everything while the facilitator checks what the wall shows; the console has none."""

    wall_figure: str | None
    levels: tuple[str, ...]
    minutes: int
    answered: int | None
    expected_answers: int
    connected: int
    joined: int


@dataclass(frozen=True)
class StepView:
    """A line of the run of show. `state`: done, here, to_come, dropped or skipped."""

    id: str
    kind: str
    title: str
    minutes: int
    state: str
    optional: bool


@dataclass(frozen=True)
class HandsView:
    """What is counted in the room: hands for each choice; `cards` for each, None when cards are not read for it."""

    round: str
    form: str
    text: str
    choices: tuple[tuple[ChoiceView, int], ...]
    cards: tuple[int, ...] | None


@dataclass(frozen=True)
class RemoteView:
    """A phone paired with this console, or asking to be: known by the four figures that it shows."""

    access_id: int
    label: str
    confirmed: bool


@dataclass(frozen=True)
class FacilitatorView(ProjectorView):
    """Times are told by `now`, the server's clock: that of the screen may be wrong."""

    live_id: int
    now: datetime
    # What may be on the wall, in no order that tells; one alone once it is confirmed.
    wall_offered: tuple[str, ...]
    notes: Notes | None
    steps: tuple[StepView, ...]
    step: Step | None
    allowed: frozenset[str]
    hands: tuple[HandsView, ...]
    paused: bool
    overlay: str | None
    essential: bool
    entry_locked: bool
    auto_locked: bool
    capacity: int
    present: int | None
    started_at: datetime | None
    entered_at: datetime | None
    planned_before: int
    minutes_left: int
    closes_at: datetime | None
    untimed: bool
    silent_for: timedelta | None
    erasure_pending: bool
    school: str
    class_label: str
    level: str
    remotes: tuple[RemoteView, ...]
    # What pupils wrote, for the console alone; `apart` counts what may call for help.
    reading: Panel | None
    apart: int
    # Devices that are in the class and cannot answer alone.
    shared: Sharing
    summary: tuple[SceneView, ...] = field(default=())
