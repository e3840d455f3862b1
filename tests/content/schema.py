"""The JSON Schema that an editor reads while a workshop is written. `python -m tests.content.schema` writes the file.

Kept out of the server, which never needs it; `test_schema.py` holds it to what the parser reads, field by field.
"""

import json
from dataclasses import fields
from typing import Any

from workshop.config import ROOT
from workshop.domain.activities import MAX_TEXT, Notes, Room
from workshop.domain.quiz_format import FORMAT, KINDS, THEMES
from workshop.domain.quiz_kinds import BOXES, LOOKS, REGISTERS, SCENES, STATEMENTS, WAYS
from workshop.domain.quiz_sheet import MOST_MINUTES

PATH = ROOT / "quizzes" / "quiz.schema.json"
Schema = dict[str, Any]


def text(said: str, **more: object) -> Schema:
    return {"type": "string", "minLength": 1, "description": said, **more}


def whole(said: str, low: int, high: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high, "description": said}


def flag(said: str) -> Schema:
    return {"type": "boolean", "description": said}


def day(said: str) -> Schema:
    return {"type": "string", "format": "date", "description": said + " Une date sans guillemets, comme 2026-11-23."}


def one_of(said: str, allowed: tuple[str, ...]) -> Schema:
    return {"enum": list(allowed), "description": said}


def texts(said: str) -> Schema:
    return {"type": "array", "items": {"type": "string", "minLength": 1}, "description": said}


def some(said: str, item: Schema, low: int = 0, high: int | None = None) -> Schema:
    return {"type": "array", "items": item, "description": said, "minItems": low} | (
        {} if high is None else {"maxItems": high}
    )


def table(said: str, properties: Schema, *required: str) -> Schema:
    return {
        "type": "object", "description": said, "properties": properties, "required": list(required),
        "additionalProperties": False,
    }  # fmt: skip


def ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


