"""The phones that try the network before a class: how many, by which way, how fast. Counts in memory, for ten minutes.

A phone is a number that its own page draws and forgets; no address, no browser's name, no cookie.
"""

import hmac
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

HERE = 7.0  # seconds: a page that is open says so every two
FORGOTTEN = 600.0  # seconds
MOST = 400  # pages remembered for one facilitator; whoever reloads for ever pushes out their own
WAYS = ("websocket", "polling", "page")
_TOKEN = re.compile(r"(\d{1,9})-([a-z2-7]{6})")
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, slots=True)
class Tried:
    """What one page found: its way, and the middle of its round trips in milliseconds, None before it knows."""

    way: str | None
    trip: int | None
    seen: float


@dataclass(frozen=True)
class Trial:
    """`opened`: how often the page was, reloads included. `here`: pages open now; `most`: at the same time at best.
    `ways` are theirs; `trip` is the middle one, in milliseconds."""

    opened: int = 0
    here: int = 0
    most: int = 0
    ways: Mapping[str, int] = field(default_factory=dict)
    trip: int | None = None

    def by(self, way: str) -> int:
        return self.ways.get(way, 0)

    @property
    def indirect(self) -> int:
        return self.by("polling") + self.by("page")


class Trials:
    """Of each facilitator, in this process."""

    def __init__(self) -> None:
        self._tried: dict[int, dict[str, Tried]] = {}
        self._opened: Counter[int] = Counter()
        self._most: Counter[int] = Counter()

    def opened(self, account_id: int) -> None:
        self._opened[account_id] += 1

    def told(self, account_id: int, page: str, way: str | None, trip: int | None, now: float | None = None) -> None:
        """A page is open, and this is what it knows by now."""
        now = time.monotonic() if now is None else now
        tried = self._tried.setdefault(account_id, {})
        tried.pop(page, None)
        tried[page] = Tried(way, trip, now)
        for old in [page for page, one in tried.items() if now - one.seen > FORGOTTEN] + list(tried)[:-MOST]:
            tried.pop(old, None)
        self._most[account_id] = max(self._most[account_id], len(_open(tried.values(), now)))

    def of(self, account_id: int, now: float | None = None) -> Trial:
        now = time.monotonic() if now is None else now
        here = _open(self._tried.get(account_id, {}).values(), now)
        trips = [one.trip for one in here if one.trip is not None]
        return Trial(
            self._opened[account_id],
            len(here),
            self._most[account_id],
            Counter(one.way for one in here if one.way),
            round(statistics.median(trips)) if trips else None,
        )

    def restart(self, account_id: int) -> None:
        for kept in (self._tried, self._opened, self._most):
            kept.pop(account_id, None)


def _open(tried: Iterable[Tried], now: float) -> list[Tried]:
    return [one for one in tried if now - one.seen <= HERE]


def token_of(secret: str, account_id: int) -> str:
    """Short enough to be typed, derived, so that any process knows it. Whoever has it can only be counted."""
    digest = hmac.digest(secret.encode(), f"trial:{account_id}".encode(), "sha256")
    return f"{account_id}-" + "".join(_LETTERS[byte % 32] for byte in digest[:6])


def account_of(secret: str, token: str) -> int | None:
    found = _TOKEN.fullmatch(token.lower())
    if found is None:
        return None
    account_id = int(found[1])
    return account_id if hmac.compare_digest(token_of(secret, account_id), token.lower()) else None
