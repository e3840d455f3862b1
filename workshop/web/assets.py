"""Style sheets and scripts, joined end to end at start-up: one of each a page, hashed, compressed, cacheable for ever.

No build step: the files are served as they were written, one after the other, less what a phone does not read: the
comments that have lines of their own, and indentation.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, request

bp = Blueprint("assets", __name__)

_SHARED_CSS = ("tokens.css", "base.css", "components.css", "told.css")
_DESK_CSS = (
    "fonts.css", "kinds.css", "matrix.css", "desk.css", "desk-console.css", "desk-impact.css", "desk-planning.css",
    "desk-paper.css", "desk-authoring.css", "desk-texts.css", "desk-workshops.css", "desk-cards.css",
)  # fmt: skip
BUNDLES: dict[str, tuple[str, ...]] = {
    "participant.css": tuple(f"css/{name}" for name in (*_SHARED_CSS, "kinds.css", "participant.css")),
    "projector.css": tuple(
        f"css/{name}" for name in (*_SHARED_CSS, "fonts.css", "kinds.css", "matrix.css", "projector.css")
    ),
    "desk.css": tuple(f"css/{name}" for name in (*_SHARED_CSS, *_DESK_CSS)),
    "teacher.css": tuple(f"css/{name}" for name in (*_SHARED_CSS, "fonts.css", "teacher.css", "school.css")),
    "shared.css": ("css/shared.css",),
    "shared.js": ("js/shared",),
    "forgotten.js": ("js/forgotten",),
    "participant.js": ("vendor/socket.io.min.js", "vendor/morphdom.min.js", "js/live", "js/participant"),
    "projector.js": ("vendor/socket.io.min.js", "vendor/morphdom.min.js", "js/live", "js/screens", "js/projector"),
    "cards.js": ("js/desk/commands.js", "js/cards"),
    "cards-worker.js": ("vendor/aruco-cv.js", "vendor/aruco.js", "js/cards-worker"),
    "desk.js": ("vendor/socket.io.min.js", "vendor/morphdom.min.js", "js/live", "js/screens", "js/desk"),
}
# What sees a class through a camera may speak to nobody but its page.
_WORKERS = {"cards-worker.js"}
_COMMENTS = re.compile(rb"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE | re.DOTALL)
_INDENTATION = re.compile(rb"^[ \t]+", re.MULTILINE)
_TYPES = {"css": "text/css", "js": "text/javascript"}


@dataclass(frozen=True)
class Bundle:
    name: str
    digest: str
    body: bytes
    zipped: bytes

    @property
    def address(self) -> str:
        return f"/static/b/{self.digest}/{self.name}"


class Bundles:
    """Read once at start; `address(name)` changes with the content."""

    def __init__(self, static: Path) -> None:
        self._bundles = {name: _join(static, name, parts) for name, parts in BUNDLES.items()}

    def __getitem__(self, name: str) -> Bundle:
        return self._bundles[name]

    def __contains__(self, name: str) -> bool:
        return name in self._bundles

    def address(self, name: str) -> str:
        return self._bundles[name].address


def _join(static: Path, name: str, parts: tuple[str, ...]) -> Bundle:
    files: list[Path] = []
    for part in parts:
        path = static / part
        files += sorted(path.glob("*.js")) if path.is_dir() else [path]
    body = b"\n".join(_lean(path) for path in files)
    return Bundle(name, hashlib.sha256(body).hexdigest()[:12], body, gzip.compress(body, 9, mtime=0))


def _lean(path: Path) -> bytes:
    """A file of ours without what only its reader needs; a library's as it came, its licence included."""
    text = path.read_bytes()
    return text if path.parent.name == "vendor" else _INDENTATION.sub(b"", _COMMENTS.sub(b"", text))


def bundle_response(bundles: Bundles, digest: str, name: str) -> Response:
    if name not in bundles or bundles[name].digest != digest:
        abort(404)
    bundle = bundles[name]
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(bundle.zipped if zipped else bundle.body, mimetype=_TYPES[name.rsplit(".", 1)[1]])
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    if name in _WORKERS:
        response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
