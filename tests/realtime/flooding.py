"""A server of its own, with the driver and nothing else: it floods whoever asks. Its only argument is the port."""

# ruff: noqa: E402  # gevent must patch the standard library before anything imports it
from gevent import monkey

monkey.patch_all()

import sys
from typing import Any

import socketio
from gevent.pywsgi import WSGIServer

from workshop.__main__ import DiscreetHandler
from workshop.realtime.websocket import install

server = socketio.Server(async_mode="gevent", async_handlers=False, ping_interval=20, ping_timeout=20)
install(server)


def flood(sid: str, count: int, size: int) -> None:
    server.enter_room(sid, "flooded")
    for number in range(count):
        server.emit("drop", [number, "é" * size], to="flooded")


def echo(_sid: str, said: Any) -> Any:
    return said


server.on("connect", lambda sid, environ, auth=None: None)
server.on("flood", flood)
server.on("echo", echo)


def faulty(environ: Any, start_response: Any) -> Any:
    raise RuntimeError("a fault of the server")


if __name__ == "__main__":
    application = socketio.WSGIApp(server, faulty)
    WSGIServer(("127.0.0.1", int(sys.argv[1])), application, log=None, handler_class=DiscreetHandler).serve_forever()
