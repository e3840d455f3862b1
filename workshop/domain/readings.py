"""What counts say of an order and of an estimate: the order of the class, and the number in the middle of it."""

from collections.abc import Mapping
from statistics import median_low

from .activities import Question
from .tally import at_place


def class_order(question: Question, voices: Mapping[str, int]) -> tuple[str, ...]:
    """The items by their mean place; those that share one as the question has them."""
    return tuple(sorted(question.choice_ids, key=lambda item: _mean(placed(question, voices, item))))


def placed(question: Question, voices: Mapping[str, int], item: str) -> tuple[int, ...]:
    """How many put this item at each place, first to last."""
    return tuple(voices.get(at_place(item, place), 0) for place in range(1, len(question.choices) + 1))


def _mean(counts: tuple[int, ...]) -> float:
    people = sum(counts)
    return sum(place * count for place, count in enumerate(counts)) / people if people else 0.0


def middle(question: Question, voices: Mapping[str, int]) -> int | None:
    """The number such that half of the class said it or less, and half it or more; None when nobody said any."""
    said = [int(choice) for choice in question.choice_ids for _ in range(voices.get(choice, 0))]
    return median_low(said) if said else None
