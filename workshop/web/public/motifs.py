"""Made-up content for the page of components: every state at once, from the same views that real screens are given."""

import datetime
from dataclasses import replace

from workshop.domain.activities import Activity, Choice, Message, Question, Scene, Source
from workshop.realtime.story_map import story_map
from workshop.realtime.views import (
    ChoiceView,
    DisclosedRow,
    DisclosedView,
    EstimateView,
    OrderView,
    PlacedView,
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
        by_card=0 if is_scale else 3,
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
    language="fr",
)  # fmt: skip
post = replace(scene, look="post")
profile = replace(scene, look="profile", owner="Sam", bio="Dessin, et mon chat.", messages=scene.messages[:1])
search = replace(
    scene, look="search", query="club de dessin",
    messages=(Message(None, "", "Neuf dessins.", title="Les dessins du club", address="club-dessin.exemple"),),
)  # fmt: skip
_scenes = (
    Scene("a", "Le message", "…", leads_to=(("dire", "b"), ("taire", "c"))),
    Scene("b", "Le soir même", "…", leads_to=(("oui", "d"), ("non", "c"))),
    Scene("c", "Le lendemain", "…"),
    Scene("d", "Une autre fin", "…"),
)
_asked = (
    Question("a", "?", "situation", (Choice("dire", "En parler"), Choice("taire", "Attendre"))),
    Question("b", "?", "situation", (Choice("oui", "Demander"), Choice("non", "Ne rien dire"))),
)
story = story_map(
    Activity("h", "scenario", "Et si…", 5, scenes=_scenes, questions=_asked), (_scenes[0], _scenes[1], _scenes[3]), {}
)
_placed = (
    PlacedView("B", "Garder une capture", (14, 8, 6), 2),
    PlacedView("A", "En parler à un adulte", (9, 12, 7), 1),
    PlacedView("C", "Bloquer le compte", (5, 8, 15), 3),
)
order = replace(
    question,
    form="order",
    result=ResultView(
        total=28,
        by_hand=0,
        by_card=0,
        first_total=27,
        rows=(),
        explanation=None,
        misconception=None,
        sources=(),
        order=OrderView(_placed, tuple((item, item.counts[place]) for place, item in enumerate(_placed)), 9, 5),
    ),
)
_guessed = _question(tuple((str(n), people, 0) for n, people in ((10, 2), (20, 9), (30, 11), (40, 6))), "30")
assert _guessed.result
estimate = replace(
    _guessed,
    form="estimate",
    result=replace(
        _guessed.result,
        rows=tuple(replace(row, first=None) for row in _guessed.result.rows),
        estimate=EstimateView(31.5, "élèves sur 100", 30, None, (None, None, 0.65, None)),
    ),
)
sorting = replace(
    scene,
    kind="categorise",
    questions=(
        replace(question, text="Une capture envoyée à l’équipe"),
        replace(question, text="Un message lu à voix haute"),
    ),
)
_skies = (("soleil", "Grand soleil"), ("nuages", "Nuages"), ("orage", "Orage"), ("sans-reponse", "Sans réponse"))
weather = DisclosedView(28, tuple(DisclosedRow(sky, "", text, 1, 9) for sky, text in _skies))
