"""Quiz files on disk: found, read, checked. What they mean is `domain.quiz_format`."""

import datetime
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from workshop.domain.activities import Workshop
from workshop.domain.exit_survey import parse_workshop, survey_name
from workshop.domain.quiz_fields import QuizError
from workshop.domain.quiz_format import QuizErrors
from workshop.domain.quiz_lint import lint
from workshop.domain.quiz_remarks import Remark
from workshop.domain.quiz_words import typography
from workshop.domain.translation import Texts, parse_translation

FRENCH = "quiz.fr.toml"
_NAME = re.compile(r"quiz\.([a-z]{2}(?:-[a-z]+)?)\.toml")


@dataclass(frozen=True)
class QuizFile:
    """One workshop, with the exit survey's text. `workshop` is None when one of them has `errors`.

    `translations`: by language, the texts of those that match it, `partial` of which leave some activities in French;
    `wrong`: what does not match in the others, which are not offered.
    """

    slug: str
    language: str
    name: str
    source: str
    survey: str
    media: frozenset[str]
    digest: str
    workshop: Workshop | None
    errors: tuple[QuizError, ...] = ()
    translations: Mapping[str, Texts] = field(default_factory=dict)
    partial: frozenset[str] = frozenset()
    wrong: tuple[QuizError, ...] = ()


def find_quizzes(folder: Path) -> list[QuizFile]:
    """Every workshop below `folder`, readable or not, in the order of their names. A file beside a French one is its
    translation, and no workshop by itself."""
    paths = [path for path in sorted(folder.glob("*/quiz.*.toml")) if _NAME.fullmatch(path.name)]
    return [read_quiz(path) for path in paths if path.name == FRENCH or not (path.parent / FRENCH).is_file()]


def read_quiz(path: Path) -> QuizFile:
    name = f"{path.parent.name}/{path.name}"
    found = _NAME.fullmatch(path.name)
    language = found[1] if found else ""
    source, errors = _text(path, name)
    survey, more = _survey(path.parent.parent, language)
    errors += more
    media = frozenset(p.name for p in path.parent.iterdir() if p.suffix in {".svg", ".png", ".jpg", ".webp"})
    workshop: Workshop | None = None
    if not errors:
        workshop, errors = parsed(source, survey, name, media)
    if workshop and (workshop.slug, workshop.language) != (path.parent.name, language):
        errors = (QuizError(name, "", "slug", "le dossier et la langue du nom de fichier doivent être ceux du texte."),)
        workshop = None
    others = _translations(path, Texts(source, survey), media) if path.name == FRENCH and workshop else []
    good = {code: texts for code, texts, spoken, _ in others if spoken}
    partial = frozenset(code for code, _, spoken, _ in others if spoken and not spoken.is_in_one_language)
    wrong = tuple(error for _, _, _, mistakes in others for error in mistakes)
    # The survey and the pictures are part of what a class saw: another word or line is another version.
    digest = hashlib.sha256(source.encode())
    digest.update(survey.encode())
    for picture in sorted(media):
        digest.update((path.parent / picture).read_bytes())
    for written in good.items():
        digest.update(repr(written).encode())
    return QuizFile(
        path.parent.name,
        language,
        name,
        source,
        survey,
        media,
        digest.hexdigest(),
        workshop,
        errors,
        good,
        partial,
        wrong,
    )


def _translations(
    path: Path, french: Texts, media: frozenset[str]
) -> list[tuple[str, Texts, Workshop | None, tuple[QuizError, ...]]]:
    """(language, texts, the workshop in it or its mistakes) for each file beside a French one."""
    found = []
    for other in sorted(path.parent.glob("quiz.*.toml")):
        code = _NAME.fullmatch(other.name)
        if other == path or code is None:
            continue
        name = f"{path.parent.name}/{other.name}"
        source, errors = _text(other, name)
        survey, more = _survey(path.parent.parent, code[1])
        texts = Texts(source, survey)
        spoken, mistakes = (None, errors + more) if errors or more else translated(french, texts, code[1], name, media)
        found.append((code[1], texts, spoken, mistakes))
    return found


