"""What was prepared at the office, taken along to a laptop in one signed file, and what comes back of it."""

import base64
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import current_app
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import func, select

from tests.conftest import make_config, make_database
from workshop import clock, create_app
from workshop.config import ROOT
from workshop.domain.errors import Refusal
from workshop.extensions import db
from workshop.formats import workshop_files
from workshop.realtime.hub import Hub
from workshop.services import (
    accounts,
    drafting,
    exchanging,
    interventions,
    preparation,
    publishing,
    retaining,
    schools,
)
from workshop.services.preparation import Report
from workshop.services.preparation_files import NothingPlanned, PreparationTooLarge, pack, read
from workshop.services.schools import ContactEntry
from workshop.services.signed_files import BadFile, OtherFile, exchange_key, sealed, sign
from workshop.storage.bringing_models import BroughtPreparation
from workshop.storage.drafting_models import Draft, PublishedMedia
from workshop.storage.models import LiveSessionRow
from workshop.storage.planning_models import Contact, Intervention, School

from .conftest import ClassRoom
from .test_planning import MONDAY, TILLEULS, start, visit
from .test_retaining import PERIODS

SECRET = "the hosted instance's"
QUIZZES = ROOT / "quizzes"
SUNDAY = MONDAY + timedelta(days=6)
GARNIER = ContactEntry("M. Garnier", "CPE", "garnier@example.org", True, "bureau 12", "le midi")
NAMED = {"person": "M. Garnier, CPE", "place": "bureau 12", "hours": "le midi", "deputy": ""}


@pytest.fixture
def key(owner_id: int) -> str:
    return exchange_key(SECRET, owner_id)


@pytest.fixture
def school_id(hub: Hub) -> int:
    found = schools.save_school(TILLEULS)
    schools.save_contact(found, GARNIER, clock.now())
    schools.save_contact(found, ContactEntry("Mme Riou", "principale", "riou@example.org"), clock.now())
    return found


@pytest.fixture
def planned(school_id: int, owner_id: int) -> int:
    entry = replace(visit(owner_id, class_label="4e B", level="4e", adult="Mme Le Gall"), expected=28)
    return interventions.plan(school_id, entry, clock.now())


@pytest.fixture
def ours(owner_id: int) -> str:
    """The slug of a workshop written here, with its pictures, published."""
    folder = QUIZZES / "le-montage"
    media = {path.name: path.read_bytes() for path in folder.glob("*.svg")}
    source = drafting.as_a_copy((folder / "quiz.fr.toml").read_text(encoding="utf-8"), "(le nôtre)")
    draft_id = drafting.create(owner_id, source, "le-montage", media)
    publishing.publish(draft_id, owner_id, QUIZZES, clock.now())
    slug = drafting.owned(draft_id, owner_id).slug
    db.session.rollback()
    return slug


@contextmanager
def laptop(folder: Path) -> Iterator[int]:
    """Another machine, another database, one facilitator; their account there."""
    known = (folder / "preau.sqlite3").exists()
    folder.mkdir(exist_ok=True)
    config = make_config(folder)
    if not known:
        make_database(config)
    db.session.remove()
    app = create_app(config, start=False)
    with app.app_context():
        if not known:
            accounts.create_account("Personne", "personne@example.org", None, False, clock.now())
            accounts.create_account("Ada", "ada@example.org", None, True, clock.now())
        yield 2  # not the number that the hosted instance knows them by
        db.session.remove()
        db.engine.dispose()


def packed(owner_id: int, key: str) -> bytes:
    file = pack(owner_id, MONDAY, SUNDAY, key, QUIZZES)
    db.session.rollback()
    return file


def bring(account_id: int, file: bytes, key: str) -> Report:
    preparation.hold(account_id, file)
    said = preparation.report(account_id, file, key, QUIZZES)
    db.session.rollback()
    done = preparation.keep(account_id, said.mark, key, QUIZZES)
    assert done == said
    return said


def verdicts(report: Report) -> list[tuple[str, str]]:
    return [(v.verdict, v.why) for v in report.visits] + [(v.verdict, v.why) for v in report.versions]


