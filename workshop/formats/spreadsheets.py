"""XLSX and CSV to rows of texts. A formula is never worked out, nor is its last result believed."""

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from .archives import open_zip, unpack
from .questions import Found, Note, Unreadable
from .tables import FORMULA, read_rows

MAX_ROWS, MAX_COLUMNS = 2_000, 60
MAX_CELL = 20_000  # characters
MAX_WORKBOOK = 2_000_000  # bytes, unpacked; Kahoot's template has about 200 000
_KEPT = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/sharedStrings\.xml"
    r"|xl/worksheets/[^/]+\.xml"
)


def read_xlsx(data: bytes) -> Found:
    import openpyxl  # noqa: PLC0415  # a tenth of the start, for one page that few open

    parts = _parts(data)
    try:
        book = openpyxl.load_workbook(parts, read_only=True, data_only=False, keep_links=False)
        try:
            sheets = book.worksheets
            if not sheets:
                raise Unreadable("headings")
            rows = list(_rows(sheets[0]))
        finally:
            book.close()
    except Unreadable:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError):
        raise Unreadable("xlsx") from None
    except Exception as error:  # the XML of a workbook that is none: errors of three libraries
        raise Unreadable("xlsx") from error
    found = read_rows(rows)
    if len(sheets) > 1:
        found.notes.append(Note("sheets"))
    return found


def _parts(data: bytes) -> io.BytesIO:
    """The workbook with its texts and numbers alone: no styles, which may take long, nor links, nor code."""
    archive, whole, size = open_zip(data), io.BytesIO(), 0
    with zipfile.ZipFile(whole, "w") as kept:
        for entry in archive.infolist():
            if _KEPT.fullmatch(entry.filename):
                size += entry.file_size
                if size > MAX_WORKBOOK:
                    raise Unreadable("zip_bomb")
                kept.writestr(entry.filename, unpack(archive, entry.filename))
    whole.seek(0)
    return whole


def _rows(sheet: Any) -> Iterator[list[str]]:
    # What the sheet says of its own size may be false.
    sheet.reset_dimensions()
    for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS):
        yield [FORMULA if cell.data_type == "f" else _text(cell.value) for cell in row]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:MAX_CELL]


def read_csv(text: str) -> Found:
    lines = text.splitlines(keepends=True)
    separator = ""
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == 5:
        separator = lines[0].strip()[4]  # how a spreadsheet is told
    body = "\n" + "".join(lines[1:]) if separator else text
    try:
        reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator or _separator(text))
        rows = list(itertools.islice(reader, MAX_ROWS))
    except csv.Error:
        raise Unreadable("csv") from None
    return read_rows([_cell(cell) for cell in row[:MAX_COLUMNS]] for row in rows)


def _cell(cell: str) -> str:
    """« =1+2 » in a CSV file is a formula to every spreadsheet that opens it."""
    return FORMULA if cell.lstrip().startswith("=") and len(cell.strip()) > 1 else cell[:MAX_CELL]


def _separator(text: str) -> str:
    """The one that cuts the first line into most columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")[:MAX_CELL]
    return max(";,\t|", key=lambda each: len(next(csv.reader([first], delimiter=each), [])))


def looks_like_csv(text: str) -> bool:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return any(first.count(each) >= 2 for each in ";,\t|")
