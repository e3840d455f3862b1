"""The school's papers: the Markdown of docs/fr/papiers, its blanks filled from a visit, ready to print.

What the association has to fill by hand stays a blank. The papers are in French whatever the screen's language: they
are signed, filed and read in a French school.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from flask_babel import force_locale
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from workshop import wording
from workshop.config import ROOT, Config
from workshop.services.interventions import InterventionEntry, Planned, people_for
from workshop.web import library
from workshop.web.forms import SetUpForm
from workshop.web.public.data_kept import Kept, data_kept

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
_KEPT = re.compile(r"<!-- données( des élèves)?.*?-->\n.*?<!-- fin -->\n?", re.DOTALL)
_LIST = re.compile(r"<p>\[liste\s*: ([^\]]+)\]</p>")
_NOT_OF_PUPILS = (("origin", "intervention"), ("live_session",))  # where a class comes from, and rehearsals
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
    html = _MARKDOWN.render(_KEPT.sub(lambda found: kept_table(settings, pupils=bool(found[1])), text))
    html = _LIST.sub(lambda found: _items(lists.get(found[1].replace("\u00a0", " "), ())), html)
    html = _BLANK.sub(lambda found: _filled(found[0], blanks.get(found[1], "")), html)
    return Paper(name, title.removeprefix("# "), Markup(html))  # noqa: S704  # our own text; what fills it is escaped


def paper_of(planned: Planned, name: str, settings: Config) -> Paper:
    """One paper, filled from a visit. Needs a request."""
    with force_locale("fr"):
        lists = {"questions sur le vécu": _lived(planned.entry)}
        return paper(name, settings, _blanks(planned), lists)


def _blanks(planned: Planned) -> dict[str, str]:
    entry, school = planned.entry, planned.school.entry
    people = people_for(planned)
    ways = {choice.value: str(choice.label) for choice in SetUpForm().answering.choices}
    done = Counter(run.ended for run in planned.runs)
    return {
        "établissement": school.name,
        "commune": school.town,
        "UAI": school.uai or "",
        "date": f"{wording.weekday(entry.starts_at.date())} {entry.starts_at.year}",
        "heure": wording.hour(entry.starts_at),
        "classe": entry.class_label,
        "niveau": entry.level,
        "élèves attendus": str(entry.expected or ""),
        "atelier": library.namer()(entry),
        "animation": ", ".join(name for _, name in planned.facilitators),
        "adulte": entry.adult,
        "personne": people.get("person", ""),
        "lieu": people.get("place", ""),
        "horaires": people.get("hours", ""),
        "remplacement": people.get("deputy", ""),
        "façon de répondre": ways.get(entry.answering, ""),
        "séances menées": str(done[True] or ""),
    }


def _lived(entry: InterventionEntry) -> list[str]:
    """The questions of a workshop, as it will be run, that are about what pupils have lived."""
    workshop = library.known().get(entry.slug)
    if workshop and entry.short and workshop.has_short:
        workshop = workshop.shortened()
    activities = workshop.activities if workshop else ()
    return [question.text for activity in activities if activity.is_experience for question in activity.questions]


def kept_table(settings: Config, pupils: bool = False) -> str:
    """What is kept, as a table in Markdown, with the durations in force; `pupils`: of them and their class alone."""
    with force_locale("fr"):
        kept = data_kept(settings)
    rows = [*kept.pupils, *kept.classes, *kept.adults, *kept.devices]
    if pupils:
        rows = [row for row in (*kept.pupils, *kept.classes) if row.holders not in _NOT_OF_PUPILS] + [kept.devices[0]]
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
