"""One page for one part of a workshop: its form, what is still to complete beside each field, and the three screens."""

from collections.abc import Callable, Iterable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, abort, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import FieldList, Form, FormField

from workshop import clock, wording
from workshop.domain import quiz_document
from workshop.domain.errors import Malformed, NotFound, Refusal
from workshop.domain.quiz_document import WORKSHOP, Part, Table
from workshop.domain.quiz_lint import lint
from workshop.extensions import db
from workshop.joining_address import make_join
from workshop.realtime.audiences import facilitator_view, participant_view, projector_view
from workshop.services import drafting, publishing
from workshop.services.drafting import ChangedMeanwhile, KnownDraft
from workshop.services.viewing import Board
from workshop.storage.models import Account
from workshop.web.errors import wants_json
from workshop.web.identity import desk_required
from workshop.web.settings import config

from .drafts import DRAFT, take_a_long_form
from .forms import make_form, read_form, sections_of
from .kinds import KINDS
from .mistakes import advice, beside, faults
from .preview import preview

bp = Blueprint("authoring_editor", __name__)
bp.url_value_preprocessor(take_a_long_form)
SCREENS: dict[str, Callable[[Board], Any]] = {
    "telephone": participant_view,
    "projection": projector_view,
    "console": facilitator_view,
}


@bp.route(f"{DRAFT}/presentation", methods=["GET", "POST"])
@desk_required
def presentation(account: Account, draft_id: int) -> AnyResponse:
    return _part(account.id, draft_id, WORKSHOP)


@bp.route(f"{DRAFT}/questions/<question>", methods=["GET", "POST"])
@desk_required
def question(account: Account, draft_id: int, question: str) -> AnyResponse:
    return _part(account.id, draft_id, Part("question", question))


@bp.route(f"{DRAFT}/activites/<activity>", methods=["GET", "POST"])
@desk_required
def activity(account: Account, draft_id: int, activity: str) -> AnyResponse:
    return _part(account.id, draft_id, Part("activity", activity))


def _part(account_id: int, draft_id: int, part: Part) -> AnyResponse:
    draft = drafting.owned(draft_id, account_id)
    if request.method == "GET":
        return _page(draft, part, quiz_document.find(draft.document, part))
    if request.form.get("whole") != "1":  # the last field of the form: without it, part of what was typed is missing
        raise Malformed
    try:
        before = quiz_document.find(draft.document, part)
    except NotFound:
        # It went in another tab: what was typed is still shown, and says what it was.
        return _gone(draft)
    sections = sections_of(part, before)
    form = make_form(sections, before, draft.document, draft.media)
    typed = read_form(sections, form, before)
    gesture, anchor = request.form.get("do", ""), ""
    changed = typed
    if gesture.partition(":")[2] in set(_names(form)):
        changed, anchor = _with_gesture(typed, gesture)
    try:
        mark = drafting.save(
            draft_id, account_id, part, changed, request.form.get("mark", ""), clock.now(), gesture == "force"
        )
    except Refusal as refusal:
        return _refused(drafting.owned(draft_id, account_id), part, typed, refusal)
    saved = drafting.owned(draft_id, account_id)
    if wants_json():
        return make_response(jsonify(ok=True, mark=mark, said=said_at(saved.updated_at), **_beside(saved, part)))
    return redirect(f"/ateliers/{draft_id}/images" if gesture == "images" else f"{request.path}{anchor}", 303)


def said_at(moment: datetime) -> str:
    """« Enregistré à 14 h 32 », by the clock of the server."""
    return str(gettext("Enregistré à %(hour)s", hour=wording.hour(moment.astimezone())))


def _with_gesture(table: Table, gesture: str) -> tuple[Table, str]:
    """The button of a list: `add:scenes-0-choices`, `remove:sources-1`… and where the page then opens."""
    name, _, field = gesture.partition(":")
    steps: list[str | int] = [int(step) if step.isdigit() else step for step in field.split("-")[:9]]
    if name == "add":
        changed = quiz_document.with_rows(table, tuple(steps), "add")
        return changed, f"#{field}-{_length(changed, steps) - 1}"
    if name in ("remove", "up", "down") and len(steps) > 1 and isinstance(steps[-1], int):
        landed = max(0, steps[-1] + {"up": -1, "down": 1}.get(name, 0))
        anchor = "-".join(map(str, steps[:-1])) + ("" if name == "remove" else f"-{landed}")
        return quiz_document.with_rows(table, tuple(steps[:-1]), name, steps[-1]), f"#{anchor}"
    return table, ""


