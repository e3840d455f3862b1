"""Around a visit: the school's papers, filled from it; and its deletion, or a school's, whole, with a receipt."""

from flask import Blueprint, abort, make_response, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock
from workshop.domain.errors import NotAllowed
from workshop.services import interventions, retaining, schools
from workshop.services.retaining import Receipt
from workshop.storage.models import Account
from workshop.web.confirming import ask
from workshop.web.forms import ConfirmForm
from workshop.web.identity import admin_required, desk_required
from workshop.web.settings import config
from workshop.wording import ngettext

from . import agenda, papers
from .schools import ID as SCHOOL

bp = Blueprint("visits", __name__)


@bp.get(f"/interventions/{agenda.ID}/papiers")
@desk_required
def all_papers(_account: Account, intervention_id: int) -> str:
    planned = interventions.find(intervention_id)
    return render_template("desk/papers.html", planned=planned, titles=papers.titles())


@bp.get(f"/interventions/{agenda.ID}/papiers/<name>")
@desk_required
def one_paper(_account: Account, intervention_id: int, name: str) -> str:
    if name not in papers.NAMES:
        abort(404)
    planned = interventions.find(intervention_id)
    return render_template("desk/paper.html", paper=papers.paper_of(planned, name, config()), planned=planned)


@bp.route(f"/interventions/{agenda.ID}/effacer", methods=["GET", "POST"])
@desk_required
def intervention_forgotten(account: Account, intervention_id: int) -> AnyResponse:
    planned = interventions.find(intervention_id)
    if not planned.may_be_changed_by(account.id, account.is_admin):
        raise NotAllowed
    if ConfirmForm().validate_on_submit():
        return _receipt(retaining.forget_intervention(intervention_id, clock.now()))
    return ask(
        gettext("Effacer cette intervention et ses résultats ?"),
        [planned.school.entry.name, _classes(len(planned.runs)), gettext("Un reçu sera affiché, à imprimer.")],
        back=f"/interventions/{intervention_id}",
    )


@bp.route(f"/etablissements/{SCHOOL}/effacer", methods=["GET", "POST"])
@admin_required
def school_forgotten(_account: Account, school_id: int) -> AnyResponse:
    school = schools.find(school_id)
    if ConfirmForm().validate_on_submit():
        return _receipt(retaining.forget_school(school_id, clock.now()))
    return ask(
        gettext("Effacer %(name)s et tous ses résultats ?", name=school.entry.name),
        [
            ngettext("%(num)s contact est effacé.", "%(num)s contacts sont effacés.", len(school.contacts)),
            ngettext(
                "%(num)s intervention est effacée.",
                "%(num)s interventions sont effacées.",
                schools.count_interventions(school_id),
            ),
            gettext("Tous les totaux des séances qui y ont eu lieu sont effacés."),
            gettext("Un reçu sera affiché, à imprimer."),
        ],
        back=f"/etablissements/{school_id}",
    )


def _classes(number: int) -> str:
    return ngettext(
        "%(num)s séance est effacée, avec ses totaux.", "%(num)s séances sont effacées, avec leurs totaux.", number
    )


def _receipt(receipt: Receipt) -> AnyResponse:
    return make_response(render_template("desk/receipt.html", receipt=receipt))
