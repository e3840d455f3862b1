"""Handing a letter over, to a teacher or to a school: its link, a prepared message, a file that needs nothing else."""

import base64
import re
import unicodedata
from datetime import timedelta
from urllib.parse import quote

from flask import current_app, request
from markupsafe import Markup

from workshop import clock
from workshop.config import ROOT
from workshop.domain.errors import Malformed
from workshop.services.lasting_links import LastingLinks
from workshop.storage.models import LiveSessionRow

from .settings import config


def change_link(links: LastingLinks, shown_id: int) -> str | None:
    """Make, renew or revoke the link, as the form asks; the token of a new one, which is said only now."""
    now, lasts = clock.now(), timedelta(days=config().teacher_link_days)
    match request.form.get("action"):
        case "make":
            return links.make(shown_id, now, lasts)
        case "renew":
            links.renew(shown_id, now, lasts)
        case "revoke":
            links.revoke(shown_id)
        case _:
            raise Malformed
    return None


def prepared_mail(subject: str, text: str) -> str:
    """A message for the facilitator's own mail program: nothing is sent from here."""
    return f"mailto:?subject={quote(subject)}&body={quote(text)}"


def whole_style() -> Markup:
    """The page's style with its fonts in it."""
    css = current_app.extensions["preau_bundles"]["teacher.css"].body.decode()

    def font(found: re.Match[str]) -> str:
        data = base64.b64encode((ROOT / "static" / "fonts" / found[1]).read_bytes()).decode()
        return f'url("data:font/woff2;base64,{data}")'

    return Markup(re.sub(r'url\("/static/b/\w+/([\w.-]+)"\)', font, css))  # noqa: S704  # our own style sheets


def plain_name(*parts: str) -> str:
    """A name that any file system takes."""
    plain = (unicodedata.normalize("NFKD", part).encode("ascii", "ignore").decode().lower() for part in parts)
    return "-".join(part for part in (re.sub(r"[^a-z0-9]+", "-", part).strip("-") for part in plain) if part)


def file_name(row: LiveSessionRow) -> str:
    return plain_name("bilan", row.class_label or row.level, f"{row.ended_at:%Y-%m-%d}")
