"""The facilitator reads what pupils wrote and, apart, what may call for help. On their remote, over https alone."""

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock, wording
from workshop.domain.errors import Malformed, NeedsConfirmation, NotFound, Refusal
from workshop.domain.state import Phase
from workshop.extensions import db
from workshop.realtime.events import AUDIENCES, round_id
from workshop.realtime.hub import current_hub
from workshop.services import moderating, planning, reading
from workshop.services.moderating import Moderated
from workshop.storage import live_sessions
from workshop.storage.models import Account, LiveSessionRow
from workshop.web.errors import wants_json
from workshop.web.identity import desk_required
from workshop.web.reviewing.letter import if_confided
from workshop.web.security import is_encrypted
from workshop.web.settings import config

from .facilitator import done, is_remote, run_by, show_console, show_remote

bp = Blueprint("moderation", __name__)
BY_THUMB = ("approve", "refuse", "apart", "undo")


@bp.post("/animer/<int:live_id>/messages")
def read(live_id: int) -> AnyResponse:
    """A verdict on a text and all that say the same, or words that were said aloud."""
    text, verdict = request.form.get("text", ""), request.form.get("verdict", "")
    row = run_by(live_id, remote=is_encrypted() and verdict in BY_THUMB)
    # Before they are shown, only the console changes with a verdict.
    hidden = row.phase in (Phase.OPEN, Phase.CLOSED) and row.overlay is None
    db.session.rollback()
    try:
        round_ = round_id(request.form.get("round"))
        moderated = _decide(live_id, round_, text, verdict)
    except Refusal as refusal:
        if wants_json():
            raise
        if is_remote(live_id):
            return show_remote(run_by(live_id, remote=True), refusal)
        return show_console(run_by(live_id), refusal, typed_aloud=text if verdict == "aloud" else "")
    hub = current_hub()
    hub.publisher.mark(live_id)
    hub.publisher.announce(moderated.change, ("facilitator",) if hidden else AUDIENCES)
    hub.show_help(moderated.apart)
    if verdict == "undo":
        hub.erase()  # the sheet that it may have deleted
    return done(f"/telecommande/{live_id}" if is_remote(live_id) else f"/animer/{live_id}")


def _decide(live_id: int, round_: int, text: str, verdict: str) -> Moderated:
    now = clock.now()
    match verdict:
        case "aloud":
            return Moderated(moderating.say_aloud(live_id, round_, text, now))
        case "approve" | "refuse" | "apart":
            return moderating.moderate(live_id, round_, text, verdict, now)
        case "undo":
            return moderating.take_back(live_id, round_, text, now)
        case _:
            raise Malformed


@bp.get("/animer/<int:live_id>/a-part")
@desk_required
def apart(account: Account, live_id: int) -> AnyResponse:
    return _apart(planning.owned(live_id, account.id))


@bp.get("/animer/<int:live_id>/a-part/<int:sheet_id>")
@desk_required
def sheet(account: Account, live_id: int, sheet_id: int) -> AnyResponse:
    """To be printed, filled in and handed over."""
    row = planning.owned(live_id, account.id)
    workshop = live_sessions.workshop_of(row)
    found = next((one for one in reading.sheets(live_id, workshop) if one.id == sheet_id), None)
    if found is None:
        raise NotFound
    page = render_template(
        "desk/apart_sheet.html",
        account=account,
        row=row,
        workshop=workshop,
        sheet=found,
        local=found.at.astimezone(),
        hour=_hour(found),
    )
    db.session.rollback()
    return make_response(page)


@bp.post("/animer/<int:live_id>/a-part/<int:sheet_id>")
@desk_required
def change_sheet(account: Account, live_id: int, sheet_id: int) -> AnyResponse:
    planning.owned(live_id, account.id)
    db.session.rollback()
    hub = current_hub()
    try:
        match request.form.get("action"):
            case "release":
                hub.publisher.announce(moderating.release(live_id, sheet_id, clock.now()), ("facilitator",))
            case "delete":
                if request.form.get("confirmed") != "1":
                    raise NeedsConfirmation
                moderating.delete_sheet(live_id, sheet_id)
                hub.announce_console(live_id)
            case _:
                raise Malformed
    except Refusal as refusal:
        return _apart(planning.owned(live_id, account.id), refusal)
    hub.erase()
    return redirect(f"/animer/{live_id}/a-part", 303)


def _apart(row: LiveSessionRow, refusal: Refusal | None = None) -> AnyResponse:
    workshop = live_sessions.workshop_of(row)
    found = reading.sheets(row.id, workshop)
    wanted = request.args.get("supprimer", "")
    page = render_template(
        "desk/apart.html",
        row=row,
        workshop=workshop,
        running=row.ended_at is None,
        sheets=found,
        hours={one.id: _hour(one) for one in found},
        asked=int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else None,
        confided=if_confided(row.people),
        days=config().keep_apart,
        error=wording.sentence(refusal.code) if refusal else None,
    )
    db.session.rollback()
    return make_response(page, refusal.status if refusal else 200)


def _hour(sheet: reading.Sheet) -> str:
    """By the clock of this computer; hosted, whose clock that is must be said."""
    local = sheet.at.astimezone()
    return wording.hour(local) + (f" ({local.tzname()})" if config().hosted else "")
