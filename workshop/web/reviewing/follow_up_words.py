"""What a follow-up found, in sentences and counts: two groups side by side, nobody linked, no rate and no test."""

from dataclasses import dataclass
from datetime import date

from babel.lists import format_list
from flask_babel import get_locale, gettext

from workshop.domain.follow_up import Compared
from workshop.domain.review import Asked
from workshop.services.following_up import Closed
from workshop.wording import quoted

from . import findings
from .letter import Figure
from .letter_rows import LETTERS, Row


@dataclass(frozen=True)
class ClosedPage:
    """No figures when no question has ten answers."""

    opened: date
    closed: date
    figures: tuple[Figure, ...]


def write_closed(closed: Closed) -> ClosedPage:
    figures = () if closed.withheld else tuple(_figure(one) for one in closed.compared)
    return ClosedPage(closed.opened_at.date(), closed.closed_at.date(), figures)


def _figure(one: Compared) -> Figure:
    now, then = one.now.counted, one.then.counted if one.then else None
    rows = [
        Row(
            LETTERS[place],
            choice.text,
            choice.id in one.question.expected,
            now.of(choice.id),
            then.of(choice.id) if then else None,
        )
        for place, choice in enumerate(one.question.choices)
        if now
    ]
    return Figure(
        id=one.question.id,
        title=one.question.text,
        finding=_finding(one),
        notes=_notes(one),
        rows=tuple(rows),
        total=now.total or 0 if now else 0,
        first_total=then.total or 0 if then else 0,
        now_label=gettext("Cette fois"),
        first_label=gettext("Le jour même") if then else None,
    )


def _label(one: Compared) -> str:
    """When the class had answered on the day."""
    labels = {
        "start": gettext("Au début de l’atelier"),
        "end": gettext("À la fin de l’atelier"),
        "hour": gettext("Pendant l’atelier"),
    }
    return str(labels[one.moment])


def _finding(one: Compared) -> str:
    now, then = one.now, one.then if one.then and one.then.counted else None
    if now.counted is None:
        return findings.few_answers()
    if now.question.register == "situation":
        top = max(now.question.choices, key=lambda choice: now.counted.of(choice.id) if now.counted else 0)
        said = gettext(
            "Le plus choisi cette fois : %(choice)s, %(count)s.",
            choice=quoted(top.text),
            count=_of(now, now.counted.of(top.id)),
        )
        earlier = _of(then, then.counted.of(top.id)) if then and then.counted else None
    elif now.right is not None:
        said = gettext("Bonnes réponses cette fois : %(count)s.", count=_of(now, now.right))
        earlier = _of(then, then.right) if then and then.right is not None else None
    else:
        said = gettext("Bonnes réponses cochées cette fois : %(counts)s.", counts=_ticked(now))
        earlier = _ticked(then) if then else None
    if earlier is None:
        return str(said)
    return f"{said} {_then(one, earlier)}"


def _then(one: Compared, earlier: str) -> str:
    return str(gettext("%(moment)s : %(earlier)s.", moment=_label(one), earlier=earlier))


def _of(asked: Asked, count: int) -> str:
    return str(gettext("%(count)s sur %(total)s", count=count, total=asked.counted.total if asked.counted else 0))


def _ticked(asked: Asked) -> str:
    """How often each right choice was ticked: voices do not tell who ticked them all."""
    counted = asked.counted
    counts = (
        [str(counted.of(choice)) for choice in asked.question.choice_ids if choice in asked.question.expected]
        if counted
        else []
    )
    listed = format_list(counts, locale=get_locale())
    return str(gettext("%(counts)s fois, sur %(total)s élèves", counts=listed, total=counted.total if counted else 0))


def _notes(one: Compared) -> tuple[str, ...]:
    """What must be known to read the counts."""
    if one.now.counted is None:
        return ()
    found = []
    if one.then is None:
        found.append(gettext("Cette question n’a pas été posée le jour de l’atelier."))
    elif one.then.counted is None:
        found.append(_then(one, findings.few()))
    elif one.moment == "end" and one.then.right_first is not None and one.then.first is not None:
        found.append(
            gettext(
                "Au début de l’atelier : %(right)s sur %(total)s.",
                right=one.then.right_first,
                total=one.then.first.total,
            )
        )
    if one.question.multiple:
        found.append(gettext("Plusieurs réponses étaient possibles."))
    return tuple(str(note) for note in found)
