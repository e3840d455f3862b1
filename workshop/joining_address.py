"""Where phones go to join, and the pictures that bring them there."""

from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext
from markupsafe import Markup

from .addresses import choose
from .config import Config
from .qr import qr_svg, wifi_text


@dataclass(frozen=True)
class Join:
    """What the lobby shows. `address` is written in letters, with its scheme."""

    address: str
    code: str
    url: str
    qr: Markup
    wifi: str | None
    wifi_qr: Markup | None


def base_address(config: Config) -> str:
    """The address in force now: it follows the laptop when the network changes under it."""
    return config.public_url or f"http://{choose(config.host).ip}:{config.port}"


def make_join(config: Config, code: str) -> Join:
    address = base_address(config)
    url = f"{address}/r/{code}"
    wifi_qr = None
    if config.wifi:
        wifi_qr = _qr(wifi_text(config.wifi, config.wifi_key), gettext("Code QR du Wi-Fi %(name)s", name=config.wifi))
    return Join(address, code, url, _qr(url, gettext("Code QR vers %(url)s", url=url)), config.wifi, wifi_qr)


@lru_cache(maxsize=256)
def _qr(text: str, label: str) -> Markup:
    return qr_svg(text, label)
