"""A server that says back what it hears, by the driver and nothing above it. Its only argument is the port."""

# ruff: noqa: E402  # gevent must patch the standard library before anything imports it
from gevent import monkey

monkey.patch_all()

import sys
from types import SimpleNamespace
from typing import Any

from gevent.pywsgi import WSGIServer

from workshop.__main__ import DiscreetHandler
from workshop.realtime.outbox import Outbox
from workshop.realtime.websocket import LeanWebSocket


class Echo:
    """To the driver, what engineio's socket is."""

    connected = upgraded = False

    def __init__(self) -> None:
        self.queue = Outbox()

    def check_ping_timeout(self) -> bool:
        return True

    def close(self, **_options: Any) -> None: ...

    def handle(self, wire: LeanWebSocket) -> list[bytes]:
        while (said := wire.wait()) is not None:
            wire.send(said)
        return []


def application(environ: dict[str, Any], start_response: Any) -> Any:
    patience = SimpleNamespace(ping_interval=20, ping_timeout=20)
    return LeanWebSocket(Echo().handle, patience)(environ, start_response)


if __name__ == "__main__":
    WSGIServer(("127.0.0.1", int(sys.argv[1])), application, log=None, handler_class=DiscreetHandler).serve_forever()
