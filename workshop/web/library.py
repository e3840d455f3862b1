"""The workshops of the library's folder, as pages for adults name and describe them."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path

from flask_babel import get_locale, gettext

from workshop.domain.activities import Workshop
from workshop.domain.quiz_format import rename
from workshop.services import catalogue
from workshop.services.interventions import InterventionEntry
from workshop.storage.quiz_files import find_quizzes

from .settings import config

SHORT = ":court"  # after a workshop's slug, in a form: its short variant


def workshops() -> dict[str, Workshop]:
    """By slug, in the reader's language where there is one, else in French, with the story's own first names."""
    folder = config().quizzes
    stamps = tuple((str(path), path.stat().st_mtime_ns) for path in sorted(folder.glob("*/*.toml")))
    wanted = str(get_locale() or "fr")
    found: dict[str, Workshop] = {}
    for workshop in sorted(_read(folder, stamps), key=lambda w: (w.slug, w.language != wanted, w.language != "fr")):
        found.setdefault(workshop.slug, workshop)
    return found


@lru_cache(maxsize=2)
def _read(folder: Path, _stamps: tuple[tuple[str, int], ...]) -> tuple[Workshop, ...]:
    """Read again when a file changes: parsing takes a while."""
    return tuple(rename(quiz.workshop, {}) for quiz in find_quizzes(folder) if quiz.workshop)


def known(account_id: int | None = None, also: str = "") -> dict[str, Workshop]:
    """The files, and what was published in the browser: all of it, to be named, or what this account may use."""
    found = workshops()
    for quiz in catalogue.published(config().quizzes, account_id, also, withdrawn=account_id is None):
        if quiz.workshop:
            found.setdefault(quiz.slug, rename(quiz.workshop, {}))
    return found


def namer() -> Callable[[InterventionEntry], str]:
    """Names the workshops of a page's visits; what was published is read once for all of them."""
    return partial(_named, known())


def _named(workshops: Mapping[str, Workshop], entry: InterventionEntry) -> str:
    """Whole or short, with its minutes; its slug when it is no longer in the folder."""
    workshop = workshops.get(entry.slug)
    if workshop is None:
        return entry.slug
    if entry.short and workshop.has_short:
        return short_name(workshop)
    return whole_name(workshop)


def whole_name(workshop: Workshop) -> str:
    return str(gettext("%(title)s (%(minutes)s min)", title=workshop.title, minutes=workshop.minutes))


def short_name(workshop: Workshop) -> str:
    minutes = workshop.shortened().minutes
    return str(gettext("%(title)s, variante courte (%(minutes)s min)", title=workshop.title, minutes=minutes))


def offered(account_id: int, also: str = "") -> dict[str, str]:
    """What this account may plan a visit with: values of a form, and their names. A short variant follows its own."""
    found: dict[str, str] = {}
    for slug, workshop in known(account_id, also).items():
        found[slug] = whole_name(workshop)
        if workshop.has_short:
            found[slug + SHORT] = short_name(workshop)
    return found
