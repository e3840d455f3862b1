"""Who is on the other end of each socket of this process. Presence only: nothing here is needed after a restart."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

# A phone that commands: it hears that the state has moved, and asks for its own page, without what pupils wrote.
REMOTE = "remote"
LATELY = 60.0  # seconds during which a phone that left is missed


@dataclass(frozen=True, slots=True)
class Client:
    live_id: int
    audience: str
    language: str
    participant_id: int | None = None
    key_hash: str | None = None
    is_shared: bool = False  # several pupils look at it

    @property
    def rooms(self) -> tuple[str, ...]:
        own = room(self.live_id, self.audience, self.language)
        return (own,) if self.audience == "participant" else (own, counted(self.live_id))


def room(live_id: int, audience: str, language: str) -> str:
    return f"live:{live_id}:{audience}:{language}"


def counted(live_id: int) -> str:
    """All screens that show counts, which have no language: one message a beat is all that crosses to others."""
    return f"live:{live_id}:counts"


def person(participant_id: int | None) -> str:
    """The room of one participant's sockets, in whatever process. Only those who wrote are in theirs."""
    return f"person:{participant_id}"


class Clients:
    """The sockets of this process that have said hello."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Client] = {}
        self._rooms: Counter[str] = Counter()
        self._left: set[int] = set()
        self._dropped: dict[int, tuple[int, float]] = {}  # live session and moment, by participant

    def get(self, sid: str) -> Client | None:
        return self._by_sid.get(sid)

    def add(self, sid: str, client: Client) -> Client | None:
        """Remember a client; the one that this socket was before, if it said another hello."""
        before = self.remove(sid)
        self._by_sid[sid] = client
        self._rooms.update(client.rooms)
        if client.participant_id is not None:
            self._dropped.pop(client.participant_id, None)
        return before

    def remove(self, sid: str) -> Client | None:
        client = self._by_sid.pop(sid, None)
        if client is not None:
            self._rooms.subtract(client.rooms)
            if client.participant_id is not None:
                self._left.add(client.participant_id)
                self._dropped[client.participant_id] = client.live_id, time.monotonic()
        return client

    def sids(self) -> list[str]:
        return list(self._by_sid)

    def is_empty(self, room_name: str) -> bool:
        return self._rooms[room_name] <= 0

    def by_audience(self) -> Counter[str]:
        return Counter(client.audience for client in self._by_sid.values())

    def watched(self) -> set[tuple[int, str]]:
        """(live session, audience) of those who are here; a remote hears what the console does."""
        told = {REMOTE: "facilitator"}
        return {(client.live_id, told.get(client.audience, client.audience)) for client in self._by_sid.values()}

    def live_ids(self) -> set[int]:
        return {client.live_id for client in self._by_sid.values()}

    def of_participant(self, participant_id: int) -> list[str]:
        return [sid for sid, client in self._by_sid.items() if client.participant_id == participant_id]

    def of_live(self, live_id: int) -> list[str]:
        return [sid for sid, client in self._by_sid.items() if client.live_id == live_id]

    def phones(self, live_id: int) -> Iterator[tuple[str, int]]:
        """Sockets of this live session's participants, with whose they are."""
        for sid, client in self._by_sid.items():
            if client.live_id == live_id and client.participant_id is not None:
                yield sid, client.participant_id

    def dropped(self, live_id: int) -> set[int]:
        """Participants one of whose sockets went within the last minute and did not come back; another may be there."""
        since = time.monotonic() - LATELY
        self._dropped = {who: (live, when) for who, (live, when) in self._dropped.items() if when > since}
        return {who for who, (live, _when) in self._dropped.items() if live == live_id}

    def present_and_left(self) -> tuple[list[int], list[int]]:
        """Participants connected now, and those who left since the last call and did not come back."""
        present = {c.participant_id for c in self._by_sid.values() if c.participant_id is not None}
        left, self._left = self._left - present, set()
        return sorted(present), sorted(left)
