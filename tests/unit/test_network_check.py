"""What the network page says from the addresses of a machine alone, and what it counts of phones that try."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SECRET, make_config
from workshop import create_app
from workshop.addresses import Address, is_likely
from workshop.web.live.network_check import findings, kind_words
from workshop.web.live.trials import FORGOTTEN, HERE, MOST, Trials, account_of, token_of


@pytest.fixture(autouse=True)
def _french(tmp_path: Path) -> Iterator[None]:
    with create_app(make_config(tmp_path), start=False).test_request_context():
        yield


def address(ip: str, interface: str) -> Address:
    return Address(ip, interface, is_likely(interface, ip))


ROOM = address("192.168.1.20", "wlan0")


@pytest.mark.parametrize(
    ("ip", "interface", "kind"),
    [
        ("192.168.1.20", "Wi-Fi", "wifi"),
        ("192.168.1.20", "wlp2s0", "wifi"),
        ("192.168.1.20", "Ethernet", "wire"),
        ("192.168.137.1", "Connexion au réseau local* 2", "shared"),
        ("10.42.0.1", "wlan0", "shared"),
        ("172.20.10.3", "en0", "iphone"),
        ("10.8.0.2", "tun0", "vpn"),
        ("100.64.0.9", "tailscale0", "vpn"),
        ("10.2.0.2", "OpenVPN TAP-Windows6", "vpn"),
        ("172.17.0.1", "docker0", "virtual"),
        ("172.28.0.1", "vEthernet (WSL)", "virtual"),
        ("192.168.2.1", "bridge100", "virtual"),
        ("192.168.44.1", "Connexion réseau Bluetooth", "near"),
        ("169.254.3.4", "wlan0", "alone"),
        ("88.120.1.2", "eth0", "public"),
    ],
)
def test_addresses_are_named_as_what_they_are(ip: str, interface: str, kind: str) -> None:
    assert address(ip, interface).kind == kind
    assert kind_words(kind)


def levels(*known: Address, chosen: Address | None = None, listens: bool = True, asked: bool = False) -> list[str]:
    found = findings(list(known), chosen or known[0], listens, asked)
    assert all(finding.text and (finding.remedy or finding.level == "good") for finding in found)
    return [finding.level for finding in found]


def test_one_address_of_a_room_that_answers_is_all_one_can_wish() -> None:
    assert levels(ROOM) == ["good"]


def test_no_network_is_said_with_what_to_do() -> None:
    alone = Address("127.0.0.1", "", False)
    assert levels(address("172.17.0.1", "docker0"), chosen=alone) == ["stop"]
    [said] = findings([], alone, True, False)
    assert "main levée" in said.remedy
    [said] = findings([ROOM], alone, True, True)
    assert "--host" in said.remedy


def test_address_of_another_machine_is_said_alone() -> None:
    assert levels(ROOM, chosen=Address("192.168.7.7", "", True), listens=False, asked=True) == ["stop"]


@pytest.mark.parametrize(
    ("ip", "interface"),
    [("10.8.0.2", "tun0"), ("172.17.0.1", "docker0"), ("169.254.3.4", "wlan0"), ("88.120.1.2", "eth0")],
)
def test_address_that_phones_are_not_behind_stops_everything(ip: str, interface: str) -> None:
    assert levels(address(ip, interface))[0] == "stop"


@pytest.mark.parametrize(("ip", "interface"), [("192.168.137.1", "Wi-Fi"), ("172.20.10.3", "en0")])
def test_shared_connection_says_its_limit(ip: str, interface: str) -> None:
    [said] = findings([address(ip, interface)], address(ip, interface), True, False)
    assert said.level == "care"
    assert "8 sous Windows" in said.remedy


def test_server_that_does_not_answer_second_networks_and_vpns_are_said() -> None:
    wire, tunnel = address("10.3.0.4", "eth0"), address("10.8.0.2", "tun0")
    assert levels(ROOM, wire, tunnel, listens=False) == ["good", "stop", "care", "care"]
    assert levels(ROOM, address("172.17.0.1", "docker0"), address("169.254.1.1", "eth0")) == ["good"]


def test_nothing_is_said_of_the_firewall_which_the_machine_cannot_know() -> None:
    for known in ([ROOM], [ROOM, address("10.8.0.2", "tun0")], [address("192.168.137.1", "Wi-Fi")]):
        assert "pare-feu" not in " ".join(f.text + f.remedy for f in findings(known, known[0], True, False))


# Phones that try


def page(number: int) -> str:
    return f"{number:016x}"


def test_phones_are_counted_while_their_page_is_open_and_the_most_at_once_is_kept() -> None:
    trials = Trials()
    for number in range(3):
        trials.opened(1)
        trials.told(1, page(number), "websocket", 10 * (number + 1), now=100.0)
    trials.told(1, page(1), "websocket", 20, now=100 + HERE - 1)
    found = trials.of(1, now=100 + HERE + 1)
    assert (found.opened, found.here, found.most, found.trip) == (3, 1, 3, 20)
    assert trials.of(1, now=100.0).trip == 20  # the middle of 10, 20, 30
    assert trials.of(2, now=100.0).here == 0


def test_ways_are_those_of_the_pages_that_are_open() -> None:
    trials = Trials()
    for number, way in enumerate(("websocket", "websocket", "polling", "page", None)):
        trials.told(1, page(number), way, None, now=0.0)
    found = trials.of(1, now=1.0)
    assert (found.here, found.by("websocket"), found.indirect, found.trip) == (5, 2, 2, None)


def test_what_phones_said_is_forgotten_and_never_piles_up() -> None:
    trials = Trials()
    for number in range(MOST + 50):
        trials.told(1, page(number), None, None, now=0.0)
    assert trials.of(1, now=0.0).here == MOST
    trials.told(1, page(9_999), None, None, now=FORGOTTEN + 1)
    assert len(trials._tried[1]) == 1
    trials.restart(1)
    assert (trials.of(1).opened, trials.of(1).here, trials.of(1).most) == (0, 0, 0)


def test_token_of_a_trial_is_one_facilitator_s_in_any_process() -> None:
    token = token_of(SECRET, 12)
    assert account_of(SECRET, token) == account_of(SECRET, token.upper()) == 12
    for wrong in (token.replace("12-", "13-"), token[:-1], token + "a", "12-", "", "é" * 9, token_of("other", 12)):
        assert account_of(SECRET, wrong) is None
