"""Promise 6, half of 3: what a screen is given in every state that commands can reach, with secrets planted first."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from hypothesis import given, settings, strategies as st

from tests.unit.small_workshop import NOW, WORKSHOP, run
from workshop.domain import story
from workshop.domain.activities import Activity, Notes, Question, Source, Workshop
from workshop.domain.disclosure import DisclosedTally
from workshop.domain.live_session import Answering, LiveSession, Phase, Round
from workshop.domain.tally import Tally, voice_keys
from workshop.domain.texts import Approved
from workshop.realtime.audiences import facilitator_view, participant_view, projector_view
from workshop.realtime.remote_view import remote_view
from workshop.realtime.story_map import StoryMap
from workshop.realtime.views import DisclosedView, EstimateView, OrderView, PlacedView, ResultView, RowView
from workshop.services.viewing import Board

from .commands import WORKSHOPS, Press, answerings, names, sequences, states

# Found nowhere else: counts of a round on knowledge or a situation, of one on lived experience, and what was protected.
COUNT, RAW, RESPONDENTS = 7_001, 7_002, 7_003
FIGURE = 7_004.5
RESULTS = (ResultView, RowView, DisclosedView, OrderView, PlacedView, EstimateView)
ANSWER, NOTE = "PLANTED ANSWER", "PLANTED NOTE"


def plant(workshop: Workshop) -> Workshop:
    """The same workshop with a secret in each text that a pupil must not see before its time, or ever."""
    notes = Notes(**{field.name: NOTE for field in fields(Notes)})

    def question(q: Question) -> Question:
        told = replace(
            q,
            figure=FIGURE if q.form == "estimate" else None,
            explanation=ANSWER,
            misconception=ANSWER,
            sources=(Source(ANSWER),),
            choices=tuple(replace(c, takeaway=ANSWER, sources=(Source(ANSWER),)) for c in q.choices),
        )
        return replace(told, explanation=None, misconception=None) if q.register == "experience" else told

    def activity(a: Activity) -> Activity:
        return replace(a, notes=notes, questions=tuple(question(q) for q in a.questions))

    return replace(workshop, activities=tuple(activity(a) for a in workshop.activities))


def board(live: LiveSession, workshop: Workshop) -> Board:
    """A board that holds more than any real one: every count of every round, closed or not, lived experience too."""
    rounds = tuple(replace(r, id=place) for place, r in enumerate(live.rounds, start=1))
    tallies, disclosed, texts = {}, {}, {}
    for r in rounds:
        assert r.id is not None
        asked = workshop.activity(r.activity_id)
        if asked.questions[0].form == "text":
            texts[r.id] = (Approved("mot", COUNT),)
            continue
        ids = asked.questions[0].choice_ids
        voices = voice_keys(next(q for q in asked.questions if q.id == r.question_id))
        tallies[r.id] = Tally(dict.fromkeys(voices, RAW if asked.is_experience else COUNT), {"phone": COUNT})
        if asked.is_experience and not r.is_open:
            rounded = (RESPONDENTS // 5 * 5 - 5 * (len(ids) - 1), *[5] * (len(ids) - 1))
            disclosed[r.id] = DisclosedTally(RESPONDENTS, tuple(zip(ids, rounded, strict=True)))
    return Board(
        live_id=1, now=NOW, code="PREAU12", live=replace(live, rounds=rounds), workshop=workshop, digest="",
        school="", class_label="", level="", people={}, answered=0, connected=0, joined=0, tallies=tallies,
        disclosed=disclosed, texts=texts, hands={}, cards={}, erasure_pending=False,
    )  # fmt: skip


def inside(value: Any) -> Iterator[Any]:
    """Everything in a view, however deep."""
    yield value
    if is_dataclass(value):
        for field in fields(value):
            yield from inside(getattr(value, field.name))
    elif isinstance(value, dict):
        yield from inside([*value, *value.values()])
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from inside(item)


def revealed(live: LiveSession, workshop: Workshop) -> str | None:
    """The activity whose result the class may see now: shown by the facilitator, and no vote is open."""
    if live.phase is Phase.ENDED or live.paused_at is not None or live.open_rounds:
        return None
    if live.overlay not in (None, "help"):
        return live.overlay.removeprefix("last:")
    activity = live.activity(workshop)
    return activity.id if activity and live.phase is Phase.REVEALED else None


def right_orders(workshop: Workshop) -> list[tuple[str, ...]]:
    return [q.right_order for activity in workshop.activities for q in activity.questions if q.right_order]


@settings(max_examples=70)
@given(names, answerings, sequences)
def test_class_is_shown_nothing_before_its_time_in_any_state(
    name: str, answering: Answering, sequence: list[Press]
) -> None:
    workshop = plant(WORKSHOPS[name])
    for live, _ in states(workshop, answering, sequence):
        for view in (participant_view(board(live, workshop)), projector_view(board(live, workshop))):
            found = list(inside(view))
            told = {text for text in found if isinstance(text, str) and "PLANTED" in text}
            shown = revealed(live, workshop)
            assert NOTE not in told
            assert RAW not in found
            if shown is None:
                assert not told and COUNT not in found and RESPONDENTS not in found
                assert not any(isinstance(item, RESULTS) for item in found) and FIGURE not in found
                assert not any(right in found for right in right_orders(workshop))
            else:
                assert view.scene is not None and view.scene.id == shown
                lived = workshop.activity(shown).is_experience
                # The end of a story asks nothing: its map is drawn, without a count.
                mapped = any(isinstance(item, StoryMap) for item in found)
                assert (RESPONDENTS in found, COUNT in found) == (lived, not lived and not mapped)


@settings(max_examples=70)
@given(st.sampled_from(["told", "stories"]), answerings, sequences)
def test_class_is_told_no_scene_that_it_has_not_come_to_before_the_map(
    name: str, answering: Answering, sequence: list[Press]
) -> None:
    def planted(a: Activity) -> Activity:
        scenes = tuple(replace(s, title=f"SCENE {a.id}/{s.id}", text=f"SCENE {a.id}/{s.id}") for s in a.scenes)
        return replace(a, scenes=scenes)

    workshop = replace(WORKSHOPS[name], activities=tuple(planted(a) for a in WORKSHOPS[name].activities))
    for live, _ in states(workshop, answering, sequence):
        for view in (participant_view(board(live, workshop)), projector_view(board(live, workshop))):
            found = list(inside(view))
            told = {
                text.removeprefix("SCENE ") for text in found if isinstance(text, str) and text.startswith("SCENE ")
            }
            mapped = [item for item in found if isinstance(item, StoryMap)]
            shown = revealed(live, workshop)
            if mapped:
                assert shown and story.is_over(live, workshop.activity(shown))
            else:
                assert told <= set(live.path)


@settings(max_examples=40)
@given(names, answerings, sequences)
def test_console_sees_no_distribution_before_the_close_and_never_a_raw_one_of_lived_experience(
    name: str, answering: Answering, sequence: list[Press]
) -> None:
    workshop = plant(WORKSHOPS[name])
    for live, _ in states(workshop, answering, sequence):
        view = facilitator_view(board(live, workshop))
        found = list(inside(view))
        assert RAW not in found
        if live.open_rounds:
            assert COUNT not in found and RESPONDENTS not in found
        if live.phase is Phase.ENDED:
            asked = {r.activity_id for r in live.rounds if workshop.activity(r.activity_id).kind != "before"}
            assert {scene.id for scene in view.summary} == asked
            assert (COUNT in found) == any(not workshop.activity(name).is_experience for name in asked)


@settings(max_examples=40)
@given(names, answerings, sequences)
def test_remote_is_given_nothing_that_its_console_is_not_and_over_http_next_to_nothing(
    name: str, answering: Answering, sequence: list[Press]
) -> None:
    workshop = plant(WORKSHOPS[name])
    for live, _ in states(workshop, answering, sequence):
        console = facilitator_view(board(live, workshop))
        full, bare = (remote_view(board(live, workshop), encrypted) for encrypted in (True, False))
        emptied = {"remotes", "summary"}
        assert {f.name for f in fields(full) if getattr(full, f.name) != getattr(console, f.name)} <= emptied
        emptied |= {"notes", "scene", "reading", "apart"}
        assert {f.name for f in fields(bare) if getattr(bare, f.name) != getattr(console, f.name)} <= emptied
        found = list(inside(bare))
        assert COUNT not in found and RAW not in found and RESPONDENTS not in found
        assert not any(isinstance(item, RESULTS) for item in found)
        assert bare.notes in (None, Notes(say=NOTE)) and bare.reading is None and bare.apart == 0


def test_secrets_are_found_where_they_are_allowed() -> None:
    """The search itself can fail: a revealed vote holds each planted word, a console its notes."""
    live = run("@vote close reveal")
    workshop = plant(WORKSHOP)
    found = list(inside(participant_view(board(live, workshop))))
    assert ANSWER in found and COUNT in found and any(isinstance(item, RowView) and item.expected for item in found)
    assert NOTE in inside(facilitator_view(board(live, workshop)))
    assert COUNT in inside(remote_view(board(live, workshop), encrypted=True))
    kinds = plant(WORKSHOPS["kinds"])
    for name in ("les-gestes", "combien"):
        place = [activity.id for activity in kinds.activities].index(name)
        rounds = (Round(name, name, 1, is_open=False),)
        shown = LiveSession(phase=Phase.REVEALED, position=place, rounds=rounds, shown=frozenset({name}))
        told = list(inside(participant_view(board(shown, kinds))))
        assert any(isinstance(item, OrderView if name == "les-gestes" else EstimateView) for item in told)
        assert (FIGURE in told) == (name == "combien")
    lived = run("@vecu close reveal")
    assert RESPONDENTS in inside(participant_view(board(lived, workshop)))
