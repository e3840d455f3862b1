"""The pupil's page. It works as plain HTML; with a script it follows the class by itself."""

import json

from flask import (
    Blueprint,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock, wording
from workshop.domain.answers import in_order
from workshop.domain.errors import (
    EntryLocked,
    Malformed,
    Refusal,
    RehearsalOnly,
    TooManyAttempts,
    UnknownCode,
)
from workshop.domain.identity import identity
from workshop.domain.languages import spoken
from workshop.domain.texts import plain
from workshop.extensions import csrf, db
from workshop.realtime.audiences import participant_view
from workshop.realtime.events import MAX_CHOICES, MAX_SEQ, round_id
from workshop.realtime.handlers import mine as describe
from workshop.realtime.hub import current_hub
from workshop.services import coming_back, joining
from workshop.services.joining import Arrival, Joined
from workshop.services.keys import hashed
from workshop.services.responding import Answer
from workshop.services.sharing import MOST, seat_key
from workshop.services.viewing import load_board
from workshop.services.writing import Text
from workshop.storage import live_sessions
from workshop.web.identity import chosen_language, give_participant_key, participant_key
from workshop.web.security import check_same_origin, zipped
from workshop.web.settings import config

from .rendered_once import Rendered, once, rendered

bp = Blueprint("participant", __name__)
csrf.exempt(bp)  # an exact Origin and a SameSite cookie instead: a token would make the page personal

# A class shares one address: attempts are counted by live session and by phone, never by address.
_attempts = MovingWindowRateLimiter(MemoryStorage())
_BY_PHONE, _BY_CLASS = parse("5/minute"), parse("30/minute")


MAX_TYPED = 400  # characters that are shown again with a refusal


@bp.before_request
def check_origin() -> None:
    g.compress = True
    g.inlined = "early.js"
    if request.method == "POST":
        check_same_origin()


@bp.get("/r/<code>")
def page(code: str) -> AnyResponse:
    if participant_key(code) or request.args:
        return _page(code)
    return _first_page(code)


@bp.get("/lecture")
def aids() -> str:
    """What « Lire plus facilement » holds: a part of the pupil's page, the same for everybody."""
    return render_template("participant/aids.html")


@bp.post("/r/<code>/join")
def join(code: str) -> AnyResponse:
    """« Je suis là », for a phone without script."""
    hub = current_hub()
    hub.publisher.mark(hub.arrivals.do(Arrival(code, hashed(_key(code)))).live_id)
    return redirect(f"/r/{code.upper()}", 303)


@bp.post("/r/<code>/answer")
def answer(code: str) -> AnyResponse:
    """The other door for an answer: the same service, the same commit before it is confirmed."""
    hub = current_hub()
    typed = request.form
    in_words = "text" in typed
    try:
        seq = typed.get("seq", "")
        choices = () if in_words else _choices(typed)
        if not seq.isascii() or not seq.isdigit() or not 0 < int(seq) <= MAX_SEQ:
            raise Malformed
        if not in_words and not 0 < len(choices) <= MAX_CHOICES:
            raise Malformed
        seat = _seat() or 1
        joined = hub.arrivals.do(Arrival(code, hashed(seat_key(_key(code), seat)), seat=seat))
        round_ = round_id(typed.get("round"))
        if in_words:
            hub.texts.do(Text(joined.participant_id, round_, int(seq), plain(typed["text"])))
            hub.publisher.mark_texts(joined.live_id)
        else:
            hub.answers.do(Answer(joined.participant_id, round_, int(seq), choices))
        hub.publisher.mark(joined.live_id)
    except Refusal as refusal:
        return _page(code, refusal=refusal, typed={typed.get("round", ""): _typed(typed)})
    if joined.shared is not None and joined.shared.way == "turns":
        return redirect(f"/r/{code.upper()}?{_whose_turn(code, joined, round_)}", 303)
    return redirect(f"/r/{code.upper()}?envoye={round_}#q{round_}", 303)


@bp.post("/r/<code>/more-time")
def more_time(code: str) -> AnyResponse:
    """« J’ai besoin de plus de temps », for a phone without script or without socket."""
    hub = current_hub()
    try:
        joined = hub.arrivals.do(Arrival(code, hashed(_key(code))))
        hub.give_time(joined.participant_id, round_id(request.form.get("round")))
    except Refusal as refusal:
        return _page(code, refusal=refusal)
    return redirect(f"/r/{code.upper()}", 303)


def _whose_turn(code: str, joined: Joined, round_: int) -> str:
    """After an answer where pupils take turns: the same one's while questions are left to them, else the next one's."""
    row = live_sessions.find_by_code(code)
    open_now = participant_view(load_board(row, clock.now(), pupils=True)).rounds_of_several
    db.session.rollback()
    assert joined.shared is not None
    seat = joined.shared.seat
    [answered] = [one.answered for one in joined.shared.seats if one.seat == seat]
    left = set(open_now) - {str(r) for r in (*answered, round_)}
    return f"siege={seat}&envoye={round_}#q{round_}" if left else f"apres={seat}"


def _seat() -> int | None:
    """Whose turn this page or this form says that it is; None when it does not."""
    said = request.values.get("siege", "")
    return int(said) if said in map(str, range(1, MOST + 1)) else None


def _typed(form: MultiDict[str, str]) -> list[str]:
    """As it stood in the form: words; choices and how sure one is; or an item and its place on each line."""
    if "text" in form:
        return [form["text"][:MAX_TYPED]]
    return [value for name in ("choices", "certainty", "places") for value in form.getlist(name)]


def _choices(form: MultiDict[str, str]) -> tuple[str, ...]:
    return in_order(form.getlist("places")) if "places" in form else tuple(_typed(form))


@bp.post("/r/<code>/comeback")
def comeback(code: str) -> AnyResponse:
    """Take one's sign up again in this browser; the other one is retired."""
    key = _key(code)
    allowed = _attempts.hit(_BY_PHONE, code.upper(), hashed(key)) and _attempts.hit(_BY_CLASS, code.upper())
    try:
        if not allowed:
            raise TooManyAttempts
        hub = current_hub()
        participant = coming_back.come_back(
            code, request.form.get("comeback", "")[:40], hashed(key), config().secret_key
        )
        hub.disconnect_participant(participant)
    except Refusal as refusal:
        return _page(code, refusal=refusal)
    return redirect(f"/r/{code.upper()}", 303)


def _key(code: str) -> str:
    """The cookie is set with the page: a form without it comes from elsewhere, or from a browser that keeps none."""
    key = participant_key(code)
    if key is None:
        raise Malformed
    return key


def _first_page(code: str) -> AnyResponse:
    """The page before a phone is anybody: the same for a whole class, which scans within seconds."""
    page = once("page", code, chosen_language().code, lambda _: rendered(_page(code).get_data()))
    if page is None:
        return _page(code)
    g.zipped = page.zipped
    response = make_response(page.body)
    give_participant_key(response, code.upper(), config())
    return response


@bp.get("/r/<code>/etat/<language>")
def state(code: str, language: str) -> AnyResponse:
    """What a greeting says of the class, and nothing of the phone: a question that is asked beside a slow connection is
    answered in half as many round trips. The language is in the address, since no cookie comes with it."""
    spoken_here = spoken(language, for_adults=False).code
    found = once("state", code, spoken_here, lambda live_id: _snapshot(live_id, spoken_here))
    if found is None:
        row = live_sessions.find_by_code(code)
        if row is None:
            raise UnknownCode
        if row.rehearsal:
            raise RehearsalOnly
        live_id = row.id
        db.session.rollback()
        found = _snapshot(live_id, spoken_here)
    is_shown = request.args.get("seen") == found.tag
    g.compress, g.zipped = not is_shown, found.zipped
    response = make_response(found.bare if is_shown else found.body)
    response.mimetype = "application/json"
    return response


def _snapshot(live_id: int, language: str) -> Rendered:
    snapshot = current_hub().publisher.snapshot(live_id, "participant", language)
    without = {name: value for name, value in snapshot.items() if name != "html"}
    body, bare = (json.dumps(one, ensure_ascii=False).encode() for one in (snapshot, without))
    return Rendered(body, zipped(body), snapshot["tag"], bare)


def _sign_name(number: int) -> str:
    return wording.sign_name(identity(number))


def _page(code: str, refusal: Refusal | None = None, typed: dict[str, list[str]] | None = None) -> Response:
    row = live_sessions.find_by_code(code)
    if row is None:
        return make_response(
            render_template("public/index.html", error=wording.sentence(UnknownCode.code), code=code[:32]), 404
        )
    if row.rehearsal:
        raise RehearsalOnly
    key = participant_key(row.code)
    seat = _seat()
    joined = joining.known(row, hashed(seat_key(key, seat or 1))) if key else None
    board = load_board(live_sessions.read(row.id), clock.now(), pupils=True)
    db.session.rollback()
    status = refusal.status if refusal else 200
    if joined is None and refusal is None and board.live.entry_locked and board.live.ended_at is None:
        refusal, status = EntryLocked(), 200
    response = make_response(
        render_template(
            "participant/page.html",
            view=participant_view(board, chosen_language().code),
            mine=describe(joined, config().secret_key, _sign_name) if joined else None,
            seat=seat,
            after=request.args.get("apres", ""),
            privacy=wording.privacy(config().hosted),
            refusal=wording.sentence(refusal.code) if refusal else None,
            typed=typed or {},
            sent=request.args.get("envoye", "")[:20],
        ),
        status,
    )
    if key is None and board.live.ended_at is None:
        give_participant_key(response, row.code, config())
    return response
