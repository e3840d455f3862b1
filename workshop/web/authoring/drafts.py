"""The library of workshops, and those that are written here: copied, put in order, shared, published, taken away."""

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock, wording
from workshop.domain import quiz_document
from workshop.domain.errors import Malformed, NotAllowed, NotFound, Refusal, TooLarge
from workshop.domain.quiz_document import Part
from workshop.domain.quiz_format import rename
from workshop.extensions import db
from workshop.realtime.cookies import DESK
from workshop.services import accounts, drafting, publishing
from workshop.services.drafting import KnownDraft
from workshop.services.publishing import MAX_PICTURE
from workshop.storage.models import Account
from workshop.storage.quiz_files import find_quizzes
from workshop.web.confirming import ask
from workshop.web.forms import ConfirmForm
from workshop.web.identity import admin_required, desk_required
from workshop.web.security import MAX_FORM
from workshop.web.settings import config

from .kinds import KINDS
from .mistakes import Fault, faults, where

bp = Blueprint("authoring", __name__)
DRAFT = "/ateliers/<int(max=2147483647):draft_id>"
MAX_TYPED = 400_000  # bytes of the form of one part: a long scenario, with its notes


@bp.url_value_preprocessor
def take_a_long_form(_endpoint: str | None, _values: object) -> None:
    """Before the token is looked for in the form: more than a pupil may send, and from an account of the association
    alone."""
    if (request.content_length or 0) <= MAX_FORM:
        return
    account = accounts.account_of(request.cookies.get(DESK), clock.now())
    db.session.rollback()  # nothing may be held open while the body comes
    if account is not None:
        request.max_content_length = MAX_PICTURE + MAX_FORM if request.path.endswith("/images") else MAX_TYPED
        request.max_form_memory_size = MAX_TYPED


@bp.get("/ateliers")
@desk_required
def library(account: Account) -> str:
    account_id = account.id
    drafts = drafting.all_readable(account_id)
    return render_template(
        "authoring/library.html",
        mine=[(draft, _faults(draft)) for draft in drafts if draft.owner_id == account_id],
        shared=[draft for draft in drafts if draft.owner_id != account_id],
        files=[rename(quiz.workshop, {}) for quiz in find_quizzes(config().quizzes) if quiz.workshop],
        minutes_of=quiz_document.minutes_of,
        form=ConfirmForm(),
    )


def _faults(draft: KnownDraft) -> list[Fault]:
    return faults(publishing.mistakes(draft, config().quizzes), draft.document)


@bp.post("/ateliers/nouveau")
@desk_required
def begun(account: Account) -> AnyResponse:
    title = " ".join(request.form.get("title", "").split())[:200] or gettext("Atelier sans titre")
    document = quiz_document.blank("atelier", title, "fr", clock.now().date())
    return redirect(f"/ateliers/{drafting.create(account.id, drafting.written(document), '', {})}", 303)


@bp.post("/ateliers/copier")
@desk_required
def copied(account: Account) -> AnyResponse:
    """From a file of the library, or from a draft that one may read."""
    account_id, slug = account.id, request.form.get("slug", "")
    wanted = request.form.get("draft", "")
    if wanted.isdigit() and len(wanted) < 10:
        found = drafting.readable(int(wanted), account_id)
        source, slug, media = found.source, found.slug, publishing.pictures(found.id)
    else:
        language = request.form.get("language", "fr")
        quizzes = [q for q in find_quizzes(config().quizzes) if (q.slug, q.language) == (slug, language)]
        if not quizzes:
            raise NotFound
        source = quizzes[0].source
        media = {name: (config().quizzes / slug / name).read_bytes() for name in quizzes[0].media}
    new = drafting.create(account_id, drafting.as_a_copy(source, gettext("(copie)")), slug, media)
    flash(gettext("Voici votre copie : l’original ne changera pas."))
    return redirect(f"/ateliers/{new}", 303)


@bp.get(DRAFT)
@desk_required
def outline(account: Account, draft_id: int) -> AnyResponse:
    return _outline(drafting.readable(draft_id, account.id), account)


