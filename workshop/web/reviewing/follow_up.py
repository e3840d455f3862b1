"""The teacher's follow-up: opened, shown to the class, closed, and compared. With the cookie of the class's review."""

from types import SimpleNamespace

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock
from workshop.domain.errors import Malformed, NeedsConfirmation, NotAllowed, SessionEnded, StaleVersion
from workshop.domain.follow_up import LATER, LONGEST, SHORTEST, USUAL, last_day
from workshop.domain.live_session import Command
from workshop.extensions import db
from workshop.joining_address import make_join
from workshop.realtime.hub import current_hub
from workshop.services import following_up
from workshop.storage import live_sessions
from workshop.storage.models import LiveSessionRow
from workshop.web.identity import teacher_reads
from workshop.web.settings import config

from .follow_up_words import write_closed

bp = Blueprint("follow_up", __name__)


@bp.get("/bilan/<int:live_id>/nouvelles")
def page(live_id: int) -> AnyResponse:
    return _page(_first(live_id))


@bp.post("/bilan/<int:live_id>/nouvelles")
def act(live_id: int) -> AnyResponse:
    """Open it, or close it before its time. Twice is once, for both."""
    row = _first(live_id)
    match request.form.get("action"):
        case "launch":
            db.session.rollback()
            following_up.launch(live_id, _days(), clock.now())
        case "close":
            if request.form.get("confirmed") != "1":
                raise NeedsConfirmation
            _close(row)
        case _:
            raise Malformed
    return redirect(f"/bilan/{live_id}/nouvelles", 303)


def _first(live_id: int) -> LiveSessionRow:
    """The class of this page, for its teacher; LinkExpired to anybody else, and NotAllowed on a laptop, whose address
    is gone weeks later."""
    row, _until = teacher_reads(live_id)
    if not config().hosted:
        raise NotAllowed
    return row


def _days() -> int:
    typed = request.form.get("days", "")
    if not typed.isascii() or not typed.isdigit() or len(typed) > 3:
        raise Malformed
    return int(typed)


def _close(row: LiveSessionRow) -> None:
    running = following_up.status(row.id).running
    db.session.rollback()
    if running is None:
        return
    try:
        current_hub().command(running.live_id, Command("end", running.version, confirmed=True))
    except (StaleVersion, SessionEnded):  # its deadline, or another tab, was faster
        return


def _page(row: LiveSessionRow) -> AnyResponse:
    status = following_up.status(row.id)
    # While it runs this page is shown to the class: nothing of an earlier one is on it.
    closed = () if status.running else tuple(write_closed(one) for one in following_up.closed(row))
    assert row.ended_at is not None
    page = render_template(
        "teacher/follow_up.html",
        live_id=row.id,
        workshop_title=live_sessions.workshop_of(row).title,
        class_label=row.class_label or row.level,
        day=row.ended_at,
        questions=following_up.questions(row),
        running=_shown(status.running) if status.running else None,
        closed=closed,
        later=(row.ended_at + LATER).date(),
        is_early=clock.now() < row.ended_at + LATER,
        days=range(SHORTEST, LONGEST + 1),
        usual=USUAL,
    )
    db.session.rollback()
    return make_response(page)


def _shown(running: following_up.Running) -> SimpleNamespace:
    return SimpleNamespace(
        join=make_join(config(), running.code), until=last_day(running.closes_at), answered=running.answered
    )


def card(row: LiveSessionRow) -> SimpleNamespace | None:
    """What the letter says of it, in a line and a button; None where there is none to open."""
    if not config().hosted or not following_up.questions(row):
        return None
    status = following_up.status(row.id)
    assert row.ended_at is not None
    if status.running:
        say = gettext("Les questions sont ouvertes.")
    elif status.has_closed:
        say = gettext("C’est fait : vous pouvez lire ce qu’il reste de l’atelier.")
    else:
        say = ""
    return SimpleNamespace(
        address=f"/bilan/{row.id}/nouvelles",
        say=say,
        until=last_day(status.running.closes_at) if status.running else None,
        is_new=not say,
        later=(row.ended_at + LATER).date(),
    )
