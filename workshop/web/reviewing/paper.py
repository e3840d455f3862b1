"""Letters as PDF: the same sentences as on the page, laid out by templates of ours."""

from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext

from workshop.config import ROOT
from workshop.pdf import make_pdf

from .letter import Letter
from .school_letter import SchoolLetter

TEMPLATE = ROOT / "templates" / "teacher" / "letter.typ"
OF_A_SCHOOL = ROOT / "templates" / "school" / "letter.typ"


def letter_pdf(letter: Letter, made_at: datetime) -> bytes:
    return make_pdf(TEMPLATE, {**asdict(letter), "words": _words()}, made_at)


def school_pdf(letter: SchoolLetter, made_at: datetime) -> bytes:
    return make_pdf(OF_A_SCHOOL, {**asdict(letter), "words": _school_words()}, made_at)


def _words() -> dict[str, str]:
    """The headings of the paper, which are those of the page."""
    return {
        "ten": gettext("Si vous n’avez que dix minutes, faites ceci"),
        "aim": gettext("Le but"),
        "sheet_of": gettext("Fiche"),
        "until": gettext("Lien valable jusqu’au"),
        "known": gettext("Ce que la classe sait"),
        "answer": gettext("Réponse"),
        "right": gettext("Bonne réponse"),
        "nothing_asked": gettext("Aucune question de savoir n’a été posée."),
        "ideas": gettext("Les idées fausses les plus répandues"),
        "no_idea": gettext("Aucune ne se détache dans les réponses de cette classe."),
        "what_is_known": gettext("Ce qu’on sait"),
        "sources": gettext("Sources :"),
        "debate": gettext("Le débat, et ce que la classe ferait"),
        "none_right": gettext("Ici, aucune réponse n’est la bonne."),
        "said": gettext("Ce que la classe a écrit"),
        "said_about": gettext("Sans nom. Un adulte a lu chaque message avant de le garder."),
        "people": gettext("À qui parler"),
        "confides": gettext("Si un élève se confie à vous"),
        "proposed": gettext("Conduite proposée, à valider avec votre établissement."),
        "kept": gettext("Ce qui est gardé de cette séance"),
        "datum": gettext("Donnée"),
        "how_long": gettext("Jusqu’à quand"),
        "out_of": gettext("sur"),
        "material": gettext("Le matériel"),
        "by_the_minute": gettext("Minute par minute"),
        "likely": gettext("Ce que vous pouvez entendre, et répondre"),
        "closing": gettext("Pour finir"),
        "without_phones": gettext("Sans téléphone"),
        "if_confides": gettext("Si un élève se confie"),
    }


def _school_words() -> dict[str, str | list[str]]:
    return {
        "until": gettext("Lien valable jusqu’au"),
        "seen": gettext("Les classes rencontrées"),
        "columns": [
            gettext("Date"),
            gettext("Classe"),
            gettext("Atelier"),
            gettext("Présents"),
            gettext("Ont répondu"),
        ],
        "none_seen": gettext("Aucune séance ne s’est encore terminée ici."),
        "known": gettext("Ce que les élèves savent, avant et juste après"),
        "too_few": gettext("Trop peu de réponses pour en dire quelque chose."),
        "title": gettext("Bilan des ateliers"),
        "level": gettext("Niveau"),
        "bars": gettext("barre pleine : juste après ; en contour : avant"),
        "before": gettext("Avant"),
        "after": gettext("Juste après"),
        "asked": gettext("Les questions posées au début, puis à la fin"),
        "lived": gettext("Ce que les élèves disent avoir vécu ou vu"),
        "people": gettext("À qui parler"),
        "confides": gettext("Si un élève se confie à vous"),
        "proposed": gettext("Conduite proposée, à valider avec votre établissement."),
        "kept": gettext("Ce qui est gardé de ces séances"),
        "datum": gettext("Donnée"),
        "how_long": gettext("Jusqu’à quand"),
        "on_request": gettext(
            "Sur demande de l’établissement, l’association efface tout ce qui le concerne, et remet un reçu."
        ),
    }
