"""Made-up content for the page of components: every state at once, from the same views that real screens are given."""

import datetime

from workshop.domain.activities import Message, Source
from workshop.realtime.views import (
    ChoiceView,
    DisclosedRow,
    DisclosedView,
    QuestionView,
    ResultView,
    RowView,
    SceneView,
)

_CHECKED = datetime.date(2026, 11, 23)
ends = ("Pas du tout d’accord", "Tout à fait d’accord")
people = {"adult": "Mme Riou", "person": "M. Garnier", "place": "bureau 12", "hours": "", "deputy": "Mme Le Goff"}
sources = (Source("Fiche d’exemple", date=datetime.date(2026, 1, 15), checked=_CHECKED),)


def _question(counts: tuple[tuple[str, int, int], ...], expected: str, is_scale: bool = False) -> QuestionView:
    rows = tuple(
        RowView(text, "ABCDE"[place], text, count, first, text == expected, None if is_scale else "Ce que cela change.")
        for place, (text, count, first) in enumerate(counts)
    )
    result = ResultView(
        total=sum(row.count for row in rows),
        by_hand=0 if is_scale else 2,
        first_total=sum(row.first or 0 for row in rows),
        rows=rows,
        explanation=None if is_scale else "Une explication courte, avec sa source.",
        misconception=None,
        sources=() if is_scale else sources,
    )
    choices = tuple(ChoiceView(row.id, row.letter, row.text) for row in rows)
    form = "scale" if is_scale else "choice"
    return QuestionView(None, "q", "Question", "knowledge", False, form, choices, False, 2, result)


question = _question(
    (("Une seule personne", 4, 14), ("Chacun, même pour un message", 24, 12)), "Chacun, même pour un message"
)
scale = _question((("1", 9, 3), ("2", 8, 5), ("3", 4, 9), ("4", 4, 6), ("5", 3, 5)), "", is_scale=True)
disclosed = DisclosedView(28, (DisclosedRow("oui", "A", "Oui", 6, 14), DisclosedRow("non", "B", "Non", 11, 19)))
few = DisclosedView(7, ())
scene = SceneView(
    id="fil", kind="conversation", title="Fil", text=None, points=(), image=None, alt=None, credit=None,
    look="group", owner=None, bio=None, query=None,
    messages=(
        Message("a", "17:42", "qqun a les photos de la sortie ?"),
        Message("b", "17:44", "j’ai mieux"),
        Message("a", "17:52", image="autocollant.svg", alt="Un autocollant : un chapeau de fête."),
    ),
    messages_to_come=0, senders={"a": "Sam", "b": "Eden"}, ends=None, sources=(), is_experience=False, questions=(),
)  # fmt: skip
