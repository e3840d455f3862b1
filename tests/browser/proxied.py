"""The server's own command as behind a proxy that ended https: it hands on the scheme, and the Referer of a page.

A page that says so by its address (`?en-clair`) came over http: what the proxy would then say.
"""

# gevent must patch the standard library before anything imports it
from gevent import monkey

monkey.patch_all()

from typing import Any

from flask import Flask

given = Flask.wsgi_app


def handed_on(self: Flask, environ: dict[str, Any], start_response: Any) -> Any:
    # ProxyFix wraps this one: what it takes from the headers is set here, as it would set it.
    if "en-clair" not in environ["QUERY_STRING"]:
        environ["wsgi.url_scheme"] = "https"
        environ["HTTP_REFERER"] = environ.get("HTTP_REFERER", "").replace("http://", "https://", 1)
    return given(self, environ, start_response)


Flask.wsgi_app = handed_on  # type: ignore[method-assign]

from workshop.__main__ import main

raise SystemExit(main())
