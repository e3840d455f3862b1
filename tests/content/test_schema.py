"""What an editor is told of a quiz file is what the parser reads: the schema cannot drift from it."""

import copy
import json
import re
import tomllib
from collections import defaultdict
from contextlib import suppress
from datetime import date
from typing import Any

import pytest

from workshop.config import ROOT
from workshop.domain.quiz_fields import Reader
from workshop.domain.quiz_format import KINDS, QuizErrors, parse_quiz
from workshop.domain.quiz_kinds import LOOKS

from . import schema
from .good import GOOD
from .test_format import FILE, GOOD as SMALL

SCHEMA: dict[str, Any] = json.loads(schema.PATH.read_text(encoding="utf-8"))
PAGES = "".join((ROOT / "quizzes" / name).read_text(encoding="utf-8") for name in ("README.md", "exemples.md"))
README = "\n".join(re.findall(r"^```toml\n(.*?)^```", PAGES, re.MULTILINE | re.DOTALL))
WHOLE = {
    "README.md": README, "good.toml": GOOD, "small": SMALL,
    **{path.parent.name: path.read_text("utf-8") for path in sorted((ROOT / "quizzes").glob("*/quiz.fr.toml"))},
}  # fmt: skip
_TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}


_WORDS = {
    "$schema", "$ref", "title", "description", "type", "format", "enum", "const", "minLength", "pattern", "minimum",
    "maximum", "items", "minItems", "maxItems", "properties", "required", "additionalProperties", "propertyNames",
    "allOf", "if", "then", "definitions",
}  # fmt: skip


def faults(value: Any, rule: dict[str, Any], path: str = "") -> list[str]:
    """Where a value breaks a schema: the few words of JSON Schema that ours is written with, and no other."""
    assert set(rule) <= _WORDS, set(rule) - _WORDS
    if "$ref" in rule:
        return faults(value, SCHEMA["definitions"][rule["$ref"].rpartition("/")[2]], path)
    value = value.isoformat() if isinstance(value, date) else value
    found = []
    if "type" in rule and (
        not isinstance(value, _TYPES[rule["type"]]) or (isinstance(value, bool) and rule["type"] != "boolean")
    ):
        return [f"{path}: not {rule['type']}"]
    if "const" in rule and value != rule["const"]:
        found.append(f"{path}: not {rule['const']}")
    if "enum" in rule and value not in rule["enum"]:
        found.append(f"{path}: not one of {rule['enum']}")
    if isinstance(value, str):
        found += [f"{path}: empty"] * (len(value) < rule.get("minLength", 0))
        found += [f"{path}: form"] * (re.search(rule.get("pattern", ""), value) is None)
    elif isinstance(value, (int, float)):
        found += [f"{path}: range"] * (not rule.get("minimum", value) <= value <= rule.get("maximum", value))
    elif isinstance(value, list):
        found += [f"{path}: count"] * (not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value)))
        found += [f for n, item in enumerate(value) for f in faults(item, rule.get("items", {}), f"{path}[{n}]")]
    elif isinstance(value, dict):
        found += [f"{path}.{name}: missing" for name in rule.get("required", ()) if name not in value]
        others = rule.get("additionalProperties", {})
        for name, inner in value.items():
            asked = rule.get("properties", {}).get(name, others)
            here = f"{path}.{name}"
            found += [f"{here}: unknown"] if asked is False else faults(inner, asked, here)
            found += faults(name, rule.get("propertyNames", {}), f"{here}: its name")
        for each in rule.get("allOf", ()):
            if not faults(value, each["if"], path):
                found += faults(value, each["then"], path)
    return found


def test_file_is_the_one_that_is_built() -> None:
    """When red: `.venv/bin/python -m tests.content.schema` writes it again."""
    assert schema.PATH.read_text(encoding="utf-8") == schema.written()


