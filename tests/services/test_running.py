"""Commands of a facilitator: compare-and-set, and what closing, skipping and ending do to ballots."""

import random
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from workshop import clock
from workshop.domain.disclosure import safe_outcomes
from workshop.domain.errors import NeedsConfirmation, NotAllowed, Refusal, RoundClosed, SessionEnded, StaleVersion
from workshop.domain.live_session import Answering, Command, Phase
from workshop.domain.tally import Tally
from workshop.extensions import db
from workshop.services import accounts, running, tallying
from workshop.services.hands import enter_hands
from workshop.services.viewing import load_board
from workshop.storage import live_sessions, responses
from workshop.storage.models import FoldedShift, FoldedTally, FoldedTransition, RoundRow

from .conftest import ClassRoom


def count(table: str) -> int:
    found = int(db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # our own names
    db.session.rollback()
    return found


def vote(room: ClassRoom, *places: int) -> int:
    """Each phone answers the open question with the choice at its place; the round."""
    round_id, question = room.open_questions()[0]
    for phone, place in zip(room.phones, places, strict=True):
        room.answer(phone, round_id, question.choice_ids[place])
    return round_id


def test_command_with_the_version_of_another_time_is_refused(room: ClassRoom) -> None:
    with pytest.raises(StaleVersion):
        running.run_command(room.live_id, Command("start", 7), clock.now())
    assert room.state()[0].phase is Phase.LOBBY


def test_double_click_advances_once(app: Flask, room: ClassRoom) -> None:
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def click() -> None:
        with app.app_context():
            together.wait()
            try:
                running.run_command(room.live_id, Command("start", 0), clock.now())
                outcomes.append("done")
            except StaleVersion:
                outcomes.append("stale")

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert sorted(outcomes) == ["done", "stale"]
    assert room.state()[0].version == 1


def test_closing_lived_experience_needs_a_second_gesture(room: ClassRoom) -> None:
    room.go_to("deja-vu")
    with pytest.raises(NeedsConfirmation):
        room.command("close")


def test_closing_lived_experience_keeps_only_a_protected_tally(room: ClassRoom) -> None:
    room.join(12)
    room.go_to("deja-vu")
    round_id = vote(room, *[0] * 5 + [1] * 4 + [2] * 3)
    room.command("close", confirmed=True)
    assert count("response") == 0
    disclosed = live_sessions.disclosed_of(db.session.get_one(RoundRow, round_id))
    assert disclosed is not None and disclosed.respondents == 12
    assert [value for _, value in disclosed.rounded] in [outcome for outcome, _ in safe_outcomes([5, 4, 3, 0])]


def test_lived_experience_under_ten_respondents_says_nothing_but_how_many(room: ClassRoom) -> None:
    room.join(9)
    room.go_to("deja-vu")
    round_id = vote(room, *[0] * 9)
    room.command("close", confirmed=True)
    disclosed = live_sessions.disclosed_of(db.session.get_one(RoundRow, round_id))
    assert disclosed is not None and (disclosed.respondents, disclosed.rounded) == (9, ())


def test_skipping_lived_experience_destroys_it_without_a_tally(room: ClassRoom) -> None:
    room.join(12)
    room.go_to("deja-vu")
    round_id = vote(room, *[0] * 12)
    with pytest.raises(NeedsConfirmation):
        room.command("skip")
    assert count("response") == 12
    room.command("skip", confirmed=True)
    assert count("response") == 0
    assert db.session.get_one(RoundRow, round_id).disclosed is None


def test_skipping_an_ordinary_question_keeps_what_was_confirmed(room: ClassRoom) -> None:
    room.join(2)
    room.go_to("premier-geste")
    vote(room, 0, 1)
    room.command("skip")
    assert count("response") == 2


def test_exact_tally_of_lived_experience_does_not_exist(room: ClassRoom) -> None:
    room.join(12)
    room.go_to("deja-vu")
    round_id = vote(room, *[0] * 12)
    (_, question) = room.open_questions()[0]
    with pytest.raises(NotAllowed):
        tallying.tally_of(db.session.get_one(RoundRow, round_id), question)
    assert responses.count_by_choices(round_id) == []


def test_ending_folds_counts_and_transitions_then_destroys_ballots(room: ClassRoom) -> None:
    room.join(3)
    questions = room.open_questions()
    first_round, first = questions[0]
    wrong = next(choice for choice in first.choice_ids if choice not in first.expected)
    (right,) = first.expected
    for phone, choice in zip(room.phones, (wrong, wrong, right), strict=True):
        room.answer(phone, first_round, choice)
    room.go_to("apres")
    after_round = next(r for r, q in room.open_questions() if q.id == first.id)
    for phone, choice in zip(room.phones[:2], (right, wrong), strict=True):
        room.answer(phone, after_round, choice)
    room.command("end", confirmed=True)
    assert (count("response"), count("participant"), count("room_count")) == (0, 0, 0)
    folded = db.session.get_one(FoldedTally, first_round)
    assert (folded.voices[wrong], folded.voices[right]) == (2, 1)
    assert folded.respondents == {"phone": 3, "turns": 0, "group": 0, "hand": 0, "card": 0}
    cells = {
        (cell.right_before, cell.right_after): cell.people
        for cell in db.session.query(FoldedTransition).filter_by(question_id=first.id)
    }
    # The third phone answered only before: it is in the counts, and in no pair.
    assert cells == {(False, True): 1, (False, False): 1, (True, False): 0, (True, True): 0}


def test_ending_folds_opinions_into_lower_same_and_higher(room: ClassRoom) -> None:
    room.join(6)
    able, question = room.open_questions()[-1]
    no, rather_no, rather_yes, yes, pass_ = question.choice_ids
    assert question.register == "opinion"
    before = no, rather_no, rather_yes, yes, pass_
    for phone, choice in zip(room.phones, before, strict=False):
        room.answer(phone, able, choice)
    room.go_to("sortie")
    again = next(round_id for round_id, q in room.open_questions() if q.id == question.id)
    for phone, choice in zip(room.phones, (rather_yes, yes, rather_no, yes, yes, yes), strict=True):
        room.answer(phone, again, choice)
    room.command("end", confirmed=True)
    # One passed in the lobby, one came without a word: neither is in a pair, both are in the counts.
    found = {row.direction: row.people for row in db.session.query(FoldedShift).filter_by(question_id=question.id)}
    assert found == {"lower": 1, "same": 1, "higher": 2}
    assert db.session.get_one(FoldedTally, again).voices == {no: 0, rather_no: 1, rather_yes: 1, yes: 4, pass_: 0}
    assert db.session.query(FoldedTransition).filter_by(question_id=question.id).count() == 0
    assert count("response") == 0


def test_exit_survey_is_shown_to_the_class_by_choice_alone(room: ClassRoom) -> None:
    room.join(3)
    room.go_to("sortie")
    vote(room, 0, 1, 2)
    room.command("close")
    assert (room.step().command, room.state()[0].shown & {"sortie"}) == ("next", frozenset())
    room.command("reveal")
    assert "sortie" in room.state()[0].shown


@pytest.mark.parametrize("answering", [Answering.PHONES, Answering.MIXED])
def test_no_row_of_a_pupil_is_left_after_the_end(make_class: Callable[..., ClassRoom], answering: Answering) -> None:
    """On either database. What PostgreSQL's files keep of a deleted row for a while is said in docs/deploying.md."""
    room = make_class(answering=answering)
    room.join(12)
    now = clock.now()
    accounts.trade_link(accounts.make_link("remote", now, timedelta(hours=1), live_id=room.live_id), now)
    accounts.make_link("remote", now, timedelta(hours=1), live_id=room.live_id)
    for activity in ("premier-geste", "deja-vu", "apres", "sortie"):
        room.go_to(activity)
        for round_id, question in room.open_questions():
            for phone in room.phones:
                room.answer(phone, round_id, question.choice_ids[0])
            if answering is Answering.MIXED and question.register in ("knowledge", "situation"):
                enter_hands(room.live_id, round_id, {question.choice_ids[0]: 3})
    room.command("end", confirmed=True)
    for table in ("response", "participant", "room_count", "access", "link"):
        assert count(table) == 0, table
    assert count("folded_tally") == len([r for r in room.row().rounds if not r.is_experience])


def test_summary_after_the_end_is_what_was_seen_before(room: ClassRoom) -> None:
    room.join(4)
    room.go_to("premier-geste")
    round_id = vote(room, 0, 0, 1, 2)
    room.command("close")
    before = load_board(room.row(), clock.now()).tallies[round_id]
    room.command("end", confirmed=True)
    after = load_board(room.row(), clock.now()).tallies[round_id]
    assert (after.voices, after.respondents) == (before.voices, before.respondents)


def test_deadline_closes_once_from_any_number_of_sweeps(room: ClassRoom) -> None:
    room.join(1)
    room.go_to("premier-geste")
    room.command("deadline", number=1)
    later = clock.now().replace(year=2100)
    assert [change.live_id for change in running.close_due(later)] == [room.live_id]
    assert running.close_due(later) == []
    assert room.state()[0].phase is Phase.CLOSED


def test_lived_experience_becomes_a_talk_without_devices(make_class: object) -> None:
    room = make_class(answering=Answering.HANDS)  # type: ignore[operator]  # the fixture's factory
    room.go_to("deja-vu")
    live, _ = room.state()
    assert (live.phase, live.open_rounds) == (Phase.OPEN, ())


def test_random_commands_and_answers_never_count_twice(room: ClassRoom) -> None:
    """Two tabs and five phones do anything; a round holds one ballot a phone at most, from while it was open."""
    chance = random.Random(20261123)  # reproducible
    room.join(5)
    names = [
        "start",
        "next",
        "close",
        "reveal",
        "vote_again",
        "back",
        "pause",
        "resume",
        "skip",
        "help",
        "hide",
        "last",
    ]
    expected: dict[tuple[int, int], tuple[int, str]] = {}
    for _ in range(150):
        live, _workshop = room.state()
        if chance.random() < 0.5:
            version = live.version - chance.choice((0, 0, 0, 1))
            try:
                command = Command(chance.choice(names), version, chance.random() < 0.8)
                running.run_command(room.live_id, command, clock.now())
            except Refusal:
                pass
        rounds = room.open_questions() or [(chance.randrange(1, 9), None)]
        round_id, question = chance.choice(rounds)
        phone, seq = chance.choice(room.phones), chance.randrange(1, 6)
        choice = chance.choice(question.choice_ids) if question else "rien"
        try:
            room.answer(phone, round_id, choice, seq=seq)
        except Refusal:
            continue
        key = (round_id, phone.participant_id)
        if question and room.state()[0].paused_at is None and seq > expected.get(key, (0, ""))[0]:
            expected[key] = (seq, choice)
    rows = db.session.execute(text("SELECT round_id, participant_id, seq, choices FROM response"))
    stored = {(row[0], row[1]): (row[2], row[3]) for row in rows}
    experience = {r.id for r in room.row().rounds if r.is_experience and not r.is_open}
    assert stored == {key: value for key, value in expected.items() if key[0] not in experience}
    assert all(isinstance(tally, Tally) for tally in load_board(room.row(), clock.now()).tallies.values())


def test_more_time_is_kept_and_no_sweep_closes_any_more(room: ClassRoom) -> None:
    [asking, other] = room.join(2)
    room.go_to("premier-geste")
    [(round_id, _)] = room.open_questions()
    room.command("deadline", number=60)
    before = room.row()
    version, edits = before.version, before.edits
    assert running.give_time(asking.participant_id, round_id, clock.now()) is not None
    assert running.give_time(other.participant_id, round_id, clock.now()) is None
    row = room.row()
    assert (row.version, row.edits) == (version, edits + 1)
    assert [(r.closes_at, r.untimed) for r in row.rounds if r.is_open] == [(None, True)]
    assert running.close_due(clock.now().replace(year=2100)) == []


def test_more_time_is_for_phones_of_this_class_and_for_what_is_open(
    room: ClassRoom, make_class: Callable[..., ClassRoom]
) -> None:
    [here] = room.join(1)
    room.go_to("premier-geste")
    [(round_id, _)] = room.open_questions()
    room.command("deadline", number=60)
    [elsewhere] = make_class().join(1)
    with pytest.raises(RoundClosed):
        running.give_time(elsewhere.participant_id, round_id, clock.now())
    with pytest.raises(SessionEnded):
        running.give_time(999_999, round_id, clock.now())
    room.command("close")
    with pytest.raises(RoundClosed):
        running.give_time(here.participant_id, round_id, clock.now())
