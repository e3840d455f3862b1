"""The association's desk: signing in, inviting, planning a live session."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields.choices import SelectChoice

from workshop import clock, wording
from workshop.domain.errors import Refusal, TooManyAttempts
from workshop.domain.live_session import Answering
from workshop.domain.quiz_format import rename
from workshop.realtime import rehearsal
from workshop.realtime.cookies import DESK
from workshop.realtime.hub import current_hub
from workshop.services import accounts, catalogue, interventions, planning, schools, taking_over
from workshop.services.interventions import Planned
from workshop.services.planning import PEOPLE, PeopleMissing, Plan
from workshop.storage import live_sessions
from workshop.storage.models import Account
from workshop.storage.quiz_files import QuizFile

from .forms import MAX_SIMULATED, InvitationForm, SetUpForm, SignInForm
from .identity import admin_required, desk_required, give
from .security import is_this_machine
from .settings import config

bp = Blueprint("desk", __name__)
_attempts = MovingWindowRateLimiter(MemoryStorage())
_BY_ACCOUNT = parse("10/minute")
# Older than that and not ended: somebody forgot « Finir », and ballots are still there.
YESTERDAYS = timedelta(hours=12)


def may_sign_in() -> bool:
    """A password crosses only what is encrypted, or nothing at all."""
    return config().hosted or is_this_machine()


@bp.route("/connexion", methods=["GET", "POST"])
def sign_in() -> AnyResponse:
    form, error, allowed = SignInForm(), None, may_sign_in()
    if allowed and form.validate_on_submit():
        try:
            if not _attempts.hit(_BY_ACCOUNT, str(form.email.data).strip().lower()):
                raise TooManyAttempts
            now = clock.now()
            granted = accounts.sign_in(accounts.check_password(str(form.email.data), str(form.password.data)), now)
        except Refusal as refusal:
            error = wording.sentence(refusal.code)
        else:
            response = redirect("/animer", 303)
            give(response, granted, config())
            return response
    status = 403 if not allowed else 400 if form.is_submitted() else 200
    return make_response(render_template("desk/sign_in.html", form=form, allowed=allowed, error=error), status)


@bp.post("/deconnexion")
def sign_out() -> AnyResponse:
    accounts.sign_out(request.cookies.get(DESK, ""))
    response = redirect("/", 303)
    response.delete_cookie(DESK)
    return response


@bp.get("/animer")
@desk_required
def home(account: Account) -> str:
    return _home(account, None)


@bp.post("/connexion/inviter")
@admin_required
def invite(account: Account) -> AnyResponse:
    form = InvitationForm()
    if not form.validate_on_submit():
        return make_response(_home(account, None, form), 400)
    token = accounts.make_link(
        "invitation", clock.now(), accounts.INVITATION_LASTS, target=str(form.email.data).strip().lower()
    )
    return make_response(_home(account, request.host_url + f"lien/{token}"))


def _home(account: Account, invitation: str | None, form: InvitationForm | None = None) -> str:
    rows = planning.of_owner(account.id)
    workshops = {row.id: live_sessions.workshop_of(row) for row in rows}
    stale = clock.now() - YESTERDAYS
    return render_template(
        "desk/home.html",
        account=account,
        running=[row for row in rows if row.ended_at is None and row.created_at > stale],
        left_open=[row for row in rows if row.ended_at is None and row.created_at <= stale],
        ended=[row for row in rows if row.ended_at is not None],
        offers=taking_over.offers(account.id, account.is_admin),
        workshops=workshops,
        invite_form=form or InvitationForm(formdata=None),
        invitation=invitation,
    )


@bp.route("/animer/nouvelle", methods=["GET", "POST"])
@desk_required
def set_up(account: Account) -> AnyResponse:
    account_id = account.id
    remembered = planning.remembered(account_id)
    intervention = _intervention(account_id)
    quizzes = _quizzes(account_id, intervention)
    known: dict[str, object] = _prefilled(intervention, quizzes) if intervention else {}
    school = str(known.get("school", request.args.get("etablissement", "")))
    asked = request.args.get("atelier", "")
    known.setdefault("quiz", next((quiz.digest for quiz in quizzes if quiz.slug == asked), None))
    form = SetUpForm(data={"school": school, **remembered.get(school, {}), **known})
    form.quiz.choices = [SelectChoice(quiz.digest, quiz.workshop.title) for quiz in quizzes if quiz.workshop]
    colleagues = [who for who in interventions.facilitators() if who[0] != account_id]
    form.partner.choices = [SelectChoice("", gettext("personne")), *(SelectChoice(str(i), n) for i, n in colleagues)]
    errors: list[str] = []
    if form.validate_on_submit() and _people_are_there(form, intervention):
        chosen = next(quiz for quiz in quizzes if quiz.digest == form.quiz.data)
        try:
            plan = _plan(form, chosen, intervention.id if intervention else None)
            live_id = planning.set_up(plan, account_id, clock.now(), 4 if config().hosted else 2)
        except Refusal as refusal:
            errors.append(wording.sentence(refusal.code))
            if isinstance(refusal, PeopleMissing):
                _mark_missing(form)
        else:
            if form.rehearsal.data and form.simulated.data:
                rehearsal.start(current_hub(), live_id, form.simulated.data)
            return redirect(f"/animer/{live_id}", 303)
    elif form.is_submitted():
        errors.append(gettext("Quelques champs sont à revoir."))
    page = render_template(
        "desk/set_up.html",
        form=form,
        quizzes=quizzes,
        remembered=remembered,
        intervention=intervention,
        contacts=schools.find(intervention.school.id).contacts if intervention else (),
        errors=errors,
        typed=request.form,
        name_prefix=name_prefix,
        length_name=length_name,
        simulated_most=MAX_SIMULATED,
        capacity=config().capacity,
    )
    return make_response(page, 400 if errors else 200)


def _intervention(account_id: int) -> Planned | None:
    """The intervention that this live session comes from, if it does; raises NotAllowed when it is another's."""
    asked = request.form.get("intervention") or request.args.get("intervention", "")
    return interventions.to_start(int(asked), account_id) if re.fullmatch(r"\d{1,9}", asked) else None


