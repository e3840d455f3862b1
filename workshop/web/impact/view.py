"""What the page of the association's figures is drawn from: words and lengths, made from the report alone."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext

from workshop.domain.disclosure import FLOOR
from workshop.domain.impact import Impact, Row
from workshop.domain.lived_sums import FEWEST_CLASSES, LivedChoice
from workshop.domain.statistics import CONFIDENCE
from workshop.services.reporting import Report
from workshop.wording import ngettext

from . import exit_survey as exits, tables, words
from .department_tiles import Tile, tiles


@dataclass(frozen=True)
class ChangeRow:
    """Under ten respondents there is a label and nothing else. `places` are proportions, for the drawing."""

    label: str
    over: str = ""
    before: str | None = None
    after: str | None = None
    difference: str | None = None
    span: str | None = None
    places: tuple[float, float] | None = None


@dataclass(frozen=True)
class ChangeTable:
    """`limits`: what must be known of this table alone."""

    title: str
    label: str
    before: str
    after: str
    rows: tuple[ChangeRow, ...]
    limits: str = ""


@dataclass(frozen=True)
class LivedRow:
    text: str
    span: str
    sure: str
    low: float
    high: float


@dataclass(frozen=True)
class LivedQuestion:
    """No `rows` with fewer than three classes."""

    workshop: str
    text: str
    over: str
    rows: tuple[LivedRow, ...]


@dataclass(frozen=True)
class ImpactView:
    whole_association: bool
    period: str
    counts: tuple[tuple[str, str], ...]
    answers: str
    margin: str | None
    left_out: str | None
    finding: str | None
    changes: tuple[ChangeTable, ...]
    exits: tuple[exits.ExitQuestion, ...]
    exit_limits: str
    lived: tuple[LivedQuestion, ...]
    periods: tables.Table
    departments: tables.Table
    by_department: tables.Table
    map_sentence: str
    tiles: tuple[Tile, ...]
    paragraph: str
    level: str
    floor: int = FLOOR
    fewest_classes: int = FEWEST_CLASSES


def impact_view(report: Report, narrowed: str) -> ImpactView:
    found = report.impact
    return ImpactView(
        whole_association=report.whole_association,
        period=words.period(report.filters.since, report.filters.until),
        counts=_counts(found),
        answers=words.of_people(found.participation.rate),
        margin=words.margin(found.participation),
        left_out=words.left_out(found.participation),
        finding=words.finding(found.linked) if found.linked else None,
        changes=(
            _changes(gettext("Par thème, sur les mêmes appareils"), gettext("Thème"), found.themes, words.theme),
            _changes(gettext("Par niveau, sur les mêmes appareils"), gettext("Niveau"), found.levels, words.level),
            _changes(
                gettext("Toutes les réponses, sans lien entre avant et après"),
                gettext("Façon de répondre"),
                found.channels,
                words.channels,
            ),
            _later(found),
        ),
        exits=exits.exit_questions(report),
        exit_limits=exits.limits(),
        lived=tuple(_lived(report)),
        periods=tables.periods(report),
        departments=tables.departments(found),
        by_department=tables.by_department(found),
        map_sentence=_map_sentence(found),
        tiles=tiles(found.by_department),
        paragraph=exits.text_to_paste(report, narrowed),
        level=words.percent(CONFIDENCE),
    )


def _counts(found: Impact) -> tuple[tuple[str, str], ...]:
    part = found.participation
    return (
        (words.number(part.workshops), ngettext("atelier", "ateliers", part.workshops)),
        (words.number(part.classes), ngettext("classe", "classes", part.classes)),
        (words.number(part.schools), ngettext("établissement", "établissements", part.schools)),
        (words.number(part.present), ngettext("élève présent", "élèves présents", part.present)),
    )


def _map_sentence(found: Impact) -> str:
    held = [workshops for code, workshops in found.by_department if code]
    return str(
        gettext(
            "Carte de France, un carré par département : %(workshops)s dans %(departments)s. Les nombres sont dans le "
            "tableau qui suit.",
            workshops=ngettext("%(n)s atelier", "%(n)s ateliers", sum(held), n=words.number(sum(held))),
            departments=ngettext("%(n)s département", "%(n)s départements", len(held), n=words.number(len(held))),
        )
    )


def _changes(title: str, label: str, rows: tuple[Row, ...], say: Callable[[str], str]) -> ChangeTable:
    when = words.hour()
    return ChangeTable(title, label, when.right(0), when.right(1), tuple(_row(row, say) for row in rows))


def _later(found: Impact) -> ChangeTable:
    when = words.weeks()
    limits = gettext(
        "Les classes dont l’enseignante ou l’enseignant a relancé les questions, et les élèves qui ont bien voulu y "
        "répondre : deux groupes sans lien, et peut-être pas les mêmes élèves."
    )
    rows = tuple(_row(row, words.theme) for row in found.later)
    title = gettext("Des semaines plus tard, sans lien entre les deux")
    return ChangeTable(title, gettext("Thème"), when.right(0), when.right(1), rows, limits)


def _row(row: Row, say: Callable[[str], str]) -> ChangeRow:
    label, change = words.together(tuple(say(name) for name in row.labels)), row.change
    if change is None:
        return ChangeRow(label)
    before, after = change.before.proportion, change.after.proportion
    return ChangeRow(
        label,
        over=words.over(change.classes, change.people),
        before=words.out_of(change.before),
        after=words.out_of(change.after),
        difference=words.points_in_words(change.difference) if change.difference is not None else None,
        span=words.span(change.interval) if change.interval else None,
        places=(before, after) if before is not None and after is not None else None,
    )


def _lived(report: Report) -> list[LivedQuestion]:
    found = []
    for total in report.impact.lived:
        asked = report.lived_asked[total.key]
        rows = tuple(_lived_row(choice, asked.choices[choice.id], total.respondents) for choice in total.choices)
        over = words.over(total.classes, total.respondents) if rows else ""
        found.append(LivedQuestion(asked.workshop, asked.text, over, rows))
    return found


def _lived_row(choice: LivedChoice, text: str, respondents: int) -> LivedRow:
    low, high = choice.interval.low, choice.interval.high
    return LivedRow(
        text,
        str(gettext("entre %(low)s et %(high)s", low=words.percent(low), high=words.percent(high))),
        str(
            gettext(
                "à coup sûr de %(low)s à %(high)s sur %(total)s",
                low=words.number(choice.low),
                high=words.number(choice.high),
                total=words.number(respondents),
            )
        ),
        low,
        high,
    )
