"""What machines ask: alive, ready, and how it goes. They come by any name or number, and no proxy hands them on."""

import hmac
from collections.abc import Callable

import gevent
from flask import Blueprint, Response, abort, make_response, request
from sqlalchemy import text

from workshop.extensions import db
from workshop.realtime.hub import current_hub

from .settings import config

bp = Blueprint("health", __name__)
PATIENCE = 1.0  # seconds for each of the servers behind: a probe must hear of one that is silent, too
MOST_WAITING = 5_000  # answers


@bp.get("/healthz")
def alive() -> dict[str, bool]:
    return {"ok": True}


@bp.get("/readyz")
def ready() -> tuple[dict[str, bool], int]:
    """Ready when the database and Redis answer, and the writers keep up. How many wait is not said: one might be
    answering alone."""
    hub = current_hub()
    found = {"database": _answers(_ask_database), "queue": hub.answers.waiting < MOST_WAITING}
    if hub.between is not None:
        found["redis"] = hub.between.is_up and _answers(hub.between.is_answering)
    ok = all(found.values())
    return {"ok": ok, **found}, 200 if ok else 503


@bp.get("/metrics")
def metrics() -> Response:
    """For whoever holds the token; for others there is no such page."""
    token = config().metrics_token
    if not token or not hmac.compare_digest(
        request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()
    ):
        abort(404)
    response = make_response(current_hub().measured())
    response.content_type = "text/plain; version=0.0.4; charset=utf-8"
    return response


def _ask_database() -> None:
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def _answers(ask: Callable[[], object]) -> bool:
    try:
        with gevent.Timeout(PATIENCE):
            ask()
    except (Exception, gevent.Timeout):
        return False
    return True
