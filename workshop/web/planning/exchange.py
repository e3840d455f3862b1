"""From a laptop to the hosted instance: the key is given there and kept here, the signed file goes the other way."""

import os
from io import BytesIO

from flask import Blueprint, make_response, redirect, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from workshop import wording
from workshop.domain.errors import Refusal
from workshop.extensions import db
from workshop.services import planning
from workshop.services.exchanging import pack, take_in
from workshop.services.signed_files import BadFile, exchange_key, is_exchange_key
from workshop.storage.models import Account
from workshop.web.handing_over import file_name
from workshop.web.identity import desk_required
from workshop.web.settings import config

bp = Blueprint("exchange", __name__)


@bp.route("/animer/echange", methods=["GET", "POST"])
@desk_required
def exchange(account: Account) -> AnyResponse:
    """Hosted: the key to copy, and the file to bring. On a laptop: the key to keep."""
    account_id, error = account.id, None
    db.session.rollback()
    if request.method == "POST":
        try:
            if config().hosted:
                brought = request.files.get("file")
                live_id = take_in(brought.read() if brought else b"", config().secret_key, account_id)
                return redirect(f"/animer/{live_id}/enseignant", 303)
            _keep_key(request.form.get("key", "").strip())
            return redirect("/animer/echange", 303)
        except Refusal as refusal:
            error = (refusal.status, wording.sentence(refusal.code))
    page = render_template(
        "teacher/exchange.html",
        hosted=config().hosted,
        key=exchange_key(config().secret_key, account_id) if config().hosted else None,
        kept=kept_key() is not None,
        error=error[1] if error else None,
    )
    return make_response(page, error[0] if error else 200)


@bp.get("/animer/<int:live_id>/seance.preau")
@desk_required
def signed(account: Account, live_id: int) -> AnyResponse:
    """The signed file of a class that ended here; without a key, the page that asks for it."""
    row, key = planning.owned(live_id, account.id), kept_key()
    if key is None:
        return redirect("/animer/echange", 303)
    name = file_name(row) if row.ended_at else ""
    body = pack(row, key)
    return send_file(
        BytesIO(body), "application/gzip", as_attachment=True, download_name=name.replace("bilan", "seance") + ".preau"
    )


def key_of(account_id: int) -> str | None:
    """What signs the files of this account: derived when hosted, kept on a laptop; None while it is not."""
    return exchange_key(config().secret_key, account_id) if config().hosted else kept_key()


def kept_key() -> str | None:
    path = config().data / "exchange-key"
    return path.read_text().strip() if path.exists() else None


def _keep_key(key: str) -> None:
    """Readable by its owner alone: who has it can bring classes in that account's name."""
    if not is_exchange_key(key):
        raise BadFile
    path = config().data / "exchange-key"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
