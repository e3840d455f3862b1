"""What a workshop's author can write, as one table: for each kind of activity its sections, for each field its words.

Names are those of the format (quizzes/README.md). The forms, what they read, and where a mistake is shown all follow
from this table; a test compares it with what the format itself asks for.
"""

from dataclasses import dataclass
from typing import Any, Literal

from flask_babel import lazy_gettext as _

from workshop.domain.quiz_kinds import BOXES, SCENES, STATEMENTS, WAYS

# line, text: words. lines: one item a line. whole, number, day: kept as typed when they are not. yes: a box. truth:
# true, false or not said. pick: one of `options`. who, picture, box, scene: one of those that the workshop has.
# ends: two words. rows: a list of tables. table: one table. people: the first names. right, rank: in a row, whether
# the answer that is expected, or its place in the right order. id: kept, never shown.
Form = Literal[
    "line", "text", "lines", "whole", "number", "day", "yes", "truth", "pick", "who", "picture", "box", "scene", "ends",
    "rows", "table", "people", "right", "rank", "id",
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One field. `usual` is what is not written because it goes without saying; `turns` says that other fields depend
    on it; `one` and `more` name a row, and the button that adds one."""

    name: str
    form: Form
    label: Any = ""
    hint: Any = ""
    options: tuple[tuple[str, Any], ...] = ()
    fields: tuple["Field", ...] = ()
    usual: str = ""
    turns: bool = False
    one: Any = ""
    more: Any = ""
    most: int = 0


@dataclass(frozen=True)
class Section:
    """Fields under one heading. `later` ones are folded until something is in them."""

    title: Any
    fields: tuple[Field, ...]
    hint: Any = ""
    later: bool = False


ID = Field("id", "id")
SOURCES = Field(
    "sources", "rows", _("D’où vient ce qui est dit"),
    _("Une page que l’on peut retrouver : son titre, sa date, le jour où vous l’avez lue."),
    one=_("Source"), more=_("Ajouter une source"), most=12,
    fields=(
        Field("title", "line", _("Titre de la page ou du texte")),
        Field("date", "day", _("Sa date")),
        Field("checked", "day", _("Lue le")),
        Field("url", "line", _("Adresse"), _("Facultative.")),
        Field("confidence", "pick", _("Lecture"), usual="A",
              options=(("A", _("page officielle, lue")), ("B", _("source secondaire")))),
        Field("law", "yes", _("C’est un texte de loi, ou une page qui le résume")),
        Field("read_again", "line", _("À relire, parce que…"),
              _("Pour une page sans date, ou une loi lue avant le 24 août 2026. La console le rappelle.")),
    ),
)  # fmt: skip
PICTURE = Section(
    _("Une image"),
    (
        Field("image", "picture", _("Image")),
        Field("alt", "line", _("Description"), _("Pour qui ne la voit pas : ce qu’elle montre, en une phrase.")),
        Field("credit", "line", _("Auteur ou autrice, licence")),
    ),
    later=True,
)
NOTES = Section(
    _("Vos notes"),
    (
        Field("notes", "table", fields=(
            Field("say", "text", _("À dire"), _("Mot pour mot, entre guillemets : affiché en grand sur la console.")),
            Field("do", "text", _("À faire")),
            Field("ask", "text", _("À demander"), _("Une question, et ce qu’on peut entendre.")),
            Field("silent", "text", _("Si personne ne parle")),
            Field("heated", "text", _("Si ça chauffe"), _("Ou si un vrai prénom sort.")),
            Field("avoid", "text", _("À éviter")),
            Field("confide", "text", _("Si un élève se confie")),
            Field("hands", "text", _("Sans téléphone"), _("Comment voter, ou quoi faire à la place.")),
            Field("after", "text", _("À dire sur le résultat")),
        )),
    ),
    _("Pour qui anime : la console seule les montre, jamais l’écran de la classe."),
    later=True,
)  # fmt: skip
SHEET = Field(
    "sheet", "table",
    fields=(
        Field("aim", "text", _("Le but, en une phrase")),
        Field("material", "line", _("Ce qu’il faut sous la main")),
        Field("steps", "rows", _("Les étapes"), _("Dix minutes en tout, au plus."), one=_("Étape"),
              more=_("Ajouter une étape"), most=8,
              fields=(Field("minutes", "whole", _("Minutes")), Field("text", "text", _("Ce qu’on fait")))),
        Field("likely_answers", "rows", _("Ce qu’on peut entendre, et répondre"), one=_("Réponse probable"),
              more=_("Ajouter une réponse probable"), most=8,
              fields=(Field("heard", "text", _("Ce qu’on entend")), Field("answer", "text", _("Ce qu’on répond")))),
        Field("closing", "text", _("La phrase pour finir")),
        Field("without_phones", "text", _("Sans téléphone")),
        Field("if_confides", "text", _("Si un élève se confie")),
    ),
)  # fmt: skip
TEXT = Field("text", "text", _("Texte affiché"))
QUESTION = Field("text", "text", _("La question"), _("110 signes au plus, et l’écran se lit du fond de la salle."))
REGISTERS = (
    ("knowledge", _("un savoir : une réponse est attendue")),
    ("situation", _("une situation : que ferais-tu ?")),
    ("experience", _("le vécu : protégé, jamais noté")),
)
REGISTER = Field("register", "pick", _("Ce que c’est"), options=REGISTERS, turns=True)
TWO_REGISTERS = Field("register", "pick", _("Ce que c’est"), options=REGISTERS[:2], turns=True)
ROUNDS = Field("rounds", "pick", _("Votes"), usual="1",
               options=(("1", _("un seul")), ("2", _("deux : voter, échanger, revoter"))))  # fmt: skip
EXPLANATION = Field("explanation", "text", _("L’explication"), _("Deux ou trois phrases, lues au résultat."))
MISCONCEPTION = Field(
    "misconception", "text", _("L’idée fausse"), _("Celle que la question rencontre, comme on l’entend en classe.")
)
CERTAINTY = Field("certainty", "yes", _("Demander aussi « je n’ai aucun doute » ou « j’hésite »"))


def choice_rows(*more: Field) -> Field:
    """The choices of a question; `more` is what each has besides."""
    takeaway = Field("takeaway", "text", _("Ce qu’on en dit au résultat"))
    return Field(
        "choices", "rows", _("Les propositions"),
        _("De deux à six, 60 signes au plus chacune. Ce qu’on en dit ne fait honte à personne."),
        one=_("Proposition"), more=_("Ajouter une proposition"), most=6,
        fields=(ID, Field("text", "line", _("Texte")), *more, takeaway, SOURCES),
    )  # fmt: skip


RIGHT = Field("right", "right", _("Bonne réponse"))
RANK = Field("rank", "rank", _("Sa place dans le bon ordre"), _("Pour un savoir seulement."))
ANSWER = Section(_("L’explication et ses sources"), (EXPLANATION, SOURCES), later=True)
IDEA = Section(
    _("L’idée fausse, et la fiche pour l’enseignant ou l’enseignante"),
    (MISCONCEPTION, SHEET),
    _("La fiche reprend l’idée fausse en dix minutes, une semaine plus tard. Facultative ; commencée, elle se finit."),
    later=True,
)
BOX_ROWS = Field(
    "boxes", "rows", _("Les étiquettes"), _("De deux à quatre."), one=_("Étiquette"), more=_("Ajouter une étiquette"),
    most=BOXES,
    fields=(ID, Field("text", "line", _("Texte")), Field("takeaway", "text", _("Ce qu’on en dit")), SOURCES),
)  # fmt: skip
STATEMENT_ROWS = Field(
    "statements", "rows", _("Les phrases à ranger"), _("De deux à six."), one=_("Phrase"),
    more=_("Ajouter une phrase"), most=STATEMENTS,
    fields=(ID, Field("text", "line", _("Texte")), Field("expected", "box", _("Étiquette attendue")), EXPLANATION,
            SOURCES, MISCONCEPTION, SHEET),
)  # fmt: skip
SCENE_ROWS = Field(
    "scenes", "rows", _("Les scènes"),
    _("De trois à dix. Chaque choix mène à une scène écrite plus bas ; une scène sans question est une fin."),
    one=_("Scène"), more=_("Ajouter une scène"), most=SCENES,
    fields=(
        ID,
        Field("title", "line", _("Titre")),
        Field("text", "text", _("Ce qui se passe")),
        Field("question", "line", _("La question"), _("Rien, si l’histoire finit ici.")),
        Field("choices", "rows", _("Les choix"), one=_("Choix"), more=_("Ajouter un choix"), most=WAYS, fields=(
            ID, Field("text", "line", _("Texte")), Field("leads_to", "scene", _("Mène à")),
            Field("takeaway", "text", _("Ce qu’on en dit")), SOURCES)),
        *PICTURE.fields,
    ),
)  # fmt: skip
