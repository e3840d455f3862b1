"""The association's figures as a PDF: the same view as the page, laid out by a template of ours."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask_babel import get_locale, gettext

from workshop.config import ROOT
from workshop.pdf import make_pdf

from .tables import Table, shown, withheld
from .view import ImpactView

TEMPLATE = ROOT / "templates" / "desk" / "impact.typ"


def impact_pdf(view: ImpactView, narrowed: str, made_at: datetime) -> bytes:
    tables = {name: _table(getattr(view, name)) for name in ("periods", "departments", "by_department")}
    changes = {"changes": [asdict(table) for table in view.changes if table.rows]}
    more = {"narrowed": narrowed, "language": get_locale().language, "words": _words(view)}
    return make_pdf(TEMPLATE, {**asdict(view), **tables, **changes, **more}, made_at)


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "columns": [column.title for column in table.columns],
        "rows": [[shown(row[column.key]) for column in table.columns] for row in table.rows],
    }


def _words(view: ImpactView) -> dict[str, str]:
    """The headings and the limits, which are those of the page."""
    return {
        "title": gettext("Bilan des ateliers") if view.whole_association else gettext("Bilan de vos séances"),
        "lead": gettext(
            "Des totaux de séances terminées. Les répétitions ne comptent pas, et rien ici ne classe une classe, "
            "un établissement ou une personne.",
        ),
        "not_random": gettext(
            "Cette condition n’est pas remplie : les élèves présents n’ont pas été tirés au hasard. La marge ne "
            "vaut ni pour une classe, ni pour un groupe, ni pour « les jeunes ».",
        ),
        "knowledge": gettext("Ce que les élèves savent, avant et juste après"),
        "no_finding": gettext("Moins de %(least)s réponses reliées : pas de résultat à montrer.", least=view.floor),
        "knowledge_limits": gettext(
            "Les nombres sont des réponses à une question, et non des élèves. Les points sont calculés avant "
            "d’arrondir. L’intervalle, à %(level)s, tient compte de ce que les élèves d’une classe se "
            "ressemblent. Sans groupe témoin, il s’agit d’une évolution juste après la séance : ni une cause, ni "
            "un effet durable.",
            level=view.level,
        ),
        "change": gettext("Évolution, en points"),
        "exit": gettext("Ce que les élèves disent de l’heure, à la sortie"),
        "exit_how": gettext(
            "« Je préfère ne pas répondre » compte parmi les réponses, sauf sur le même appareil. Entre "
            "parenthèses, la part ; dessous, son intervalle à %(level)s.",
            level=view.level,
        ),
        "lived": gettext("Ce que les élèves disent avoir vécu ou vu"),
        "lived_limits": gettext(
            "À partir de %(least)s classes. Chaque total a été brouillé à la fermeture de la question, pour "
            "protéger chacun : une fourchette, jamais un nombre.",
            least=view.fewest_classes,
        ),
        "few_classes": gettext("Moins de %(least)s classes : rien n’est montré.", least=view.fewest_classes),
        "departments": gettext("Par département"),
        "map": gettext(
            "Un carré par département, à peu près à sa place, avec le nombre d’ateliers : des visites, non des "
            "résultats.",
        ),
        "previous": gettext("Et la période précédente, de même durée"),
        "previous_limits": gettext(
            "Deux descriptions côte à côte : d’autres classes, d’autres ateliers. La différence ne dit pas pourquoi.",
        ),
        "withheld": withheld(),
    }
