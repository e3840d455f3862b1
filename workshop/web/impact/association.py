"""The association's figures: a page that narrows and adds up, never one that ranks."""

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock
from workshop.extensions import db
from workshop.pdf import has_pdf
from workshop.services import reporting
from workshop.storage.models import Account
from workshop.web.identity import desk_required

from . import exports
from .form import ImpactForm
from .paper import impact_pdf
from .tables import shown
from .view import impact_view

bp = Blueprint("association", __name__)


@bp.get("/animer/bilan")
@desk_required
def impact(account: Account) -> AnyResponse:
    form = _form(account)
    report = _report(form, account)
    page = render_template(
        "desk/impact.html",
        form=form,
        view=impact_view(report, form.narrowed()) if report else None,
        shown=shown,
        asked=request.query_string.decode("ascii", "ignore"),
    )
    db.session.rollback()
    return make_response(page, 200 if report else 400)


@bp.get("/animer/bilan/bilan.pdf")
@desk_required
def paper(account: Account) -> AnyResponse:
    """The page on paper."""
    if not has_pdf():
        abort(404)
    form = _form(account)
    report = _report(form, account)
    if report is None:
        return _back()
    db.session.rollback()  # no transaction is left open while the paper is laid out
    body = impact_pdf(impact_view(report, form.narrowed()), form.narrowed(), clock.now())
    return _file(body, "bilan.pdf", "application/pdf", form)


@bp.get("/animer/bilan/<name>")
@desk_required
def export(account: Account, name: str) -> AnyResponse:
    """The same figures as a file. A filter that does not hold leads back to the page, which says so."""
    write = exports.WRITERS.get(name)
    if write is None:
        abort(404)
    form = _form(account)
    report = _report(form, account)
    if report is None:
        return _back()
    content = exports.content(report, form.narrowed())
    db.session.rollback()
    return _file(write(content), name, exports.TYPES[name.rpartition(".")[2]], form)


def _report(form: ImpactForm, account: Account) -> reporting.Report | None:
    """None when the form does not hold; it then says why."""
    if not form.validate():
        return None
    report = reporting.report(form.filters, account)
    if report is None:
        form.until.errors = [_("C’est trop de séances pour les additionner d’un coup : choisissez moins de jours.")]
    return report


def _back() -> AnyResponse:
    return redirect(f"/animer/bilan?{request.query_string.decode('ascii', 'ignore')}", 303)


def _file(body: bytes, name: str, content_type: str, form: ImpactForm) -> AnyResponse:
    since, until = form.filters.since.isoformat(), form.filters.until.isoformat()
    response = make_response(body)
    response.content_type = content_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name.replace(".", f"-{since}-{until}.")}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _form(account: Account) -> ImpactForm:
    """As it was asked for; the school year up to today when it was not. What was typed wrong stays as it was typed."""
    year = reporting.school_year(clock.now().date())
    usual = {"since": year.since.isoformat(), "until": year.until.isoformat()}
    form = ImpactForm(MultiDict(usual | request.args.to_dict()))
    form.offer(reporting.options(account))
    return form
