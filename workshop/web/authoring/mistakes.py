"""What the format says of a workshop that is being written, in a facilitator's words and beside the right field."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext as _

from workshop.domain.quiz_document import WORKSHOP, Document, Part
from workshop.domain.quiz_fields import QuizError
from workshop.domain.quiz_remarks import Remark

from .kinds import KINDS

# The reader of files speaks to whoever writes a file: what it says of quotation marks or of `true` is put otherwise.
_SAID = (
    (r"ce champ manque\.", _("À remplir.")),
    (r"écrivez un texte entre guillemets\.", _("À remplir.")),
    (r"écrivez un nombre entier de (.+) à (.+) \(lu.*", _("Un nombre entier, de {0} à {1}.")),
    (r"écrivez un nombre \(lu.*", _("Un nombre, comme 12 ou 6,7.")),
    (r"écrivez true ou false.*", _("Choisissez vrai ou faux.")),
    (r"écrivez une date.*", _("Une date, comme 23/11/2026.")),
    (r"« .* » n’est pas prévu\..*", _("À choisir dans la liste.")),
    (r"écrivez une liste de textes.*", _("Une chose par ligne.")),
    (r"écrivez les deux extrémités.*", _("Écrivez les deux extrémités.")),
    (r"ce champ n’existe pas ici\..*", _("Un champ inconnu ici : il part au prochain enregistrement.")),
    (r"plusieurs réponses attendues : .*", _("Plusieurs bonnes réponses : cochez « Plusieurs réponses possibles ».")),
    (r"donnez la date de la page.*", _("Donnez la date de la page, ou dites plus bas pourquoi il faudra la relire.")),
    (r"de « from » à « to ».*", _("De la première à la dernière valeur, par pas égaux, en 21 nombres au plus.")),
    (r"écrivez tous les identifiants.*", _("Donnez une place, une fois chacune, à toutes les propositions.")),
    (r"« (.*) » n’est l’identifiant d’aucune.*", _("Choisissez de nouveau : ce qui était choisi n’est plus là.")),
    (r"« .* » mène à « .* », qui n’est pas.*", _("Chaque choix mène à une scène écrite plus bas.")),
    (r"aucun choix ne mène à « .* »\.", _("Aucun choix ne mène à l’une des scènes.")),
    (r"les activités durent (\d+) minutes.*", _("Les activités durent {0} minutes en tout.")),
    (r"le fichier « (.*) » n’est pas à côté du quiz\.", _("L’image « {0} » n’est pas parmi celles de l’atelier.")),
    (r"une fiche reprend une idée fausse.*", _("Une fiche reprend l’idée fausse d’une question de savoir.")),
    (r"la dernière activité est l’écran d’aide.*", _("Le dernier écran est « À qui parler ».")),
    (r"« before » et « after » vont ensemble.*", _("Le début et la fin vont ensemble, avec trois questions.")),
    (r"« (.*) » fait aussi partie de la variante courte.*", _("Elle fait aussi partie de la variante courte.")),
    (r"les prénoms ne sont remplacés que.*", _("Les prénoms entre accolades ne marchent pas ici.")),
    (r"« .* » : « objective » est la place.*", _("La place de l’un des objectifs, en comptant depuis 1.")),
    (r"le dossier et la langue du nom de fichier.*", _("Le nom court et la langue doivent être ceux de l’atelier.")),
    (r"un identifiant sert aussi dans l’atelier.*", _("Une question porte le même nom que celles de la sortie.")),
)  # fmt: skip
_KIND = re.compile(r"\u00ab ([a-z_]+) \u00bb")


@dataclass(frozen=True)
class Fault:
    """Something to complete: where (a part and the name of a field of its form), what it is called, what to do."""

    part: Part
    field: str
    message: str


def faults(errors: Iterable[QuizError], document: Document) -> list[Fault]:
    """The reader's mistakes, each in the part of the page where it is mended."""
    return [fault_of(error.activity, error.field, _in_words(error.message), document) for error in errors]


def advice(remarks: Iterable[Remark], document: Document) -> list[Fault]:
    """The linter's remarks, each with its reason, in the part of the page that it is about."""
    return [fault_of(one.activity, one.field, f"{one.message} {one.reason}", document) for one in remarks]


def fault_of(activity: str, field: str, message: str, document: Document) -> Fault:
    """A remark on `choices[1].text` of an activity, placed on the field `choices-0-text` of its form."""
    path = re.sub(r"\[(\d+)\]", lambda found: f"-{int(found[1]) - 1}", field).replace(".", "-")
    if activity:
        return Fault(Part("activity", activity), path, message)
    inner = re.match(r"(activities|questions)-(\d+)-?(.*)", path)
    if inner:
        rows = document.get(inner[1], [])
        if int(inner[2]) < len(rows):
            kind = "activity" if inner[1] == "activities" else "question"
            return Fault(Part(kind, rows[int(inner[2])]["id"]), inner[3], message)  # type: ignore[arg-type]  # of two
    named = re.fullmatch(r"names-(.+)", path)
    if named and named[1] in document["names"]:
        path = f"names-{list(document['names']).index(named[1])}-name"
    return Fault(WORKSHOP, path, message)


def _in_words(message: str) -> str:
    message = message.replace("\u202f", " ").replace("\u00a0", " ")
    for pattern, sentence in _SAID:
        said = re.fullmatch(pattern, message, re.DOTALL)
        if said:
            return str(sentence).format(*said.groups())
    text = _KIND.sub(lambda kind: f"« {KINDS[kind[1]][0]} »" if kind[1] in KINDS else str(kind[0]), message)
    text = text.replace("« ", "«\u202f").replace(" »", "\u202f»")
    return re.sub(r" ([;!?])", "\u202f\\1", text[:1].upper() + text[1:]).replace(" :", "\u00a0:")


def beside(found: Iterable[Fault], part: Part, has: Callable[[str], bool]) -> dict[str, list[str]]:
    """The faults of a part by field; those of a field that its form has not go up to the nearest, else to « »."""
    placed: dict[str, list[str]] = {}
    for fault in found:
        if fault.part != part:
            continue
        name = fault.field
        while name and not has(name):
            name = name.rpartition("-")[0]
        if not name and fault.field in ("expected", "right_order") and has("choices"):
            name = "choices"
        said = placed.setdefault(name, [])
        if fault.message not in said:
            said.append(fault.message)
    return placed


def where(fault: Fault, document: Document) -> str:
    """The name of the part that a fault is in, as its author knows it."""
    if fault.part == WORKSHOP:
        return str(gettext("L’atelier"))
    rows = document["activities"] if fault.part.kind == "activity" else document.get("questions", [])
    for place, row in enumerate(rows, start=1):
        if row["id"] == fault.part.id:
            kind = KINDS.get(str(row.get("kind")), ("", ""))[0]
            named = row.get("title") or row.get("text")
            return str(named or gettext("%(kind)s, n° %(place)s", kind=kind, place=place))
    return str(fault.part.id)
