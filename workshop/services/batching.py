"""Group commit: what is queued while one transaction commits goes into the next. No window is ever waited for."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from workshop.domain.errors import Busy, Refusal
from workshop.storage.transaction import WRITES, as_refusal

log = logging.getLogger(__name__)
MAX_BATCH = 256
MAX_QUEUED = 20_000

Request = TypeVar("Request")
Result = TypeVar("Result")


@dataclass(slots=True)
class Item(Generic[Request, Result]):
    """Something to write. `reply` is called once, after the commit, with what came of it; never before, never twice."""

    request: Request
    reply: Callable[[Result | Refusal], None]


class BatchWriter(Generic[Request, Result]):
    """One queue, one transaction at a time. `write` gets a connection and the requests, and answers each in order."""

    def __init__(
        self,
        engine: Engine,
        write: Callable[[Connection, list[Request]], list[Result | Refusal]],
        observe: Callable[[list[Result | Refusal], float], None] | None = None,  # what came of a batch, in seconds
    ) -> None:
        self._engine = engine
        self._write = write
        self._observe = observe
        self._queue: deque[Item[Request, Result]] = deque()
        self._wake = threading.Event()
        self._committing = threading.RLock()

    def submit(self, item: Item[Request, Result]) -> None:
        """Queue; raises Busy rather than grow without bound."""
        if len(self._queue) >= MAX_QUEUED:
            raise Busy
        self._queue.append(item)
        self._wake.set()

    def do(self, request: Request) -> Result:
        """Write one request now, with what waits before it; raises its refusal. For doors that answer themselves."""
        outcome: list[Result | Refusal] = []
        self.submit(Item(request, outcome.append))
        self.flush()
        if isinstance(outcome[0], Refusal):
            raise outcome[0]
        return outcome[0]

    @property
    def waiting(self) -> int:
        return len(self._queue)

    def run(self) -> None:
        """Commit for ever, in a background task of the process."""
        while True:
            self._wake.wait()
            self._wake.clear()
            self.flush()

    def flush(self) -> None:
        """Commit and answer everything queued so far: what a closing command waits for."""
        with self._committing:
            for _ in range(-(-len(self._queue) // MAX_BATCH)):
                batch = [self._queue.popleft() for _ in range(min(MAX_BATCH, len(self._queue)))]
                began = time.perf_counter()
                outcomes = self._commit([item.request for item in batch])
                if self._observe is not None:
                    self._observe(outcomes, time.perf_counter() - began)
                for item, outcome in zip(batch, outcomes, strict=True):
                    item.reply(outcome)

    def _commit(self, requests: list[Request]) -> list[Result | Refusal]:
        try:
            with self._engine.connect().execution_options(**WRITES) as connection, connection.begin():
                return self._write(connection, requests)
        except OperationalError as error:
            refusal = as_refusal(error)
            return [refusal] * len(requests)
        except Exception as error:
            # One bad row harms nobody else: each is tried alone. Whatever a driver raises, the writer goes on, or
            # nobody in the process would ever be answered again.
            if len(requests) > 1:
                return [self._commit([request])[0] for request in requests]
            log.error("one request could not be written: %s", type(error).__name__)  # no content: it may be a ballot
            return [Busy()]
