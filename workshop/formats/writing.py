"""A workshop to questions that another tool can ask, and the list of what it cannot."""

from dataclasses import replace

from workshop.domain.activities import FALSE, TRUE, Activity, Question, Workshop
from workshop.domain.quiz_format import rename

from .plain_text import clean, one_line
from .questions import Asked, Found, Offered, Place


def asked_of(workshop: Workshop, orders: bool) -> Found:
    """Questions of `workshop` for a format that can say an order, or not. The story's first names become text.

    Lived experience is never among them: only here is nobody's answer known to anybody."""
    found = Found(title=one_line(workshop.title))
    renamed = rename(workshop, {})
    for number, activity in enumerate(renamed.activities, 1):
        place = Place(number)
        if activity.kind in ("after", "exit"):
            continue  # the questions of « before » once more; those of the association, which are no workshop's
        if activity.kind == "before":
            found.note("paired", place, activity.title)
            for question in activity.questions:
                if question.register == "knowledge":  # the others are the association's
                    _add(question, "", place, found, orders)
        elif activity.kind in ("choice", "order", "estimate"):
            question = activity.questions[0]
            title = "" if activity.title == question.text else one_line(activity.title)
            _add(question, title, place, found, orders)
        elif activity.kind == "categorise" and all(q.expected for q in activity.questions):
            _add_sort(activity, place, found)
        else:
            found.note("activity_left", place, activity.title)
    for code in _lost(workshop):
        found.note(code, Place())
    return found


def _add(question: Question, title: str, place: Place, found: Found, orders: bool) -> None:
    text, shown = clean(question.text), title or question.text
    if question.register == "experience":
        found.note("experience_kept", place, shown)
        return
    explanation = clean(question.explanation or "")
    base = Asked(place, "choice", text, title, question.id, explanation=explanation)
    if question.form == "estimate":
        found.note("estimate_bare", place, shown)
        found.add(replace(base, form="estimate", figure=question.figure))
    elif question.form == "order":
        if not orders or not question.right_order:
            found.note("order_left", place, shown)
            return
        texts = {choice.id: choice.text for choice in question.choices}
        items = tuple(Offered(one_line(texts[each])) for each in question.right_order)
        found.add(replace(base, form="order", choices=items))
    elif question.choice_ids == (TRUE, FALSE) and len(question.expected) == 1:
        found.add(replace(base, form="true_false", expected=TRUE in question.expected))
    else:
        if question.expected and len(question.expected) == len(question.choices):
            found.note("all_right_lost", place, shown)
        offered = tuple(
            Offered(
                one_line(each.text),
                each.id in question.expected or not question.expected,
                one_line(each.takeaway or ""),
            )
            for each in question.choices
        )
        found.add(replace(base, choices=offered, multiple=question.multiple))


def _add_sort(activity: Activity, place: Place, found: Found) -> None:
    boxes = {box.id: one_line(box.text) for box in activity.questions[0].choices}
    used = {box for question in activity.questions for box in question.expected}
    pairs = [(one_line(q.text), boxes[next(iter(q.expected))]) for q in activity.questions]
    pairs += [("", text) for box, text in boxes.items() if box not in used]
    if any(question.explanation for question in activity.questions):
        found.note("explanations_left", place, activity.title)
    text = clean(activity.text or activity.title)
    title = one_line(activity.title) if activity.text else ""
    found.add(Asked(place, "sort", text, title, activity.id, pairs=tuple(pairs)))


def _lost(workshop: Workshop) -> list[str]:
    """What no question of another tool has, when this workshop has some."""
    questions = [question for activity in workshop.activities for question in activity.questions]
    carried = {
        "names_left": bool(workshop.names),
        "sources_left": any(question.sources or any(c.sources for c in question.choices) for question in questions),
        "pictures_left": any(activity.image for activity in workshop.activities),
        "sheets_left": any(question.misconception or question.sheet for question in questions),
        "votes_left": any(question.rounds > 1 or question.certainty for question in questions),
        "course_left": True,
    }
    return [code for code, there in carried.items() if there]
