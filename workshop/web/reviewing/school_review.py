"""What a school reads of the workshops held in it, and how it is handed over: a link when hosted, files everywhere."""

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
from workshop.realtime.cookies import school_cookie
from workshop.services import reporting, school_links, schools
from workshop.services.schools import KnownSchool
from workshop.storage.models import Account
from workshop.web.handing_over import change_link, plain_name, prepared_mail, whole_style
from workshop.web.identity import desk_required
from workshop.web.planning.schools import ID
from workshop.web.settings import config

from .paper import school_pdf
from .school_letter import SchoolLetter, write_school_letter

bp = Blueprint("school_review", __name__)


@bp.get("/bilan/etablissement/<int:school_id>")
def page(school_id: int) -> AnyResponse:
    """For the head, the CPE, the pHARe team: with the cookie that their link was traded for."""
    letter = _opened(school_id)
    return _page(letter, f"/bilan/etablissement/{school_id}.pdf", None)


@bp.get("/bilan/etablissement/<int:school_id>.pdf")
def paper(school_id: int) -> AnyResponse:
    return _pdf(_opened(school_id))


@bp.get(f"/etablissements/{ID}/bilan")
@desk_required
def preview(account: Account, school_id: int) -> AnyResponse:
    """What the school will read, for who hands it over."""
    letter = _own(account, school_id)
    return _page(letter, f"/etablissements/{school_id}/bilan.pdf", f"/etablissements/{school_id}/remettre")


@bp.get(f"/etablissements/{ID}/bilan.pdf")
@desk_required
def own_paper(account: Account, school_id: int) -> AnyResponse:
    return _pdf(_own(account, school_id))


@bp.get(f"/etablissements/{ID}/bilan.html")
@desk_required
def own_file(account: Account, school_id: int) -> AnyResponse:
    """The page as one file that needs nothing else."""
    letter = _own(account, school_id)
    html = render_template("school/file.html", letter=letter, style=whole_style())
    return send_file(BytesIO(html.encode()), "text/html", as_attachment=True, download_name=f"{_name(letter)}.html")


@bp.route(f"/etablissements/{ID}/remettre", methods=["GET", "POST"])
@desk_required
def hand_over(account: Account, school_id: int) -> AnyResponse:
    """The link made, renewed or revoked (hosted), and the files."""
    school_links.check_may_hand_over(school_id, account)
    school = schools.find(school_id)
    if request.method == "GET":
        return _hand_over(school, None)
    if not config().hosted:
        raise NotAllowed  # an address that dies with the class is nothing to hand over
    db.session.rollback()
    token = change_link(school_links.links, school_id)
    if token is not None:
        return _hand_over(school, token)
    return redirect(f"/etablissements/{school_id}/remettre", 303)


def _opened(school_id: int) -> SchoolLetter:
    found, until = school_links.readable(school_id, request.cookies.get(school_cookie(school_id)), clock.now())
    return _letter(found, until.date())


def _own(account: Account, school_id: int) -> SchoolLetter:
    school_links.check_may_hand_over(school_id, account)
    return _letter(school_id, None)


def _letter(school_id: int, until: date | None) -> SchoolLetter:
    report = reporting.school_report(school_id, clock.now().date())
    letter = write_school_letter(schools.find(school_id), report, config(), until)
    db.session.rollback()  # no transaction is left open while the page or the paper is laid out
    return letter


def _page(letter: SchoolLetter, pdf: str, leads_to: str | None) -> AnyResponse:
    return make_response(render_template("school/page.html", letter=letter, pdf=pdf, leads_to=leads_to))


def _pdf(letter: SchoolLetter) -> AnyResponse:
    if not has_pdf():
        abort(404)
    body = school_pdf(letter, clock.now())
    return send_file(BytesIO(body), "application/pdf", as_attachment=True, download_name=f"{_name(letter)}.pdf")


def _name(letter: SchoolLetter) -> str:
    return plain_name("bilan", letter.title, f"{clock.now():%Y-%m-%d}")


def _hand_over(school: KnownSchool, token: str | None) -> AnyResponse:
    subject = gettext("Bilan des ateliers : %(school)s", school=school.entry.name)
    made = None
    if token is not None:
        address = f"{base_address(config())}/lien/{token}"
        text = gettext(
            "Bonjour,\n\nVoici le bilan des ateliers menés dans votre établissement :\n%(address)s\n\nLe lien s’ouvre "
            "autant de fois que vous voulez, pendant %(days)s jours. Qui l’a peut lire la page : ne le donnez qu’à "
            "l’équipe. Elle ne montre que des totaux, jamais une réponse ni un élève.\n",
            address=address,
            days=config().teacher_link_days,
        )
        made = SimpleNamespace(address=address, mail=prepared_mail(subject, text), qr=None)
    with_file = gettext(
        "Bonjour,\n\nVous trouverez en pièce jointe le bilan des ateliers menés dans votre établissement. Le fichier "
        "ne contient que des totaux, jamais une réponse ni un élève.\n"
    )
    page = render_template(
        "school/hand_over.html",
        school=school,
        hosted=config().hosted,
        link=school_links.links.in_force(school.id, clock.now()) if config().hosted else None,
        made=made,
        days=config().teacher_link_days,
        mail_with_file=prepared_mail(subject, with_file),
    )
    db.session.rollback()
    return make_response(page)
