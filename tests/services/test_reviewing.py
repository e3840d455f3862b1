"""The review of a class that ended: from what was folded, on either database."""

import ast
from collections.abc import Callable
from random import Random

import pytest
from flask import Flask
from sqlalchemy import event, text

from workshop import clock
from workshop.config import ROOT
from workshop.domain.live_session import Answering
from workshop.domain.review import Asked, Review
from workshop.extensions import db
from workshop.services.hands import enter_hands
from workshop.services.made_up import make_ended_class
from workshop.services.planning import Plan
from workshop.services.reviewing import NoReview, review
from workshop.storage.quiz_files import read_quiz

from .conftest import PEOPLE, QUIZ, ClassRoom

Answers = dict[str, list[str]]
BEFORE: Answers = {
    "groupe-prive": ["vrai"] * 7 + ["faux"] * 5,
    "un-message-chacun": ["premier"] * 5 + ["ne-sais-pas"] * 3 + ["chacun"] * 4,
    "contacter-3018": ["tous"] * 12,
}
AFTER: Answers = {
    "groupe-prive": ["vrai"] * 2 + ["faux"] * 10,
    "un-message-chacun": ["premier"] * 3 + ["rien"] * 2 + ["chacun"] * 7,
    "contacter-3018": ["adulte"] + ["tous"] * 11,
}


def reviewed(room: ClassRoom) -> Review:
    found = review(room.row())
    db.session.rollback()
    return found


def of(found: Review, question_id: str) -> Asked:
    return next(one for one in found.asked if one.question.id == question_id)


def answer(room: ClassRoom, answers: Answers) -> None:
    for round_id, question in room.open_questions():
        for phone, choice in zip(room.phones, answers.get(question.id, []), strict=False):
            room.answer(phone, round_id, choice)


def live_an_hour(room: ClassRoom, pupils: int = 12) -> None:
    room.join(pupils)
    answer(room, BEFORE)
    room.go_to("premier-geste")
    answer(room, {"premier-geste": ["rien"] * 8 + ["prive"] * 4})
    room.command("close")
    room.command("vote_again")
    answer(room, {"premier-geste": ["rien"] * 3 + ["prive"] * 9})
    room.go_to("une-seule-image")
    answer(room, {"une-seule-image": ["4"] * 6 + ["5"] * 2 + ["1"] * 4})
    room.go_to("deja-vu")
    answer(room, {"deja-vu": ["souvent"] * 5 + ["non"] * 7})
    room.command("close", confirmed=True)
    room.go_to("apres")
    answer(room, AFTER)
    room.command("close")
    room.command("end", confirmed=True)


def test_review_holds_the_counts_of_before_and_after(room: ClassRoom) -> None:
    live_an_hour(room)
    found = reviewed(room)
    one = of(found, "un-message-chacun")
    assert one.last
    assert one.first
    assert (one.right, one.last.total, one.right_first, one.first.total) == (7, 12, 4, 12)
    assert one.since == "start"
    assert one.changed
    assert (one.changed.people, one.changed.gained, one.changed.lost) == (12, 3, 0)
    # It was opened, and nobody answered.
    assert [one.title for one in found.asked if one.last and one.last.withheld] == ["Pour que ça s’arrête"]
    assert (found.phones, found.by_hand) == (12, False)


def test_review_compares_both_votes_of_a_debate(room: ClassRoom) -> None:
    live_an_hour(room)
    one = of(reviewed(room), "premier-geste")
    assert one.last
    assert one.first
    assert (one.first.of("rien"), one.last.of("rien"), one.since) == (8, 3, "first_vote")


def test_second_vote_that_nobody_took_hides_not_the_first(room: ClassRoom) -> None:
    live_an_hour(room)
    one = of(reviewed(room), "une-seule-image")
    assert one.last
    assert (one.last.total, one.last.of("4"), one.first, one.since) == (12, 6, None, None)


def test_review_knows_nothing_of_lived_experience(room: ClassRoom) -> None:
    live_an_hour(room)
    found = reviewed(room)
    assert {one.question.register for one in found.asked} == {"knowledge", "situation"}
    assert "deja-vu" not in repr(found)
    assert "vu passer en ligne" not in repr(found)


def test_review_module_reads_neither_ballots_nor_what_was_disclosed() -> None:
    for name in ("services/reviewing.py", "domain/review.py"):
        tree = ast.parse((ROOT / "workshop" / name).read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        assert not names & {"Response", "Participant", "responses", "disclosed", "disclosed_of", "DisclosedTally"}


def test_nine_pupils_are_told_nothing_but_that_they_were_few(room: ClassRoom) -> None:
    live_an_hour(room, 9)
    found = reviewed(room)
    asked = [one for one in found.asked if one.last is not None]
    assert asked
    assert all(one.last and one.last.withheld and not one.last.voices for one in asked)
    assert all(one.changed is None for one in asked)


def test_hands_count_and_are_said_and_the_pairs_of_phones_are_then_withheld(
    make_class: Callable[..., ClassRoom],
) -> None:
    room = make_class(Answering.MIXED)
    room.join(12)
    answer(room, BEFORE)
    room.go_to("apres")
    answer(room, AFTER)
    for round_id, question in room.open_questions():
        enter_hands(room.live_id, round_id, {question.choice_ids[0]: 3})
    room.command("close")
    room.command("end", confirmed=True)
    one = of(reviewed(room), "groupe-prive")
    assert one.last
    assert (one.last.total, one.last.by_hand, one.mistaken) == (15, 3, 5)
    assert one.changed is None, "three hands could be counted by subtraction"


@pytest.mark.parametrize("rehearsal", [False, True])
def test_running_class_and_rehearsal_have_no_review(make_class: Callable[..., ClassRoom], rehearsal: bool) -> None:
    room = make_class(rehearsal=rehearsal)
    if rehearsal:
        room.command("end", confirmed=True)
    with pytest.raises(NoReview):
        review(room.row())
    db.session.rollback()


def test_class_that_ended_before_its_end_compares_nothing(room: ClassRoom) -> None:
    room.join(12)
    answer(room, BEFORE)
    room.command("start")
    room.command("end", confirmed=True)
    one = of(reviewed(room), "groupe-prive")
    assert (one.at_start, one.since, one.right) == (True, None, 5)


def test_queries_of_a_review_do_not_grow_with_the_class(app: Flask, make_class: Callable[..., ClassRoom]) -> None:
    def queries(pupils: int) -> int:
        room = make_class()
        live_an_hour(room, pupils)
        room.row()
        db.session.rollback()
        seen: list[object] = []

        def listen(*arguments: object) -> None:
            seen.append(arguments[2])

        event.listen(db.engine, "before_cursor_execute", listen)
        review(room.row())
        event.remove(db.engine, "before_cursor_execute", listen)
        db.session.rollback()
        return len(seen)

    assert queries(2) == queries(12) <= 6


def test_made_up_class_leaves_counts_and_no_ballot(room: ClassRoom) -> None:
    plan = Plan(read_quiz(QUIZ), Answering.PHONES, None, 40, PEOPLE, {}, class_label="4e B")
    live_id = make_ended_class(plan, room.owner_id, 28, clock.now(), Random(1))
    made = ClassRoom(room.hub, live_id, room.owner_id)
    found = reviewed(made)
    assert all(one.last and one.last.total == 28 for one in found.asked)
    assert all(one.changed and one.changed.people == 28 for one in found.asked if one.since == "start")
    for table in ("response", "participant"):
        assert db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0
    db.session.rollback()
