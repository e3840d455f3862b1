"""Style sheets, scripts and fonts: joined end to end at start-up, one of each a page, hashed, cacheable for ever. Each
is compressed once, with gzip or brotli, when it is first asked for that way.

No build step: the files are served as they were written, one after the other, less what a phone does not read: the
comments that have lines of their own, indentation, and spaces between the signs of a style sheet.
"""

import base64
import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Blueprint, Response, abort, request
from markupsafe import Markup

try:  # browsers take it over https alone: a laptop needs it not
    import brotli  # type: ignore[import-untyped]
except ImportError:
    brotli = None

# The best one first.
_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    **({"br": brotli.compress} if brotli is not None else {}),
    "gzip": lambda body: gzip.compress(body, 9, mtime=0),
}

bp = Blueprint("assets", __name__)

_SHARED_CSS = ("tokens.css", "base.css", "components.css", "told.css")
_DESK_CSS = (
    "fonts.css", "kinds.css", "matrix.css", "desk.css", "desk-console.css", "desk-impact.css", "desk-planning.css",
    "desk-paper.css", "desk-authoring.css", "desk-texts.css", "desk-workshops.css", "desk-cards.css",
    "desk-remote.css",
    "desk-network.css",
)  # fmt: skip
BUNDLES: dict[str, tuple[str, ...]] = {
    "participant.css": tuple(f"css/{name}" for name in (*_SHARED_CSS, "kinds.css", "participant.css")),
    "projector.css": tuple(
        f"css/{name}" for name in (*_SHARED_CSS, "fonts.css", "kinds.css", "matrix.css", "projector.css")
    ),
    "desk.css": tuple(f"css/{name}" for name in (*_SHARED_CSS, *_DESK_CSS)),
    "teacher.css": tuple(f"css/{name}" for name in (*_SHARED_CSS, "fonts.css", "teacher.css", "school.css")),
    "trial.css": ("css/tokens.css", "css/base.css", "css/trial.css"),
    "trial.js": ("js/trial",),
    "shared.css": ("css/shared.css",),
    "shared.js": ("js/shared",),
    "forgotten.js": ("js/forgotten",),
    "participant.js": ("vendor/socket.io.min.js", "vendor/morphdom.min.js", "js/live", "js/participant"),
    "early.js": ("js/reading-early",),
    "reading.css": ("css/reading.css",),
    "reading.js": ("js/reading",),
    "projector.js": ("vendor/socket.io.min.js", "vendor/morphdom.min.js", "js/live", "js/screens", "js/projector"),
    "cards.js": ("js/desk/commands.js", "js/cards"),
    "cards-worker.js": ("vendor/aruco-cv.js", "vendor/aruco.js", "js/cards-worker"),
    "desk.js": ("vendor/socket.io.min.js", "vendor/morphdom.min.js", "js/live", "js/screens", "js/desk"),
}
# What sees a class through a camera may speak to nobody but its page.
_WORKERS = {"cards-worker.js"}
_COMMENTS = re.compile(rb"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE | re.DOTALL)
_INDENTATION = re.compile(rb"^[ \t]+", re.MULTILINE)
_SPACES = re.compile(rb"(?<=[:;,{}]) +| +(?=[{}])")
_FONT = re.compile(rb'url\("/static/fonts/([\w.-]+)"\)')
_TYPES = {"css": "text/css", "js": "text/javascript", "woff2": "font/woff2"}
_FONTS = ("atkinson.woff2", "bricolage.woff2", "bricolage-title.woff2")


@dataclass(frozen=True)
class Bundle:
    name: str
    digest: str
    body: bytes
    encodings: tuple[str, ...]  # in which it is given, the best one first

    @property
    def address(self) -> str:
        return f"/static/b/{self.digest}/{self.name}"

    @cached_property
    def integrity(self) -> str:
        """How a content policy names this script where a page holds it whole."""
        return f"sha256-{base64.b64encode(hashlib.sha256(self.body).digest()).decode()}"


class Bundles:
    """Read once at start; `address(name)` changes with the content."""

    def __init__(self, static: Path) -> None:
        self._bundles = {name: _font(static / "fonts" / name) for name in _FONTS}
        self._bundles |= {name: self._join(static, name, parts) for name, parts in BUNDLES.items()}
        self._zipped: dict[tuple[str, str], bytes] = {}

    def __getitem__(self, name: str) -> Bundle:
        return self._bundles[name]

    def __contains__(self, name: str) -> bool:
        return name in self._bundles

    def address(self, name: str) -> str:
        return self._bundles[name].address

    def inlined(self, name: str) -> Markup:
        """The script itself, in a page whose policy names it: one request less, and no wait before the first paint."""
        return Markup(self._bundles[name].body.decode())  # noqa: S704  # a file of ours

    def zipped(self, bundle: Bundle, encoding: str) -> bytes:
        """Compressed when it is first asked for: half a second for all of them would be felt at each start."""
        place = (bundle.name, encoding)
        if place not in self._zipped:
            self._zipped[place] = _ENCODERS[encoding](bundle.body)
        return self._zipped[place]

    def _join(self, static: Path, name: str, parts: tuple[str, ...]) -> Bundle:
        files: list[Path] = []
        for part in parts:
            path = static / part
            files += sorted(path.glob("*.js")) if path.is_dir() else [path]
        body = b"\n".join(_lean(path) for path in files)
        if name.endswith(".css"):
            body = _FONT.sub(lambda found: f'url("{self.address(found[1].decode())}")'.encode(), _SPACES.sub(b"", body))
        return Bundle(name, _digest(body), body, tuple(_ENCODERS))


def _font(path: Path) -> Bundle:
    body = path.read_bytes()
    return Bundle(path.name, _digest(body), body, ())  # compressed by its own format


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]


def _lean(path: Path) -> bytes:
    """A file of ours without what only its reader needs; a library's as it came, its licence included."""
    text = path.read_bytes()
    return text if path.parent.name == "vendor" else _INDENTATION.sub(b"", _COMMENTS.sub(b"", text))


def bundle_response(bundles: Bundles, digest: str, name: str) -> Response:
    if name not in bundles or bundles[name].digest != digest:
        abort(404)
    bundle = bundles[name]
    encoding = next((name for name in bundle.encodings if request.accept_encodings[name]), None)
    body = bundles.zipped(bundle, encoding) if encoding else bundle.body
    response = Response(body, mimetype=_TYPES[name.rsplit(".", 1)[1]])
    if encoding:
        response.headers["Content-Encoding"] = encoding
    if bundle.encodings:
        response.headers["Vary"] = "Accept-Encoding"
    if name in _WORKERS:
        response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
