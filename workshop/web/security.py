"""Headers, hosts and origins: what every response says, and which requests are taken at all."""

import gzip
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from werkzeug.exceptions import HTTPException

from workshop import clock
from workshop.addresses import lan_addresses
from workshop.config import Config
from workshop.domain.errors import Malformed, NotAllowed
from workshop.extensions import db
from workshop.formats.reading import MAX_FILE
from workshop.realtime.cookies import DESK
from workshop.services import accounts

MAX_FORM = 65_536
# What a page is made of and nobody opens by itself: a policy there is read by no browser, and weighs on a first visit.
_PARTS = {"text/css", "text/javascript", "font/woff2"}
_WORKER = "; worker-src 'self'"
# Asked by probes, which name a process by its number. There is nothing of anybody in the answers.
_PROBES = {"/healthz", "/readyz", "/metrics"}


def allowed_hosts(config: Config) -> set[str]:
    """Names under which this server answers: its public one, or this machine's addresses. Stops DNS rebinding."""
    if config.public_url:
        return {urlsplit(config.public_url).netloc.lower()}
    names = {"localhost", "127.0.0.1", "[::1]", *(address.ip for address in lan_addresses())}
    if config.host:
        names.add(config.host)
    return {f"{name}:{config.port}" for name in names} | names


def is_allowed_origin(config: Config, origin: str | None) -> bool:
    """For the socket's handshake: an origin made of an allowed host, over the scheme in use; none for other clients."""
    if origin is None:
        return True
    parts = urlsplit(origin)
    scheme = urlsplit(config.public_url).scheme if config.public_url else "http"
    return parts.scheme == scheme and parts.netloc.lower() in allowed_hosts(config)


def check_same_origin() -> None:
    """Protects pupils' forms together with the SameSite cookie: a form from another site is refused."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    if origin is not None and origin != request.host_url.rstrip("/"):
        raise NotAllowed
    if origin is None and site not in (None, "same-origin", "none"):
        raise NotAllowed


def take_a_file(_endpoint: str | None, _values: object) -> None:
    """Before the token is looked for in the form: a file, and from somebody of the association alone."""
    if (request.content_length or 0) > MAX_FORM and accounts.account_of(request.cookies.get(DESK), clock.now()):
        request.max_content_length = MAX_FILE + MAX_FORM
    db.session.rollback()  # nothing may be held open while the body comes


def is_this_machine() -> bool:
    """The request comes from the machine itself. Only meaningful on a laptop, where no proxy stands in front."""
    return request.remote_addr in ("127.0.0.1", "::1", "::ffff:127.0.0.1")


def is_encrypted() -> bool:
    """Nobody on the way reads this request, nor its answer: by the scheme that the server saw, or that was told by as
    many proxies as were set (PREAU_PROXIES). On a laptop no header is believed, and this is never so."""
    return request.is_secure


def init_app(app: Flask, config: Config) -> None:
    app.config["MAX_CONTENT_LENGTH"] = MAX_FORM

    @app.before_request
    def check_host() -> None:
        if request.host.lower() not in allowed_hosts(config) and request.path not in _PROBES:
            abort(421)

    @app.before_request
    def read_form() -> None:
        """A body that breaks off is its sender's fault. Gunicorn's own errors say so in a log, and quote the body."""
        try:
            _ = request.form
        except HTTPException:
            raise
        except Exception:  # they have no common ancestor but this one
            raise Malformed from None

    @app.after_request
    def add_headers(response: Response) -> Response:
        if response.mimetype not in _PARTS:
            _add_policies(response, "wss" if config.hosted else "ws")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers.setdefault("Cache-Control", "no-store")
        if config.hosted:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return _compress(response)


def _add_policies(response: Response, scheme: str) -> None:
    camera = getattr(g, "camera", False)  # one page may look, and read what it sees in a worker of ours
    inlined = getattr(g, "inlined", None)  # the one script that a pupil's page holds, and no other
    named = f" '{current_app.extensions['preau_bundles'][inlined].integrity}'" if inlined else ""
    response.headers.setdefault(
        "Content-Security-Policy",
        # Older Safari does not take « self » for a WebSocket: the host is named.
        f"default-src 'none'; script-src 'self'{named}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self' {scheme}://{request.host}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        f"{_WORKER if camera else ''}",
    )
    response.headers["Permissions-Policy"] = f"camera={'(self)' if camera else '()'}, microphone=(), geolocation=()"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"


def zipped(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


def _compress(response: Response) -> Response:
    """Compress a pupil's page, whose body holds no secret; a desk's page holds a CSRF token, and is left alone."""
    wanted = getattr(g, "compress", False) and "gzip" in request.headers.get("Accept-Encoding", "")
    if wanted and response.status_code == 200 and not response.direct_passthrough:
        response.set_data(getattr(g, "zipped", None) or zipped(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
    return response
