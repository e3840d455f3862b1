"""Loaded by any Python that has this folder on its path: writes down each address outside this machine that is asked
for, by name or by number, whether or not the network would have let it through."""

import os
import sys
from typing import Any

_OWN = ("127.", "192.168.77.", "::1", "0.0.0.0", "localhost")  # listened on, by the server itself
_NAMES = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
_PLACE = os.environ["PREAU_TEST_WATCH"]


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _NAMES:
        asked = arguments[0]
    elif event in ("socket.connect", "socket.sendto"):
        asked = arguments[1]
    else:
        return
    host = asked[0] if isinstance(asked, tuple) else asked
    if host and not str(host).startswith((*_OWN, "/")):
        _note(f"{host} asked for by {' '.join(sys.argv)}")


def _note(line: str) -> None:
    with open(_PLACE, "a", encoding="utf-8") as notes:
        notes.write(f"{line}\n")


_note("watching")
sys.addaudithook(_watch)
