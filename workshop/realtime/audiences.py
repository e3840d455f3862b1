"""One view per audience: what a screen may know, and nothing else. A template sees a view and never a board.

A participant's view holds no expected answer before the reveal, and nothing of who answered. The facilitator's holds no
distribution before the close. Lived experience reaches any of them only as a `DisclosedTally`.
"""

from dataclasses import replace
from datetime import date

from workshop.domain import story
from workshop.domain.activities import Activity, Question
from workshop.domain.follow_up import last_day
from workshop.domain.languages import SOURCE
from workshop.domain.live_session import (
    Phase,
    Round,
    can_be_timed,
    earlier,
    is_asked,
    is_entry_locked,
    is_left_out,
    next_step,
    remaining,
)
from workshop.domain.schools import is_lycee
from workshop.domain.tally import Tally
from workshop.domain.texts import Approved, sizes
from workshop.domain.timing import any_untimed, is_hurried
from workshop.services.viewing import Board

from .results import disclosed_view, result_view
from .room_view import card_turns, counted_in_the_room
from .story_view import story_view
from .views import (
    ChoiceView,
    FacilitatorView,
    ParticipantView,
    ProjectorView,
    QuestionView,
    RemoteView,
    SceneView,
    ShiftView,
    StepView,
    TextView,
)

LETTERS = "ABCDEFGH"


def participant_view(board: Board, language: str = SOURCE.code) -> ParticipantView:
    """In a language that the workshop was translated into, activity by activity; else in its own."""
    live, spoken = board.live, board.translations.get(language)
    shared = _shared(replace(board, workshop=spoken) if spoken else board)
    hurried = str(live.open_rounds[0].id) if is_hurried(live, board.workshop) else None
    return ParticipantView(
        **shared | {"written_in": board.workshop.language},
        until=_until(board),
        hurried=hurried,
        untimed=any_untimed(live),
    )


def _until(board: Board) -> date | None:
    activity = board.live.activity(board.workshop)
    closes_at = [r.closes_at for r in board.live.open_rounds if r.closes_at]
    return last_day(min(closes_at)) if closes_at and activity and activity.kind == "follow_up" else None


def projector_view(board: Board) -> ProjectorView:
    return ProjectorView(
        **_shared(board),
        **_counts(board),
        wall_figure=board.wall_check[0] if board.wall_check else None,
    )


def facilitator_view(board: Board) -> FacilitatorView:
    live, workshop = board.live, board.workshop
    activity = live.activity(workshop)
    shared = _shared(board)
    if activity is not None and not shared["again"] and shared["mode"] in ("scene", "lobby", "paused", "help"):
        # The console sees the counts from the close on; before it, like everyone, only how many have answered.
        # A calm screen or the help lie over the class's screens: on the console, what goes on below stays in sight.
        seen = live.phase in (Phase.CLOSED, Phase.REVEALED)
        shared["scene"] = _scene(board, activity, revealed=seen, backstage=True)
    here = max(live.position, 0)
    # The questions of the lobby are answered before the clock starts.
    first = 1 if workshop.activities[0].kind == "before" else 0
    onward = remaining(live, workshop)
    deadlines = [r.closes_at for r in live.open_rounds if r.closes_at]
    return FacilitatorView(
        **shared,
        **_counts(board),
        live_id=board.live_id,
        now=board.now,
        wall_figure=None,
        wall_offered=tuple(sorted(board.wall_check)),
        notes=activity.notes if activity else None,
        steps=tuple(_step(board, index) for index in range(len(workshop.activities))),
        step=next_step(live, workshop),
        allowed=_allowed(board),
        hands=counted_in_the_room(board, activity, _scene(board, activity, revealed=False)) if activity else (),
        paused=live.paused_at is not None,
        overlay=live.overlay,
        essential=live.essential,
        entry_locked=live.entry_locked,
        auto_locked=is_entry_locked(live, workshop) and not live.entry_locked,
        capacity=live.capacity,
        present=live.present,
        started_at=live.started_at,
        entered_at=live.entered_at,
        planned_before=sum(a.minutes for a in workshop.activities[first:here] if not is_left_out(live, a)),
        minutes_left=sum(workshop.activities[index].minutes for index in onward)
        + (workshop.activities[here].minutes if live.phase is not Phase.ENDED else 0),
        closes_at=min(deadlines, default=None),
        untimed=any_untimed(live),
        silent_for=live.silent_for,
        erasure_pending=board.erasure_pending,
        school=board.school,
        class_label=board.class_label,
        level=board.level,
        reading=board.reading,
        apart=board.apart,
        shared=board.shared,
        remotes=tuple(RemoteView(r.access_id, r.label, r.confirmed) for r in board.remotes),
        summary=_summary(board) if live.phase is Phase.ENDED else (),
    )


