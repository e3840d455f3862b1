"""Around a visit: the school's papers, filled from it; and its deletion, or a school's, whole, with a receipt."""

from collections import Counter

from flask import Blueprint, abort, make_response, render_template
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock, wording
from workshop.domain.errors import NotAllowed
from workshop.services import interventions, retaining, schools
from workshop.services.interventions import Planned
from workshop.services.retaining import Receipt
from workshop.storage.models import Account
from workshop.storage.quiz_files import find_quizzes
from workshop.wording import ngettext

from . import papers, planning
from .forms import SetUpForm
from .identity import admin_required, desk_required
from .planning_forms import ConfirmForm
from .public import config

bp = Blueprint("visits", __name__)
SCHOOL = "<int(max=2147483647):school_id>"


@bp.get(f"/interventions/{planning.ID}/papiers")
@desk_required
def all_papers(_account: Account, intervention_id: int) -> str:
    planned = interventions.find(intervention_id)
    return render_template("desk/papers.html", planned=planned, titles=papers.titles())


@bp.get(f"/interventions/{planning.ID}/papiers/<name>")
@desk_required
def one_paper(_account: Account, intervention_id: int, name: str) -> str:
    if name not in papers.NAMES:
        abort(404)
    planned = interventions.find(intervention_id)
    with force_locale("fr"):
        found = papers.paper(name, config(), _blanks(planned), {"questions sur le vécu": _lived(planned.entry.slug)})
    return render_template("desk/paper.html", paper=found, planned=planned)


def _blanks(planned: Planned) -> dict[str, str]:
    entry, school = planned.entry, planned.school.entry
    people = schools.people_of(schools.find(planned.school.id).listeners)
    ways = {choice.value: str(choice.label) for choice in SetUpForm().answering.choices}
    done = Counter(run.ended for run in planned.runs)
    return {
        "établissement": school.name,
        "commune": school.town,
        "UAI": school.uai or "",
        "date": f"{wording.weekday(entry.starts_at.date())} {entry.starts_at.year}",
        "heure": wording.hour(entry.starts_at),
        "classe": entry.class_label,
        "niveau": entry.level,
        "élèves attendus": str(entry.expected or ""),
        "atelier": planning.titles().get(entry.slug, entry.slug),
        "animation": ", ".join(name for _, name in planned.facilitators),
        "adulte": entry.adult,
        "personne": people.get("person", ""),
        "lieu": people.get("place", ""),
        "horaires": people.get("hours", ""),
        "remplacement": people.get("deputy", ""),
        "façon de répondre": ways.get(entry.answering, ""),
        "séances menées": str(done[True] or ""),
    }


def _lived(slug: str) -> list[str]:
    """The questions of a workshop that are about what pupils have lived."""
    quiz = next((quiz for quiz in find_quizzes(config().quizzes) if quiz.slug == slug and quiz.workshop), None)
    activities = quiz.workshop.activities if quiz and quiz.workshop else ()
    return [question.text for activity in activities if activity.is_experience for question in activity.questions]


@bp.route(f"/interventions/{planning.ID}/effacer", methods=["GET", "POST"])
@desk_required
def intervention_forgotten(account: Account, intervention_id: int) -> AnyResponse:
    planned = interventions.find(intervention_id)
    if not planned.may_be_changed_by(account.id, account.is_admin):
        raise NotAllowed
    if ConfirmForm().validate_on_submit():
        return _receipt(retaining.forget_intervention(intervention_id, clock.now()))
    return planning.ask(
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
    return planning.ask(
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
