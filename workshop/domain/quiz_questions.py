"""The questions of a quiz file, whatever activity they belong to: their choices, what is expected, and the sources."""

import datetime
from collections import Counter
from dataclasses import replace
from typing import cast

from .activities import (
    CERTAINTY,
    FALSE,
    PREFER_NOT,
    PREFER_NOT_TEXT,
    SCALE_STEPS,
    TRUE,
    Choice,
    Form,
    Question,
    Register,
    Source,
)
from .quiz_checks import check_question
from .quiz_fields import ID, Reader
from .quiz_sheet import read_sheet

# Two laws of August 2026 changed what had been read before: such a source must be read again, and say so.
LAW_CHANGED_ON = datetime.date(2026, 8, 24)
MOST_PLACES = 21  # numbers that an estimate offers: more could not be read on a screen, nor counted by hand


def read_sources(r: Reader) -> tuple[Source, ...]:
    return tuple(_source(s) for s in r.tables("sources"))


def _source(r: Reader) -> Source:
    source = Source(
        title=r.text("title", required=True),
        date=r.date("date"),
        url=r.optional_text("url"),
        checked=r.date("checked"),
        confidence="B" if r.one_of("confidence", ("A", "B"), required=False) == "B" else "A",
        law=r.boolean("law"),
        read_again=r.optional_text("read_again"),
    )
    if source.date is None and not source.read_again:
        r.fail("date", "donnez la date de la page ou du texte ; si elle manque, dites-le dans « read_again ».")
    if source.law and not source.read_again and (source.date is None or source.date < LAW_CHANGED_ON):
        r.fail("read_again", "ce texte de loi a été lu avant le 24 août 2026 : dites pourquoi il faut le relire.")
    r.finish()
    return source


def read_question(r: Reader, question_id: str, register: str, kind: str) -> Question:
    """The question of an activity, or one of the paired ones: they are written alike."""
    choices, expected = _offered(r, kind)
    misconception = r.optional_text("misconception")
    question = Question(
        id=question_id,
        text=r.text("text", required=True),
        register=cast("Register", register or "situation"),
        choices=choices,
        multiple=r.boolean("multiple") if kind == "choice" else False,
        form=_form(kind),
        expected=frozenset() if kind == "order" else frozenset(expected),
        right_order=expected if kind == "order" else (),
        explanation=r.optional_text("explanation"),
        sources=read_sources(r),
        misconception=misconception,
        sheet=read_sheet(r, register, misconception),
        rounds=r.integer("rounds", 1, 2, default=1),
        certainty=r.boolean("certainty") if kind in ("choice", "true_false") else False,
    )
    check_question(r, question)
    if register == "experience":
        return replace(question, choices=(*choices, Choice(PREFER_NOT, PREFER_NOT_TEXT)))
    return question


def read_estimate(r: Reader, question_id: str) -> Question:
    """A number to guess, on a grid; what is right is the place of the grid that is nearest to the source's number."""
    low, high = r.integer("from", 0, 1_000_000), r.integer("to", 1, 1_000_000)
    step = r.integer("step", 1, 1_000_000)
    if high <= low or (high - low) % step or (high - low) // step >= MOST_PLACES:
        r.fail(
            "step", f"de « from » à « to » par pas de « step », il faut tomber juste, en {MOST_PLACES} nombres au plus."
        )
        low, high, step = 0, 100, 10
    places = range(low, high + 1, step)
    figure = r.number("figure")
    if not low <= figure <= high:
        r.fail("figure", f"le chiffre de la source doit être entre {low} et {high}.")
    nearest = min(places, key=lambda place: abs(place - figure))
    question = Question(
        id=question_id,
        text=r.text("text", required=True),
        register="knowledge",
        choices=tuple(Choice(str(place), str(place)) for place in places),
        form="estimate",
        expected=frozenset({str(nearest)}),
        figure=figure,
        unit=r.text("unit", required=True),
        explanation=r.optional_text("explanation"),
        sources=read_sources(r),
    )
    check_question(r, question)
    return question


def _form(kind: str) -> Form:
    return cast("Form", kind) if kind in ("scale", "order") else "choice"


def _offered(r: Reader, kind: str) -> tuple[tuple[Choice, ...], tuple[str, ...]]:
    if kind == "scale":
        return tuple(Choice(str(step), str(step)) for step in range(1, SCALE_STEPS + 1)), ()
    if kind == "true_false":
        pair = (Choice(TRUE, "Vrai"), Choice(FALSE, "Faux"))
        if "expected" not in r.table:
            r.asked.add("expected")
            return pair, ()
        return pair, ((TRUE,) if r.boolean("expected") else (FALSE,))
    choices = read_choices(r)
    expected = r.texts("expected")
    for wanted in expected:
        if wanted not in {choice.id for choice in choices}:
            r.fail("expected", f"« {wanted} » n’est l’identifiant d’aucune proposition.")
    return choices, expected


def read_choices(r: Reader, name: str = "choices", most: int = 6) -> tuple[Choice, ...]:
    """From 2 to `most` choices, each with an id of its own."""
    choices = tuple(_choice(c) for c in r.tables(name, required=True))
    if not 2 <= len(choices) <= most:
        r.fail(name, f"il faut de 2 à {most} propositions (lu : {len(choices)}).")
    check_ids(r, name, [choice.id for choice in choices])
    return choices


def check_ids(r: Reader, name: str, ids: list[str]) -> None:
    for one, times in Counter(ids).items():
        if times > 1:
            r.fail(name, f"« {one} » sert {times} fois : un identifiant par proposition.")


def _choice(r: Reader) -> Choice:
    choice = Choice(
        r.text("id", required=True), r.text("text", required=True), r.optional_text("takeaway"), read_sources(r)
    )
    check_id(r, choice.id)
    r.finish()
    return choice


def check_id(r: Reader, one: str) -> None:
    if not ID.fullmatch(one):
        r.fail("id", "utilisez des minuscules sans accent, des chiffres et des tirets.")
    if one in CERTAINTY:
        r.fail("id", f"« {one} » est réservé.")
