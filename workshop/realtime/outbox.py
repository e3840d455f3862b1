"""What waits for one phone: of each kind of snapshot the newest alone, and never more than a bounded number of bytes.

A phone at the edge of the network reads slowly, or not at all. State, not events: what it missed is in the snapshot
that comes after. It stands in for engineio's queue, so that a phone on long polling is held to the same.
"""

from typing import Any

from gevent.queue import Empty, JoinableQueue

from .frames import kind_of

MOST = 262_144  # bytes: a phone behind by as much gets a new connection, and the state as it then is

_GONE = object()


class _Place:
    """Where the newest of a kind stands in the line."""

    __slots__ = ("item", "kind")

    def __init__(self, kind: str, item: Any) -> None:
        self.kind, self.item = kind, item


class Outbox(JoinableQueue):  # type: ignore[misc]  # gevent is not typed
    """Engineio's queue of one socket. Once `is_given_up`, it takes nothing and says that it is empty: engineio then
    ends the connection as one from which nothing came in time."""

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[str, _Place] = {}
        self._asking = 0
        self.waiting = 0  # bytes
        self.is_given_up = False

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        if self.is_given_up:
            return
        self.waiting += _size(item)
        kind = kind_of(item)
        place = self._places.get(kind) if kind else None
        if place is not None:
            self.waiting -= _size(place.item)
            place.item = item
        elif kind:
            self._places[kind] = _Place(kind, item)
            super().put(self._places[kind], block, timeout)
        else:
            super().put(item, block, timeout)
        if self.waiting > MOST:
            self._give_up()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if self.is_given_up:
            raise Empty
        self._asking += 1
        try:
            item = super().get(block, timeout)
        finally:
            self._asking -= 1
        if item is _GONE:
            self.task_done()
            raise Empty
        if isinstance(item, _Place):
            del self._places[item.kind]
            item = item.item
        self.waiting -= _size(item)
        return item

    def _give_up(self) -> None:
        while not self.empty():
            self.get(block=False)
            self.task_done()  # whoever waits for the end of this queue must not wait for ever
        self.is_given_up = True
        if self._asking:  # one was about to be given the first of what is gone
            super().put(_GONE)


def _size(item: Any) -> int:
    """Characters of a packet that is not encoded yet, which is near enough."""
    data = item if isinstance(item, bytes) else getattr(item, "data", None)
    return len(data) if isinstance(data, (str, bytes)) else 0
