"""Drafts: kept as typed, with their past; published, shared, withdrawn, forgotten. On either database."""

import tomllib
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.services.conftest import PEOPLE, ClassRoom
from workshop import clock
from workshop.config import ROOT
from workshop.domain import quiz_document
from workshop.domain.errors import Malformed, NotAllowed, NotFound, TooLarge
from workshop.domain.live_session import Answering
from workshop.domain.quiz_document import WORKSHOP, Part, mark_of
from workshop.extensions import db
from workshop.services import accounts, catalogue, drafting, planning, publishing
from workshop.services.drafting import ChangedMeanwhile
from workshop.services.planning import Plan
from workshop.services.publishing import Incomplete, NotAPicture, SlugTaken
from workshop.storage.models import Account
from workshop.storage.transaction import transaction

QUIZZES = ROOT / "quizzes"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def colleague(owner_id: int) -> int:
    return accounts.create_account("Lou", "lou@example.org", None, False, clock.now())


@pytest.fixture
def admin(owner_id: int) -> int:
    return accounts.create_account("Zoé", "zoe@example.org", None, True, clock.now())


@pytest.fixture
def author(owner_id: int) -> int:
    """The owner of the draft, as most are: no administrator."""
    with transaction():
        db.session.get_one(Account, owner_id).is_admin = False
    return owner_id


@pytest.fixture
def draft_id(owner_id: int) -> int:
    """A copy of a workshop of the library, with its pictures."""
    folder = QUIZZES / "le-montage"
    media = {path.name: path.read_bytes() for path in folder.glob("*.svg")}
    source = (folder / "quiz.fr.toml").read_text(encoding="utf-8")
    return drafting.create(owner_id, drafting.as_a_copy(source, "(copie)"), "le-montage", media)


def retitle(draft_id: int, owner_id: int, title: str, later: int = 0) -> None:
    draft = drafting.owned(draft_id, owner_id)
    table = quiz_document.find(draft.document, WORKSHOP)
    now = clock.now() + timedelta(minutes=later)
    drafting.save(draft_id, owner_id, WORKSHOP, {**table, "title": title}, mark_of(table), now)


def test_copy_says_what_the_original_says(draft_id: int, owner_id: int) -> None:
    draft = drafting.owned(draft_id, owner_id)
    original = tomllib.loads((QUIZZES / "le-montage" / "quiz.fr.toml").read_text(encoding="utf-8"))
    different = {name for name in original if original[name] != draft.document[name]}
    assert different == {"title", "slug"}
    assert publishing.mistakes(draft, QUIZZES) == ()
    assert (draft.slug, draft.origin) == ("juste-un-montage-copie", "le-montage")


def test_draft_may_be_incomplete_but_must_be_readable(owner_id: int) -> None:
    draft = drafting.owned(drafting.create(owner_id, 'title = "Seul"', "un fichier", {}), owner_id)
    assert draft.title == "Seul"
    assert len(publishing.mistakes(draft, QUIZZES)) > 5
    with pytest.raises(Malformed):
        drafting.create(owner_id, "not = = toml", "", {})
    with pytest.raises(TooLarge):
        drafting.create(owner_id, f'title = "{"x" * 300_000}"', "", {})


def test_names_of_drafts_are_all_different(draft_id: int, owner_id: int) -> None:
    source = drafting.owned(draft_id, owner_id).source
    other = drafting.owned(drafting.create(owner_id, source, "", {}), owner_id)
    assert other.slug == "juste-un-montage-copie-2"


def test_who_did_not_write_it_reads_it_when_it_is_shared_and_never_changes_it(
    draft_id: int, owner_id: int, colleague: int
) -> None:
    with pytest.raises(NotAllowed):
        drafting.readable(draft_id, colleague)
    drafting.share(draft_id, owner_id, True)
    draft = drafting.readable(draft_id, colleague)
    assert [one.id for one in drafting.all_readable(colleague)] == [draft_id]
    table = quiz_document.find(draft.document, WORKSHOP)
    for refused in (
        lambda: drafting.owned(draft_id, colleague),
        lambda: drafting.save(draft_id, colleague, WORKSHOP, table, mark_of(table), clock.now(), force=True),
        lambda: drafting.change(draft_id, colleague, draft.document, draft.source, clock.now()),
        lambda: drafting.history(draft_id, colleague),
        lambda: drafting.restore(draft_id, colleague, 1, clock.now()),
        lambda: drafting.share(draft_id, colleague, False),
        lambda: drafting.forget(draft_id, colleague),
        lambda: publishing.publish(draft_id, colleague, QUIZZES, clock.now()),
        lambda: publishing.withdraw(draft_id, colleague),
        lambda: publishing.add_picture(draft_id, colleague, PNG),
        lambda: publishing.remove_picture(draft_id, colleague, "x.png"),
    ):
        with pytest.raises(NotAllowed):
            refused()
    with pytest.raises(NotFound):
        drafting.readable(draft_id + 1, owner_id)


