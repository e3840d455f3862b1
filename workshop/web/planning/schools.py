"""Schools and the adults met there. Whoever signs in may write them down; an administrator alone deletes a school."""

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock
from workshop.domain.schools import DEPARTMENTS, SchoolEntry
from workshop.services import interventions, school_links, schools
from workshop.services.schools import ContactEntry, UaiTaken
from workshop.storage.models import Account
from workshop.web import library
from workshop.web.confirming import ask
from workshop.web.forms import ConfirmForm
from workshop.web.identity import admin_required, desk_required
from workshop.wording import ngettext

from .forms import ContactForm, SchoolForm

bp = Blueprint("schools", __name__)
ID = "<int(max=2147483647):school_id>"
CONTACT = "<int(max=2147483647):contact_id>"


@bp.get("/etablissements")
@desk_required
def listed(account: Account) -> str:
    text, department = request.args.get("q", "")[:80], request.args.get("departement", "")
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    found = schools.search(text, department if department in DEPARTMENTS else "", page)
    return render_template(
        "desk/schools.html",
        is_admin=account.is_admin,
        found=found,
        text=text,
        department=department,
        departments=DEPARTMENTS,
        page=page,
        pages=-(-found.total // schools.PAGE),
    )


@bp.get(f"/etablissements/{ID}")
@desk_required
def shown(account: Account, school_id: int) -> str:
    school = schools.find(school_id)
    return render_template(
        "desk/school.html",
        may_hand_over=school_links.may_hand_over(school_id, account),
        school=school,
        planned=interventions.of_school(school_id),
        named=library.namer(),
        account_id=account.id,
        is_admin=account.is_admin,
        department=DEPARTMENTS.get(school.entry.department, ""),
    )


@bp.route("/etablissements/nouveau", methods=["GET", "POST"])
@desk_required
def added(_account: Account) -> AnyResponse:
    return _school_form(SchoolForm(), None)


@bp.route(f"/etablissements/{ID}/modifier", methods=["GET", "POST"])
@desk_required
def changed(_account: Account, school_id: int) -> AnyResponse:
    return _school_form(SchoolForm(obj=schools.find(school_id).entry), school_id)


def _school_form(form: SchoolForm, school_id: int | None) -> AnyResponse:
    if form.validate_on_submit():
        entry = SchoolEntry(
            form.uai.data or None, form.name.data, form.level.data, form.town.data, form.department.data
        )
        try:
            saved = schools.save_school(entry, school_id)
        except UaiTaken:
            form.uai.errors = [gettext("Un autre établissement a déjà ce code.")]
        else:
            return redirect(f"/etablissements/{saved}", 303)
    page = render_template("desk/school_form.html", form=form, school_id=school_id)
    return make_response(page, 400 if form.is_submitted() else 200)


@bp.route(f"/etablissements/{ID}/supprimer", methods=["GET", "POST"])
@admin_required
def deleted(_account: Account, school_id: int) -> AnyResponse:
    school = schools.find(school_id)
    if ConfirmForm().validate_on_submit():
        schools.delete_school(school_id)
        flash(gettext("%(name)s est supprimé.", name=school.entry.name))
        return redirect("/etablissements", 303)
    contacts, planned = len(school.contacts), schools.count_interventions(school_id)
    return ask(
        gettext("Supprimer %(name)s ?", name=school.entry.name),
        [
            ngettext("%(num)s contact est effacé.", "%(num)s contacts sont effacés.", contacts),
            ngettext("%(num)s intervention est effacée.", "%(num)s interventions sont effacées.", planned),
            gettext("Les totaux des séances qui ont eu lieu restent, sans lien avec l’établissement."),
        ],
        back=f"/etablissements/{school_id}",
        wider=f"/etablissements/{school_id}/effacer",
    )


@bp.route(f"/etablissements/{ID}/contacts/nouveau", methods=["GET", "POST"])
@desk_required
def contact_added(_account: Account, school_id: int) -> AnyResponse:
    return _contact_form(ContactForm(), school_id, None)


@bp.route(f"/etablissements/{ID}/contacts/{CONTACT}", methods=["GET", "POST"])
@desk_required
def contact_changed(_account: Account, school_id: int, contact_id: int) -> AnyResponse:
    return _contact_form(ContactForm(obj=schools.find_contact(school_id, contact_id)), school_id, contact_id)


def _contact_form(form: ContactForm, school_id: int, contact_id: int | None) -> AnyResponse:
    school = schools.find(school_id)
    if form.validate_on_submit():
        entry = ContactEntry(
            name=form.name.data,
            role=form.role.data,
            email=form.email.data,
            listens=form.listens.data,
            place=form.place.data,
            hours=form.hours.data,
        )
        schools.save_contact(school_id, entry, clock.now(), contact_id)
        return redirect(f"/etablissements/{school_id}", 303)
    page = render_template("desk/contact_form.html", form=form, school=school, contact_id=contact_id)
    return make_response(page, 400 if form.is_submitted() else 200)


@bp.route(f"/etablissements/{ID}/contacts/{CONTACT}/supprimer", methods=["GET", "POST"])
@desk_required
def contact_deleted(_account: Account, school_id: int, contact_id: int) -> AnyResponse:
    contact = schools.find_contact(school_id, contact_id)
    if ConfirmForm().validate_on_submit():
        schools.delete_contact(school_id, contact_id)
        return redirect(f"/etablissements/{school_id}", 303)
    return ask(
        gettext("Supprimer %(name)s ?", name=contact.name),
        [gettext("Son nom, sa fonction et son adresse sont effacés des contacts de l’établissement.")],
        back=f"/etablissements/{school_id}",
    )
