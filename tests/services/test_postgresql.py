"""What PostgreSQL keeps beside the rows. What its files keep of a deleted row, and for how long: docs/deploying.md."""

import pytest
from sqlalchemy import text

from workshop.config import Config
from workshop.extensions import db

from .conftest import ClassRoom

SAMPLED = text(
    "SELECT tablename || '.' || attname FROM pg_stats"
    " WHERE tablename IN ('response', 'participant', 'room_count', 'access', 'link')"
)


@pytest.fixture(params=["postgresql"])
def config(request: pytest.FixtureRequest) -> Config:
    found: Config = request.getfixturevalue("postgres_config")
    return found


def test_planner_keeps_no_sample_of_ballots_nor_of_tokens(room: ClassRoom) -> None:
    """Its statistics outlive the rows, even an ANALYZE of the empty table: they would tell a closed vote on lived
    experience, exactly, and the hashes of keys."""
    room.join(20)
    room.go_to("deja-vu")
    round_id, question = room.open_questions()[0]
    for place, phone in enumerate(room.phones):
        room.answer(phone, round_id, question.choice_ids[place % 3])
    for table in ("response", "participant", "room_count", "access", "link"):
        db.session.execute(text(f"ANALYZE {table}"))
    db.session.commit()
    sampled = set(db.session.execute(SAMPLED).scalars())
    # The search itself can fail: what tells nothing of a pupil is sampled.
    assert {"response.round_id", "participant.live_session_id"} <= sampled
    personal = {"response.choices", "response.participant_id", "response.seq", "response.hidden"}
    personal |= {"participant.key_hash", "participant.number", "participant.last_seen"}
    personal |= {"room_count.channel", "room_count.choice", "room_count.voices", "access.token_hash", "link.token_hash"}
    assert sampled & personal == set()
