"""What is kept, why, and until when: one table, for the page that anybody may read and for the schools' papers."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template
from flask_babel import gettext as _

from workshop.config import Config
from workshop.services import accounts
from workshop.services.bringing import HELD
from workshop.services.retaining import REHEARSALS_STAY
from workshop.web.settings import config

bp = Blueprint("data_kept", __name__)


@dataclass(frozen=True)
class Kept:
    """One line. `holders`: the tables of the database, the cookies, or the file of the data folder, that hold it; a
    test looks for those missing."""

    holders: tuple[str, ...]
    what: str
    why: str
    until: str


@dataclass(frozen=True)
class DataKept:
    pupils: tuple[Kept, ...]
    classes: tuple[Kept, ...]
    adults: tuple[Kept, ...]
    devices: tuple[Kept, ...]


@bp.get("/donnees")
def page() -> str:
    return render_template("public/data_kept.html", kept=data_kept(config()), hosted=config().hosted)


def data_kept(settings: Config) -> DataKept:
    """The table, with the durations in force. Needs a request or an application context, for its language."""
    results, named = results_until(settings), names_until(settings)
    return DataKept(
        pupils=(
            Kept(
                ("participant",),
                _("Pour chaque appareil : l’empreinte d’un jeton tiré au sort, un numéro (qui donne le signe), "
                  "l’heure à laquelle il a été vu connecté pour la dernière fois, combien d’élèves le partagent et "
                  "comment"),
                _("reconnaître l’appareil qui revient, et ne compter chacun qu’une fois"),
                _("fin de la séance"),
            ),
            Kept(
                ("response",),
                _("Pour chaque réponse : la question, le numéro de l’appareil, les propositions choisies, un numéro "
                  "d’ordre ; ni heure, ni lieu"),
                _("compter, et permettre de changer d’avis"),
                _("fin de la séance ; fermeture de la question pour le vécu"),
            ),
            Kept(
                ("written_text",),
                _("Mots écrits par les élèves : la question, le numéro de l’appareil, le texte, ce que l’adulte en a "
                  "décidé ; ni heure, ni lieu"),
                _("qu’un adulte les lise avant tout affichage, et permettre de les changer"),
                _("fin de la séance"),
            ),
            Kept(
                ("set_apart",),
                _("Mots qui peuvent appeler à l’aide : le texte exact et l’heure, sans numéro d’appareil ; lus par "
                  "l’adulte qui anime, et personne d’autre"),
                _("les transmettre à l’établissement"),
                _("%(days)s jours, ou leur suppression à la main une fois transmis", days=settings.keep_apart),
            ),
            Kept(
                ("room_count",),
                _("Mains levées et cartes : un nombre par proposition. Ni image, ni numéro de carte"),
                _("compter ceux qui n’ont pas d’appareil"),
                _("fin de la séance, puis compris dans les totaux"),
            ),
        ),
        classes=(
            Kept(
                ("folded_tally", "round"),
                _("Totaux par proposition (savoirs, situations), et par façon de répondre"),
                _("le bilan de la classe, celui d’une relance des semaines plus tard, puis celui de l’association"),
                results,
            ),
            Kept(
                ("approved_text",),
                _("Mots retenus par l’adulte pour la classe, et combien les ont écrits ou dits"),
                _("le bilan de la classe"),
                results,
            ),
            Kept(
                ("charter",),
                _("Charte de la classe : les engagements des groupes, saisis par l’adulte, sans nom"),
                _("l’afficher, l’imprimer, la joindre au bilan"),
                results,
            ),
            Kept(
                ("folded_transition",),
                _("Avant et après, pour les mêmes questions : combien d’appareils justes ou non avant, justes ou non "
                  "après"),
                _("dire ce qui a bougé, sans relier personne"),
                results,
            ),
            Kept(
                ("folded_shift",),
                _("Avis sur l’heure, et « je me sens capable de… » : totaux, et combien d’appareils ont répondu "
                  "plus bas, pareil ou plus haut qu’à l’accueil"),
                _("savoir si l’atelier sert"),
                results,
            ),
            Kept(
                ("round",),
                _("Vécu : le nombre de répondants et, à partir de dix, des totaux brouillés"),
                _("le bilan de plusieurs classes ensemble"),
                results,
            ),
            Kept(
                ("live_session", "quiz_version"),
                _("Séance : atelier, établissement, niveau, élèves présents, nombre d’appareils, heures"),
                _("savoir ce qui a été fait, et pour combien d’élèves"),
                results,
            ),
            Kept(
                ("live_session", "intervention"),
                _("Nom de la classe, adultes indiqués, prénoms changés dans l’histoire"),
                _("dire « À qui parler », préparer la visite"),
                named,
            ),
            Kept(
                ("origin", "intervention"),
                _("Un numéro tiré au sort, qui dit d’où vient une séance ou une visite portée d’un ordinateur à "
                  "l’autre"),
                _("ne la prendre qu’une fois"),
                results,
            ),
            Kept(
                ("live_session",),
                _("Répétitions, sans élèves"),
                _("s’entraîner"),
                _("%(days)s jours", days=REHEARSALS_STAY.days),
            ),
        ),
        adults=(
            Kept(
                ("account",),
                _("Comptes de l’association : nom, adresse électronique, empreinte du mot de passe"),
                _("se connecter"),
                _("tant que le compte existe"),
            ),
            Kept(
                ("access", "link"),
                _("Empreintes des jetons de connexion, des écrans et des liens"),
                _("savoir ce qui est ouvert, et pouvoir le fermer"),
                _("%(hours)s heures (connexion, écran), %(week)s jours (invitation), %(days)s jours (bilan)",
                  hours=_hours(accounts.LOGIN_LASTS), week=accounts.INVITATION_LASTS.days,
                  days=settings.teacher_link_days),
            ),
            Kept(
                ("handover",),
                _("Séances reprises par un ou une collègue : de qui, par qui, à quelle heure"),
                _("savoir qui a animé"),
                results,
            ),
            Kept(
                ("draft", "draft_media", "draft_history"),
                _("Ateliers écrits ici : texte, images, cinquante derniers états, qui les a écrits"),
                _("les écrire, et revenir en arrière"),
                _("jusqu’à ce que leur auteur ou autrice les supprime"),
            ),
            Kept(
                ("published_media",),
                _("Images des ateliers publiés, sans nom d’auteur"),
                _("montrer à une classe la version qu’elle a eue"),
                _("tant que l’installation existe"),
            ),
            Kept(
                ("brought_workshop",),
                _("Questions lues dans un fichier d’un autre outil, sans les réponses ni les noms qu’il contient"),
                _("montrer ce qui a été compris, avant de garder"),
                _("la décision de garder ou non, ou %(hours)s heures", hours=_hours(HELD)),
            ),
            Kept(
                ("brought_preparation",),
                _("Préparation apportée dans un fichier : visites, établissements, adultes indiqués, ateliers"),
                _("montrer ce qui changera, avant de garder"),
                _("la décision de garder ou non, ou %(hours)s heures", hours=_hours(HELD)),
            ),
            Kept(
                ("network.json",),
                _("Sur l’ordinateur de la salle seulement : le nom et la clé du Wi-Fi tapés par l’adulte, l’adresse "
                  "choisie ; jamais dans une sauvegarde"),
                _("montrer le Wi-Fi à l’accueil"),
                _("12 heures, ou « L’oublier » ; notre routeur, tant qu’on ne l’oublie pas"),
            ),
            Kept(
                ("school",),
                _("Établissements : nom, code UAI, commune, département, niveau (données publiques)"),
                _("préparer les visites"),
                _("jusqu’à ce que l’association les supprime"),
            ),
            Kept(
                ("contact",),
                _("Adultes d’un établissement : nom, fonction, adresse électronique, lieu, horaires"),
                _("préparer la visite, et dire à qui parler"),
                contacts_until(settings),
            ),
            Kept(
                ("intervention", "intervention_facilitator"),
                _("Visites : date, établissement, niveau, nombre d’élèves attendus, atelier, qui l’anime"),
                _("l’agenda"),
                results,
            ),
        ),
        devices=(
            Kept(
                ("preau_<code>",),
                _("Sur l’appareil de l’élève : un jeton tiré au sort, pour cette séance seulement"),
                _("revenir au même endroit après une coupure"),
                _("fermeture du navigateur ; il n’ouvre plus rien après la fin de la séance"),
            ),
            Kept(
                ("preau_language",),
                _("Sur tout appareil : la langue choisie"),
                _("ne pas la redemander"),
                _("un an"),
            ),
            Kept(
                ("preau_reading",),
                _("Sur l’appareil de l’élève : ses choix de « Lire plus facilement », que le serveur ne reçoit jamais"),
                _("retrouver la page telle qu’elle se lit le mieux"),
                _("jusqu’à ce que l’élève les retire, ou efface les données du navigateur"),
            ),
            Kept(
                ("preau_desk", "preau_screen_<id>", "preau_remote_<id>", "preau_teacher_<id>", "preau_school_<id>",
                 "preau_notes_<id>", "preau_form"),
                _("Sur l’appareil d’un adulte : de quoi rester connecté, et montrer ou non les notes"),
                _("ne pas se reconnecter à chaque page"),
                _("%(hours)s heures, ou la fermeture du navigateur", hours=_hours(accounts.LOGIN_LASTS)),
            ),
        ),
    )  # fmt: skip


def results_until(settings: Config) -> str:
    return str(_("%(months)s mois après la séance", months=settings.keep_results))


def names_until(settings: Config) -> str:
    """Until when a class has its name, and its adults theirs."""
    until = _(
        "%(days)s jours après la séance, ou la fin du dernier lien vers son bilan", days=settings.teacher_link_days
    )
    return str(until + " " + _("(il ne reste alors que le niveau)"))


def contacts_until(settings: Config) -> str:
    return str(_("%(months)s mois après la dernière visite", months=settings.keep_contacts))


def _hours(lasts: timedelta) -> int:
    return int(lasts.total_seconds() // 3600)
