"""The sections of each form: those of the workshop, of a paired question, and of each kind of activity."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _

from workshop.domain.quiz_checks import ABLE

from .fields import (
    ANSWER,
    BOX_ROWS,
    CERTAINTY,
    EXPLANATION,
    ID,
    IDEA,
    NOTES,
    PICTURE,
    QUESTION,
    RANK,
    REGISTER,
    RIGHT,
    ROUNDS,
    SCENE_ROWS,
    SOURCES,
    STATEMENT_ROWS,
    TEXT,
    TWO_REGISTERS,
    Field,
    Section,
    choice_rows,
)

LOOK = Field("look", "pick", _("Allure"), usual="group", turns=True, options=(
    ("group", _("un groupe de messages")), ("post", _("une publication et ses commentaires")),
    ("profile", _("le profil d’une personne")), ("search", _("une page de recherche"))))  # fmt: skip


def _messages(look: str) -> Field:
    said = (
        Field("from", "who", _("De qui")),
        Field("time", "line", _("Heure"), _("L’heure et les minutes, comme sur un téléphone.")),
    )
    found = (Field("title", "line", _("Titre du résultat")), Field("address", "line", _("Adresse, inventée")))
    label, one, more = {
        "search": (_("Les résultats"), _("Résultat"), _("Ajouter un résultat")),
        "post": (_("La publication, puis les commentaires"), _("Message"), _("Ajouter un commentaire")),
        "profile": (_("Les publications"), _("Publication"), _("Ajouter une publication")),
    }.get(look, (_("Les messages"), _("Message"), _("Ajouter un message")))
    first = found if look == "search" else said
    return Field("messages", "rows", label, _("Ils arrivent un par un, au rythme de qui anime."), one=one, more=more,
                 most=40, fields=(*first, Field("text", "text", _("Texte")), *PICTURE.fields))  # fmt: skip


def _shown(kind: str, table: Mapping[str, Any]) -> tuple[Section, ...]:
    """What the class sees of an activity of this kind, and answers."""
    points = Field("points", "lines", _("Phrases courtes"), _("Une par ligne."))
    match kind:
        case "slide" | "help":
            return (Section(_("À l’écran"), (TEXT, points, SOURCES)),)
        case "poster":
            begun = Field("points", "lines", _("Débuts de phrases"), _("Un par ligne : la classe les complète."))
            return (Section(_("À l’écran"), (TEXT, begun, SOURCES)),)
        case "conversation":
            look = str(table.get("look") or "group")
            own: tuple[Field, ...] = ()
            if look == "profile":
                own = (Field("owner", "who", _("Profil de")), Field("bio", "text", _("Sa présentation")))
            elif look == "search":
                own = (Field("query", "line", _("Ce qu’on a cherché")),)
            return (
                Section(_("À l’écran"), (LOOK, TEXT, *own, _messages(look))),
                Section(_("Sources"), (SOURCES,), later=True),
            )
        case "choice":
            asked = (
                QUESTION,
                REGISTER,
                choice_rows(RIGHT),
                Field("multiple", "yes", _("Plusieurs réponses possibles")),
            )
            return (Section(_("La question"), (*asked, ROUNDS, CERTAINTY)), ANSWER, IDEA)
        case "true_false":
            expected = Field("expected", "truth", _("La réponse"), _("Pour un savoir."))
            return (Section(_("La question"), (QUESTION, REGISTER, expected, ROUNDS, CERTAINTY)), ANSWER, IDEA)
        case "scale":
            ends = Field("ends", "ends", _("Les deux extrémités"))
            asked = (QUESTION, REGISTER, ends, ROUNDS)
            return (Section(_("La question"), asked), ANSWER, IDEA)
        case "order":
            return (Section(_("La question"), (QUESTION, TWO_REGISTERS, choice_rows(RANK), ROUNDS)), ANSWER, IDEA)
        case "categorise":
            return (Section(_("À ranger"), (TEXT, TWO_REGISTERS, BOX_ROWS, STATEMENT_ROWS)),
                    Section(_("Sources communes à toutes les phrases"), (SOURCES,), later=True))  # fmt: skip
        case "estimate":
            grid = (
                Field("from", "whole", _("De")), Field("to", "whole", _("À")),
                Field("step", "whole", _("Par pas de"), _("21 nombres au plus.")), Field("unit", "line", _("Unité")),
                Field("figure", "number", _("Le chiffre de la source")),
            )  # fmt: skip
            return (Section(_("La question"), (QUESTION, *grid, EXPLANATION, SOURCES)),)
        case "scenario":
            return (Section(_("L’histoire"), (TEXT, SCENE_ROWS)), Section(_("Sources"), (SOURCES,), later=True))
        case "wordcloud" | "question_box" | "weather":
            return (Section(_("La question"), (QUESTION,)),)
        case _:
            return (Section(_("À l’écran"), (TEXT,)), Section(_("Sources"), (SOURCES,), later=True))


def of_activity(table: Mapping[str, Any]) -> tuple[Section, ...]:
    """The sections of an activity's form, from its kind and its look."""
    kind = str(table.get("kind", ""))
    facts = [
        Field("title", "line", _("Titre")),
        Field("minutes", "whole", _("Minutes")),
        Field("short", "whole", _("En variante courte")),
    ]  # fmt: skip
    if kind not in ("before", "after", "help"):
        facts.append(Field("optional", "yes", _("« Aller à l’essentiel » peut la laisser de côté")))
    told = _("La variante courte dure 23 minutes en tout : sans minutes, l’activité n’en fait pas partie.")
    about = Section(_("L’activité"), tuple(facts), told)
    return (about, *_fitting(_shown(kind, table), table), PICTURE, NOTES)


