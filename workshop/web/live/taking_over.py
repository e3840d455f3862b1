"""A colleague goes on with a class whose laptop died; whoever led it is told calmly, and may take it back."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock
from workshop.domain.errors import NotAllowed, Refusal
from workshop.extensions import db
from workshop.realtime.hub import current_hub
from workshop.services import taking_over
from workshop.storage.models import Account
from workshop.web.identity import desk_required

bp = Blueprint("taking_over", __name__)


@bp.post("/animer/<int:live_id>/reprendre")
@desk_required
def take_over(account: Account, live_id: int) -> AnyResponse:
    account_id, is_admin = account.id, account.is_admin
    owner = request.form.get("owner", "")
    db.session.rollback()
    try:
        if not (owner.isascii() and owner.isdigit() and len(owner) < 10):
            raise NotAllowed
        taking_over.take_over(live_id, int(owner), account_id, is_admin, clock.now())
    except Refusal as refusal:
        return show_offer(live_id, account_id, is_admin, refusal)
    current_hub().ask_again(live_id)
    return redirect(f"/animer/{live_id}", 303)


def show_offer(live_id: int, account_id: int, is_admin: bool, refusal: Refusal | None = None) -> AnyResponse:
    """Somebody else leads this class, and one may take it over; the refusal, or NotAllowed, for anybody else."""
    found = taking_over.offers(account_id, is_admin, live_id)
    db.session.rollback()
    if not found:
        raise refusal or NotAllowed
    error = gettext("Cette séance a changé de mains entre-temps : voici qui l’anime.") if refusal else None
    page = render_template("desk/taken_over.html", offer=found[0], error=error)
    return make_response(page, refusal.status if refusal else 200)
