"""The facilitator's guides, as the documents of docs/fr: in the application, so that they open without the Internet."""

import re
from functools import cache

from flask import Blueprint, abort, render_template
from markdown_it import MarkdownIt
from markupsafe import Markup

from workshop.config import ROOT
from workshop.storage.models import Account

from .identity import desk_required

bp = Blueprint("guides", __name__)
FOLDER = ROOT / "docs" / "fr"
# In the order of a visit.
NAMES = ("avant-la-seance", "reseau", "guide-animation", "installer")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_LINK = re.compile(r'<a href="([^"]+)">(.*?)</a>', re.DOTALL)
_GUIDE = re.compile(rf"({'|'.join(NAMES)})\.md(#.*)?")


@bp.get("/animer/guides/<name>")
@desk_required
def guide(account: Account, name: str) -> str:
    if name not in NAMES:
        abort(404)
    title, body = read(name)
    return render_template("desk/guide.html", title=title, body=body, others=[n for n in NAMES if n != name], read=read)


@cache
def read(name: str) -> tuple[str, Markup]:
    """Its title and its text; links to documents that are not in the application are their words alone."""
    title, _, text = (FOLDER / f"{name}.md").read_text(encoding="utf-8").partition("\n")
    html = _LINK.sub(_linked, _MARKDOWN.render(text)).replace("<li>[ ] ", '<li class="box">')
    return title.removeprefix("# "), Markup(html)  # noqa: S704  # our own text


def _linked(found: re.Match[str]) -> str:
    target = _GUIDE.fullmatch(found[1])
    return f'<a href="/animer/guides/{target[1]}">{found[2]}</a>' if target else found[2]
