"""The server's own command, in a process that loses its power at one precise moment, named by DIES_AT."""

# gevent must patch the standard library before anything imports it
from gevent import monkey

monkey.patch_all()

import os
import signal
from typing import Any

from workshop.__main__ import main
from workshop.services import batching, erasing, responding
from workshop.services.responding import Answer


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dies_after(function: Any, when: Any) -> Any:
    def wrapped(*arguments: Any) -> Any:
        result = function(*arguments)
        if when(*arguments):
            die()
        return result

    return wrapped


match os.environ["DIES_AT"]:
    case "before_commit":  # the rows are written, the transaction is not committed
        responding.Responding.write = dies_after(responding.Responding.write, lambda *_: True)  # type: ignore[method-assign]
    case "after_commit":  # committed, and nobody has been told
        batching.BatchWriter._commit = dies_after(  # type: ignore[method-assign]
            batching.BatchWriter._commit, lambda _writer, requests: isinstance(requests[0], Answer)
        )
    case "before_checkpoint":  # the ballots are destroyed, their bytes are still in the log
        erasing.checkpoint = die  # type: ignore[assignment]

raise SystemExit(main())
