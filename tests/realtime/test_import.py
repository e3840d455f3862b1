"""A whole country's directory, imported on the laptop on which a class is in progress."""

import re
import threading
import time
from collections.abc import Callable

import pytest
import requests

from tests.driving import WAIT, Desk, Phone, Server, csrf_of
from tests.unit.directory import HEADER, line
from workshop.domain.uai import check_letter

LINES = 20_000


@pytest.fixture
def server(own_server: Server) -> Server:
    return own_server


def country() -> bytes:
    """Every second line a collège, the others schools that nobody asked for."""
    lines = [HEADER]
    for number in range(LINES):
        digits = f"{number:07d}"
        kind = "Collège" if number % 2 else "Ecole"
        lines.append(line(digits + check_letter(digits), f"{kind} {number}", kind, "Nantes", "044"))
    return "\n".join(lines).encode()


def test_class_goes_on_while_a_country_is_imported(
    server: Server, desk: Desk, phones: Callable[[int], list[Phone]]
) -> None:
    """Nobody waits for more than a small part of it; a phone that comes in is served before the import ends."""
    address = f"{server.address}/etablissements/annuaire"
    asked = csrf_of(desk.http.get(address, timeout=WAIT).text)
    pages: list[requests.Response] = []

    content = country()

    def bring() -> None:
        form = {"csrf_token": asked, "levels": ["college"], "department": "44"}
        report = desk.http.post(address, data=form, files={"file": ("annuaire.csv", content)}, timeout=60)
        [shown] = re.findall(r'name="shown" value="([^"]+)"', report.text)
        form = {"csrf_token": csrf_of(report.text), "shown": shown}
        pages.append(desk.http.post(f"{address}/confirmer", data=form, timeout=60))

    importing = threading.Thread(target=bring)
    importing.start()
    waits: list[float] = []
    while importing.is_alive():
        before = time.monotonic()
        assert requests.get(f"{server.address}/healthz", timeout=WAIT).ok
        waits.append(time.monotonic() - before)
        if len(waits) == 10:
            phones(1)
            assert importing.is_alive()
    importing.join()
    assert f"{LINES // 2}" in pages[0].text
    # Held up by the import, one request would wait for half of it or more.
    assert max(waits) < sum(waits) / 5, f"waited {max(waits):.2f} s of {sum(waits):.2f}"
