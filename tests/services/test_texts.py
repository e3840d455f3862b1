"""What pupils write, on either database: kept until an adult has read it, shown to nobody before, gone at the end."""

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, text

from tests.written_workshop import SLUG, written_library
from workshop import clock
from workshop.domain.charter import MOST
from workshop.domain.errors import (
    CharterFull,
    Malformed,
    NotFound,
    Refusal,
    RoundClosed,
    SessionEnded,
    SessionPaused,
    TextTaken,
    TooManyChanges,
    UnknownChoice,
    UnknownRound,
)
from workshop.domain.live_session import Answering
from workshop.domain.texts import MAX_CHANGES, Approved
from workshop.extensions import db
from workshop.realtime import rehearsal
from workshop.realtime.hub import Hub
from workshop.services import coming_back, joining, moderating, planning, reading, retaining
from workshop.services.batching import Item
from workshop.services.charters import save_charter
from workshop.services.erasing import finish_erasures
from workshop.services.exchanging import pack, take_in
from workshop.services.joining import Arrival, Joined
from workshop.services.keys import comeback_code
from workshop.services.planning import Plan
from workshop.services.reviewing import review
from workshop.services.signed_files import BadFile, exchange_key, sign
from workshop.services.viewing import load_board
from workshop.services.writing import Text, Written
from workshop.storage import texts as stored_texts
from workshop.storage.models import Origin
from workshop.storage.quiz_files import read_quiz
from workshop.storage.text_models import ApprovedText, SetApart, WrittenText
from workshop.storage.transaction import transaction

from .conftest import PEOPLE, ClassRoom, key
from .test_erasing import files

CRY = "J’ai peur de rentrer chez moi"
SECRET = "the hosted instance's"


@pytest.fixture
def make_written(hub: Hub, owner_id: int, tmp_path: Path) -> Callable[..., ClassRoom]:
    quiz = read_quiz(written_library(tmp_path) / SLUG / "quiz.fr.toml")

    def make(answering: Answering = Answering.PHONES, made_up: bool = False) -> ClassRoom:
        plan = Plan(quiz, answering, None, 40, PEOPLE, {}, rehearsal=made_up, level="4e")
        return ClassRoom(hub, planning.set_up(plan, owner_id, clock.now()), owner_id)

    return make


@pytest.fixture
def room(make_written: Callable[..., ClassRoom]) -> ClassRoom:
    """A class of three that is asked for a word."""
    found = make_written()
    found.join(3)
    found.go_to("un-mot")
    return found


def asked(room: ClassRoom) -> int:
    return room.open_questions()[0][0]


def write(room: ClassRoom, phone: Joined, words: str, seq: int = 1, round_id: int | None = None) -> Written:
    db.session.rollback()
    return room.hub.texts.do(Text(phone.participant_id, round_id or asked(room), seq, words))


def says(room: ClassRoom, *words: str) -> int:
    """Each phone writes one; the round."""
    for phone, one in zip(room.phones, words, strict=False):
        write(room, phone, one)
    return asked(room)


def verdict(room: ClassRoom, round_id: int, words: str, wanted: str) -> moderating.Moderated:
    return moderating.moderate(room.live_id, round_id, words, wanted, clock.now())  # type: ignore[arg-type]


def waiting(round_id: int) -> list[tuple[str, int]]:
    found = [(group.text, group.people) for group in reading.panel(round_id).waiting]
    db.session.rollback()
    return found


def approved(round_id: int) -> tuple[Approved, ...]:
    found = stored_texts.approved([round_id]).get(round_id, ())
    db.session.rollback()
    return found


def apart(room: ClassRoom) -> list[str]:
    found = [sheet.text for sheet in reading.sheets(room.live_id, room.state()[1])]
    db.session.rollback()
    return found


def count(table: type) -> int:
    found = len(db.session.execute(select(table)).all())
    db.session.rollback()
    return found


def test_text_is_kept_once_and_waits(room: ClassRoom) -> None:
    for _ in range(3):
        assert write(room, room.phones[0], "courage") == Written(room.live_id, is_apart=False)
    assert waiting(asked(room)) == [("courage", 1)]
    assert approved(asked(room)) == ()