def _outline(draft: KnownDraft, account: Account, error: Refusal | None = None) -> AnyResponse:
    found = _faults(draft)
    page = render_template(
        "authoring/outline.html",
        draft=draft,
        document=draft.document,
        mine=draft.owner_id == account.id,
        is_admin=account.is_admin,
        total=quiz_document.minutes_of(draft.document),
        faults=[(fault, where(fault, draft.document)) for fault in found],
        faults_of=lambda kind, part: sum(fault.part == Part(kind, part) for fault in found),
        kinds=KINDS,
        form=ConfirmForm(),
        error=wording.sentence(error.code) if error else None,
    )
    return make_response(page, error.status if error else 200)


@bp.post(DRAFT)
@desk_required
def ordered(account: Account, draft_id: int) -> AnyResponse:
    """One button of the outline: `do` says which, and for which activity."""
    account_id = account.id
    draft = drafting.owned(draft_id, account_id)
    gesture, _, activity = request.form.get("do", "").partition(":")
    document, anchor = draft.document, f"#{activity}"
    new = None
    match gesture:
        case "add" if request.form.get("kind") in KINDS:
            document, new = quiz_document.added(document, request.form["kind"], request.form.get("after") or None)
        case "up" | "down":
            document = quiz_document.moved(document, activity, -1 if gesture == "up" else 1)
        case "copy":
            document, copy = quiz_document.duplicated(document, activity)
            anchor = f"#{copy}"
        case "remove":
            document, anchor = quiz_document.removed(document, activity), "#deroule"
            flash(gettext("L’activité est retirée. L’historique la garde."))
        case "minutes":
            document, anchor = {**document, "minutes": quiz_document.minutes_of(document)}, ""
        case _:
            raise Malformed
    try:
        drafting.change(draft_id, account_id, document, draft.source, clock.now())
    except Refusal as refusal:
        return _outline(drafting.owned(draft_id, account_id), account, refusal)
    return redirect(f"/ateliers/{draft_id}/activites/{new}" if new else f"/ateliers/{draft_id}{anchor}", 303)


@bp.post(f"{DRAFT}/publier")
@desk_required
def published(account: Account, draft_id: int) -> AnyResponse:
    account_id = account.id
    try:
        publishing.publish(draft_id, account_id, config().quizzes, clock.now())
    except Refusal as refusal:
        return _outline(drafting.owned(draft_id, account_id), account, refusal)
    if drafting.owned(draft_id, account_id).is_offered:
        flash(gettext("C’est publié : l’atelier est proposé à la préparation d’une séance."))
    else:
        flash(gettext("Cette version est gardée. Elle sera proposée une fois l’atelier remis dans la bibliothèque."))
    return redirect(f"/ateliers/{draft_id}", 303)


@bp.post(f"{DRAFT}/partager")
@desk_required
def shared(account: Account, draft_id: int) -> AnyResponse:
    wanted = request.form.get("shared") == "1"
    drafting.share(draft_id, account.id, wanted)
    said = gettext("Toute l’association peut maintenant le lire, le copier et, une fois publié, l’animer.")
    flash(said if wanted else gettext("Vous seul ou seule le voyez de nouveau. Les copies déjà faites restent."))
    return redirect(f"/ateliers/{draft_id}", 303)


@bp.route(f"{DRAFT}/retirer", methods=["GET", "POST"])
@desk_required
def withdrawn(account: Account, draft_id: int) -> AnyResponse:
    """By its author, or by an administrator when somebody else shares it."""
    account_id, is_admin = account.id, account.is_admin
    draft = drafting.readable(draft_id, account_id)
    mine = draft.owner_id == account_id
    if not mine and not is_admin:
        raise NotAllowed
    if ConfirmForm().validate_on_submit():
        if mine:
            publishing.withdraw(draft_id, account_id)
            flash(gettext("L’atelier n’est plus proposé. Il se publie de nouveau quand vous voulez."))
        else:
            publishing.take_out(draft_id, account_id, clock.now())
            flash(gettext("L’atelier n’est plus proposé. %(name)s le lira sur ses pages.", name=draft.owner))
        return redirect(f"/ateliers/{draft_id}", 303)
    if mine:
        said = [
            gettext("L’atelier n’est plus proposé pour de nouvelles séances."),
            gettext("Les séances en cours et passées gardent la version qu’elles ont eue. Votre texte reste ici."),
        ]
    else:
        said = [
            gettext("Personne ne peut plus le choisir pour une nouvelle séance, %(name)s non plus.", name=draft.owner),
            gettext("Les séances en cours et passées gardent la version qu’elles ont eue."),
            gettext("%(name)s garde son texte, et lira votre nom, le jour et l’heure.", name=draft.owner),
            gettext("Dites-lui pourquoi : Préau ne le dira pas."),
            gettext("Vous, ou une autre personne qui administre, pourrez le remettre."),
        ]
    page = render_template(
        "authoring/confirm.html", draft=draft, form=ConfirmForm(), said=said,
        heading=gettext("Retirer « %(title)s » de la bibliothèque ?", title=draft.title),
        button=gettext("Retirer de la bibliothèque"),
    )  # fmt: skip
    return make_response(page)


