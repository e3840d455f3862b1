"""Who is asking: the desk's account, a projector, a remote control, or a phone. Each by its own cookie."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from flask import abort, current_app, redirect, request
from werkzeug.wrappers import Response

from workshop import clock
from workshop.config import Config
from workshop.domain.languages import LANGUAGES, SOURCE, Language
from workshop.extensions import db
from workshop.realtime.cookies import (
    DESK,
    LANGUAGE,
    participant_cookie,
    remote_cookie,
    school_cookie,
    screen_cookie,
    teacher_cookie,
)
from workshop.services import accounts, teacher_links
from workshop.services.accounts import Granted
from workshop.services.keys import new_token
from workshop.storage.models import Account, LiveSessionRow


def languages_here() -> tuple[Language, ...]:
    """Those in which this page can be read: a pupil's, or any other."""
    is_pupils = request.path == "/" or request.path.split("/")[1] == "r"
    return tuple(language for language in LANGUAGES.values() if is_pupils or language.for_adults)


def chosen_language() -> Language:
    """What was chosen on this device, if this page can be read in it; else French."""
    found = LANGUAGES.get(request.cookies.get(LANGUAGE, ""), SOURCE)
    return found if found in languages_here() else SOURCE


def desk_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Hands the signed-in account to the view as its first argument, or sends to the sign-in page."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        account = accounts.account_of(request.cookies.get(DESK), clock.now())
        if account is None:
            return redirect("/connexion", 303)
        return view(account, *args, **kwargs)

    return checked


def admin_required(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    @desk_required
    def checked(account: Account, *args: Any, **kwargs: Any) -> Any:
        if not account.is_admin:
            abort(403)
        return view(account, *args, **kwargs)

    return checked


def runs(live_id: int) -> str | None:
    """« account » for the facilitator whose live session this is, « remote » for their confirmed phone, else None."""
    cookies = request.cookies
    return accounts.runs(live_id, cookies.get(DESK), cookies.get(remote_cookie(live_id)), clock.now())


def is_screen(live_id: int) -> bool:
    screen = accounts.access(request.cookies.get(screen_cookie(live_id)), "projector", clock.now())
    db.session.rollback()
    return screen is not None and screen.live_session_id == live_id


def teacher_reads(live_id: int) -> tuple[LiveSessionRow, date]:
    """The class whose review this browser may read, and until when; else LinkExpired, always the same."""
    row, until = teacher_links.readable(live_id, request.cookies.get(teacher_cookie(live_id)), clock.now())
    return row, until.date()


def on_its_process(code: str) -> Response | None:
    """With several processes, a class's pages have its code in their address. The proxy reads it there, and in the
    Referer of the forms that they hold: a command is then run where the class's answers are queued."""
    if current_app.config["PREAU"].redis_url is None or request.args.get("code") == code:
        return None
    return redirect(f"{request.path}?{urlencode({**request.args, 'code': code})}", 303)


def participant_key(code: str) -> str | None:
    return request.cookies.get(participant_cookie(code))


def give_participant_key(response: Response, code: str, config: Config) -> str:
    """A random key for this live session alone; nothing is stored until the phone says hello."""
    key = new_token()
    _set(response, participant_cookie(code), key, config, None)
    return key


def forget(response: Response, names: list[str]) -> None:
    """Take these cookies out of the browser."""
    for name in names:
        response.delete_cookie(name, path="/", httponly=True, samesite="Lax")


def give(response: Response, granted: Granted, config: Config) -> None:
    names = {"account": DESK}
    if granted.live_id is not None:
        names |= {
            "projector": screen_cookie(granted.live_id),
            "remote": remote_cookie(granted.live_id),
            "teacher": teacher_cookie(granted.live_id),
        }
    if granted.school_id is not None:
        names["school"] = school_cookie(granted.school_id)
    lasts = accounts.LOGIN_LASTS if granted.kind == "account" else accounts.SCREEN_LASTS
    _set(response, names[granted.kind], granted.token, config, int(lasts.total_seconds()))


def _set(response: Response, name: str, value: str, config: Config, seconds: int | None) -> None:
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", path="/", secure=config.hosted)
