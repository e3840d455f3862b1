"""A class heard again weeks later: launched, answered, closed by its deadline, compared as two groups."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from workshop import clock
from workshop.domain.disclosure import FLOOR
from workshop.domain.errors import IllegalCommand, Malformed, NotAllowed, SessionEnded
from workshop.domain.follow_up import Compared, last_day
from workshop.extensions import db
from workshop.services import accounts, following_up, planning, reporting, retaining, running
from workshop.services.following_up import Status, closed, launch, status
from workshop.services.joining import Arrival
from workshop.services.reviewing import NoReview
from workshop.storage import live_sessions
from workshop.storage.held_sessions import Filters
from workshop.storage.models import LiveSessionRow
from workshop.storage.transaction import transaction

from .conftest import ClassRoom, key
from .test_reviewing import live_an_hour

NOW = clock.now()
WEEK = timedelta(days=7)


@pytest.fixture
def ended(room: ClassRoom) -> ClassRoom:
    live_an_hour(room)
    return room


@pytest.fixture
def again(ended: ClassRoom) -> ClassRoom:
    """Its follow-up, driven like any live session."""
    return ClassRoom(ended.hub, launch(ended.live_id, 7, NOW), ended.owner_id)


def answer_all(again: ClassRoom, pupils: int, wrong: int = 0) -> None:
    """So many answer every question, the last `wrong` of them wrongly."""
    again.join(pupils)
    for round_id, question in again.open_questions():
        other = next(choice for choice in question.choice_ids if choice not in question.expected)
        for number, phone in enumerate(again.phones):
            right = question.expected and number < pupils - wrong
            again.answer(phone, round_id, *(question.expected if right else [other]))


def found(ended: ClassRoom) -> Status:
    db.session.rollback()
    return status(ended.live_id)


def compared(ended: ClassRoom, question_id: str) -> Compared:
    [one, *_] = closed(ended.row())
    return next(c for c in one.compared if c.question.id == question_id)


def test_launch_opens_five_questions_of_the_same_workshop_at_once(ended: ClassRoom, again: ClassRoom) -> None:
    assert [question.id for _, question in again.open_questions()] == [
        "groupe-prive", "un-message-chacun", "contacter-3018", "premier-geste", "ce-qui-aide",
    ]  # fmt: skip
    row, first = again.row(), ended.row()
    assert (row.follows, row.capacity, row.owner_id) == (first.id, first.capacity, first.owner_id)
    assert row.people["person"] == "M. Garnier"
    assert (row.school, row.class_label, row.people["adult"]) == ("", "", "")
    assert row.code != first.code
    assert len(row.code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) == following_up.CODE_DIGITS


def test_first_names_of_this_class_are_in_its_questions(ended: ClassRoom) -> None:
    with transaction():
        db.session.get_one(LiveSessionRow, ended.live_id).names = {"cible": "Zoé"}
    again = ClassRoom(ended.hub, launch(ended.live_id, 7, NOW), ended.owner_id)
    assert any("Zoé" in choice.text for _, question in again.open_questions() for choice in question.choices)


def test_launching_twice_is_once(ended: ClassRoom, again: ClassRoom) -> None:
    assert launch(ended.live_id, 3, NOW) == again.live_id
    shown = found(ended).running
    assert shown
    assert (shown.live_id, shown.code, shown.answered) == (again.live_id, again.code, 0)
    assert last_day(shown.closes_at) == (NOW + WEEK).date()


def test_database_holds_one_running_follow_up_of_a_class(ended: ClassRoom, again: ClassRoom) -> None:
    values = {c.name: getattr(again.row(), c.name) for c in LiveSessionRow.__table__.columns if c.name != "id"}
    db.session.rollback()
    db.session.add(LiveSessionRow(**values | {"code": "AUTRE1234"}))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("days", [0, 15, -1])
def test_other_numbers_of_days_are_refused(ended: ClassRoom, days: int) -> None:
    with pytest.raises(Malformed):
        launch(ended.live_id, days, NOW)


def test_class_without_a_review_has_none(room: ClassRoom) -> None:
    with pytest.raises(NoReview):
        launch(room.live_id, 7, NOW)
    with pytest.raises(NoReview):
        launch(room.live_id + 1000, 7, NOW)


def test_follow_up_has_none_of_its_own(ended: ClassRoom, again: ClassRoom) -> None:
    again.command("end", confirmed=True)
    with pytest.raises(NoReview):
        launch(again.live_id, 7, NOW)


def test_three_pupils_answer_and_only_their_number_is_told(ended: ClassRoom, again: ClassRoom) -> None:
    answer_all(again, 3)
    shown = found(ended)
    assert shown.running
    assert shown.running.answered == 3
    again.command("end", confirmed=True)
    [one] = closed(ended.row())
    assert one.withheld
    assert all(c.now.last and c.now.last.total is None and not c.now.last.voices for c in one.compared)
    assert found(ended) == Status(None, True)


def test_quiet_days_do_not_end_it_and_its_deadline_does(app: Flask, ended: ClassRoom, again: ClassRoom) -> None:
    answer_all(again, 3)
    assert running.end_forgotten(NOW + timedelta(days=6), timedelta(hours=6)) == []
    assert running.close_due(NOW + timedelta(days=6)) == []
    [change] = running.close_due(NOW + timedelta(days=8))
    assert change.live_id == again.live_id
    assert change.is_erasing
    assert running.close_due(NOW + timedelta(days=8)) == []
    live, _ = again.state()
    assert live.phase == "ended"
    with pytest.raises(SessionEnded):
        again.hub.arrivals.do(Arrival(again.code, key(99)))


def test_end_folds_the_counts_and_destroys_ballots_and_phones(ended: ClassRoom, again: ClassRoom) -> None:
    answer_all(again, 12)
    running.close_due(NOW + timedelta(days=8))
    for table in ("response", "participant"):
        assert db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0
    folded = "SELECT count(*) FROM folded_tally JOIN round ON round.id = round_id WHERE live_session_id = :id"
    assert db.session.execute(text(folded), {"id": again.live_id}).scalar_one() == 5
    pairs = "SELECT count(*) FROM folded_transition WHERE live_session_id = :id"
    assert db.session.execute(text(pairs), {"id": again.live_id}).scalar_one() == 0
    db.session.rollback()


def test_comparison_is_of_two_groups_on_the_day_and_now(ended: ClassRoom, again: ClassRoom) -> None:
    answer_all(again, 11, wrong=2)
    again.command("end", confirmed=True)
    one = compared(ended, "un-message-chacun")
    assert one.then
    assert (one.now.right, one.now.last and one.now.last.total) == (9, 11)
    assert (one.then.right, one.then.right_first, one.moment) == (7, 4, "end")
    vote = compared(ended, "premier-geste")
    assert vote.then
    assert vote.then.last
    assert (vote.moment, vote.then.last.of("prive")) == ("hour", 9)
    assert not closed(ended.row())[0].withheld
    # What was opened in the hour and answered by nobody.
    help_ = compared(ended, "ce-qui-aide").then
    assert help_
    assert help_.counted is None


def test_question_under_ten_is_withheld_beside_others_that_are_told(ended: ClassRoom, again: ClassRoom) -> None:
    again.join(FLOOR)
    for place, (round_id, question) in enumerate(again.open_questions()):
        for phone in again.phones[place:]:
            again.answer(phone, round_id, question.choice_ids[0])
    again.command("end", confirmed=True)
    [one] = closed(ended.row())
    assert [c.now.counted is not None for c in one.compared] == [True, False, False, False, False]


def test_second_follow_up_is_told_beside_the_first(ended: ClassRoom, again: ClassRoom) -> None:
    again.command("end", confirmed=True)
    second = ClassRoom(ended.hub, launch(ended.live_id, 1, NOW + WEEK), ended.owner_id)
    assert second.live_id != again.live_id
    assert found(ended).has_closed
    answer_all(second, 10)
    second.command("end", confirmed=True)
    assert [one.withheld for one in closed(ended.row())] == [False, True]


def test_nothing_links_a_phone_to_the_first_time(ended: ClassRoom, again: ClassRoom) -> None:
    # The same pupils, with the very same keys: nothing of the first time is left that they could be found by.
    answer_all(again, 12)
    known = set(db.session.execute(text("SELECT key_hash FROM participant")).scalars())
    assert known == {key(n) for n in range(12)}
    live_ids = set(db.session.execute(text("SELECT live_session_id FROM participant")).scalars())
    assert live_ids == {again.live_id}
    db.session.rollback()


def test_code_is_never_one_whose_cookie_phones_still_hold(app: Flask) -> None:
    every = {f"{word}{digit}" for word in planning.WORDS for digit in range(1, 10)}
    assert planning.free_code(1, unlike=every - {"LILAS5"}) == "LILAS5"


def test_facilitator_has_neither_list_nor_console_of_it(ended: ClassRoom, again: ClassRoom) -> None:
    assert [row.id for row in planning.of_owner(ended.owner_id)] == [ended.live_id]
    with pytest.raises(NotAllowed):
        planning.owned(again.live_id, ended.owner_id)
    cookie = accounts.sign_in(ended.owner_id, NOW).token
    assert accounts.runs(ended.live_id, cookie, None, NOW) == "account"
    assert accounts.runs(again.live_id, cookie, None, NOW) is None


def test_it_is_no_workshop_in_the_association_s_figures_but_told_apart(ended: ClassRoom, again: ClassRoom) -> None:
    account = accounts.first_account()
    assert account
    day = clock.now().date()
    filters = Filters(day - WEEK, day + WEEK)
    before = reporting.report(filters, account)
    answer_all(again, 12)
    again.command("end", confirmed=True)
    with transaction():  # as if somebody had started it
        db.session.get_one(LiveSessionRow, again.live_id).started_at = NOW
    db.session.expire_all()
    account = accounts.first_account()
    assert account
    after = reporting.report(filters, account)
    assert before.impact.later == () and len(after.impact.later) == 1
    assert replace(after, impact=replace(after.impact, later=())) == before
    assert before.impact.participation.workshops == 1
    db.session.rollback()


@pytest.mark.parametrize("over", [True, False])
def test_deleting_a_class_deletes_what_was_asked_again(ended: ClassRoom, again: ClassRoom, over: bool) -> None:
    answer_all(again, 3)
    if over:
        again.command("end", confirmed=True)
    with transaction():
        live_sessions.delete_all([ended.live_id])
    for table in ("live_session", "round", "folded_tally", "response", "participant"):
        assert db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0
    db.session.rollback()


def test_names_of_adults_are_forgotten_with_time(ended: ClassRoom, again: ClassRoom) -> None:
    again.command("end", confirmed=True)
    retaining.purge(NOW + timedelta(days=100), retaining.Periods.of(90, 12, 60, 30))
    row = again.row()
    assert (row.people, row.names) == ({}, {})
    assert len(closed(ended.row())) == 1


def test_nothing_but_its_end_can_be_commanded(again: ClassRoom) -> None:
    for name in ("start", "next", "close", "reveal", "vote_again"):
        with pytest.raises(IllegalCommand):
            again.command(name, confirmed=True)