def count(table: type) -> int:
    found: int = db.session.execute(select(func.count()).select_from(table)).scalar_one()
    db.session.rollback()
    return found


def only() -> interventions.Planned:
    row_id = db.session.execute(select(Intervention.id)).scalar_one()
    return interventions.find(row_id)


def opened(file: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(file))
    return found


def test_visit_its_school_and_its_people_are_on_the_laptop(
    planned: int, owner_id: int, key: str, tmp_path: Path
) -> None:
    entry = interventions.find(planned).entry
    file = packed(owner_id, key)
    with laptop(tmp_path / "laptop") as there:
        report = bring(there, file, key)
        assert verdicts(report) == [("added", "")]
        assert report.new_schools == (TILLEULS,)
        assert not report.visits[0].missing
        found = only()
        assert found.entry == replace(entry, facilitators=frozenset({there}))
        assert found.school.entry == TILLEULS
        assert interventions.people_for(found) == NAMED
        assert count(BroughtPreparation) == count(Contact) == 0


def test_file_holds_no_address_nobody_else_and_nothing_of_a_colleague(
    planned: int, school_id: int, owner_id: int, key: str
) -> None:
    colleague = accounts.create_account("Lou", "lou@example.org", None, False, clock.now())
    interventions.plan(school_id, visit(colleague, class_label="la classe de Lou"), clock.now())
    interventions.plan(school_id, visit(class_label="à personne"), clock.now())
    interventions.plan(school_id, visit(owner_id, day=7, class_label="plus tard"), clock.now())
    text = gzip.decompress(packed(owner_id, key)).decode()
    assert "4e B" in text
    for private in ("example.org", "Riou", "Lou", "à personne", "plus tard", "Ada"):
        assert private not in text, private


@pytest.mark.usefixtures("planned")
def test_days_without_a_visit_make_no_file(owner_id: int, key: str) -> None:
    with pytest.raises(NothingPlanned):
        pack(owner_id, SUNDAY, SUNDAY, key, QUIZZES)
    db.session.rollback()


@pytest.mark.usefixtures("planned")
def test_file_brought_twice_changes_nothing_the_second_time(owner_id: int, key: str, tmp_path: Path) -> None:
    file = packed(owner_id, key)
    with laptop(tmp_path / "laptop") as there:
        bring(there, file, key)
        first = only()
        assert verdicts(bring(there, file, key)) == [("left", "same")]
        assert only() == first
        assert (count(Intervention), count(School)) == (1, 1)


def test_newer_file_updates_and_an_older_one_does_not(
    planned: int, school_id: int, owner_id: int, key: str, tmp_path: Path
) -> None:
    old = packed(owner_id, key)
    interventions.change(planned, visit(owner_id, hour=14, class_label="4e C"), owner_id, False)
    new = packed(owner_id, key)
    schools.save_contact(school_id, ContactEntry("Mme Ba", "infirmière", "", True, "infirmerie", ""), clock.now())
    newest = packed(owner_id, key)
    with laptop(tmp_path / "laptop") as there:
        bring(there, old, key)
        report = bring(there, new, key)
        assert verdicts(report) == [("updated", "")]
        assert report.new_schools == ()
        assert (only().entry.class_label, only().entry.starts_at.hour) == ("4e C", 14)
        assert verdicts(bring(there, old, key)) == [("left", "newer_here")]
        assert only().entry.class_label == "4e C"
        assert verdicts(bring(there, newest, key)) == [("updated", "")]
        assert interventions.people_for(only())["deputy"] == "Mme Ba, infirmière"


@pytest.mark.usefixtures("planned")
def test_what_was_changed_on_the_laptop_since_stays(owner_id: int, key: str, tmp_path: Path) -> None:
    file = packed(owner_id, key)
    with laptop(tmp_path / "laptop") as there:
        bring(there, file, key)
        interventions.change(only().id, visit(there, class_label="4e D"), there, False)
        assert verdicts(bring(there, file, key)) == [("left", "newer_here")]
        assert only().entry.class_label == "4e D"
        schools.save_contact(only().school.id, ContactEntry("Mme Ba", listens=True, place="ici"), clock.now())
        assert interventions.people_for(only())["person"] == "Mme Ba"