def test_newest_text_of_a_phone_replaces_the_others_in_any_order(room: ClassRoom) -> None:
    for seq, words in ((3, "en parler"), (1, "courage"), (2, "écouter")):
        write(room, room.phones[0], words, seq)
    assert waiting(asked(room)) == [("en parler", 1)]


def test_several_texts_of_one_phone_in_one_batch_keep_the_newest(room: ClassRoom) -> None:
    outcomes: list[Written | Refusal] = []
    for seq, words in ((1, "courage"), (3, "en parler"), (2, "écouter")):
        room.hub.texts.submit(Item(Text(room.phones[0].participant_id, asked(room), seq, words), outcomes.append))
    room.hub.flush()
    assert outcomes == [Written(room.live_id, is_apart=False)] * 3
    assert waiting(asked(room)) == [("en parler", 1)]


def test_texts_that_say_the_same_are_read_once(room: ClassRoom) -> None:
    round_id = says(room, "Courage", "courages !", "courage")
    [group] = reading.panel(round_id).waiting
    assert (group.people, len(group.others)) == (3, 2)
    verdict(room, round_id, group.text, "approve")
    assert approved(round_id) == (Approved(group.text, 3),)
    assert waiting(round_id) == []


def test_text_like_one_that_was_let_through_counts_with_it_in_the_words_that_were_read(room: ClassRoom) -> None:
    round_id = says(room, "Courage")
    verdict(room, round_id, "Courage", "approve")
    write(room, room.phones[1], "COURAGE 🖕")
    assert approved(round_id) == (Approved("Courage", 2),)


def test_wording_that_nobody_read_cannot_be_let_through(room: ClassRoom) -> None:
    round_id = says(room, "Courage")
    with pytest.raises(NotFound):
        verdict(room, round_id, "COURAGE 🖕", "approve")
    write(room, room.phones[0], "autre chose", 2)
    with pytest.raises(NotFound):
        verdict(room, round_id, "Courage", "approve")
    assert approved(round_id) == ()


def test_verdict_may_be_taken_back(room: ClassRoom) -> None:
    round_id = says(room, "courage")
    for wanted, shown in (("refuse", 0), ("approve", 1), ("approve", 1), ("refuse", 0)):
        verdict(room, round_id, "courage", wanted)
        assert len(approved(round_id)) == shown


def test_text_that_was_refused_may_be_written_again_and_is_read_again(room: ClassRoom) -> None:
    round_id = says(room, "connard")
    verdict(room, round_id, "connard", "refuse")
    write(room, room.phones[0], "courage", 2)
    assert waiting(round_id) == [("courage", 1)]


def test_text_that_was_let_through_changes_no_more(room: ClassRoom) -> None:
    round_id = says(room, "courage")
    verdict(room, round_id, "courage", "approve")
    with pytest.raises(TextTaken):
        write(room, room.phones[0], "connard", 2)
    assert write(room, room.phones[0], "courage", 2)
    assert approved(round_id) == (Approved("courage", 1),)


def test_phone_that_writes_again_and_again_is_told_to_stop(room: ClassRoom) -> None:
    for seq in range(1, MAX_CHANGES + 2):
        write(room, room.phones[0], f"mot {seq}", seq)
    with pytest.raises(TooManyChanges):
        write(room, room.phones[0], "encore", MAX_CHANGES + 2)
    assert waiting(asked(room)) == [(f"mot {MAX_CHANGES + 1}", 1)]


def test_text_is_taken_only_while_its_round_is_open(room: ClassRoom) -> None:
    round_id = says(room, "courage")
    room.command("pause")
    with pytest.raises(SessionPaused):
        write(room, room.phones[1], "écouter", round_id=round_id)
    room.command("resume")
    room.command("close")
    with pytest.raises(RoundClosed):
        write(room, room.phones[1], "écouter", round_id=round_id)
    assert write(room, room.phones[0], "courage", round_id=round_id), "`saved` was lost, and sent again"
    room.command("end", confirmed=True)
    with pytest.raises(SessionEnded):
        write(room, room.phones[1], "écouter", round_id=round_id)