def _shared(board: Board) -> dict:  # type: ignore[type-arg]  # keyword arguments of three classes
    live, workshop = board.live, board.workshop
    activity = live.activity(workshop)
    mode, again, shown = _mode(board), False, None
    if mode == "last":
        mode, again = "scene", True
        shown = _scene(board, workshop.activity(str(live.overlay).removeprefix("last:")), revealed=True)
    elif activity is not None and mode in ("scene", "lobby", "help"):
        # `before` is revealed with `after`, never by itself.
        shown = _scene(board, activity, revealed=live.phase is Phase.REVEALED and activity.kind != "before")
    return {
        "code": board.code,
        "slug": workshop.slug,
        "language": workshop.language,
        "written_in": workshop.language,
        "workshop_title": workshop.title,
        "version": live.version,
        "phase": live.phase.value,
        "mode": mode,
        "scene": shown,
        "again": again,
        "people": board.people,
        "rehearsal": live.rehearsal,
        "is_lycee": is_lycee(board.level),
        "keeps_words": any(a.kind == "poster" or _takes_words(a) for a in workshop.activities),
        "has_devices": live.answering.has_devices,
        "has_cards": live.answering.has_cards,
    }


def _mode(board: Board) -> str:
    live = board.live
    if live.phase is Phase.ENDED:
        return "ended"
    if live.paused_at is not None:
        return "paused"
    if live.overlay == "help":
        return "help"
    if live.overlay is not None:
        return "last"
    activity = live.activity(board.workshop)
    if live.phase is Phase.LOBBY:
        return "lobby"
    return "help" if activity is not None and activity.kind == "help" else "scene"


def _counts(board: Board) -> dict:  # type: ignore[type-arg]  # keyword arguments of two classes
    return {
        "levels": board.workshop.levels,
        "minutes": board.workshop.minutes,
        "answered": board.answered,
        "expected_answers": board.expected_answers,
        "connected": board.connected,
        "joined": board.joined,
    }


def _scene(board: Board, activity: Activity, revealed: bool, backstage: bool = False) -> SceneView:
    shown = board.live.messages_shown
    return SceneView(
        id=activity.id,
        kind=activity.kind,
        title=activity.title,
        text=activity.text,
        points=activity.points,
        image=activity.image,
        alt=activity.alt,
        credit=activity.credit,
        look=activity.look,
        owner=board.workshop.names[activity.owner] if activity.owner else None,
        bio=activity.bio,
        query=activity.query,
        messages=activity.messages[:shown],
        messages_to_come=max(0, len(activity.messages) - shown),
        senders={m.sender: board.workshop.names[m.sender] for m in activity.messages if m.sender},
        ends=activity.ends,
        sources=activity.sources,
        is_experience=activity.is_experience,
        questions=tuple(
            _question(board, activity, question, revealed)
            for question in _asked(board, activity)
            # What is only talked of stays in sight; an opinion that is not asked is nothing.
            if question.register != "opinion" or is_asked(board.live, question)
        ),
        story=story_view(board.live, activity, board.tallies, revealed, backstage),
        commitments=board.charters.get(activity.id, ()),
        language=activity.language or board.workshop.language,
    )


def _asked(board: Board, activity: Activity) -> tuple[Question, ...]:
    """What is asked now; of a story, once the class has ended, all that was asked."""
    if not activity.scenes or board.live.phase is not Phase.ENDED:
        return story.asked(board.live, activity)
    rounds = {r.question_id for r in board.live.rounds_of(activity.id)}
    return tuple(question for question in activity.questions if question.id in rounds)


def _takes_words(activity: Activity) -> bool:
    return any(question.form == "text" for question in activity.questions)


