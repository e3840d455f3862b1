"""The quiz file (TOML, format 1) to a frozen `Workshop`, or to all of its mistakes at once. No input or output here."""

import datetime
import re
import tomllib
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

from .activities import Able, Activity, Kind, Notes, Question, Room, Scene, Workshop
from .quiz_checks import check_whole
from .quiz_fields import PLACEHOLDER, QuizError, Reader
from .quiz_kinds import read_look, read_messages, read_picture, read_questions, read_scenes
from .quiz_questions import read_question, read_sources

FORMAT = 1
THEMES = ("cyberharcelement", "e-reputation")
ONE_QUESTION = ("choice", "true_false", "scale", "order", "estimate", "weather", "wordcloud", "question_box")
KINDS = (
    *ONE_QUESTION, "slide", "conversation", "categorise", "scenario", "poster", "help", "before", "after",
)  # fmt: skip
_SYNTAX = re.compile(r"\(at line (\d+), column (\d+)\)")


class QuizErrors(ValueError):
    """Every mistake of one file."""

    def __init__(self, errors: tuple[QuizError, ...]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


def parse_quiz(source: str, file: str, media: frozenset[str] | None = None) -> Workshop:
    """Read a quiz file. `media` names the pictures that lie beside it (None: not checked). Raises QuizErrors alone."""
    return parse_document(load_document(source, file), file, media)


def parse_document(document: dict[str, Any], file: str, media: frozenset[str] | None = None) -> Workshop:
    """The same, of a file's tables."""
    errors: list[QuizError] = []
    workshop = _workshop(Reader(document, file, "", errors), media)
    if errors:
        raise QuizErrors(tuple(errors))
    return workshop


def load_document(source: str, file: str) -> dict[str, Any]:
    """The tables of a file. Raises QuizErrors, with the place where it stops being readable."""
    try:
        return tomllib.loads(source)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        place = _SYNTAX.search(str(error))
        where = f"ligne {place[1]}, colonne {place[2]}" if place else "fin du fichier"
        cause = "un guillemet, un crochet, une virgule, ou un champ écrit deux fois"
        message = f"le fichier n’est plus lisible à partir d’ici ({where}) : à vérifier, {cause}."
        raise QuizErrors((QuizError(file, "", "", message),)) from error


def rename(workshop: Workshop, names: dict[str, str]) -> Workshop:
    """The same workshop with its first names put in every text; `names` wins over the workshop's own."""
    known = workshop.names | {key: name for key, name in names.items() if key in workshop.names}

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return PLACEHOLDER.sub(lambda found: known.get(found[1], found[0]), value)
        if isinstance(value, tuple):
            return tuple(fill(item) for item in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{f.name: fill(getattr(value, f.name)) for f in fields(value) if f.init})
        return value

    return replace(
        workshop,
        names=known,
        activities=fill(workshop.activities),
        summary=fill(workshop.summary),
        without_phones=fill(workshop.without_phones),
    )


def _workshop(r: Reader, media: frozenset[str] | None) -> Workshop:
    if r.integer("format", 1, 1_000) != FORMAT:
        r.fail("format", f"seul le format {FORMAT} est connu.")
    names = _names(r)
    room = r.table_of("room", required=True)
    paired = tuple(_paired(q) for q in r.tables("questions"))
    activities = tuple(_activity(a, paired) for a in r.tables("activities", required=True))
    workshop = Workshop(
        slug=r.text("slug", required=True),
        language=r.text("language", required=True),
        title=r.text("title", required=True),
        theme=r.one_of("theme", THEMES),
        levels=r.texts("levels", required=True),
        minutes=r.integer("minutes", 1, 240),
        summary=r.text("summary", required=True),
        objectives=r.texts("objectives", required=True),
        names=names,
        room=Room(*(room.text(name, required=True) for name in ("setup", "relay", "adult"))),
        activities=activities,
        reviewed_on=r.date("reviewed_on", required=True) or datetime.date.min,
        crcn=r.texts("crcn"),
        emc=r.texts("emc"),
        material=r.texts("material"),
        without_phones=r.optional_text("without_phones"),
        family=r.optional_text("family"),
        media=media or frozenset(),
        able=tuple(_able(a) for a in r.tables("able")),
    )
    room.finish()
    r.finish()
    check_whole(r, workshop, paired, media)
    return workshop


def _names(r: Reader) -> dict[str, str]:
    table = r.table_of("names")
    names = {key: table.text(key, required=True) for key in table.table}
    for key in names:
        if not PLACEHOLDER.fullmatch("{" + key + "}"):
            table.fail(key, "utilisez des minuscules sans accent, des chiffres et « _ ».")
    return names


def _paired(r: Reader) -> Question:
    kind = r.one_of("kind", ("choice", "true_false"))
    question = read_question(r, r.text("id", required=True), "knowledge", kind)
    r.finish()
    return question


def _able(r: Reader) -> Able:
    able = Able(r.text("id", required=True), r.integer("objective", 1, 20), r.text("text", required=True))
    r.finish()
    return able


def _activity(r: Reader, paired: tuple[Question, ...]) -> Activity:
    r.activity = r.text("id", required=True)
    if r.activity:  # without a name, its number goes on saying which one
        r.prefix = ""
    kind = r.one_of("kind", KINDS)
    # One question has its own sources; where there are none or several, they are the activity's.
    sources = () if kind in ONE_QUESTION else read_sources(r)
    scenes: tuple[Scene, ...] = ()
    if kind in ("before", "after"):
        questions = paired
    elif kind == "scenario":
        scenes, questions = read_scenes(r)
    else:
        questions = read_questions(r, kind, sources)
    ends = r.texts("ends", required=True) if kind == "scale" else ()
    if kind == "scale" and len(ends) != 2:
        r.fail("ends", 'écrivez les deux extrémités, comme ["Pas du tout d’accord", "Tout à fait d’accord"].')
    optional = r.boolean("optional")
    if optional and kind in ("before", "after", "help"):
        r.fail("optional", "cette activité ne peut pas être laissée de côté.")
    told = kind == "conversation"
    look = read_look(r) if told else "group"
    activity = Activity(
        id=r.activity,
        kind=cast("Kind", "choice" if kind == "true_false" else kind or "slide"),
        title=r.text("title") or (questions[0].text if len(questions) == 1 else ""),
        minutes=r.integer("minutes", 1, 60),
        text=r.optional_text("text"),
        points=r.texts("points") if kind in ("slide", "help", "poster") else (),
        **read_picture(r),
        look=look,
        owner=r.text("owner", required=True) if look == "profile" else None,
        bio=r.optional_text("bio") if look == "profile" else None,
        query=r.text("query", required=True) if look == "search" else None,
        messages=read_messages(r, look) if told else (),
        scenes=scenes,
        ends=(ends[0], ends[1]) if len(ends) == 2 else None,
        questions=questions,
        sources=sources,
        optional=optional,
        short_minutes=r.integer("short", 0, 60, default=0) or None,
        notes=read_notes(r),
    )
    if not activity.title:
        r.fail("title", "ce champ manque.")
    r.finish()
    return activity


def read_notes(r: Reader) -> Notes:
    """The notes for whoever leads, from the table `notes`."""
    table = r.table_of("notes")
    notes = Notes(**{f.name: table.optional_text(f.name) for f in fields(Notes)})
    table.finish()
    return notes
