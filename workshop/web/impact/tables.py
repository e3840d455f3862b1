"""The association's figures as tables: the page draws them and the exports write them, so that they are the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import gettext

from workshop.domain.disclosure import FLOOR
from workshop.domain.impact import Change, Impact, Row
from workshop.domain.lived_sums import FEWEST_CLASSES
from workshop.domain.schools import DEPARTMENTS
from workshop.domain.statistics import CONFIDENCE, hake_gain, mcnemar_exact, mcnemar_mid_p
from workshop.services.reporting import Report

from . import words


@dataclass(frozen=True)
class Percent:
    """A proportion, 0 to 1, shown as whole per cent."""

    value: float


@dataclass(frozen=True)
class Points:
    """A difference of proportions, −1 to 1, shown as whole points."""

    value: float


@dataclass(frozen=True)
class Decimals:
    """A number that belongs to exports: a p-value, a gain."""

    value: float


Value = int | str | Percent | Points | Decimals | None


@dataclass(frozen=True)
class Column:
    """`key` names it for machines, `title` for people; `meaning` fills the data dictionary."""

    key: str
    title: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """`rows` hold a value by key; None is what was not measured, and « moins de 10 réponses » what is withheld."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Value], ...]


def shown(value: Value) -> str:
    """A value as people read it."""
    if value is None:
        return "–"
    if isinstance(value, Percent):
        return words.percent(value.value)
    if isinstance(value, Points):
        return words.points(value.value)
    if isinstance(value, Decimals):
        return words.decimals(value.value, 3)
    return words.number(value) if isinstance(value, int) else value


def tables(report: Report) -> tuple[Table, ...]:
    found = report.impact
    return (
        periods(report),
        _changes("themes", gettext("Par thème"), gettext("Thème"), found.themes, words.theme, words.hour()),
        _changes("levels", gettext("Par niveau"), gettext("Niveau"), found.levels, words.level, words.hour()),
        _changes(
            "channels", gettext("Par façon de répondre"), gettext("Façon"), found.channels, words.channels, words.hour()
        ),
        _changes("later", gettext("Semaines plus tard"), gettext("Thème"), found.later, words.theme, words.weeks()),
        departments(found),
        by_department(found),
        lived(report),
    )


def periods(report: Report) -> Table:
    """What can be compared, line by line, with the period of equal length before."""
    columns = (
        Column("figure", gettext("Nombre"), gettext("Ce qui est compté")),
        Column("period", gettext("Cette période"), words.period(report.filters.since, report.filters.until)),
        Column(
            "previous",
            gettext("Période précédente"),
            words.period(report.previous_filters.since, report.previous_filters.until),
        ),
    )
    both = (report.impact, report.previous)
    lines: list[tuple[str, list[Value]]] = [
        (gettext("Ateliers"), [one.participation.workshops for one in both]),
        (gettext("Classes"), [one.participation.classes for one in both]),
        (gettext("Établissements"), [one.participation.schools for one in both]),
        (gettext("Élèves présents (nombre saisi)"), [one.participation.present for one in both]),
        (gettext("Réponses"), [one.participation.answered for one in both]),
        (gettext("Taux de réponse"), [_part(one.participation.rate.proportion) for one in both]),
        (gettext("Paires de réponses"), [_of(one.linked, lambda change: change.before.total) for one in both]),
        (
            gettext("Bonnes réponses avant"),
            [_of(one.linked, lambda change: _part(change.before.proportion)) for one in both],
        ),
        (
            gettext("Bonnes réponses après"),
            [_of(one.linked, lambda change: _part(change.after.proportion)) for one in both],
        ),
        (gettext("Évolution, en points"), [_of(one.linked, lambda change: _points(change.difference)) for one in both]),
    ]
    rows = tuple({"figure": name, "period": now, "previous": then} for name, (now, then) in lines)
    return Table("periods", gettext("Deux périodes"), columns, rows)


