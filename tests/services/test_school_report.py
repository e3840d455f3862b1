"""What a school may read: of which live sessions, from how many answers and classes, and what two views tell."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from samples.held import Class, make_school, make_visit, write
from workshop import clock
from workshop.domain.disclosure import POSSIBLE_VALUES, DisclosedTally
from workshop.domain.errors import LinkExpired, NotAllowed
from workshop.domain.school_review import SchoolReview
from workshop.domain.statistics import Share
from workshop.extensions import db
from workshop.services import accounts, reporting, retaining, school_links, schools, teacher_links
from workshop.services.retaining import Periods
from workshop.services.school_links import links
from workshop.storage.models import Access, Account, Link, LiveSessionRow, RoundRow
from workshop.storage.planning_models import School
from workshop.storage.transaction import transaction

TODAY = date(2027, 6, 30)
NOW = clock.now()
DAYS = timedelta(days=90)
LIVED = {"souvent": 6, "une-fois": 9, "non": 8, "sans-reponse": 3}


class Here:
    """One school, and the classes that are run in it."""

    def __init__(self, owner_id: int) -> None:
        self.owner_id, self.chance = owner_id, Random(4)
        self.id = self.another("Collège des Tilleuls")

    @staticmethod
    def another(name: str) -> int:
        with transaction():
            school = make_school(name, "44")
            db.session.add(school)
            db.session.flush()
            return school.id

    def run(self, label: str, school_id: int | None = None, **more: object) -> int:
        school = db.session.get_one(School, school_id or self.id)
        one = Class(self.owner_id, label, intervention=make_visit(school), **more)  # type: ignore[arg-type]
        [live_id] = write(one, chance=self.chance)
        return live_id

    def review(self) -> SchoolReview:
        found = reporting.school_report(self.id, TODAY).review
        db.session.rollback()
        return found


@pytest.fixture
def here(owner_id: int) -> Here:
    return Here(owner_id)


def test_every_intervention_of_the_school_and_nothing_else(here: Here) -> None:
    lou = accounts.create_account("Lou", "lou@example.org", None, False, NOW)
    here.run("4e B", started=datetime(2026, 11, 3, 8, tzinfo=UTC))
    here.run("4e A", present=None)
    here.run("3e A", rehearsal=True)
    here.run("3e B", ended=False)
    here.run("6e A", school_id=here.another("Collège des Iris"))
    write(Class(here.owner_id, "5e A"))  # the same name, typed without an intervention
    here.owner_id = lou
    here.run("2de 4", level="2de")
    seen = here.review().seen
    assert [(one.class_label, one.present, one.answered) for one in seen] == [
        ("4e A", None, 25), ("2de 4", 28, 25), ("4e B", 28, 25),
    ]  # fmt: skip
    assert here.review().present == 56


def test_knowledge_is_added_up_by_workshop_and_level_in_the_order_of_school(here: Here) -> None:
    here.run("4e A")
    here.run("4e B", hands=(4, 10, 14))
    here.run("6e C", level="6e")
    here.run("2de 4", level="2de", slug="on-a-tape-son-nom")
    one, other = here.review().knowledge
    assert (one.slug, other.slug) == ("le-montage", "on-a-tape-son-nom")
    sixth, fourth = one.levels
    assert (sixth.level, sixth.live_sessions, sixth.before, sixth.after) == ("6e", 1, Share(30, 75), Share(54, 75))
    assert (fourth.level, fourth.live_sessions) == ("4e", 2)
    assert (fourth.before, fourth.after) == (Share(30 + 42, 75 + 117), Share(54 + 84, 75 + 117))
    assert [known.level for known in other.levels] == ["2de"]
    report = reporting.school_report(here.id, TODAY)
    assert report.titles["le-montage"] == "Juste un montage"
    assert len(report.asked["le-montage"]) == 3
    db.session.rollback()


def test_fewer_than_ten_answers_are_in_no_sum_and_are_not_counted(here: Here) -> None:
    here.run("4e A")
    before = here.review().knowledge
    here.run("4e B", pairs=((2, 3, 1, 3),) * 3, present=11)
    after = here.review()
    assert after.seen[1].answered is None
    assert after.knowledge[0].levels == before[0].levels
    assert (before[0].left_out, after.knowledge[0].left_out) == (0, 1)


def test_question_that_few_answered_is_left_out_alone(here: Here) -> None:
    here.run("4e A", pairs=((8, 10, 2, 5), (8, 10, 2, 5), (2, 3, 1, 3)))
    [known] = here.review().knowledge[0].levels
    assert (known.before.total, known.after.total) == (50, 50)


def test_lived_experience_waits_for_a_third_class_of_ten(here: Here) -> None:
    for label in ("4e A", "4e B"):
        here.run(label, lived=LIVED)
    here.run("4e C", lived={"souvent": 9})
    here.run("4eb", lived=LIVED)
    [few] = here.review().lived
    assert (few.classes, few.respondents, few.choices) == (0, 0, ()), "the same class twice, and one of nine"
    here.run("4e D", lived=LIVED)
    [enough] = here.review().lived
    assert (enough.classes, enough.respondents) == (3, 4 * 26)
    for choice in enough.choices:
        assert choice.low <= 4 * LIVED[choice.id] <= choice.high


def test_classes_whose_names_were_forgotten_stay_as_many(here: Here) -> None:
    for label in ("4e A", "4e B", "4e C"):
        here.run(label, lived=LIVED)
    [before] = here.review().lived
    late = datetime(2027, 6, 1, tzinfo=UTC)
    retaining.purge(late, Periods.of(90, 12, 60, 30))
    after = here.review()
    assert [one.class_label for one in after.seen] == ["", "", ""]
    assert [one.level for one in after.seen] == ["4e", "4e", "4e"]
    assert after.lived == (before,)


def test_two_views_that_differ_by_one_class_tell_its_stored_tally_and_no_more(here: Here) -> None:
    """What one view shows of a choice is a low, a high and the respondents. Taken from another, they are the ranges of
    the class that came between: what anybody deduces of its stored tally, which keeps four values for each count."""
    chance = Random(9)
    for label in ("4e A", "4e B", "4e C"):
        here.run(label, lived=LIVED)
    for number in range(12):
        counts = dict.fromkeys(LIVED, 0)
        for _ in range(chance.randrange(10, 31)):
            counts[chance.choice(list(LIVED))] += 1
        [before] = here.review().lived
        live_id = here.run(f"3e {number}", lived=counts)
        [after] = here.review().lived
        stored = db.session.execute(
            select(RoundRow.disclosed).where(RoundRow.live_session_id == live_id, RoundRow.is_experience)
        ).scalar_one()
        assert stored is not None
        tally = DisclosedTally(stored["respondents"], tuple((choice, count) for choice, count in stored["rounded"]))
        left = [
            (new.id, new.low - old.low, new.high - old.high)
            for old, new in zip(before.choices, after.choices, strict=True)
        ]
        assert tuple(left) == tally.ranges
        assert after.respondents - before.respondents == tally.respondents
        assert all(high - low + 1 >= POSSIBLE_VALUES for _, low, high in left)
        db.session.rollback()


def test_queries_are_as_many_for_three_classes_as_for_thirty(app: Flask, here: Here) -> None:
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def count() -> int:
        asked.clear()
        here.review()
        return len([one for one in asked if one != "BEGIN"])

    for number in range(3):
        here.run(f"4e {number}", lived=LIVED)
    here.review()  # reads each version of a workshop once for the process
    few = count()
    for number in range(27):
        here.run(f"3e {number}", level="3e", lived=LIVED)
    assert count() == few == 2
    assert len(here.review().seen) == 30


def test_school_without_a_class_has_an_empty_review(here: Here) -> None:
    assert here.review() == SchoolReview((), (), ())


def test_link_opens_until_it_expires_and_only_its_hash_is_kept(here: Here) -> None:
    token = links.make(here.id, NOW, DAYS)
    granted = links.open(token, NOW)
    assert (granted.kind, granted.school_id, granted.live_id) == ("school", here.id, None)
    assert school_links.readable(here.id, granted.token, NOW)[0] == here.id
    for table in (Link, Access):
        rows = db.session.execute(select(table.__table__)).all()
        assert token not in repr(rows) and granted.token not in repr(rows)
    db.session.rollback()
    with pytest.raises(LinkExpired):
        links.open(token, NOW + DAYS)
    with pytest.raises(LinkExpired):
        school_links.readable(here.id, granted.token, NOW + accounts.SCREEN_LASTS)


def test_revoked_or_replaced_link_shuts_out_who_had_opened_it(here: Here) -> None:
    secret = links.open(links.make(here.id, NOW, DAYS), NOW).token
    links.make(here.id, NOW, DAYS)
    with pytest.raises(LinkExpired):
        school_links.readable(here.id, secret, NOW)
    secret = links.open(links.make(here.id, NOW, DAYS), NOW).token
    links.renew(here.id, NOW + DAYS / 2, DAYS)
    links.revoke(here.id)
    with pytest.raises(LinkExpired):
        school_links.readable(here.id, secret, NOW)
    with pytest.raises(LinkExpired):
        links.renew(here.id, NOW, DAYS)


def test_link_of_a_school_opens_no_class_nor_another_school(here: Here) -> None:
    live_id, other = here.run("4e A"), here.another("Collège des Iris")
    token = links.make(here.id, NOW, DAYS)
    with pytest.raises(LinkExpired):
        teacher_links.links.open(token, NOW)
    secret = links.open(token, NOW).token
    links.open(links.make(other, NOW, DAYS), NOW)
    for shown in (other, 10**30):
        with pytest.raises(LinkExpired):
            school_links.readable(shown, secret, NOW)
    with pytest.raises(LinkExpired):
        teacher_links.readable(live_id, secret, NOW)


@pytest.mark.parametrize("deletion", ["delete", "forget"])
def test_school_that_is_deleted_takes_its_links(here: Here, deletion: str) -> None:
    here.run("4e A")
    secret = links.open(links.make(here.id, NOW, DAYS), NOW).token
    if deletion == "delete":
        schools.delete_school(here.id)
    else:
        retaining.forget_school(here.id, NOW)
    for table in (Link, Access):
        assert db.session.execute(select(table.id).where(table.kind == "school")).all() == []
    with pytest.raises(LinkExpired):
        school_links.readable(here.id, secret, NOW)


def test_it_is_handed_over_by_who_administers_or_runs_one_of_its_interventions(here: Here) -> None:
    lou, sam = (
        accounts.create_account(name, f"{name}@example.org", None, False, NOW) for name in ("lou", "sam")
    )  # fmt: skip
    live_id = here.run("4e A")
    row = db.session.get_one(LiveSessionRow, live_id)
    visit = make_visit(db.session.get_one(School, here.id))
    visit.facilitators.append(db.session.get_one(Account, lou))
    db.session.add(visit)
    db.session.flush()
    db.session.execute(update(LiveSessionRow).where(LiveSessionRow.id == row.id).values(intervention_id=visit.id))
    db.session.commit()
    may = {name: school_links.may_hand_over(here.id, db.session.get_one(Account, one))
           for name, one in (("ada", here.owner_id), ("lou", lou), ("sam", sam))}  # fmt: skip
    assert may == {"ada": True, "lou": True, "sam": False}
    with pytest.raises(NotAllowed):
        school_links.check_may_hand_over(here.id, db.session.get_one(Account, sam))
    db.session.rollback()