ID = text("Un nom court, unique : minuscules sans accent, chiffres, tirets.", pattern="^[a-z0-9]+(-[a-z0-9]+)*$")
SOURCES = some("D’où viennent les faits.", ref("source"))
PICTURE = {
    "image": text("Une image posée à côté du fichier."),
    "alt": text("Sa description, pour qui ne la voit pas. Obligatoire s’il y a une image."),
    "credit": text("De qui elle est."),
}
TAUGHT = {
    "explanation": text("Pour une question de savoir : deux ou trois phrases, lues au résultat."),
    "sources": SOURCES,
}
IDEA = {
    "misconception": text("L’idée fausse que la question rencontre, pour qui anime et pour l’enseignant."),
    "sheet": ref("sheet"),
}
CERTAINTY = {"certainty": flag("Demander aussi si l’on en est sûr.")}
ROUNDS = {"rounds": whole("2 pour voter, échanger, revoter. Sinon 1.", 1, 2)}
QUESTION = {"text": text("La question."), **TAUGHT, **IDEA, **ROUNDS}
MANY = {
    "choices": some("Les propositions.", ref("choice"), 2, 6),
    "expected": texts("Pour une question de savoir : les identifiants des bonnes réponses."),
    "multiple": flag("Si plusieurs propositions peuvent être cochées."),
    **CERTAINTY,
}
TRUE_FALSE = {"expected": flag("La bonne réponse : true pour vrai, false pour faux."), **CERTAINTY}
REGISTER = {"register": one_of("Savoir, situation ou vécu.", REGISTERS)}
ASKED = {"register": one_of("Savoir ou situation.", REGISTERS[:2])}
WORDS = {"text": text(f"Ce qui est demandé. La réponse, {MAX_TEXT} signes au plus, est lue par un adulte.")}
POINTS = {"points": texts("Des phrases courtes."), "sources": SOURCES}
# What only one kind has, and what it must have.
OWN: dict[str, tuple[Schema, tuple[str, ...]]] = {
    "before": ({"sources": SOURCES}, ()),
    "after": ({"sources": SOURCES}, ()),
    "slide": (POINTS, ()),
    "help": (POINTS, ()),
    "poster": (POINTS, ()),
    "choice": ({**QUESTION, **MANY, **REGISTER}, ("register", "text", "choices")),
    "true_false": ({**QUESTION, **TRUE_FALSE, **REGISTER}, ("register", "text")),
    "scale": (
        {**QUESTION, **REGISTER, "ends": {**texts("Les deux extrémités."), "minItems": 2, "maxItems": 2}},
        ("register", "text", "ends"),
    ),
    "order": (
        {
            **QUESTION, **ASKED, "choices": MANY["choices"],
            "expected": texts("Tous les identifiants, dans le bon ordre."),
        },
        ("register", "text", "choices"),
    ),
    "estimate": (
        {
            "text": QUESTION["text"], **TAUGHT,
            "from": whole("Le plus petit nombre proposé.", 0, 1_000_000),
            "to": whole("Le plus grand.", 1, 1_000_000),
            "step": whole("Le pas.", 1, 1_000_000),
            "unit": text("L’unité, comme « jours »."),
            "figure": {"type": "number", "description": "Le chiffre de la source."},
        },
        ("text", "from", "to", "step", "unit", "figure"),
    ),
    "categorise": (
        {
            **ASKED, "sources": SOURCES,
            "boxes": some("Les étiquettes.", ref("choice"), 2, BOXES),
            "statements": some("Les phrases à ranger.", ref("statement"), 2, STATEMENTS),
        },
        ("register", "boxes", "statements"),
    ),
    "scenario": (
        {"sources": SOURCES, "scenes": some("Les scènes, dans l’ordre où on les écrit.", ref("scene"), 3, SCENES)},
        ("scenes",),
    ),
    "conversation": (
        {
            "sources": SOURCES,
            "look": one_of("Un groupe, une publication, un profil ou une page de recherche.", LOOKS),
            "owner": text("De qui est le profil : un mot de « names »."),
            "bio": text("Sa présentation."),
            "query": text("Ce qui a été cherché."),
            "messages": some("Les messages, dans l’ordre.", ref("message"), 1),
        },
        ("messages",),
    ),
    "weather": ({"text": text("La question : cinq ciels s’écrivent seuls.")}, ("text",)),
    "wordcloud": (WORDS, ("text",)),
    "question_box": (WORDS, ("text",)),
}  # fmt: skip
PAIRED = {
    "id": ID,
    "kind": one_of("Une question à propositions, ou un vrai ou faux.", ("choice", "true_false")),
    **QUESTION,
}
OF_PAIRED: dict[str, tuple[Schema, tuple[str, ...]]] = {"choice": (MANY, ("choices",)), "true_false": (TRUE_FALSE, ())}
EVERY = {
    "id": ID,
    "kind": one_of("Le genre de l’activité.", KINDS),
    "title": text("Le titre. Le texte d’une question en sert, s’il manque."),
    "minutes": whole("Sa durée.", 1, 60),
    "text": text("Ce que la classe lit."),
    **PICTURE,
    "short": whole("Ses minutes dans la variante courte. Sans ce champ, elle n’y est pas.", 0, 60),
    "optional": flag("Si « aller à l’essentiel » peut la laisser."),
    "notes": ref("notes"),
}


def by_kind(said: str, every: Schema, kinds: dict[str, tuple[Schema, tuple[str, ...]]], *required: str) -> Schema:
    """A table whose fields depend on its kind. What is common is described once; names are told kind by kind."""
    rules = [
        {
            "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": {
                "properties": own,
                "propertyNames": {"enum": list(dict.fromkeys([*every, *own]))},
                "required": list(wanted),
            },
        }
        for kind, (own, wanted) in kinds.items()
    ]
    return {"type": "object", "description": said, "properties": every, "required": list(required), "allOf": rules}


