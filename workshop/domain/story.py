"""A scenario: which scenes a class has lived, what is asked there, and where its votes lead."""

from collections.abc import Mapping

from .activities import Activity, Question, Scene
from .errors import NotLeading, TiedVote
from .state import LiveSession


def step(activity: Activity, scene: Scene) -> str:
    """One scene as a live session's path keeps it: ids of scenes are unique within their activity alone."""
    return f"{activity.id}/{scene.id}"


def lived(live: LiveSession, activity: Activity) -> tuple[Scene, ...]:
    """The scenes of this scenario that the class has come to, in their order; none for another activity."""
    return tuple(scene for scene in activity.scenes if step(activity, scene) in live.path)


def here(live: LiveSession, activity: Activity) -> Scene | None:
    """The scene where the story stands; None before it begins. Each way leads further down, so it is the last one."""
    scenes = lived(live, activity)
    return scenes[-1] if scenes else None


def is_over(live: LiveSession, activity: Activity) -> bool:
    """Whether the story has come to one of its ends."""
    scene = here(live, activity)
    return scene is not None and scene.is_ending


def asked(live: LiveSession, activity: Activity) -> tuple[Question, ...]:
    """What an activity asks now: all of its questions or, of a scenario, that of the scene where it stands."""
    if not activity.scenes:
        return activity.questions
    scene = here(live, activity)
    return tuple(question for question in activity.questions if scene and question.id == scene.id)


def leaders(question: Question, voices: Mapping[str, int]) -> tuple[str, ...]:
    """The most voted choices, in their order: one, those of a tie, or all of them when nobody voted."""
    most = max((voices.get(choice, 0) for choice in question.choice_ids), default=0)
    return tuple(choice for choice in question.choice_ids if voices.get(choice, 0) == most)


def is_tied(scene: Scene, leading: tuple[str, ...]) -> bool:
    """Whether somebody must choose: leading choices that all lead to one scene need nobody."""
    ways = dict(scene.leads_to)
    return len({ways[choice] for choice in leading}) > 1


def follow(activity: Activity, scene: Scene, leading: tuple[str, ...], place: int | None) -> Scene:
    """The scene to which the class's vote leads. `place`, from 1, is the choice that a facilitator makes at a tie.

    Raises TiedVote when that choice is missing, NotLeading when it is none of the leading ones.
    """
    choices = [choice for choice, _ in scene.leads_to]
    leading = leading or tuple(choices)
    if place is None:
        if is_tied(scene, leading):
            raise TiedVote
        chosen = leading[0]
    else:
        chosen = choices[place - 1] if 0 < place <= len(choices) else ""
        if chosen not in leading:
            raise NotLeading
    return activity.scene(dict(scene.leads_to)[chosen])
