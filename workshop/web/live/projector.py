"""The projected screen: what the whole class sees."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock
from workshop.domain.errors import NotAllowed
from workshop.extensions import db
from workshop.joining_address import make_join
from workshop.realtime.audiences import projector_view
from workshop.services.viewing import load_board
from workshop.storage import live_sessions
from workshop.web.identity import is_screen, on_its_process
from workshop.web.settings import config

bp = Blueprint("projector", __name__)


@bp.get("/ecran/<int:live_id>")
def page(live_id: int) -> AnyResponse:
    if not is_screen(live_id):
        raise NotAllowed
    board = load_board(live_sessions.read(live_id), clock.now())
    db.session.rollback()
    if elsewhere := on_its_process(board.code):
        return elsewhere
    theme = "dark" if request.cookies.get("preau_theme") == "dark" else "light"
    return make_response(
        render_template(
            "projector/page.html",
            view=projector_view(board),
            join=make_join(config(), board.code),
            theme=theme,
            live_id=live_id,
        )
    )