@bp.post(f"{DRAFT}/remettre")
@admin_required
def put_back(account: Account, draft_id: int) -> AnyResponse:
    publishing.put_back(draft_id, account.id)
    flash(gettext("L’atelier n’est plus retiré."))
    return redirect(f"/ateliers/{draft_id}", 303)


@bp.route(f"{DRAFT}/supprimer", methods=["GET", "POST"])
@desk_required
def deleted(account: Account, draft_id: int) -> AnyResponse:
    account_id = account.id
    title = drafting.owned(draft_id, account_id).title
    if ConfirmForm().validate_on_submit():
        drafting.forget(draft_id, account_id)
        flash(gettext("L’atelier est supprimé."))
        return redirect("/ateliers", 303)
    said = [
        gettext("Le texte, son historique et ses images sont effacés."),
        gettext("Les séances en cours et passées gardent la version qu’elles ont eue."),
    ]
    return ask(gettext("Supprimer « %(title)s » ?", title=title), said, f"/ateliers/{draft_id}")


@bp.get(f"{DRAFT}/historique")
@desk_required
def history(account: Account, draft_id: int) -> str:
    account_id = account.id
    return render_template(
        "authoring/history.html",
        draft=drafting.owned(draft_id, account_id),
        states=drafting.history(draft_id, account_id),
        form=ConfirmForm(),
    )


@bp.post(f"{DRAFT}/historique/<int(max=2147483647):number>")
@desk_required
def restored(account: Account, draft_id: int, number: int) -> AnyResponse:
    drafting.restore(draft_id, account.id, number, clock.now())
    flash(gettext("L’atelier est revenu à cet état. Celui d’avant est dans l’historique."))
    return redirect(f"/ateliers/{draft_id}", 303)


@bp.route(f"{DRAFT}/images", methods=["GET", "POST"])
@desk_required
def pictures(account: Account, draft_id: int) -> AnyResponse:
    account_id = account.id
    draft, error = drafting.owned(draft_id, account_id), None
    if request.method == "POST":
        try:
            name = publishing.add_picture(draft_id, account_id, _brought())
        except Refusal as refusal:
            error = refusal
        else:
            flash(gettext("L’image « %(name)s » est là : choisissez-la dans une activité.", name=name))
            return redirect(f"/ateliers/{draft_id}/images", 303)
    said = None
    if error:
        too_large = gettext("Une image fait au plus 1 Mo, et un atelier en a 40 au plus.")
        said = too_large if isinstance(error, TooLarge) else wording.sentence(error.code)
    page = render_template("authoring/pictures.html", draft=draft, form=ConfirmForm(), error=said)
    return make_response(page, error.status if error else 200)


def _brought() -> bytes:
    """The picture that was sent; nothing when there is none. Its file, if it has one, goes at once."""
    brought = request.files.get("picture")
    if brought is None:
        return b""
    data: bytes = brought.read(MAX_PICTURE + 1)
    brought.close()
    return data


@bp.post(f"{DRAFT}/images/<name>/retirer")
@desk_required
def picture_removed(account: Account, draft_id: int, name: str) -> AnyResponse:
    publishing.remove_picture(draft_id, account.id, name)
    flash(gettext("L’image est retirée."))
    return redirect(f"/ateliers/{draft_id}/images", 303)
