"""The network page, the page that a phone opens to try it, the Wi-Fi in the lobby, the guides: all without a script."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.services.conftest import ClassRoom
from workshop import clock, create_app, room_network
from workshop.addresses import lan_addresses
from workshop.config import Config
from workshop.services import accounts

from .conftest import csrf_of

PHONE = {"REMOTE_ADDR": "192.168.1.50"}
PAGE = "0123456789abcdef"


def trial_of(desk: FlaskClient) -> str:
    found = re.search(r"(?<=<wbr>)/essai/[\w-]+", desk.get("/animer/reseau").text)
    assert found
    return found[0]


def does(desk: FlaskClient, action: str, **fields: str) -> TestResponse:
    csrf = csrf_of(desk.get("/animer/reseau").text)
    return desk.post("/animer/reseau", data={"csrf_token": csrf, "action": action, **fields})


@pytest.fixture
def wall(app: Flask, room: ClassRoom) -> FlaskClient:
    link = accounts.make_link("projector", clock.now(), accounts.PAIRING_LASTS, live_id=room.live_id)
    client = app.test_client()
    client.get(f"/lien/{link}")
    return client


def test_page_is_for_facilitators(phone: FlaskClient) -> None:
    for path in ("/animer/reseau", "/animer/reseau/arrivees", "/animer/guides/reseau"):
        assert phone.get(path).headers["Location"] == "/connexion"


def test_phone_that_opens_the_trial_is_told_so_and_counted_and_gets_no_cookie(
    desk: FlaskClient, phone: FlaskClient
) -> None:
    assert "Aucun appareil" in desk.get("/animer/reseau").text
    page = phone.get(trial_of(desk), environ_base=PHONE)
    assert page.status_code == 200
    assert "Ce téléphone arrive" in page.text
    assert "Set-Cookie" not in page.headers
    assert "a été ouverte 1 fois" in desk.get("/animer/reseau").text


def test_pages_that_stay_open_are_counted_with_their_way_and_their_time(desk: FlaskClient, phone: FlaskClient) -> None:
    address = trial_of(desk)
    for page, way, trip in ((PAGE, "websocket", "12"), ("f" * 16, "polling", "40"), ("e" * 16, "", "")):
        sent = {"page": page, "way": way, "trip": trip}
        assert phone.post(address, data=sent, environ_base=PHONE).get_json() == {"ok": True}
    said = " ".join(desk.get("/animer/reseau/arrivees").text.split())
    for words in ("3 appareils sont ici", "1 direct", "1 par des détours", "26 ms", "gêne la connexion directe"):
        assert words in said
    assert "page par page" not in said


def test_slow_network_is_said_with_what_to_do(desk: FlaskClient, phone: FlaskClient) -> None:
    sent = {"page": PAGE, "way": "websocket", "trip": "1900"}
    phone.post(trial_of(desk), data=sent, environ_base=PHONE)
    assert "Le réseau est lent" in desk.get("/animer/reseau/arrivees").text


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"page": "x"},
        {"page": PAGE, "way": "tunnel"},
        {"page": PAGE, "trip": "-1"},
        {"page": PAGE, "trip": "1000000"},
        {"page": PAGE + "\n"},
    ],
)
def test_what_no_page_of_ours_says_is_refused(desk: FlaskClient, phone: FlaskClient, sent: dict[str, str]) -> None:
    assert phone.post(trial_of(desk), data=sent, environ_base=PHONE).status_code == 400
    assert "Aucun appareil" in desk.get("/animer/reseau").text


def test_trial_of_nobody_does_not_exist_and_another_site_counts_nothing(desk: FlaskClient, phone: FlaskClient) -> None:
    assert phone.get("/essai/1-aaaaaa", environ_base=PHONE).status_code == 404
    answer = phone.post(
        trial_of(desk), data={"page": PAGE}, environ_base=PHONE, headers={"Origin": "http://elsewhere.example"}
    )
    assert answer.status_code == 403
    assert "Aucun appareil" in desk.get("/animer/reseau").text


def test_computer_itself_proves_nothing_and_is_not_counted(desk: FlaskClient, phone: FlaskClient) -> None:
    address = trial_of(desk)
    for own in ("127.0.0.1", *(one.ip for one in lan_addresses())):
        page = phone.get(address, environ_base={"REMOTE_ADDR": own})
        assert "cela ne prouve rien" in page.text
        assert "<script" not in page.text
        assert phone.post(address, data={"page": PAGE}, environ_base={"REMOTE_ADDR": own}).status_code == 403
    assert "Aucun appareil" in desk.get("/animer/reseau").text


def test_colleague_sees_their_own_trial_alone_and_starts_again(
    desk: FlaskClient, stranger: FlaskClient, phone: FlaskClient
) -> None:
    phone.get(trial_of(desk), environ_base=PHONE)
    assert "Aucun appareil" in stranger.get("/animer/reseau").text
    does(desk, "restart")
    assert "Aucun appareil" in desk.get("/animer/reseau").text


def test_page_says_what_the_machine_knows_and_the_remedies(desk: FlaskClient) -> None:
    page = desk.get("/animer/reseau").text
    for one in lan_addresses():
        assert one.ip in page
    # Nothing listens in this test: the page says so, or that there is no network at all.
    assert "ne répond pas à cette adresse" in page or "aucun réseau" in page
    for words in ("pare-feu", "sépare les appareils", "identifiant", "à une dizaine", "main levée"):
        assert words in page


def test_address_is_chosen_among_those_of_the_machine(desk: FlaskClient, config: Config) -> None:
    assert does(desk, "address", address="203.0.113.9").status_code == 400
    for one in lan_addresses():
        assert does(desk, "address", address=one.ip).status_code == 303
        assert f"http://{one.ip}:{config.port}<wbr>/essai/" in desk.get("/animer/reseau").text
    assert does(desk, "address", address="").status_code == 303
    assert room_network.read(config.data).address is None


def test_wifi_is_typed_once_and_the_lobby_shows_two_numbered_codes(desk: FlaskClient, wall: FlaskClient) -> None:
    before = wall.get(wall_of(wall)).text
    assert before.count('class="qr"') == 1
    assert does(desk, "wifi", wifi_name="Salle 12; <nord>", wifi_key="cerise-noire").status_code == 303
    lobby = wall.get(wall_of(wall)).text
    assert lobby.count('class="qr"') == 2
    assert lobby.index(">1</span>Le Wi-Fi") < lobby.index(">2</span>L’atelier")
    for words in ("Salle 12; &lt;nord&gt;", "cerise-noire", "Rester connecté", "reste connecté."):
        assert words in lobby
    page = desk.get("/animer/reseau").text
    assert "L’accueil montre" in page
    assert "cerise-noire" not in page


def wall_of(wall: FlaskClient) -> str:
    [name] = [cookie.key for cookie in wall._cookies.values() if cookie.key.startswith("preau_screen_")]
    return "/ecran/" + name.removeprefix("preau_screen_")


def test_wifi_is_hidden_and_forgotten_by_a_button(desk: FlaskClient, wall: FlaskClient, config: Config) -> None:
    does(desk, "wifi", wifi_name="Salle 12", wifi_key="cerise-noire", stays="y")
    does(desk, "hide")
    assert "Salle 12" not in wall.get(wall_of(wall)).text
    does(desk, "show")
    assert "Salle 12" in wall.get(wall_of(wall)).text
    does(desk, "forget")
    assert "Salle 12" not in wall.get(wall_of(wall)).text
    assert not (config.data / room_network.FILE).exists()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("", ""),
        ("x" * 33, ""),
        ("é" * 17, ""),
        ("a\tb", ""),
        ("Salle", "court"),
        ("Salle", "x" * 64),
        ("Salle", "clé-avec-accent"),
    ],
)
def test_wifi_that_no_phone_could_join_is_refused_and_nothing_typed_is_lost(
    desk: FlaskClient, config: Config, name: str, key: str
) -> None:
    page = does(desk, "wifi", wifi_name=name, wifi_key=key)
    assert page.status_code == 400
    assert 'class="field-error"' in page.text
    if len(name) == 33:
        assert f'value="{name}"' in page.text
    assert not (config.data / room_network.FILE).exists()


def test_hosted_there_is_no_wifi_to_show_and_no_address_to_choose(app: Flask, config: Config, owner_id: int) -> None:
    hosted = create_app(replace(config, public_url="https://atelier.example.org"), start=False)
    link = accounts.make_link("sign_in", clock.now(), accounts.SIGN_IN_LINK_LASTS, account_id=owner_id)
    with hosted.test_client() as client:
        here = {"base_url": "https://atelier.example.org"}
        client.get(f"/lien/{link}", **here)  # type: ignore[arg-type]  # options of the client
        page = client.get("/animer/reseau", **here)  # type: ignore[arg-type]  # idem
        assert page.status_code == 200
        assert "https://atelier.example.org<wbr>/essai/" in page.text
        assert "Montrer le Wi-Fi" not in page.text
        assert "filtre de l’établissement" in page.text
        sent = {"csrf_token": csrf_of(page.text), "action": "wifi", "wifi_name": "Salle"}
        refused = client.post("/animer/reseau", data=sent, headers={"Referer": here["base_url"]}, **here)  # type: ignore[arg-type]  # idem
        assert refused.status_code == 400
    assert not (config.data / room_network.FILE).exists()


def test_unknown_action_is_refused(desk: FlaskClient) -> None:
    assert does(desk, "anything").status_code == 400
