"""The rules about the words of a workshop: what they claim, how they are written, how hard they are to read."""

import datetime
import re
from collections.abc import Iterator

from .activities import Workshop
from .quiz_fields import PLACEHOLDER
from .quiz_phrases import BEYOND, BLAMING, FEAR, OUTDATED, Words
from .quiz_remarks import BY_THE_CLASS, Found, Role, Rule, Text, texts

# French typography: quotation marks, apostrophes, dots, spaces. A « : » in an hour or a face keeps none.
_TYPOGRAPHY = re.compile(
    r"[\"']|\.\.\.| {2}|«(?!\u202f)|(?<!\u202f)»|(?<![\u202f!?;])[;!?]|(?<!\u00a0):(?![\d/)(DPp])|\u202f(?=[:])"
)
_ADDRESS = re.compile(r"https?://\S+")
# Characters that a projector shows to the back row, by the end of a field's name.
LONGEST = {
    "text": 130, "question": 115, "choice": 60, "message": 90, "point": 80, "takeaway": 145, "explanation": 290,
}  # fmt: skip

# How hard a text is, for the youngest of its levels: words of a sentence, letters of a word. Measured on what pupils
# of that age read at ease in our workshops: no law, a reason to read the sentence aloud.
YOUNGEST = {"6e": 0, "5e": 0, "4e": 1, "3e": 1}
SENTENCE = (18, 24, 30)
WORD = (11, 13, 15)
# Long words that such an hour teaches or says all the time.
KNOWN_WORDS = frozenset({
    "anniversaire", "application", "applications", "commentaire", "commentaires", "confidentialité", "confidentiel",
    "confidentielle", "cyberharcèlement", "cyberviolence", "cyberviolences", "déréférencement", "enregistrement",
    "enregistrer", "gratuitement", "harcèlement", "honnêtement", "information", "informations", "informatique",
    "internet-signalement", "messageries", "normalement", "personnelles", "publication", "publications",
    "rapidement", "recommencer", "responsable", "responsables", "ressemblance", "réputation", "service-public",
    "signalement", "tranquillement", "téléphoniques", "établissement", "établissements",
})  # fmt: skip
# Short ones that pupils do not read, with what they do.
RARE = {
    "préalablement": "avant", "notamment": "par exemple", "susceptible": "qui peut", "préjudice": "tort",
    "instigation": "idée", "diffamation": "dire du mal", "consentement": "accord", "dispositif": "moyen",
    "modalités": "façons", "usurpation": "se faire passer pour", "divulguer": "montrer", "nonobstant": "malgré",
    "stipule": "dit", "intégrité": "corps et esprit",
}  # fmt: skip


def typography(text: str) -> list[str]:
    """The passages where French typography is broken."""
    text = _ADDRESS.sub("", text)
    return [text[max(0, m.start() - 12) : m.end() + 8] for m in _TYPOGRAPHY.finditer(text)]


def _french(w: Workshop) -> Iterator[Text]:
    yield from texts(w) if w.language == "fr" else ()


def find_words(w: Workshop, words: Words, roles: tuple[Role, ...]) -> Iterator[Found]:
    """Where a text with one of these roles says one of these words, and what to say instead."""
    for text in _french(w):
        if text.role in roles:
            plain = re.sub(r"\s", " ", text.text.replace("'", "’"))
            for pattern, instead in words:
                if found := re.search(pattern, plain, re.IGNORECASE):
                    yield Found(text.activity, text.field, f"« {found[0]} » : {instead}")


def _outdated(w: Workshop, _: datetime.date) -> Iterator[Found]:
    return find_words(w, OUTDATED, ("told", "asked", "story", "said", "adult", "head"))


def _beyond(w: Workshop, _: datetime.date) -> Iterator[Found]:
    return find_words(w, BEYOND, ("told", "said"))


def _blaming(w: Workshop, _: datetime.date) -> Iterator[Found]:
    return find_words(w, BLAMING, ("told", "said"))


def _fear(w: Workshop, _: datetime.date) -> Iterator[Found]:
    return find_words(w, FEAR, (*BY_THE_CLASS, "story", "said"))


