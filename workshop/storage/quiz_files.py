"""Quiz files on disk: found, read, checked. What they mean is `domain.quiz_format`."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from workshop.domain.activities import Workshop
from workshop.domain.exit_survey import parse_workshop, survey_name
from workshop.domain.quiz_fields import QuizError
from workshop.domain.quiz_format import QuizErrors

_NAME = re.compile(r"quiz\.([a-z]{2}(?:-[a-z]+)?)\.toml")
# Double punctuation without its no-break space, quotation marks likewise, and straight apostrophes inside a word.
_TYPOGRAPHY = re.compile(r"[^\s  ][;!?](?=\s|$|»|”)|[ ][:;!?](?=\s|$)|« | »|(?<=\w)'(?=\w)")


@dataclass(frozen=True)
class QuizFile:
    """One language of one workshop, with the exit survey's text. `workshop` is None when one of them has `errors`."""

    slug: str
    language: str
    name: str
    source: str
    survey: str
    media: frozenset[str]
    digest: str
    workshop: Workshop | None
    errors: tuple[QuizError, ...] = ()


def find_quizzes(folder: Path) -> list[QuizFile]:
    """Every quiz file below `folder`, readable or not, in the order of their names."""
    return [read_quiz(path) for path in sorted(folder.glob("*/quiz.*.toml")) if _NAME.fullmatch(path.name)]


def read_quiz(path: Path) -> QuizFile:
    name = f"{path.parent.name}/{path.name}"
    found = _NAME.fullmatch(path.name)
    language = found[1] if found else ""
    source, errors = _text(path, name)
    survey, more = _survey(path.parent.parent, language)
    errors += more
    media = frozenset(p.name for p in path.parent.iterdir() if p.suffix in {".svg", ".png", ".jpg", ".webp"})
    workshop: Workshop | None = None
    try:
        workshop = None if errors else parse_workshop(source, survey, name, media)
    except QuizErrors as error:
        errors = error.errors
    if workshop and (workshop.slug, workshop.language) != (path.parent.name, language):
        errors = (QuizError(name, "", "slug", "le dossier et la langue du nom de fichier doivent être ceux du texte."),)
        workshop = None
    # The survey and the pictures are part of what a class saw: another word or line is another version.
    digest = hashlib.sha256(source.encode())
    digest.update(survey.encode())
    for picture in sorted(media):
        digest.update((path.parent / picture).read_bytes())
    return QuizFile(path.parent.name, language, name, source, survey, media, digest.hexdigest(), workshop, errors)


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


def typography(source: str) -> list[tuple[int, str]]:
    """(line number, passage) where French typography is broken in a text between quotes."""
    found = []
    for number, line in enumerate(source.splitlines(), start=1):
        for text in re.findall(r'"((?:[^"\\]|\\.)*)"', line):
            if text.startswith("http"):
                continue
            found += [(number, text[max(0, m.start() - 12) : m.end() + 8]) for m in _TYPOGRAPHY.finditer(text)]
    return found


def check_quizzes(folder: Path) -> int:
    """Print every mistake of every file, then a line of summary; 1 if there was one, else 0."""
    quizzes = find_quizzes(folder)
    texts = {quiz.name: quiz.source for quiz in quizzes if quiz.language == "fr"}
    texts |= {survey_name("fr"): quiz.survey for quiz in quizzes if quiz.language == "fr"}
    # A mistake of the survey is one of every workshop: it is said once.
    mistakes = list(dict.fromkeys(str(error) for quiz in quizzes for error in quiz.errors))
    mistakes += [
        f"{name} : ligne {line} : espace insécable ou apostrophe à corriger près de « {passage} »"
        for name, source in texts.items()
        for line, passage in typography(source)
    ]
    for mistake in mistakes:
        print(mistake)  # noqa: T201  # this is a command's output
    for quiz in quizzes:
        for source in quiz.workshop.sources_to_read_again if quiz.workshop else ():
            print(f"{quiz.name} : à relire : {source.title} ({source.read_again})")  # noqa: T201  # idem
    print(f"{len(quizzes)} fichier(s) lu(s), {len(mistakes)} erreur(s).")  # noqa: T201  # idem
    return 1 if mistakes else 0