def test_text_for_another_class_or_another_kind_of_question_is_refused(
    room: ClassRoom, make_class: Callable[..., ClassRoom]
) -> None:
    other = make_class()
    other.join()
    with pytest.raises(UnknownRound):
        write(other, room.phones[0], "courage")
    with pytest.raises(Malformed):
        write(other, other.phones[0], "courage")
    with pytest.raises(UnknownChoice):
        room.answer(room.phones[0], asked(room), "courage")


def test_lived_experience_is_never_told_in_words(make_class: Callable[..., ClassRoom]) -> None:
    other = make_class()
    other.join()
    other.go_to("deja-vu")
    with pytest.raises(Malformed):
        write(other, other.phones[0], "oui")
    assert count(WrittenText) == 0


def test_number_of_those_who_wrote_is_all_that_screens_know(room: ClassRoom) -> None:
    says(room, "courage", "courage")
    board = load_board(room.row(), clock.now())
    assert board.answered == 2
    assert board.texts == {}
    pupils = load_board(room.row(), clock.now(), pupils=True)
    assert (pupils.reading, pupils.apart, pupils.texts) == (None, 0, {})


def test_words_that_may_call_for_help_are_set_apart_at_once(room: ClassRoom) -> None:
    before = clock.now()
    assert write(room, room.phones[0], CRY) == Written(room.live_id, is_apart=True)
    assert apart(room) == [CRY]
    assert waiting(asked(room)) == []
    [sheet] = reading.sheets(room.live_id, room.state()[1])
    assert before <= sheet.at <= clock.now()
    assert write(room, room.phones[0], CRY), "sent again, it makes no second sheet"
    write(room, room.phones[0], "courage", 2)
    assert apart(room) == [CRY], "its author may take it back from the screens, not from the adult"
    assert waiting(asked(room)) == [("courage", 1)]


def test_sheet_holds_nothing_of_a_phone() -> None:
    assert {column.name for column in SetApart.__table__.columns} == {"id", "round_id", "text", "at"}


def test_any_text_can_be_set_apart_by_hand_and_its_phones_are_told(room: ClassRoom) -> None:
    round_id = says(room, "à l’aide", "A l’aide !", "courage")
    verdict(room, round_id, "à l’aide", "approve")
    told = verdict(room, round_id, "à l’aide", "apart").apart
    assert set(told) == {phone.participant_id for phone in room.phones[:2]}
    assert sorted(apart(room)) == ["A l’aide !", "à l’aide"], "the exact words of each"
    assert approved(round_id) == ()
    assert joining.known(room.row(), room.phones[0].key_hash).is_apart  # type: ignore[union-attr]
    assert not joining.known(room.row(), room.phones[2].key_hash).is_apart  # type: ignore[union-attr]


def test_what_was_no_call_comes_back_to_be_read(room: ClassRoom) -> None:
    round_id = says(room, "On peut en mourir ?", "courage")
    [sheet] = reading.sheets(room.live_id, room.state()[1])
    with pytest.raises(NotFound):
        verdict(room, round_id, "On peut en mourir ?", "approve")
    moderating.release(room.live_id, sheet.id, clock.now())
    assert apart(room) == []
    assert ("On peut en mourir ?", 1) in waiting(round_id)
    verdict(room, round_id, "On peut en mourir ?", "approve")
    write(room, room.phones[2], "on peut en mourir")
    assert approved(round_id)[0] == Approved("On peut en mourir ?", 2)


def test_sheet_of_another_class_cannot_be_reached(room: ClassRoom, make_class: Callable[..., ClassRoom]) -> None:
    write(room, room.phones[0], CRY)
    [sheet] = reading.sheets(room.live_id, room.state()[1])
    other = make_class()
    with pytest.raises(NotFound):
        moderating.delete_sheet(other.live_id, sheet.id)
    with pytest.raises(NotFound):
        moderating.release(other.live_id, sheet.id, clock.now())
    assert apart(room) == [CRY]


