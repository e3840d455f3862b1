"""A phone tries the network, and the facilitator's page tells of it; the lobby leads to the Wi-Fi first."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect

from tests.driving import Server
from tests.house import House

from .conftest import Open
from .console import Console
from .looking import axe, too_wide
from .people import LAPTOP, PHONE, SCREEN

ELSEWHERE = "127.0.0.9"  # a machine that is not the server's, as far as its own addresses go


class Relay:
    """A SOCKS 5 proxy by which a browser comes from another address; it can be cut, as a network is."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"socks5://127.0.0.1:{self._listening.getsockname()[1]}"
        self._open: list[socket.socket] = [self._listening]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError), self._listening:
            while True:
                asking, _ = self._listening.accept()
                self._open.append(asking)
                threading.Thread(target=self._relay, args=(asking,), daemon=True).start()

    def _relay(self, asking: socket.socket) -> None:
        with suppress(OSError), asking:
            asking.recv(64)
            asking.sendall(b"\x05\x00")  # no password
            port = int.from_bytes(asking.recv(300)[-2:], "big")  # after the host, which is this machine
            with socket.create_connection(("127.0.0.1", port), source_address=(ELSEWHERE, 0)) as server:
                asking.sendall(b"\x05\x00\x00\x01\0\0\0\0\0\0")
                back = threading.Thread(target=self._pour, args=(server, asking), daemon=True)
                back.start()
                self._pour(asking, server)
                back.join()

    def _pour(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65_536):
                target.sendall(data)
        except OSError:
            pass  # cut: the other side is told, as at an end
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Each thread closes what it opened, once it hears of the end."""
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def relay() -> Iterator[Relay]:
    found = Relay()
    yield found
    found.cut()


@pytest.fixture
def check(server: Server, house: House, open_page: Open) -> Page:
    page = open_page("about:blank", LAPTOP)
    page.context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": server.address}])
    page.goto(f"{server.address}/animer/reseau")
    page.get_by_role("button", name="Recommencer à zéro").click()
    expect(page.locator("[data-arrivals]")).to_contain_text("Aucun appareil pour l’instant.")
    return page


def address_of(check: Page) -> str:
    return str(check.locator(".network-address").text_content()).strip()


def through(relay: Relay) -> dict[str, object]:
    return {"proxy": {"server": relay.address, "bypass": "<-loopback>"}}


def test_phone_that_arrives_is_told_on_both_screens_without_a_cookie(
    check: Page, relay: Relay, open_page: Open
) -> None:
    phone = open_page(address_of(check), PHONE, **through(relay))
    expect(phone.locator("h1")).to_have_text("Ce téléphone arrive jusqu’à l’atelier.")
    expect(phone.locator("[data-way]")).to_have_text("direct, le meilleur")
    expect(phone.locator("[data-time]")).to_have_text(re.compile(r"^\d+ millièmes de seconde$"))
    assert phone.context.cookies() == []
    told = check.locator("[data-arrivals]")
    expect(told).to_contain_text("1 appareil est ici en ce moment.")
    expect(told).to_contain_text("1 direct")
    expect(told).to_contain_text(re.compile(r"\d+ ms"))
    second = open_page(address_of(check), PHONE, **through(relay))
    expect(told).to_contain_text("2 appareils sont ici en ce moment.")
    assert axe(phone) == []
    assert not too_wide(phone)
    second.close()
    phone.close()
    expect(told).to_contain_text("La page d’essai a été ouverte 2 fois.")


def test_phone_says_when_it_no_longer_arrives(check: Page, relay: Relay, open_page: Open) -> None:
    phone = open_page(address_of(check), PHONE, **through(relay))
    expect(phone.locator("[data-way]")).to_have_text("direct, le meilleur")
    relay.cut()
    expect(phone.locator("[data-lost]")).to_contain_text("La page n’arrive plus")


def test_websocket_that_is_stopped_leaves_a_longer_way(check: Page, relay: Relay, open_page: Open) -> None:
    phone = open_page("about:blank", PHONE, **through(relay))
    phone.route_web_socket("**", lambda stopped: stopped.close())
    phone.goto(address_of(check))
    expect(phone.locator("[data-way]")).to_contain_text("par des détours")
    expect(check.locator("[data-arrivals]")).to_contain_text("1 par des détours")
    phone.route("**/socket.io/**", lambda asked: asked.abort())
    phone.reload()
    expect(phone.locator("[data-way]")).to_contain_text("page par page")


def test_phone_without_a_script_is_told_and_counted(check: Page, relay: Relay, open_page: Open) -> None:
    phone = open_page(address_of(check), PHONE, java_script_enabled=False, **through(relay))
    expect(phone.locator("h1")).to_have_text("Ce téléphone arrive jusqu’à l’atelier.")
    expect(phone.locator("[data-trial]")).to_be_hidden()
    expect(phone.get_by_text("Sans script, l’atelier marche aussi")).to_be_visible()
    expect(check.locator("[data-arrivals]")).to_contain_text("La page d’essai a été ouverte 1 fois.")


def test_computer_that_opens_its_own_trial_is_told_that_it_proves_nothing(check: Page, open_page: Open) -> None:
    own = open_page(address_of(check), LAPTOP)
    expect(own.locator("h1")).to_have_text("Cette page est ouverte sur l’ordinateur lui-même.")
    check.reload()
    expect(check.locator("[data-arrivals]")).to_contain_text("Aucun appareil pour l’instant.")


def test_trial_weighs_little(check: Page, relay: Relay, open_page: Open) -> None:
    phone = open_page("about:blank", PHONE, **through(relay))
    sizes: list[int] = []
    phone.on("response", lambda got: sizes.append(len(got.body())) if got.request.method == "GET" else None)
    phone.goto(address_of(check), wait_until="load")
    assert sum(sizes[:3]) < 20_000, sizes  # the page, its style and its script, before compression


def test_wifi_typed_on_the_page_is_on_the_wall_at_once_and_large(server: Server, check: Page, open_page: Open) -> None:
    wall = open_page(server.addresses["projector_url"], SCREEN)
    expect(wall.locator("svg.qr")).to_have_count(1)
    check.get_by_label("Nom du Wi-Fi").fill("Préau salle 12")
    check.get_by_label("Clé").fill("cerise-noire-42")
    check.get_by_role("button", name="Montrer à l’accueil").click()
    expect(wall.locator("svg.qr")).to_have_count(2)
    expect(wall.locator(".way").first).to_contain_text("cerise-noire-42")
    for code in wall.locator("svg.qr").all():
        box = code.bounding_box()
        assert box is not None
        assert box["height"] >= SCREEN[1] / 2
    assert axe(wall) == []
    for size in (SCREEN, LAPTOP):
        wall.set_viewport_size({"width": size[0], "height": size[1]})
        assert wall.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    check.get_by_role("button", name="L’oublier, avec sa clé").click()
    expect(wall.locator("svg.qr")).to_have_count(1)


def test_longest_names_and_keys_stay_on_the_wall(server: Server, check: Page, open_page: Open) -> None:
    wall = open_page(server.addresses["projector_url"], SCREEN)
    check.get_by_label("Nom du Wi-Fi").fill("WWWW-Etablissement-Jean-Jaures-5")
    check.get_by_label("Clé").fill("WmWmWmWm" * 7 + "1234567")
    check.get_by_role("button", name="Montrer à l’accueil").click()
    expect(wall.locator("svg.qr")).to_have_count(2)
    assert wall.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    assert not too_wide(wall)
    check.get_by_role("button", name="L’oublier, avec sa clé").click()
    expect(wall.locator("svg.qr")).to_have_count(1)


def test_page_and_guides_are_clear_and_narrow(server: Server, check: Page) -> None:
    for place in ("/animer/reseau", "/animer/guides/avant-la-seance", "/animer/guides/reseau"):
        check.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
        check.goto(server.address + place)
        assert axe(check) == [], place
        check.set_viewport_size({"width": 320, "height": 640})
        assert not too_wide(check), place


def test_console_tells_of_phones_that_drop_and_leads_to_the_page(
    server: Server, house: House, open_page: Open, check: Page
) -> None:
    console = Console.is_back(open_page, server, house.cookie)
    phones = [open_page(server.addresses["participant_url"], PHONE) for _ in range(3)]
    for phone in phones:
        expect(phone.locator("#state")).to_be_visible()
    expect(console.tally("connected")).to_have_text("3")
    for phone in phones:
        phone.close()
    expect(console.stage.locator(".health")).to_contain_text(
        "La plupart des appareils viennent de perdre la connexion."
    )
    assert axe(console.page) == []
