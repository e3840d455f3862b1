"""« Nos ateliers »: what the library's folder offers, for anybody, signed in or not. Never what is being written."""

from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import lru_cache
from io import BytesIO

from flask import Blueprint, abort, render_template, request, send_file
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response as AnyResponse

from workshop.config import ROOT
from workshop.pdf import has_pdf, make_pdf
from workshop.web import library

from .leaflet import Leaflet, leaflet, material, themes, tones, without_phones

bp = Blueprint("our_workshops", __name__)
TEMPLATE = ROOT / "templates" / "public" / "leaflet.typ"
LEVELS = ("6e", "5e", "4e", "3e", "2de", "1re", "Tle", "CAP")


@bp.get("/nos-ateliers")
def index() -> str:
    """By theme; `?niveau=4e` leaves those for that level."""
    every = [leaflet(workshop) for workshop in library.workshops().values()]
    offered = {level for each in every for level in each.levels}
    levels = sorted(offered, key=lambda level: (LEVELS.index(level) if level in LEVELS else len(LEVELS), level))
    wanted = request.args.get("niveau", "")
    kept = [each for each in every if wanted not in levels or wanted in each.levels]
    by_theme = {theme: [each for each in kept if each.theme == theme] for theme in themes().values()}
    return render_template(
        "public/workshops.html",
        by_theme={theme: found for theme, found in by_theme.items() if found},
        levels=levels,
        wanted=wanted,
        tones=tones(),
    )


@bp.get("/nos-ateliers/<slug>")
def shown(slug: str) -> str:
    return render_template(
        "public/workshop.html", page=_found(slug), tones=tones(), material=material(), without_phones=without_phones()
    )


@bp.get("/nos-ateliers/<slug>.pdf")
def paper(slug: str) -> AnyResponse:
    """The same on one page of A4."""
    if not has_pdf():
        abort(404)
    page, workshop = _found(slug), library.workshops()[slug]
    # Dated of its last review: nothing else changes it, and anybody may ask for it again and again.
    body = _laid_out(page, get_locale().language, datetime.combine(workshop.reviewed_on, time(), UTC))
    return send_file(BytesIO(body), "application/pdf", download_name=f"{slug}.pdf")


@lru_cache(maxsize=32)
def _laid_out(page: Leaflet, language: str, made_at: datetime) -> bytes:
    always = {"material": material(), "without_phones": without_phones()}
    return make_pdf(TEMPLATE, {**asdict(page), "words": _words(), "always": always, "ui": language}, made_at)


def _found(slug: str) -> Leaflet:
    workshop = library.workshops().get(slug)
    if workshop is None:
        abort(404)
    return leaflet(workshop)


def _words() -> dict[str, str]:
    """The headings of the paper, which are those of the page."""
    return {
        "workshop": gettext("Atelier"),
        "objectives": gettext("Ce que la classe saura, ou saura faire"),
        "hour": gettext("L’heure, pas à pas"),
        "min": gettext("min"),
        "optional": gettext("peut être laissé"),
        "material": gettext("Ce qu’il faut"),
        "without_phones": gettext("Sans téléphone"),
        "family": gettext("À la maison"),
        "adult": gettext("L’adulte de l’établissement"),
        "adult_stays": gettext(
            "Un adulte de l’établissement reste dans la salle, et une personne à qui parler est nommée."
        ),
        "lived": gettext("Et la vie privée"),
        "lived_said": gettext(
            "Sans nom ni compte. Ce qui touche au vécu est facultatif, protégé, et jamais rendu pour une classe seule."
        ),
        "programmes": gettext("Dans les programmes"),
        "crcn": gettext("Compétences numériques (CRCN) :"),
        "sources": gettext("Les sources"),
    }  # fmt: skip
