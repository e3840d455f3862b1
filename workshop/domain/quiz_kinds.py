"""What only one kind of activity has in a quiz file: statements to sort, scenes, skies, messages."""

from typing import cast

from .activities import (
    PREFER_NOT,
    PREFER_NOT_TEXT,
    SKIES,
    Choice,
    Look,
    Message,
    Question,
    Register,
    Scene,
    Source,
)
from .quiz_checks import check_question
from .quiz_fields import Reader
from .quiz_questions import (
    check_id,
    check_ids,
    read_choices,
    read_estimate,
    read_question,
    read_sources,
)
from .quiz_sheet import read_sheet

REGISTERS = ("knowledge", "situation", "experience")
LOOKS = ("group", "post", "profile", "search")
BOXES, STATEMENTS, SCENES, WAYS = 4, 6, 10, 4  # most of each


def read_questions(r: Reader, kind: str, sources: tuple[Source, ...]) -> tuple[Question, ...]:
    """The questions of an activity that asks some; none for the others."""
    if kind in ("choice", "true_false", "scale"):
        return (read_question(r, r.activity, r.one_of("register", REGISTERS), kind),)
    if kind == "order":
        return (read_question(r, r.activity, r.one_of("register", REGISTERS[:2]), kind),)
    if kind == "estimate":
        return (read_estimate(r, r.activity),)
    if kind == "categorise":
        return _statements(r, sources)
    if kind == "weather":
        skies = (*(Choice(*sky) for sky in SKIES), Choice(PREFER_NOT, PREFER_NOT_TEXT))
        return (Question(r.activity, r.text("text", required=True), "experience", skies),)
    if kind in ("wordcloud", "question_box"):
        return (Question(r.activity, r.text("text", required=True), "situation", (), form="text"),)
    return ()


def _statements(r: Reader, shared: tuple[Source, ...]) -> tuple[Question, ...]:
    register = r.one_of("register", REGISTERS[:2])
    boxes = read_choices(r, "boxes", BOXES)
    found = tuple(_statement(s, register, boxes, shared) for s in r.tables("statements", required=True))
    if not 2 <= len(found) <= STATEMENTS:
        r.fail("statements", f"il faut de 2 à {STATEMENTS} phrases à ranger (lu : {len(found)}).")
    check_ids(r, "statements", [question.id for question in found])
    return found


def _statement(r: Reader, register: str, boxes: tuple[Choice, ...], shared: tuple[Source, ...]) -> Question:
    expected = r.optional_text("expected")
    if expected and expected not in {box.id for box in boxes}:
        r.fail("expected", f"« {expected} » n’est l’identifiant d’aucune étiquette.")
    misconception = r.optional_text("misconception")
    question = Question(
        id=r.text("id", required=True),
        text=r.text("text", required=True),
        register=cast("Register", register or "situation"),
        choices=boxes,
        expected=frozenset({expected} if expected else ()),
        explanation=r.optional_text("explanation"),
        sources=read_sources(r) or (shared if register == "knowledge" else ()),
        misconception=misconception,
        sheet=read_sheet(r, register, misconception),
    )
    check_id(r, question.id)
    check_question(r, question)
    r.finish()
    return question


def read_scenes(r: Reader) -> tuple[tuple[Scene, ...], tuple[Question, ...]]:
    """The scenes of a scenario, and the questions that lead from one to the next."""
    both = [_scene(s) for s in r.tables("scenes", required=True)]
    scenes = tuple(scene for scene, _ in both)
    if not 3 <= len(scenes) <= SCENES:
        r.fail("scenes", f"il faut de 3 à {SCENES} scènes (lu : {len(scenes)}).")
    check_ids(r, "scenes", [scene.id for scene in scenes])
    _check_story(r, scenes)
    return scenes, tuple(question for _, question in both if question)


def _scene(r: Reader) -> tuple[Scene, Question | None]:
    scene_id = r.text("id", required=True)
    check_id(r, scene_id)
    ways = [_way(way) for way in r.tables("choices")]
    asked = r.optional_text("question")
    if bool(ways) != bool(asked):
        r.fail("question", "une scène a une question et ses choix, ou ni l’un ni l’autre : alors l’histoire finit là.")
    if ways and not 2 <= len(ways) <= WAYS:
        r.fail("choices", f"il faut de 2 à {WAYS} choix (lu : {len(ways)}).")
    check_ids(r, "choices", [choice.id for choice, _ in ways])
    scene = Scene(
        id=scene_id,
        title=r.text("title", required=True),
        text=r.text("text", required=True),
        **read_picture(r),
        leads_to=tuple((choice.id, target) for choice, target in ways),
    )
    r.finish()
    choices = tuple(choice for choice, _ in ways)
    return scene, Question(scene_id, asked, "situation", choices) if asked and ways else None


def _way(r: Reader) -> tuple[Choice, str]:
    choice = Choice(
        r.text("id", required=True), r.text("text", required=True), r.optional_text("takeaway"), read_sources(r)
    )
    check_id(r, choice.id)
    target = r.text("leads_to", required=True)
    r.finish()
    return choice, target


def _check_story(r: Reader, scenes: tuple[Scene, ...]) -> None:
    """Every way leads to a scene further down, so that each story ends; every scene is on some way."""
    places = {scene.id: place for place, scene in enumerate(scenes)}
    reached = {scene.id for scene in scenes[:1]}
    for scene in scenes:
        for _, target in scene.leads_to:
            if places.get(target, -1) <= places[scene.id]:
                r.fail("scenes", f"« {scene.id} » mène à « {target} », qui n’est pas une scène écrite plus bas.")
            reached.add(target)
    for scene in scenes:
        if scene.id not in reached:
            r.fail("scenes", f"aucun choix ne mène à « {scene.id} ».")


def read_messages(r: Reader, look: str) -> tuple[Message, ...]:
    return tuple(_message(m, look) for m in r.tables("messages", required=True))


def read_look(r: Reader) -> Look:
    return cast("Look", r.one_of("look", LOOKS, required=False) or "group")


def _message(r: Reader, look: str) -> Message:
    searched = look == "search"
    message = Message(
        sender=r.text("from", required=not searched) or None,
        time=r.text("time", required=not searched),
        text=r.optional_text("text"),
        **read_picture(r),
        title=r.text("title", required=True) if searched else None,
        address=r.text("address", required=True) if searched else None,
    )
    if not message.text and not message.image:
        r.fail("text", "un message a un texte ou une image.")
    r.finish()
    return message


def read_picture(r: Reader) -> dict[str, str | None]:
    """The picture of an activity, a message or a scene: its file, its description, and whose work it is."""
    picture = {name: r.optional_text(name) for name in ("image", "alt", "credit")}
    if picture["image"] and not picture["alt"]:
        r.fail("alt", "décrivez l’image pour qui ne la voit pas.")
    return picture
