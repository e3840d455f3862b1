"""How a class's phones are connected: counts and a median, made every few seconds for the console, naming no phone."""

import statistics
from collections import Counter
from dataclasses import dataclass
from typing import Any

from socketio import Server

from .clients import Clients

A_FEW, A_SHARE = 3, 10  # fewer, or less than a tenth of the class, is somebody whose screen went off
SLOW = 800  # milliseconds: one feels it


@dataclass(frozen=True)
class Health:
    """`dropped`: phones that were connected within the last minute and are not back. `direct` are on a WebSocket,
    `relayed` on long polling, `paged` follow by plain pages. `trip`: the middle round trip of those that were measured,
    in milliseconds, None before any was."""

    dropped: int = 0
    direct: int = 0
    relayed: int = 0
    paged: int = 0
    trip: int | None = None

    @property
    def present(self) -> int:
        return self.direct + self.relayed + self.paged

    @property
    def concern(self) -> str | None:
        """The one thing worth a line on the console, if any: `most_dropped`, `dropped`, `slow` or `indirect`."""
        indirect, all_of_them = self.relayed + self.paged, self.present + self.dropped
        if self.dropped >= max(A_FEW, all_of_them / A_SHARE):
            return "most_dropped" if self.dropped >= self.present else "dropped"
        if self.trip is not None and self.trip >= SLOW:
            return "slow"
        return "indirect" if indirect >= max(A_FEW, all_of_them / 3) else None


def health_of(live_id: int, clients: Clients, server: Server, connected: int | None = None) -> Health:
    """`connected`: phones seen lately in whatever way, where that can be compared with the sockets of this process."""
    ways: Counter[str] = Counter()
    trips, people = [], set[int]()
    for sid, participant_id in clients.phones(live_id):
        if participant_id in people:
            continue
        people.add(participant_id)
        phone = _socket(server, sid)
        ways["direct" if phone is None or phone.upgraded else "relayed"] += 1
        trip = getattr(phone, "round_trip", None)
        if trip is not None:
            trips.append(trip)
    return Health(
        len(clients.dropped(live_id) - people),
        ways["direct"],
        ways["relayed"],
        max(0, connected - len(people)) if connected is not None else 0,
        round(statistics.median(trips) * 1000) if trips else None,
    )


def _socket(server: Server, sid: str) -> Any:
    """engineio's own object, which our driver tells how long its last ping took."""
    return server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, "/"))
