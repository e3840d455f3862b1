"""The quiz file (TOML, format 1) to a frozen `Workshop`, or to all of its mistakes at once. No input or output here."""

import datetime
import re
import tomllib
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

from .activities import (
    FALSE,
    PREFER_NOT,
    PREFER_NOT_TEXT,
    SCALE_STEPS,
    TRUE,
    Able,
    Activity,
    Choice,
    Kind,
    Message,
    Notes,
    Question,
    Register,
    Room,
    Source,
    Workshop,
)
from .quiz_checks import check_question, check_whole
from .quiz_fields import ID, PLACEHOLDER, QuizError, Reader
from .quiz_sheet import read_sheet

FORMAT = 1
THEMES = ("cyberharcelement", "e-reputation")
KINDS = ("slide", "conversation", "choice", "true_false", "scale", "help", "before", "after")
REGISTERS = ("knowledge", "situation", "experience")
# Two laws of August 2026 changed what had been read before: such a source must be read again, and say so.
LAW_CHANGED_ON = datetime.date(2026, 8, 24)
_SYNTAX = re.compile(r"\(at line (\d+), column (\d+)\)")


class QuizErrors(ValueError):
    """Every mistake of one file."""

    def __init__(self, errors: tuple[QuizError, ...]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


def parse_quiz(source: str, file: str, media: frozenset[str] | None = None) -> Workshop:
    """Read a quiz file. `media` names the pictures that lie beside it (None: not checked). Raises QuizErrors alone."""
    errors: list[QuizError] = []
    workshop = _workshop(Reader(load_document(source, file), file, "", errors), media)
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

    return replace(workshop, names=known, activities=fill(workshop.activities), summary=fill(workshop.summary))


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
    question = _question(r, r.text("id", required=True), "knowledge", kind)
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
    questions: tuple[Question, ...] = ()
    if kind in ("before", "after"):
        questions = paired
    elif kind in ("choice", "true_false", "scale"):
        register = r.one_of("register", REGISTERS)
        questions = (_question(r, r.activity, register, kind),)
    ends = r.texts("ends", required=kind == "scale") if kind == "scale" else ()
    if kind == "scale" and len(ends) != 2:
        r.fail("ends", 'écrivez les deux extrémités, comme ["Pas du tout d’accord", "Tout à fait d’accord"].')
    optional = r.boolean("optional")
    if optional and kind in ("before", "after", "help"):
        r.fail("optional", "cette activité ne peut pas être laissée de côté.")
    messages = tuple(_message(m) for m in r.tables("messages", required=kind == "conversation"))
    activity = Activity(
        id=r.activity,
        kind=cast(Kind, "choice" if kind == "true_false" else kind or "slide"),
        title=r.text("title") or (questions[0].text if len(questions) == 1 else ""),
        minutes=r.integer("minutes", 1, 60),
        text=r.optional_text("text"),
        points=r.texts("points") if kind in ("slide", "help") else (),
        image=r.optional_text("image"),
        alt=r.optional_text("alt"),
        messages=messages,
        ends=(ends[0], ends[1]) if len(ends) == 2 else None,
        questions=questions,
        sources=() if kind in ("choice", "true_false", "scale") else _sources(r),
        optional=optional,
        notes=read_notes(r),
    )
    if activity.image and not activity.alt:
        r.fail("alt", "décrivez l’image pour qui ne la voit pas.")
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


def _message(r: Reader) -> Message:
    message = Message(
        sender=r.text("from", required=True),
        time=r.text("time", required=True),
        text=r.optional_text("text"),
        image=r.optional_text("image"),
        alt=r.optional_text("alt"),
    )
    if not message.text and not message.image:
        r.fail("text", "un message a un texte ou une image.")
    if message.image and not message.alt:
        r.fail("alt", "décrivez l’image pour qui ne la voit pas.")
    r.finish()
    return message


def _sources(r: Reader) -> tuple[Source, ...]:
    return tuple(_source(s) for s in r.tables("sources"))


def _source(r: Reader) -> Source:
    source = Source(
        title=r.text("title", required=True),
        date=r.date("date"),
        url=r.optional_text("url"),
        checked=r.date("checked"),
        confidence="B" if r.one_of("confidence", ("A", "B"), required=False) == "B" else "A",
        law=r.boolean("law"),
        read_again=r.optional_text("read_again"),
    )
    if source.date is None and not source.read_again:
        r.fail("date", "donnez la date de la page ou du texte ; si elle manque, dites-le dans « read_again ».")
    if source.law and not source.read_again and (source.date is None or source.date < LAW_CHANGED_ON):
        r.fail("read_again", "ce texte de loi a été lu avant le 24 août 2026 : dites pourquoi il faut le relire.")
    r.finish()
    return source


def _question(r: Reader, question_id: str, register: str, kind: str) -> Question:
    """The question of an activity, or one of the paired ones: they are written alike."""
    choices, expected = _offered(r, kind)
    misconception = r.optional_text("misconception")
    question = Question(
        id=question_id,
        text=r.text("text", required=True),
        register=cast(Register, register or "situation"),
        choices=choices,
        multiple=r.boolean("multiple") if kind == "choice" else False,
        is_scale=kind == "scale",
        expected=frozenset(expected),
        explanation=r.optional_text("explanation"),
        sources=_sources(r),
        misconception=misconception,
        sheet=read_sheet(r, register, misconception),
        rounds=r.integer("rounds", 1, 2, default=1),
    )
    check_question(r, question)
    if register == "experience":
        return replace(question, choices=(*choices, Choice(PREFER_NOT, PREFER_NOT_TEXT)))
    return question


def _offered(r: Reader, kind: str) -> tuple[tuple[Choice, ...], tuple[str, ...]]:
    if kind == "scale":
        return tuple(Choice(str(step), str(step)) for step in range(1, SCALE_STEPS + 1)), ()
    if kind == "true_false":
        pair = (Choice(TRUE, "Vrai"), Choice(FALSE, "Faux"))
        if "expected" not in r.table:
            r.asked.add("expected")
            return pair, ()
        return pair, ((TRUE,) if r.boolean("expected") else (FALSE,))
    choices = read_choices(r)
    expected = r.texts("expected")
    for wanted in expected:
        if wanted not in {choice.id for choice in choices}:
            r.fail("expected", f"« {wanted} » n’est l’identifiant d’aucune proposition.")
    return choices, expected


def read_choices(r: Reader) -> tuple[Choice, ...]:
    """From 2 to 6 choices, each with an id of its own."""
    choices = tuple(_choice(c) for c in r.tables("choices", required=True))
    if not 2 <= len(choices) <= 6:
        r.fail("choices", f"il faut de 2 à 6 propositions (lu : {len(choices)}).")
    for choice_id, times in Counter(choice.id for choice in choices).items():
        if times > 1:
            r.fail("choices", f"« {choice_id} » sert {times} fois : un identifiant par proposition.")
    return choices


def _choice(r: Reader) -> Choice:
    choice = Choice(
        r.text("id", required=True), r.text("text", required=True), r.optional_text("takeaway"), _sources(r)
    )
    if not ID.fullmatch(choice.id):
        r.fail("id", "utilisez des minuscules sans accent, des chiffres et des tirets.")
    r.finish()
    return choice
