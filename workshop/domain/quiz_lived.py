"""The rules about lived experience: what a question on it must never be, so that nobody is recognised or pressed."""

import datetime
import re
from collections.abc import Iterator

from .activities import PREFER_NOT, Question, Workshop
from .quiz_remarks import Found, Rule, questions
from .schools import folded

ALIKE = 0.5  # part of the words that two questions share, from which one repeats the other
_EXPERIENCE = "experience"
_SENSITIVE = re.compile(
    r"(?i)famil|parents?\b|\bp[èe]re\b|\bm[èe]re\b|maison|santé|malad|suicid|mal-être|dépress|scarifi|te faire du mal"
    r"|religi|prière|origine|couleur de peau|pays\b|nationalité|amoureu|sexu|orientation|\bgay\b|lesbien|couple"
)
_ABOUT_ONESELF = re.compile(
    r"(?i)\bas-tu (?:déjà|été|vu|subi|fait|reçu)|t’est-il|t’est (?:déjà )?arrivé|t’a-t-on|raconte"
    r"|\bton (?:histoire|vécu)|ce que tu as (?:vécu|subi|vu)|(?:ça|cela) t’est arrivé"
)


def _lived(w: Workshop) -> Iterator[tuple[str, str, Question, bool]]:
    """Questions on lived experience; the last part says whether it is the weather of the class."""
    for activity_id, place, question in questions(w):
        if question.register == _EXPERIENCE:
            yield activity_id, place, question, w.activity(activity_id).kind == "weather"


def _lived_protected(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity_id, place, q, _weather in _lived(w):
        for wrong, name in (
            (q.expected or q.right_order, "expected"), (q.explanation, "explanation"), (q.certainty, "certainty"),
            (q.rounds > 1, "rounds"), (q.multiple, "multiple"), (q.form != "choice", "kind"),
            (PREFER_NOT not in q.choice_ids, "choices"),
        ):  # fmt: skip
            if wrong:
                yield Found(
                    activity_id, place + name, "impossible sur le vécu : une fois, sans note, et l’on peut passer."
                )


def _lived_once(w: Workshop, _: datetime.date) -> Iterator[Found]:
    asked = [activity_id for activity_id, _, _, weather in _lived(w) if not weather]
    for activity_id in asked[1:]:
        yield Found(activity_id, "register", f"« {asked[0]} » interroge déjà le vécu : une seule par atelier.")


def _lived_left_out(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity_id, _place, _question, weather in _lived(w):
        if not weather and not w.activity(activity_id).optional:
            yield Found(activity_id, "optional", "écrivez optional = true : qui anime doit pouvoir ne pas la poser.")


def _lived_hands(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity_id, *_rest in _lived(w):
        if w.language == "fr" and "jamais" not in (w.activity(activity_id).notes.hands or "").casefold():
            yield Found(activity_id, "notes.hands", "dites que ce n’est jamais à main levée, et quoi faire à la place.")


def _lived_timed(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity_id, *_rest in _lived(w):
        notes = w.activity(activity_id).notes
        for name in ("say", "do", "ask"):
            if found := re.search(r"(?i)chrono|le plus vite|compte à rebours|en direct", getattr(notes, name) or ""):
                yield Found(
                    activity_id, f"notes.{name}", f"« {found[0]} » : ni chrono ni arrivée en direct sur le vécu."
                )


def _lived_sensitive(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity_id, place, q, _weather in _lived(w):
        if found := _SENSITIVE.search(" ".join([q.text, *(choice.text for choice in q.choices)])):
            yield Found(activity_id, place + "text", f"« {found[0]} » : jamais santé, mal-être, origine, religion, "
                        "orientation ni famille.")  # fmt: skip


def _lived_repeated(w: Workshop, _: datetime.date) -> Iterator[Found]:
    asked = [(activity_id, place, q, _words(q.text)) for activity_id, place, q in questions(w)]
    for activity_id, _place, lived, words in [each for each in asked if each[2].register == _EXPERIENCE]:
        for other_id, place, other, more in asked:
            if other is not lived and words and more and len(words & more) / min(len(words), len(more)) > ALIKE:
                yield Found(other_id, place + "text", f"presque les mots de « {activity_id} », qui est sur le vécu.")


def _words(text: str) -> set[str]:
    return {word[:6] for word in folded(text).split() if len(word) > 3}


def _lived_free(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity_id, place, q in questions(w):
        if q.form == "text" and (found := _ABOUT_ONESELF.search(q.text.replace("'", "’"))):
            yield Found(activity_id, place + "text", f"« {found[0]} » : demandez une idée ou un conseil, pas un vécu.")


_ON_LIVED = "Sur le vécu, ce qui compte est que nul ne puisse être reconnu : "
RULES = (
    Rule(
        "lived-protected",
        "error",
        _ON_LIVED + "ni note, ni second vote, ni texte, et l’on peut passer.",
        _lived_protected,
    ),
    Rule("lived-once", "error", _ON_LIVED + "deux questions se recoupent.", _lived_once),
    Rule("lived-left-out", "error", "Certains jours, dans certaines classes, la poser ferait du mal.", _lived_left_out),
    Rule("lived-hands", "error", "Une main levée se voit, même les yeux fermés.", _lived_hands),
    Rule(
        "lived-timed",
        "error",
        "Pressé ou regardé, on ne répond pas vrai ; et l’ordre des réponses dit qui.",
        _lived_timed,
    ),
    Rule(
        "lived-sensitive",
        "error",
        "Une classe n’est pas l’endroit, et la loi protège ces réponses plus que d’autres.",
        _lived_sensitive,
    ),
    Rule(
        "lived-repeated", "error", _ON_LIVED + "la même chose demandée deux fois permet de comparer.", _lived_repeated
    ),
    Rule("lived-free", "error", _ON_LIVED + "une phrase se reconnaît à son style.", _lived_free),
)
