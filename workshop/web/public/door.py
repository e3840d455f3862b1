"""What anybody may see: the door, one-time links, the page of components, static files."""

import re
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
)
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock, wording
from workshop.domain.errors import LinkExpired, NotAllowed, Refusal
from workshop.extensions import db
from workshop.realtime.cookies import DESK, LANGUAGE
from workshop.realtime.hub import current_hub
from workshop.services import accounts, catalogue, drafting, publishing, school_links, teacher_links
from workshop.web.assets import bundle_response
from workshop.web.forms import FirstAccountForm, WelcomeForm
from workshop.web.identity import give, languages_here
from workshop.web.security import is_this_machine
from workshop.web.settings import config

from . import motifs as motifs_made_up

bp = Blueprint("public", __name__)
_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
# Where the preview of a draft finds its pictures; no workshop may have this name.
DRAFTS_FOLDER = re.compile(r"brouillon-(\d{1,9})")


@bp.before_app_request
def choose_language() -> AnyResponse | None:
    """`?langue=en` on any page: remembered in a cookie, and the address is clean again."""
    wanted = request.args.get("langue")
    if request.method != "GET" or wanted not in {language.code for language in languages_here()}:
        return None
    response = redirect(request.path, 303)
    response.set_cookie(LANGUAGE, wanted, max_age=31_536_000, httponly=True, samesite="Lax", secure=config().hosted)
    return response


@bp.get("/")
def index() -> str:
    return render_template("public/index.html", error=None, code="")


@bp.get("/r")
def enter() -> AnyResponse:
    code = "".join(request.args.get("code", "").split())[:32]
    if not code.isalnum():
        message = gettext("Écris le code affiché sur l’écran de la classe.")
        return make_response(render_template("public/index.html", error=message, code=code), 400)
    return redirect(f"/r/{code.upper()}", 303)


@bp.route("/lien/<token>", methods=["GET", "POST"])
def link(token: str) -> AnyResponse:
    """Trade a link for a cookie, and leave no token in the address. One-time, but for a teacher's and a school's."""
    now = clock.now()
    found = accounts.read_link(token, now)
    kind, live_id = found.kind, found.live_session_id
    db.session.rollback()
    # Over http on a LAN anybody may listen: accounts are opened on the machine itself.
    if kind in ("first_run", "invitation", "sign_in") and not config().hosted and not is_this_machine():
        raise NotAllowed
    if kind in ("first_run", "invitation"):
        return _welcome(token, kind)
    lasting = {teacher_links.KIND: teacher_links.links.open, school_links.KIND: school_links.links.open}
    granted = lasting.get(kind, accounts.trade_link)(token, now)
    target = {
        "account": "/animer",
        "projector": f"/ecran/{live_id}",
        "remote": f"/telecommande/{live_id}",
        "teacher": f"/bilan/{live_id}",
        "school": f"/bilan/etablissement/{granted.school_id}",
    }[granted.kind]
    response = redirect(granted.target or target, 303)
    give(response, granted, config())
    if granted.kind == "remote" and live_id is not None:
        current_hub().announce_console(live_id)
    return response


def _welcome(token: str, kind: str) -> AnyResponse:
    form = FirstAccountForm() if kind == "first_run" else WelcomeForm()
    error = None
    if form.validate_on_submit():
        try:
            email = form.email.data if isinstance(form, FirstAccountForm) else None
            granted = accounts.use_invitation(token, form.name.data, email, form.password.data, clock.now())
        except LinkExpired:
            raise
        except Refusal as refusal:
            error = wording.sentence(refusal.code)
        else:
            response = redirect("/animer", 303)
            give(response, granted, config())
            return response
    status = 400 if form.is_submitted() else 200
    return make_response(render_template("desk/welcome.html", form=form, kind=kind, error=error), status)


@bp.get("/static/b/<digest>/<name>")
def bundle(digest: str, name: str) -> Response:
    return bundle_response(current_app.extensions["preau_bundles"], digest, name)


@bp.get("/quizzes/<slug>/<name>")
def picture(slug: str, name: str) -> Response:
    """A workshop's picture. Its own policy: an SVG opened by itself must run nothing."""
    if Path(name).suffix not in _TYPES:
        return make_response(render_template("public/error.html", status=404, message=""), 404)
    response = _picture(slug, name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    seen_by = "private" if DRAFTS_FOLDER.fullmatch(slug) else "public"
    response.headers["Cache-Control"] = f"{seen_by}, max-age=3600"
    return response


def _picture(slug: str, name: str) -> Response:
    """Of the library's folder, of a published version, or of a draft for whoever may read it."""
    if (config().quizzes / slug / name).is_file():
        return send_from_directory(config().quizzes / slug, name)
    draft = DRAFTS_FOLDER.fullmatch(slug)
    data = _of_a_draft(int(draft[1]), name) if draft else catalogue.picture(slug, name)
    db.session.rollback()
    if data is None:
        abort(404)
    response = make_response(data)
    response.mimetype = _TYPES[Path(name).suffix]
    return response


def _of_a_draft(draft_id: int, name: str) -> bytes:
    account = accounts.account_of(request.cookies.get(DESK), clock.now())
    if account is None:
        raise NotAllowed
    drafting.readable(draft_id, account.id)
    return publishing.picture(draft_id, name)


@bp.get("/motifs")
def motifs() -> str:
    return render_template("public/motifs.html", motif=motifs_made_up)


@bp.get("/favicon.ico")
def favicon() -> Response:
    return send_from_directory(Path(current_app.static_folder or "") / "img", "favicon.svg")
