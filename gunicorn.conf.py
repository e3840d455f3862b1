"""For `gunicorn -c gunicorn.conf.py wsgi:app`: one process of one gevent worker. More cores: more of these."""

import ipaddress
import json
import logging
import re
import time
import traceback
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.sock import BaseSocket

# Written out, since platforms set WEB_CONCURRENCY: presence and the writers belong to one process.
workers = 1
# It patches the standard library, then loads the application. Preloading would load first, so `preload_app` stays off.
worker_class = "gevent"
# The address is the default: every interface on $PORT when it is set, else 127.0.0.1:8000.
# A phone holds one connection for the whole hour; at this many, new ones wait.
worker_connections = 10_000
backlog = 4096  # a class joins at once
# Whoever finds the door closed is sent to another process by the proxy; let in, they would wait here until the
# application is loaded, a second and a half. So gunicorn, which asks this before it listens, does not: the worker does.
BaseSocket._is_listening = staticmethod(lambda _socket: True)
# Seconds. Longer than proxies keep an idle connection (60), so that none writes into one that was just closed.
keepalive = 75
# Seconds. Sockets never end by themselves: to wait longer keeps a class on a process that is leaving.
graceful_timeout = 3
control_socket_disable = True  # it could raise the number of workers, and one path would serve every process
accesslog = None  # it would hold pupils' addresses

_NUMBERS = re.compile(r"[0-9A-Fa-f.:]{3,}")


class Line(logging.Formatter):
    """One JSON object a line. Of an exception: its type and where it came from, never its text, which may quote what
    somebody sent; of a database's that is away, its first line, which is about a server."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "process": record.process,
            "logger": record.name,
            "message": _NUMBERS.sub(_hide, record.getMessage()),
        }
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error"] = type(error).__name__
            if type(error).__name__ == "OperationalError":
                line["cause"] = _NUMBERS.sub(_hide, str(getattr(error, "orig", error)).partition("\n")[0])
            line["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
            ][-8:]
        return json.dumps(line, ensure_ascii=False)


def _hide(found: re.Match[str]) -> str:
    """Without a proxy in front, an address is a pupil's; and no line is worth another's."""
    text = found[0].strip(".")
    try:
        ipaddress.ip_address(text.partition(":")[0] if text.count(":") == 1 else text)
    except ValueError:
        return found[0]
    return "…"


def is_discreet(record: Any) -> bool:
    """Writes neither who sent a request, nor what."""
    if str(record.msg).startswith("Error handling request"):  # a fault of ours: where it is, without the request
        record.msg, record.args = "Error handling a request", None
    # What is no HTTP, such as a phone's last frame that came too late.
    return not str(record.msg).startswith("Invalid request from ip")


class Log(Logger):  # type: ignore[misc]  # gunicorn is not typed
    """What gunicorn says, what the application says and what libraries say, in one form, on standard error."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(is_discreet)
        for handler in self.error_log.handlers:
            handler.setFormatter(Line())
        logging.root.handlers = self.error_log.handlers[:1]
        logging.captureWarnings(True)


logger_class = Log


def post_worker_init(worker: Any) -> None:
    # After the worker has patched the standard library.
    import gevent  # noqa: PLC0415

    from workshop.extensions import socketio  # noqa: PLC0415
    from workshop.starting import freeze_what_stays  # noqa: PLC0415

    def say_goodbye() -> None:
        """Gunicorn kills what is left of a socket in the middle of a read. Phones are told when to come back."""
        while worker.alive:
            gevent.sleep(0.2)
        worker.wsgi.extensions["preau"].leave()
        for sid in list(socketio.server.eio.sockets):
            gevent.spawn(socketio.server.eio.disconnect, sid)

    def print_exception(_context: object, kind: Any, value: Any, trace: Any) -> None:
        worker.log.error_log.error("a task failed", exc_info=(kind, value, trace))

    gevent.get_hub().print_exception = print_exception  # its own would write the task's arguments
    gevent.spawn(say_goodbye)
    freeze_what_stays()
    for listener in worker.sockets:
        listener.listen(backlog)
