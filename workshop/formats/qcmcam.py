"""QCMCam's file: one JSON object, each question in HTML with its choices as a numbered list, answers as letters."""

import json
import re

from .plain_text import Stripped, named_once
from .questions import Asked, Found, Note, Offered, Place, Unreadable, letters


def read(text: str) -> Found:
    try:
        written = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("json") from None
    each_one = written.values() if isinstance(written, dict) else ()
    if not any(isinstance(each, dict) and "question" in each for each in each_one):
        raise Unreadable("unknown")
    found = Found()
    for key, each in written.items():
        if not re.fullmatch(r"\d{1,4}", str(key)) or not isinstance(each, dict):
            continue  # « size »: how the screen was cut
        markup, answer = each.get("question"), each.get("reponse")
        place = Place(int(key) + 1)
        if found.is_enough(place):
            break
        if not isinstance(markup, str):
            found.note("no_text", place)
            continue
        stripped = Stripped(markup, lists=True)
        found.notes += [Note(code, place) for code in named_once(stripped.lost)]
        marks = [str(mark) for mark in answer] if isinstance(answer, list) else [str(answer or "")]
        # « 0 » stands beside the letters of some files, for no choice at all.
        right = letters([mark for mark in marks if mark != "0"])
        if not stripped.text and not stripped.items:
            found.note("empty", place)
            continue
        if right and max(right) >= len(stripped.items) >= 2:
            found.note("right_unknown", place, ", ".join(marks))
        choices = tuple(Offered(item, number in right) for number, item in enumerate(stripped.items))
        found.add_choice(Asked(place, "choice", stripped.text, choices=choices, multiple=len(right) > 1))
    return found
