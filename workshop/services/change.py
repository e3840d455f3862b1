"""What a use case returns once it has committed: which live session changed, and for whom it matters."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    live_id: int
    ended: bool = False
