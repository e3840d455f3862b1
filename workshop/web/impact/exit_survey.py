"""The exit survey in the association's figures: its table for the exports, its sentences, and what the page draws."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext

from workshop.domain.exit_sums import Answers, ExitSum, Part
from workshop.domain.statistics import CONFIDENCE
from workshop.services.reporting import Report
from workshop.wording import quoted

from . import words
from .tables import Column, Percent, Table, Value, between_classes, withheld, yes_or_no


@dataclass(frozen=True)
class ExitRow:
    """One answer: « 120 sur 260 (46 %) », its interval, and its proportion for the drawing."""

    text: str
    said: str
    span: str
    proportion: float


@dataclass(frozen=True)
class ExitSide:
    """One moment of a question. No `rows` under ten answers."""

    title: str
    over: str
    rows: tuple[ExitRow, ...]


@dataclass(frozen=True)
class ExitQuestion:
    """`texts` are the wordings of each age. `source` says which workshop and version of the survey asked it."""

    texts: tuple[str, ...]
    source: str
    finding: str
    sides: tuple[ExitSide, ...]


def exit_questions(report: Report) -> tuple[ExitQuestion, ...]:
    return tuple(
        ExitQuestion(
            texts=_texts(report, total),
            source=_source(report, total),
            finding=finding(report, total),
            sides=tuple(
                _side(moment, found, _names(report, total, measure)) for measure, moment, found in _sides(total)
            ),
        )
        for total in report.impact.exits
    )


def _sides(total: ExitSum) -> list[tuple[str, str, Answers | None]]:
    """(Name for machines, for people, answers) of each moment."""
    if not total.key.is_paired:
        return [("after", gettext("À la sortie"), total.after)]
    return [
        ("before", gettext("À l’accueil"), total.before),
        ("after", gettext("À la sortie"), total.after),
        ("moved", gettext("De l’accueil à la sortie, sur le même appareil"), total.moved),
    ]


def _texts(report: Report, total: ExitSum) -> tuple[str, ...]:
    return tuple(asked.text for asked in report.exit_asked[total.key])


def _source(report: Report, total: ExitSum) -> str:
    version = gettext("questions de sortie, version %(n)s", n=total.key.version)
    if not total.key.is_paired:
        return str(gettext("Tous les ateliers, %(version)s", version=version))
    return f"{report.exit_asked[total.key][0].workshop}, {version}"


def _names(report: Report, total: ExitSum, measure: str) -> Mapping[str, str]:
    if measure != "moved":
        return report.exit_asked[total.key][0].choices
    return {
        "lower": gettext("Réponse plus basse"),
        "same": gettext("Même réponse"),
        "higher": gettext("Réponse plus haute"),
    }


def _side(title: str, found: Answers | None, names: Mapping[str, str]) -> ExitSide:
    if found is None:
        return ExitSide(title, "", ())
    return ExitSide(
        title,
        words.over(found.classes, found.people),
        tuple(
            ExitRow(names[part.name], words.out_of(part.share), _span(part), part.share.count / part.share.total)
            for part in found.parts
        ),
    )


def _span(part: Part) -> str:
    low, high = words.percent(part.interval.low), words.percent(part.interval.high)
    return str(gettext("de %(low)s à %(high)s", low=low, high=high))


def finding(report: Report, total: ExitSum) -> str:
    """One sentence: what most answered, or on the same phones how many went higher, stayed, went lower."""
    if total.key.is_paired:
        return _movement(total.moved)
    if total.after is None:
        return withheld()[:1].upper() + withheld()[1:] + "."
    names, most = _names(report, total, "after"), total.after.most_given
    if len(most) == 1:
        said = gettext("Réponse la plus donnée : %(name)s, %(share)s.", name=quoted(names[most[0].name]),
                       share=words.out_of(most[0].share))  # fmt: skip
    else:
        listed = gettext(" et ").join(quoted(names[part.name]) for part in most)
        said = gettext("Réponses les plus données : %(names)s, %(share)s chacune.", names=listed,
                       share=words.out_of(most[0].share))  # fmt: skip
    return str(said)


def _movement(moved: Answers | None) -> str:
    if moved is None:
        return str(gettext("Moins de dix élèves ont répondu deux fois sur le même appareil."))
    lower, same, higher = (part.share for part in moved.parts)
    return str(
        gettext(
            "Sur le même appareil, à la sortie : réponse plus haute pour %(higher)s, la même pour %(same)s, plus basse "
            "pour %(lower)s.",
            higher=words.out_of(higher),
            same=words.number(same.count),
            lower=words.number(lower.count),
        )
    )


def text_to_paste(report: Report, narrowed: str) -> str:
    """For an annual report: the figures of the period, and what pupils said of it."""
    return f"{words.paragraph(report, narrowed)} {_said(report)}".strip()


def _said(report: Report) -> str:
    """Nothing where nothing reaches ten answers."""
    shown = [total for total in report.impact.exits if (total.moved if total.key.is_paired else total.after)]
    if not shown:
        return ""
    said = [
        f"{quoted(' / '.join(_texts(report, total)))} ({_source(report, total)}). {finding(report, total)}"
        for total in shown
    ]
    return " ".join([gettext("Ce que les élèves en disent à la sortie."), *said, limits()])


def limits() -> str:
    return str(
        gettext(
            "Ce sont des avis, donnés juste après l’heure par les élèves qui l’ont bien voulu : ce qu’ils déclarent, "
            "non ce qu’ils feront. Sans groupe témoin, rien ne dit ce qui les a fait changer."
        )
    )


def exit_table(report: Report) -> Table:
    """A line for each answer of each moment."""
    interval = gettext("intervalle à %(level)s de la part", level=words.percent(CONFIDENCE))
    of_moment = gettext("à ce moment, à cette question")
    columns = (
        Column("question", gettext("Question"), gettext("Dans les mots de chaque âge, séparés par une barre")),
        Column("source", gettext("Origine"), gettext("Atelier et version : deux versions ne s’ajoutent pas")),
        Column("moment", gettext("Moment"), gettext("Sur le même appareil : l’effectif est celui des paires")),
        Column("choice", gettext("Réponse"), gettext("Avec « Je préfère ne pas répondre », sauf sur le même appareil")),
        Column("classes", gettext("Classes"), gettext("Classes différentes dans une année scolaire")),
        Column("people", gettext("Élèves"), gettext("Au moins tant d’élèves différents ont répondu")),
        Column("count", gettext("Réponses"), of_moment),
        Column("total", gettext("Sur"), of_moment),
        Column("share", gettext("Part"), of_moment),
        Column("low_share", gettext("De"), interval),
        Column("high_share", gettext("À"), interval),
        Column(*between_classes()),
    )  # fmt: skip
    rows: list[Mapping[str, Value]] = []
    for total in report.impact.exits:
        for measure, moment, found in _sides(total):
            same: dict[str, Value] = {
                "question": " / ".join(_texts(report, total)),
                "source": _source(report, total),
                "moment": moment,
            }
            if found is None:
                rows.append(same | {column.key: withheld() for column in columns[3:]})
                continue
            names = _names(report, total, measure)
            rows += [same | _values(names[part.name], found, part) for part in found.parts]
    return Table("exit", gettext("Questions de sortie"), columns, tuple(rows))


def _values(name: str, found: Answers, part: Part) -> dict[str, Value]:
    return {
        "choice": name,
        "classes": found.classes,
        "people": found.people,
        "count": part.share.count,
        "total": part.share.total,
        "share": Percent(part.share.count / part.share.total),
        "low_share": Percent(part.interval.low),
        "high_share": Percent(part.interval.high),
        "between_classes": yes_or_no(part.by_class),
    }
