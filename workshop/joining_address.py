"""Where phones go to join, and the pictures that bring them there."""

from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext
from markupsafe import Markup

from . import room_network
from .addresses import Address, choose, lan_addresses
from .config import Config
from .qr import qr_svg, wifi_text
from .room_network import Wifi


@dataclass(frozen=True)
class Join:
    """What the lobby shows. `address` is written in letters, with its scheme; `wifi` is what phones must join first."""

    address: str
    code: str
    url: str
    qr: Markup
    wifi: Wifi | None
    wifi_qr: Markup | None


def base_address(config: Config) -> str:
    """The address in force now: it follows the laptop when the network changes under it."""
    return config.public_url or f"http://{chosen_address(config).ip}:{config.port}"


def chosen_address(config: Config) -> Address:
    """The one of `--host`, else the one chosen on the network page while this machine has it, else the likeliest."""
    told = None if config.host else room_network.read(config.data).address
    return choose(config.host or (told if told in {address.ip for address in lan_addresses()} else None))


def shown_wifi(config: Config) -> Wifi | None:
    """What was typed on the network page wins over the environment; nothing when hosted."""
    told = room_network.read(config.data)
    if config.hosted or told.wifi:
        return told.wifi if told.shown and not config.hosted else None
    return Wifi(config.wifi, config.wifi_key) if config.wifi else None


def make_join(config: Config, code: str) -> Join:
    address, wifi = base_address(config), shown_wifi(config)
    url = f"{address}/r/{code}"
    wifi_qr = None
    if wifi:
        # Not kept beyond this picture: its text holds the key.
        wifi_qr = qr_svg(
            wifi_text(wifi.name, wifi.key, wifi.hidden), gettext("Code QR du Wi-Fi %(name)s", name=wifi.name)
        )
    return Join(address, code, url, _qr(url, gettext("Code QR vers %(url)s", url=url)), wifi, wifi_qr)


@lru_cache(maxsize=256)
def _qr(text: str, label: str) -> Markup:
    return qr_svg(text, label)
