"""The application, with a fault that it cannot meet itself: gunicorn is told, and writes what it likes of it."""

from typing import Any

from wsgi import app

_inner = app.wsgi_app


def _faulty(environ: dict[str, Any], start_response: Any) -> Any:
    if environ["PATH_INFO"].endswith("/fault"):
        raise RuntimeError("a fault of ours")
    return _inner(environ, start_response)


app.wsgi_app = _faulty  # type: ignore[method-assign]
