"""The facilitator's booklet: a whole workshop on paper, for the train that leads to the school, and for the class."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, make_response
from flask_babel import force_locale, gettext, lazy_gettext as _
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock, wording
from workshop.config import ROOT
from workshop.domain.activities import Activity, Notes, Question, Source, Workshop
from workshop.domain.errors import NotFound
from workshop.domain.quiz_format import rename
from workshop.extensions import db
from workshop.pdf import has_pdf, make_pdf
from workshop.services import catalogue, drafting, publishing
from workshop.services.publishing import Incomplete
from workshop.storage.models import Account
from workshop.web.identity import desk_required
from workshop.web.settings import config

from .drafts import DRAFT
from .fields import NOTES, REGISTERS
from .kinds import KINDS

bp = Blueprint("booklet", __name__)
TEMPLATE = ROOT / "templates" / "authoring" / "livret.typ"
_KINDS = {kind: name for kind, (name, _what) in KINDS.items()} | {"exit": _("Questions de sortie")}
_LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Line:
    """One activity in the run of show: from which minute to which."""

    start: int
    end: int
    activity: Activity


@bp.get(f"{DRAFT}/livret.pdf")
@desk_required
def of_draft(account: Account, draft_id: int) -> AnyResponse:
    """Of a draft that is complete; raises Incomplete."""
    draft = drafting.readable(draft_id, account.id)
    quiz = publishing.read(draft, config().quizzes)
    db.session.rollback()
    if quiz.workshop is None:
        raise Incomplete
    return _paper(quiz.workshop)


@bp.get("/ateliers/<slug>/livret.pdf")
@desk_required
def of_library(account: Account, slug: str) -> AnyResponse:
    """Of a file, or of a version that this account may use."""
    quizzes = catalogue.quizzes(config().quizzes, account.id)
    db.session.rollback()
    found = next((quiz.workshop for quiz in quizzes if quiz.slug == slug and quiz.workshop), None)
    if found is None:
        raise NotFound
    return _paper(found)


def _paper(workshop: Workshop) -> AnyResponse:
    if not has_pdf():
        abort(404)
    # In the workshop's own language: headings and texts are read together.
    with force_locale(workshop.language if workshop.language in ("fr", "en") else "fr"):
        response = make_response(make_pdf(TEMPLATE, booklet(workshop), clock.now()))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="livret-{workshop.slug}.pdf"'
    return response


def booklet(workshop: Workshop) -> dict[str, Any]:
    """What the paper says, with the story's first names in their places. Needs an application context."""
    workshop = rename(workshop, {})
    run, minute = [], 0
    for activity in workshop.activities:
        run.append(Line(minute, minute + activity.minutes, activity))
        minute += activity.minutes
    return {
        "language": workshop.language,
        "title": workshop.title,
        "facts": [
            ", ".join(workshop.levels),
            gettext("%(minutes)s minutes", minutes=workshop.minutes),
            gettext("relu le %(day)s", day=wording.day(workshop.reviewed_on)),
        ],
        "summary": workshop.summary,
        "lists": [
            {"title": title, "items": items}
            for title, items in (
                (gettext("Objectifs"), list(workshop.objectives)),
                (gettext("« Je me sens capable de… »"), [able.text for able in workshop.able]),
                (gettext("À apporter"), list(workshop.material)),
                (gettext("Les prénoms de l’histoire"), list(workshop.names.values())),
                (gettext("Compétences visées"), [*workshop.crcn, *workshop.emc]),
            )
            if items
        ],
        "room": _labelled(
            (gettext("La salle"), workshop.room.setup),
            (gettext("Avec la vie scolaire"), workshop.room.relay),
            (gettext("L’adulte présent"), workshop.room.adult),
        ),
        "hour": _labelled(
            (gettext("Sans téléphone"), workshop.without_phones),
            (gettext("Pour en parler à la maison"), workshop.family),
        ),
        "run": [
            {
                "when": f"{line.start}–{line.end}",
                "title": line.activity.title,
                "kind": str(_KINDS.get(line.activity.kind, "")),
                "minutes": line.activity.minutes,
                "optional": line.activity.optional,
                "short": line.activity.short_minutes,
            }
            for line in run
        ],
        "has_short": workshop.has_short,
        "activities": [_activity(line, workshop) for line in run],
        "read_again": [
            {"title": source.title, "why": source.read_again} for source in workshop.sources_to_read_again
        ],
        "words": _words(),
    }  # fmt: skip


