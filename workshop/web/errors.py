"""A refusal becomes a page or one JSON shape, in words, with the right status. Nobody ever sees a stack trace."""

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from workshop import wording
from workshop.domain.errors import Busy, Refusal
from workshop.extensions import db
from workshop.storage.transaction import as_refusal, error_line

log = logging.getLogger(__name__)
COME_AGAIN = "3"  # seconds after which a page that could not be given asks for itself again


def wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def answer(code: str, message: str, status: int) -> Response:
    if wants_json():
        return make_response(jsonify(ok=False, error=code, message=message), status)
    return make_response(render_template("public/error.html", status=status, message=message), status)


def init_app(app: Flask) -> None:
    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response:
        return answer(refusal.code, wording.sentence(refusal.code), refusal.status)

    @app.errorhandler(OperationalError)
    def away(error: OperationalError) -> Response:
        """The database is away, locked or full: said like any refusal. A probe tells whoever keeps the server."""
        log.error("the database did not answer: %s", error_line(error))
        db.session.rollback()
        return refused(as_refusal(error))

    @app.errorhandler(PoolTimeout)
    def crowded(_error: PoolTimeout) -> Response:
        """Every connection to the database is in use, for as long as one may be waited for."""
        log.warning("no connection to the database was free")
        response = refused(Busy())
        if request.method == "GET":
            response.headers["Refresh"] = COME_AGAIN
        return response

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> Response:
        return answer(
            "csrf", gettext("Cette page est restée ouverte trop longtemps. Rechargez-la, puis recommencez."), 400
        )

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        sentences = {
            404: gettext("Cette page n’existe pas, ou plus."),
            405: gettext("Cette action n’est pas possible ici."),
            413: gettext("Ce formulaire est trop long."),
            421: gettext("Cette adresse n’est pas celle de ce serveur. Reprenez celle qui est affichée."),
        }
        return answer(f"http_{status}", sentences.get(status, gettext("Cette demande n’a pas pu être prise.")), status)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.exception("unexpected error", exc_info=error)
        db.session.rollback()
        return answer(
            "unexpected",
            gettext("Quelque chose n’a pas marché. Rechargez la page ; rien de confirmé n’est perdu."),
            500,
        )
