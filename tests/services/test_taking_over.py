"""A colleague goes on with a class: who may, only once, and what is written down of it. On both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from workshop import clock
from workshop.domain.errors import NotAllowed, SessionEnded, StaleVersion
from workshop.domain.live_session import Answering
from workshop.domain.schools import SchoolEntry
from workshop.extensions import db
from workshop.services import accounts, interventions, planning, retaining, schools, taking_over
from workshop.services.interventions import InterventionEntry
from workshop.services.planning import Plan
from workshop.services.retaining import Periods
from workshop.storage import live_sessions
from workshop.storage.models import Handover
from workshop.storage.quiz_files import read_quiz

from .conftest import PEOPLE, QUIZ, ClassRoom


@pytest.fixture
def colleague(owner_id: int) -> int:
    return accounts.create_account("Lou", "lou@example.org", None, False, clock.now())


@pytest.fixture
def stranger(owner_id: int) -> int:
    return accounts.create_account("Max", "max@example.org", None, False, clock.now())


@pytest.fixture
def admin(owner_id: int) -> int:
    return accounts.create_account("Zoé", "zoe@example.org", None, True, clock.now())


def started(owner_id: int, **fields: object) -> int:
    plan = Plan(read_quiz(QUIZ), Answering.PHONES, None, 40, PEOPLE, {}, **fields)  # type: ignore[arg-type]
    return planning.set_up(plan, owner_id, clock.now())


def owner_of(live_id: int) -> int:
    row = live_sessions.find(live_id)
    assert row is not None
    found = row.owner_id
    db.session.rollback()
    return found


def planned_with(*people: int) -> int:
    school = schools.save_school(SchoolEntry("0440025N", "Collège des Tilleuls", "college", "Nantes", "44"))
    when = datetime(2026, 11, 28, 10, tzinfo=UTC)
    entry = InterventionEntry(when, "le-montage", "phones", facilitators=frozenset(people))
    return interventions.plan(school, entry, clock.now())


def test_partner_named_at_the_set_up_takes_over_and_the_first_may_take_back(owner_id: int, colleague: int) -> None:
    live_id = started(owner_id, partner_id=colleague)
    [offer] = taking_over.offers(colleague, False)
    assert (offer.live_id, offer.owner_id, offer.was_theirs, offer.since) == (live_id, owner_id, False, None)
    taking_over.take_over(live_id, owner_id, colleague, False, clock.now())
    assert owner_of(live_id) == colleague
    with pytest.raises(NotAllowed):
        planning.owned(live_id, owner_id)
    [back] = taking_over.offers(owner_id, False)
    assert back.was_theirs and back.owner == "Lou" and back.since is not None
    taking_over.take_over(live_id, colleague, owner_id, False, clock.now())
    assert owner_of(live_id) == owner_id
    told = [(one.giver, one.taker) for one in taking_over.history(live_id)]
    assert told == [(back_name(owner_id), "Lou"), ("Lou", back_name(owner_id))]


def back_name(account_id: int) -> str:
    return dict(interventions.facilitators())[account_id]


def test_whoever_is_planned_on_the_same_intervention_takes_over(owner_id: int, colleague: int, stranger: int) -> None:
    live_id = started(owner_id, intervention_id=planned_with(owner_id, colleague))
    assert taking_over.offers(stranger, False) == ()
    taking_over.take_over(live_id, owner_id, colleague, False, clock.now())
    assert owner_of(live_id) == colleague


def test_nobody_else_takes_over(owner_id: int, colleague: int, stranger: int, admin: int) -> None:
    live_id = started(owner_id, partner_id=colleague)
    planned_with(owner_id, stranger)  # another visit of the same facilitator
    assert taking_over.offers(stranger, False) == ()
    for wanted in (live_id, live_id + 1):
        with pytest.raises(NotAllowed):
            taking_over.take_over(wanted, owner_id, stranger, False, clock.now())
    assert owner_of(live_id) == owner_id
    assert [offer.live_id for offer in taking_over.offers(admin, True)] == [live_id]
    taking_over.take_over(live_id, owner_id, admin, True, clock.now())
    assert owner_of(live_id) == admin


def test_two_who_click_at_once_do_not_take_it_from_each_other(owner_id: int, colleague: int, admin: int) -> None:
    live_id = started(owner_id, partner_id=colleague)
    taking_over.take_over(live_id, owner_id, colleague, False, clock.now())
    with pytest.raises(StaleVersion):
        taking_over.take_over(live_id, owner_id, admin, True, clock.now())
    taking_over.take_over(live_id, owner_id, colleague, False, clock.now())  # a second click of the same
    assert owner_of(live_id) == colleague
    assert len(taking_over.history(live_id)) == 1


def test_class_that_ended_is_nobody_else_s(room: ClassRoom, admin: int) -> None:
    room.command("end", confirmed=True)
    assert taking_over.offers(admin, True) == ()
    with pytest.raises(SessionEnded):
        taking_over.take_over(room.live_id, room.owner_id, admin, True, clock.now())


def test_paired_phones_wait_for_the_new_console(room: ClassRoom, admin: int) -> None:
    now = clock.now()
    token = accounts.trade_link(accounts.make_link("remote", now, accounts.PAIRING_LASTS, live_id=room.live_id), now)
    accounts.confirm_remote(room.live_id, accounts.remotes(room.live_id)[0].id)
    assert accounts.runs(room.live_id, None, token.token, now) == "remote"
    taking_over.take_over(room.live_id, room.owner_id, admin, True, now)
    assert accounts.runs(room.live_id, None, token.token, now) is None
    accounts.confirm_remote(room.live_id, accounts.remotes(room.live_id)[0].id)
    assert accounts.runs(room.live_id, None, token.token, now) == "remote"


def test_class_goes_on_as_it_was(room: ClassRoom, admin: int) -> None:
    room.join(2)
    round_id, question = room.open_questions()[0]
    room.answer(room.phones[0], round_id, question.choice_ids[0])
    before = room.state()[0]
    taking_over.take_over(room.live_id, room.owner_id, admin, True, clock.now())
    after = room.state()[0]
    assert (after.version, after.phase, after.rounds) == (before.version, before.phase, before.rounds)


def test_what_is_written_of_a_handover_goes_with_the_class(make_class: Callable[..., ClassRoom], admin: int) -> None:
    room = make_class()
    taking_over.take_over(room.live_id, room.owner_id, admin, True, clock.now())
    room.command("end", confirmed=True)
    assert len(taking_over.history(room.live_id)) == 1
    done = retaining.purge(clock.now() + timedelta(days=4000), Periods.of(90, 12, 60, 30))
    assert done.classes == 1
    assert db.session.query(Handover).count() == 0
