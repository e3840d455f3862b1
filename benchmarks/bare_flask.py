"""Flask-SocketIO as its documentation shows it: same words on the wire, as many bytes, nothing stored or checked."""

# ruff: noqa: E402  # gevent must patch the standard library before anything imports it
from gevent import monkey

monkey.patch_all()

import sys
import time
import uuid
from typing import Any

from flask import Flask, Response, make_response, request
from flask_socketio import SocketIO, emit, join_room

PORT, PAGE_BYTES, STATE_BYTES = (int(word) for word in sys.argv[1:])
app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent", cors_allowed_origins="*")
version = 0


def state(size: int, round_: str = "") -> dict[str, Any]:
    now = time.time_ns() // 1_000_000
    return {
        "version": version,
        "revision": now,
        "phase": "open",
        "round": [round_] if round_ else [],
        "html": "x" * size,
    }


@app.get("/r/<code>")
def page(code: str) -> Response:
    response = make_response("x" * PAGE_BYTES)
    response.set_cookie("phone", uuid.uuid4().hex, httponly=True)
    return response


@app.post("/command")
def command() -> str:
    global version
    version += 1
    socketio.emit("state", state(int(request.args["bytes"]), request.args["round"]), to="class")
    return "{}"


@socketio.on("hello")
def hello(_said: Any) -> dict[str, Any]:
    join_room("class")
    return {"ok": True, "state": state(STATE_BYTES), "mine": {}}


@socketio.on("answer")
def answer(said: dict[str, Any]) -> None:
    emit("saved", {"round": said["round"], "seq": said["seq"]})


if __name__ == "__main__":
    socketio.run(app, host="127.0.0.1", port=PORT, backlog=4096, log_output=False)
