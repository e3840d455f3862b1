"""The console and the remote control: every command is a form that carries the version its screen showed."""

from datetime import timedelta
from types import SimpleNamespace

from flask import Blueprint, jsonify, make_response, redirect, render_template, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock, wording
from workshop.domain.errors import Malformed, NeedsConfirmation, NotAllowed, Refusal
from workshop.domain.live_session import REMOTE_COMMANDS, Command
from workshop.extensions import db
from workshop.joining_address import base_address, make_join
from workshop.qr import qr_svg
from workshop.realtime import rehearsal
from workshop.realtime.audiences import facilitator_view
from workshop.realtime.cookies import remote_cookie
from workshop.realtime.events import round_id
from workshop.realtime.hub import current_hub
from workshop.realtime.remote_view import remote_view
from workshop.services import accounts, planning, taking_over
from workshop.services.hands import enter_hands
from workshop.services.viewing import load_board
from workshop.storage import live_sessions
from workshop.storage.models import Account, LiveSessionRow
from workshop.web.errors import wants_json
from workshop.web.forms import MAX_SIMULATED
from workshop.web.identity import desk_required, on_its_process, runs
from workshop.web.security import is_encrypted
from workshop.web.settings import config

from .taking_over import show_offer

bp = Blueprint("facilitator", __name__)


@bp.get("/animer/<int:live_id>")
@desk_required
def console(account: Account, live_id: int) -> AnyResponse:
    account_id, is_admin = account.id, account.is_admin
    try:
        row = planning.owned(live_id, account_id)
    except NotAllowed:
        return show_offer(live_id, account_id, is_admin)
    return on_its_process(row.code) or show_console(row)


def show_console(
    row: LiveSessionRow, refusal: Refusal | None = None, confirm: str | None = None, **typed: object
) -> AnyResponse:
    """The console, with a refusal; `typed` goes back into its form."""
    live_id = row.id
    board = load_board(row, clock.now())
    page = render_template(
        "facilitator/page.html",
        view=facilitator_view(board),
        health=current_hub().publisher.health(board),
        join=make_join(config(), board.code),
        notes_shown=request.cookies.get(_notes_cookie(live_id)) == "1",
        confirm=confirm or request.args.get("confirmer"),
        error=wording.sentence(refusal.code) if refusal else None,
        extra=SimpleNamespace(csrf=generate_csrf()),
        handed=taking_over.history(live_id),
        **typed,
    )
    db.session.rollback()
    return make_response(page, refusal.status if refusal else 200)


@bp.post("/animer/<int:live_id>/commande")
def command(live_id: int) -> AnyResponse:
    who, wanted = runs(live_id), request.form.get("command", "")
    if who is None or (who == "remote" and wanted not in REMOTE_COMMANDS):
        raise NotAllowed
    asked = Command(
        wanted, _number("version") or 0, confirmed=request.form.get("confirmed") == "1", number=_number("number")
    )
    try:
        current_hub().command(live_id, asked)
    except Refusal as refusal:
        if wants_json():
            raise
        confirm = wanted if isinstance(refusal, NeedsConfirmation) else None
        shown = show_remote if is_remote(live_id) else show_console
        return shown(run_by(live_id, remote=True), None if confirm else refusal, confirm)
    return done(f"/animer/{live_id}" if not is_remote(live_id) else f"/telecommande/{live_id}")


@bp.post("/animer/<int:live_id>/mains")
def hands(live_id: int) -> AnyResponse:
    run_by(live_id)
    round_, voices = round_id(request.form.get("round")), counted_voices()
    db.session.rollback()
    try:
        enter_hands(live_id, round_, voices)
    except Refusal as refusal:
        if wants_json():
            raise
        return show_console(run_by(live_id), refusal)
    current_hub().publisher.mark(live_id)
    current_hub().announce_console(live_id)
    return done(f"/animer/{live_id}")


@bp.post("/animer/<int:live_id>/projecteur")
def open_projector(live_id: int) -> AnyResponse:
    run_by(live_id)
    db.session.rollback()
    token = accounts.make_link("projector", clock.now(), timedelta(minutes=1), live_id=live_id)
    return redirect(f"/lien/{token}", 303)


@bp.post("/animer/<int:live_id>/notes")
def show_notes(live_id: int) -> AnyResponse:
    """A second display is confirmed: notes may be shown on this one. Kept by this browser, for this live session."""
    run_by(live_id)
    response = done(f"/animer/{live_id}")
    remember_notes(response, live_id, shown=not request.form.get("hide"))
    return response


