"""The network of the room, as the facilitator told it on a laptop: the Wi-Fi to join first, the address to go to.

In a file of the data folder that its owner alone can read, and not in the database: the key of a school's Wi-Fi is a
secret, and no backup must carry it away.
"""

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

FILE = "network.json"
KEPT = 12 * 3600  # seconds: a day at a school, when one has not asked to keep it longer


@dataclass(frozen=True)
class Wifi:
    """`key` is None for an open network; `hidden` for one that does not say its name."""

    name: str
    key: str | None
    hidden: bool = False


@dataclass(frozen=True)
class RoomNetwork:
    """`shown`: whether the lobby shows the Wi-Fi. `until`: seconds since 1970, None until it is told to forget."""

    wifi: Wifi | None = None
    shown: bool = False
    until: float | None = None
    address: str | None = None

    def without_wifi(self) -> "RoomNetwork":
        return RoomNetwork(address=self.address)


def read(folder: Path) -> RoomNetwork:
    """What was told; nothing when the file is absent or cannot be understood. A Wi-Fi past its time is not given."""
    try:
        known = json.loads((folder / FILE).read_text(encoding="utf-8"))
        found = RoomNetwork(**{**known, "wifi": Wifi(**known["wifi"]) if known["wifi"] else None})
    except (OSError, ValueError, TypeError, KeyError):
        return RoomNetwork()
    is_past = found.until is not None and found.until <= time.time()
    return found.without_wifi() if is_past else found


def keep(folder: Path, told: RoomNetwork) -> None:
    """Whole or not at all, readable by its owner alone; no file is left when there is nothing to say."""
    path, draft = folder / FILE, folder / f"{FILE}.new"
    draft.unlink(missing_ok=True)
    if told == RoomNetwork():
        path.unlink(missing_ok=True)
        return
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(told), file)
    os.replace(draft, path)


def show(folder: Path, wifi: Wifi, stays: bool) -> None:
    """Shown from now on. `stays`: until it is told to forget, as for one's own router; else for the day."""
    until = None if stays else time.time() + KEPT
    keep(folder, replace(read(folder), wifi=wifi, shown=True, until=until))


def show_again(folder: Path, shown: bool) -> None:
    """Or no longer, and still known."""
    keep(folder, replace(read(folder), shown=shown))


def forget(folder: Path) -> None:
    """The Wi-Fi and its key; also what is past its time, which nobody is given any more."""
    keep(folder, read(folder).without_wifi())


def forget_past(folder: Path) -> None:
    if (folder / FILE).exists():
        with suppress(OSError):  # a full disk: it is not shown any more, and goes the next time
            keep(folder, read(folder))


def choose_address(folder: Path, ip: str | None) -> None:
    """None: the likeliest, as before anybody chose."""
    keep(folder, replace(read(folder), address=ip))
