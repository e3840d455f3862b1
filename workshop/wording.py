"""Words that do not belong to one screen: the sentence of each typed refusal, signs, dates, what is said of privacy."""

import datetime
import re
from typing import Protocol

from flask_babel import format_date, format_decimal, get_locale, get_translations, gettext, lazy_gettext
from markupsafe import Markup, escape

from .domain.identity import Identity
from .domain.languages import LANGUAGES, SOURCE, Language
from .domain.schools import COLLEGE, EREA, LYCEE
from .domain.tally import Sharing

_SENTENCES = {
    "unknown_code": lazy_gettext("Aucune séance n’a ce code. Vérifie-le sur l’écran de la classe."),
    "ended": lazy_gettext("La séance est terminée. Merci d’avoir participé."),
    "full": lazy_gettext("La séance est complète. Préviens l’adulte qui l’anime."),
    "locked": lazy_gettext("L’entrée est fermée pour l’instant. Préviens l’adulte qui anime."),
    "rehearsal": lazy_gettext("C’est une répétition : elle n’accepte aucun téléphone."),
    "retired": lazy_gettext("Ton signe a été repris sur un autre appareil. Continue là-bas."),
    "wrong_code": lazy_gettext("Ce code de retour ne correspond à aucun signe de cette séance."),
    "too_many_attempts": lazy_gettext("Trop d’essais. Attends une minute, puis recommence."),
    "malformed": lazy_gettext("Ce message n’a pas pu être lu. Recharge la page, puis recommence."),
    "too_large": lazy_gettext("Ce message est trop long."),
    "hello_first": lazy_gettext("La connexion n’est pas prête. Recharge la page."),
    "unknown_round": lazy_gettext("Cette question n’est pas dans la séance en cours. Recharge la page."),
    "unknown_choice": lazy_gettext("Cette proposition n’existe pas pour cette question."),
    "not_an_order": lazy_gettext(
        "Il manque une place, ou deux lignes ont la même. Donne une place différente à chacune."
    ),
    "empty_text": lazy_gettext("Il n’y a rien à lire : écris quelques mots."),
    "text_too_long": lazy_gettext("C’est trop long : 80 caractères au plus."),
    "text_taken": lazy_gettext("Ce message a déjà été lu et retenu : il ne peut plus changer."),
    "too_many_changes": lazy_gettext("Tu as déjà changé ce message plusieurs fois : il reste tel qu’il était."),
    "charter_full": lazy_gettext("La charte tient en 12 engagements, de 120 caractères au plus."),
    "round_closed": lazy_gettext("Le vote est fermé. Ce dernier envoi n’a pas pu être pris."),
    "paused": lazy_gettext("C’est la pause : les réponses reprendront après."),
    "stale": lazy_gettext("La séance a avancé entre-temps. Voici où elle en est."),
    "illegal_command": lazy_gettext("Cette action n’est pas possible maintenant."),
    "needs_confirmation": lazy_gettext("Cette action ne peut pas être annulée : confirmez-la."),
    "tied": lazy_gettext("La classe est à égalité : choisissez une des propositions en tête."),
    "not_leading": lazy_gettext("La classe a voté autrement : l’histoire suit une des propositions en tête."),
    "hands_refused": lazy_gettext("Cette question ne se compte pas à main levée : chacun y répond pour soi."),
    "cards_refused": lazy_gettext(
        "Cette question ne se lit pas sur des cartes. Comptez les mains si elle s’y prête, ou passez à la suite."
    ),
    "not_on_the_wall": lazy_gettext(
        "Ce n’est pas ce nombre. Un autre vient de s’afficher : lisez-le sur le mur, pas sur cet écran."
    ),
    "shared_refused": lazy_gettext("Cet appareil est partagé : pour cela, il en faut un par élève."),
    "answered_already": lazy_gettext(
        "Une réponse est déjà partie d’ici : la façon de voter ne change plus. Préviens l’adulte qui anime."
    ),
    "unknown_seat": lazy_gettext("Il n’y a pas cette place sur cet appareil. Recharge la page."),
    "not_allowed": lazy_gettext("Cette page ne vous est pas ouverte."),
    "link_expired": lazy_gettext(
        "Ce lien ne s’ouvre pas : il a déjà servi, son délai est passé, ou il a été retiré. Demandez-en un nouveau."
    ),
    "bad_file": lazy_gettext(
        "Ce fichier ne peut pas être pris : il n’est plus tel qu’il a été signé, ou il l’a été avec une autre clé."
    ),
    "other_file": lazy_gettext(
        "Ce fichier n’est pas de cette sorte : une préparation et une séance ne s’apportent pas à la même page."
    ),
    "nothing_planned": lazy_gettext("Vous n’avez pas d’intervention entre ces deux jours : il n’y a rien à emporter."),
    "preparation_too_large": lazy_gettext(
        "Un fichier de préparation fait 5 Mo au plus : choisissez une période plus courte."
    ),
    "no_review": lazy_gettext("Il n’y a pas de bilan : la séance n’est pas terminée, ou c’était une répétition."),
    "not_found": lazy_gettext("Cette page n’existe pas, ou plus."),
    "class_in_progress": lazy_gettext("Une séance est encore ouverte : terminez-la d’abord."),
    "uai_taken": lazy_gettext("Un autre établissement a déjà ce code UAI."),
    "not_a_directory": lazy_gettext("Ce fichier n’a pas les colonnes de l’annuaire de l’éducation."),
    "not_utf8": lazy_gettext(
        "Ce fichier n’est pas en UTF-8. Reprenez celui de data.education.gouv.fr, sans l’ouvrir dans un tableur."
    ),
    "file_too_long": lazy_gettext("Ce fichier a plus de lignes que le pays n’a d’établissements."),
    "busy": lazy_gettext("Le serveur est occupé. Nouvel essai dans un instant."),
    "storage_full": lazy_gettext("Le disque de l’ordinateur est plein : la réponse n’a pas pu être gardée."),
    "people_missing": lazy_gettext(
        "Indiquez l’adulte présent dans la salle, et la personne à qui parler avec son lieu."
    ),
    "wrong_password": lazy_gettext("L’adresse ou le mot de passe ne correspondent pas."),
    "email_taken": lazy_gettext("Un compte existe déjà avec cette adresse."),
    "changed_meanwhile": lazy_gettext(
        "Cette page a été changée entre-temps, dans un autre onglet ou sur un autre ordinateur."
    ),
    "too_many_drafts": lazy_gettext("Vous avez déjà beaucoup d’ateliers : supprimez-en un pour en commencer un autre."),
    "incomplete": lazy_gettext("Il reste quelque chose à compléter avant de publier."),
    "slug_taken": lazy_gettext("Un autre atelier porte déjà ce nom court : choisissez-en un autre."),
    "not_a_picture": lazy_gettext("Choisissez une image PNG, JPEG ou WebP."),
    "weak_password": lazy_gettext("Le mot de passe doit avoir au moins 12 caractères."),
}