def test_visit_whose_class_has_begun_stays_as_it_is(planned: int, owner_id: int, key: str, tmp_path: Path) -> None:
    file = packed(owner_id, key)
    interventions.change(planned, visit(owner_id, class_label="4e C"), owner_id, False)
    newer = packed(owner_id, key)
    with laptop(tmp_path / "laptop") as there:
        bring(there, file, key)
        said = preparation.report(there, newer, key, QUIZZES)
        assert verdicts(said) == [("updated", "")]
        preparation.hold(there, newer)
        start(only().id, there)  # between the report and the decision
        db.session.rollback()
        done = preparation.keep(there, said.mark, key, QUIZZES)
        assert done is not None
        assert verdicts(done) == [("left", "started")]
        assert only().entry.class_label == "4e B"


@pytest.mark.usefixtures("planned")
def test_visit_of_somebody_else_there_is_left_to_them(owner_id: int, key: str, tmp_path: Path) -> None:
    file = packed(owner_id, key)
    with laptop(tmp_path / "laptop") as there:
        bring(there, file, key)
        assert verdicts(bring(1, file, key)) == [("left", "colleague")]
        assert only().entry.facilitators == {there}


@pytest.mark.usefixtures("planned")
def test_what_is_kept_is_what_was_shown_and_once(owner_id: int, key: str, tmp_path: Path) -> None:
    file = packed(owner_id, key)
    with laptop(tmp_path / "laptop") as there:
        preparation.hold(there, file)
        assert preparation.keep(there, "another file", key, QUIZZES) is None
        assert preparation.keep(1, preparation.report(there, file, key, QUIZZES).mark, key, QUIZZES) is None
        preparation.let_go(there)
        assert preparation.held(there) is None
        db.session.rollback()
        assert count(Intervention) == 0


def test_school_that_is_known_there_stays_as_it_is_known(planned: int, owner_id: int, key: str, tmp_path: Path) -> None:
    no_code = replace(TILLEULS, uai=None, name="Lycée sans code")
    interventions.plan(schools.save_school(no_code), visit(owner_id, day=1), clock.now())
    file = packed(owner_id, key)
    with laptop(tmp_path / "laptop") as there:
        known = schools.save_school(replace(TILLEULS, name="Les Tilleuls"))
        schools.save_contact(known, GARNIER, clock.now())
        assert bring(there, file, key).new_schools == (no_code,)
        assert schools.find(known).entry.name == "Les Tilleuls"
        [found] = interventions.of_school(known)
        # Who is already known there goes on being said there alone.
        assert (found.people, interventions.people_for(found)) == ({}, NAMED)
        assert count(School) == 2


def test_workshop_written_here_goes_along_and_runs_there(
    school_id: int, owner_id: int, ours: str, key: str, tmp_path: Path
) -> None:
    interventions.plan(school_id, replace(visit(owner_id), slug=ours), clock.now())
    pictures = count(PublishedMedia)
    file = packed(owner_id, key)
    again = packed(owner_id, key)
    assert file == again
    with laptop(tmp_path / "laptop") as there:
        report = bring(there, file, key)
        assert verdicts(report) == [("added", ""), ("added", "")]
        assert not report.visits[0].missing
        draft = db.session.execute(select(Draft)).scalar_one()
        assert (draft.slug, draft.owner_id) == (ours, there)
        db.session.rollback()
        assert count(PublishedMedia) == pictures > 0
        assert verdicts(bring(there, file, key)) == [("left", "same"), ("left", "same")]


