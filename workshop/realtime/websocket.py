"""The stock WebSocket driver of engineio under gevent, with its two defects mended.

It passes no size limit to the parser, so that one frame of any size is assembled in memory; and it calls `send` where
`sendall` is meant, so that a slow phone gets a truncated frame and then garbage.
"""

from collections.abc import Callable
from typing import Any

from engineio.async_drivers.gevent import WebSocketWSGI

from .events import MAX_MESSAGE


class _WholeSends:
    """A socket whose `send` sends everything."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self.send = sock.sendall

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class BoundedWebSocket(WebSocketWSGI):  # type: ignore[misc]  # engineio is not typed
    """Closes with 1009 what is larger than 64 KB, and never truncates a frame."""

    def __init__(self, handler: Callable[[Any], Any], server: Any) -> None:
        def bounded(driver: Any) -> Any:
            driver.ws.sock = _WholeSends(driver.ws.sock)
            return handler(driver)

        # engineio marks its handler's owner through the bound method; keep what it looks for.
        super().__init__(bounded, server)
        self.server_args["max_message_size"] = MAX_MESSAGE


def install(server: Any) -> None:
    """Make this Socket.IO server use the driver. The table belongs to engineio's module: a copy is changed."""
    server.eio._async = {**server.eio._async, "websocket": BoundedWebSocket}