def test_later_of_two_tabs_is_told_and_other_parts_are_not_disturbed(draft_id: int, owner_id: int) -> None:
    document = drafting.owned(draft_id, owner_id).document
    here, there = (Part("activity", document["activities"][place]["id"]) for place in (2, 3))
    table = quiz_document.find(document, here)
    mark = mark_of(table)
    drafting.save(draft_id, owner_id, here, {**table, "title": "Un"}, mark, clock.now())
    with pytest.raises(ChangedMeanwhile):
        drafting.save(draft_id, owner_id, here, {**table, "title": "Deux"}, mark, clock.now())
    assert quiz_document.find(drafting.owned(draft_id, owner_id).document, here)["title"] == "Un"
    other = quiz_document.find(document, there)
    drafting.save(draft_id, owner_id, there, {**other, "title": "Ailleurs"}, mark_of(other), clock.now())
    drafting.save(draft_id, owner_id, here, {**table, "title": "Deux"}, mark, clock.now(), force=True)
    latest = drafting.history(draft_id, owner_id)[0]
    drafting.restore(draft_id, owner_id, latest.number, clock.now())
    assert quiz_document.find(drafting.owned(draft_id, owner_id).document, here)["title"] == "Un"
    with pytest.raises(NotFound):
        drafting.restore(draft_id, owner_id, 999, clock.now())


def test_history_keeps_one_state_a_burst_and_the_last_fifty(draft_id: int, owner_id: int) -> None:
    for number in range(4):
        retitle(draft_id, owner_id, f"Titre {number}")
    assert len(drafting.history(draft_id, owner_id)) == 1
    for number in range(1, drafting.HISTORY + 5):
        retitle(draft_id, owner_id, f"Encore {number}", later=6 * number)
    states = drafting.history(draft_id, owner_id)
    assert len(states) == drafting.HISTORY
    drafting.restore(draft_id, owner_id, states[-1].number, clock.now() + timedelta(hours=9))
    assert drafting.owned(draft_id, owner_id).title.startswith("Encore")


def titles() -> dict[str, str]:
    return {quiz.slug: quiz.workshop.title for quiz in catalogue.published(QUIZZES) if quiz.workshop}


def start(owner_id: int, slug: str) -> int:
    quiz = next(quiz for quiz in catalogue.quizzes(QUIZZES, owner_id) if quiz.slug == slug)
    return planning.set_up(Plan(quiz, Answering.PHONES, None, 40, PEOPLE, {}), owner_id, clock.now())


def test_published_version_is_lived_and_stays_with_the_class_that_had_it(
    hub: object, draft_id: int, owner_id: int, make_class: Callable[..., ClassRoom]
) -> None:
    slug = drafting.owned(draft_id, owner_id).slug
    publishing.publish(draft_id, owner_id, QUIZZES, clock.now())
    assert titles()[slug] == "Juste un montage (copie)"
    room = ClassRoom(hub, start(owner_id, slug), owner_id)  # type: ignore[arg-type]  # the hub of this test
    retitle(draft_id, owner_id, "Tout autre")
    assert drafting.owned(draft_id, owner_id).is_ahead
    assert titles()[slug] == "Juste un montage (copie)"
    publishing.publish(draft_id, owner_id, QUIZZES, clock.now())
    assert titles()[slug] == "Tout autre"
    assert room.state()[1].title == "Juste un montage (copie)"
    picture = sorted(room.state()[1].media)[0]
    drafting.forget(draft_id, owner_id)
    db.session.rollback()
    assert slug not in titles()
    assert room.state()[1].title == "Juste un montage (copie)"
    assert catalogue.picture(slug, picture) == (QUIZZES / "le-montage" / picture).read_bytes()
    again = drafting.create(owner_id, 'title = "Juste un montage (copie)"', "", {})
    assert drafting.owned(again, owner_id).slug != slug


def test_published_version_is_for_its_author_until_it_is_shared(draft_id: int, owner_id: int, colleague: int) -> None:
    slug = drafting.owned(draft_id, owner_id).slug
    publishing.publish(draft_id, owner_id, QUIZZES, clock.now())

    def offered(account_id: int, also: str = "") -> bool:
        return slug in {quiz.slug for quiz in catalogue.quizzes(QUIZZES, account_id, also)}

    assert (offered(owner_id), offered(colleague), offered(colleague, slug)) == (True, False, True)
    drafting.share(draft_id, owner_id, True)
    assert offered(colleague)
    publishing.withdraw(draft_id, owner_id)
    assert not offered(owner_id)


