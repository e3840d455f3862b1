"""The accessibility statement, its 106 criteria and what is heard, as pages. In French alone: it is signed as it is."""

import re
from functools import cache

from flask import Blueprint, abort, render_template
from markdown_it import MarkdownIt
from markupsafe import Markup

from workshop.config import ROOT

bp = Blueprint("accessibility", __name__)
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_FILES = {"": "accessibilite", "criteres": "accessibilite-criteres", "parcours": "accessibilite-parcours"}
_LINK = re.compile(r'href="accessibilite(?:-(\w+))?\.md"')


@bp.get("/accessibilite", defaults={"name": ""})
@bp.get("/accessibilite/<name>")
def statement(name: str) -> str:
    if name not in _FILES:
        abort(404)
    title, body = _page(_FILES[name])
    return render_template("public/accessibility.html", title=title, body=body)


@cache
def _page(name: str) -> tuple[str, Markup]:
    """The title, and the page: each table in a region that scrolls by itself, named by the heading before it."""
    title, _, text = (ROOT / "docs" / "fr" / f"{name}.md").read_text(encoding="utf-8").partition("\n")
    html = _LINK.sub(lambda found: f'href="/accessibilite{f"/{found[1]}" if found[1] else ""}"', _MARKDOWN.render(text))
    number = 0

    def named(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        region = f'<div class="table-scroll" tabindex="0" role="region" aria-labelledby="part-{number}">'
        return f'<h2 id="part-{number}">{found[1]}</h2>{found[2]}{region}<table aria-labelledby="part-{number}">'

    html = re.sub(r"<h2>(.*?)</h2>((?:(?!<h2>|<table>).)*)<table>", named, html, flags=re.DOTALL)
    html = html.replace("</table>", "</table></div>").replace("<th>", '<th scope="col">')
    html = re.sub(r"<tr>\n<td>(.*?)</td>", r'<tr>\n<th scope="row">\1</th>', html)
    return title.removeprefix("# "), Markup(html)  # noqa: S704  # our own text
