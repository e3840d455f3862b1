"""What a use case returns once it has committed: which live session changed."""

from dataclasses import dataclass

from .viewing import Board


@dataclass(frozen=True)
class Change:
    """`pupils`: the board that their screens are drawn from, when the use case had it at hand: a class waits for it."""

    live_id: int
    pupils: Board | None = None

    @property
    def is_erasing(self) -> bool:
        """Something was destroyed, whose bytes have yet to leave the files."""
        return self.pupils is not None and self.pupils.erasure_pending
