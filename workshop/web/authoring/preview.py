"""What the three screens would show of an activity that is being written: the same views, from a made-up class.

An activity is often unfinished: what is missing becomes « … », so that the rest can be seen. Nothing of it is stored.
"""

import datetime
import re
from dataclasses import replace
from typing import Any

import tomli_w

from workshop.domain.activities import Workshop
from workshop.domain.errors import Refusal
from workshop.domain.live_session import Command, LiveSession, decide, first_state, next_step
from workshop.domain.quiz_document import Document, Table
from workshop.domain.quiz_fields import QuizError
from workshop.domain.quiz_format import QuizErrors, parse_quiz, rename
from workshop.domain.tally import SEPARATOR, Tally, tally
from workshop.services.viewing import Board

PUPILS, ANSWERED = 26, 24
PEOPLE = {"adult": "Mme Riou", "person": "M. Garnier", "place": "bureau 12"}
_KNOWING = ("expected", "explanation", "misconception", "sheet", "certainty", "sources")
_TRIES = 6


def preview(
    document: Document, activity_id: str, slug: str, media: frozenset[str], result: bool, now: datetime.datetime
) -> Board | None:
    """A class in front of this activity, its vote open, or closed and shown for `result`. None when too little is
    written yet. `slug` is where the pictures are."""
    workshop = _alone(document, activity_id, media)
    if workshop is None:
        return None
    workshop = replace(rename(workshop, {}), slug=slug, media=media)
    live = first_state(LiveSession(present=PUPILS), workshop, now).live
    try:
        while live.activity(workshop) is None or _id(live, workshop) != activity_id:
            live = _press(live, workshop, now)
        while (step := next_step(live, workshop)) and step.command == "more":
            live = _press(live, workshop, now)
        while result and (step := next_step(live, workshop)) and step.command in ("close", "vote_again", "reveal"):
            live = _press(live, workshop, now)
    except Refusal:
        return None
    live = replace(live, rounds=tuple(replace(r, id=place) for place, r in enumerate(live.rounds, start=1)))
    return Board(
        live_id=0,
        now=now,
        code="ATELIER12",
        live=live,
        workshop=workshop,
        digest="",
        school="",
        class_label="",
        level="",
        people=PEOPLE,
        answered=None if workshop.activity(activity_id).is_experience else ANSWERED,
        connected=PUPILS,
        joined=PUPILS,
        tallies=_tallies(live, workshop),
        disclosed={},
        hands={},
        cards={},
        erasure_pending=False,
    )


def _id(live: LiveSession, workshop: Workshop) -> str:
    activity = live.activity(workshop)
    return activity.id if activity else ""


def _press(live: LiveSession, workshop: Workshop, now: datetime.datetime) -> LiveSession:
    step = next_step(live, workshop)
    if step is None or step.command == "end":
        raise Refusal
    return decide(live, workshop, Command(step.command, live.version, confirmed=step.confirm), now).live


def _tallies(live: LiveSession, workshop: Workshop) -> dict[int, Tally]:
    """Made-up counts, fewer from one choice to the next. Of lived experience nothing is made up: its result is not
    shown here."""
    found: dict[int, Tally] = {}
    for asked in live.rounds:
        question = next(q for q in workshop.activity(asked.activity_id).questions if q.id == asked.question_id)
        if question.register == "experience" or asked.id is None or asked.is_open or not question.choices:
            continue
        # Before, and at a first vote, the other way round: something moved.
        again = asked.number > 1 or workshop.activity(asked.activity_id).kind == "after"
        ids = question.choice_ids[:: 1 if again else -1]
        ways = [SEPARATOR.join(ids[n:] + ids[:n]) for n in range(len(ids))] if question.form == "order" else list(ids)
        found[asked.id] = tally(question, _halved(ways), {})
    return found