DEFINITIONS = {
    "activity": by_kind("Un moment de l’heure.", EVERY, OWN, "id", "kind", "minutes"),
    "paired": by_kind("Une question de savoir.", PAIRED, OF_PAIRED, "id", "kind", "text", "expected"),
    "source": table(
        "D’où vient un fait.",
        {
            "title": text("Assez précis pour retrouver la page."),
            "date": day("Celle de la page ou du texte. Si elle manque, il faut « read_again »."),
            "url": text("L’adresse."),
            "checked": day("Le jour où vous l’avez lue."),
            "confidence": one_of("A : page officielle lue. B : source secondaire.", ("A", "B")),
            "law": flag("Si c’est un texte de loi, ou une page qui le résume."),
            "read_again": text("Pourquoi il faut la relire."),
        },
        "title",
    ),
    "choice": table(
        "Une proposition, ou une étiquette.",
        {
            "id": ID, "text": text("Ce que l’on choisit."), "takeaway": text("Ce que l’on dit de ce choix."),
            "sources": SOURCES,
        },
        "id", "text",
    ),
    "statement": table(
        "Une phrase à ranger.",
        {"id": ID, "text": text("La phrase."), "expected": text("L’identifiant d’une étiquette."), **TAUGHT, **IDEA},
        "id", "text",
    ),
    "scene": table(
        "Une scène. Sans question, c’est une fin.",
        {
            "id": ID, "title": text("Son titre."), "text": text("Ce qui s’y passe."), **PICTURE,
            "question": text("Ce que l’on demande à la classe."),
            "choices": some("Où l’histoire peut aller.", ref("way"), 0, WAYS),
        },
        "id", "title", "text",
    ),
    "way": table(
        "Un choix, et la scène où il mène.",
        {
            "id": ID, "text": text("Ce que l’on choisit."), "takeaway": text("Ce que l’on dit de ce choix."),
            "sources": SOURCES, "leads_to": text("L’identifiant d’une scène écrite plus bas."),
        },
        "id", "text", "leads_to",
    ),
    "message": table(
        "Un message, un commentaire ou un résultat de recherche.",
        {
            "from": text("Un mot de « names »."), "time": text("L’heure, comme « 17:42 »."),
            "text": text("Ce qui est écrit."), **PICTURE,
            "title": text("D’un résultat : son titre."), "address": text("D’un résultat : une adresse inventée."),
        },
    ),
    "sheet": table(
        "Une page pour reprendre l’idée fausse en dix minutes.",
        {
            "aim": text("Le but."),
            "material": text("Ce qu’il faut sous la main."),
            "steps": some(
                "Les étapes.",
                table(
                    "", {"minutes": whole("", 1, MOST_MINUTES), "text": text("Ce que l’on fait.")}, "minutes", "text"
                ),
                1,
            ),
            "likely_answers": some(
                "Ce qu’on peut entendre, et répondre.",
                table("", {"heard": text("Ce qu’on entend."), "answer": text("Ce qu’on répond.")}, "heard", "answer"),
            ),
            "closing": text("La phrase pour finir."), "without_phones": text("Comment faire sans téléphone."),
            "if_confides": text("Quoi faire si un élève se confie."),
        },
        "aim", "material", "steps", "likely_answers", "closing", "without_phones", "if_confides",
    ),
    "notes": table("Pour qui anime, seulement.", {f.name: text("") for f in fields(Notes)}),
}  # fmt: skip


def build() -> Schema:
    properties = {
        "format": {"const": FORMAT, "description": "Toujours 1."},
        "slug": ID,
        "language": text("La langue du nom de fichier."),
        "title": text("Le titre."),
        "theme": one_of("Le thème.", THEMES),
        "levels": texts("Les niveaux."),
        "minutes": whole("La somme exacte des minutes des activités.", 1, 240),
        "names": {
            "type": "object",
            "description": "Les prénoms de l’histoire.",
            "propertyNames": {"pattern": "^[a-z0-9_]+$"},
            "additionalProperties": {"type": "string", "minLength": 1},
        },
        "summary": text("Deux ou trois phrases pour qui choisit l’atelier."),
        "objectives": texts("Ce que la classe saura, ou saura faire."),
        "crcn": texts("Les compétences numériques visées."),
        "emc": texts("Les points d’enseignement moral et civique."),
        "material": texts("Ce qu’il faut apporter."),
        "without_phones": text("Comment se passe toute l’heure sans téléphone."),
        "family": text("Ce que l’élève peut emporter pour en parler à la maison."),
        "reviewed_on": day("Le jour de la dernière relecture."),
        "room": table("La salle, la vie scolaire, l’adulte.", {f.name: text("") for f in fields(Room)}, *ROOM),
        "able": some("« Je me sens capable de… »", ABLE, 0, 2),
        "questions": some("Les trois questions du début et de la fin.", ref("paired"), 3, 3),
        "activities": some("L’heure, dans l’ordre.", ref("activity"), 1),
    }
    required = ("format", "slug", "language", "title", "theme", "levels", "minutes", "summary", "objectives")
    also = ("reviewed_on", "room", "activities")
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Préau : un atelier",
        **table("Voir quizzes/README.md.", properties, *required, *also),
        "definitions": DEFINITIONS,
    }  # fmt: skip


ROOM = tuple(f.name for f in fields(Room))
ABLE = table(
    "", {"id": ID, "objective": whole("La place de l’objectif, de 1.", 1, 20), "text": text("Une phrase d’élève.")},
    "id", "objective", "text",
)  # fmt: skip


def written() -> str:
    return json.dumps(build(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(written(), encoding="utf-8")
