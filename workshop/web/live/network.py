"""Before the class: can phones reach this machine? What can be known without them, what they say, what to do if not."""

import sys

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workshop import room_network
from workshop.addresses import answers, lan_addresses
from workshop.domain.errors import Malformed
from workshop.extensions import db
from workshop.joining_address import base_address, chosen_address, shown_wifi
from workshop.qr import qr_svg
from workshop.realtime.hub import current_hub
from workshop.storage.models import Account
from workshop.web.forms import WifiForm
from workshop.web.identity import desk_required
from workshop.web.settings import config

from .network_check import findings, kind_words
from .trial import trials
from .trials import token_of

bp = Blueprint("network", __name__)
SYSTEMS = {"win32": "windows", "darwin": "macos"}


@bp.route("/animer/reseau", methods=["GET", "POST"])
@desk_required
def check(account: Account) -> AnyResponse:
    account_id, form = account.id, WifiForm()
    db.session.rollback()
    if request.method == "POST" and _change(account_id, form):
        return redirect("/animer/reseau", 303)
    return make_response(_page(account_id, form), 400 if form.errors else 200)


@bp.get("/animer/reseau/arrivees")
@desk_required
def arrivals(account: Account) -> str:
    """The part of the page that moves while phones try: asked for again every two seconds."""
    account_id = account.id
    db.session.rollback()
    return render_template("network/arrivals.html", trial=trials().of(account_id), hosted=config().hosted)


def _page(account_id: int, form: WifiForm) -> str:
    settings = config()
    told, known, chosen = room_network.read(settings.data), lan_addresses(), chosen_address(settings)
    address = f"{base_address(settings)}/essai/{token_of(settings.secret_key, account_id)}"
    return render_template(
        "network/page.html",
        form=form,
        address=address,
        qr=qr_svg(address, gettext("Code QR vers %(url)s", url=address)),
        trial=trials().of(account_id),
        partial=settings.redis_url is not None,
        hosted=settings.hosted,
        findings=[]
        if settings.hosted
        else findings(known, chosen, answers(chosen.ip, settings.port), bool(settings.host)),
        addresses=[] if settings.hosted else [(a, kind_words(a.kind)) for a in known],
        chosen=chosen,
        by_host=settings.host,
        port=settings.port,
        by_hand=told.address,
        wifi=told.wifi,
        until=told.until,
        shown=shown_wifi(settings),
        system=SYSTEMS.get(sys.platform, "linux"),
    )


def _change(account_id: int, form: WifiForm) -> bool:
    """Do what the button says; False when the form is to be shown again, with what is wrong in it."""
    folder, action = config().data, request.form.get("action", "")
    if action == "restart":
        trials().restart(account_id)
        return True
    if config().hosted:
        raise Malformed
    if action == "wifi":
        if not form.validate_on_submit():
            return False
        room_network.show(folder, form.wifi, bool(form.stays.data))
        flash(gettext("L’accueil montre maintenant le Wi-Fi, puis l’atelier."))
    elif action in ("show", "hide"):
        room_network.show_again(folder, action == "show")
    elif action == "forget":
        room_network.forget(folder)
        flash(gettext("Le Wi-Fi et sa clé sont oubliés."))
    elif action == "address":
        wanted = request.form.get("address", "")
        if wanted and wanted not in {address.ip for address in lan_addresses()}:
            raise Malformed
        room_network.choose_address(folder, wanted or None)
        flash(gettext("Les téléphones iront à cette adresse."))
    else:
        raise Malformed
    current_hub().follow_network()
    return True
