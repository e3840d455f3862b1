"""Reading the national directory of schools (« Annuaire de l'éducation », CSV) line by line.

Columns are found by name, in any order and case: « Identifiant_de_l_etablissement », « Nom_etablissement »,
« Type_etablissement », « Nom_commune », « Code_departement », and « etat » where there is one.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from .errors import Refusal
from .schools import COLLEGE, EREA, LYCEE, SchoolEntry, department_code, folded, is_plain
from .uai import check_letter, tidy_uai, uai_fault

MAX_LINES = 100_000  # the whole country has fewer than 70,000
_TYPES = {"college": COLLEGE, "lycee": LYCEE, "erea": EREA}
_UAI, _NAME, _TYPE = "identifiant_de_l_etablissement", "nom_etablissement", "type_etablissement"
_TOWN, _DEPARTMENT, _STATE = "nom_commune", "code_departement", "etat"
COLUMNS = {
    _UAI: "Identifiant_de_l_etablissement",
    _NAME: "Nom_etablissement",
    _TYPE: "Type_etablissement",
    _TOWN: "Nom_commune",
    _DEPARTMENT: "Code_departement",
}


class NotADirectory(Refusal):
    """A file without the columns of the directory; `missing` names them."""

    code = "not_a_directory"

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__()
        self.missing = missing


class NotUtf8(Refusal):
    """A file in an older alphabet, as some spreadsheets save it: its accents would be lost."""

    code = "not_utf8"


class FileTooLong(Refusal):
    """More lines than the country has schools: this is something else."""

    code, status = "file_too_long", 413


@dataclass(frozen=True)
class Wanted:
    """Which schools to keep. No department at all means every department."""

    levels: frozenset[str]
    departments: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RefusedLine:
    """A line of a wanted school that cannot be taken: why (a code), what stood there, what was expected if known."""

    line: int
    reason: str
    value: str = ""
    expected: str = ""


@dataclass(frozen=True)
class OtherLine:
    """A line that was not asked for: another kind of school, another department, a closed one."""

    line: int


def read_directory(lines: Iterable[str], wanted: Wanted) -> Iterator[SchoolEntry | RefusedLine | OtherLine]:
    """One result a line, in order, as the file is read. Raises NotADirectory or FileTooLong."""
    source = iter(lines)
    header = next(source, "")
    delimiter = max(";,\t", key=header.count)
    names = [name.strip().lower().replace(" ", "_") for name in next(csv.reader([header], delimiter=delimiter), [])]
    missing = tuple(COLUMNS[name] for name in COLUMNS if name not in names)
    if missing:
        raise NotADirectory(missing)
    places = {name: names.index(name) for name in (*COLUMNS, _STATE) if name in names}
    reader = csv.reader(source, delimiter=delimiter)
    first_seen: dict[str, int] = {}
    while True:
        number = reader.line_num + 2  # the header is line 1; a quoted field may hold line ends
        if number > MAX_LINES:
            raise FileTooLong
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield RefusedLine(number, "unreadable")
            continue
        if cells:
            row = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
            yield _read(row, number, wanted, first_seen)


def _read(
    row: dict[str, str], number: int, wanted: Wanted, first_seen: dict[str, int]
) -> SchoolEntry | RefusedLine | OtherLine:
    level = _level(row[_TYPE])
    if level is None or level not in wanted.levels or row.get(_STATE, "").upper().startswith("FERM"):
        return OtherLine(number)
    department = department_code(row[_DEPARTMENT])
    if department is None:
        return RefusedLine(number, "department", row[_DEPARTMENT][:40])
    if wanted.departments and department not in wanted.departments:
        return OtherLine(number)
    uai = tidy_uai(row[_UAI])
    fault = uai_fault(uai)
    if fault:
        expected = check_letter(uai[:7]) if fault == "uai_letter" else ""
        return RefusedLine(number, fault, uai[:40], expected)
    if not row[_NAME]:
        return RefusedLine(number, "name", uai)
    if not (is_plain(row[_NAME]) and is_plain(row[_TOWN])):
        return RefusedLine(number, "text", uai)
    if uai in first_seen:
        return RefusedLine(number, "twice", uai, str(first_seen[uai]))
    first_seen[uai] = number
    return SchoolEntry(uai, row[_NAME], level, row[_TOWN], department)


@lru_cache(maxsize=32)  # a file has a handful of types, and seventy thousand lines
def _level(kind: str) -> str | None:
    return _TYPES.get(folded(kind))
