"""What a school reads, written once: every sentence and every figure, for the page, the file and the paper alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import get_locale, gettext

from workshop import wording
from workshop.config import Config
from workshop.domain.disclosure import FLOOR
from workshop.domain.lived_sums import FEWEST_CLASSES, LivedSum
from workshop.domain.school_review import Known, KnownOf, Seen
from workshop.domain.statistics import Share
from workshop.services import schools
from workshop.services.reporting import SchoolReport
from workshop.services.schools import KnownSchool
from workshop.web.impact import words
from workshop.web.public.data_kept import contacts_until, names_until, results_until
from workshop.wording import ngettext

from . import findings
from .letter import if_confided, kept_itself, whom_to_tell


@dataclass(frozen=True)
class SeenRow:
    day: str
    label: str
    workshop: str
    present: str
    answered: str


@dataclass(frozen=True)
class KnownRow:
    """One level. `first` and `now` are proportions, for the drawing."""

    level: str
    over: str
    before: str
    after: str
    first: float
    now: float


@dataclass(frozen=True)
class KnownPart:
    """One workshop. No `finding` and no rows where nothing may be told."""

    workshop: str
    finding: str
    rows: tuple[KnownRow, ...]
    questions: tuple[str, ...]
    left_out: str | None


@dataclass(frozen=True)
class LivedRow:
    """A choice, its range in words, and where the range lies as proportions, for the drawing."""

    text: str
    range: str
    low: float
    high: float


@dataclass(frozen=True)
class LivedPart:
    """A question. No rows with fewer than three classes."""

    text: str
    over: str
    rows: tuple[LivedRow, ...]


@dataclass(frozen=True)
class SchoolLetter:
    language: str
    title: str
    lines: tuple[str, ...]
    until: str | None
    seen: tuple[SeenRow, ...]
    knowledge: tuple[KnownPart, ...]
    limits: str
    lived: tuple[LivedPart, ...]
    lived_limits: str
    people: tuple[tuple[str, str, str], ...]
    protocol: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]


def write_school_letter(
    school: KnownSchool, report: SchoolReport, settings: Config, link_until: date | None = None
) -> SchoolLetter:
    """The letter of a school. `link_until` is the day on which the link that shows it expires; None in a file."""
    people = schools.people_of(school.listeners)
    return SchoolLetter(
        language=str(get_locale()),
        title=school.entry.name,
        lines=_lines(school, report),
        until=wording.day(link_until) if link_until else None,
        seen=tuple(_seen(one, report.titles) for one in report.review.seen),
        knowledge=tuple(_known(one, report) for one in report.review.knowledge),
        limits=gettext(
            "On compte ici des réponses à une question, et non des élèves. Ces nombres disent ce qui a bougé pendant "
            "l’heure, sans groupe témoin : ils ne disent ni pourquoi, ni ce qui en restera dans un mois. Aucune classe "
            "n’est comparée à une autre."
        ),
        lived=tuple(lived_part(one, report) for one in report.review.lived),
        lived_limits=gettext(
            "Brouillé exprès pour protéger chacun : dans chaque classe, les nombres ont été arrondis au hasard à la "
            "fermeture de la question, et les vrais détruits. Le vrai total est dans la fourchette, à coup sûr ; "
            "personne ne sait où."
        ),
        people=whom_to_tell(people),
        protocol=if_confided(people),
        kept=_kept(settings, link_until),
    )


def _lines(school: KnownSchool, report: SchoolReport) -> tuple[str, ...]:
    seen, present = report.review.seen, report.review.present
    held = []
    if seen:
        first, last = seen[0].day, seen[-1].day
        held.append(ngettext("%(num)s séance", "%(num)s séances", len(seen)))
        held.append(
            gettext("le %(day)s", day=wording.day(first))
            if first == last
            else gettext("du %(since)s au %(until)s", since=wording.day(first), until=wording.day(last))
        )
    if present:
        held.append(findings.present(present) + " " + gettext("(nombre saisi sur place)"))
    where = [part for part in (school.entry.town, school.entry.uai) if part]
    return tuple(" · ".join(parts) for parts in (where, held) if parts)


def _seen(one: Seen, titles: Mapping[str, str]) -> SeenRow:
    return SeenRow(
        day=wording.day(one.day),
        label=one.class_label or one.level or gettext("Classe non précisée"),
        workshop=titles[one.slug],
        present=gettext("non saisi") if one.present is None else words.number(one.present),
        answered=_few() if one.answered is None else words.number(one.answered),
    )


def _few() -> str:
    return str(gettext("moins de %(least)s", least=FLOOR))


def _known(one: KnownOf, report: SchoolReport) -> KnownPart:
    before, after = _sum(level.before for level in one.levels), _sum(level.after for level in one.levels)
    finding = gettext(
        "Bonnes réponses juste après : %(after)s ; avant : %(before)s.",
        after=words.out_of(after),
        before=words.out_of(before),
    )
    return KnownPart(
        workshop=report.titles[one.slug],
        finding=finding if one.levels else "",
        rows=tuple(_level(level) for level in one.levels),
        questions=report.asked[one.slug],
        left_out=ngettext(
            "%(num)s séance n’y est pas : moins de dix réponses, avant ou après.",
            "%(num)s séances n’y sont pas : moins de dix réponses, avant ou après.",
            one.left_out,
        )
        if one.left_out
        else None,
    )


def _level(one: Known) -> KnownRow:
    return KnownRow(
        words.level(one.level),
        ngettext("%(num)s séance", "%(num)s séances", one.live_sessions),
        words.out_of(one.before),
        words.out_of(one.after),
        one.before.proportion or 0.0,
        one.after.proportion or 0.0,
    )


def _sum(shares: Iterable[Share]) -> Share:
    found = list(shares)
    return Share(sum(share.count for share in found), sum(share.total for share in found))


def lived_part(total: LivedSum, report: SchoolReport) -> LivedPart:
    """What the page says of a question on lived experience, all classes of the school together."""
    asked, of = report.lived_asked[total.key], total.respondents
    rows = tuple(
        LivedRow(
            asked.choices[choice.id],
            gettext(
                "entre %(low)s et %(high)s élèves sur %(total)s",
                low=words.number(choice.low),
                high=words.number(choice.high),
                total=words.number(of),
            ),
            choice.low / of,
            choice.high / of,
        )
        for choice in total.choices
    )
    few = gettext("Moins de %(least)s classes : rien n’est montré.", least=FEWEST_CLASSES)
    return LivedPart(asked.text, words.over(total.classes, of) if rows else few, rows)


def _kept(settings: Config, link_until: date | None) -> tuple[tuple[str, str], ...]:
    return (
        (
            gettext("Les réponses une par une, et ce qui reconnaissait un téléphone"),
            gettext("détruits à la fin de chaque séance ; pour le vécu, à la fermeture de la question"),
        ),
        (
            gettext("Les totaux de cette page, la date, l’atelier, le niveau, le nombre de présents"),
            results_until(settings),
        ),
        (gettext("Le nom des classes"), names_until(settings)),
        (
            gettext("Les adultes nommés ici"),
            contacts_until(settings),
        ),
        kept_itself(link_until),
    )
