"""The association's exit survey: written once, and added to every workshop when this is read.

What is asked at the end is the association's measure of its own work, the same in every class: how useful the hour was,
whether one feels able to do what it was for (asked in the lobby as well, so that both answers are a pair), whether one
moved on, what one keeps. Opinions have no right answer, may always be passed, and are never counted by hand.
"""

from dataclasses import dataclass, replace
from typing import Any

from .activities import (
    PREFER_NOT,
    PREFER_NOT_TEXT,
    Activity,
    Choice,
    Question,
    Workshop,
)
from .quiz_fields import ID, QuizError, Reader
from .quiz_format import QuizErrors, load_document, parse_quiz, read_notes
from .quiz_questions import read_choices

FORMAT = 1
FOLDER = "_exit"
MOST = 5  # choices, « Je préfère ne pas répondre » not counted


@dataclass(frozen=True)
class Survey:
    """The survey in the words of one age. `able` are the choices of « Je me sens capable… », from no to yes."""

    version: int
    activity: Activity
    able: tuple[Choice, ...]
    questions: tuple[Question, ...]


def survey_name(language: str) -> str:
    """Where the survey of a language lies in the library."""
    return f"{FOLDER}/survey.{language}.toml"


def parse_workshop(source: str, survey: str, file: str, media: frozenset[str] | None = None) -> Workshop:
    """A workshop as a class lives it: its own text, then that of the survey (empty: none). Raises QuizErrors alone."""
    workshop = parse_quiz(source, file, media)
    if not survey:
        return workshop
    name = survey_name(workshop.language)
    return add_survey(workshop, parse_survey(survey, name, workshop.levels), name)


def parse_survey(source: str, file: str, levels: tuple[str, ...]) -> Survey:
    """The survey for a class of these levels; raises QuizErrors with every mistake."""
    return parse_survey_document(load_document(source, file), file, levels)


def parse_survey_document(document: dict[str, Any], file: str, levels: tuple[str, ...]) -> Survey:
    """The same, of a file's tables."""
    errors: list[QuizError] = []
    r = Reader(document, file, "", errors)
    if r.integer("format", 1, 1_000) != FORMAT:
        r.fail("format", f"seul le format {FORMAT} est connu.")
    r.text("language", required=True)
    r.date("reviewed_on", required=True)
    young = not set(r.texts("younger")).isdisjoint(levels)
    activity = r.table_of("activity", required=True)
    able = r.table_of("able", required=True)
    survey = Survey(
        version=r.integer("version", 1, 10_000),
        activity=_activity(activity, young),
        able=_choices(able),
        questions=tuple(_question(q, young) for q in r.tables("questions", required=True)),
    )
    able.finish()
    r.finish()
    if errors:
        raise QuizErrors(tuple(errors))
    return survey


def add_survey(workshop: Workshop, survey: Survey, file: str) -> Workshop:
    """Ask it just before the help; what one feels able to do, in the lobby too. Its minutes come on top."""
    able = tuple(Question(a.id, a.text, "opinion", survey.able) for a in workshop.able)
    asked = able + survey.questions
    ids = [q.id for q in asked]
    if len(set(ids)) < len(ids) or survey.activity.id in {a.id for a in workshop.activities}:
        message = f"un identifiant sert aussi dans l’atelier « {workshop.title} »."
        raise QuizErrors((QuizError(file, "", "id", message),))
    *before_help, last = (
        replace(a, questions=a.questions + able) if a.kind == "before" else a for a in workshop.activities
    )
    return replace(
        workshop,
        minutes=workshop.minutes + survey.activity.minutes,
        activities=(*before_help, replace(survey.activity, questions=asked), last),
        survey_version=survey.version,
    )


def _activity(r: Reader, young: bool) -> Activity:
    activity = Activity(
        id=r.text("id", required=True),
        kind="exit",
        title=r.text("title", required=True),
        minutes=r.integer("minutes", 1, 10),
        text=_text(r, young),
        notes=read_notes(r),
    )
    r.finish()
    return activity


def _question(r: Reader, young: bool) -> Question:
    question = Question(r.text("id", required=True), _text(r, young), "opinion", _choices(r))
    if not ID.fullmatch(question.id):
        r.fail("id", "utilisez des minuscules sans accent, des chiffres et des tirets.")
    r.finish()
    return question


def _text(r: Reader, young: bool) -> str:
    """In the words of the class's age; the younger's are optional."""
    text, younger = r.text("text", required=True), r.text("text_younger")
    return younger if young and younger else text


def _choices(r: Reader) -> tuple[Choice, ...]:
    choices = read_choices(r)
    if len(choices) > MOST:
        r.fail("choices", f"{MOST} propositions au plus : « {PREFER_NOT_TEXT} » s’ajoute seul.")
    return (*choices, Choice(PREFER_NOT, PREFER_NOT_TEXT))
