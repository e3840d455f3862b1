"""Paper cards: the sheets to print, and the page that reads them. The browser looks; only counts come here."""

from flask import Blueprint, abort, g, jsonify, make_response, redirect, render_template, request
from flask_babel import get_locale, gettext
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock, wording
from workshop.config import ROOT
from workshop.domain import cards
from workshop.domain.errors import NotAllowed, Refusal
from workshop.extensions import db
from workshop.pdf import has_pdf, make_pdf
from workshop.realtime.audiences import facilitator_view
from workshop.realtime.events import round_id
from workshop.realtime.hub import current_hub
from workshop.services.hands import enter_cards
from workshop.services.viewing import load_board
from workshop.storage import live_sessions
from workshop.storage.models import Account
from workshop.web.errors import wants_json
from workshop.web.identity import desk_required, runs

from .facilitator import counted_voices

bp = Blueprint("cards", __name__)
TEMPLATE = ROOT / "templates" / "desk" / "cards.typ"
FORMATS = ("a4", "a5")


@bp.get("/cartes.pdf")
@desk_required
def sheets(_account: Account) -> AnyResponse:
    """Forty cards, one on an A4 sheet or two: printed once, used for years."""
    paper = request.args.get("format", "a4")
    if paper not in FORMATS or not has_pdf():
        abort(404)
    db.session.rollback()
    data = {
        "two": paper == "a5",
        "language": str(get_locale()),
        "codes": [cards.code(number) for number in range(1, cards.CARDS + 1)],
        "letters": list(cards.LETTERS),
        "words": _words(),
    }
    response = make_response(make_pdf(TEMPLATE, data, clock.now()))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="cartes-{paper}.pdf"'
    return response


@bp.get("/animer/<int:live_id>/cartes")
def page(live_id: int) -> AnyResponse:
    return _page(live_id)


@bp.post("/animer/<int:live_id>/cartes")
def count(live_id: int) -> AnyResponse:
    who = runs(live_id)
    if who is None:
        raise NotAllowed
    round_, voices = round_id(request.form.get("round")), counted_voices()
    db.session.rollback()
    try:
        enter_cards(live_id, round_, voices)
    except Refusal as refusal:
        if wants_json():
            raise
        return _page(live_id, refusal)
    current_hub().publisher.mark(live_id)
    current_hub().announce_console(live_id)
    return make_response(jsonify(ok=True)) if wants_json() else redirect(_back(live_id, who), 303)


def _page(live_id: int, refusal: Refusal | None = None) -> AnyResponse:
    """For the facilitator, or their confirmed phone. Shows one open question at a time."""
    who, row = runs(live_id), live_sessions.find(live_id)
    if row is None or who is None:
        raise NotAllowed
    view = facilitator_view(load_board(row, clock.now()))
    asked = [one for one in view.hands if one.cards is not None]
    wanted = request.values.get("round") or request.values.get("question")
    here = next((one for one in asked if one.round == wanted), asked[0] if asked else None)
    g.camera = True
    body = render_template(
        "facilitator/cards.html",
        view=view,
        asked=asked,
        here=here,
        turns=cards.turns(len(here.choices)) if here else (),
        expected=_expected(view.present, view.joined),
        back=_back(live_id, who),
        error=wording.sentence(refusal.code) if refusal else None,
        csrf=generate_csrf(),
    )
    db.session.rollback()
    return make_response(body, refusal.status if refusal else 200)


def _back(live_id: int, who: str) -> str:
    return f"/animer/{live_id}" if who == "account" else f"/telecommande/{live_id}"


def _expected(present: int | None, on_devices: int) -> int | None:
    """How many cards are out, when it was said how many pupils are there: who has a device holds none."""
    return None if present is None else min(max(present - on_devices, 0), cards.CARDS)


def _words() -> dict[str, str]:
    return {
        "title": gettext("Cartes de vote"),
        "card": gettext("Carte"),
        "alt": gettext("Motif de la carte"),
        "how": gettext("Tourne la carte : ta réponse en haut."),
        "hold": gettext("Tiens-la par les bords blancs, le motif vers la caméra. La lettre ne se voit que de près."),
        "shuffle": gettext("On mélange les cartes à chaque fois : un numéro n’est personne."),
        "print": gettext("Papier mat, à 100 %, sans plastifier brillant."),
    }