@pytest.mark.parametrize("name", WHOLE)
def test_what_the_parser_takes_the_schema_takes(name: str) -> None:
    parse_quiz(WHOLE[name], FILE)
    assert faults(tomllib.loads(WHOLE[name]), SCHEMA) == []


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("format = 1", "format = 2", ".format"),
        ('theme = "cyberharcelement"', 'theme = "cuisine"', ".theme"),
        ('title = "Le carnet"', "", ".title"),
        ('kind = "slide"', 'kind = "slides"', ".activities[4].kind"),
        ("short = 3", 'short = "trois"', ".activities[0].short"),
        ('points = ["On demande"]', 'point = ["On demande"]', ".activities[4].point: its name"),
        ('ends = ["Non", "Oui"]', 'ends = ["Non"]', ".activities[3].ends"),
        ('[{ from = "ami"', '[{ form = "ami"', ".activities[1].messages[0].form"),
        ("expected = true", 'expected = "vrai"', ".questions[0].expected"),
        ('aim = "Revoir l’idée."', "", ".questions[0].sheet.aim"),
        ('register = "situation"', 'register = "ressenti"', ".activities[2].register"),
        ("checked = 2026-11-23", "checked = 20261123", ".questions[0].sources[0].checked"),
    ],
)
def test_what_is_wrong_is_told_where_it_is(old: str, new: str, where: str) -> None:
    assert old in GOOD
    found = faults(tomllib.loads(GOOD.replace(old, new)), SCHEMA)
    assert [fault for fault in found if fault.startswith(where + ":")], found


# ------------------------------------------------------------------------------------------- field by field

TABLES = """
[notes]
[[sources]]
[[messages]]
[[choices]]
[[choices.sources]]
[[boxes]]
[[boxes.sources]]
[[statements]]
[[statements.sources]]
[statements.sheet]
[[statements.sheet.steps]]
[[statements.sheet.likely_answers]]
[[scenes]]
[[scenes.choices]]
[[scenes.choices.sources]]
[sheet]
[[sheet.steps]]
[[sheet.likely_answers]]
"""
ACTIVITY = tomllib.loads(TABLES)


def asked(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], set[str]]:
    """What the parser asks of each table: by kind of activity (« questions » for the paired ones), and place in it."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    here = ""
    finish = Reader.finish

    def noted(self: Reader) -> None:
        place = re.sub(r"\[\d+\]", "", self.prefix).strip(".")
        owner = here if self.activity or place.startswith("questions") else ""
        found[owner, place.removeprefix("questions").strip(".") if owner == "paired" else place] |= self.asked
        finish(self)

    monkeypatch.setattr(Reader, "finish", noted)
    head = {"room": {}, "able": [{}]}
    for kind in KINDS:
        for look in LOOKS if kind == "conversation" else ("",):
            here = kind
            activity = {**copy.deepcopy(ACTIVITY), "id": "a", "kind": kind, **({"look": look} if look else {})}
            read({**head, "activities": [activity]})
    for kind in ("choice", "true_false"):
        here = "paired"
        read({**head, "questions": [{**copy.deepcopy(ACTIVITY), "id": "a", "kind": kind}]})
    return found


def read(document: dict[str, Any]) -> None:
    from workshop.domain import quiz_format  # noqa: PLC0415  # its reader of files is put aside

    with pytest.MonkeyPatch.context() as patch, suppress(QuizErrors):
        patch.setattr(quiz_format, "load_document", lambda _source, _file: document)
        quiz_format.parse_quiz("", FILE)


def told(rule: dict[str, Any], place: str = "") -> dict[str, set[str]]:
    """The fields that a schema has, by place."""
    if "$ref" in rule:
        return told(SCHEMA["definitions"][rule["$ref"].rpartition("/")[2]], place)
    if "items" in rule:
        return told(rule["items"], place)
    if "properties" not in rule:
        return {}
    found = {place: set(rule["properties"])}
    for name, inner in rule["properties"].items():
        found |= told(inner, f"{place}.{name}".strip("."))
    return found


def kinds(name: str) -> dict[str, dict[str, set[str]]]:
    """The same, for each kind that a definition tells apart."""
    rule = SCHEMA["definitions"][name]
    return {
        each["if"]["properties"]["kind"]["const"]: told({"properties": rule["properties"] | each["then"]["properties"]})
        for each in rule["allOf"]
        if set(each["then"]["propertyNames"]["enum"]) == set(rule["properties"] | each["then"]["properties"])
    }


def test_each_kind_has_the_fields_that_the_parser_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    read_by = asked(monkeypatch)
    of_kinds = kinds("activity")
    assert set(of_kinds) == set(KINDS)
    for kind, places in of_kinds.items():
        assert places == {place: names for (owner, place), names in read_by.items() if owner == kind}, kind


def test_paired_questions_and_the_head_have_the_fields_that_the_parser_asks_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read_by = asked(monkeypatch)
    both: dict[str, set[str]] = defaultdict(set)
    for places in kinds("paired").values():
        for place, names in places.items():
            both[place] |= names
    assert both == {place: names for (owner, place), names in read_by.items() if owner == "paired"}
    head = {place: names for place, names in told(SCHEMA).items() if place in ("", "room", "able")}
    assert head == {place: names for (owner, place), names in read_by.items() if owner == ""}