def test_newer_version_of_a_workshop_updates_it_and_its_text_there_is_in_the_history(
    school_id: int, owner_id: int, ours: str, key: str, tmp_path: Path
) -> None:
    interventions.plan(school_id, replace(visit(owner_id), slug=ours), clock.now())
    file = packed(owner_id, key)
    draft_id = db.session.execute(select(Draft.id)).scalar_one()
    known = drafting.owned(draft_id, owner_id)
    db.session.rollback()
    changed = {**known.document, "title": "Un autre titre"}
    drafting.change(draft_id, owner_id, changed, known.source, clock.now())
    publishing.publish(draft_id, owner_id, QUIZZES, clock.now())
    newer = packed(owner_id, key)
    with laptop(tmp_path / "laptop") as there:
        bring(there, file, key)
        there_id = db.session.execute(select(Draft.id)).scalar_one()
        assert verdicts(bring(there, newer, key)) == [("left", "same"), ("updated", "")]
        assert drafting.owned(there_id, there).title == "Un autre titre"
        assert len(drafting.history(there_id, there)) == 1
        assert verdicts(bring(there, file, key)) == [("left", "same"), ("left", "newer_here")]


def test_workshop_that_was_withdrawn_neither_goes_along_nor_comes_back(
    school_id: int, owner_id: int, ours: str, key: str, tmp_path: Path
) -> None:
    interventions.plan(school_id, replace(visit(owner_id), slug=ours), clock.now())
    file = packed(owner_id, key)
    withdrawn_here(owner_id)
    assert len(opened(file)["body"]["workshops"]) == 1
    assert opened(packed(owner_id, key))["body"]["workshops"] == []
    with laptop(tmp_path / "laptop") as there:
        bring(there, file, key)
        withdrawn_here(there)
        assert verdicts(bring(there, file, key)) == [("left", "same"), ("left", "withdrawn")]


def withdrawn_here(owner_id: int) -> None:
    admin = accounts.create_account("Zoé", "zoe@example.org", None, True, clock.now())
    draft_id = db.session.execute(select(Draft.id)).scalar_one()
    drafting.share(draft_id, owner_id, True)
    publishing.take_out(draft_id, admin, clock.now())
    db.session.rollback()


def test_workshop_that_is_not_there_is_said(school_id: int, owner_id: int, key: str, tmp_path: Path) -> None:
    interventions.plan(school_id, replace(visit(owner_id), slug="retire-depuis"), clock.now())
    file = packed(owner_id, key)
    with laptop(tmp_path / "laptop") as there:
        assert preparation.report(there, file, key, QUIZZES).visits[0].missing


def test_class_run_on_the_laptop_comes_back_to_its_visit(
    planned: int, school_id: int, owner_id: int, key: str, tmp_path: Path
) -> None:
    file = packed(owner_id, key)
    with laptop(tmp_path / "laptop") as there:
        bring(there, file, key)
        room = ClassRoom(current_app.extensions["preau"], start(only().id, there).id, there)
        room.command("end", confirmed=True)
        results = exchanging.pack(room.row(), key)
    live_id = exchanging.take_in(results, SECRET, owner_id)
    assert [run.live_id for run in interventions.find(planned).runs] == [live_id]
    db.session.rollback()
    assert exchanging.take_in(results, SECRET, owner_id) == live_id
    # What the laptop still says of that visit changes nothing any more.
    with laptop(tmp_path / "laptop") as there:
        interventions.change(only().id, visit(there, class_label="3e A"), there, False)
        back = pack(there, MONDAY, SUNDAY, key, QUIZZES)
        db.session.rollback()
    assert verdicts(bring(owner_id, back, key)) == [("left", "started")]


def test_class_of_a_visit_that_somebody_else_runs_now_is_tied_to_none(
    planned: int, owner_id: int, key: str, tmp_path: Path
) -> None:
    file = packed(owner_id, key)
    colleague = accounts.create_account("Lou", "lou@example.org", None, False, clock.now())
    interventions.change(planned, visit(colleague), owner_id, True)
    with laptop(tmp_path / "laptop") as there:
        bring(there, file, key)
        room = ClassRoom(current_app.extensions["preau"], start(only().id, there).id, there)
        room.command("end", confirmed=True)
        results = exchanging.pack(room.row(), key)
    live_id = exchanging.take_in(results, SECRET, owner_id)
    assert db.session.get_one(LiveSessionRow, live_id).intervention_id is None
    assert interventions.find(planned).runs == ()


