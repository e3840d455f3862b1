"""A preparation goes from one machine to another: the file to take along, and the one to bring, with its report."""

from datetime import date, timedelta
from io import BytesIO

from flask import Blueprint, flash, make_response, redirect, render_template, request, send_file
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock, wording
from workshop.domain.errors import Refusal
from workshop.extensions import db
from workshop.services import preparation
from workshop.services.preparation import Report
from workshop.services.preparation_files import PreparationTooLarge, pack
from workshop.services.signed_files import BadFile
from workshop.storage.models import Account
from workshop.web import library
from workshop.web.identity import desk_required
from workshop.web.security import take_a_file
from workshop.web.settings import config

from .agenda import week_of
from .exchange import key_of
from .forms import PeriodForm

bp = Blueprint("preparation", __name__)
PAGE = "/animer/preparation"
MONTH = timedelta(days=30)
bp.url_value_preprocessor(take_a_file)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> AnyResponse:
    return _page(refusal=PreparationTooLarge(), key=True)


@bp.route(PAGE, methods=["GET", "POST"])
@desk_required
def brought(account: Account) -> AnyResponse:
    """The two forms; then, once a file was read, what keeping it would do."""
    account_id, key = account.id, key_of(account.id)
    if request.method == "GET":
        file = preparation.held(account_id) if key else None
        if file is None or key is None:
            return _page(key=key is not None)
        try:
            return _report(preparation.report(account_id, file, key, config().quizzes))
        except BadFile:  # the key was changed since
            preparation.let_go(account_id)
            return _page(refusal=BadFile(), key=True)
    sent = request.files.get("file")
    file = sent.read() if sent else b""
    db.session.rollback()
    try:
        if key is None:
            raise BadFile
        preparation.report(account_id, file, key, config().quizzes)
    except Refusal as refusal:
        return _page(refusal=refusal, key=key is not None)
    preparation.hold(account_id, file)
    return redirect(PAGE, 303)


@bp.post(f"{PAGE}/garder")
@desk_required
def kept(account: Account) -> AnyResponse:
    account_id, key = account.id, key_of(account.id)
    done = preparation.keep(account_id, request.form.get("mark", ""), key, config().quizzes) if key else None
    if done is None:  # kept already, or another file came in another tab
        return redirect(PAGE, 303)
    flash(gettext("La préparation est gardée."))
    first = min((each.visit.entry.starts_at for each in done.visits if each.verdict != "left"), default=clock.now())
    return redirect(f"/agenda?semaine={week_of(first.date())}", 303)


@bp.post(f"{PAGE}/laisser")
@desk_required
def let_go(account: Account) -> AnyResponse:
    preparation.let_go(account.id)
    return redirect(PAGE, 303)


@bp.get(f"{PAGE}.preau")
@desk_required
def taken_along(account: Account) -> AnyResponse:
    """The signed file of one's own visits; without a key, the page that asks for it."""
    key, form = key_of(account.id), PeriodForm(request.args)
    if key is None:
        return redirect("/animer/echange", 303)
    if not form.validate():
        return _page(form=form, key=True)
    first, last = form.du.data, form.au.data
    try:
        body = pack(account.id, first, last, key, config().quizzes)
    except Refusal as refusal:
        return _page(form=form, refusal=refusal, key=True)
    name = f"preparation-{first.isoformat()}.preau"
    return send_file(BytesIO(body), "application/gzip", as_attachment=True, download_name=name)


def _page(*, key: bool, form: PeriodForm | None = None, refusal: Refusal | None = None) -> AnyResponse:
    today: date = clock.now().astimezone().date()
    page = render_template(
        "desk/preparation.html",
        key=key,
        hosted=config().hosted,
        form=form or PeriodForm(None, data={"du": today, "au": today + MONTH}),
        error=wording.sentence(refusal.code) if refusal else None,
    )
    return make_response(page, refusal.status if refusal else 400 if form else 200)


def _report(report: Report) -> AnyResponse:
    titles = {slug: workshop.title for slug, workshop in library.known().items()}
    titles |= {v.version.quiz.slug: v.version.quiz.workshop.title for v in report.versions if v.version.quiz.workshop}
    return make_response(render_template("desk/prepared.html", report=report, titles=titles))