# What the format takes of a question of knowledge alone, and what it refuses on lived experience.
_KNOWING = frozenset({"expected", "right", "rank", "certainty", "misconception", "sheet"})
_LESS_LIVED = frozenset({"rounds", "multiple", "explanation"})


def _fitting(sections: tuple[Section, ...], table: Mapping[str, Any]) -> tuple[Section, ...]:
    """Without the fields that this register has no use for, unless something is written in them already."""
    register = table.get("register")
    if register not in ("situation", "experience"):
        return sections
    away = (_KNOWING | _LESS_LIVED if register == "experience" else _KNOWING) - _written(table)
    kept = (replace(section, fields=_without(section.fields, away)) for section in sections)
    return tuple(section for section in kept if section.fields)


def _written(table: Mapping[str, Any]) -> set[str]:
    found = set(table)
    for value in table.values():
        for row in value if isinstance(value, list) else ():
            found |= set(row) if isinstance(row, dict) else set()
    return found | ({"right", "rank"} if "expected" in table else set())


def _without(fields: tuple[Field, ...], away: frozenset[str] | set[str]) -> tuple[Field, ...]:
    return tuple(replace(f, fields=_without(f.fields, away)) for f in fields if f.name not in away)


def of_question(table: Mapping[str, Any]) -> tuple[Section, ...]:
    """The sections of one of the three questions of the beginning and the end, always of knowledge."""
    kind = Field("kind", "pick", _("Forme"), turns=True, options=(
        ("true_false", _("vrai ou faux")), ("choice", _("des propositions"))))  # fmt: skip
    asked: tuple[Field, ...] = (kind, QUESTION)
    if table.get("kind") == "choice":
        asked += (choice_rows(RIGHT), Field("multiple", "yes", _("Plusieurs réponses possibles")))
    else:
        asked += (Field("expected", "truth", _("La réponse")),)
    return (Section(_("La question"), (*asked, CERTAINTY)), Section(ANSWER.title, ANSWER.fields), IDEA)


