"""Which of a laptop's addresses goes into the QR code."""

import pytest

from workshop.addresses import Address, choose, is_likely, lan_addresses, rank

HOME = "192.168.1.20"


@pytest.mark.parametrize(
    "interface",
    ["eth0", "enp3s0", "eno1", "enx00e04c680001", "wlan0", "wlp2s0", "wlxc025e9123456", "en0", "en7",
     "Wi-Fi", "Wi-Fi 2", "Ethernet", "Ethernet 3", "Connexion au réseau local", "Carte de l’adaptateur"],
)  # fmt: skip
def test_interfaces_of_a_room_are_likely(interface: str) -> None:
    assert is_likely(interface, HOME)


@pytest.mark.parametrize(
    "interface",
    ["docker0", "br-1a2b3c", "veth12ab", "virbr0", "vmnet8", "VMware Network Adapter VMnet1", "vboxnet0",
     "VirtualBox Host-Only Network", "vEthernet (WSL)", "vEthernet (Default Switch)", "tun0", "tap0",
     "OpenVPN TAP-Windows6", "wg0", "utun3", "ztabc", "tailscale0", "ppp0", "lxcbr0", "lxdbr0", "podman0", "cni0",
     "flannel.1", "awdl0", "llw0", "bridge100", "Loopback Pseudo-Interface 1", "Connexion réseau Bluetooth"],
)  # fmt: skip
def test_interfaces_of_containers_machines_and_tunnels_are_not(interface: str) -> None:
    assert not is_likely(interface, HOME)


@pytest.mark.parametrize(
    ("ip", "likely"),
    [("10.0.0.4", True), ("172.20.10.2", True), ("192.168.43.1", True), ("169.254.3.4", True), ("88.120.1.2", False)],
)
def test_public_addresses_are_not(ip: str, likely: bool) -> None:
    assert is_likely("wlan0", ip) is likely


def test_wireless_comes_before_wired_and_what_is_unlikely_last() -> None:
    wanted = [
        Address("192.168.1.20", "wlan0", True),
        Address("192.168.1.21", "eth0", True),
        Address("192.168.1.22", "eth1", True),
        Address("169.254.3.4", "wlan1", True),  # no address was given to it: nobody else is there
        Address("172.17.0.1", "docker0", False),
        Address("10.8.0.2", "tun0", False),
    ]
    assert sorted(wanted[3:] + wanted[:3], key=rank) == wanted


def test_address_that_was_asked_for_is_taken_even_if_unknown() -> None:
    assert choose("203.0.113.9") == Address("203.0.113.9", "", True)


@pytest.mark.parametrize("wanted", [None, "", "0.0.0.0"])
def test_likeliest_address_is_chosen_and_without_a_network_this_machine_alone(wanted: str | None) -> None:
    known = lan_addresses()
    assert known == sorted(known, key=rank)
    assert choose(wanted) == (known[0] if known and known[0].likely else Address("127.0.0.1", "", False))
