"""Digistorm's export: a zip with `donnees.json`, in which `donnees` is JSON again, as its server writes it.

Answers and pupils' names may lie beside the questions: they are not looked at, and the page says so.
"""

import json
import zipfile
from typing import Any

from . import pictures
from .archives import unpack
from .plain_text import clean, one_line
from .questions import Asked, Found, Offered, Picture, Place, Unreadable

MAIN = "donnees.json"


def read(archive: zipfile.ZipFile) -> Found:
    whole = _loaded(unpack(archive, MAIN))
    data = _loaded(whole.get("donnees", {}))
    kind = whole.get("type")
    if kind not in ("Sondage", "Questionnaire", "Nuage-de-mots", "Remue-méninges"):
        raise Unreadable("unknown")
    found = Found(title=one_line(_text(whole.get("titre"))))
    if _loaded(whole.get("reponses", {})) or _loaded(whole.get("sessions", {})):
        found.note("results_left", Place())
    if kind == "Remue-méninges":
        found.note("brainstorm", Place(1), _text(data.get("question")))
        return found
    if kind == "Nuage-de-mots":
        questions: list[object] = [{**data, "option": "texte-court"}]
    else:
        written = data.get("questions")
        # Older polls had one question only.
        questions = written if isinstance(written, list) else [data]
    for number, question in enumerate(questions, 1):
        if found.is_enough(Place(number)):
            break
        if isinstance(question, dict):
            _read_question(question, Place(number), archive, found)
        else:
            found.note("no_text", Place(number))
    return found


def _read_question(question: dict[str, Any], place: Place, archive: zipfile.ZipFile, found: Found) -> None:
    text = clean(_text(question.get("question")))
    support = question.get("support")
    picture = _picture(support, archive, place, found) if isinstance(support, dict) and support else None
    feedback = question.get("retroaction")
    said = feedback.values() if isinstance(feedback, dict) else ()
    explanation = next((clean(each) for each in said if isinstance(each, str) and each.strip()), "")
    if question.get("option") == "texte-court":
        accepted = one_line(_text(question.get("reponses")))
        base = Asked(place, "words", text, accepted=(accepted,) if accepted else (), picture=picture)
        found.add(base) if text else found.note("no_text", place)
        return
    items = question.get("items")
    read = list[Offered]()
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            read.append(Offered(one_line(_text(item.get("texte"))), item.get("reponse") is True))
            if item.get("image"):
                found.note("picture_left", place, _text(item.get("image")))
    multiple = question.get("option") in ("choix-multiples", "choix-multiple")
    found.add_choice(Asked(place, "choice", text, choices=tuple(read), multiple=multiple, explanation=explanation,
                           picture=picture))  # fmt: skip


def _picture(support: dict[str, Any], archive: zipfile.ZipFile, place: Place, found: Found) -> Picture | None:
    name = _text(support.get("image") or support.get("fichier"))
    if f"fichiers/{name}" in archive.namelist():
        data = unpack(archive, f"fichiers/{name}")
        sound = pictures.named(name, data)
        if sound:
            return Picture(sound, data, one_line(_text(support.get("alt"))))
    found.note("media_left", place, name)
    return None


def _loaded(value: object) -> dict[str, Any]:
    """JSON that is an object, written in a text or already read. Raises Unreadable."""
    if isinstance(value, (str, bytes)):
        try:
            value = json.loads(value) if value else {}
        except (ValueError, RecursionError):
            raise Unreadable("json") from None
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
