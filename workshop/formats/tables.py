"""A table with a line of headings to questions: Kahoot's spreadsheet, and CSV of any origin with similar headings."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from .plain_text import one_line, plain
from .questions import MAX_CHOICES, Asked, Found, Offered, Place, Unreadable, letters

HEADINGS_WITHIN = 20  # rows
FORMULA = "\ufffe"  # in place of a cell that holds one: no text has this character
_QUESTION = re.compile(r"(question|énoncé|enonce|intitulé|libellé|consigne)\b(?! ?type)")
_CHOICE = re.compile(r"(?:answer|réponse|reponse|option|choix|proposition|choice)\s*(?:n°\s*)?(\d{1,2}|[a-h])\b")
_RIGHT = re.compile(r"correct|bonne|juste|right|solution|^(?:answer|réponse|reponse)s?$")
_EXPLANATION = re.compile(r"expli|expla|feedback|justification")
_TITLE = re.compile(r"quiz template$")
# Known, and of no use here: who has a stopwatch, whose number it is.
_SILENT = re.compile(r"^(id|n°|no|num|numéro|#|)$")


@dataclass
class _Columns:
    question: int = -1
    choices: dict[int, int] = field(default_factory=dict)  # column to place
    right: int = -1
    explanation: int = -1
    others: dict[int, str] = field(default_factory=dict)
    zero_based: bool = False


def read_rows(rows: Iterable[list[str]]) -> Found:
    """Questions of a table; `rows` are its lines, from the first one of the sheet."""
    lines = list(rows)
    start, columns = _headings(lines)
    found = Found(title=_title(lines[:start]))
    column = [row[columns.right].strip() for row in lines[start + 1 :] if 0 <= columns.right < len(row)]
    # « Index » counts from 0 or from 1: a 0 somewhere tells.
    columns.zero_based = "0" in column
    for heading in columns.others.values():
        found.note("column", Place(line=start + 1), heading)
    number = 0
    for line, row in enumerate(lines[start + 1 :], start + 2):
        cells = [*row, *[""] * (max((*columns.choices, columns.question, columns.right, columns.explanation)) + 1)]
        used = [cells[columns.question], *(cells[each] for each in columns.choices)]
        if not any(cell.strip() for cell in used):
            continue
        number += 1
        if found.is_enough(Place(number, line)):
            break
        if FORMULA in used or (columns.right >= 0 and cells[columns.right] == FORMULA):
            found.note("formula", Place(number, line))
            continue
        _read_row(cells, columns, Place(number, line), found)
    if not number:
        raise Unreadable("nothing")
    return found


def _headings(lines: list[list[str]]) -> tuple[int, _Columns]:
    for number, row in enumerate(lines[:HEADINGS_WITHIN]):
        columns = _Columns()
        for place, cell in enumerate(row):
            _sort_heading(columns, place, one_line(cell).lower(), cell)
        if columns.question >= 0 and len(columns.choices) >= 2:
            return number, columns
    raise Unreadable("headings")


def _sort_heading(columns: _Columns, place: int, heading: str, shown: str) -> None:
    numbered = _CHOICE.match(heading)
    if columns.question < 0 and _QUESTION.match(heading):
        columns.question = place
    elif numbered and "correct" not in heading:
        columns.choices[place] = len(columns.choices)
    elif columns.right < 0 and _RIGHT.search(heading):
        columns.right = place
    elif columns.explanation < 0 and _EXPLANATION.search(heading):
        columns.explanation = place
    elif not _SILENT.match(heading):
        columns.others[place] = one_line(shown)


def _title(lines: list[list[str]]) -> str:
    """What stands alone above the headings, unless it is the template's own."""
    first = next((cell for row in lines for cell in row if cell.strip()), "")
    return "" if _TITLE.match(first.strip().lower()) or len(first) > 120 else one_line(first)


def _read_row(cells: list[str], columns: _Columns, place: Place, found: Found) -> None:
    text = plain(cells[columns.question])
    offered = [(column, one_line(plain(cells[column]))) for column in columns.choices]
    offered = [(column, choice) for column, choice in offered if choice]
    said = one_line(cells[columns.right]) if columns.right >= 0 else ""
    explanation = plain(cells[columns.explanation]) if columns.explanation >= 0 else ""
    if len(offered) < 2 and text and said and not offered:
        found.add(Asked(place, "words", text, accepted=(said,), explanation=explanation))
        return
    right = _right(said, columns, [(columns.choices[column], choice) for column, choice in offered])
    if said and not right:
        found.note("right_unknown", place, said)
    choices = tuple(Offered(choice, columns.choices[column] in right) for column, choice in offered)
    found.add_choice(Asked(place, "choice", text, choices=choices, explanation=explanation))


def _right(said: str, columns: _Columns, offered: list[tuple[int, str]]) -> set[int]:
    """The places of the right choices: written as numbers, as letters, or as the very words of a choice."""
    places = {place for place, _ in offered}
    # A spreadsheet reads « 1,3 » as a number with decimals, and gives « 1.0 » for 1.
    marks = [mark for mark in re.split(r"[\s,;|/&.+]+", re.sub(r"\.0\b", "", said)) if mark]
    if len(marks) <= MAX_CHOICES and marks and all(re.fullmatch(r"\d{1,2}", mark) for mark in marks):
        numbered = {int(mark) - (0 if columns.zero_based else 1) for mark in marks}
        if numbered <= places:
            return numbered
    in_words = {place for place, choice in offered if choice.casefold() == said.casefold()}
    if in_words:
        return in_words
    lettered = letters(marks)
    return lettered if len(lettered) == len(marks) and lettered <= places else set()