@pytest.mark.usefixtures("planned")
def test_names_that_came_in_a_file_go_when_their_time_is_past(owner_id: int, key: str, tmp_path: Path) -> None:
    file = packed(owner_id, key)
    with laptop(tmp_path / "laptop") as there:
        bring(there, file, key)
        preparation.hold(there, file)
        held_until = clock.now() + timedelta(days=1)
        retaining.purge(held_until, PERIODS)
        assert count(BroughtPreparation) == 0
        assert interventions.people_for(only()) == NAMED
        retaining.purge(only().entry.starts_at + PERIODS.named + timedelta(days=1), PERIODS)
        assert (only().people, only().entry.class_label, only().entry.adult) == ({}, "", "")
        # An old file does not bring them back.
        assert verdicts(bring(there, file, key)) == [("left", "same")]


def test_results_and_a_preparation_are_told_apart(planned: int, owner_id: int, key: str) -> None:
    file = packed(owner_id, key)
    with pytest.raises(OtherFile):
        exchanging.take_in(file, SECRET, owner_id)
    body = {key_: value for key_, value in opened(file)["body"].items() if key_ != "kind"}
    with pytest.raises(OtherFile):  # what an older version made: results
        read(sealed(body, key), key, QUIZZES)


def test_file_that_is_altered_cut_or_of_another_key_is_refused(planned: int, owner_id: int, key: str) -> None:
    file = packed(owner_id, key)
    changed = opened(file)
    changed["body"]["interventions"][0]["class_label"] = "5e A"
    altered = (
        json.dumps(changed).encode(), b"[]", b"{}", b'{"body": []}', b"[" * 90_000, b"0" * 20_000_000, b"\xff",
        json.dumps({**opened(file), "signature": None}).encode(), json.dumps({**opened(file), "format": 2}).encode(),
    )  # fmt: skip
    for hostile in (*map(gzip.compress, altered), file[:-9], file[1:], b"", b"{}"):
        with pytest.raises(BadFile):
            read(hostile, key, QUIZZES)
    for other in (exchange_key("another instance's", owner_id), exchange_key(SECRET, owner_id + 1)):
        with pytest.raises(BadFile):
            read(file, other, QUIZZES)


def zipped(source: str) -> str:
    return base64.b64encode(workshop_files.write("x", {"fr": source}, {})).decode()


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("token", ""), ("token", None), ("token", "x" * 121), ("token", ["x"] * 30), ("changed_at", "hier"),
        ("changed_at", "2026-11-23T10:00:00"), ("changed_at", "0001-01-01T00:00:00+14:00"), ("changed_at", 7),
        ("starts_at", "1999-11-23T10:00:00+00:00"), ("starts_at", "2150-11-23T10:00:00+00:00"), ("starts_at", None),
        ("class_label", "x" * 121), ("class_label", "4e\0"), ("class_label", "4e\ud800"), ("class_label", 4),
        ("level", ["4e"]), ("expected", -1), ("expected", 10**9), ("expected", True), ("expected", "28"),
        ("expected", float("nan")), ("slug", "../secret"), ("slug", ""), ("short", 1), ("answering", "shouting"),
        ("adult", {"name": "x"}), ("people", {"person": "x"}), ("people", ["person"]), ("school", None),
        ("people", {**NAMED, "place": "\u202e"}), ("people", {**NAMED, "person": "x" * 300}), ("school/name", ""),
        ("school/uai", "0440025A"), ("school/uai", ""), ("school/level", "crèche"), ("school/department", "00"),
        ("school/town", "x" * 10_000), ("/workshops", None), ("/workshops", [1]), ("/interventions", {"a": 1}),
        ("/workshops", [{"published_at": "2026-11-23T10:00:00+00:00", "file": "!"}]),
        ("/workshops", [{"published_at": "2026-11-23T10:00:00+00:00", "file": zipped("slug = 1")}]),
        ("/workshops", [{"published_at": "2026-11-23T10:00:00+00:00", "file": zipped("not toml")}]),
        ("/workshops", [{"published_at": "2026-11-23", "file": zipped('slug = "x"\nlanguage = "fr"')}]),
        ("/workshops", [{"published_at": "2026-11-23T10:00:00+00:00",
                         "file": zipped('slug = "x"\nlanguage = "../../x"')}]),
        ("/workshops", [{"published_at": "2026-11-23T10:00:00+00:00",
                         "file": zipped('slug = "x"\nlanguage = "fr"')}] * 2),
    ],
)  # fmt: skip
def test_file_signed_by_somebody_who_lies_is_refused(owner_id: int, key: str, place: str, value: Any) -> None:
    body = opened(packed(owner_id, key))["body"]
    *parents, name = place.split("/")
    where: Any = body if parents == [""] else body["interventions"][0]
    for parent in filter(None, parents):
        where = where[parent]
    where[name] = value
    with pytest.raises(BadFile):
        read(sealed_anyhow(body, key), key, QUIZZES)


