"""The page that a phone opens to try the network: no cookie, no class, nobody. It works as plain HTML too."""

import re

from flask import Blueprint, abort, current_app, g, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from workshop.addresses import lan_addresses
from workshop.domain.errors import Malformed, NotAllowed
from workshop.extensions import csrf
from workshop.web.security import check_same_origin, is_this_machine
from workshop.web.settings import config

from .trials import WAYS, Trials, account_of

bp = Blueprint("trial", __name__)
csrf.exempt(bp)  # nothing can be done here in anybody's name
_PAGE = re.compile(r"[0-9a-f]{16}")
LONGEST_TRIP = 60_000  # milliseconds


def trials() -> Trials:
    found = current_app.extensions["preau_trials"]
    assert isinstance(found, Trials)
    return found


@bp.get("/essai/<token>")
def page(token: str) -> str:
    account_id, here = _whose(token), _is_here()
    if not here:
        trials().opened(account_id)
    g.compress = True
    return render_template("trial/page.html", here=here)


@bp.post("/essai/<token>")
def told(token: str) -> AnyResponse:
    """What an open page has found so far. Its answer is also what the page measures."""
    account_id = _whose(token)
    check_same_origin()
    if _is_here():
        raise NotAllowed
    said, way, trip = request.form.get("page", ""), request.form.get("way") or None, request.form.get("trip") or None
    if not _PAGE.fullmatch(said) or (way and way not in WAYS) or (trip and not re.fullmatch(r"[0-9]{1,5}", trip)):
        raise Malformed
    trials().told(account_id, said, way, min(int(trip), LONGEST_TRIP) if trip else None)
    return jsonify(ok=True)


def _whose(token: str) -> int:
    account_id = account_of(config().secret_key, token)
    if account_id is None:
        abort(404)
    return account_id


def _is_here() -> bool:
    """The machine itself, which reaches itself through any firewall: that would prove nothing."""
    if config().hosted:
        return False
    return is_this_machine() or request.remote_addr in {address.ip for address in lan_addresses()}
