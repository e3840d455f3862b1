"""Whether what was sent can answer a question, and an order as a form without a script sends it."""

from collections.abc import Iterable

from .activities import CERTAINTY, Question
from .errors import NotAnOrder, Refusal, UnknownChoice
from .tally import AT

_PLACES = {str(place): place for place in range(1, 10)}


def misfit(question: Question, chosen: tuple[str, ...]) -> Refusal | None:
    """Why this cannot answer the question; None when it can."""
    choices = [choice for choice in chosen if not (question.certainty and choice in CERTAINTY)]
    known = set(question.choice_ids)
    if not choices or not known.issuperset(choices) or len(set(chosen)) - len(set(choices)) > 1:
        return UnknownChoice()
    if question.form == "order":
        return None if len(choices) == len(known) == len(set(choices)) else NotAnOrder()
    return UnknownChoice() if len(set(choices)) > 1 and not question.multiple else None


def in_order(placed: Iterable[str]) -> tuple[str, ...]:
    """The items of « item@place », first to last. Raises NotAnOrder when a place is missing, or taken twice."""
    found: dict[int, str] = {}
    for one in placed:
        item, _, place = one.partition(AT)
        if place not in _PLACES or _PLACES[place] in found:
            raise NotAnOrder
        found[_PLACES[place]] = item
    return tuple(found[place] for place in sorted(found))