def test_words_said_aloud_count_with_what_was_written(make_written: Callable[..., ClassRoom]) -> None:
    room = make_written(Answering.HANDS)
    room.go_to("un-mot")
    round_id = asked(room)
    for words in ("courage", "Courages", "en parler"):
        moderating.say_aloud(room.live_id, round_id, words, clock.now())
    assert approved(round_id) == (Approved("courage", 2), Approved("en parler", 1))
    assert load_board(room.row(), clock.now()).answered == 3


def test_words_said_aloud_let_through_those_that_wait(room: ClassRoom) -> None:
    round_id = says(room, "courage")
    moderating.say_aloud(room.live_id, round_id, "Courage !", clock.now())
    assert approved(round_id) == (Approved("Courage !", 2),)
    assert waiting(round_id) == []


def test_adult_reads_until_the_end_and_no_longer(room: ClassRoom) -> None:
    round_id = says(room, "courage", "écouter", "connard")
    verdict(room, round_id, "courage", "approve")
    room.command("close")
    verdict(room, round_id, "écouter", "approve")
    room.command("reveal")
    verdict(room, round_id, "connard", "approve")
    assert len(approved(round_id)) == 3
    room.command("end", confirmed=True)
    with pytest.raises(SessionEnded):
        verdict(room, round_id, "connard", "refuse")


def test_what_was_let_through_stays_with_its_number_and_nothing_else_does(room: ClassRoom) -> None:
    round_id = says(room, "courage", "Courage !", "connard")
    verdict(room, round_id, "courage", "approve")
    moderating.say_aloud(room.live_id, round_id, "courage", clock.now())
    room.command("end", confirmed=True)
    assert approved(round_id) == (Approved("courage", 3),)
    assert (count(WrittenText), count(ApprovedText)) == (0, 1)
    [said] = review(room.row()).said
    assert (said.title, said.texts) == ("Un mot", ("courage",))


@pytest.mark.parametrize("words", ["un texte que personne n’a lu", "insulte introuvable connard"])
def test_bytes_of_what_was_not_let_through_leave_the_files(room: ClassRoom, words: str) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("its own files are read elsewhere")
    round_id = says(room, words, "courage")
    if "connard" in words:
        verdict(room, round_id, words, "refuse")
    verdict(room, round_id, "courage", "approve")
    data = room.hub.app.config["PREAU"].data
    planted = [words.encode(), words.replace(" ", "").replace("’", "").encode()]
    assert planted[0] in files(data)
    room.command("end", confirmed=True)
    assert finish_erasures(db.engine) == [room.live_id]
    assert not [one for one in planted if one in files(data)]
    assert b"courage" in files(data)


def test_bytes_of_a_sheet_leave_the_files_with_it(room: ClassRoom) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("its own files are read elsewhere")
    write(room, room.phones[0], CRY)
    room.command("end", confirmed=True)
    finish_erasures(db.engine)
    data = room.hub.app.config["PREAU"].data
    assert CRY.encode() in files(data), "a sheet stays until it has been handed over"
    [sheet] = reading.sheets(room.live_id, room.state()[1])
    db.session.rollback()
    moderating.delete_sheet(room.live_id, sheet.id)
    assert finish_erasures(db.engine) == [room.live_id]
    assert CRY.encode() not in files(data)


def test_sheet_goes_by_itself_after_its_days_and_not_before(room: ClassRoom) -> None:
    write(room, room.phones[0], CRY)
    room.command("end", confirmed=True)
    periods = retaining.Periods.of(90, 12, 60, apart_days=30)
    assert retaining.purge(clock.now() + timedelta(days=29), periods).apart == 0
    assert apart(room) == [CRY]
    assert retaining.purge(clock.now() + timedelta(days=31), periods).apart == 1
    assert apart(room) == []


def test_text_follows_its_author_to_another_browser_and_is_shown_to_neither(room: ClassRoom) -> None:
    write(room, room.phones[0], CRY)
    code = comeback_code(room.hub.secret, room.live_id, room.phones[0].key_hash)
    coming_back.come_back(room.code, code, key(77), room.hub.secret)
    db.session.remove()
    back = joining.known(room.row(), key(77))
    assert back is not None
    assert [(own.seq, own.text) for own in back.answers] == [(1, None)]
    assert not back.is_apart
    assert apart(room) == [CRY]


