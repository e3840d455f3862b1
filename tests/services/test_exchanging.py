"""A class brought from a laptop to the hosted instance in one signed file, on either database."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from workshop.extensions import db
from workshop.services.exchanging import pack, take_in
from workshop.services.reviewing import NoReview, review
from workshop.services.signed_files import BadFile, exchange_key, is_exchange_key, sign
from workshop.storage import live_sessions
from workshop.storage.models import FoldedShift, LiveSessionRow, Origin, RoundRow
from workshop.storage.transaction import transaction

from .conftest import ClassRoom
from .test_reviewing import live_an_hour

SECRET = "the hosted instance's"


def forget_origin(room: ClassRoom) -> None:
    """As on another machine, which never saw this class."""
    with transaction():
        db.session.delete(db.session.get_one(Origin, room.live_id))


def brought(room: ClassRoom) -> bytes:
    file = pack(room.row(), exchange_key(SECRET, room.owner_id))
    forget_origin(room)
    return file


def classes() -> int:
    found = db.session.execute(select(func.count()).select_from(LiveSessionRow)).scalar_one()
    db.session.rollback()
    return found


def told(live_id: int) -> dict[str, Any]:
    row = live_sessions.find(live_id)
    assert row is not None
    found = {**review(row).__dict__, "live_id": 0}
    db.session.rollback()
    return found


def disclosed(live_id: int) -> list[Any]:
    query = select(RoundRow.disclosed).where(RoundRow.live_session_id == live_id, RoundRow.is_experience.is_(True))
    found = list(db.session.execute(query).scalars())
    db.session.rollback()
    return found


def test_class_brought_says_what_it_said_and_is_merged_once(room: ClassRoom) -> None:
    live_an_hour(room)
    file = brought(room)
    first = take_in(file, SECRET, room.owner_id)
    assert first != room.live_id
    assert take_in(file, SECRET, room.owner_id) == first
    assert classes() == 2
    assert told(first) == told(room.live_id)


def test_lived_experience_is_kept_as_it_was_protected(room: ClassRoom) -> None:
    live_an_hour(room)
    kept = disclosed(room.live_id)
    assert kept
    assert kept[0]["respondents"] == 12
    assert disclosed(take_in(brought(room), SECRET, room.owner_id)) == kept


def test_opinions_come_with_the_words_that_were_asked_and_how_they_moved(room: ClassRoom) -> None:
    room.join(4)
    for activity, choice in (("", "plutot-non"), ("sortie", "plutot-oui")):
        if activity:
            room.go_to(activity)
        round_id = next(r for r, q in room.open_questions() if q.id == "aider-sans-danger")
        for phone in room.phones:
            room.answer(phone, round_id, choice)
    room.command("end", confirmed=True)
    brought_id = take_in(brought(room), SECRET, room.owner_id)
    rows = db.session.execute(select(FoldedShift).where(FoldedShift.live_session_id == brought_id)).scalars()
    assert {row.direction: row.people for row in rows} == {"lower": 0, "same": 0, "higher": 4}
    row = live_sessions.find(brought_id)
    assert row is not None
    assert live_sessions.workshop_of(row) == room.state()[1]
    assert live_sessions.to_state(row).silent_for is None


def test_file_is_the_same_class_each_time_it_is_made(room: ClassRoom) -> None:
    live_an_hour(room)
    key = exchange_key(SECRET, room.owner_id)
    assert pack(room.row(), key) == pack(room.row(), key)


def test_altered_file_is_refused(room: ClassRoom) -> None:
    live_an_hour(room)
    file = brought(room)
    opened = json.loads(gzip.decompress(file))
    opened["body"]["class_label"] = "5e A"
    hollow = (b"[]", b"{}", b"[" * 90_000, b"0" * 2_000_000)
    for altered in (json.dumps(opened).encode(), *hollow):
        with pytest.raises(BadFile):
            take_in(gzip.compress(altered), SECRET, room.owner_id)
    for cut in (file[:-9], file[1:], b"", b"{}"):
        with pytest.raises(BadFile):
            take_in(cut, SECRET, room.owner_id)
    assert classes() == 1


def test_file_of_another_instance_or_another_account_is_refused(room: ClassRoom) -> None:
    live_an_hour(room)
    file = brought(room)
    for secret, account in (("another instance's", room.owner_id), (SECRET, room.owner_id + 1)):
        with pytest.raises(BadFile):
            take_in(file, secret, account)


def lie(body: dict[str, Any], name: str) -> None:
    lived = next(r for r in body["rounds"] if r["activity"] == "deja-vu")
    ordinary = next(r for r in body["rounds"] if "voices" in r)
    choices = ("souvent", "une-fois", "non", "sans-reponse")

    def rounded(*counts: int) -> dict[str, Any]:
        return {"respondents": 12, "rounded": [list(pair) for pair in zip(choices, counts, strict=True)]}

    if name == "exact counts of lived experience":
        lived |= {
            "voices": dict.fromkeys(choices, 3),
            "respondents": {"phone": 12, "turns": 0, "group": 0, "hand": 0, "card": 0},
        }
    elif name == "a tally that was never drawn":
        lived["disclosed"] = rounded(5, 0, 7, 0)
    elif name == "an unsafe tally":
        lived["disclosed"] = rounded(15, 0, 0, 0)
    elif name == "a count below zero":
        ordinary["voices"] = dict.fromkeys(ordinary["voices"], -1)
    elif name == "a move to nowhere":
        body["shifts"].append(["aider-sans-danger", "sideways", 1])
    elif name == "a survey that cannot be read":
        body["quiz"]["survey"] = "format = 2"
    elif name == "a question that is not asked":
        ordinary["question"] = "nulle-part"
    elif name == "a workshop that cannot be read":
        body["quiz"]["source"] = "format = 2"
    elif name == "a round twice":
        body["rounds"].append(ordinary)
    elif name == "a zero in a name":
        body["school"] = "Collège\0"
    else:
        body["school"] = "x" * 10_000


@pytest.mark.parametrize(
    "name",
    [
        "exact counts of lived experience", "a tally that was never drawn", "an unsafe tally", "a count below zero",
        "a question that is not asked", "a workshop that cannot be read", "a round twice", "a zero in a name",
        "a name without an end", "a move to nowhere", "a survey that cannot be read",
    ],
)  # fmt: skip
def test_file_signed_by_somebody_who_lies_is_refused(room: ClassRoom, name: str) -> None:
    live_an_hour(room)
    opened = json.loads(gzip.decompress(brought(room)))
    lie(opened["body"], name)
    opened["signature"] = sign(exchange_key(SECRET, room.owner_id), opened["body"])
    with pytest.raises(BadFile):
        take_in(gzip.compress(json.dumps(opened).encode()), SECRET, room.owner_id)
    assert classes() == 1


@pytest.mark.parametrize("rehearsal", [False, True])
def test_running_class_and_rehearsal_make_no_file(make_class: Callable[..., ClassRoom], rehearsal: bool) -> None:
    room = make_class(rehearsal=rehearsal)
    if rehearsal:
        room.command("end", confirmed=True)
    with pytest.raises(NoReview):
        pack(room.row(), exchange_key(SECRET, room.owner_id))
    db.session.rollback()


def test_key_is_told_from_what_is_not_one() -> None:
    assert is_exchange_key(exchange_key(SECRET, 12))
    for text in ("", "12", "12.", f"x.{'a' * 64}", f"12.{'g' * 64}", f"12.{'a' * 63}"):
        assert not is_exchange_key(text)
