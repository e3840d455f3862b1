"""The map of a story: every scene in columns from left to right, and the ways between them, laid out for an SVG."""

import itertools
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from workshop.domain.activities import Activity, Question, Scene

# In units of the drawing: a scene's box, and what lies between two of them.
WIDE, GAP, BETWEEN = 284, 124, 34
LINE, SMALL, PADDING, BADGE, LETTER = 32, 28, 22, 40, 32
LEAST = 1_000  # a story of two columns is not drawn larger than life
IN_A_LINE, MOST_LINES = 17, 3  # characters of a title; what is longer ends with …
MOST_COLUMNS = 5  # more would be too small for the back row: a list then says it all
LETTERS = "ABCD"


@dataclass(frozen=True)
class MapScene:
    """A scene's box: its upper left corner, its height, the lines of its title, and of what the class chose there."""

    x: float
    y: float
    height: float
    lines: tuple[str, ...]
    chosen: tuple[str, ...]
    lived: bool
    is_ending: bool


@dataclass(frozen=True)
class MapLetter:
    letter: str
    x: float
    y: float
    taken: bool


@dataclass(frozen=True)
class MapWay:
    """All the choices of one scene that lead to one other: a curve, with their letters where it starts."""

    curve: str
    letters: tuple[MapLetter, ...]
    taken: bool


@dataclass(frozen=True)
class Fork:
    """One choice of a scene, in words."""

    letter: str
    text: str
    leads_to: str
    taken: bool


@dataclass(frozen=True)
class Stop:
    """A scene, in words: the class came through it, or not."""

    title: str
    lived: bool
    forks: tuple[Fork, ...]


@dataclass(frozen=True)
class StoryMap:
    """The same thing twice: drawn, and as a list. `box` is the width of a scene's box; `is_drawn` is false when the
    drawing could not be read."""

    width: float
    height: float
    box: float
    scenes: tuple[MapScene, ...]
    ways: tuple[MapWay, ...]
    stops: tuple[Stop, ...]
    is_drawn: bool


@dataclass
class _Place:
    """Something that takes room in a column: a scene, or the passage of a way that goes on to a later column."""

    column: int
    height: float
    y: float = 0.0  # of its middle


def story_map(activity: Activity, lived: tuple[Scene, ...], leading: Mapping[str, tuple[str, ...]]) -> StoryMap:
    """The whole story, with the scenes that the class `lived`, in their order. `leading` are the most voted choices of
    a scene: of two that lead to the same one, the class took the one it voted for."""
    questions = {question.id: question for question in activity.questions}
    following = {scene.id: after.id for scene, after in itertools.pairwise(lived)}
    taken = {scene.id: _taken(scene, following.get(scene.id), leading.get(scene.id, ())) for scene in activity.scenes}
    stops = tuple(
        _stop(activity, scene, questions.get(scene.id), scene in lived, taken[scene.id]) for scene in activity.scenes
    )
    columns = _columns(activity)
    texts = {scene.id: _texts(scene, stop) for scene, stop in zip(activity.scenes, stops, strict=True)}
    places = {
        scene.id: _Place(columns[scene.id], max(_height(*texts[scene.id]), BADGE * len(_targets(scene))))
        for scene in activity.scenes
    }
    passages = {
        (scene.id, target): [_Place(column, BADGE) for column in range(columns[scene.id] + 1, columns[target])]
        for scene in activity.scenes
        for target in _targets(scene)
    }
    height = _stack(places, passages)
    last = max(columns.values())
    width = (last + 1) * WIDE + last * GAP
    left = max(0.0, (LEAST - width) / 2)
    return StoryMap(
        width=max(width, LEAST),
        height=height,
        box=WIDE,
        scenes=tuple(
            MapScene(
                x=left + _x(places[scene.id]),
                y=places[scene.id].y - _height(*texts[scene.id]) / 2,
                height=_height(*texts[scene.id]),
                lines=texts[scene.id][0],
                chosen=texts[scene.id][1],
                lived=scene in lived,
                is_ending=scene.is_ending,
            )
            for scene in activity.scenes
        ),
        ways=tuple(
            _way(scene, target, [places[scene.id], *passages[scene.id, target], places[target]], left, taken[scene.id])
            for scene in activity.scenes
            for target in _targets(scene)
        ),
        stops=stops,
        is_drawn=last < MOST_COLUMNS,
    )


