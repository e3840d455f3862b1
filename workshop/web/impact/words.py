"""How the association's figures are said: numbers as they are written, and sentences that claim no more than they know.

Rounded here and nowhere else, half up, so that the page, its text and its exports cannot differ.
"""

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from flask_babel import format_date, format_decimal, format_percent, gettext

from workshop.domain.impact import Change, Participation
from workshop.domain.statistics import CONFIDENCE, Interval, Share
from workshop.services.reporting import Report
from workshop.storage.held_sessions import NO_DEPARTMENT
from workshop.wording import ngettext


@dataclass(frozen=True)
class Moments:
    """The two moments that a table compares, as they end a heading: « avant », « après »."""

    names: tuple[str, str]

    def right(self, place: int) -> str:
        return str(gettext("Justes %(when)s", when=self.names[place]))

    def answers(self, place: int) -> str:
        return str(gettext("Réponses %(when)s", when=self.names[place]))

    def share(self, place: int) -> str:
        return str(gettext("Part %(when)s", when=self.names[place]))


def hour() -> Moments:
    return Moments((gettext("avant"), gettext("après")))


def weeks() -> Moments:
    """Of a follow-up."""
    return Moments((gettext("à la fin"), gettext("plus tard")))


def rounded(value: float, digits: int = 0) -> Decimal:
    """Half up, as one rounds by hand: 62.5 is 63."""
    return Decimal(repr(round(value, 9))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def number(value: int) -> str:
    return str(format_decimal(value))


def decimals(value: float, digits: int) -> str:
    return str(format_decimal(rounded(value, digits), format=f"0.{'0' * digits}"))


def percent(proportion: float) -> str:
    return str(format_percent(rounded(100 * proportion) / 100))


def points(difference: float) -> str:
    """A difference of proportions in points, with its sign: +29, −3, 0."""
    whole = rounded(100 * difference)
    return f"{'+' if whole > 0 else '−' if whole < 0 else ''}{abs(whole)}"


def points_in_words(difference: float) -> str:
    count = int(abs(rounded(100 * difference)))
    return str(ngettext("%(signed)s point", "%(signed)s points", count, signed=points(difference)))


def day(date: datetime.date) -> str:
    """1er septembre 2026: CLDR gives the ordinal of the first in full dates alone."""
    written = str(format_date(date, "d MMMM y"))
    if date.day != 1:
        return written
    return str(gettext("1er %(rest)s", rest=written.removeprefix("1 ")))


def period(since: datetime.date, until: datetime.date) -> str:
    return str(gettext("Du %(since)s au %(until)s", since=day(since), until=day(until)))


def of_people(share: Share) -> str:
    """« 127 réponses sur 200 personnes (64 %) »: the association's own sentence. Without anybody, only the answers."""
    answers = ngettext("%(n)s réponse", "%(n)s réponses", share.count, n=number(share.count))
    if not share.total:
        return str(answers)
    people = ngettext("%(n)s personne", "%(n)s personnes", share.total, n=number(share.total))
    part = percent(share.count / share.total)
    return str(gettext("%(answers)s sur %(people)s (%(part)s)", answers=answers, people=people, part=part))


def margin(found: Participation) -> str | None:
    """The finite-population margin with its condition, never one without the other; None where it says nothing."""
    if found.margin is None:
        return None
    width = f"±\u00a0{decimals(100 * found.margin, 1)}"
    people = ngettext("pour cette personne", "pour ces %(n)s personnes", found.rate.total, n=number(found.rate.total))
    return str(
        gettext(
            "Si les répondants étaient tirés au hasard, la marge serait de %(width)s points à %(level)s %(people)s.",
            width=width,
            level=percent(CONFIDENCE),
            people=people,
        )
    )


def left_out(found: Participation) -> str | None:
    """Live sessions that the rate does not know."""
    if not found.left_out:
        return None
    return str(
        ngettext(
            "%(n)s séance est laissée de côté : le nombre de présents n’y est pas saisi, ou il est inférieur aux "
            "réponses.",
            "%(n)s séances sont laissées de côté : le nombre de présents n’y est pas saisi, ou il est inférieur aux "
            "réponses.",
            found.left_out,
            n=number(found.left_out),
        )
    )


def out_of(share: Share) -> str:
    """412 sur 780 (53 %)."""
    part = percent(share.count / share.total) if share.total else "–"
    return str(
        gettext("%(count)s sur %(total)s (%(part)s)", count=number(share.count), total=number(share.total), part=part)
    )


def over(classes: int, people: int) -> str:
    """12 classes, 274 élèves."""
    said = ngettext("%(n)s classe", "%(n)s classes", classes, n=number(classes))
    pupils = ngettext("%(n)s élève", "%(n)s élèves", people, n=number(people))
    return f"{said}, {pupils}"


def span(interval: Interval) -> str:
    """In points: de +22 à +36."""
    return str(gettext("de %(low)s à %(high)s", low=points(interval.low), high=points(interval.high)))


def finding(change: Change) -> str:
    """One sentence: counts first, then per cent, then the change with its interval and what it was computed over."""
    answers = gettext(
        "Bonnes réponses juste après : %(after)s ; avant : %(before)s.",
        after=out_of(change.after),
        before=out_of(change.before),
    )
    return f"{answers} {evolution(change)}"


def evolution(change: Change) -> str:
    if change.difference is None or change.interval is None:
        return str(gettext("L’évolution ne peut pas être calculée."))
    how = (
        ngettext("calculé entre %(n)s classe", "calculé entre %(n)s classes", change.classes, n=number(change.classes))
        if change.by_class
        else gettext("une seule classe, calculé comme si les élèves étaient indépendants")
    )
    return str(
        gettext(
            "Évolution : %(points)s (intervalle à %(level)s : %(span)s ; %(how)s).",
            points=points_in_words(change.difference),
            level=percent(CONFIDENCE),
            span=span(change.interval),
            how=how,
        )
    )


def theme(name: str) -> str:
    said = {"cyberharcelement": gettext("Cyberharcèlement"), "e-reputation": gettext("E-réputation")}
    return str(said.get(name, name))


def level(name: str) -> str:
    return name or str(gettext("Niveau non indiqué"))


def department(name: str) -> str:
    return str(gettext("Département non indiqué")) if name in ("", NO_DEPARTMENT) else name


def channels(names: str) -> str:
    """The ways in which a class answered, joined by « + » in the figures."""
    words = {
        "phone": gettext("appareils"), "hand": gettext("mains levées"), "card": gettext("cartes"),
        "turns": gettext("appareils à tour de rôle"), "group": gettext("groupes à une seule voix"),
    }  # fmt: skip
    *first, last = [words.get(name, name) for name in reversed(names.split("+"))]
    text = str(gettext(" et ")).join([*([", ".join(first)] if first else []), last])
    return text[:1].upper() + text[1:]


def together(labels: tuple[str, ...]) -> str:
    """The name of a row; of several that were too small to stand alone."""
    if len(labels) == 1:
        return labels[0]
    return str(gettext("%(labels)s (regroupés)", labels=", ".join(labels)))


def classes_and_schools(found: Participation) -> str:
    """48 ateliers dans 40 classes de 12 établissements."""
    said = [
        ngettext("%(n)s atelier", "%(n)s ateliers", found.workshops, n=number(found.workshops)),
        ngettext("dans %(n)s classe", "dans %(n)s classes", found.classes, n=number(found.classes)),
    ]
    if found.schools:
        said.append(
            ngettext("de %(n)s établissement", "de %(n)s établissements", found.schools, n=number(found.schools))
        )
    return " ".join(said)


def paragraph(report: Report, narrowed: str) -> str:
    """What may be pasted in an annual report. `narrowed` says which filters are set, or nothing."""
    found = report.impact.participation
    when = period(report.filters.since, report.filters.until) + (f" ({narrowed})" if narrowed else "")
    first = f"{when} : {classes_and_schools(found)}"
    if found.present:
        present = ngettext("%(n)s élève présent", "%(n)s élèves présents", found.present, n=number(found.present))
        first += ", " + gettext("devant %(present)s (nombre saisi sur place)", present=present)
    said = [first + "."]
    if found.rate.total:
        said.append(of_people(found.rate) + ".")
    if report.impact.linked:
        said += [
            gettext("Aux mêmes questions posées au début et à la fin de l’heure, sur les mêmes appareils :"),
            finding(report.impact.linked)[0].lower() + finding(report.impact.linked)[1:],
            gettext(
                "Ces nombres décrivent une évolution juste après la séance : sans groupe témoin, ils ne disent ni sa "
                "cause ni sa durée."
            ),
        ]
    return " ".join(said)
