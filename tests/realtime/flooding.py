"""A server of its own, with the driver and nothing else: it floods whoever asks.

Its arguments: the port; for TLS, a key and a certificate.
"""

# ruff: noqa: E402  # gevent must patch the standard library before anything imports it
from gevent import monkey

monkey.patch_all()

import sys
from typing import Any

import socketio
from gevent.pywsgi import WSGIServer

from workshop.__main__ import DiscreetHandler
from workshop.realtime import outbox
from workshop.realtime.websocket import install

server = socketio.Server(async_mode="gevent", async_handlers=False, ping_interval=20, ping_timeout=20)
install(server)


def flood(sid: str, count: int, size: int) -> None:
    server.enter_room(sid, "flooded")
    for number in range(count):
        server.emit("drop", [number, "é" * size], to="flooded")


def allow(_sid: str, most: int) -> None:
    outbox.MOST = most


def show(_sid: str, count: int, size: int) -> None:
    """Snapshots, one after the other, to whoever is in the room."""
    for number in range(count):
        server.emit("state", {"version": number, "html": "é" * size}, to="shown")


def look(sid: str) -> None:
    server.enter_room(sid, "shown")


def waits(_sid: str) -> list[int]:
    """Bytes that wait, by connection."""
    return [phone.queue.waiting for phone in server.eio.sockets.values()]


def echo(_sid: str, said: Any) -> Any:
    return said


server.on("connect", lambda sid, environ, auth=None: None)
server.on("flood", flood)
server.on("allow", allow)
server.on("show", show)
server.on("look", look)
server.on("waits", waits)
server.on("echo", echo)


def faulty(environ: Any, start_response: Any) -> Any:
    raise RuntimeError("a fault of the server")


if __name__ == "__main__":
    application = socketio.WSGIApp(server, faulty)
    port, *keys = sys.argv[1:]
    tls = dict(zip(("keyfile", "certfile"), keys, strict=False))
    WSGIServer(("127.0.0.1", int(port)), application, log=None, handler_class=DiscreetHandler, **tls).serve_forever()
