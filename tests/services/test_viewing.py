"""The board that a push to pupils is drawn from says what the whole board says."""

from itertools import chain, repeat

import gevent

from tests.services.conftest import ClassRoom
from workshop import clock
from workshop.domain.errors import Refusal
from workshop.realtime.audiences import participant_view
from workshop.services.viewing import Counts, load_board, load_counts


def assert_pupils_see_the_same(room: ClassRoom) -> bool:
    """And True if a result was among what they see. The counts that are sent alone are those of the board."""
    board = load_board(room.row(), clock.now())
    counts = Counts(board.answered, board.expected_answers, board.connected, board.joined)
    assert load_counts(room.row(), clock.now()) == counts
    whole = participant_view(load_board(room.row(), clock.now()))
    assert participant_view(load_board(room.row(), clock.now(), pupils=True)) == whole
    return whole.scene is not None and any(question.result for question in whole.scene.questions)


def test_pupils_board_draws_what_the_whole_board_draws_at_each_step(room: ClassRoom) -> None:
    results = 0
    phones = room.join(12)
    for name in chain(("start",), repeat("")):
        step = None if name else room.step()
        room.command(name or step.command, confirmed=bool(step and step.confirm))  # type: ignore[union-attr]
        for round_id, question in room.open_questions():
            for place, phone in enumerate(phones):
                room.answer(phone, round_id, question.choice_ids[place % 2])
        results += assert_pupils_see_the_same(room)
        for laid in ("help", "hide", "last", "hide", "pause", "resume", "vote_again"):
            try:
                room.command(laid)
            except Refusal:
                continue
            results += assert_pupils_see_the_same(room)
        if room.state()[0].phase.value == "ended":
            break
    assert results > 4, "no result was ever compared"


def test_what_moved_on_another_process_is_read_again_though_nobody_looked_on_here(room: ClassRoom) -> None:
    publisher = room.hub.publisher
    version = room.row().version
    kept = publisher.snapshot(room.live_id, "participant", "fr", version)
    assert publisher.snapshot(room.live_id, "participant", "fr", version) is kept
    publisher.heard("moved", {"live": [room.live_id], "audiences": ["participant"], "by": "another"})
    gevent.sleep(0)
    assert publisher.snapshot(room.live_id, "participant", "fr", version) is not kept