def _labelled(*pairs: tuple[str, str | None]) -> list[dict[str, str]]:
    return [{"label": str(label), "text": text} for label, text in pairs if text]


def _activity(line: Line, workshop: Workshop) -> dict[str, Any]:
    activity = line.activity
    sources = [*activity.sources]
    for question in activity.questions:
        sources += [*question.sources, *(source for choice in question.choices for source in choice.sources)]
    alone = len(activity.questions) == 1
    return {
        "when": f"{line.start}–{line.end}",
        "minutes": activity.minutes,
        "kind": str(_KINDS.get(activity.kind, "")),
        "title": activity.title,
        "optional": activity.optional,
        "text": None if alone and activity.text == activity.questions[0].text else activity.text,
        "points": list(activity.points),
        "image": activity.alt,
        "query": activity.query,
        "messages": [
            {
                "who": workshop.names.get(message.sender or "", message.address or ""),
                "time": message.time,
                "text": " ".join(filter(None, (message.title, message.text, message.alt))),
            }
            for message in activity.messages
        ],
        "scenes": [
            {
                "title": scene.title,
                "text": scene.text,
                "ways": [f"{_text_of(activity, scene.id, choice)} → {activity.scene(to).title}"
                         for choice, to in scene.leads_to],
            }
            for scene in activity.scenes
        ],
        "questions": [] if activity.scenes else [_question(one, activity, alone) for one in activity.questions],
        "notes": _notes(activity.notes),
        "sources": list(dict.fromkeys(_source(source) for source in sources)),
    }  # fmt: skip


def _text_of(activity: Activity, scene_id: str, choice_id: str) -> str:
    question = next(q for q in activity.questions if q.id == scene_id)
    return next(choice.text for choice in question.choices if choice.id == choice_id)


def _question(question: Question, activity: Activity, alone: bool) -> dict[str, Any]:
    registers = dict(REGISTERS)
    choices = question.choices if question.form in ("choice", "order") else ()
    order = {one: str(place) for place, one in enumerate(question.right_order, start=1)}
    ends = " ↔ ".join(activity.ends) if activity.ends else ""
    figure = question.figure if question.figure is None else f"{question.figure:g} {question.unit or ''}"
    return {
        "text": None if alone and question.text == activity.title else question.text,
        "register": str(registers.get(question.register, "")),
        "rounds": question.rounds,
        "line": ends or figure,
        "choices": [
            {
                "letter": order.get(choice.id) or _LETTERS[place % len(_LETTERS)],
                "text": choice.text,
                "right": choice.id in question.expected,
                "takeaway": choice.takeaway,
            }
            for place, choice in enumerate(choices)
        ],
        "explanation": question.explanation,
        "misconception": question.misconception,
    }


def _notes(notes: Notes) -> list[dict[str, str]]:
    return [
        {"name": field.name, **said}
        for field in NOTES.fields[0].fields
        for said in _labelled((str(field.label), getattr(notes, field.name)))
    ]


def _source(source: Source) -> str:
    said = [source.title]
    if source.date:
        said.append(wording.day(source.date))
    if source.checked:
        said.append(str(gettext("lu le %(day)s", day=wording.day(source.checked))))
    return ", ".join(said)


def _words() -> dict[str, str]:
    return {
        "booklet": gettext("Livret d’animation"),
        "room": gettext("La salle, avant de commencer"),
        "run": gettext("Le déroulé, minute par minute"),
        "minute": gettext("Minutes"),
        "activity": gettext("Activité"),
        "lasts": gettext("Durée"),
        "short": gettext("Variante courte"),
        "optional": gettext("si le temps le permet"),
        "min": gettext("min"),
        "right": gettext("attendue"),
        "explanation": gettext("L’explication"),
        "misconception": gettext("L’idée fausse"),
        "two": gettext("deux votes : voter, échanger, revoter"),
        "image": gettext("Image :"),
        "searched": gettext("Recherche :"),
        "sources": gettext("Sources :"),
        "read_again": gettext("Sources à relire avant la séance"),
    }
