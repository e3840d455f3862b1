"""What a screen shows of a vote that has been counted: bars, an order, a number among the class's, protected ranges."""

from workshop.domain.activities import Question
from workshop.domain.disclosure import DisclosedTally
from workshop.domain.readings import class_order, middle, placed
from workshop.domain.review import Asked, vote
from workshop.domain.tally import WHOLE, Tally

from .views import (
    ChoiceView,
    DisclosedRow,
    DisclosedView,
    EstimateView,
    HeldView,
    OrderView,
    PlacedView,
    ResultView,
    RowView,
)


def result_view(question: Question, choices: tuple[ChoiceView, ...], tally: Tally, earlier: Tally | None) -> ResultView:
    """`earlier`: what the newest vote is compared with, the first vote or the same question before the workshop."""
    sources = list(question.sources)
    sources += [source for choice in question.choices for source in choice.sources]
    is_order = question.form == "order"
    return ResultView(
        total=tally.total,
        by_hand=tally.respondents.get("hand", 0),
        by_card=tally.respondents.get("card", 0),
        first_total=earlier.total if earlier else None,
        rows=() if is_order else _rows(question, choices, tally, earlier),
        explanation=question.explanation,
        misconception=question.misconception,
        sources=tuple(dict.fromkeys(sources)),
        order=_order(question, choices, tally, earlier) if is_order else None,
        estimate=_estimate(question, tally, earlier) if question.form == "estimate" else None,
        held=_held(question, tally),
        shared=tally.shared,
    )


def _rows(
    question: Question, choices: tuple[ChoiceView, ...], tally: Tally, earlier: Tally | None
) -> tuple[RowView, ...]:
    takeaways = {choice.id: choice.takeaway for choice in question.choices}
    return tuple(
        RowView(
            choice.id,
            choice.letter,
            choice.text,
            tally.voices.get(choice.id, 0),
            earlier.voices.get(choice.id, 0) if earlier else None,
            choice.id in question.expected,
            takeaways[choice.id],
        )
        for choice in choices
    )


def _order(question: Question, choices: tuple[ChoiceView, ...], tally: Tally, earlier: Tally | None) -> OrderView:
    before = class_order(question, earlier.voices) if earlier and earlier.total else ()
    items = {
        choice.id: PlacedView(
            choice.letter,
            choice.text,
            placed(question, tally.voices, choice.id),
            before.index(choice.id) + 1 if before else None,
        )
        for choice in choices
    }
    return OrderView(
        items=tuple(items[item] for item in class_order(question, tally.voices)),
        right=tuple((items[item], items[item].counts[place]) for place, item in enumerate(question.right_order)),
        whole=tally.voices.get(WHOLE, 0),
        first_whole=earlier.voices.get(WHOLE, 0) if earlier else None,
    )


def _estimate(question: Question, tally: Tally, earlier: Tally | None) -> EstimateView:
    places = [int(choice) for choice in question.choice_ids]
    figure, half = question.figure or 0.0, (places[1] - places[0]) / 2
    return EstimateView(
        figure=figure,
        unit=question.unit or "",
        middle=middle(question, tally.voices),
        first_middle=middle(question, earlier.voices) if earlier else None,
        marks=tuple(
            (figure - place + half) / (2 * half) if str(place) in question.expected else None for place in places
        ),
    )


def _held(question: Question, tally: Tally) -> HeldView | None:
    told = Asked(question, question.text, last=vote(tally))
    if not told.firm or told.counted is None:
        return None
    choice, count = told.sure_mistakes[0]
    return HeldView(choice.text, count, told.counted.total or 0)


def disclosed_view(tally: DisclosedTally, choices: tuple[ChoiceView, ...]) -> DisclosedView:
    by_id = {choice.id: choice for choice in choices}
    return DisclosedView(
        tally.respondents,
        tuple(DisclosedRow(c, by_id[c].letter, by_id[c].text, low, high) for c, low, high in tally.ranges),
    )