def _halved(ways: list[str]) -> list[tuple[str, int]]:
    """Half of the class for the first answer, half of the others for the next, and so on."""
    left, phones = ANSWERED, []
    for way in ways[:-1]:
        phones.append((way, (left + 1) // 2))
        left -= (left + 1) // 2
    return [*phones, (ways[-1], left)]


def _alone(document: Document, activity_id: str, media: frozenset[str]) -> Workshop | None:
    """The smallest workshop that holds this activity, mended until it can be read; None when it cannot."""
    names = {key: name or "…" for key, name in document["names"].items() if isinstance(name, str)} or {"quelqu_un": "…"}
    activities = [_begun(row, next(iter(names))) for row in document["activities"] if row["id"] == activity_id]
    kinds = {row.get("kind") for row in activities}
    others = [row for row in document["activities"] if row["id"] != activity_id]
    paired = kinds & {"before", "after"}
    if paired:
        activities += [row for row in others if row.get("kind") in {"before", "after"} - kinds]
        activities.sort(key=lambda row: row.get("kind") == "after")
    if "help" not in kinds:
        activities.append({"id": "aide-de-l-apercu", "kind": "help", "title": "…", "minutes": 1})
    # The short variant must hold what is not here.
    activities = [{name: value for name, value in row.items() if name != "short"} for row in activities]
    small: Document = {
        "format": 1,
        "slug": "apercu",
        "language": document.get("language") if document.get("language") in ("fr", "en") else "fr",
        "title": str(document.get("title") or "…"),
        "theme": "e-reputation",
        "levels": ["–"],
        "minutes": 1,
        "summary": "…",
        "objectives": ["…"],
        "reviewed_on": datetime.date(2026, 1, 1),
        "room": {"setup": "…", "relay": "…", "adult": "…"},
        "names": names,
        "activities": activities,
        **({"questions": document.get("questions", [])} if paired else {}),
    }
    for _ in range(_TRIES):
        try:
            small["minutes"] = sum(row["minutes"] for row in small["activities"] if isinstance(row.get("minutes"), int))
            return parse_quiz(tomli_w.dumps(small), "", media)
        except QuizErrors as mistakes:
            before = repr(small)
            small = _mended(small, mistakes.errors)
            if repr(small) == before:
                return None
        except (TypeError, ValueError):
            return None
    return None


def _begun(row: Table, somebody: str) -> Table:
    """With what only the workshop can say: who writes a message, which scene a choice leads to."""
    messages, scenes = row.get("messages"), row.get("scenes")
    if isinstance(messages, list) and row.get("look") != "search":
        row = {**row, "messages": [{"from": somebody, **m} if isinstance(m, dict) else m for m in messages]}
    if row.get("look") == "profile":
        row = {"owner": somebody, **row}
    if isinstance(scenes, list):
        ids = [scene.get("id") for scene in scenes if isinstance(scene, dict)]
        told = [dict(scene) for scene in scenes if isinstance(scene, dict)]
        for place, scene in enumerate(told):
            ways = scene.get("choices")
            if isinstance(ways, list):
                scene["choices"] = [
                    {"leads_to": ids[min(place + 1 + number, len(ids) - 1)], **way}
                    for number, way in enumerate(ways)
                    if isinstance(way, dict)
                ]
        row = {**row, "scenes": told}
    return row


def _mended(small: Document, errors: tuple[QuizError, ...]) -> Document:
    """With « … » where a word is missing, and a question of knowledge that is not finished asked as any other."""
    rows = [dict(row) for row in small["activities"]]
    mended = {**small, "activities": rows, "questions": [dict(row) for row in small.get("questions", [])]}
    if not mended["questions"]:
        del mended["questions"]
    for error in errors:
        if error.activity:
            top: Table = next((row for row in rows if row["id"] == error.activity), {})
            _mend(top, error.field, error.message)
        else:
            _mend(mended, error.field, error.message)
    return mended


def _mend(table: Table, field: str, message: str) -> None:
    steps = [int(step) - 1 if step.isdigit() else step for step in re.findall(r"[a-z_]+|\d+", field)]
    here: Any = table
    for depth, step in enumerate(steps[:-1]):
        try:
            # Each table on the way is its own: the document that was given stays as it is.
            here[step] = list(here[step]) if isinstance(here[step], list) else dict(here[step])
        except (KeyError, IndexError, TypeError):
            if depth or not isinstance(step, str):
                return
            here[step] = {}
        here = here[step]
    if not isinstance(here, dict) or not steps or not isinstance(steps[-1], str):
        return
    name = steps[-1]
    if name in (*_KNOWING, "multiple", "register") and ("register" in table or name == "register"):
        table["register"] = "situation"
        for known in _KNOWING:
            table.pop(known, None)
            here.pop(known, None)
    elif name in ("explanation", "sources", "expected"):
        first = [row["id"] for row in here.get("choices", [])[:1]]
        said = {"explanation": "…", "sources": [{"title": "…", "read_again": "…"}]}
        here[name] = said.get(name, True if here.get("kind") == "true_false" else first)
    elif name in ("minutes", "from", "to", "step", "figure", "short", "rounds"):
        here[name] = {"minutes": 1, "from": 0, "to": 10, "step": 1, "figure": 5, "rounds": 1, "short": 1}[name]
    elif "manque" in message or "entre guillemets" in message or name in ("text", "question", "title", "alt"):
        here[name] = "…"
    elif name in here and not isinstance(here[name], (list, dict)):
        del here[name]