def _taken(scene: Scene, following: str | None, leading: tuple[str, ...]) -> frozenset[str]:
    """The choices that led the class from this scene to the next one; none where it did not pass."""
    led = [choice for choice, target in scene.leads_to if target == following]
    return frozenset([choice for choice in led if choice in leading] or led)


def _stop(activity: Activity, scene: Scene, question: Question | None, lived: bool, taken: frozenset[str]) -> Stop:
    ways, choices = dict(scene.leads_to), question.choices if question else ()
    forks = (
        Fork(LETTERS[place], choice.text, activity.scene(ways[choice.id]).title, choice.id in taken)
        for place, choice in enumerate(choices)
    )
    return Stop(scene.title, lived, tuple(forks))


def _targets(scene: Scene) -> tuple[str, ...]:
    """The scenes to which this one leads, once each."""
    return tuple(dict.fromkeys(target for _, target in scene.leads_to))


def _columns(activity: Activity) -> dict[str, int]:
    """How many steps lie before each scene, on the longest way to it. Scenes are written before those they lead to."""
    columns = {scene.id: 0 for scene in activity.scenes}
    for scene in activity.scenes:
        for target in _targets(scene):
            columns[target] = max(columns[target], columns[scene.id] + 1)
    return columns


def _texts(scene: Scene, stop: Stop) -> tuple[tuple[str, ...], tuple[str, ...]]:
    chosen = " / ".join(fork.text for fork in stop.forks if fork.taken)
    return _wrapped(scene.title, IN_A_LINE), _wrapped(chosen, IN_A_LINE + 3) if chosen else ()


def _wrapped(text: str, characters: int) -> tuple[str, ...]:
    return tuple(textwrap.wrap(text, characters, max_lines=MOST_LINES, placeholder="…"))


def _height(lines: tuple[str, ...], chosen: tuple[str, ...]) -> float:
    return LINE * len(lines) + SMALL * len(chosen) + PADDING


def _stack(places: dict[str, _Place], passages: dict[tuple[str, str], list[_Place]]) -> float:
    """Put each column in order, beside what leads to it, and centre it; the height of the drawing."""
    chains = [[places[start], *between, places[end]] for (start, end), between in passages.items()]
    everything = [*places.values(), *(place for between in passages.values() for place in between)]
    columns: dict[int, list[_Place]] = {}
    for place in everything:
        columns.setdefault(place.column, []).append(place)
    height = max(sum(p.height + BETWEEN for p in column) - BETWEEN for column in columns.values())
    for number in sorted(columns):
        # Sorting keeps the order of equals, which is that of the choices.
        column = sorted(columns[number], key=lambda place: _before(place, chains))
        y = (height - sum(p.height + BETWEEN for p in column) + BETWEEN) / 2
        for place in column:
            place.y = y + place.height / 2
            y += place.height + BETWEEN
    return height


def _before(place: _Place, chains: list[list[_Place]]) -> float:
    """Where, on average, what leads to this place stands in the column before it."""
    found = [before.y for chain in chains for before, after in itertools.pairwise(chain) if after is place]
    return sum(found) / max(1, len(found))


def _x(place: _Place) -> float:
    return place.column * (WIDE + GAP)


def _way(scene: Scene, target: str, chain: list[_Place], left: float, taken: frozenset[str]) -> MapWay:
    """The curve goes through `chain`, from one scene's box to the other's, and starts after its letters."""
    targets = _targets(scene)
    start, *between, end = chain
    x = left + _x(start) + WIDE
    y = start.y + BADGE * (targets.index(target) - (len(targets) - 1) / 2)
    going = [(number, choice) for number, (choice, to) in enumerate(scene.leads_to) if to == target]
    letters = tuple(
        MapLetter(LETTERS[number], x + LETTER * (place + 0.5) + 4, y, choice in taken)
        for place, (number, choice) in enumerate(going)
    )
    at = (x + LETTER * len(letters), y)
    curve = f"M{at[0]:g} {at[1]:g}"
    for place in [*between, end]:
        x = left + _x(place)
        middle = (at[0] + x) / 2
        curve += f"C{middle:g} {at[1]:g} {middle:g} {place.y:g} {x:g} {place.y:g}"
        at = (x + WIDE, place.y)
        curve += f"H{at[0]:g}" if place is not end else ""
    return MapWay(curve, letters, any(letter.taken for letter in letters))
