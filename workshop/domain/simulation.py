"""A plausible class, for rehearsals: nobody's answers. Randomness is passed in."""

from random import Random

from .activities import PREFER_NOT, Question

# Invented, and harmless: a rehearsal is for learning to read, and to set aside what may be somebody's name.
WORDS = (
    "courage",
    "Courage !",
    "un ami",
    "des amis",
    "en parler",
    "parler",
    "écouter",
    "respect",
    "soutien",
    "du temps",
)
QUESTIONS = (
    "On le dit à qui en premier ?", "Ça s’arrête un jour ?", "Et si c’est un ami qui l’a fait ?",
    "Est-ce que le 3018 répond le soir ?", "On peut le dire sans donner de nom ?", "Un like, c’est grave ?",
    "Et si personne ne me croit ?", "Comment on efface une photo ?",
)  # fmt: skip
RIGHT = 0.6  # how often a simulated pupil finds a right answer


def plausible_choices(question: Question, random: Random, right: float = RIGHT) -> frozenset[str]:
    """What one simulated pupil answers: right that often, and otherwise anything."""
    if question.expected and random.random() < right:
        return question.expected
    ids = [choice for choice in question.choice_ids if choice != PREFER_NOT]
    if not question.multiple:
        return frozenset({random.choice(ids)})
    return frozenset(random.sample(ids, random.randint(1, len(ids))))


def plausible_text(kind: str, random: Random) -> str:
    """What one simulated pupil writes, in a word cloud or in the question box."""
    return random.choice(WORDS if kind == "wordcloud" else QUESTIONS)
