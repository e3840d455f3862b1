"""The letter as a PDF: the same sentences, laid out by a template of ours."""

from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext

from workshop.config import ROOT
from workshop.pdf import make_pdf

from .letter import Letter

TEMPLATE = ROOT / "templates" / "teacher" / "letter.typ"


def letter_pdf(letter: Letter, made_at: datetime) -> bytes:
    return make_pdf(TEMPLATE, {**asdict(letter), "words": _words()}, made_at)


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
