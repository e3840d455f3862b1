"""Importing the national directory: a dry run, then the change. Long, so that it gives way to the class in progress."""

import io
from typing import IO

import gevent
from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask_babel import gettext
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock, wording
from workshop.domain.directory import NotADirectory, RefusedLine, Wanted
from workshop.domain.errors import Refusal
from workshop.domain.schools import SchoolEntry
from workshop.extensions import db
from workshop.realtime.cookies import DESK
from workshop.services import accounts, directory
from workshop.services.directory import Report
from workshop.storage.models import Account
from workshop.web.forms import ConfirmForm
from workshop.web.identity import admin_required
from workshop.web.security import MAX_FORM
from workshop.web.settings import config

from .forms import DirectoryForm

bp = Blueprint("directory", __name__)
MAX_FILE = 64 * 1024 * 1024  # bytes; the whole country's file has about 40 MB
MAX_SHOWN = 4 * 1024 * 1024  # bytes of what was shown and comes back signed; the whole country has about 0.6 MB
CONFIRM_WITHIN = 3600  # seconds
_PAUSE = 0.001  # seconds: enough for the loop to serve whoever waits


def breathe() -> None:
    """Let the class in progress go on."""
    gevent.sleep(_PAUSE)


class _Breathing:
    """A request's body that is read piece by piece, with a breath between two: a long upload holds up nobody."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body

    def read(self, size: int = -1) -> bytes:
        breathe()
        return self._body.read(size)

    def readline(self, size: int = -1) -> bytes:
        return self._body.readline(size)


@bp.url_value_preprocessor
def take_a_long_form(_endpoint: str | None, _values: object) -> None:
    """Before the token is looked for in the form: more than others may send, and from an administrator alone."""
    if (request.content_length or 0) <= MAX_FORM:
        return
    account = accounts.account_of(request.cookies.get(DESK), clock.now())
    allowed = account is not None and account.is_admin
    db.session.rollback()  # nothing may be held open while the body comes
    if allowed:
        request.max_content_length = MAX_FILE
        request.max_form_memory_size = MAX_SHOWN
        request.environ["wsgi.input"] = _Breathing(request.environ["wsgi.input"])


@bp.route("/etablissements/annuaire", methods=["GET", "POST"])
@admin_required
def looked_at(account: Account) -> AnyResponse:
    account_id = account.id
    form, error = DirectoryForm(), None
    if form.validate_on_submit():
        wanted = Wanted(frozenset(form.levels.data), frozenset({form.department.data} - {""}))
        lines = io.TextIOWrapper(form.file.data.stream, encoding="utf-8-sig", newline="")
        try:
            report = directory.examine(lines, wanted, breathe)
        except NotADirectory as refusal:
            columns = gettext("Il manque : %(columns)s.", columns=", ".join(refusal.missing))
            error = f"{wording.sentence(refusal.code)} {columns}"
        except Refusal as refusal:
            error = wording.sentence(refusal.code)
        else:
            return make_response(_report_page(report, account_id))
    return _page(form, error)


def _page(form: DirectoryForm, error: str | None) -> AnyResponse:
    page = render_template("desk/directory.html", form=form, error=error)
    return make_response(page, 400 if error or form.errors else 200)


def _report_page(report: Report, account_id: int) -> str:
    found = report.found
    return render_template(
        "desk/directory_report.html",
        report=report,
        refused=[(line.line, why(line)) for line in report.refused],
        form=ConfirmForm(),
        # A megabyte or so to pack: off the loop.
        shown=gevent.get_hub().threadpool.apply(_pack, (_signer(account_id), [*found.added, *found.changed])),
    )


@bp.post("/etablissements/annuaire/confirmer")
@admin_required
def taken_in(account: Account) -> AnyResponse:
    signer = _signer(account.id)
    try:
        shown = gevent.get_hub().threadpool.apply(
            signer.loads, (request.form.get("shown", ""),), {"max_age": CONFIRM_WITHIN}
        )
    except BadData:
        return _page(DirectoryForm(formdata=None), gettext("Ce contrôle n’est plus valable : reprenez le fichier."))
    done = directory.take_in([SchoolEntry(*fields) for fields in shown], breathe)
    flash(
        gettext(
            "Import terminé. Établissements ajoutés : %(added)s ; mis à jour : %(changed)s.",
            added=len(done.added),
            changed=len(done.changed),
        )
    )
    return redirect("/etablissements", 303)


def _pack(signer: URLSafeTimedSerializer, entries: list[SchoolEntry]) -> str:
    packed = signer.dumps([list(vars(entry).values()) for entry in entries])
    return packed if isinstance(packed, str) else packed.decode()


def _signer(account_id: int) -> URLSafeTimedSerializer:
    """What was shown comes back as it was shown, to whom it was shown."""
    return URLSafeTimedSerializer(config().secret_key, salt=f"directory of {account_id}")


def why(line: RefusedLine) -> str:
    """The reason for which a line was refused, in words."""
    said = {"value": line.value or "–", "expected": line.expected}
    sentences: dict[str, str] = {
        "unreadable": gettext("Cette ligne ne se lit pas : un guillemet n’est sans doute pas fermé."),
        "department": gettext("Le code de département %(value)s n’est pas connu.", **said),
        "uai_form": gettext("%(value)s n’est pas un code UAI : sept chiffres et une lettre.", **said),
        "uai_letter": gettext(
            "Le code UAI %(value)s a un caractère faux : avec ces chiffres, la lettre serait %(expected)s.", **said
        ),
        "name": gettext("L’établissement %(value)s n’a pas de nom.", **said),
        "text": gettext("Le nom ou la commune de %(value)s est trop long, ou contient un caractère illisible.", **said),
        "twice": gettext("%(value)s est déjà à la ligne %(expected)s : c’est elle qui est gardée.", **said),
    }
    return sentences[line.reason]
