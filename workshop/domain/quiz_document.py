"""A workshop being written: the tables of its file, complete or not, and what can be done to them.

A document is what `tomllib` reads, so that whatever the format knows can be written here, and a mistake stays as it was
typed until somebody mends it. Every function returns a new document and leaves the one that it was given alone.
"""

import copy
import hashlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from .activities import DONT_KNOW
from .errors import NotFound
from .quiz_checks import PAIRED
from .quiz_fields import ID

Table = dict[str, Any]
Document = dict[str, Any]

NEW_PERSON = "prenom_"  # and a number: the role of a first name, until its author gives it one
# The rows that have an id, and the word that a new one starts with: nobody who writes ever sees it.
_NUMBERED = {"choices": "choix", "boxes": "etiquette", "statements": "phrase", "scenes": "scene", "able": "capable"}
# What a new activity starts with, so that its form shows at once what there is to write.
_STARTS: dict[str, Table] = {
    "conversation": {"minutes": 3, "messages": [{}, {}]},
    "slide": {"minutes": 2},
    "choice": {"minutes": 4, "register": "situation", "choices": [{}, {}, {}]},
    "true_false": {"minutes": 3, "register": "knowledge"},
    "scale": {
        "minutes": 5,
        "register": "situation",
        "ends": ["Pas du tout d’accord", "Tout à fait d’accord"],
    },
    "categorise": {"minutes": 5, "register": "situation", "boxes": [{}, {}], "statements": [{}, {}]},
    "order": {"minutes": 4, "register": "situation", "choices": [{}, {}, {}]},
    "estimate": {"minutes": 3, "from": 0, "to": 100, "step": 10},
    "scenario": {"minutes": 8, "scenes": [{"choices": [{}, {}]}, {}, {}]},
    "help": {"minutes": 4, "title": "À qui parler"},
    "before": {"minutes": 4, "title": "Trois questions pour commencer"},
    "after": {"minutes": 4, "title": "Les trois mêmes questions"},
}  # fmt: skip
_WORDS = {"choice": "question", "true_false": "vrai-ou-faux", "scale": "debat", "categorise": "trier", "order": "ordre",
          "estimate": "combien", "wordcloud": "un-mot", "question_box": "boite", "scenario": "histoire",
          "weather": "meteo", "poster": "affiche", "help": "a-qui-parler", "before": "avant", "after": "apres",
          "slide": "ecran"}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """What one page edits: the workshop's own fields, one activity, or one of the three paired questions."""

    kind: Literal["workshop", "activity", "question"]
    id: str = ""


WORKSHOP = Part("workshop")


def blank(slug: str, title: str, language: str, today: object) -> Document:
    """A workshop that has everything still to write but its last screen."""
    start: Document = {"format": 1, "slug": slug, "language": language, "title": title, "minutes": 4}
    return tidy({**start, "reviewed_on": today, "activities": [{"kind": "help", **_STARTS["help"]}]})


def tidy(document: Document) -> Document:
    """The same, in the shape that pages rely on: lists of tables, each activity and row with an id of its own."""
    document = copy.deepcopy(document)
    for name, word in (("activities", "activite"), ("questions", "question")):
        rows = _tables(document.get(name))
        _number(rows, word, named=True)
        if rows or name == "activities":
            document[name] = rows
        else:
            document.pop(name, None)
    for name in ("names", "room"):
        if not isinstance(document.get(name), dict):
            document[name] = {}
    _number_rows(document)
    return document


def _tables(value: object) -> list[Table]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _number_rows(table: Table) -> None:
    for name, value in table.items():
        rows = _tables(value)
        if name in _NUMBERED:
            _number(rows, _NUMBERED[name])
        for row in rows:
            _number_rows(row)


def _number(rows: list[Table], word: str, named: bool = False) -> None:
    """Give an id to the rows that lack one, or have another's. « Je ne sais pas » has its own, which figures know."""
    taken: set[str] = set()
    for row in rows:
        known = row.get("id")
        if not isinstance(known, str) or not known or known in taken or (named and not ID.fullmatch(known)):
            known = None
        if word == "choix" and str(known or word).startswith(word) and DONT_KNOW not in taken:
            known = DONT_KNOW if folded(str(row.get("text", ""))).startswith("je ne sais pas") else known
        wanted = known or free_id(_WORDS.get(str(row.get("kind")), word) if named else word, taken | _ids(rows))
        taken.add(wanted)
        if row.get("id") != wanted:
            others = {name: value for name, value in row.items() if name != "id"}
            row.clear()
            row.update({"id": wanted, **others})


def _ids(rows: Iterable[Table]) -> set[str]:
    return {str(row["id"]) for row in rows if "id" in row}


def free_id(word: str, taken: Iterable[str]) -> str:
    """`word`, or `word-2`, `word-3`… ; the rows of a list are counted from their first."""
    known = set(taken)
    if word not in known and word not in _NUMBERED.values():
        return word
    number = 1 if word in _NUMBERED.values() else 2
    while f"{word}-{number}" in known:
        number += 1
    return f"{word}-{number}"