def _broken(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for text in _french(w):
        for passage in typography(text.text)[:1]:
            yield Found(text.activity, text.field, f"espace insécable, guillemet ou apostrophe près de « {passage} ».")


def _kind(field: str, text: str) -> str:
    for ending, kind in (
        ("takeaway", "takeaway"), ("explanation", "explanation"), ("question", "question"),
        ("text", "choice" if "choices[" in field else "message" if "messages[" in field else "text"),
    ):  # fmt: skip
        if field.endswith(ending):
            return "question" if kind == "text" and text.rstrip().endswith("?") else kind
    return "point" if field.startswith("points[") else ""


def _long(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for text in texts(w):
        most = LONGEST.get(_kind(text.field, text.text), 0) if text.role in (*BY_THE_CLASS, "story") else 0
        length = len(PLACEHOLDER.sub(lambda m: w.names.get(m[1], m[0]), text.text))
        if most and length > most:
            yield Found(text.activity, text.field, f"{length} signes : {most} au plus pour être lu du fond.")


def _hard(w: Workshop, _: datetime.date) -> Iterator[Found]:
    """At most one remark a text: its longest sentence, else its hardest words. What the hour says that it is about may
    be hard: it is what is learnt."""
    learnt = set(_words(" ".join([w.title, w.summary, *w.objectives])))
    age = min((YOUNGEST.get(level, 2) for level in w.levels), default=2)
    for text in _french(w):
        if text.role not in BY_THE_CLASS:
            continue
        sentences = re.split(r"[.!?…:;]\s", text.text)
        longest = max((len(re.findall(r"[\w’-]+", sentence)) for sentence in sentences), default=0)
        if longest > SENTENCE[age]:
            yield Found(text.activity, text.field, f"une phrase de {longest} mots : {SENTENCE[age]} au plus à cet âge.")
            continue
        words = [word for word in _words(text.text) if word not in learnt]
        hard = [word for word in words if word in RARE or _is_long(word, WORD[age])]
        if hard:
            told = ", ".join(f"« {word} »" + (f" ({RARE[word]})" if word in RARE else "") for word in hard[:3])
            yield Found(text.activity, text.field, f"à dire plus simplement à cet âge : {told}.")


def _words(text: str) -> list[str]:
    return [word.casefold() for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)]


def _is_long(word: str, most: int) -> bool:
    return word not in KNOWN_WORDS and max(map(len, word.split("-"))) > most


def _names_written(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for text in texts(w):
        for name in w.names.values():
            if re.search(rf"\b{re.escape(name)}\b", text.text) and not text.field.startswith("sources"):
                yield Found(text.activity, text.field, f"« {name} » est écrit : mettez le mot entre accolades.")


_BEFORE_NAME = r"(?:\b(?:de|du|que|jusque|lorsque|puisque|quoique|parce que|le|la|je|se|ce)\s|\w’)\{\w+\}"
_AFTER_NAME = r"\{\w+\}\s(?:est|était|sera|s’est|a été|semble|reste|devient|se sent|il|elle|lui-même|elle-même)\b"
_IMPERSONAL = r"y |n’y|(?:ne )?(?:faut|suffit|s’agit|peut y|manque|vaut)"
_PRONOUN = rf"(?i)\{{\w+\}}.*?\b(?:il|elle|celui|celle|lui-même|elle-même)\b(?! (?:{_IMPERSONAL}))"


def _names_fit(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for text in _french(w):
        for passage in re.findall(_BEFORE_NAME, text.text)[:1]:
            yield Found(text.activity, text.field, f"« {passage} » n’ira pas à tous les prénoms : tournez autrement.")


def _names_sexless(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for text in _french(w):
        if any(re.search(rf"{_PRONOUN}|{_AFTER_NAME}", sentence) for sentence in re.split(r"[.!?…»«]", text.text)):
            yield Found(
                text.activity, text.field, "un pronom (« il », « elle »…) ou un accord suit un prénom qui peut changer."
            )


RULES = (
    Rule("outdated", "error", "Un numéro qui ne répond plus laisse seul qui a eu le courage d’appeler.", _outdated),
    Rule(
        "beyond", "error", "Une classe qui découvre qu’on lui a promis ou affirmé trop ne croit plus le reste.", _beyond
    ),
    Rule("blaming", "error", "Une personne visée ou un témoin écoute : se sentir en faute fait taire.", _blaming),
    Rule(
        "fear",
        "warning",
        "La peur et les étiquettes ferment la discussion, et quelqu’un est peut-être concerné.",
        _fear,
    ),
    Rule(
        "typography",
        "error",
        "Projeté en grand, un signe seul au début d’une ligne se voit de toute la salle.",
        _broken,
    ),
    Rule("length", "warning", "L’écran se lit du dernier rang, et un téléphone n’en montre qu’un peu.", _long),
    Rule(
        "reading",
        "warning",
        "Qui lit avec peine doit pouvoir répondre aussi : sinon la question mesure la lecture.",
        _hard,
    ),
    Rule(
        "names-written",
        "error",
        "Les prénoms changent si un élève porte l’un d’eux : écrit en clair, il resterait.",
        _names_written,
    ),
    Rule(
        "names-fit",
        "error",
        "N’importe quel prénom peut venir : « de » devant Eden, ou un accord, sonnerait faux.",
        _names_fit,
    ),
    Rule(
        "names-sexless",
        "warning",
        "Un prénom va à une fille comme à un garçon : un pronom le déciderait.",
        _names_sexless,
    ),
)