def withheld() -> str:
    return str(gettext("moins de %(least)s réponses", least=FLOOR))


def _of(change: Change | None, read: Callable[[Change], Value]) -> Value:
    return withheld() if change is None else read(change)


def _part(proportion: float | None) -> Percent | None:
    return None if proportion is None else Percent(proportion)


def _points(difference: float | None) -> Points | None:
    return None if difference is None else Points(difference)


def _changes(
    name: str, title: str, what: str, rows: tuple[Row, ...], say: Callable[[str], str], moments: words.Moments
) -> Table:
    """Right answers at two moments, a line for each label."""
    measures = _measures(moments)
    columns = (
        Column("label", what, gettext("Une ligne de moins de dix élèves est regroupée avec la plus petite des autres")),
        *(Column(key, title, meaning) for key, title, meaning, _ in measures),
    )
    return Table(
        name,
        title,
        columns,
        tuple(
            {"label": words.together(tuple(say(label) for label in row.labels))}
            | {key: _of(row.change, read) for key, _, _, read in measures}
            for row in rows
        ),
    )


def _measures(moments: words.Moments) -> tuple[tuple[str, str, str, Callable[[Change], Value]], ...]:
    answers = gettext("en réponses à une question")
    interval = gettext("intervalle à %(level)s, en points", level=words.percent(CONFIDENCE))
    independent = gettext("indicatif : suppose des réponses indépendantes, ce qu’elles ne sont pas dans une classe")
    return (
        ("classes", gettext("Classes"), gettext("Classes différentes dans une année scolaire"), lambda c: c.classes),
        ("people", gettext("Élèves"), gettext("Au moins tant d’élèves différents ont répondu"), lambda c: c.people),
        ("before_right", moments.right(0), answers, lambda c: c.before.count),
        ("before_total", moments.answers(0), answers, lambda c: c.before.total),
        ("before_share", moments.share(0), answers, lambda c: _part(c.before.proportion)),
        ("after_right", moments.right(1), answers, lambda c: c.after.count),
        ("after_total", moments.answers(1), answers, lambda c: c.after.total),
        ("after_share", moments.share(1), answers, lambda c: _part(c.after.proportion)),
        (
            "difference",
            gettext("Évolution"),
            gettext("le second moment moins le premier, en points"),
            lambda c: _points(c.difference),
        ),
        ("low", gettext("De"), interval, lambda c: _points(c.interval.low if c.interval else None)),
        ("high", gettext("À"), interval, lambda c: _points(c.interval.high if c.interval else None)),
        (
            *between_classes(),
            lambda c: yes_or_no(c.by_class),
        ),
        (
            "gained",
            gettext("Faux puis juste"),
            gettext("sur les mêmes appareils"),
            lambda c: c.pairs.gained if c.pairs else None,
        ),
        (
            "lost",
            gettext("Juste puis faux"),
            gettext("sur les mêmes appareils"),
            lambda c: c.pairs.lost if c.pairs else None,
        ),
        (
            "mcnemar_exact",
            gettext("McNemar exact"),
            independent,
            lambda c: Decimals(mcnemar_exact(c.pairs.gained, c.pairs.lost)) if c.pairs else None,
        ),
        (
            "mcnemar_mid_p",
            gettext("McNemar mi-p"),
            independent,
            lambda c: Decimals(mcnemar_mid_p(c.pairs.gained, c.pairs.lost)) if c.pairs else None,
        ),
        ("hake_gain", gettext("Gain de Hake"), gettext("des moyennes ; repère, non norme"), _gain),
    )


def between_classes() -> tuple[str, str, str]:
    """Key, title and meaning of the column that says where an interval comes from."""
    meaning = gettext("L’intervalle est calculé entre classes ; non, quand il n’y en a qu’une")
    return "between_classes", gettext("Entre classes"), meaning


def yes_or_no(flag: bool) -> str:
    return str(gettext("oui") if flag else gettext("non"))