def _length(table: Table, steps: Iterable[str | int]) -> int:
    here = table
    for step in steps:
        here = here[step]  # type: ignore[index]  # a row of a list, when the step is its place
    return len(here)


def _page(draft: KnownDraft, part: Part, table: Table, refusal: Refusal | None = None) -> AnyResponse:
    sections = sections_of(part, table)
    form = make_form(sections, table, draft.document, draft.media)
    rows = draft.document["activities"]
    place = next((i for i, row in enumerate(rows) if part == Part("activity", str(row["id"]))), None)
    known = quiz_document.find(draft.document, part)
    page = render_template(
        "authoring/part.html",
        draft=draft,
        part=part,
        table=table,
        kinds=KINDS,
        sections=sections,
        form=form,
        faults=_beside(draft, part, form)["faults"],
        advice=_beside(draft, part, form)["advice"],
        drawn_from=quiz_document.mark_of(known) if refusal is None else request.form.get("mark", ""),
        said=said_at(draft.updated_at),
        before=rows[place - 1] if place else None,
        after=rows[place + 1] if place is not None and place + 1 < len(rows) else None,
        total=quiz_document.minutes_of(draft.document),
        conflict=isinstance(refusal, ChangedMeanwhile),
        error=wording.sentence(refusal.code) if refusal else None,
        result=request.args.get("resultat") == "1",
    )
    response = make_response(page, refusal.status if refusal else 200)
    policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    policy += "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    response.headers["Content-Security-Policy"] = policy
    return response


def _beside(draft: KnownDraft, part: Part, form: FlaskForm | None = None) -> dict[str, dict[str, list[str]]]:
    """What is still to complete in a part, by the name of the field in its page; and what the linter advises, once the
    whole can be read."""
    table = quiz_document.find(draft.document, part)
    if form is None:
        form = make_form(sections_of(part, table), table, draft.document, draft.media)
    names = set(_names(form))
    quiz = publishing.read(draft, config().quizzes)
    remarks = lint(quiz.workshop, clock.now().date()) if quiz.workshop else ()
    return {
        "faults": beside(faults(quiz.errors, draft.document), part, names.__contains__),
        "advice": beside(advice(remarks, draft.document), part, names.__contains__),
    }


def _names(form: Form) -> Iterable[str]:
    for field in form:
        yield field.name
        if isinstance(field, FormField):
            yield from _names(field.form)
        elif isinstance(field, FieldList):
            for entry in field.entries:
                yield entry.name
                yield from _names(entry.form)


def _refused(draft: KnownDraft, part: Part, typed: Table, refusal: Refusal) -> AnyResponse:
    """The page again with what was typed in it, and why it was not kept."""
    if wants_json():
        raise refusal
    return _page(draft, part, typed, refusal)


def _gone(draft: KnownDraft) -> AnyResponse:
    said = gettext("Cette activité a été retirée entre-temps : l’historique la garde. Voici ce que vous aviez tapé.")
    if wants_json():
        return make_response(jsonify(ok=False, error="not_found", message=said), 404)
    lines = [value for name, value in request.form.items() if value and name not in ("csrf_token", "mark", "whole")]
    return make_response(render_template("authoring/gone.html", draft=draft, said=said, lines=lines), 404)


@bp.get(f"{DRAFT}/activites/<activity>/<screen>")
@desk_required
def screen(account: Account, draft_id: int, activity: str, screen: str) -> AnyResponse:
    """One of the three screens, made up, in a frame of the page above and nowhere else."""
    draft = drafting.readable(draft_id, account.id)
    db.session.rollback()
    if screen not in SCREENS:
        abort(404)
    quiz_document.find(draft.document, Part("activity", activity))
    result = request.args.get("resultat") == "1"
    board = preview(draft.document, activity, f"brouillon-{draft_id}", draft.media, result, clock.now())
    page = render_template(
        "authoring/screen.html",
        screen=screen,
        bundle={"telephone": "participant", "projection": "projector", "console": "desk"}[screen],
        view=SCREENS[screen](board) if board else None,
        join=make_join(config(), "ATELIER12"),
        mine=None,
        confirm=None,
        health=None,  # nobody is connected
        error=None,
        extra=SimpleNamespace(csrf=""),
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    )
    return response