# The refusals that a pupil can get: their sentences are in every language of a phone.
TO_PUPILS = (
    "unknown_code", "ended", "full", "locked", "rehearsal", "retired", "wrong_code", "too_many_attempts", "malformed",
    "too_large", "hello_first", "unknown_round", "unknown_choice", "not_an_order", "empty_text", "text_too_long",
    "text_taken", "too_many_changes", "round_closed", "paused", "not_allowed", "busy", "storage_full", "shared_refused",
    "answered_already", "unknown_seat",
)  # fmt: skip

LEVEL_NAMES = {
    COLLEGE: lazy_gettext("Collège"),
    LYCEE: lazy_gettext("Lycée"),
    EREA: lazy_gettext("EREA"),
}

_SHAPES = {
    "galet": lazy_gettext("Galet"),
    "bouton": lazy_gettext("Bouton"),
    "bille": lazy_gettext("Bille"),
    "ruban": lazy_gettext("Ruban"),
    "crayon": lazy_gettext("Crayon"),
    "coquillage": lazy_gettext("Coquillage"),
    "feuille": lazy_gettext("Feuille"),
    "plume": lazy_gettext("Plume"),
    "ficelle": lazy_gettext("Ficelle"),
    "bouchon": lazy_gettext("Bouchon"),
}
# Colours agree with the thing in French; the others never change.
_COLOURS = {
    "bleu": (lazy_gettext("bleu"), lazy_gettext("bleue")),
    "vert": (lazy_gettext("vert"), lazy_gettext("verte")),
    "gris": (lazy_gettext("gris"), lazy_gettext("grise")),
    "brique": (lazy_gettext("brique"), lazy_gettext("brique")),
    "prune": (lazy_gettext("prune"), lazy_gettext("prune")),
    "soleil": (lazy_gettext("soleil"), lazy_gettext("soleil")),
    "turquoise": (lazy_gettext("turquoise"), lazy_gettext("turquoise")),
    "sable": (lazy_gettext("sable"), lazy_gettext("sable")),
}
_FEMININE = frozenset({"bille", "feuille", "plume", "ficelle"})