def sealed_anyhow(body: Any, key: str) -> bytes:
    """As `sealed`, for what only a hostile machine signs: half a character."""
    signed = {"format": 1, "account": int(key.partition(".")[0]), "body": body, "signature": sign(key, body)}
    return gzip.compress(json.dumps(signed).encode())


def test_the_same_visit_twice_in_a_file_is_refused(planned: int, owner_id: int, key: str) -> None:
    body = opened(packed(owner_id, key))["body"]
    for visits in (body["interventions"] * 2, body["interventions"] * 501):
        with pytest.raises(BadFile):
            read(sealed({**body, "interventions": visits}, key), key, QUIZZES)


def test_workshop_that_cannot_be_read_there_is_left_and_the_rest_is_kept(
    planned: int, owner_id: int, key: str, tmp_path: Path
) -> None:
    body = opened(packed(owner_id, key))["body"]
    newer_format = zipped('slug = "x"\nlanguage = "fr"\nformat = 9')
    body["workshops"] = [{"published_at": "2026-11-23T10:00:00+00:00", "file": newer_format}]
    with laptop(tmp_path / "laptop") as there:
        assert verdicts(bring(there, sealed(body, key), key)) == [("added", ""), ("left", "unreadable")]
        assert (count(Intervention), count(Draft)) == (1, 0)


def test_workshop_of_the_library_there_is_not_replaced(planned: int, owner_id: int, key: str, tmp_path: Path) -> None:
    body = opened(packed(owner_id, key))["body"]
    source = (QUIZZES / "le-montage" / "quiz.fr.toml").read_text(encoding="utf-8")
    body["workshops"] = [{"published_at": "2026-11-23T10:00:00+00:00", "file": zipped(source)}]
    with laptop(tmp_path / "laptop") as there:
        assert verdicts(bring(there, sealed(body, key), key)) == [("added", ""), ("left", "library")]
        assert count(Draft) == 0


def test_file_too_large_to_be_brought_is_not_made(
    planned: int, owner_id: int, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workshop.services.preparation_files.MAX_VISITS", 0)
    with pytest.raises(PreparationTooLarge):
        pack(owner_id, MONDAY, date(2026, 12, 31), key, QUIZZES)
    db.session.rollback()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.usefixtures("planned")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_a_signed_file_says_reading_ends_in_a_preparation_or_a_refusal(
    owner_id: int, key: str, data: st.DataObject
) -> None:
    body = opened(packed(owner_id, key))["body"]
    where: Any = body
    while isinstance(where, dict | list) and where:
        place = data.draw(st.sampled_from(sorted(where) if isinstance(where, dict) else list(range(len(where)))))
        if not isinstance(where[place], dict | list) or data.draw(st.booleans()):
            where[place] = data.draw(ANYTHING)
            break
        where = where[place]
    try:
        found = read(sealed_anyhow(body, key), key, QUIZZES)
    except Refusal:
        return
    preparation.report(owner_id, sealed_anyhow(body, key), key, QUIZZES)
    assert len(found.visits) <= 1


@given(junk=st.binary(max_size=300), wrapped=st.booleans())
def test_whatever_the_bytes_reading_ends_in_a_refusal(junk: bytes, wrapped: bool) -> None:
    with pytest.raises(BadFile):
        read(gzip.compress(junk) if wrapped else junk, exchange_key(SECRET, 1), QUIZZES)
