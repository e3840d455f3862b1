"""What only one kind of activity has in a quiz file, and what the file is told when it is wrong."""

import pytest

from workshop.domain.activities import HESITANT, PREFER_NOT, SKIES
from workshop.domain.quiz_format import parse_quiz

from .test_format import FILE, GOOD, mistakes

SORT = """kind = "categorise"
register = "knowledge"
title = "Trier"
boxes = [{ id = "x", text = "X" }, { id = "y", text = "Y" }]
sources = [{ title = "Un texte", date = 2026-09-01 }]
statements = [
  { id = "un", text = "Un, pour {cible}", expected = "x", explanation = "X." },
  { id = "deux", text = "Deux", expected = "y", explanation = "Y.", sources = [{ title = "Autre", date = 2026-09-02 }]},
]
"""
ORDER = """kind = "order"
register = "knowledge"
text = "Dans quel ordre ?"
choices = [{ id = "a", text = "A" }, { id = "b", text = "B" }, { id = "c", text = "C" }]
expected = ["c", "a", "b"]
explanation = "C, puis A, puis B."
sources = [{ title = "Un texte", date = 2026-09-01 }]
"""
GUESS = """kind = "estimate"
text = "Combien ?"
from = 0
to = 100
step = 5
unit = "élèves sur 100"
figure = 6.7
explanation = "Sept environ."
sources = [{ title = "Un texte", date = 2026-09-01 }]
"""
STORY = """kind = "scenario"
title = "Et si"
[[activities.scenes]]
id = "debut"
title = "Début"
text = "{cible} arrive."
question = "Que faire ?"
choices = [{ id = "a", text = "A", leads_to = "fin-a" }, { id = "b", text = "B", leads_to = "fin-b" }]
[[activities.scenes]]
id = "fin-a"
title = "A"
text = "Fin."
[[activities.scenes]]
id = "fin-b"
title = "B"
text = "Fin."
"""
SEARCH = """kind = "conversation"
look = "search"
title = "On cherche"
query = "un nom"
messages = [{ title = "Trouvé", address = "club.exemple", text = "Neuf dessins." }]
"""


def quiz(body: str, first: bool = False) -> str:
    """The good file with one more activity, in the first place or before the last."""
    added = f'[[activities]]\nid = "x"\nminutes = 1\n{body}\n'
    mark = '[[activities]]\nid = "fil"' if first else '[[activities]]\nid = "aide"'
    return GOOD.replace("minutes = 9", "minutes = 10", 1).replace(mark, added + mark, 1)


def read(body: str, first: bool = False):  # type: ignore[no-untyped-def]  # an activity
    return parse_quiz(quiz(body, first), FILE).activity("x")


def test_each_statement_to_sort_is_a_question_over_the_same_boxes() -> None:
    one, two = read(SORT).questions
    assert (one.choice_ids, one.expected, two.expected) == (("x", "y"), {"x"}, {"y"})
    assert [s.title for s in (*one.sources, *two.sources)] == ["Un texte", "Autre"]


def test_an_order_keeps_the_right_order_and_an_estimate_the_nearest_place() -> None:
    assert read(ORDER).questions[0].right_order == ("c", "a", "b")
    guess = read(GUESS).questions[0]
    assert (guess.figure, guess.expected, len(guess.choices)) == (6.7, {"5"}, 21)


def test_scenes_ask_and_lead_on_until_one_ends() -> None:
    story = read(STORY)
    assert [q.id for q in story.questions] == ["debut"]
    assert story.scene("debut").leads_to == (("a", "fin-a"), ("b", "fin-b"))
    assert [scene.is_ending for scene in story.scenes] == [False, True, True]


def test_the_weather_is_lived_experience_and_comes_first() -> None:
    sky = read('kind = "weather"\ntitle = "Météo"\ntext = "Quel temps ?"', first=True)
    assert sky.is_experience
    assert sky.questions[0].choice_ids == (*(name for name, _ in SKIES), PREFER_NOT)


def test_words_are_a_situation_asked_once_and_without_hands() -> None:
    for kind in ("wordcloud", "question_box"):
        words = read(f'kind = "{kind}"\ntext = "Un mot ?"')
        assert (words.questions[0].register, words.is_asked_once) == ("situation", True)
        assert not words.questions[0].takes_hands


def test_search_results_come_from_nobody() -> None:
    assert [m.sender for m in read(SEARCH).messages] == [None]


def test_the_short_variant_keeps_what_is_marked() -> None:
    text = GOOD.replace("minutes = 3\n", "minutes = 3\nshort = 2\n").replace(
        "minutes = 4\n", "minutes = 4\nshort = 4\n"
    )
    short = parse_quiz(text, FILE).shortened()
    assert [(a.id, a.minutes) for a in short.activities] == [("vote", 2), ("aide", 4)]
    assert short.minutes == 6


@pytest.mark.parametrize(
    ("body", "old", "new", "field", "words"),
    [
        (SORT, 'expected = "x"', 'expected = "z"', "statements[1].expected", "« z »"),
        (SORT, 'explanation = "X."', 'misconception = "X."', "statements[1].explanation", "explication"),
        (SORT, 'id = "deux"', 'id = "un"', "statements", "« un » sert 2 fois"),
        (SORT, "knowledge", "experience", "register", "« experience »"),
        (ORDER, '["c", "a", "b"]', '["c", "a"]', "expected", "tous les identifiants"),
        (ORDER, "knowledge", "experience", "register", "« experience »"),
        (GUESS, "step = 5", "step = 7", "step", "tomber juste"),
        (GUESS, "step = 5", "step = 2", "step", "21 nombres"),
        (GUESS, "figure = 6.7", "figure = 101", "figure", "entre 0 et 100"),
        (GUESS, "figure = 6.7", "figure = nan", "figure", "écrivez un nombre"),
        (STORY, 'leads_to = "fin-a"', 'leads_to = "debut"', "scenes", "plus bas"),
        (STORY, 'leads_to = "fin-b"', 'leads_to = "fin-a"', "scenes", "aucun choix ne mène à « fin-b »"),
        (STORY, 'question = "Que faire ?"', "", "scenes[1].question", "l’histoire finit là"),
        (SEARCH, 'title = "Trouvé", ', "", "messages[1].title", "manque"),
        (SEARCH, 'query = "un nom"', "", "query", "manque"),
        ('kind = "weather"\ntitle = "Météo"\ntext = "Quel temps ?"', "", "", "activities", "tout début"),
        (ORDER, 'id = "a"', f'id = "{HESITANT}"', "choices[1].id", "réservé"),
    ],
)
def test_a_mistake_in_one_kind_is_told(body: str, old: str, new: str, field: str, words: str) -> None:
    assert old in body
    found = [e.message for e in mistakes(quiz(body.replace(old, new, 1))) if e.field.removeprefix("x") == field]
    assert any(words in message for message in found), found


def test_only_knowledge_asks_how_sure_one_is() -> None:
    sure = GOOD.replace('kind = "choice"', 'kind = "choice"\ncertainty = true', 1)
    assert parse_quiz(sure, FILE).activity("vote").questions[0].certainty
    situation = sure.replace('register = "knowledge"', 'register = "situation"')
    assert any(e.field == "certainty" for e in mistakes(situation))
