"""The school's papers: the Markdown of docs/fr/papiers, its blanks filled from a visit, ready to print.

What the association has to fill by hand stays a blank. The papers are in French whatever the screen's language: they
are signed, filed and read in a French school.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from flask_babel import force_locale
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from workshop.config import ROOT, Config

from .data_kept import Kept, data_kept

FOLDER = ROOT / "docs" / "fr" / "papiers"
# In the order of a visit: before it, for the pupils, after it, for the files.
NAMES = (
    "accord",
    "notice-etablissement",
    "message-familles",
    "notice-eleves",
    "recapitulatif",
    "responsabilites",
    "registre",
    "analyse-impact",
)
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_KEPT = re.compile(r"<!-- données.*?-->\n.*?<!-- fin -->\n?", re.DOTALL)
_LIST = re.compile(r"<p>\[liste\s*: ([^\]]+)\]</p>")
_BLANK = re.compile(r"\[([^\]<>]{1,40})\]")


@dataclass(frozen=True)
class Paper:
    name: str
    title: str
    body: Markup


def titles() -> dict[str, str]:
    """The papers, by name, in their order."""
    return {name: _source(name).partition("\n")[0].removeprefix("# ") for name in NAMES}


def paper(name: str, settings: Config, blanks: Mapping[str, str], lists: Mapping[str, Iterable[str]]) -> Paper:
    """One paper. A blank without a value stays as it is, to be filled by hand. Needs an application context."""
    title, _, text = _source(name).partition("\n")
    html = _MARKDOWN.render(_KEPT.sub(lambda _found: kept_table(settings), text))
    html = _LIST.sub(lambda found: _items(lists.get(found[1].replace("\u00a0", " "), ())), html)
    html = _BLANK.sub(lambda found: _filled(found[0], blanks.get(found[1], "")), html)
    return Paper(name, title.removeprefix("# "), Markup(html))  # noqa: S704  # our own text; what fills it is escaped


def kept_table(settings: Config) -> str:
    """What is kept, as a table in Markdown, with the durations in force."""
    with force_locale("fr"):
        kept = data_kept(settings)
    rows = [*kept.pupils, *kept.classes, *kept.adults, *kept.devices]
    lines = ["| Donnée | Pourquoi | Jusqu’à quand |", "|---|---|---|", *map(_row, rows)]
    return "\n".join(lines) + "\n"


def _row(kept: Kept) -> str:
    return f"| {kept.what} | {kept.why} | {kept.until} |"


def _items(texts: Iterable[str]) -> str:
    found = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<ul>{found}</ul>" if found else "<p>Aucune.</p>"


def _filled(blank: str, value: str) -> str:
    return f'<span class="filled">{escape(value)}</span>' if value else f'<span class="blank">{blank}</span>'


@cache
def _source(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")
