"""Where a class's story stands, as a screen may show it."""

from collections.abc import Mapping
from dataclasses import dataclass

from workshop.domain import story
from workshop.domain.activities import Activity
from workshop.domain.live_session import LiveSession, Phase
from workshop.domain.tally import Tally

from .story_map import LETTERS, StoryMap, story_map


@dataclass(frozen=True)
class WayView:
    """One choice of a scene, at its place from 1. `leads_to` is the title of what follows: the console alone is told.
    `leading`: the most voted, or one of them."""

    place: int
    letter: str
    text: str
    leading: bool
    leads_to: str | None


@dataclass(frozen=True)
class StoryView:
    """The scene on the screens. `ways` are empty until what the class chose may be seen; on the console, never.

    `titles` are those of the scenes that the class came to, by id. `map` comes at the end of the story.
    """

    number: int
    title: str
    text: str
    image: str | None
    alt: str | None
    credit: str | None
    is_ending: bool
    ways: tuple[WayView, ...]
    is_tied: bool
    titles: dict[str, str]
    map: StoryMap | None

    @property
    def leading(self) -> tuple[WayView, ...]:
        return tuple(way for way in self.ways if way.leading)


def story_view(
    live: LiveSession, activity: Activity, tallies: Mapping[int, Tally], revealed: bool, backstage: bool
) -> StoryView | None:
    """The story of a scenario that has begun; None for anything else. `backstage` is the console, which knows it."""
    scene = story.here(live, activity)
    if scene is None:
        return None
    lived = story.lived(live, activity)
    questions = story.asked(live, activity) if revealed or backstage else ()
    led = _leading(live, activity, tallies)
    leading = led.get(scene.id, ()) if revealed else ()
    targets = dict(scene.leads_to)
    ways = tuple(
        WayView(
            place,
            LETTERS[place - 1],
            choice.text,
            choice.id in leading,
            activity.scene(targets[choice.id]).title if backstage else None,
        )
        for question in questions
        for place, choice in enumerate(question.choices, start=1)
    )
    is_mapped = live.phase is Phase.ENDED or (scene.is_ending and (revealed or backstage))
    return StoryView(
        number=len(lived),
        title=scene.title,
        text=scene.text,
        image=scene.image,
        alt=scene.alt,
        credit=scene.credit,
        is_ending=scene.is_ending,
        ways=ways,
        is_tied=story.is_tied(scene, leading),
        titles={scene.id: scene.title for scene in lived},
        map=story_map(activity, lived, led) if is_mapped else None,
    )


def _leading(live: LiveSession, activity: Activity, tallies: Mapping[int, Tally]) -> dict[str, tuple[str, ...]]:
    """The most voted choices of each scene whose vote has been counted."""
    questions = {question.id: question for question in activity.questions}
    return {
        r.question_id: story.leaders(questions[r.question_id], tallies[r.id].voices)
        for r in live.rounds_of(activity.id)
        if r.id is not None and r.id in tallies
    }
