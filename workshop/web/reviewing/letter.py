"""The review as a letter: every sentence and every figure once, for the page, the file and the PDF alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import get_locale, gettext

from workshop import wording
from workshop.domain.activities import Source
from workshop.domain.review import Asked, Promised, Review, Said, misconceptions, ten_minutes

from . import findings
from .letter_rows import Row, rows_of


@dataclass(frozen=True)
class Figure:
    """A sentence, and the counts that it speaks of: drawn, and in a table. No rows when there is nothing to tell."""

    id: str
    title: str
    finding: str
    notes: tuple[str, ...]
    rows: tuple[Row, ...]
    total: int
    first_total: int
    now_label: str
    first_label: str | None


@dataclass(frozen=True)
class Idea:
    """A misconception that somebody still holds, what is known about it, and the sheet that takes it up."""

    idea: str
    held: str
    explanation: str
    sources: tuple[str, ...]
    sheet: str | None


@dataclass(frozen=True)
class SheetPage:
    id: str
    idea: str
    question: str
    minutes: str
    aim: str
    material: str
    steps: tuple[tuple[str, str], ...]
    likely_answers: tuple[tuple[str, str], ...]
    explanation: str
    sources: tuple[str, ...]
    closing: str
    without_phones: str
    if_confides: str


@dataclass(frozen=True)
class TenMinutes:
    why: str
    idea: str
    aim: str
    sheet: str
    minutes: str


@dataclass(frozen=True)
class Letter:
    language: str
    title: str
    lines: tuple[str, ...]
    until: str | None
    ten_minutes: TenMinutes | None
    knowledge: tuple[Figure, ...]
    limits: str
    ideas: tuple[Idea, ...]
    debates: tuple[Figure, ...]
    said: tuple[Said, ...]
    promised: tuple[Promised, ...]
    people: tuple[tuple[str, str, str], ...]
    protocol: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    nothing_lived: str
    sheets: tuple[SheetPage, ...]


def write_letter(review: Review, months: int, link_until: date | None = None) -> Letter:
    """The letter of a class, whose totals are kept so many months. `link_until` is the day on which the link that shows
    it expires; None in a file."""
    first = ten_minutes(review.asked)
    sheets = [one for one in review.asked if one.question.sheet]
    if first is not None:
        sheets.sort(key=lambda one: one is not first.asked)
    return Letter(
        language=str(get_locale()),
        title=review.title,
        lines=_lines(review),
        until=wording.day(link_until) if link_until else None,
        ten_minutes=_ten_minutes(review),
        knowledge=tuple(_figure(one) for one in review.knowledge),
        limits=gettext(
            "Ces nombres disent ce que la classe a répondu ce jour-là. Ils ne disent ni ce qui en restera dans un "
            "mois, ni ce que chacun fera."
        ),
        ideas=tuple(_idea(one) for one in misconceptions(review.asked)),
        debates=tuple(_figure(one) for one in review.debates),
        said=review.said,
        promised=review.promised,
        people=whom_to_tell(review.people),
        protocol=if_confided(review.people),
        kept=_kept(review, months, link_until),
        nothing_lived=gettext("Rien de ce que les élèves ont vécu n’est sur cette page, ni maintenant, ni plus tard."),
        sheets=tuple(_sheet(one) for one in sheets),
    )


def _lines(review: Review) -> tuple[str, ...]:
    where = [review.class_label or review.level, review.school, wording.day(review.ended_at)]
    who = []
    if review.present is not None:
        who.append(findings.present(review.present))
    if ways := findings.ways(review):
        who.append(ways)
    return tuple(" · ".join(part for part in parts if part) for parts in (where, who) if any(parts))


def _ten_minutes(review: Review) -> TenMinutes | None:
    chosen = ten_minutes(review.asked)
    if chosen is None:
        return None
    question = chosen.asked.question
    assert question.sheet is not None
    return TenMinutes(
        findings.why(chosen), question.misconception or "", question.sheet.aim, f"fiche-{question.id}",
        findings.minutes(question.sheet.minutes),
    )  # fmt: skip


def _figure(one: Asked) -> Figure:
    now_label, first_label = findings.labels(one)
    counted = one.counted
    first = one.first if one.first is not None and not one.first.withheld else None
    return Figure(
        id=one.question.id,
        title=f"{one.within} · {one.question.text}" if one.within else one.question.text,
        finding=findings.finding(one),
        notes=findings.notes(one),
        rows=rows_of(one),
        total=counted.total or 0 if counted else 0,
        first_total=first.total or 0 if first else 0,
        now_label=now_label,
        first_label=first_label if first else None,
    )


def _idea(one: Asked) -> Idea:
    question = one.question
    return Idea(
        question.misconception or "",
        findings.held(one),
        question.explanation or "",
        _sources(question.sources),
        f"fiche-{question.id}" if question.sheet else None,
    )


def _sheet(one: Asked) -> SheetPage:
    question, sheet = one.question, one.question.sheet
    assert sheet is not None
    return SheetPage(
        id=f"fiche-{question.id}",
        idea=question.misconception or "",
        question=question.text,
        minutes=findings.minutes(sheet.minutes),
        aim=sheet.aim,
        material=sheet.material,
        steps=tuple((findings.minutes(step.minutes), step.text) for step in sheet.steps),
        likely_answers=tuple((likely.heard, likely.answer) for likely in sheet.likely_answers),
        explanation=question.explanation or "",
        sources=_sources(question.sources),
        closing=sheet.closing,
        without_phones=sheet.without_phones,
        if_confides=sheet.if_confides,
    )


def _sources(sources: tuple[Source, ...]) -> tuple[str, ...]:
    """What was read, of when, and why it must be read again: a teacher repeats it on their own account."""
    found = []
    for source in sources:
        line = source.title
        if source.date:
            line += f", {wording.day(source.date)}"
        elif source.checked:
            line += ", " + gettext("lu le %(day)s", day=wording.day(source.checked))
        if source.read_again:
            line += " (" + gettext("à relire : %(why)s", why=source.read_again) + ")"
        found.append(line)
    return tuple(found)


def whom_to_tell(people: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """(number or nothing, who, where and when): the people of this school first, then the numbers."""
    found = []
    if people.get("person"):
        where = " · ".join(part for part in (people.get("place"), people.get("hours")) if part)
        found.append(("", people["person"], where))
    if people.get("deputy"):
        found.append(("", people["deputy"], gettext("en son absence")))
    return (
        *found,
        (
            "3018",
            gettext("Harcèlement et violences en ligne"),
            gettext("gratuit, anonyme, tous les jours de 9 h à 23 h ; témoins aussi"),
        ),
        ("119", gettext("Enfance en danger"), gettext("gratuit, jour et nuit")),
        ("17", gettext("Danger immédiat : la police"), gettext("ou le 114 par SMS, quand on ne peut pas parler")),
    )


def if_confided(people: Mapping[str, str]) -> tuple[str, ...]:
    """What an adult does when a pupil confides."""
    if people.get("person"):
        pass_on = gettext(
            "Le jour même, transmettez à la personne désignée, %(person)s. Notez les mots exacts, la date et l’heure, "
            "sur papier, sans interpréter.",
            person=people["person"],
        )
    else:
        pass_on = gettext(
            "Le jour même, transmettez à la direction, à la vie scolaire ou à l’équipe qui suit le harcèlement. Notez "
            "les mots exacts, la date et l’heure, sur papier, sans interpréter."
        )
    return (
        gettext("Écoutez, croyez, remerciez. N’enquêtez pas, ne demandez pas pourquoi."),
        gettext("Ne promettez pas le secret : dites à qui vous allez parler, et quand."),
        pass_on,
        gettext(
            "En cas de danger immédiat, ne laissez pas l’élève seul : prévenez l’établissement, puis le 17, le 112 ou "
            "le 15."
        ),
        gettext("Si le danger vient de la famille, ne la prévenez pas avant avis : le 119 conseille."),
        gettext("Une image intime : ne la regardez pas, ne la copiez pas. Le 3018 aide aussi les adultes."),
    )


def _kept(review: Review, months: int, link_until: date | None) -> tuple[tuple[str, str], ...]:
    until_deleted = gettext("dans la base de l’association, %(months)s mois au plus", months=months)
    words = ((gettext("Les mots retenus et la charte, sans nom"), until_deleted),)
    return (
        (
            gettext("Les réponses une par une, et ce qui reconnaissait un téléphone"),
            gettext("détruits à la fin de la séance, le %(day)s", day=wording.day(review.ended_at)),
        ),
        (gettext("Ces totaux, avant et après"), until_deleted),
        *(words if review.said or review.promised else ()),
        (
            gettext("L’atelier, la classe, l’établissement, la date, le nombre de présents, les adultes nommés ici"),
            until_deleted,
        ),
        kept_itself(link_until),
    )


def kept_itself(link_until: date | None) -> tuple[str, str]:
    """The line of a letter about itself: its link until a day, or the file."""
    if link_until:
        return gettext("Ce lien"), gettext("jusqu’au %(day)s", day=wording.day(link_until))
    return gettext("Ce document"), gettext("il est à vous : vous le gardez et le supprimez")