THEMES = (("cyberharcelement", _("cyberharcèlement")), ("e-reputation", _("e-réputation")))
OF_WORKSHOP = (
    Section(_("L’essentiel"), (
        Field("title", "line", _("Titre")),
        Field("summary", "text", _("Résumé"), _("Deux ou trois phrases, pour qui choisit l’atelier.")),
        Field("theme", "pick", _("Thème"), options=THEMES),
        Field("levels", "lines", _("Niveaux"), _("Un par ligne : 4e, 3e…")),
        Field("minutes", "whole", _("Durée, en minutes"),
              _("La somme des activités. 40 pour une heure de cours : il en reste pour s’installer et sortir.")),
        Field("objectives", "lines", _("Objectifs"), _("Ce que la classe saura, ou saura faire. Un par ligne.")),
    )),
    Section(_("Les prénoms de l’histoire"), (
        Field("names", "people", _("Les prénoms"), one=_("Prénom"), more=_("Ajouter un prénom"), most=12, fields=(
            Field("was", "id"),
            Field("key", "line", _("Son rôle, en un mot")),
            Field("name", "line", _("Prénom")))),
    ), _("Écrivez {cible} dans un texte, et le prénom s’y met. Il se change à la mise en place, si un élève le porte : "
         "ni « il » ni « elle », et des prénoms qui vont à une fille comme à un garçon.")),
    Section(_("La salle, avant de commencer"), (
        Field("room", "table", fields=(
            Field("setup", "text", _("La salle")),
            Field("relay", "text", _("Ce qui se prépare avec la vie scolaire")),
            Field("adult", "text", _("L’adulte présent")))),
        Field("material", "lines", _("À apporter"), _("Une chose par ligne.")),
        Field("without_phones", "text", _("Sans téléphone"), _("Comment se passe toute l’heure.")),
    )),
    Section(_("« Je me sens capable de… »"), (
        Field("able", "rows", _("Ce que l’heure rend capable de faire"),
              _("Une ou deux phrases, à la première personne."), one=_("Phrase"), more=_("Ajouter une phrase"),
              most=ABLE, fields=(
            ID,
            Field("text", "line", _("Phrase")),
            Field("objective", "whole", _("Objectif visé"), _("Sa place dans la liste : 1 pour le premier.")))),
    ), _("Demandé à l’accueil, puis à la sortie."), later=True),
    Section(_("Pour aller plus loin"), (
        Field("family", "text", _("Pour en parler à la maison")),
        Field("crcn", "lines", _("Compétences numériques (CRCN)"), _("Une par ligne, comme 2.4.")),
        Field("emc", "lines", _("Enseignement moral et civique"), _("Un point par ligne.")),
        Field("reviewed_on", "day", _("Relu le")),
        Field("language", "pick", _("Langue de l’atelier"), options=(("fr", _("français")), ("en", _("anglais")))),
        Field("slug", "line", _("Nom court"), _("Dans les adresses. Il ne change plus après la première publication.")),
    ), later=True),
)  # fmt: skip

# The kinds, in the order in which an hour may use them: their name, and what they are for.
KINDS = {
    "conversation": (_("Conversation"), _("des messages inventés, qui arrivent un par un")),
    "slide": (_("Écran à lire"), _("un titre, quelques phrases, une image")),
    "choice": (_("Question"), _("des propositions, sur les téléphones")),
    "true_false": (_("Vrai ou faux"), _("une affirmation")),
    "scale": (_("Débat mouvant"), _("cinq places entre deux avis")),
    "categorise": (_("À ranger"), _("des phrases sous des étiquettes")),
    "order": (_("Mettre dans l’ordre"), _("du premier au dernier")),
    "estimate": (_("Deviner un nombre"), _("puis le chiffre d’une source")),
    "wordcloud": (_("Nuage de mots"), _("quelques mots, lus avant d’être montrés")),
    "question_box": (_("Boîte à questions"), _("lues par un adulte avant d’être montrées")),
    "scenario": (_("Histoire à embranchements"), _("le vote décide de la suite")),
    "weather": (_("Météo de la classe"), _("au tout début")),
    "poster": (_("Affiche des engagements"), _("saisie par qui anime")),
    "before": (_("Trois questions, au début"), _("les mêmes qu’à la fin")),
    "after": (_("Les trois mêmes, à la fin"), _("pour voir ce qui a bougé")),
    "help": (_("À qui parler"), _("le dernier écran, toujours")),
}  # fmt: skip