def folded(text: str) -> str:
    """Small letters without accents: « Témoin » is « temoin »."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("’", " "))
    return "".join(c for c in plain if not unicodedata.combining(c)).strip()


def slug_of(title: str) -> str:
    """« Le carnet prêté » is « le-carnet-prete »."""
    letters = "".join(c if c.isascii() and c.isalnum() else " " for c in folded(title))
    return "-".join(letters.split())[:60].strip("-") or "atelier"


def minutes_of(document: Document) -> int:
    """Minutes of all the activities together, those that can be read."""
    return sum(m for a in document["activities"] if isinstance(m := a.get("minutes"), int) and not isinstance(m, bool))


def find(document: Document, part: Part) -> Table:
    """The table of a part; raises NotFound when it went meanwhile."""
    if part == WORKSHOP:
        return {name: value for name, value in document.items() if name not in ("activities", "questions")}
    rows = document["activities"] if part.kind == "activity" else document.get("questions", [])
    return dict(rows[_place(rows, part.id)])


def _place(rows: list[Table], wanted: str) -> int:
    for place, row in enumerate(rows):
        if row.get("id") == wanted:
            return place
    raise NotFound


def replaced(document: Document, part: Part, table: Table) -> Document:
    """With this table in the place of the part's."""
    document = copy.deepcopy(document)
    if part == WORKSHOP:
        return tidy({**table, **{name: document[name] for name in ("activities", "questions") if name in document}})
    rows = document["activities" if part.kind == "activity" else "questions"]
    rows[_place(rows, part.id)] = {**copy.deepcopy(table), "id": part.id}
    return tidy(document)


def mark_of(table: Table) -> str:
    """Short, and another as soon as anything in the table is: what a page was drawn from."""
    text = json.dumps(table, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def added(document: Document, kind: str, after: str | None = None) -> tuple[Document, str]:
    """With a new activity, and its id: after that one, else where its kind belongs. `before` brings `after` and the
    three questions that both ask."""
    document = copy.deepcopy(document)
    rows: list[Table] = document["activities"]
    new = {"kind": kind, "minutes": 3, **copy.deepcopy(_STARTS.get(kind, {}))}
    new = {"id": free_id(_WORDS.get(kind, kind), _ids(rows)), **new}
    rows.insert(_place(rows, after) + 1 if after else _natural(rows, kind), new)
    if kind in ("before", "after") and len(_ids(document.get("questions", []))) < PAIRED:
        asked = document.setdefault("questions", [])
        while len(asked) < PAIRED:
            asked.append({"id": free_id(f"question-{len(asked) + 1}", _ids(asked)), "kind": "true_false"})
        other = "after" if kind == "before" else "before"
        if all(row.get("kind") != other for row in rows):
            document, _ = added(document, other)
    return tidy(document), str(new["id"])


def _natural(rows: list[Table], kind: str) -> int:
    kinds = [row.get("kind") for row in rows]
    if kind == "before":
        return 0
    if kind == "weather":
        return 1 if kinds[:1] == ["before"] else 0
    last = len(rows)
    if kind != "help" and kinds[-1:] == ["help"]:
        last -= 1
        if kind != "after" and kinds[last - 1 : last] == ["after"]:
            last -= 1
    return last


def moved(document: Document, activity_id: str, by: int) -> Document:
    """One place up (-1) or down (1); at an end, nothing."""
    document = copy.deepcopy(document)
    rows: list[Table] = document["activities"]
    place = _place(rows, activity_id)
    rows.insert(min(max(place + by, 0), len(rows) - 1), rows.pop(place))
    return document


def duplicated(document: Document, activity_id: str) -> tuple[Document, str]:
    """With a copy right after it, and the copy's id."""
    document = copy.deepcopy(document)
    rows: list[Table] = document["activities"]
    place = _place(rows, activity_id)
    new = {**copy.deepcopy(rows[place]), "id": free_id(f"{activity_id}-bis", _ids(rows))}
    rows.insert(place + 1, new)
    return document, str(new["id"])


def removed(document: Document, activity_id: str) -> Document:
    """Without it; and without the paired questions, once nothing asks them."""
    document = copy.deepcopy(document)
    rows: list[Table] = document["activities"]
    del rows[_place(rows, activity_id)]
    if not any(row.get("kind") in ("before", "after") for row in rows):
        document.pop("questions", None)
    return document


def with_rows(table: Table, path: tuple[str | int, ...], gesture: str, row: int = -1) -> Table:
    """A table with a row more (`add`), or with one that goes (`remove`), or goes up (`up`) or down (`down`).

    `path` leads to the list: ("scenes", 0, "choices"). What leads nowhere changes nothing.
    """
    table = copy.deepcopy(table)
    here: Any = table
    for step in path[:-1]:
        if isinstance(step, str) and isinstance(here, dict):
            here = here.setdefault(step, {}) if gesture == "add" else here.get(step)
        elif isinstance(step, int) and isinstance(here, list) and 0 <= step < len(here):
            here = here[step]
        else:
            return table
    if not isinstance(here, dict) or not isinstance(path[-1], str):
        return table
    if path == ("names",):
        return {**table, "names": _with_person(table.get("names", {}), gesture, row)}
    rows = here.setdefault(path[-1], []) if gesture == "add" else here.get(path[-1])
    if not isinstance(rows, list):
        return table
    if gesture == "add":
        rows.append({})
    elif 0 <= row < len(rows):
        found = rows.pop(row)
        if gesture in ("up", "down"):
            rows.insert(max(0, row + (1 if gesture == "down" else -1)), found)
    if not rows:
        del here[path[-1]]
    _number_rows(table)
    return table


def _with_person(names: Table, gesture: str, row: int) -> Table:
    people = list(names.items())
    if gesture == "add":
        return {**names, f"{NEW_PERSON}{next(n for n in range(1, 999) if f'{NEW_PERSON}{n}' not in names)}": ""}
    if gesture == "remove" and 0 <= row < len(people):
        del people[row]
    return dict(people)
