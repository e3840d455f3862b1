"""The agenda and the interventions: who goes to which class, when; a live session is started from there."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms.fields.choices import SelectChoice

from workshop import clock, wording
from workshop.domain.errors import NotAllowed
from workshop.services import interventions, schools
from workshop.services.interventions import InterventionEntry, Planned
from workshop.storage.models import Account
from workshop.web import library
from workshop.web.confirming import ask
from workshop.web.forms import ConfirmForm
from workshop.web.identity import desk_required

from .forms import InterventionForm

bp = Blueprint("planning", __name__)
ID = "<int(max=2147483647):intervention_id>"
_WEEK = re.compile(r"(20\d\d)-W(\d\d)")
SUGGESTED_LEVELS = ("6e", "5e", "4e", "3e", "2de", "1re", "Tle", "CAP")


@bp.get("/agenda")
@desk_required
def agenda(account: Account) -> str:
    today = clock.now().astimezone().date()
    monday = monday_of(request.args.get("semaine", ""), today)
    people = interventions.facilitators()
    who = request.args.get("qui", type=int)
    who = who if who in dict(people) else None
    planned = interventions.of_week(monday, who)
    days = [monday + timedelta(days=number) for number in range(7)]
    by_day = {day: [each for each in planned if each.entry.starts_at.date() == day] for day in days}
    return render_template(
        "desk/agenda.html",
        # Saturday and Sunday only when somebody works.
        days={day: found for day, found in by_day.items() if found or day.weekday() < 5},
        today=today,
        this_week=week_of(today),
        week=week_of(monday),
        before=week_of(monday - timedelta(days=7)),
        after=week_of(monday + timedelta(days=7)),
        people=people,
        who=who,
        named=library.namer(),
        account_id=account.id,
    )


def week_of(day: date) -> str:
    """« 2026-W48 », as ISO 8601 and browsers write it."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def monday_of(text: str, today: date) -> date:
    """The Monday of a week written so; that of `today` when it is not one."""
    found = _WEEK.fullmatch(text)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else today - timedelta(today.weekday())
    except ValueError:
        return today - timedelta(today.weekday())


@bp.route("/etablissements/<int(max=2147483647):school_id>/interventions/nouvelle", methods=["GET", "POST"])
@desk_required
def added(account: Account, school_id: int) -> AnyResponse:
    account_id = account.id
    school = schools.find(school_id)
    form = InterventionForm(data={"facilitators": [account_id]})
    _offer(form, interventions.facilitators(), account_id)
    if form.validate_on_submit():
        return redirect(f"/interventions/{interventions.plan(school_id, _entry(form), clock.now())}", 303)
    return _form_page(form, school, f"/etablissements/{school_id}")


@bp.get(f"/interventions/{ID}")
@desk_required
def shown(account: Account, intervention_id: int) -> str:
    planned = interventions.find(intervention_id)
    return render_template(
        "desk/intervention.html",
        planned=planned,
        people=interventions.people_for(planned),
        named=library.namer(),
        account_id=account.id,
        is_admin=account.is_admin,
        week=week_of(planned.entry.starts_at.date()),
    )


@bp.route(f"/interventions/{ID}/modifier", methods=["GET", "POST"])
@desk_required
def changed(account: Account, intervention_id: int) -> AnyResponse:
    account_id, is_admin = account.id, account.is_admin
    planned = _to_change(intervention_id, account)
    entry = planned.entry
    slug = entry.slug + library.SHORT * entry.short
    when = {"date": entry.starts_at.date(), "time": entry.starts_at.time()}
    form = InterventionForm(data={**vars(entry), **when, "slug": slug})
    # Who runs it today may have no account any more: they stay until somebody takes them off.
    _offer(
        form,
        sorted({*interventions.facilitators(), *planned.facilitators}, key=lambda who: who[::-1]),
        account_id,
        slug,
    )
    if form.validate_on_submit():
        interventions.change(intervention_id, _entry(form), account_id, is_admin)
        return redirect(f"/interventions/{intervention_id}", 303)
    return _form_page(form, schools.find(planned.school.id), f"/interventions/{intervention_id}")


@bp.route(f"/interventions/{ID}/supprimer", methods=["GET", "POST"])
@desk_required
def deleted(account: Account, intervention_id: int) -> AnyResponse:
    account_id, is_admin = account.id, account.is_admin
    planned = _to_change(intervention_id, account)
    starts_at = planned.entry.starts_at
    if ConfirmForm().validate_on_submit():
        interventions.cancel(intervention_id, account_id, is_admin)
        flash(gettext("L’intervention est supprimée."))
        return redirect(f"/agenda?semaine={week_of(starts_at.date())}", 303)
    when = gettext("le %(day)s à %(hour)s", day=wording.weekday(starts_at.date()), hour=wording.hour(starts_at))
    said = [gettext("%(school)s, %(when)s.", school=planned.school.entry.name, when=when)]
    if planned.runs:
        said.append(gettext("Les totaux des séances qui ont eu lieu restent, sans lien avec l’établissement."))
    wider = f"/interventions/{intervention_id}/effacer" if planned.runs else None
    return ask(gettext("Supprimer cette intervention ?"), said, f"/interventions/{intervention_id}", wider)


def _to_change(intervention_id: int, account: Account) -> Planned:
    account_id, is_admin = account.id, account.is_admin
    planned = interventions.find(intervention_id)
    if not planned.may_be_changed_by(account_id, is_admin):
        raise NotAllowed
    return planned


def _offer(form: InterventionForm, people: Sequence[tuple[int, str]], account_id: int, kept: str | None = None) -> None:
    """The choices of the form; a workshop that is no longer in the folder stays for the intervention that has it."""
    offered = library.offered(account_id, (kept or "").removesuffix(library.SHORT))
    known = offered if kept is None else {kept: kept, **offered}
    form.slug.choices = [SelectChoice(slug, title) for slug, title in known.items()]
    form.facilitators.choices = [SelectChoice(account_id, name) for account_id, name in people]


def _entry(form: InterventionForm) -> InterventionEntry:
    return InterventionEntry(
        starts_at=datetime.combine(form.date.data, form.time.data, UTC),
        slug=form.slug.data.removesuffix(library.SHORT),
        short=form.slug.data.endswith(library.SHORT),
        answering=form.answering.data,
        class_label=form.class_label.data,
        level=form.level.data,
        expected=form.expected.data,
        adult=form.adult.data,
        facilitators=frozenset(form.facilitators.data),
    )


def _form_page(form: InterventionForm, school: schools.KnownSchool, back: str) -> AnyResponse:
    page = render_template(
        "desk/intervention_form.html", form=form, school=school, back=back, suggested_levels=SUGGESTED_LEVELS
    )
    return make_response(page, 400 if form.is_submitted() else 200)
