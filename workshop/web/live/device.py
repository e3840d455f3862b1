"""A pupil's page on the device itself: several pupils share it, or it goes to the next one and forgets this one."""

from flask import Blueprint, g, make_response, redirect, render_template, request
from flask_babel import get_locale
from werkzeug.wrappers import Response

from workshop import wording
from workshop.domain.errors import Malformed, Refusal, RehearsalOnly, UnknownCode
from workshop.extensions import csrf
from workshop.realtime.cookies import is_pupils
from workshop.realtime.events import read_sharing
from workshop.realtime.hub import current_hub
from workshop.services import joining, sharing
from workshop.services.keys import hashed
from workshop.storage import live_sessions
from workshop.storage.models import LiveSessionRow
from workshop.web.identity import forget, participant_key
from workshop.web.security import check_same_origin

bp = Blueprint("device", __name__)
csrf.exempt(bp)  # as for the pupil's page


@bp.before_request
def check_origin() -> None:
    g.compress = True
    if request.method == "POST":
        check_same_origin()


@bp.get("/r/<code>/appareil")
def page(code: str) -> Response:
    return _page(_row(code))


@bp.post("/r/<code>/partage")
def share(code: str) -> Response:
    """How many pupils this device is for, and how they vote."""
    row = _row(code)
    key = participant_key(row.code)
    size = request.form.get("size", "1")
    way = request.form.get("way", "")
    try:
        if key is None or size not in map(str, range(1, sharing.MOST + 1)):
            raise Malformed
        sharing.share(row.code, key, *read_sharing(way, 1 if way == "phone" else int(size)))
    except Refusal as refusal:
        return _page(_row(code), refusal)
    hub = current_hub()
    hub.publisher.mark(row.id)
    hub.announce_console(row.id)
    return redirect(f"/r/{row.code}", 303)


@bp.post("/r/<code>/suivant")
def next_pupil(code: str) -> Response:
    """This device forgets the pupil who had it, in this class and in earlier ones."""
    names = [name for name in request.cookies if is_pupils(name)]
    for name in names:
        for participant_id in sharing.leave(name.removeprefix("preau_"), request.cookies[name]):
            current_hub().disconnect_participant(participant_id)
    response = redirect(f"/r/{code[:32].upper()}/suivant", 303)
    forget(response, names)
    return response


@bp.get("/r/<code>/suivant")
def forgotten(code: str) -> str:
    row = live_sessions.find_by_code(code)
    goes_on = row is not None and row.ended_at is None
    return render_template("participant/forgotten.html", code=code[:32].upper(), goes_on=goes_on)


def _row(code: str) -> LiveSessionRow:
    row = live_sessions.find_by_code(code)
    if row is None:
        raise UnknownCode
    if row.rehearsal:
        raise RehearsalOnly
    return row


def _page(row: LiveSessionRow, refusal: Refusal | None = None) -> Response:
    key = participant_key(row.code)
    joined = joining.known(row, hashed(key)) if key else None
    return make_response(
        render_template(
            "participant/device.html",
            code=row.code,
            shared=joined.shared if joined else None,
            can_share=key is not None and row.ended_at is None and row.follows is None,
            most=sharing.MOST,
            refusal=wording.sentence(refusal.code) if refusal else None,
            language=str(get_locale()),
        ),
        refusal.status if refusal else 200,
    )
