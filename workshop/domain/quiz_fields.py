"""Reading one table of a quiz file: every mistake is noted, in a teacher's words, and reading goes on."""

import datetime
import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")


def _shown(value: object) -> str:
    """What was read, short. Printing a very long number or very nested tables would raise."""
    if isinstance(value, (list, dict)):
        return "une liste" if isinstance(value, list) else "une table"
    if isinstance(value, int) and abs(value) > 10**9:
        return "un nombre trop grand"
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"


@dataclass(frozen=True)
class QuizError:
    """One mistake: which file, which activity (« » for the whole file), which field, and what to do about it."""

    file: str
    activity: str
    field: str
    message: str

    def __str__(self) -> str:
        where = f"activité « {self.activity} », " if self.activity else ""
        what = f"champ « {self.field} » : " if self.field else ""
        return f"{self.file} : {where}{what}{self.message}"


@dataclass
class Reader:
    """A table being read. Fields that nobody asked for are mistakes too: a misspelt field would be silently ignored."""

    table: dict[str, Any]
    file: str
    activity: str
    errors: list[QuizError]
    prefix: str = ""
    asked: set[str] = field(default_factory=set)

    def fail(self, name: str, message: str) -> None:
        self.errors.append(QuizError(self.file, self.activity, self.prefix + name, message))

    def _get(self, name: str, required: bool) -> Any:
        self.asked.add(name)
        value = self.table.get(name)
        if value is None and required:
            self.fail(name, "ce champ manque.")
        return value

    def text(self, name: str, required: bool = False) -> str:
        value = self._get(name, required)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fail(name, "écrivez un texte entre guillemets.")
            return ""
        return value

    def optional_text(self, name: str) -> str | None:
        return self.text(name) or None

    def integer(self, name: str, low: int, high: int, default: int | None = None) -> int:
        value = self._get(name, default is None)
        if value is None:
            return default if default is not None else low
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.fail(name, f"écrivez un nombre entier de {low} à {high} (lu : {_shown(value)}).")
            return low
        return value

    def number(self, name: str) -> float:
        """A number that must be there, whole or not."""
        value = self._get(name, required=True)
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or value != value):
            self.fail(name, f"écrivez un nombre (lu : {_shown(value)}).")
            return 0
        return float(value or 0)

    def boolean(self, name: str, default: bool | None = False) -> bool:
        value = self._get(name, default is None)
        if value is None:
            return bool(default)
        if not isinstance(value, bool):
            self.fail(name, f"écrivez true ou false (lu : {_shown(value)}).")
            return bool(default)
        return value

    def one_of(self, name: str, allowed: Collection[str], required: bool = True) -> str:
        value = self._get(name, required)
        if value is None:
            return ""
        if not isinstance(value, str) or value not in allowed:
            choices = ", ".join(sorted(allowed))
            self.fail(name, f"« {_shown(value)} » n’est pas prévu. Possibilités : {choices}.")
            return ""
        return value

    def date(self, name: str, required: bool = False) -> datetime.date | None:
        value = self._get(name, required)
        if value is None:
            return None
        if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
            self.fail(name, f"écrivez une date sans guillemets, comme 2026-11-23 (lu : {_shown(value)}).")
            return None
        return value

    def texts(self, name: str, required: bool = False) -> tuple[str, ...]:
        value = self._get(name, required)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.fail(name, 'écrivez une liste de textes, comme ["premier", "second"].')
            return ()
        return tuple(value)

    def table_of(self, name: str, required: bool = False) -> "Reader":
        value = self._get(name, required)
        if value is not None and not isinstance(value, dict):
            self.fail(name, "écrivez une table.")
        inner = value if isinstance(value, dict) else {}
        return Reader(inner, self.file, self.activity, self.errors, f"{self.prefix}{name}.")

    def tables(self, name: str, required: bool = False) -> list["Reader"]:
        value = self._get(name, required)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fail(name, "écrivez une liste de tables.")
            return []
        return [
            Reader(item, self.file, self.activity, self.errors, f"{self.prefix}{name}[{number}].")
            for number, item in enumerate(value, start=1)
        ]

    def finish(self) -> None:
        """Call last: whatever was written and not asked for is a mistake, with the nearest known name."""
        for name in self.table:
            if name not in self.asked:
                near = difflib.get_close_matches(name, self.asked, 1)
                hint = f" Vouliez-vous écrire « {near[0]} » ?" if near else ""
                self.fail(name, f"ce champ n’existe pas ici.{hint}")
