"""The teacher's page, and how a facilitator hands it over: a link when hosted, files everywhere."""

from datetime import date
from io import BytesIO
from types import SimpleNamespace

from flask import Blueprint, abort, make_response, redirect, render_template, request, send_file
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock
from workshop.domain.errors import NotAllowed
from workshop.extensions import db
from workshop.joining_address import base_address
from workshop.pdf import has_pdf
from workshop.qr import qr_svg
from workshop.services import planning, teacher_links
from workshop.services.reviewing import NoReview, has_review, review
from workshop.storage import live_sessions
from workshop.storage.models import Account, LiveSessionRow
from workshop.web.handing_over import change_link, file_name, prepared_mail, whole_style
from workshop.web.identity import desk_required, teacher_reads
from workshop.web.settings import config
from workshop.wording import quoted

from . import follow_up
from .letter import write_letter
from .paper import letter_pdf

bp = Blueprint("teacher", __name__)


@bp.get("/bilan/<int:live_id>")
def page(live_id: int) -> AnyResponse:
    """For the teacher, with the cookie that their link was traded for."""
    row, until = teacher_reads(live_id)
    return _page(row, until, f"/bilan/{live_id}.pdf", None)


@bp.get("/bilan/<int:live_id>.pdf")
def paper(live_id: int) -> AnyResponse:
    row, until = teacher_reads(live_id)
    return _pdf(row, until)


@bp.get("/animer/<int:live_id>/bilan")
@desk_required
def preview(account: Account, live_id: int) -> AnyResponse:
    """What the teacher will read, for the facilitator who hands it over."""
    return _page(
        planning.owned(live_id, account.id), None, f"/animer/{live_id}/bilan.pdf", f"/animer/{live_id}/enseignant"
    )


@bp.get("/animer/<int:live_id>/bilan.pdf")
@desk_required
def own_paper(account: Account, live_id: int) -> AnyResponse:
    return _pdf(planning.owned(live_id, account.id), None)


@bp.get("/animer/<int:live_id>/bilan.html")
@desk_required
def own_file(account: Account, live_id: int) -> AnyResponse:
    """The page as one file that needs nothing else."""
    row = planning.owned(live_id, account.id)
    letter, name = write_letter(review(row), config().keep_results), file_name(row)
    db.session.rollback()
    html = render_template("teacher/file.html", letter=letter, style=whole_style())
    return send_file(BytesIO(html.encode()), "text/html", as_attachment=True, download_name=f"{name}.html")


@bp.route("/animer/<int:live_id>/enseignant", methods=["GET", "POST"])
@desk_required
def hand_over(account: Account, live_id: int) -> AnyResponse:
    """The link made, renewed or revoked (hosted), and the files."""
    row = planning.owned(live_id, account.id)
    if not has_review(row):
        raise NoReview
    if request.method == "GET":
        return _hand_over(row, None)
    if not config().hosted:
        raise NotAllowed  # an address that dies with the class is nothing to hand over
    db.session.rollback()
    token = change_link(teacher_links.links, live_id)
    if token is not None:
        return _hand_over(planning.owned(live_id, account.id), token)
    return redirect(f"/animer/{live_id}/enseignant", 303)


def _page(row: LiveSessionRow, until: date | None, pdf: str, leads_to: str | None) -> AnyResponse:
    letter = write_letter(review(row), config().keep_results, until)
    news = follow_up.card(row) if until else None
    db.session.rollback()
    charter = f"/bilan/{row.id}/charte" if until else f"/animer/{row.id}/charte"
    page = render_template("teacher/page.html", letter=letter, pdf=pdf, leads_to=leads_to, news=news, charter=charter)
    return make_response(page)


def _pdf(row: LiveSessionRow, until: date | None) -> AnyResponse:
    if not has_pdf():
        abort(404)
    found = review(row)
    letter, name = write_letter(found, config().keep_results, until), file_name(row)
    db.session.rollback()  # no transaction is left open while the paper is laid out
    body = letter_pdf(letter, found.ended_at)
    return send_file(BytesIO(body), "application/pdf", as_attachment=True, download_name=f"{name}.pdf")


def _hand_over(row: LiveSessionRow, token: str | None) -> AnyResponse:
    title = live_sessions.workshop_of(row).title
    subject = gettext("L’atelier %(title)s", title=quoted(title))
    made = None
    if token is not None:
        address = f"{base_address(config())}/lien/{token}"
        text = gettext(
            "Bonjour,\n\nVoici ce que votre classe sait après l’atelier, et une activité de dix minutes à reprendre "
            "avec elle :\n%(address)s\n\nLe lien s’ouvre autant de fois que vous voulez, pendant %(days)s jours. Il "
            "ne montre que des totaux, les mots retenus en classe s’il y en a, et rien de ce que les élèves ont "
            "vécu.\n",
            address=address,
            days=config().teacher_link_days,
        )
        made = SimpleNamespace(
            address=address, mail=prepared_mail(subject, text), qr=qr_svg(address, gettext("Code QR du lien"))
        )
    with_file = gettext(
        "Bonjour,\n\nVous trouverez en pièce jointe ce que votre classe sait après l’atelier, et des fiches de dix "
        "minutes à reprendre avec elle. Le fichier ne contient que des totaux, les mots retenus en classe s’il y en a, "
        "et rien de ce que les élèves ont vécu.\n"
    )
    page = render_template(
        "teacher/hand_over.html",
        row=row,
        title=title,
        hosted=config().hosted,
        link=teacher_links.links.in_force(row.id, clock.now()) if config().hosted else None,
        made=made,
        days=config().teacher_link_days,
        mail_with_file=prepared_mail(subject, with_file),
    )
    db.session.rollback()
    return make_response(page)
