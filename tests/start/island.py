"""Run in a network namespace of its own, where no route leads anywhere: plays a class, and says what tried to leave.

Its last line on standard output is one JSON object. Linux only.
"""

import copy
import fcntl
import json
import os
import re
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from playwright.sync_api import expect, sync_playwright

from tests.driving import WAIT, Desk, Phone, Server, leaving_nothing
from workshop.config import ROOT

LAN = "192.168.77.1"
PUPILS = 5
CHROMIUM = os.environ.get("PREAU_TEST_CHROMIUM", "/usr/bin/chromium")
_SIOCSIFADDR, _SIOCSIFFLAGS, _IFF_UP = 0x8916, 0x8914, 0x1


def bring_up() -> None:
    """Loopback, with the address of a classroom's router beside its own. Without `ip`, which not every machine has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))
        address = struct.pack("16sHH4s8x", b"lo:1", socket.AF_INET, 0, socket.inet_aton(LAN))
        fcntl.ioctl(sock, _SIOCSIFADDR, address)


def refused_by_the_kernel() -> int:
    """How often any process here, a browser too, has asked for an address to which there is no route."""
    names, values = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Ip:")]
    six = re.search(r"^Ip6OutNoRoutes\s+(\d+)", Path("/proc/net/snmp6").read_text(), re.MULTILINE)
    return int(values[names.index("OutNoRoutes")]) + (int(six[1]) if six else 0)


def try_to_leave(*places: str) -> None:
    """So that it is known that leaving would be seen."""
    for family, place in zip((socket.AF_INET, socket.AF_INET6), places, strict=True):
        with socket.socket(family, socket.SOCK_STREAM) as sock, suppress(OSError):
            sock.settimeout(2)
            sock.connect((place, 80))
            raise AssertionError("there is a route: nothing is proven here")


def play(data: Path) -> dict[str, Any]:
    server = Server(data, script=ROOT / "manage.py", shown=LAN, PYTHONPATH=os.environ["PYTHONPATH"]).start()
    assert server.addresses["participant_url"].startswith(f"http://{LAN}:")
    desk = Desk(server)
    here = copy.copy(server)
    here.address = here.origin = f"http://{LAN}:{server.port}"  # as phones call it
    phones = [Phone(here) for _ in range(PUPILS)]
    recorded = 0
    answered: set[str] = set()
    is_going_on = True
    while is_going_on:
        for phone in phones:
            phone.wait_for_version(desk.version)
        for round_ in phones[0].rounds:
            if round_ not in answered and phones[0].offered(round_):
                answered.add(round_)
                recorded += sum(phone.answer(round_, phone.offered(round_)[0])[0] == "saved" for phone in phones)
        is_going_on = desk.goes_on() if desk.version else desk.command("start").ok
    left = refused_by_the_kernel()
    asked = seen_in_a_browser(desk, server)
    makers = refused_by_the_kernel() - left  # a browser calls its own maker: what pages asked for is told instead
    desk.run("end")
    for phone in phones:
        assert phone.wait_for_version(desk.version)["phase"] == "ended"
    statuses = {page: status(desk.http, server, page) for page in pages(desk, server)}
    desk.leave()
    server.stop()
    return {
        "recorded": recorded,
        "asked": len(answered) * PUPILS,
        "browser": asked,
        "makers": makers,
        "pages": statuses,
    }


def seen_in_a_browser(desk: Desk, server: Server) -> list[str]:
    """The places that a console, the screen on the wall and a phone ask for things, in a real browser."""
    asked: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])  # root, or alone anyway
        context = browser.new_context()
        context.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
        context.add_cookies([{"name": "preau_desk", "value": desk.http.cookies["preau_desk"], "url": server.address}])
        for address in (
            f"{server.address}/animer/{desk.live_id}",
            server.addresses["participant_url"],
            server.addresses["projector_url"],
        ):
            page = context.new_page()
            page.goto(address)
            expect(page.locator("[data-version]").first).to_have_attribute("data-version", str(desk.version))
        browser.close()
    return sorted(place.replace(str(server.port), "port") for place in asked)


def pages(desk: Desk, server: Server) -> list[str]:
    """What an evening after the class opens, papers included."""
    live, review = f"/animer/{desk.live_id}", f"/animer/{desk.live_id}/bilan"
    own = ["/", f"/r/{server.code}", "/animer", "/animer/nouvelle", "/animer/bilan", "/animer/bilan/bilan.pdf"]
    return [*own, "/animer/bilan/bilan.xlsx", "/cartes.pdf", live, review, f"{review}.html", f"{review}.pdf"]


def status(browser: requests.Session, server: Server, page: str) -> int:
    return browser.get(f"{server.address}{page}", timeout=WAIT).status_code


if __name__ == "__main__":
    bring_up()
    nothing = refused_by_the_kernel()
    try_to_leave(*sys.argv[2:])
    before = refused_by_the_kernel()
    with leaving_nothing():
        told = play(Path(sys.argv[1]))
    told |= {"seen_when_tried": before - nothing, "left": refused_by_the_kernel() - before - told["makers"]}
    sys.stdout.write(json.dumps(told) + "\n")