@lru_cache(maxsize=128)
def translated(
    french: Texts, texts: Texts, language: str, name: str, media: frozenset[str]
) -> tuple[Workshop | None, tuple[QuizError, ...]]:
    """A workshop in another language, or what does not match the French one. Once for a text, as `parsed`."""
    try:
        return parse_translation(french, texts, language, name, media), ()
    except QuizErrors as error:
        return None, error.errors


@lru_cache(maxsize=128)
def parsed(source: str, survey: str, name: str, media: frozenset[str]) -> tuple[Workshop | None, tuple[QuizError, ...]]:
    """A workshop, or its mistakes. Once for a text: pages list the whole library, and reading it takes a while."""
    try:
        return parse_workshop(source, survey, name, media), ()
    except QuizErrors as error:
        return None, error.errors


def survey_of(library: Path, language: str) -> str:
    """The text of the exit survey in force in this language; empty when the association asks none."""
    return _survey(library, language)[0]


def _survey(library: Path, language: str) -> tuple[str, tuple[QuizError, ...]]:
    """The exit survey of this library in this language; empty when the association asks none."""
    path = library / survey_name(language)
    return _text(path, survey_name(language)) if path.is_file() else ("", ())


def _text(path: Path, name: str) -> tuple[str, tuple[QuizError, ...]]:
    """A file's text; some editors on Windows put a mark before it (utf-8-sig), others write in an older alphabet."""
    try:
        return path.read_text(encoding="utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = f"un caractère n’est pas lisible (ligne {line}) : enregistrez le fichier en « UTF-8 »."
        return path.read_text(encoding="utf-8", errors="replace"), (QuizError(name, "", "", message),)


def check_quizzes(folder: Path, today: datetime.date, readable_only: bool = False) -> int:
    """Print what is to be put right in every file, then what is advised, each rule with its reason; 1 if there was
    something to put right, else 0. `readable_only`: whether the files can be read, and nothing else."""
    quizzes = find_quizzes(folder)
    # A mistake of the survey is one of every workshop: it is said once.
    said = list(dict.fromkeys(str(error) for quiz in quizzes for error in quiz.errors + quiz.wrong))
    errors, advice = len(said), 0
    for quiz in quizzes if not readable_only else ():
        remarks = lint(quiz.workshop, today) if quiz.workshop else ()
        errors += sum(remark.level == "error" for remark in remarks)
        advice += sum(remark.level == "warning" for remark in remarks)
        said += _told(quiz.name, remarks)
        again = quiz.workshop.sources_to_read_again if quiz.workshop else ()
        said += [f"{quiz.name} : à relire : {source.title} ({source.read_again})" for source in again]
        said += [f"{quiz.name} : {_spoken(quiz, code)}" for code in quiz.translations]
    if not readable_only:
        survey = {survey_name("fr"): quiz.survey for quiz in quizzes if quiz.language == "fr"}
        broken = [_BROKEN.format(name, *place) for name, text in survey.items() for place in _typography(text)]
        errors, said = errors + len(broken), said + broken
    said.append(f"{len(quizzes)} atelier(s) lu(s), {errors} erreur(s), {advice} conseil(s).")
    print("\n".join(said))  # noqa: T201  # this is a command's output
    return 1 if errors else 0


_BROKEN = "{0} : ligne {1} : espace insécable, guillemet ou apostrophe près de « {2} »."


def _spoken(quiz: QuizFile, code: str) -> str:
    return f"existe en {code}{', en partie' if code in quiz.partial else ''}."


def _told(name: str, remarks: tuple[Remark, ...]) -> list[str]:
    """A line for each remark; the reason of a rule under the first that it makes on this file."""
    lines: list[str] = []
    explained: set[str] = set()
    for remark in remarks:
        lines.append(f"{name} : {'erreur' if remark.level == 'error' else 'conseil'} : {remark}")
        if remark.rule not in explained:
            explained.add(remark.rule)
            lines.append(f"    Pourquoi ({remark.rule}) : {remark.reason}")
    return lines


def _typography(source: str) -> list[tuple[int, str]]:
    """(line number, passage) where French typography is broken in a text between quotes."""
    return [
        (number, passage)
        for number, line in enumerate(source.splitlines(), start=1)
        for text in re.findall(r'"((?:[^"\\]|\\.)*)"', line)
        for passage in typography(text)
    ]
