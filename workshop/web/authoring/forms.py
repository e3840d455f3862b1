"""From a part of a document to its form, and back. Whatever was typed comes back as it was typed.

Nothing is refused here: what is not a number or a date stays text in the document, and the format's own reader says so
beside the field. So a form can always be kept.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, cast

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from workshop.domain.quiz_document import NEW_PERSON, Document, Part, Table, folded, free_id

from .fields import Field, Section
from .kinds import OF_WORKSHOP, of_activity, of_question

_RANKS = 6


def sections_of(part: Part, table: Mapping[str, Any]) -> tuple[Section, ...]:
    """What the page of a part asks."""
    if part.kind == "workshop":
        return OF_WORKSHOP
    return of_activity(table) if part.kind == "activity" else of_question(table)


def fields_of(sections: tuple[Section, ...]) -> list[Field]:
    return [field for section in sections for field in section.fields]


def make_form(sections: tuple[Section, ...], table: Table, document: Document, media: frozenset[str]) -> FlaskForm:
    """The form of a part, filled with what was posted, else with what the table says."""
    fields, table = fields_of(sections), dict(table)
    made = type("PartForm", (FlaskForm,), {field.name: _wtf(field) for field in fields})
    form = cast("FlaskForm", made(data={f.name: _to_form(f, table.get(f.name)) for f in _spread(fields, table)}))
    _offer(fields, form, {"document": document, "table": table, "media": sorted(media)})
    return form


def _wtf(field: Field) -> Any:
    match field.form:
        case "text" | "lines":
            return TextAreaField(field.label)
        case "yes" | "right":
            return BooleanField(field.label)
        case "pick" | "truth" | "who" | "picture" | "box" | "scene" | "rank":
            return SelectField(field.label, validate_choice=False)
        case "id":
            return HiddenField()
        case "ends":
            return FormField(_subform((Field("first", "line", field.label), Field("second", "line", field.label))))
        case "rows" | "people":
            return FieldList(FormField(_subform(field.fields)), field.label)
        case "table":
            return FormField(_subform(field.fields))
        case _:
            return StringField(field.label)


def _subform(fields: tuple[Field, ...]) -> type[Form]:
    return type("RowForm", (Form,), {field.name: _wtf(field) for field in fields})


def _spread(fields: list[Field], table: Table) -> list[Field]:
    """Let each choice know whether it is expected, or its place in the right order: the table lists these apart."""
    expected = table.get("expected")
    rows = table.get("choices")
    wanted = {f.name for field in fields if field.name == "choices" for f in field.fields}
    if isinstance(expected, list) and isinstance(rows, list) and wanted & {"right", "rank"}:
        table["choices"] = [
            {**row, "right": row.get("id") in expected, "rank": _rank(expected, row.get("id"))} for row in rows
        ]
    return fields


def _rank(expected: list[Any], one: object) -> str:
    return str(expected.index(one) + 1) if one in expected else ""


def _to_form(field: Field, value: Any) -> Any:
    match field.form:
        case "yes" | "right":
            return bool(value)
        case "truth":
            return {True: "true", False: "false"}.get(value, "") if isinstance(value, bool) else _said(value)
        case "lines":
            return "\n".join(map(str, value)) if isinstance(value, list) else _said(value)
        case "ends":
            both = [*value, "", ""] if isinstance(value, list) else [_said(value), ""]
            return {"first": str(both[0]), "second": str(both[1])}
        case "people":
            people = value.items() if isinstance(value, dict) else ()
            return [{"was": key, "key": key, "name": _said(name)} for key, name in people]
        case "day":
            return f"{value:%d/%m/%Y}" if isinstance(value, datetime.date) else _said(value)
        case "rows":
            rows = value if isinstance(value, list) else []
            return [_row_to_form(field, row) for row in rows if isinstance(row, dict)]
        case "table":
            return _row_to_form(field, value if isinstance(value, dict) else {})
        case _:
            return _said(value) or field.usual


def _row_to_form(field: Field, row: Table) -> Table:
    return {inner.name: _to_form(inner, row.get(inner.name)) for inner in field.fields}


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def _offer(fields: list[Field] | tuple[Field, ...], form: Any, known: Mapping[str, Any]) -> None:
    """Give each list what the workshop has now; what is chosen stays on offer even when it is there no longer."""
    for field in fields:
        found = form[field.name]
        if isinstance(found, FieldList):
            for entry in found.entries:
                _offer(field.fields, entry.form, known)
        elif field.form == "table":
            _offer(field.fields, found.form, known)
        elif isinstance(found, SelectField):
            offered = dict(_options(field, known))
            if found.data and found.data not in offered:
                offered[found.data] = gettext("%(name)s (n’y est plus)", name=found.data)
            found.choices = [SelectChoice(value, label) for value, label in offered.items()]


def _options(field: Field, known: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if not field.usual:
        yield "", "–"
    match field.form:
        case "truth":
            yield from (("true", gettext("Vrai")), ("false", gettext("Faux")))
        case "who":
            yield from ((key, f"{name or key} ({key})") for key, name in known["document"]["names"].items())
        case "picture":
            yield from ((name, name) for name in known["media"])
        case "rank":
            yield from ((str(place), str(place)) for place in range(1, _RANKS + 1))
        case "box" | "scene":
            rows = known["table"].get("boxes" if field.form == "box" else "scenes")
            for place, row in enumerate(rows if isinstance(rows, list) else (), start=1):
                yield row.get("id", ""), f"{place} · {row.get('text' if field.form == 'box' else 'title') or '…'}"
        case _:
            yield from field.options


def read_form(sections: tuple[Section, ...], form: FlaskForm, table: Table) -> Table:
    """The table that the form says. Of the one before, only what pages never show is kept: id, kind, format."""
    fields = fields_of(sections)
    kept = {name: table[name] for name in ("format", "id", "kind") if name in table}
    found = kept | _read_table(fields, form)
    _gather(fields, found)
    return found


def _read_table(fields: list[Field] | tuple[Field, ...], form: Any) -> Table:
    read = {field.name: _from_form(field, form[field.name]) for field in fields}
    return {name: value for name, value in read.items() if value is not None}


def _from_form(field: Field, found: Any) -> Any:
    match field.form:
        case "rows":
            return [_read_table(field.fields, entry.form) for entry in found.entries] or None
        case "people":
            return _people([entry.form.data for entry in found.entries])
        case "table":
            return _read_table(field.fields, found.form) or None
        case "ends":
            both = [_words(found.form.first.data), _words(found.form.second.data)]
            return both if any(both) else None
        case "yes" | "right":
            return True if found.data else None
        case "lines":
            return [line.strip() for line in _words(found.data).splitlines() if line.strip()] or None
    text = _words(found.data)
    if not text or text == field.usual:
        return None
    return _READ.get(field.form, str)(text)


def _words(text: object) -> str:
    """Without control characters, which no file may hold; lines end in one way. No-break spaces stay."""
    lines = str(text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in lines).strip(" \n")


def _whole(text: str) -> int | str:
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else text


def _number(text: str) -> float | str:
    plain = text.replace(",", ".").replace("\u202f", "").replace(" ", "")
    if re.fullmatch(r"-?[0-9]{1,9}", plain):
        return int(plain)
    return float(plain) if re.fullmatch(r"-?[0-9]{1,9}\.[0-9]{1,6}", plain) else text


def _day(text: str) -> datetime.date | str:
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        return datetime.date.fromisoformat(f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text)
    except ValueError:
        return text


_READ: dict[str, Any] = {
    "whole": _whole,
    "pick": _whole,  # how many votes is a number; nothing else in a list of options looks like one
    "number": _number,
    "day": _day,
    "truth": lambda text: {"true": True, "false": False}.get(text, text),
}


def _people(rows: list[Mapping[str, Any]]) -> Table | None:
    """First names by role. A role becomes a plain word; one that is missing or taken gets another, and stays."""
    found: Table = {}
    for row in rows:
        name, was = _words(row["name"]), _words(row["was"])
        # A role is in texts, between braces: it is chosen once.
        key = was if was and not was.startswith(NEW_PERSON) else folded(_words(row["key"]))
        key = re.sub(r"[^a-z0-9]+", "_", key).strip("_")
        if not key or key in found:
            key = free_id(key or "prenom", {*found, key}).replace("-", "_")
        found[key] = name
    return found or None


def _gather(fields: list[Field], table: Table) -> None:
    """The answers that are expected, listed apart from the choices, as the format has them."""
    rows = table.get("choices", [])
    names = {f.name for field in fields if field.name == "choices" for f in field.fields}
    ticked = [row.get("id", "") for row in rows if row.pop("right", None)]
    ranked = sorted((int(row.pop("rank")), place) for place, row in enumerate(rows) if "rank" in row)
    if "right" in names and ticked:
        table["expected"] = ticked
    elif "rank" in names and ranked:
        table["expected"] = [rows[place].get("id", "") for _, place in ranked]
