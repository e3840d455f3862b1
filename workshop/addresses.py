"""The addresses by which a phone can reach this machine. A wrong one in the QR code is the commonest failure."""

import ipaddress
import re
import socket
import time
from dataclasses import dataclass
from functools import lru_cache

import psutil

# Interfaces that a phone in the room is not behind.
_NOT_THE_ROOM = {
    "vpn": re.compile(r"\b(tun|tap|wg|utun|zt|tailscale|ppp|openvpn|wireguard|vpn)", re.IGNORECASE),
    "virtual": re.compile(
        r"\b(docker|br-|veth|virbr|vmnet|vmware|vbox|virtualbox|vethernet|hyper-v|wsl|lxc|lxd|podman|cni|flannel|bridge)",
        re.IGNORECASE,
    ),
    "near": re.compile(r"\b(awdl|llw|loopback|bluetooth)", re.IGNORECASE),
}
_WIRELESS = re.compile(r"^wl|wi-?fi|wlan|^en0$", re.IGNORECASE)
# What a system gives itself when it shares its connection: Windows, then NetworkManager.
_SHARED = re.compile(r"192\.168\.137\.1|10\.42\.\d+\.1")
_OF_AN_IPHONE = ipaddress.ip_network("172.20.10.0/28")


@dataclass(frozen=True)
class Address:
    """`likely` is False for an interface that phones are probably not behind."""

    ip: str
    interface: str
    likely: bool

    @property
    def kind(self) -> str:
        """What its name and number look like: `vpn`, `virtual`, `near`, `public`, `alone` (nobody gave it an address),
        `shared` (this machine shares its connection), `iphone` (a telephone shares its own), `wifi` or `wire`."""
        for kind, names in _NOT_THE_ROOM.items():
            if names.search(self.interface):
                return kind
        ip = ipaddress.ip_address(self.ip)
        if ip.is_link_local:
            return "alone"
        if not ip.is_private:
            return "public"
        if _SHARED.fullmatch(self.ip):
            return "shared"
        if ip in _OF_AN_IPHONE:
            return "iphone"
        return "wifi" if _WIRELESS.search(self.interface) else "wire"


def lan_addresses() -> list[Address]:
    """IPv4 addresses of interfaces that are up, the likeliest first: private, not virtual, wireless before wired.

    A second old at most: every request asks, to know the hosts that it may name.
    """
    return list(_lan_addresses(int(time.monotonic())))


@lru_cache(maxsize=1)
def _lan_addresses(_second: int) -> tuple[Address, ...]:
    states = psutil.net_if_stats()
    found = []
    for interface, addresses in psutil.net_if_addrs().items():
        if interface in states and not states[interface].isup:
            continue
        ips = [address.address for address in addresses if address.family is socket.AF_INET]
        found += [Address(ip, interface, is_likely(interface, ip)) for ip in ips if not ip.startswith("127.")]
    return tuple(sorted(found, key=rank))


def is_likely(interface: str, ip: str) -> bool:
    """Phones in the room may be behind it: a private address, on an interface whose name is no container's or VPN's."""
    elsewhere = any(names.search(interface) for names in _NOT_THE_ROOM.values())
    return not elsewhere and ipaddress.ip_address(ip).is_private


def rank(address: Address) -> tuple[bool, bool, bool, str]:
    link_local = ipaddress.ip_address(address.ip).is_link_local
    return (not address.likely, link_local, not _WIRELESS.search(address.interface), address.interface)


def choose(wanted: str | None) -> Address:
    """The address to show: the one asked for, else the likeliest, else this machine alone."""
    known = lan_addresses()
    if wanted and wanted != "0.0.0.0":  # noqa: S104  # compared, not bound
        return next((a for a in known if a.ip == wanted), Address(wanted, "", True))
    return known[0] if known and known[0].likely else Address("127.0.0.1", "", False)


def answers(ip: str, port: int) -> bool:
    """A connection from this machine to itself through that address is taken. It says nothing of the firewall, which
    lets a machine speak to itself."""
    try:
        with socket.create_connection((ip, port), timeout=1):
            return True
    except OSError:
        return False


def is_elsewhere(chosen: Address, known: list[Address]) -> bool:
    """An address was typed that this machine does not have. A name may be right for all that is known here."""
    try:
        return not ipaddress.ip_address(chosen.ip).is_loopback and chosen.ip not in {a.ip for a in known}
    except ValueError:
        return False
