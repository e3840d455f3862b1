"""A whole workshop on which the linter has nothing to say, with a short variant, and a library that holds it."""

import shutil
from pathlib import Path

from workshop.config import ROOT
from workshop.domain.exit_survey import FOLDER, survey_name
from workshop.storage.quiz_files import QuizFile, read_quiz

SLUG, TITLE = "bon", "Le carnet"
GOOD = Path(__file__).with_name("good.toml").read_text(encoding="utf-8")
SURVEY = (ROOT / "quizzes" / survey_name("fr")).read_text(encoding="utf-8")


def add_to(library: Path) -> QuizFile:
    """Put it in this library, with its picture and the exit survey."""
    folder = library / SLUG
    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "quizzes" / FOLDER, library / FOLDER, dirs_exist_ok=True)
    (folder / "quiz.fr.toml").write_text(GOOD, encoding="utf-8")
    shutil.copy(ROOT / "quizzes" / "le-montage" / "montage.svg", folder / "carnet.svg")
    return read_quiz(folder / "quiz.fr.toml")