def test_text_of_the_other_browser_is_kept_where_the_sign_had_none(room: ClassRoom) -> None:
    write(room, room.phones[1], "courage")
    code = comeback_code(room.hub.secret, room.live_id, room.phones[0].key_hash)
    coming_back.come_back(room.code, code, room.phones[1].key_hash, room.hub.secret)
    assert waiting(asked(room)) == [("courage", 1)]
    rows = db.session.execute(text("SELECT participant_id, hidden FROM written_text")).all()
    assert [(row[0], bool(row[1])) for row in rows] == [(room.phones[0].participant_id, True)]
    db.session.rollback()


def test_charter_is_typed_shown_and_kept(room: ClassRoom) -> None:
    save_charter(room.live_id, "affiche", ["On écoute", "", " On  en parle "], clock.now())
    edits = room.row().edits
    with pytest.raises(CharterFull):
        save_charter(room.live_id, "affiche", ["x"] * (MOST + 1), clock.now())
    with pytest.raises(NotFound):
        save_charter(room.live_id, "un-mot", ["x"], clock.now())
    assert room.row().edits == edits
    room.command("end", confirmed=True)
    with pytest.raises(SessionEnded):
        save_charter(room.live_id, "affiche", [], clock.now())
    [promised] = review(room.row()).promised
    assert promised.lines == ("On écoute", "On en parle")


def test_simulated_class_writes_what_there_is_to_read(make_written: Callable[..., ClassRoom]) -> None:
    room = make_written(made_up=True)
    pupils = [room.hub.arrivals.do(Arrival(room.code, key(n), simulated=True)).participant_id for n in range(12)]
    room.go_to("boite")
    db.session.rollback()
    answered: set[tuple[int, int]] = set()
    random = Random(7)
    while len(answered) < len(pupils):
        assert rehearsal._answer(room.hub, room.live_id, pupils, answered, random)
    room.hub.flush()
    assert sum(people for _, people in waiting(asked(room))) == len(pupils)
    assert apart(room) == []


def brought(room: ClassRoom) -> bytes:
    file = pack(room.row(), exchange_key(SECRET, room.owner_id))
    with transaction():
        db.session.delete(db.session.get_one(Origin, room.live_id))
    return file


def ended_with_words(room: ClassRoom) -> None:
    round_id = says(room, "courage", "Courage", CRY)
    verdict(room, round_id, "courage", "approve")
    save_charter(room.live_id, "affiche", ["On écoute"], clock.now())
    room.command("end", confirmed=True)


def test_signed_file_brings_words_and_charter_and_no_sheet(room: ClassRoom) -> None:
    ended_with_words(room)
    file = brought(room)
    assert CRY not in gzip.decompress(file).decode()
    row = ClassRoom(room.hub, take_in(file, SECRET, room.owner_id), room.owner_id).row()
    found = review(row)
    assert (found.said[0].texts, found.promised[0].lines) == (("courage",), ("On écoute",))
    assert [one.people for one in stored_texts.approved([r.id for r in row.rounds]).popitem()[1]] == [2]


@pytest.mark.parametrize(
    "change",
    [
        {"texts": [["x" * 81, 1]]},
        {"texts": [["a\u202eb", 1]]},
        {"texts": [["courage", -1]]},
        {"texts": [["courage", 1], ["Courages", 1]]},
        {"texts": 3},
    ],
    ids=str,
)
def test_file_with_words_that_cannot_be_is_refused(room: ClassRoom, change: dict[str, object]) -> None:
    ended_with_words(room)
    signed = json.loads(gzip.decompress(brought(room)))
    signed["body"]["rounds"][0] |= change
    signed["signature"] = sign(exchange_key(SECRET, room.owner_id), signed["body"])
    with pytest.raises(BadFile):
        take_in(gzip.compress(json.dumps(signed).encode()), SECRET, room.owner_id)
