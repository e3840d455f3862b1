"""What counts in the association's figures, for whom, and what filters leave of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

import pytest
from flask import Flask
from sqlalchemy import event

from samples.held import Class, again, make_school, make_visit, write
from workshop import clock
from workshop.domain.impact import Participation
from workshop.domain.statistics import Pairs, Share
from workshop.extensions import db
from workshop.services import accounts, reporting
from workshop.services.reporting import Report
from workshop.storage.held_sessions import NO_DEPARTMENT, Filters
from workshop.storage.models import Account

from .conftest import ClassRoom

YEAR = Filters(date(2026, 9, 1), date(2027, 8, 31))
LIVED = {"souvent": 6, "une-fois": 9, "non": 8, "sans-reponse": 3}


@pytest.fixture
def admin(owner_id: int) -> Account:
    return account(owner_id, True)


def account(account_id: int, is_admin: bool) -> Account:
    found = db.session.get(Account, account_id)
    assert found is not None
    found.is_admin = is_admin
    db.session.commit()
    return found


def colleague() -> int:
    return accounts.create_account("Lou", "lou@example.org", None, False, clock.now())


def report(account: Account, filters: Filters = YEAR) -> Report:
    found = reporting.report(filters, account)
    db.session.rollback()
    return found


def workshops(account: Account, **narrow: object) -> int:
    return report(account, replace(YEAR, **narrow)).impact.participation.workshops  # type: ignore[arg-type]


def test_class_led_to_its_end_counts_with_what_its_phones_answered(room: ClassRoom) -> None:
    phones = room.join(12)
    for round_id, question in room.open_questions():
        [right] = question.expected or question.choice_ids[:1]  # an opinion has none, and is in none of these figures
        wrong = next(choice for choice in question.choice_ids if choice != right)
        for place, phone in enumerate(phones):
            room.answer(phone, round_id, right if place < 4 else wrong)
    room.go_to("apres")
    for round_id, question in room.open_questions():
        [right] = question.expected
        for phone in phones[:11]:
            room.answer(phone, round_id, right)
    room.go_to("sortie")
    for round_id, question in room.open_questions():
        for phone in phones[:10]:
            room.answer(phone, round_id, question.choice_ids[-2])
    room.command("present", number=14)
    room.command("end", confirmed=True)
    today = clock.now().date()
    found = report(account(room.owner_id, True), Filters(today, today)).impact
    useful = next(total for total in found.exits if total.key.question == "utile")
    assert useful.after is not None and useful.before is useful.moved is None
    assert {part.name: part.share.count for part in useful.after.parts if part.share.count} == {"beaucoup": 10}
    able = next(total for total in found.exits if total.key.is_paired)
    assert able.before is not None and able.before.total == 12
    assert able.moved is not None and {part.name: part.share for part in able.moved.parts} == {
        "lower": Share(0, 10), "same": Share(0, 10), "higher": Share(10, 10)
    }  # fmt: skip
    assert found.participation == Participation(1, 1, 0, 14, 12, Share(12, 14), 0)
    assert found.linked is not None
    assert found.linked.pairs == Pairs(kept=12, gained=21)
    assert (found.linked.classes, found.linked.people, found.linked.by_class) == (1, 11, False)
    [row] = found.channels
    assert row.labels == ("phone",) and row.change is not None
    assert (row.change.before, row.change.after) == (Share(12, 36), Share(33, 33))


def test_rehearsals_and_what_has_not_ended_never_count(admin: Account) -> None:
    write(Class(admin.id), Class(admin.id, "4e C", rehearsal=True), Class(admin.id, "4e D", ended=False))
    assert workshops(admin) == 1
    assert {option.value for option in reporting.options(admin).levels} == {"4e"}


def test_class_that_never_started_is_no_workshop(room: ClassRoom) -> None:
    room.command("end", confirmed=True)
    today = clock.now().date()
    assert report(account(room.owner_id, True), Filters(today, today)).impact.participation.workshops == 0


def test_days_of_the_period_are_both_included_and_the_period_before_is_as_long(admin: Account) -> None:
    for day in (1, 5, 6, 10, 11):
        write(Class(admin.id, f"4e {day}", started=datetime(2026, 10, day, 23, 59, tzinfo=UTC)))
    found = report(admin, Filters(date(2026, 10, 6), date(2026, 10, 10)))
    assert found.impact.participation.workshops == 2
    assert (found.previous_filters.since, found.previous_filters.until) == (date(2026, 10, 1), date(2026, 10, 5))
    assert found.previous.participation.workshops == 2


def test_each_filter_narrows(admin: Account) -> None:
    school, other = make_school("Collège Jean Moulin", "44", town="Nantes"), make_school("Collège des Iris", "2A")
    lou = colleague()
    planned = make_visit(other)
    planned.facilitators.append(account(lou, False))
    write(
        Class(admin.id, "4e A", "", intervention=make_visit(school)),
        Class(admin.id, "4e B", "", intervention=planned),
        Class(admin.id, "3e A", level="3e", slug="on-a-tape-son-nom", pairs=()),
        Class(lou, "4e A"),
    )
    offered = reporting.options(admin)
    assert [(o.value, o.label) for o in offered.departments] == [(NO_DEPARTMENT, ""), ("2A", "2A"), ("44", "44")]
    assert [o.label for o in offered.schools] == [
        "Collège Jean Moulin, Nantes",
        "Collège des Iris",
        "Collège des Tilleuls",
    ]
    assert [o.label for o in offered.workshops] == ["Juste un montage", "On a tapé son nom"]
    assert {o.label for o in offered.facilitators} == {"Ada", "Lou"}
    assert [workshops(admin, department=o.value) for o in offered.departments] == [2, 1, 1]
    assert [workshops(admin, school=o.value) for o in offered.schools] == [1, 1, 2]
    assert [workshops(admin, level=o.value) for o in offered.levels] == [1, 3]
    assert [workshops(admin, workshop=o.value) for o in offered.workshops] == [3, 1]
    # Lou ran one, and was planned for another which Ada started.
    assert [workshops(admin, facilitator=one) for one in (admin.id, lou)] == [3, 2]
    for nonsense in ("ecole-", "ecole-9999999999999", "ecole-x", "Lycée des Nuages"):
        assert workshops(admin, school=nonsense) == 0


def test_who_does_not_administer_adds_up_their_own_live_sessions_alone(admin: Account) -> None:
    lou = account(colleague(), False)
    write(Class(admin.id, "4e A", "Collège A"), Class(lou.id, "4e B", "Collège B"))
    assert (workshops(admin), workshops(lou)) == (2, 1)
    assert workshops(lou, facilitator=admin.id) == workshops(lou, school="Collège A") == 0
    assert [o.label for o in reporting.options(lou).schools] == ["Collège B"]
    assert [o.label for o in reporting.options(lou).facilitators] == ["Lou"]


def test_one_class_in_two_workshops_is_one_class_and_one_draw(admin: Account) -> None:
    write(
        Class(admin.id, "4e B"),
        Class(admin.id, "4eb", slug="on-a-tape-son-nom", started=datetime(2027, 3, 2, 9, tzinfo=UTC)),
        Class(admin.id, "", pairs=()),
        Class(admin.id, "", pairs=()),
    )
    found = report(admin).impact
    assert (found.participation.workshops, found.participation.classes) == (4, 3)
    assert found.linked is not None and not found.linked.by_class
    assert (found.linked.classes, found.linked.people) == (1, 25)
    assert found.linked.pairs == Pairs(48, 60, 12, 30)


def test_classes_whose_label_was_forgotten_are_not_one(admin: Account) -> None:
    write(*(Class(admin.id, "4e", lived=LIVED) for _ in range(3)))
    found = report(admin).impact
    assert found.participation.classes == 3
    assert found.linked is not None and (found.linked.classes, found.linked.people) == (3, 75)


def test_hands_have_no_pairs_and_count_apart(admin: Account) -> None:
    write(
        Class(admin.id, "4e A"),
        Class(admin.id, "4e B", pairs=(), hands=(9, 20, 24)),
        Class(admin.id, "4e C", hands=(2, 3, 4)),
    )
    found = report(admin).impact
    assert found.linked is not None and found.linked.pairs == Pairs(48, 60, 12, 30)
    rows = {row.labels: row.change for row in found.channels}
    assert set(rows) == {("phone",), ("hand",), ("hand+phone",)}
    hands, both = rows["hand",], rows["hand+phone",]
    assert hands is not None and (hands.before, hands.after) == (Share(27, 72), Share(60, 72))
    assert both is not None and (both.before, both.after) == (Share(36, 87), Share(63, 87))
    assert hands.pairs is None


def test_lived_experience_is_added_up_from_three_classes_up(admin: Account) -> None:
    chance = Random(4)
    write(*(Class(admin.id, f"4e {name}", lived=LIVED) for name in "AB"), chance=chance)
    [alone] = report(admin).impact.lived
    assert (alone.classes, alone.respondents, alone.choices) == (0, 0, ())
    write(Class(admin.id, "4e C", lived={"souvent": 9}), Class(admin.id, "4eB", lived=LIVED), chance=chance)
    [still] = report(admin).impact.lived
    assert still.choices == (), "the same class twice, and one of nine respondents, do not make three"
    write(Class(admin.id, "4e D", lived=LIVED), chance=chance)
    found = report(admin)
    [total] = found.impact.lived
    assert (total.classes, total.respondents) == (3, 4 * 26)
    for choice in total.choices:
        assert choice.published % 5 == 0
        assert choice.low <= 4 * LIVED[choice.id] <= choice.high
        assert choice.interval.low <= choice.published / total.respondents <= choice.interval.high
    asked = found.lived_asked[total.key]
    assert set(asked.choices) == set(LIVED) and "image" in asked.text


def test_queries_are_as_many_for_three_classes_as_for_forty(app: Flask, admin: Account) -> None:
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def count() -> int:
        admin.id  # noqa: B018  # read again after the rollback, outside of what is counted
        asked.clear()
        report(admin)
        reporting.options(admin)
        return len(asked)

    exits, able = {"utile": {"assez": 20}}, ({"plutot-non": 20}, {"plutot-oui": 20}, {"higher": 20})
    write(*(Class(admin.id, f"4e {n}", lived=LIVED, exits=exits, able=able, later=(8, 20)) for n in range(3)))
    report(admin)  # reads each version of a workshop once for the process
    few = count()
    write(*(Class(admin.id, f"3e {n}", lived=LIVED, started=datetime(2026, 11, 3, tzinfo=UTC)) for n in range(37)))
    assert count() == few <= 10
    assert workshops(admin) == 40


def test_school_year_starts_in_september() -> None:
    assert reporting.school_year(date(2026, 8, 31)) == Filters(date(2025, 9, 1), date(2026, 8, 31))
    assert reporting.school_year(date(2026, 9, 1)) == Filters(date(2026, 9, 1), date(2026, 9, 1))


def test_follow_up_of_a_class_counts_in_its_figures_and_is_no_workshop(admin: Account) -> None:
    write(
        Class(admin.id, "4e A", later=(14, 20)),
        Class(admin.id, "4e B"),
        Class(admin.id, "4e C", rehearsal=True, later=(1, 30)),
    )
    found = report(admin).impact
    assert found.participation.workshops == 2
    [row] = found.later
    assert row.labels == ("cyberharcelement",) and row.change is not None
    # Eighteen of twenty-five just after, three times; fourteen of twenty then.
    assert (row.change.before, row.change.after) == (Share(54, 75), Share(42, 60))
    assert (row.change.classes, row.change.people) == (1, 20)


def test_only_the_newest_follow_up_of_a_class_counts(admin: Account) -> None:
    [first] = write(Class(admin.id, "4e A", later=(14, 20)))
    again(first, 19, 20)
    [row] = report(admin).impact.later
    assert row.change is not None and row.change.after == Share(57, 60)