def _gain(change: Change) -> Decimals | None:
    before, after = change.before.proportion, change.after.proportion
    gain = None if before is None or after is None else hake_gain(before, after)
    return None if gain is None else Decimals(gain)


def departments(found: Impact) -> Table:
    columns = (
        Column("label", gettext("Département"), gettext("Celui de l’établissement, d’après l’intervention")),
        Column("workshops", gettext("Ateliers"), gettext("Séances commencées et terminées, hors répétitions")),
        Column("classes", gettext("Classes"), gettext("Classes différentes dans une année scolaire")),
        Column("schools", gettext("Établissements"), gettext("Établissements différents")),
        Column("present", gettext("Élèves présents"), gettext("Nombre saisi par la personne qui anime")),
        Column("answered", gettext("Réponses"), gettext("À la question qui en a reçu le plus, dans chaque séance")),
        Column("rate", gettext("Taux de réponse"), gettext("Sur les séances où le nombre de présents est utilisable")),
    )
    rows: list[Mapping[str, Value]] = []
    for row in found.departments:
        part = row.participation
        rows.append(
            {
                "label": words.together(tuple(words.department(label) for label in row.labels)),
                "workshops": part.workshops,
                "classes": part.classes,
                "schools": part.schools,
                "present": part.present,
                "answered": withheld() if row.withheld else part.answered,
                "rate": withheld() if row.withheld else _part(part.rate.proportion),
            }
        )
    return Table("departments", gettext("Par département"), columns, tuple(rows))


def by_department(found: Impact) -> Table:
    """The numbers of the map, which are also those of who cannot see it."""
    columns = (
        Column("label", gettext("Département"), gettext("Celui de l’établissement, d’après l’intervention")),
        Column("workshops", gettext("Ateliers"), gettext("Séances commencées et terminées, hors répétitions")),
    )
    rows: tuple[Mapping[str, Value], ...] = tuple(
        {"label": f"{code} · {DEPARTMENTS[code]}" if code in DEPARTMENTS else words.department(code), "workshops": held}
        for code, held in found.by_department
    )
    return Table("map", gettext("Ateliers par département"), columns, rows)


def lived(report: Report) -> Table:
    """What was published of lived experience, added up: a span and never a count."""
    interval = gettext("intervalle à %(level)s, arrondi et biais compris", level=words.percent(CONFIDENCE))
    sure = gettext("somme de ce qui est publié de chaque classe")
    columns = (
        Column("workshop", gettext("Atelier"), gettext("Titre de l’atelier")),
        Column("question", gettext("Question"), gettext("Posée sur appareil, réponses détruites à sa fermeture")),
        Column("choice", gettext("Proposition"), gettext("« Je préfère ne pas répondre » en est une")),
        Column("classes", gettext("Classes"), gettext("Classes dont un total brouillé est publié")),
        Column("respondents", gettext("Répondants"), gettext("Dans ces classes")),
        Column("low_share", gettext("De"), interval),
        Column("high_share", gettext("À"), interval),
        Column("low", gettext("Au moins"), sure),
        Column("high", gettext("Au plus"), sure),
    )
    rows: list[Mapping[str, Value]] = []
    for total in report.impact.lived:
        asked = report.lived_asked[total.key]
        same: dict[str, Value] = {"workshop": asked.workshop, "question": asked.text}
        if not total.choices:
            few = gettext("moins de %(least)s classes", least=FEWEST_CLASSES)
            rows.append(same | {column.key: few for column in columns[2:]})
        rows += [
            same
            | {
                "choice": asked.choices[choice.id],
                "classes": total.classes,
                "respondents": total.respondents,
                "low_share": Percent(choice.interval.low),
                "high_share": Percent(choice.interval.high),
                "low": choice.low,
                "high": choice.high,
            }
            for choice in total.choices
        ]
    return Table("lived", gettext("Vécu"), columns, tuple(rows))
