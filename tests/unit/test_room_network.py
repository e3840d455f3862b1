"""What a laptop keeps of the network of the room: little, for a day, and never in a backup."""

import os
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import make_config, make_database
from workshop import create_app, room_network
from workshop.addresses import lan_addresses
from workshop.config import Config
from workshop.joining_address import base_address, make_join, shown_wifi
from workshop.room_network import FILE, KEPT, RoomNetwork, Wifi
from workshop.saving import backup

WIFI = Wifi("Préau; salle 12", "cerise-noire")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return make_config(tmp_path)


def test_wifi_is_shown_hidden_shown_again_and_forgotten(config: Config) -> None:
    room_network.show(config.data, WIFI, stays=False)
    assert shown_wifi(config) == WIFI
    room_network.show_again(config.data, False)
    assert shown_wifi(config) is None
    room_network.show_again(config.data, True)
    assert shown_wifi(config) == WIFI
    room_network.forget(config.data)
    assert shown_wifi(config) is None
    assert not (config.data / FILE).exists()


def test_wifi_of_a_school_is_forgotten_after_a_day_and_one_s_own_is_not(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = time.time() + KEPT + 1
    room_network.show(config.data, WIFI, stays=False)
    assert "cerise" in (config.data / FILE).read_text()
    monkeypatch.setattr(time, "time", lambda: later)
    assert shown_wifi(config) is None
    room_network.forget_past(config.data)
    assert not (config.data / FILE).exists()
    room_network.show(config.data, WIFI, stays=True)
    monkeypatch.setattr(time, "time", lambda: later * 2)
    room_network.forget_past(config.data)
    assert shown_wifi(config) == WIFI


def test_server_forgets_what_is_past_its_time_by_itself(config: Config) -> None:
    make_database(config)
    past = replace(RoomNetwork(WIFI, True), until=time.time() - 1)
    room_network.keep(config.data, past)
    app = create_app(config, start=False)
    app.extensions["preau"].purge()
    assert not (config.data / FILE).exists()


@pytest.mark.skipif(os.name == "nt", reason="rights are told otherwise")
def test_key_is_readable_by_its_owner_alone(config: Config) -> None:
    room_network.show(config.data, WIFI, stays=True)
    assert (config.data / FILE).stat().st_mode & 0o777 == 0o600


def test_key_is_in_no_backup(config: Config, tmp_path_factory: pytest.TempPathFactory) -> None:
    make_database(config)
    room_network.show(config.data, WIFI, stays=True)
    folder = tmp_path_factory.mktemp("backups")
    backup(config, folder)
    [made] = folder.iterdir()
    with zipfile.ZipFile(made) as archive:
        assert FILE not in archive.namelist()
        assert all(b"cerise-noire" not in archive.read(name) for name in archive.namelist())


def test_file_that_cannot_be_understood_is_as_none(config: Config) -> None:
    for text in ("", "{", "[]", '{"wifi": 3}', '{"wifi": null, "more": 1}'):
        (config.data / FILE).write_text(text)
        assert room_network.read(config.data) == RoomNetwork()


def test_environment_s_wifi_is_shown_until_another_is_typed(config: Config) -> None:
    config = replace(config, wifi="Maison", wifi_key="12345678")
    assert shown_wifi(config) == Wifi("Maison", "12345678")
    room_network.show(config.data, WIFI, stays=False)
    assert shown_wifi(config) == WIFI
    assert shown_wifi(replace(config, public_url="https://atelier.example.org")) is None


def test_address_chosen_is_taken_while_this_machine_has_it(config: Config) -> None:
    before, mine = base_address(config), lan_addresses()
    room_network.choose_address(config.data, "203.0.113.9")
    assert base_address(config) == before
    if mine:
        room_network.choose_address(config.data, mine[-1].ip)
        assert base_address(config) == f"http://{mine[-1].ip}:{config.port}"
    assert base_address(replace(config, host="127.0.0.1")) == f"http://127.0.0.1:{config.port}"


def test_choosing_an_address_keeps_the_wifi_and_forgetting_the_wifi_keeps_the_address(config: Config) -> None:
    room_network.show(config.data, WIFI, stays=True)
    room_network.choose_address(config.data, "192.168.1.20")
    room_network.forget(config.data)
    assert room_network.read(config.data) == RoomNetwork(address="192.168.1.20")


def test_lobby_s_picture_of_the_wifi_changes_with_its_key(config: Config) -> None:
    app = create_app(config, start=False)
    with app.test_request_context():
        assert make_join(config, "ARBRE99").wifi_qr is None
        room_network.show(config.data, WIFI, stays=True)
        first = make_join(config, "ARBRE99").wifi_qr
        room_network.show(config.data, replace(WIFI, key="cerise-verte"), stays=True)
        assert first != make_join(config, "ARBRE99").wifi_qr
        assert "cerise" not in str(first)