def remember_notes(response: AnyResponse, live_id: int, shown: bool) -> None:
    value = "1" if shown else "0"
    response.set_cookie(_notes_cookie(live_id), value, httponly=True, samesite="Lax", secure=config().hosted)


@bp.post("/animer/<int:live_id>/repetition")
def simulate(live_id: int) -> AnyResponse:
    row = run_by(live_id)
    size = _number("number")
    if not row.rehearsal or size is None or not 1 <= size <= MAX_SIMULATED:
        raise Malformed
    rehearsal.start(current_hub(), live_id, size)
    return done(f"/animer/{live_id}")


@bp.post("/animer/<int:live_id>/telecommande")
def pair(live_id: int) -> AnyResponse:
    """A QR code used once, within a minute; the phone then waits until the console confirms it."""
    row = run_by(live_id)
    code = row.code
    db.session.rollback()
    token = accounts.make_link("remote", clock.now(), accounts.PAIRING_LASTS, live_id=live_id)
    address = f"{base_address(config())}/lien/{token}"
    page = render_template(
        "facilitator/pairing.html",
        qr_svg=qr_svg(address, address),
        address=base_address(config()),
        live_id=live_id,
        code=code,
        expires=int(accounts.PAIRING_LASTS.total_seconds()),
    )
    return make_response(page)


@bp.post("/animer/<int:live_id>/telecommande/<int:access_id>/confirmer")
def confirm_remote(live_id: int, access_id: int) -> AnyResponse:
    run_by(live_id)
    db.session.rollback()
    accounts.confirm_remote(live_id, access_id)
    current_hub().announce_console(live_id)
    return done(f"/animer/{live_id}")


@bp.post("/animer/<int:live_id>/telecommande/<int:access_id>/retirer")
def revoke_remote(live_id: int, access_id: int) -> AnyResponse:
    run_by(live_id)
    db.session.rollback()
    accounts.revoke_remote(live_id, access_id)
    current_hub().ask_again(live_id)
    current_hub().disconnect_consoles(live_id)
    current_hub().announce_console(live_id)
    return done(f"/animer/{live_id}")


@bp.get("/telecommande/<int:live_id>")
def remote(live_id: int) -> AnyResponse:
    row = live_sessions.find(live_id)
    if row is None:
        raise NotAllowed
    code = row.code
    page = show_remote(row)
    return on_its_process(code) or page


def show_remote(row: LiveSessionRow, refusal: Refusal | None = None, confirm: str | None = None) -> AnyResponse:
    live_id = row.id
    found = accounts.access(request.cookies.get(remote_cookie(live_id)), "remote", clock.now())
    if found is None or found.live_session_id != live_id:
        raise NotAllowed
    label, confirmed, encrypted = accounts.remote_label(found), found.confirmed, found.confirmed and is_encrypted()
    page = render_template(
        "facilitator/remote.html",
        view=remote_view(load_board(row, clock.now()), encrypted),
        encrypted=encrypted,
        remote_commands=REMOTE_COMMANDS,
        waiting=not confirmed,
        label=label,
        confirm=confirm,
        error=wording.sentence(refusal.code) if refusal else None,
        extra=SimpleNamespace(csrf=generate_csrf()),
    )
    db.session.rollback()
    return make_response(page, refusal.status if refusal else 200)


def run_by(live_id: int, remote: bool = False) -> LiveSessionRow:
    """The live session, for its own facilitator (or, where allowed, their confirmed phone); NotAllowed to others."""
    who = runs(live_id)
    row = live_sessions.find(live_id)
    if row is None or who is None or (who == "remote" and not remote):
        raise NotAllowed
    return row


def counted_voices() -> dict[str, int]:
    """What a form says was counted in the room: « voices-<choice> », an empty field being none. Raises Malformed."""
    voices = {}
    for name, value in request.form.items():
        if name.startswith("voices-"):
            if not (value or "0").isdigit() or len(value) > 5:
                raise Malformed
            voices[name.removeprefix("voices-")] = int(value or "0")
    return voices


def is_remote(live_id: int) -> bool:
    return request.form.get("from") == "remote" and remote_cookie(live_id) in request.cookies


def _number(name: str) -> int | None:
    value = request.form.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else None


def _notes_cookie(live_id: int) -> str:
    return f"preau_notes_{live_id}"


def done(target: str) -> AnyResponse:
    return make_response(jsonify(ok=True)) if wants_json() else redirect(target, 303)
