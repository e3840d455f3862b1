"""What is told to Prometheus: counts that follow what happens, and stand still while lived experience is asked."""

import re

import pytest

from tests.services.conftest import ClassRoom
from workshop.realtime.measures import MEASURES
from workshop.web.probes import MOST_WAITING

TOKEN = "what Prometheus shows"


def figures(room: ClassRoom) -> dict[str, float]:
    lines = [line.rsplit(" ", 1) for line in room.hub.measured().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def answer_all(room: ClassRoom) -> None:
    round_id, question = room.open_questions()[0]
    for phone in room.phones:
        room.answer(phone, round_id, question.choice_ids[0])


def test_answers_move_the_counters(room: ClassRoom) -> None:
    room.join(4)
    room.go_to("premier-geste")
    before = figures(room)
    answer_all(room)
    after = figures(room)
    assert after["preau_answers_total"] - before["preau_answers_total"] == 4
    assert after["preau_commit_seconds_count"] - before["preau_commit_seconds_count"] == 4
    assert after['preau_batch_answers_bucket{le="1"}'] - before.get('preau_batch_answers_bucket{le="1"}', 0) == 4
    assert after["preau_commit_seconds_sum"] > before["preau_commit_seconds_sum"]


def test_answers_on_lived_experience_move_nothing(room: ClassRoom) -> None:
    """Whoever reads the counters in the classroom would see who taps when."""
    room.join(4)
    room.go_to("deja-vu")
    before = room.hub.measured()
    answer_all(room)
    assert room.hub.measured() == before
    assert len(room.open_questions()) == 1, "it was not open: this proves nothing"


def test_text_is_what_prometheus_reads(room: ClassRoom) -> None:
    room.join(1)
    room.go_to("premier-geste")
    answer_all(room)
    text = room.hub.measured()
    assert text.endswith("\n") and not text.endswith("\n\n")
    for line in text.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) preau_\w+ .+|preau_\w+(\{\w+="[\w.+]+"\})? [\d.e+]+', line), line
    named = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    assert named == {measure.name for measure in MEASURES}
    buckets = [float(value) for value in re.findall(r"preau_commit_seconds_bucket\S+ (\d+)", text)]
    assert buckets == sorted(buckets) and f"preau_commit_seconds_count {buckets[-1]:.0f}\n" in text


@pytest.mark.parametrize(
    ("given", "header", "status"),
    [
        (None, "", 404),
        (None, "Bearer ", 404),
        (TOKEN, "", 404),
        (TOKEN, f"Bearer {TOKEN}x", 404),
        (TOKEN, f"Bearer {TOKEN}", 200),
    ],
)
def test_measures_are_for_whoever_holds_the_token(room: ClassRoom, given: str | None, header: str, status: int) -> None:
    object.__setattr__(room.hub.app.config["PREAU"], "metrics_token", given)
    answer = room.hub.app.test_client().get("/metrics", headers={"Authorization": header, "Host": "10.0.0.11:8000"})
    assert answer.status_code == status
    assert ("preau_answers_total" in answer.text) is (status == 200)


def test_probe_is_told_what_is_wrong_and_not_how_many_wait(room: ClassRoom) -> None:
    client = room.hub.app.test_client()
    assert client.get("/readyz").get_json() == {"ok": True, "database": True, "queue": True}
    room.hub.answers._queue.extend([None] * MOST_WAITING)  # type: ignore[list-item]  # only counted
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (503, {"ok": False, "database": True, "queue": False})
    assert f"preau_waiting_answers {MOST_WAITING}" in room.hub.measured()
    room.hub.answers._queue.clear()
    room.hub.answers._queue.extend([None] * 99)  # type: ignore[list-item]
    assert "preau_waiting_answers 0" in room.hub.measured(), "one phone that answers could be seen"
    room.hub.answers._queue.clear()
