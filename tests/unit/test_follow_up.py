"""What is asked again weeks later, and until when."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.unit.small_workshop import LIVED, PAIRED, VOTE, WORKSHOP
from workshop.config import ROOT
from workshop.domain.activities import Activity, Question
from workshop.domain.follow_up import MOST, closing, follow_up, last_day
from workshop.domain.live_session import LiveSession, first_state
from workshop.storage.quiz_files import find_quizzes

NOW = datetime(2026, 11, 3, 22, 59, tzinfo=UTC)


def asked(*activities: Activity) -> list[Question]:
    found = follow_up(replace(WORKSHOP, activities=activities or WORKSHOP.activities))
    [only] = found.activities
    return list(only.questions)


def test_paired_questions_come_first_then_votes_and_never_lived_experience_nor_a_scale() -> None:
    assert asked() == [*PAIRED, VOTE]
    assert LIVED not in asked()


def test_situations_are_asked_and_opinions_are_not() -> None:
    situation = replace(VOTE, id="geste", register="situation", expected=frozenset())
    opinion = replace(situation, id="avis", register="opinion")
    kinds = [
        Activity("a", "choice", "A", 2, questions=(situation,)),
        Activity("b", "exit", "B", 2, questions=(opinion,)),
    ]
    assert asked(*kinds, Activity("c", "choice", "C", 2, questions=(opinion,))) == [situation]


def test_five_at_most_in_the_order_of_the_hour() -> None:
    votes = [replace(VOTE, id=f"v{n}") for n in range(7)]
    many = [Activity(vote.id, "choice", vote.id, 2, questions=(vote,)) for vote in votes]
    assert [q.id for q in asked(*many)] == [f"v{n}" for n in range(MOST)]


def test_nothing_to_ask_again_is_no_question() -> None:
    assert asked(Activity("vecu", "choice", "Vécu", 2, questions=(LIVED,))) == []


def test_every_question_is_open_from_the_start() -> None:
    live = first_state(LiveSession(), follow_up(WORKSHOP), NOW).live
    assert [r.question_id for r in live.open_rounds] == ["q1", "q2", "vote"]


def test_workshops_of_the_library_have_three_to_five() -> None:
    found = {
        quiz.slug: [q.id for q in follow_up(quiz.workshop).activities[0].questions]
        for quiz in find_quizzes(ROOT / "quizzes")
        if quiz.workshop and quiz.language == "fr"
    }
    assert {slug: len(ids) for slug, ids in found.items() if not 3 <= len(ids) <= MOST} == {}
    # Pinned: a follow-up that runs was opened by this choice.
    pinned = {
        "le-montage": ["groupe-prive", "un-message-chacun", "contacter-3018", "premier-geste", "ce-qui-aide"],
        "on-a-tape-son-nom": [
            "photo-des-autres", "video-denfance", "resultat-retire", "la-photo-du-relais", "faire-le-menage",
        ],
        "c-etait-pour-toi": ["envoyee-librement", "sur-mon-telephone", "image-fabriquee", "l-image-est-la"],
        "hors-contexte": ["resultat-et-page", "un-mois-apres", "faux-compte", "l-extrait-ressort"],
        "la-crepe": ["ma-photo", "effacer", "le-3018", "tu-la-vois", "ce-qui-aide"],
        "liberte-ou-insulte": ["insulte-en-prive", "accusation-inventee", "la-meme-phrase"],
        "presque-vraie": [
            "fausse-image", "vingt-commentaires", "signaler-mineur", "dans-le-groupe", "avoir-vu",
        ],
        "une-chanson-dans-la-tete": [
            "chacun-un-message", "pour-rire", "le-3018-pour-qui", "premier-geste", "efface",
        ],
    }  # fmt: skip
    assert {slug: found[slug] for slug in pinned} == pinned


@pytest.mark.parametrize(("days", "last"), [(1, date(2026, 11, 4)), (7, date(2026, 11, 10))])
def test_last_day_is_open_to_its_end(days: int, last: date) -> None:
    closes_at = closing(NOW, days)
    assert last_day(closes_at) == last
    assert closes_at == datetime(last.year, last.month, last.day + 1, tzinfo=UTC)
