"""For `gunicorn -c gunicorn.conf.py wsgi:app`: one process of one gevent worker. More cores: more of these."""

from typing import Any

# Written out, since platforms set WEB_CONCURRENCY: presence and the writers belong to one process.
workers = 1
# It patches the standard library, then loads the application. Preloading would load first, so `preload_app` stays off.
worker_class = "gevent"
# The address is the default: every interface on $PORT when it is set, else 127.0.0.1:8000.
# A phone holds one connection for the whole hour; at this many, new ones wait.
worker_connections = 10_000
backlog = 4096  # a class joins at once
# Seconds. Longer than proxies keep an idle connection (60), so that none writes into one that was just closed.
keepalive = 75
# Seconds. Sockets never end by themselves: to wait longer keeps a class on a process that is leaving.
graceful_timeout = 3
control_socket_disable = True  # it could raise the number of workers, and one path would serve every process
accesslog = None  # it would hold pupils' addresses


def is_discreet(record: Any) -> bool:
    """Writes neither who sent a request, nor what: without a proxy in front, the address is a pupil's."""
    if str(record.msg).startswith("Error handling request"):  # a fault of ours: its traceback, without the request
        record.msg, record.args = "Error handling a request", None
    # What is no HTTP, such as a phone's last frame that came too late.
    return not str(record.msg).startswith("Invalid request from ip")


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

    worker.log.error_log.addFilter(is_discreet)
    gevent.spawn(say_goodbye)
    freeze_what_stays()
