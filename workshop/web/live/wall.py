"""The check of the wall: what the projector shows, told by somebody who looks at it and not at this page."""

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock
from workshop.domain.errors import Malformed, Refusal
from workshop.extensions import db
from workshop.realtime.hub import current_hub
from workshop.services import wall_checks
from workshop.services.change import Change
from workshop.web.errors import wants_json

from .facilitator import done, remember_notes, run_by, show_console

bp = Blueprint("wall", __name__)
_SCREENS = ("projector", "facilitator")  # pupils' phones have nothing to do with it


@bp.post("/animer/<int:live_id>/mur")
def check(live_id: int) -> AnyResponse:
    run_by(live_id)
    db.session.rollback()
    seen = request.form.get("seen")
    try:
        change = wall_checks.see(live_id, seen, clock.now()) if seen else _asked(live_id)
    except Refusal as refusal:
        current_hub().publisher.announce(Change(live_id), _SCREENS)
        if wants_json():
            raise
        return show_console(run_by(live_id), refusal)
    current_hub().publisher.announce(change, _SCREENS)
    answer = done(f"/animer/{live_id}")
    if seen:
        remember_notes(answer, live_id, shown=True)
    return answer


def _asked(live_id: int) -> Change:
    match request.form.get("action"):
        case "start":
            return wall_checks.start(live_id, clock.now())
        case "stop":
            return wall_checks.stop(live_id, clock.now())
        case _:
            raise Malformed
