"""A workshop in another language: the texts of a translation, laid over its French file.

A translation holds texts, and the ids that say where each belongs. All else (what is expected, minutes, sources, notes)
is the French file's, so that two languages never disagree on what is counted. An activity is wholly in one language:
those that are not translated stay in French.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .activities import FALSE, PREFER_NOT, PREFER_NOT_TEXT, SKIES, TRUE, Activity, Choice, Workshop
from .exit_survey import add_survey, parse_survey_document, parse_workshop, survey_name
from .languages import BUILT_IN, LANGUAGES, SOURCE
from .quiz_fields import PLACEHOLDER, QuizError
from .quiz_format import QuizErrors, load_document, parse_document

# Fields that a pupil reads, wherever they stand; and tables in which fields of these names are for adults.
TEXTS = frozenset({
    "title", "text", "text_younger", "alt", "credit", "bio", "query", "question", "explanation", "takeaway", "unit",
    "points", "ends",
})  # fmt: skip
_FOR_ADULTS = frozenset({"notes", "sheet", "sources", "room"})
# What a translation may hold some of, and leave the rest in French.
_IN_PARTS = frozenset({"activities", "questions", "able"})
_FRENCH = {PREFER_NOT: PREFER_NOT_TEXT, TRUE: "Vrai", FALSE: "Faux", **dict(SKIES)}


@dataclass(frozen=True)
class Texts:
    """What was written in one language: a workshop, and the exit survey (empty: there is none, or not in it)."""

    workshop: str
    survey: str


def parse_translation(
    french: Texts, other: Texts, language: str, file: str, media: frozenset[str] | None = None
) -> Workshop:
    """The workshop for who chose this language. Raises QuizErrors: those of the French text, else all that does not
    match it."""
    whole = parse_workshop(french.workshop, french.survey, file, media)
    written = load_document(other.workshop, file)
    over = _Overlay(file)
    document = over.lay(load_document(french.workshop, file), written, language, in_parts=True)
    survey, name = None, survey_name(language)
    if french.survey and other.survey:
        said = _Overlay(name)
        survey = said.lay(load_document(french.survey, name), load_document(other.survey, name), language)
        over.errors += said.errors
    if over.errors:
        raise QuizErrors(tuple(over.errors))
    theirs = parse_document(document, file, media)
    if survey is not None:
        theirs = add_survey(theirs, parse_survey_document(survey, name, theirs.levels), name)
    told = _told(whole, written, survey is not None)
    activities = tuple(
        _worded(theirs.activity(a.id), language) if a.id in told else replace(a, language=SOURCE.code)
        for a in whole.activities
    )
    return replace(whole, language=language, title=theirs.title, activities=activities)


def _told(whole: Workshop, written: Mapping[str, Any], survey: bool) -> set[str]:
    """The activities whose every text is translated: those of the lobby and of the exit say more than their own."""
    told = {each["id"] for each in written.get("activities", ())}
    able = len(written.get("able", ())) == len(whole.able)
    for activity in whole.activities:
        if activity.kind == "exit" and survey and able:
            told.add(activity.id)
        if activity.kind == "before" and any(q.register == "opinion" for q in activity.questions):
            told -= set() if survey and able else {activity.id}
    return told


def _worded(activity: Activity, language: str) -> Activity:
    """With the words that no file writes: true, false, to pass, the skies."""
    words = BUILT_IN.get(language, {})

    def said(choice: Choice) -> Choice:
        is_ours = _FRENCH.get(choice.id) == choice.text
        return replace(choice, text=words.get(choice.id, choice.text)) if is_ours else choice

    questions = tuple(replace(q, choices=tuple(map(said, q.choices))) for q in activity.questions)
    return replace(activity, language=language, questions=questions)


class _Overlay:
    """Lays a document over the French one, and notes all that does not match."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.errors: list[QuizError] = []

    def _fail(self, place: str, name: str, message: str) -> None:
        self.errors.append(QuizError(self._file, place, name, message))

    def lay(
        self, french: dict[str, Any], written: dict[str, Any], language: str, in_parts: bool = False
    ) -> dict[str, Any]:
        """The French document with the texts of the other; `in_parts`: some activities may be left in French."""
        if written.get("language") != language or language not in LANGUAGES or language == SOURCE.code:
            codes = ", ".join(code for code in LANGUAGES if code != SOURCE.code)
            self._fail("", "language", f"il faut la langue du nom du fichier, et l’une de celles-ci : {codes}.")
        merged = self._table(french, {**written, "language": french.get("language")}, "", "", in_parts)
        if in_parts:
            self._check_paired(french, written)
        return merged

    def _check_paired(self, french: dict[str, Any], written: dict[str, Any]) -> None:
        kinds = {each.get("id"): each.get("kind") for each in french.get("activities", ())}
        for each in _tables(written.get("activities")):
            if kinds.get(each.get("id")) in ("before", "after") and len(_tables(written.get("questions"))) != len(
                _tables(french.get("questions"))
            ):
                self._fail(str(each.get("id")), "questions", "les trois questions ne sont pas toutes traduites.")

    def _table(
        self, french: dict[str, Any], other: dict[str, Any], place: str, prefix: str, in_parts: bool = False
    ) -> dict[str, Any]:
        merged = dict(french)
        for name, value in other.items():
            mine, where = french.get(name), prefix + name
            if mine is None:
                self._fail(place, where, "ce champ n’est pas dans le fichier français.")
            elif name in TEXTS:
                merged[name] = self._text(mine, value, place, where)
            elif name not in _FOR_ADULTS and isinstance(mine, dict) and isinstance(value, dict):
                merged[name] = self._table(mine, value, place, f"{where}.")
            elif name not in _FOR_ADULTS and _tables(mine):
                merged[name] = self._list(_tables(mine), value, place, where, in_parts and name in _IN_PARTS)
            elif value != mine:
                self._fail(place, where, "seuls les textes que lit un élève se traduisent.")
        for name in french:
            if name not in other and not (in_parts and name in _IN_PARTS) and _holds_texts(name, french[name]):
                self._fail(place, prefix + name, "ce texte n’est pas traduit.")
        return merged

    def _text(self, french: Any, value: Any, place: str, where: str) -> Any:
        if isinstance(french, list):
            if not isinstance(value, list) or len(value) != len(french):
                self._fail(place, where, f"il faut {len(french)} textes, comme en français.")
                return french
            return [self._text(mine, each, place, where) for mine, each in zip(french, value, strict=True)]
        if not isinstance(value, str) or not value.strip():
            self._fail(place, where, "écrivez un texte entre guillemets.")
            return french
        if set(PLACEHOLDER.findall(value)) != set(PLACEHOLDER.findall(french)):
            self._fail(place, where, "il faut les mêmes prénoms entre accolades qu’en français.")
        return value

    def _list(
        self, french: list[dict[str, Any]], value: Any, place: str, where: str, in_parts: bool
    ) -> list[dict[str, Any]]:
        """Found again by their ids; messages, which have none, by their places."""
        ids = [str(each.get("id", number)) for number, each in enumerate(french, start=1)]
        found = [str(each.get("id", number)) for number, each in enumerate(_tables(value), start=1)]
        if found != [one for one in ids if one in found or not in_parts]:
            self._fail(place, where, f"les mêmes qu’en français, dans le même ordre : {', '.join(ids)}.")
            return french
        merged = list(french)
        for one, each in zip(found, _tables(value), strict=True):
            number = ids.index(one)
            inside = (place, f"{where}[{number + 1}].") if place else (one, "")
            merged[number] = self._table(french[number], each, *inside)
        return merged


def _tables(value: Any) -> list[dict[str, Any]]:
    return value if isinstance(value, list) and all(isinstance(each, dict) for each in value) else []


def _holds_texts(name: str, value: Any) -> bool:
    if name in _FOR_ADULTS:
        return False
    inside = [value] if isinstance(value, dict) else _tables(value)
    return name in TEXTS or any(_holds_texts(key, each[key]) for each in inside for key in each)
