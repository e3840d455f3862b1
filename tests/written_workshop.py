"""A workshop in which pupils write: for the tests of words and of the charter, until one of the library has some."""

from pathlib import Path

SLUG, TITLE = "des-mots", "Des mots pour aider"
TOML = """
format = 1
slug = "des-mots"
language = "fr"
title = "Des mots pour aider"
theme = "cyberharcelement"
levels = ["4e"]
minutes = 18
summary = "Un atelier d’essai."
objectives = ["Trouver des mots"]
reviewed_on = 2026-11-23

[names]
cible = "Camille"

[room]
setup = "Des tables."
relay = "Prévenir la vie scolaire."
adult = "Un adulte reste."

[[activities]]
id = "bonjour"
kind = "slide"
title = "Bonjour"
minutes = 1
text = "On cherche des mots."

[[activities]]
id = "un-mot"
kind = "wordcloud"
title = "Un mot"
minutes = 5
text = "Un mot pour dire ce qui aide, quand on est visé."
notes.say = "Un seul mot, celui qui vient. Personne n’est obligé d’écrire."
notes.avoid = "Lire un message à voix haute avant de l’avoir gardé."

[[activities]]
id = "boite"
kind = "question_box"
title = "La boîte à questions"
minutes = 5
text = "Une question que tu te poses ?"
notes.say = "Écris une question, même si elle te semble bizarre."

[[activities]]
id = "affiche"
kind = "poster"
title = "Notre classe s’engage"
minutes = 5
points = ["Avant de publier, on…", "Si on voit passer…"]
notes.say = "Chaque groupe choisit une phrase. Pas de nom."

[[activities]]
id = "a-qui-parler"
kind = "help"
title = "À qui parler"
minutes = 2
"""


def written_library(folder: Path) -> Path:
    """A folder of workshops with this one alone."""
    place = folder / "quizzes" / SLUG
    place.mkdir(parents=True)
    (place / "quiz.fr.toml").write_text(TOML.replace(" ?", "\u202f?"), encoding="utf-8")
    return folder / "quizzes"
