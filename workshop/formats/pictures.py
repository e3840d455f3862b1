"""Pictures that come in a file: what they are is read in their first bytes; an SVG is nothing but a drawing."""

import re

from defusedxml import DefusedXmlException, ElementTree

from .plain_text import one_line

MAX_PICTURE = 1_500_000  # bytes
_SIGNS = ((b"\x89PNG\r\n\x1a\n", ".png"), (b"\xff\xd8\xff", ".jpg"))
_NO_DRAWING = {"script", "foreignobject", "iframe", "image", "a", "audio", "video", "set", "animate", "handler", "use"}
_ACTIVE = re.compile(r"javascript:|expression\s*\(|@import|url\s*\(\s*['\"]?(?!#)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}\.(svg|png|jpg|webp)")


def kind(data: bytes) -> str:
    """The ending of a picture's name that its bytes deserve; empty when Préau shows no such picture."""
    if len(data) > MAX_PICTURE:
        return ""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ".webp"
    return next((ending for sign, ending in _SIGNS if data.startswith(sign)), "")


def is_drawing(data: bytes) -> bool:
    """An SVG that runs nothing and reaches for nothing outside itself."""
    if len(data) > MAX_PICTURE:
        return False
    try:
        root = ElementTree.fromstring(data, forbid_dtd=True)
    except (DefusedXmlException, ElementTree.ParseError, ValueError, LookupError):
        return False
    if not root.tag.endswith("svg"):
        return False
    for element in root.iter():
        tag = element.tag.rpartition("}")[2].lower()
        local_use = tag == "use" and all(value.startswith("#") for name, value in element.items() if "href" in name)
        if tag in _NO_DRAWING and not local_use:
            return False
        for name, value in element.items():
            local = name.rpartition("}")[2].lower()
            if local.startswith("on") or _ACTIVE.search(value) or (local == "href" and not value.startswith("#")):
                return False
        if tag == "style" and _ACTIVE.search("".join(element.itertext())):
            return False
    return True


def is_sound(name: str, data: bytes) -> bool:
    """Whether a picture of this name can lie beside a workshop: the name is plain, the bytes are what it says."""
    if not _NAME.fullmatch(name):
        return False
    return is_drawing(data) if name.endswith(".svg") else kind(data) == name[name.rindex(".") :]


def named(name: str, data: bytes) -> str | None:
    """A sound name for a picture of another tool; None when it is none that Préau shows."""
    ending = kind(data)
    stem = re.sub(r"[^a-z0-9]+", "-", one_line(name).rpartition(".")[0].lower()).strip("-")[:40]
    return f"{stem or 'image'}{ending}" if ending else None
