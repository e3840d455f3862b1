"""The class's charter: typed on the console, printed on one A4 page by its facilitator or by the teacher."""

from dataclasses import asdict, dataclass
from io import BytesIO

from flask import Blueprint, abort, make_response, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock, wording
from workshop.config import ROOT
from workshop.domain.charter import moved
from workshop.domain.errors import Malformed, NotFound, Refusal
from workshop.extensions import db
from workshop.pdf import has_pdf, make_pdf
from workshop.realtime.hub import current_hub
from workshop.services import planning
from workshop.services.charters import save_charter
from workshop.storage import live_sessions, texts
from workshop.storage.models import Account, LiveSessionRow
from workshop.web.errors import wants_json
from workshop.web.handing_over import plain_name
from workshop.web.identity import desk_required, teacher_reads

from .facilitator import done, run_by, show_console

bp = Blueprint("charter", __name__)
TEMPLATE = ROOT / "templates" / "charter" / "charter.typ"
MAX_TYPED = 20  # lines that are read of a form


@dataclass(frozen=True)
class OnTheWall:
    title: str
    lines: tuple[str, ...]
    foot: str


@bp.post("/animer/<int:live_id>/charte")
def save(live_id: int) -> AnyResponse:
    """All lines as they are typed, then what the button does to one of them."""
    run_by(live_id)
    db.session.rollback()
    typed = request.form.getlist("line")[:MAX_TYPED]
    try:
        lines = _changed(typed, request.form.get("action", "save"))
        change = save_charter(live_id, request.form.get("activity", ""), lines, clock.now())
    except Refusal as refusal:
        if wants_json():
            raise
        return show_console(run_by(live_id), refusal, typed_lines=typed)
    current_hub().publisher.announce(change)
    return done(f"/animer/{live_id}")


def _changed(lines: list[str], action: str) -> list[str]:
    what, _, place = action.partition(":")
    number = int(place) if place.isascii() and place.isdigit() and len(place) < 3 else -1
    match what:
        case "save":
            return lines
        case "up" | "down":
            return moved(lines, number, -1 if what == "up" else 1)
        case "remove" if 0 <= number < len(lines):
            return lines[:number] + lines[number + 1 :]
        case _:
            raise Malformed


@bp.get("/animer/<int:live_id>/charte")
@desk_required
def own(account: Account, live_id: int) -> AnyResponse:
    return _page(planning.owned(live_id, account.id), f"/animer/{live_id}/charte.pdf", "/animer")


@bp.get("/animer/<int:live_id>/charte.pdf")
@desk_required
def own_paper(account: Account, live_id: int) -> AnyResponse:
    return _pdf(planning.owned(live_id, account.id))


@bp.get("/bilan/<int:live_id>/charte")
def page(live_id: int) -> AnyResponse:
    """For the teacher, with the cookie of their link."""
    row, _ = teacher_reads(live_id)
    return _page(row, f"/bilan/{live_id}/charte.pdf", None)


@bp.get("/bilan/<int:live_id>/charte.pdf")
def paper(live_id: int) -> AnyResponse:
    row, _ = teacher_reads(live_id)
    return _pdf(row)


def _on_the_wall(row: LiveSessionRow) -> list[OnTheWall]:
    workshop, kept = live_sessions.workshop_of(row), texts.charters(row.id)
    day = wording.day(row.started_at or row.created_at)
    foot = " · ".join(part for part in (row.class_label or row.level, row.school, day) if part)
    found = [OnTheWall(a.title, kept[a.id], foot) for a in workshop.activities if a.id in kept]
    if not found:
        raise NotFound
    return found


def _page(row: LiveSessionRow, pdf: str, leads_to: str | None) -> AnyResponse:
    language = live_sessions.workshop_of(row).language
    shown = {"charters": _on_the_wall(row), "language": language, "pdf": pdf, "leads_to": leads_to}
    db.session.rollback()
    return make_response(render_template("charter/page.html", **shown))


def _pdf(row: LiveSessionRow) -> AnyResponse:
    if not has_pdf():
        abort(404)
    found, language = _on_the_wall(row), live_sessions.workshop_of(row).language
    made_at, name = row.ended_at or clock.now(), plain_name("charte", row.class_label or row.level)
    db.session.rollback()  # no transaction is left open while the paper is laid out
    body = make_pdf(TEMPLATE, {"charters": [asdict(one) for one in found], "language": language}, made_at)
    return send_file(BytesIO(body), "application/pdf", as_attachment=True, download_name=f"{name}.pdf")