_PLACES = (
    lazy_gettext("1re"), lazy_gettext("2e"), lazy_gettext("3e"), lazy_gettext("4e"), lazy_gettext("5e"),
    lazy_gettext("6e"),
)  # fmt: skip

_DIR = re.compile(' dir="[a-z]+"')
_TIED = re.compile(r"\w+(?:-t)?-(?:je|tu|ils?|elles?|on|nous|vous|ce|moi|toi|les?|la|lui|leur|y|en|l\u00e0|ci)\b")


def sign_name(sign: Identity) -> str:
    """« Galet bleu », « Bille bleue »; a repeat carries its number."""
    colour = _COLOURS[sign.colour][sign.shape in _FEMININE]
    name = str(gettext("%(thing)s %(colour)s", thing=_SHAPES[sign.shape], colour=colour))
    return numbered(name, sign.repeat)


def numbered(name: str, repeat: int) -> str:
    return name if repeat == 1 else f"{name} {repeat}"


class Counted(Protocol):
    """A vote, with the ways in which its voices came."""

    @property
    def total(self) -> int | None: ...
    @property
    def by_hand(self) -> int: ...
    @property
    def by_card(self) -> int: ...
    @property
    def shared(self) -> Sharing: ...


def by_way(counted: Counted) -> str:
    """How many voices came by which way: 29 voix : 10 sur leur propre appareil, 5 à main levée, 1 pour un groupe de 3.
    Empty where there was one way, a device for each."""
    shared = counted.shared
    others = counted.by_hand + counted.by_card + shared.turns + shared.groups
    if not others:
        return ""
    said = []
    if alone := (counted.total or 0) - others:
        said.append(gettext("%(num)s sur son propre appareil", num=alone) if alone == 1
                    else gettext("%(num)s sur leur propre appareil", num=alone))  # fmt: skip
    if counted.by_card:
        said.append(gettext("%(num)s par carte", num=counted.by_card))
    if counted.by_hand:
        said.append(gettext("%(num)s à main levée", num=counted.by_hand))
    if shared.turns:
        said.append(
            ngettext("%(voices)s à tour de rôle sur un appareil", "%(voices)s à tour de rôle sur %(num)s appareils",
                     shared.devices, voices=shared.turns)
        )  # fmt: skip
    if shared.groups:
        said.append(
            ngettext("%(num)s pour un groupe de %(pupils)s élèves", "%(num)s pour %(num)s groupes (%(pupils)s élèves)",
                     shared.groups, pupils=shared.pupils)
        )  # fmt: skip
    total = ngettext("%(num)s voix", "%(num)s voix", counted.total or 0)
    return str(gettext("%(voices)s : %(ways)s", voices=total, ways=", ".join(str(one) for one in said)))


