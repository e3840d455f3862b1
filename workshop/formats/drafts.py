"""Questions of another tool to a draft: the document that a quiz file holds, with nothing made up.

What Préau asks for and no other tool has (an explanation, sources, notes, the room) stays absent: whoever reads the
draft as a workshop is told what is missing, field by field.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import tomli_w

from workshop.domain.activities import DONT_KNOW, HESITANT, PREFER_NOT, SURE
from workshop.domain.quiz_fields import ID
from workshop.domain.quiz_format import FORMAT

from .plain_text import one_line
from .questions import Asked, Found, Offered, Place

MINUTES = 3  # of each activity, until somebody says otherwise
MAX_BOXES, MAX_STATEMENTS = 4, 6
GRID = 20  # steps of an estimate
_RESERVED = {SURE, HESITANT, PREFER_NOT}


def to_source(document: dict[str, Any]) -> str:
    return tomli_w.dumps(document, multiline_strings=False)


@dataclass(frozen=True)
class Draft:
    """A document, its pictures, and where in the file each of its activities was."""

    document: dict[str, Any]
    media: dict[str, bytes]
    places: tuple[Place, ...]


def to_draft(found: Found) -> Draft:
    """The draft of these questions; what cannot be made of one goes into the notes of `found`."""
    taken, activities, places, media = Names(), list[dict[str, Any]](), list[Place](), dict[str, bytes]()
    for asked in found.questions:
        activity = _MAKERS[asked.form](asked, found)
        if activity is None:
            continue
        wanted = asked.id if ID.fullmatch(asked.id) else slug(asked.title or asked.text)
        number = asked.place.question or len(activities) + 1
        activity = {"id": taken.give(wanted or f"question-{number}"), **activity}
        for statement in activity.get("statements", ()):
            statement["id"] = taken.give(statement["id"])  # a question's name serves once in a workshop
        if asked.title and asked.title != asked.text:
            activity["title"] = asked.title
        if asked.picture:
            name = _free(asked.picture.name, media)
            media[name] = asked.picture.data
            activity["image"] = name
            if asked.picture.alt:
                activity["alt"] = asked.picture.alt
        activities.append(activity)
        places.append(asked.place)
    title = found.title or "Questions importées"
    document = {
        "format": FORMAT,
        "slug": slug(title) or "questions-importees",
        "language": "fr",
        "title": title,
        "minutes": sum(activity["minutes"] for activity in activities),
        "activities": activities,
    }
    return Draft(document, media, tuple(places))


def slug(text: str) -> str:
    """A short name as the quiz format takes them; empty when no letter of `text` can be written so."""
    apart = text.translate({ord("œ"): "oe", ord("Œ"): "oe", ord("’"): " "})
    plain = unicodedata.normalize("NFKD", apart).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    short = ""
    for word in words:
        if short and len(short) + len(word) >= 40:
            break
        short = f"{short}-{word}" if short else word[:40]
    return short


class Names:
    """Identifiers given once each."""

    def __init__(self) -> None:
        self._given = set(_RESERVED)

    def give(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._given:
            name, number = f"{wanted}-{number}", number + 1
        self._given.add(name)
        return name


def _choice(asked: Asked, _found: Found) -> dict[str, Any]:
    choices, expected = _choices(asked.choices)
    activity = {**_question("choice", asked, bool(expected)), "choices": choices}
    if asked.multiple:
        activity["multiple"] = True
    return activity | ({"expected": expected} if expected else {})


def _true_false(asked: Asked, _found: Found) -> dict[str, Any]:
    activity = _question("true_false", asked, asked.expected is not None)
    return activity if asked.expected is None else {**activity, "expected": asked.expected}


def _order(asked: Asked, _found: Found) -> dict[str, Any]:
    choices, _ = _choices(asked.choices)
    right = [choice["id"] for choice in choices]
    # Shown in the order of their words: the right one must not be given away.
    shown = sorted(choices, key=lambda choice: str(choice["text"]).casefold())
    if [choice["id"] for choice in shown] == right:
        shown = [*shown[1:], shown[0]]
    return {**_question("order", asked, known=True), "choices": shown, "expected": right}


def _estimate(asked: Asked, found: Found) -> dict[str, Any] | None:
    figure = asked.figure
    assert figure is not None
    step = next((s for s in _round_numbers() if s * GRID >= figure * (1 if figure <= GRID else 1.25)), None)
    if figure < 0 or step is None:
        found.note("number_out", asked.place, asked.text)
        return None
    found.note("grid", asked.place, f"0–{step * GRID}")
    activity = _question("estimate", asked, known=True)
    del activity["register"]
    whole = int(figure) if figure == int(figure) else figure
    return {**activity, "from": 0, "to": step * GRID, "step": step, "figure": whole}


def _round_numbers() -> Iterable[int]:
    for power in range(5):
        yield from (10**power, 2 * 10**power, 5 * 10**power)


def _sort(asked: Asked, found: Found) -> dict[str, Any] | None:
    texts = list(dict.fromkeys(box for _, box in asked.pairs))
    statements = [(text, box) for text, box in asked.pairs if text]
    if not 2 <= len(texts) <= MAX_BOXES or not 2 <= len(statements) <= MAX_STATEMENTS:
        found.note("sort_size", asked.place, asked.text)
        return None
    boxes, _ = _choices(tuple(Offered(text) for text in texts))
    ids = {box["text"]: box["id"] for box in boxes}
    activity = _question("categorise", asked, known=True)
    # Each statement has its own explanation, the activity none: what was said of all is kept with each.
    explained = {"explanation": asked.explanation} if activity.pop("explanation", None) else {}
    told = [
        {"id": slug(text) or f"phrase-{n}", "text": text, "expected": ids[box], **explained}
        for n, (text, box) in enumerate(statements, 1)
    ]
    title = asked.title or one_line(asked.text)
    if title == asked.text:
        del activity["text"]
    return {**activity, "title": title, "boxes": boxes, "statements": told}


def _words(asked: Asked, found: Found) -> dict[str, Any]:
    found.note("words", asked.place, asked.text)
    activity = _question("wordcloud", asked, known=False)
    del activity["register"]
    explained = activity.pop("explanation", "")
    accepted = f"Réponses attendues dans le fichier d’origine : {', '.join(asked.accepted)}." if asked.accepted else ""
    told = " ".join(filter(None, (accepted, explained)))
    return activity | ({"notes": {"after": told}} if told else {})


def _slide(asked: Asked, _found: Found) -> dict[str, Any]:
    title = asked.title or one_line(asked.text)[:80]
    return {"kind": "slide", "title": title, "minutes": MINUTES} | ({"text": asked.text} if title != asked.text else {})


_MAKERS: dict[str, Callable[[Asked, Found], dict[str, Any] | None]] = {
    "choice": _choice,
    "true_false": _true_false,
    "order": _order,
    "estimate": _estimate,
    "sort": _sort,
    "words": _words,
    "slide": _slide,
}


def _question(kind: str, asked: Asked, known: bool) -> dict[str, Any]:
    register = "knowledge" if known else "situation"
    activity = {"kind": kind, "register": register, "minutes": MINUTES, "text": asked.text}
    return activity | ({"explanation": asked.explanation} if asked.explanation else {})


def _choices(offered: tuple[Offered, ...]) -> tuple[list[dict[str, Any]], list[str]]:
    """Choices as they are written in a quiz file, and the ids of those that are right."""
    names, choices, right = Names(), list[dict[str, Any]](), list[str]()
    for number, choice in enumerate(offered, 1):
        wanted = slug(choice.text)
        wanted = DONT_KNOW if wanted == f"je-{DONT_KNOW}" else wanted
        name = names.give(wanted or f"proposition-{number}")
        choices.append({"id": name, "text": choice.text} | ({"takeaway": choice.feedback} if choice.feedback else {}))
        right += [name] if choice.right else []
    return choices, right


def _free(name: str, media: dict[str, bytes]) -> str:
    stem, _, ending = name.rpartition(".")
    number, free = 2, name
    while free in media:
        free, number = f"{stem}-{number}.{ending}", number + 1
    return free