def _prefilled(planned: Planned, quizzes: Sequence[QuizFile]) -> dict[str, object]:
    """What the set-up screen already knows of an intervention."""
    entry, school = planned.entry, planned.school
    known: dict[str, object] = {
        "intervention": planned.id,
        "quiz": next((quiz.digest for quiz in quizzes if quiz.slug == entry.slug), None),
        "answering": entry.answering,
        "present": entry.expected,
        "school": school.entry.name,
        "class_label": entry.class_label,
        "level": entry.level,
    }
    return known | interventions.people_for(planned) | ({"adult": entry.adult} if entry.adult else {})


def _people_are_there(form: SetUpForm, intervention: Planned | None) -> bool:
    """Names that were planned weeks ago are checked on the day: pupils will be sent to them."""
    if intervention is None or form.rehearsal.data or form.people_there.data:
        return True
    form.people_there.errors = [gettext("Vérifiez les noms ci-dessus, puis cochez.")]
    return False


def _mark_missing(form: SetUpForm) -> None:
    for field in (form.adult, form.person, form.place):
        if not str(field.data or "").strip():
            field.errors = [gettext("À remplir, sauf pour une répétition.")]


def name_prefix(slug: str) -> str:
    """Fields of the story's first names: two workshops may both have a « cible », and both are in the page."""
    return f"name-{slug.replace('-', '_')}__"


def length_name(slug: str) -> str:
    """The choice between a workshop and its short variant: each has its own, with its own minutes."""
    return f"length-{slug.replace('-', '_')}"


def _plan(form: SetUpForm, quiz: QuizFile, intervention_id: int | None) -> Plan:
    prefix = name_prefix(quiz.slug)
    names = {key.removeprefix(prefix): value[:40] for key, value in request.form.items() if key.startswith(prefix)}
    return Plan(
        quiz=quiz,
        answering=Answering(form.answering.data),
        present=form.present.data,
        capacity=form.capacity.data or max(config().capacity, form.present.data or 0),
        people={key: str(form[key].data or "") for key in PEOPLE},
        names=names,
        short=request.form.get(length_name(quiz.slug)) == "short",
        school=str(form.school.data or ""),
        class_label=str(form.class_label.data or ""),
        level=str(form.level.data or ""),
        rehearsal=bool(form.rehearsal.data),
        intervention_id=intervention_id,
        partner_id=int(form.partner.data) if form.partner.data else None,
    )


def _quizzes(account_id: int, planned: Planned | None) -> list[QuizFile]:
    """The workshops that this account can run, with the story's first names in their texts."""
    found = catalogue.quizzes(config().quizzes, account_id, planned.entry.slug if planned else "")
    return [replace(quiz, workshop=rename(quiz.workshop, {})) for quiz in found if quiz.workshop]