def duration(length: datetime.timedelta) -> str:
    """A time as it is said: 45 min, 6 h, 1 h 30."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h{f' {minutes:02}' if minutes else ''}"


def day(date: datetime.date) -> str:
    """A date as it is said of a source: 31 octobre 2025."""
    return _first(format_date(date, "d MMMM y"), date)


def is_one(number: int) -> bool:
    """Whether the singular goes with this number: 0 has it in French, and not in English."""
    return bool(get_locale().plural_form(number) == "one")


def ngettext(one: str, many: str, number: int, **variables: object) -> str:
    """Instead of gettext's own, in templates too: French has no catalogue, and would get the rule of English."""
    agreed = number if get_locale().language != "fr" else 1 if is_one(number) else 2
    said = str(get_translations().ungettext(one, many, agreed))
    return said % {"num": number, **variables}


def page_language() -> Language:
    """That of the page that is written now."""
    locale = str(get_locale())
    return next((language for language in LANGUAGES.values() if language.locale == locale), SOURCE)


def lang_of(code: str) -> Markup:
    """The attributes of what a workshop says, on a page in another language: a screen reader changes its voice, and
    lines may run the other way."""
    said, page = LANGUAGES.get(code, SOURCE), page_language()
    lang = Markup("") if said.tag == page.tag else Markup(' lang="{}"').format(said.tag)
    return lang if said.direction == page.direction else lang + Markup(' dir="{}"').format(said.direction)


def direction(attributes: Markup) -> Markup:
    """Of the attributes of `lang_of`, which way the lines run: for a drawing with words of the page beside it."""
    found = _DIR.search(attributes)
    return Markup(found[0]) if found else Markup("")  # noqa: S704  # a piece of what was safe


def nth(place: int) -> str:
    """A place in an order, from 1: 1re, 2e."""
    return str(_PLACES[place - 1])


def number(value: float) -> str:
    """As it is written: 6,7 or 1 000."""
    return str(format_decimal(value))


def quoted(text: str) -> str:
    """Between the quotation marks of the reader's language, which come from the catalogue around a word."""
    return str(gettext("« citation »")).replace("citation", text)


def together(text: str) -> Markup:
    """What a hyphen ties, « as-tu », « a-t-il », on one line. Not by other characters: some voices stumble on them."""
    return Markup(_TIED.sub(r'<span class="tied">\g<0></span>', str(escape(text))))  # noqa: S704  # escaped just now


def weekday(date: datetime.date) -> str:
    """A day of an agenda: lundi 23 novembre."""
    return _first(format_date(date, "EEEE d MMMM"), date)


def _first(text: str, date: datetime.date) -> str:
    """The first of a month is an ordinal in French: « 1er décembre »."""
    is_first = date.day == 1 and get_locale().language == "fr"
    return text.replace("1 ", "1er ", 1) if is_first else text


def hour(moment: datetime.datetime) -> str:
    """What the clock of the school shows, as it was typed: no zone is applied."""
    return str(gettext("%(hours)s h %(minutes)s", hours=moment.hour, minutes=f"{moment.minute:02d}"))


def sentence(code: str) -> str:
    return str(_SENTENCES[code] if code in _SENTENCES else gettext("Cette demande n’a pas pu être prise."))


def privacy(hosted: bool) -> str:
    """One line, in a pupil's words, on what is known of them, who sees what, and until when. True as worded."""
    line = str(
        gettext(
            "Sans nom ni compte. La classe et les adultes ne voient que des totaux. "
            "Ta réponse est effacée à la fin de la séance ; les totaux restent."
        )
    )
    if hosted:
        return line
    listened = gettext("Sur ce Wi-Fi, quelqu’un qui sait faire pourrait lire ce qui passe.")
    return f"{line} {listened}"
