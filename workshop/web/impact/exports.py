"""The association's figures as files: the tables of the page, with what each column means. Nothing is computed here."""

import csv
import datetime
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask_babel import gettext
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workshop.domain.statistics import CONFIDENCE
from workshop.services.reporting import Report

from . import words
from .exit_survey import exit_table, text_to_paste
from .tables import Column, Decimals, Percent, Points, Table, Value, tables

# A cell that begins so is a formula to a spreadsheet, and a school's name is typed by somebody (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Content:
    """What every file holds: the period, the sentences that belong to the numbers, the tables."""

    since: datetime.date
    until: datetime.date
    narrowed: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]


def content(report: Report, narrowed: str) -> Content:
    found = report.impact.participation
    said = (words.of_people(found.rate), words.margin(found), words.left_out(found), text_to_paste(report, narrowed))
    limits = gettext(
        "Réponses à une question, et non élèves. Intervalles à %(level)s entre classes. Vécu : totaux brouillés.",
        level=words.percent(CONFIDENCE),
    )
    sentences = tuple(sentence for sentence in (*said, limits) if sentence)
    *others, last = tables(report)
    found_tables = (*others, exit_table(report), last)
    return Content(report.filters.since, report.filters.until, narrowed, sentences, found_tables)


def raw(value: Value) -> str | int | float | None:
    """A value for machines: a proportion from 0 to 1, a difference of two, a number; words where it is withheld."""
    return value.value if isinstance(value, Percent | Points | Decimals) else value


def as_json(found: Content) -> bytes:
    document = {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "filters": found.narrowed,
        "sentences": found.sentences,
        "tables": [
            {
                "name": table.name,
                "title": table.title,
                "columns": [{"key": c.key, "title": c.title, "meaning": c.meaning} for c in table.columns],
                "rows": [{key: raw(value) for key, value in row.items()} for row in table.rows],
            }
            for table in found.tables
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def as_machine_csv(found: Content) -> bytes:
    """One value a line: table, row, label, column, value. Comma, point, no mark before."""
    lines = [
        [table.name, number, safe(str(next(iter(row.values())))), column.key, safe(raw(row[column.key]))]
        for table in found.tables
        for number, row in enumerate(table.rows, start=1)
        for column in table.columns
    ]
    return _csv([["table", "row", "label", "column", "value"], *lines], ",").encode()


def as_french_csv(found: Content) -> bytes:
    """Table under table, as Excel opens it in French: a mark before, semicolons, decimal comma, per cent and points."""
    lines: list[list[object]] = [[safe(sentence)] for sentence in found.sentences]
    for table in found.tables:
        lines += [[], [safe(table.title)], [safe(_with_unit(column, table)) for column in table.columns]]
        lines += [[_french(row[column.key]) for column in table.columns] for row in table.rows]
    return _csv(lines, ";").encode("utf-8-sig")


def _with_unit(column: Column, table: Table) -> str:
    kinds = {type(row[column.key]) for row in table.rows}
    if len(kinds - {str, type(None)}) != 1:
        return column.title
    unit = {Percent: " (%)", Points: gettext(" (points)")}
    return column.title + next((said for kind, said in unit.items() if kind in kinds), "")


def _french(value: Value) -> object:
    if isinstance(value, Percent | Points):
        return str(words.rounded(100 * value.value, 1)).replace(".", ",")
    if isinstance(value, Decimals):
        return str(words.rounded(value.value, 3)).replace(".", ",")
    return safe(value)


def safe(value: object) -> object:
    """Words that a spreadsheet takes for words, whatever was typed; numbers as they are, nothing for None."""
    if not isinstance(value, str):
        return "" if value is None else value
    return (
        f"'{value}"
        if any(line.lstrip(" \u00a0").startswith(_FORMULA) for line in [value, *value.splitlines()])
        else value
    )


def _csv(lines: Iterable[list[object]], separator: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(lines)
    return text.getvalue()


def as_xlsx(found: Content) -> bytes:
    """A sheet to read first, one for each table, and a dictionary of the columns."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, options) as book:
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        forms = {
            Percent: book.add_format({"num_format": "0%"}),
            Points: book.add_format({"num_format": '+0" pts";-0" pts";0" pts"'}),
            Decimals: book.add_format({"num_format": "0.000"}),
        }
        first = book.add_worksheet(gettext("À lire d’abord"))
        first.set_column(0, 0, 100)
        first.write_string(0, 0, words.period(found.since, found.until), bold)
        for line, sentence in enumerate((found.narrowed, *found.sentences), start=1):
            first.write_string(line, 0, sentence, wrapped)
        for table in found.tables:
            sheet = _sheet(book, table.title, [column.title for column in table.columns], bold)
            for line, row in enumerate(table.rows, start=1):
                for place, column in enumerate(table.columns):
                    value = row[column.key]
                    # Points are shown as such: 0.21 is written 21.
                    number = 100 * value.value if isinstance(value, Points) else raw(value)
                    sheet.write(line, place, number, forms.get(type(value)))
        titles = [gettext("Feuille"), gettext("Colonne"), gettext("Nom pour les machines"), gettext("Sens")]
        sheet = _sheet(book, gettext("Dictionnaire"), titles, bold)
        meant = [(table, column) for table in found.tables for column in table.columns]
        for line, (table, column) in enumerate(meant, start=1):
            for place, text in enumerate((table.title, column.title, f"{table.name}.{column.key}", column.meaning)):
                sheet.write_string(line, place, text)
    return file.getvalue()


def _sheet(book: Workbook, title: str, columns: list[str], bold: object) -> Worksheet:
    sheet: Worksheet = book.add_worksheet(title[:31])  # Excel allows no more
    for place, name in enumerate(columns):
        sheet.write_string(0, place, name, bold)
    sheet.set_column(0, len(columns) - 1, 16)
    sheet.set_column(0, 0, 34)
    sheet.freeze_panes(1, 1)
    return sheet


WRITERS: dict[str, Callable[[Content], bytes]] = {
    "bilan.xlsx": as_xlsx,
    "bilan.csv": as_french_csv,
    "bilan-machine.csv": as_machine_csv,
    "bilan.json": as_json,
}
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
