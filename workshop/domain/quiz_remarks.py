"""What is said to the author of a workshop about it, and where each of its texts stands in the file."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Literal

from .activities import Activity, Question, Source, Workshop

Level = Literal["error", "warning"]
# Who a text is for, and as what: told to the class as true, asked of it, part of the story, said by whoever leads, read
# by an adult alone, or at the head of the file.
Role = Literal["told", "asked", "story", "said", "adult", "head"]
BY_THE_CLASS: tuple[Role, ...] = ("told", "asked")
_SAID = ("say", "after")


@dataclass(frozen=True)
class Remark:
    """One remark: which rule, how serious, where (« » for the head of the file), what to do, and why the rule is."""

    rule: str
    level: Level
    activity: str
    field: str
    message: str
    reason: str

    def __str__(self) -> str:
        where = f"activité « {self.activity} », " if self.activity else ""
        return f"{where}champ « {self.field} » : {self.message}"


@dataclass(frozen=True)
class Found:
    """What a rule finds: where, and what to do about it."""

    activity: str
    field: str
    message: str


@dataclass(frozen=True)
class Rule:
    """A rule of the library. An error harms or misleads somebody; a warning asks for a second look."""

    name: str
    level: Level
    reason: str
    find: Callable[[Workshop, datetime.date], Iterator[Found]]


@dataclass(frozen=True)
class Text:
    activity: str
    field: str
    role: Role
    text: str


def questions(w: Workshop) -> Iterator[tuple[str, str, Question]]:
    """Every question that this file writes, once each: its activity (« » for the paired ones), its place, itself."""
    seen: set[str] = set()
    for activity in w.activities:
        if activity.kind == "exit":
            continue
        for number, question in enumerate(activity.questions, start=1):
            if question.register == "opinion" or question.id in seen:
                continue
            if activity.kind in ("before", "after"):
                seen.add(question.id)
                yield "", f"questions[{number}].", question
            else:
                yield activity.id, _place(activity, number, question), question


def _place(activity: Activity, number: int, question: Question) -> str:
    if activity.kind == "categorise":
        return f"statements[{number}]."
    if activity.kind == "scenario":
        return f"scenes[{[scene.id for scene in activity.scenes].index(question.id) + 1}]."
    return ""


def texts(w: Workshop) -> Iterator[Text]:
    """Every text of the file; the survey's are not in it. The same text twice in an activity comes once."""
    seen: set[tuple[str, str]] = set()
    for text in _texts(w):
        if (text.activity, text.text) not in seen:
            seen.add((text.activity, text.text))
            yield text


def _texts(w: Workshop) -> Iterator[Text]:
    yield Text("", "title", "head", w.title)
    yield Text("", "summary", "head", w.summary)
    for name in ("objectives", "crcn", "emc", "material"):
        for number, text in enumerate(getattr(w, name), start=1):
            yield Text("", f"{name}[{number}]", "head", text)
    for name in ("without_phones", "family"):
        if getattr(w, name):
            yield Text("", name, "head", getattr(w, name))
    for f in fields(w.room):
        yield Text("", f"room.{f.name}", "adult", getattr(w.room, f.name))
    for number, able in enumerate(w.able, start=1):
        yield Text("", f"able[{number}].text", "asked", able.text)
    for activity in w.activities:
        if activity.kind != "exit":
            yield from _of_activity(activity)
    for activity_id, place, question in questions(w):
        yield from _of_question(activity_id, place, question)


def _of_activity(a: Activity) -> Iterator[Text]:
    yield Text(a.id, "title", "told", a.title)
    if a.text and a.text not in {q.text for q in a.questions}:
        yield Text(a.id, "text", "told", a.text)
    for number, point in enumerate(a.points, start=1):
        yield Text(a.id, f"points[{number}]", "told", point)
    story = [("alt", a.alt), ("credit", a.credit), ("bio", a.bio), ("query", a.query)]
    for number, message in enumerate(a.messages, start=1):
        story += [(f"messages[{number}].{name}", getattr(message, name)) for name in ("text", "alt", "credit", "title")]
    for number, scene in enumerate(a.scenes, start=1):
        story += [(f"scenes[{number}].{name}", getattr(scene, name)) for name in ("title", "text", "alt", "credit")]
    yield from (Text(a.id, name, "story", text) for name, text in story if text)
    yield from (Text(a.id, "ends", "asked", end) for end in a.ends or ())
    yield from _of_sources(a.id, "", a.sources)
    for f in fields(a.notes):
        note = getattr(a.notes, f.name)
        if note:
            yield Text(a.id, f"notes.{f.name}", "said" if f.name in _SAID else "adult", note)


def _of_question(activity: str, place: str, q: Question) -> Iterator[Text]:
    asked = "question" if place.startswith("scenes") else "text"
    yield Text(activity, place + asked, "asked", q.text)
    offered = "boxes" if place.startswith("statements") else f"{place}choices"
    if q.form not in ("scale", "estimate"):
        for number, choice in enumerate(q.choices, start=1):
            yield Text(activity, f"{offered}[{number}].text", "asked", choice.text)
            if choice.takeaway:
                yield Text(activity, f"{offered}[{number}].takeaway", "told", choice.takeaway)
            yield from _of_sources(activity, f"{offered}[{number}].", choice.sources)
    if q.explanation:
        yield Text(activity, f"{place}explanation", "told", q.explanation)
    if q.misconception:
        yield Text(activity, f"{place}misconception", "adult", q.misconception)
    yield from _of_sources(activity, place, q.sources)
    if q.sheet:
        for name in ("aim", "material", "without_phones", "if_confides"):
            yield Text(activity, f"{place}sheet.{name}", "adult", getattr(q.sheet, name))
        for number, step in enumerate(q.sheet.steps, start=1):
            yield Text(activity, f"{place}sheet.steps[{number}].text", "said", step.text)
        for number, likely in enumerate(q.sheet.likely_answers, start=1):
            yield Text(activity, f"{place}sheet.likely_answers[{number}].heard", "adult", likely.heard)
            yield Text(activity, f"{place}sheet.likely_answers[{number}].answer", "said", likely.answer)
        yield Text(activity, f"{place}sheet.closing", "said", q.sheet.closing)


def _of_sources(activity: str, place: str, found: tuple[Source, ...]) -> Iterator[Text]:
    for number, source in enumerate(found, start=1):
        yield Text(activity, f"{place}sources[{number}].title", "adult", source.title)
        if source.read_again:
            yield Text(activity, f"{place}sources[{number}].read_again", "adult", source.read_again)


def sources(w: Workshop) -> Iterator[tuple[str, str, Source, bool]]:
    """Every source with its place, once an activity; the last part says whether it stands on the help screen."""
    seen: set[tuple[str, Source]] = set()
    for found in _sources(w):
        if (found[0], found[2]) not in seen:
            seen.add((found[0], found[2]))
            yield found


def _sources(w: Workshop) -> Iterator[tuple[str, str, Source, bool]]:
    for activity in w.activities:
        if activity.kind != "exit":
            for number, source in enumerate(activity.sources, start=1):
                yield activity.id, f"sources[{number}]", source, activity.kind == "help"
    for activity_id, place, question in questions(w):
        for number, source in enumerate(question.sources, start=1):
            yield activity_id, f"{place}sources[{number}]", source, False
        for which, choice in enumerate(question.choices, start=1):
            for number, source in enumerate(choice.sources, start=1):
                yield activity_id, f"{place}choices[{which}].sources[{number}]", source, False
