"""A plausible class, for rehearsals: nobody's answers. Randomness is passed in."""

from random import Random

from .activities import PREFER_NOT, Question

RIGHT = 0.6  # how often a simulated pupil finds a right answer


def plausible_choices(question: Question, random: Random, right: float = RIGHT) -> frozenset[str]:
    """What one simulated pupil answers: right that often, and otherwise anything."""
    if question.expected and random.random() < right:
        return question.expected
    ids = [choice for choice in question.choice_ids if choice != PREFER_NOT]
    if not question.multiple:
        return frozenset({random.choice(ids)})
    return frozenset(random.sample(ids, random.randint(1, len(ids))))
