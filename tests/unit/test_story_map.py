"""The map of a story: every scene and every way, those that the class took told apart, none upon another."""

from dataclasses import replace

from hypothesis import given, strategies as st

from workshop.domain.activities import Activity, Choice, Question, Scene
from workshop.realtime.story_map import StoryMap, story_map

from .small_workshop import TALE


def lived(*ids: str, activity: Activity = TALE) -> tuple[Scene, ...]:
    return tuple(activity.scene(name) for name in ids)


def taken(found: StoryMap) -> list[tuple[str, str, str]]:
    return [(stop.title, fork.letter, fork.leads_to) for stop in found.stops for fork in stop.forks if fork.taken]


def test_map_tells_the_ways_taken_from_the_others() -> None:
    found = story_map(TALE, lived("debut", "suite", "fin-b"), {})
    assert [stop.title for stop in found.stops if stop.lived] == ["Début", "La suite", "Une autre fin"]
    assert taken(found) == [("Début", "A", "La suite"), ("La suite", "B", "Une autre fin")]
    assert sum(way.taken for way in found.ways) == 2
    assert [scene.lived for scene in found.scenes] == [True, True, False, True]
    assert [scene.is_ending for scene in found.scenes] == [False, False, True, True]


def test_of_two_choices_with_one_sequel_the_class_took_the_one_it_voted_for() -> None:
    way = lived("debut", "fin-a")
    assert taken(story_map(TALE, way, {"debut": ("rire",)})) == [("Début", "C", "Une fin")]
    # A tie between them, or counts that are gone: both.
    assert [letter for _, letter, _ in taken(story_map(TALE, way, {}))] == ["B", "C"]


def test_story_too_long_for_a_wall_is_told_as_a_list_alone() -> None:
    scenes = [Scene(f"s{n}", f"Scène {n}", "…", leads_to=(("a", f"s{n + 1}"), ("b", f"s{n + 1}"))) for n in range(6)]
    questions = tuple(Question(s.id, "?", "situation", (Choice("a", "A"), Choice("b", "B"))) for s in scenes)
    long = replace(TALE, scenes=(*scenes, Scene("s6", "Fin", "…")), questions=questions)
    assert not story_map(long, lived("s0", activity=long), {}).is_drawn
    assert story_map(TALE, lived("debut"), {}).is_drawn


@st.composite
def stories(draw: st.DrawFn) -> Activity:
    """As the format allows: up to ten scenes, each way further down."""
    size = draw(st.integers(3, 10))
    scenes = []
    for n in range(size):
        ways = draw(st.lists(st.integers(n + 1, size - 1), min_size=2, max_size=4)) if n < size - 2 else []
        scenes.append(Scene(f"s{n}", draw(st.text("aé ’", min_size=1, max_size=60)), "…", leads_to=tuple(
            (f"c{place}", f"s{target}") for place, target in enumerate(ways)
        )))  # fmt: skip
    questions = tuple(
        Question(s.id, "?", "situation", tuple(Choice(c, f"Choix {c}") for c, _ in s.leads_to))
        for s in scenes
        if s.leads_to
    )
    return Activity("histoire", "scenario", "H", 1, scenes=tuple(scenes), questions=questions)


@given(stories())
def test_no_scene_lies_upon_another_nor_out_of_the_drawing(activity: Activity) -> None:
    found = story_map(activity, activity.scenes[:1], {})
    boxes = [(s.x, s.y, s.x + found.box, s.y + s.height) for s in found.scenes]
    assert all(x >= 0 and y >= 0 and right <= found.width and bottom <= found.height for x, y, right, bottom in boxes)
    for place, (x, y, right, bottom) in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert right <= other[0] or other[2] <= x or bottom <= other[1] or other[3] <= y
    letters = [(letter.x, letter.y) for way in found.ways for letter in way.letters]
    assert len(letters) == sum(len(scene.leads_to) for scene in activity.scenes)
    assert len(set(letters)) == len(letters)