def test_administrator_withdraws_what_a_colleague_shares_and_puts_it_back(
    hub: object, draft_id: int, author: int, colleague: int, admin: int
) -> None:
    slug, now = drafting.owned(draft_id, author).slug, clock.now()

    def offered(account_id: int, also: str = "") -> bool:
        return slug in {quiz.slug for quiz in catalogue.quizzes(QUIZZES, account_id, also)}

    publishing.publish(draft_id, author, QUIZZES, now)
    with pytest.raises(NotAllowed):
        publishing.take_out(draft_id, admin, now)  # their author's own, until it is shared
    drafting.share(draft_id, author, True)
    room = ClassRoom(hub, start(author, slug), author)  # type: ignore[arg-type]  # the hub of this test
    for refused in (author, colleague):
        with pytest.raises(NotAllowed):
            publishing.take_out(draft_id, refused, now)
    publishing.take_out(draft_id, admin, now)
    publishing.take_out(draft_id, admin, now + timedelta(hours=1))  # a second click
    told = drafting.owned(draft_id, author)
    assert (told.withdrawn_by, told.withdrawn_at, told.is_offered) == ("Zoé", now, False)
    assert not any(offered(account, slug) for account in (author, colleague, admin))
    assert slug not in titles()
    assert slug in {quiz.slug for quiz in catalogue.published(QUIZZES, withdrawn=True)}, "what is planned has a name"
    assert room.state()[1].title == "Juste un montage (copie)"
    room.command("start")

    retitle(draft_id, author, "Corrigé")
    publishing.withdraw(draft_id, author)
    publishing.publish(draft_id, author, QUIZZES, now + timedelta(days=1))
    assert not offered(author)
    for refused in (author, colleague):
        with pytest.raises(NotAllowed):
            publishing.put_back(draft_id, refused)
    publishing.put_back(draft_id, admin)
    assert offered(author) and offered(colleague)
    assert titles()[slug] == "Corrigé"
    told = drafting.owned(draft_id, author)
    assert (told.withdrawn_by, told.withdrawn_at) == ("", None)


def test_administrator_withdraws_nothing_that_is_not_published(draft_id: int, owner_id: int, admin: int) -> None:
    drafting.share(draft_id, owner_id, True)
    with pytest.raises(NotFound):
        publishing.take_out(draft_id, admin, clock.now())


def test_what_is_incomplete_or_has_the_name_of_another_is_not_published(draft_id: int, owner_id: int) -> None:
    retitle(draft_id, owner_id, "")
    with pytest.raises(Incomplete):
        publishing.publish(draft_id, owner_id, QUIZZES, clock.now())
    draft = drafting.owned(draft_id, owner_id)
    table = quiz_document.find(draft.document, WORKSHOP)
    taken = {**table, "title": "Le mien", "slug": "le-montage"}
    drafting.save(draft_id, owner_id, WORKSHOP, taken, mark_of(table), clock.now())
    with pytest.raises(SlugTaken):
        publishing.publish(draft_id, owner_id, QUIZZES, clock.now())


def test_short_name_stays_once_published(draft_id: int, owner_id: int) -> None:
    publishing.publish(draft_id, owner_id, QUIZZES, clock.now())
    draft = drafting.owned(draft_id, owner_id)
    table = quiz_document.find(draft.document, WORKSHOP)
    drafting.save(draft_id, owner_id, WORKSHOP, {**table, "slug": "autre"}, mark_of(table), clock.now())
    assert drafting.owned(draft_id, owner_id).slug == draft.slug


def test_pictures_are_small_real_and_named_after_what_they_are(draft_id: int, owner_id: int) -> None:
    name = publishing.add_picture(draft_id, owner_id, PNG)
    assert publishing.add_picture(draft_id, owner_id, PNG) == name
    assert publishing.picture(draft_id, name) == PNG
    story = b"\xff\xe1\x00\x10Exif\0\0Nantes!!"
    photo = b"\xff\xd8" + story + b"\xff\xdb\x00\x04ab" + b"\xff\xda\x00\x02scan\xff\xd9"
    kept = publishing.picture(draft_id, publishing.add_picture(draft_id, owner_id, photo))
    assert b"Nantes" not in kept
    assert kept == photo.replace(story, b"")
    for wrong in (b"<svg onload='x()'/>", b"GIF89a", b"RIFF0000WAVE", b""):
        with pytest.raises(NotAPicture):
            publishing.add_picture(draft_id, owner_id, wrong)
    with pytest.raises(TooLarge):
        publishing.add_picture(draft_id, owner_id, PNG + b"0" * publishing.MAX_PICTURE)
    publishing.remove_picture(draft_id, owner_id, name)
    with pytest.raises(NotFound):
        publishing.picture(draft_id, name)
