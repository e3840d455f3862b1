"""QR codes as SVG, for joining and for the Wi-Fi that phones must join first."""

import io
import re

import qrcode
from markupsafe import Markup
from qrcode.image.svg import SvgPathImage


def qr_svg(text: str, label: str) -> Markup:
    """An inline SVG with a text alternative. Level M and a margin of four modules: read from 8 m when shown large."""
    image = qrcode.make(text, image_factory=SvgPathImage, error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    buffer = io.BytesIO()
    image.save(buffer)
    svg = buffer.getvalue().decode()
    svg = svg[svg.index("<svg") :]
    opening = Markup('<svg class="qr" role="img" aria-label="{}" ').format(label)
    # Sizes in millimetres would win over the style sheet; the view box keeps the proportions.
    svg = re.sub(r"^<svg ", "", re.sub(r' (width|height)="[^"]*mm"', "", svg, count=2))
    return opening + Markup(svg)  # noqa: S704  # made here, from modules; the text itself is not in it


def wifi_text(ssid: str, key: str | None, hidden: bool = False) -> str:
    """What a phone's camera understands as « join this Wi-Fi »; the five special characters are escaped."""
    escape = re.compile(r'([\\;,:"])')

    def quoted(text: str) -> str:
        return escape.sub(r"\\\1", text)

    how = f"T:WPA;S:{quoted(ssid)};P:{quoted(key)};" if key else f"T:nopass;S:{quoted(ssid)};"
    return f"WIFI:{how}{'H:true;' if hidden else ''};"