def _question(board: Board, activity: Activity, question: Question, revealed: bool) -> QuestionView:
    rounds = [r for r in board.live.rounds_of(activity.id) if r.question_id == question.id]
    newest = rounds[-1] if rounds else None
    choices = tuple(
        ChoiceView(choice.id, LETTERS[place : place + 1], choice.text) for place, choice in enumerate(question.choices)
    )
    view = QuestionView(
        round=str(newest.id) if newest and newest.id else None,
        id=question.id,
        text=question.text,
        register=question.register,
        multiple=question.multiple,
        form=activity.kind if activity.kind in ("categorise", "weather") else question.form,
        choices=choices,
        is_open=bool(newest and newest.is_open),
        number=newest.number if newest else 1,
        unit=question.unit,
        certainty=question.certainty,
        card_turns=card_turns(board, question),
    )
    if not revealed or newest is None or newest.id is None or newest.is_open:
        return view
    if question.register == "experience":
        found = board.disclosed.get(newest.id)
        return _with(view, disclosed=disclosed_view(found, choices) if found else None)
    if question.form == "text":
        return _with(view, texts=_texts(board.texts.get(newest.id, ())))
    tally = board.tallies.get(newest.id)
    moved = board.shifts.get(question.id) if activity.kind == "exit" else None
    return _with(
        view,
        result=result_view(question, choices, tally, _earlier(board, activity, rounds)) if tally else None,
        shift=ShiftView(**moved) if moved else None,
    )


def _texts(approved: tuple[Approved, ...]) -> tuple[TextView, ...]:
    drawn = sizes(one.people for one in approved)
    return tuple(TextView(one.text, one.people, size) for one, size in zip(approved, drawn, strict=True))


def _with(view: QuestionView, **changes: object) -> QuestionView:
    return QuestionView(**{**view.__dict__, **changes})


def _earlier(board: Board, activity: Activity, rounds: list[Round]) -> Tally | None:
    """What the newest vote is compared with: the first vote, or the same question before the workshop."""
    if len(rounds) > 1 and rounds[0].id is not None:
        return board.tallies.get(rounds[0].id)
    if activity.kind not in ("after", "exit"):
        return None
    before = [
        r
        for r in board.live.rounds
        if r.question_id == rounds[0].question_id and board.workshop.activity(r.activity_id).kind == "before"
    ]
    return board.tallies.get(before[0].id) if before and before[0].id is not None else None


def _step(board: Board, index: int) -> StepView:
    live, activity = board.live, board.workshop.activities[index]
    if activity.id in live.skipped:
        state = "skipped"
    elif index < live.position or live.phase is Phase.ENDED:
        state = "done"
    elif index == live.position:
        state = "here"
    else:
        state = "dropped" if is_left_out(live, activity) else "to_come"
    return StepView(activity.id, activity.kind, activity.title, activity.minutes, state, activity.optional)


def _allowed(board: Board) -> frozenset[str]:
    """The commands worth a button now; the state machine alone decides what is legal."""
    live, workshop = board.live, board.workshop
    if live.phase is Phase.ENDED:
        return frozenset()
    found = {"end", "help", "lock", "unlock", "capacity", "present"}
    if live.paused_at is not None:
        return frozenset(found | {"resume"})
    found |= {"pause", "essential", "everything"}
    activity = live.activity(workshop)
    if live.phase is Phase.LOBBY or activity is None:
        return frozenset(found)
    if remaining(live, workshop):
        found.add("skip")
    if live.open_rounds:
        return frozenset(found | {"deadline"} if can_be_timed(live, workshop) else found)
    if earlier(live, workshop):
        found.add("back")
    if any(a.id in live.shown for a in workshop.activities[: live.position]):
        found.add("last")
    done = max((r.number for r in live.rounds_of(activity.id)), default=0)
    if done == 1 and not activity.is_asked_once:
        found.add("vote_again")
    if live.phase is Phase.CLOSED:
        found.add("reveal")
    return frozenset(found)


def _summary(board: Board) -> tuple[SceneView, ...]:
    asked = [a for a in board.workshop.activities if a.kind != "before"]
    told = [a for a in asked if board.live.rounds_of(a.id) or a.id in board.charters]
    return tuple(_scene(board, activity, revealed=True) for activity in told)
