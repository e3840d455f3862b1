"""A plausible class, for rehearsals: nobody's answers. Randomness is passed in."""

from random import Random

from .activities import HESITANT, PREFER_NOT, SURE, Question

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
SAID, SURE_RIGHT, SURE_WRONG = 0.9, 0.7, 0.4  # how often one says how sure one is; and is, when right and when wrong
SPREAD = 0.15  # standard deviation of a guess, as a part of the numbers that can be given


def plausible_choices(question: Question, random: Random, right: float = RIGHT) -> tuple[str, ...]:
    """What one simulated pupil answers: right that often, and otherwise anything."""
    if question.form == "estimate":
        return (_guess(question, random),)
    if question.form == "order":
        known = question.right_order and random.random() < right
        return question.right_order if known else tuple(random.sample(question.choice_ids, len(question.choices)))
    found = _choices(question, random, right)
    if question.certainty and random.random() < SAID:
        is_sure = random.random() < (SURE_RIGHT if set(found) == question.expected else SURE_WRONG)
        return (*found, SURE if is_sure else HESITANT)
    return found


def _choices(question: Question, random: Random, right: float) -> tuple[str, ...]:
    if question.expected and random.random() < right:
        return tuple(choice for choice in question.choice_ids if choice in question.expected)
    ids = [choice for choice in question.choice_ids if choice != PREFER_NOT]
    if not question.multiple:
        return (random.choice(ids),)
    return tuple(random.sample(ids, random.randint(1, len(ids))))


def _guess(question: Question, random: Random) -> str:
    """Around a number that is itself off: a class seldom knows, and errs together."""
    ids = question.choice_ids
    aim = (next(place for place, choice in enumerate(ids) if choice in question.expected) + (len(ids) - 1) / 2) / 2
    place = round(random.gauss(aim, SPREAD * len(ids)))
    return ids[min(max(place, 0), len(ids) - 1)]


def plausible_text(kind: str, random: Random) -> str:
    """What one simulated pupil writes, in a word cloud or in the question box."""
    return random.choice(WORDS if kind == "wordcloud" else QUESTIONS)
