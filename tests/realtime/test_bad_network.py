"""Promise 5: a slow, stalling or flapping network loses no answer said to be recorded, and no step for long."""

import json
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.bad_network import BadNetwork, Kind, Quality, bad_network
from tests.driving import Desk, Server, until
from workshop.services.keys import hashed

from .slow_pupil import SlowPupil

CLASS = 30
BACK_WITHIN = 3.0  # seconds after the return of the link
CUT, STALL = 10.0, 2.0  # seconds
QUALITIES = (Quality(), Quality(rate=8_000), Quality(latency=2.0))

Ballots = dict[str, dict[str, tuple[int, str]]]  # by round and key: what the database holds


@pytest.fixture
def server(own_server: Server) -> Server:
    return own_server


@pytest.fixture
def network(server: Server) -> Iterator[BadNetwork]:
    with bad_network(server.port) as found:
        yield found


def ballots(server: Server) -> Ballots:
    with closing(sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)) as connection:
        found = connection.execute(
            "SELECT response.round_id, participant.key_hash, response.seq, response.choices"
            " FROM response JOIN participant ON participant.id = response.participant_id"
        ).fetchall()
    kept: Ballots = {}
    for round_id, key_hash, seq, choices in found:
        kept.setdefault(str(round_id), {})[key_hash] = seq, choices
    return kept


def folded(server: Server, live_id: int) -> dict[str, Counter[str]]:
    """What the class is counted as, once it is over and its ballots are gone."""
    with closing(sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)) as connection:
        return {
            str(round_id): Counter(json.loads(voices))
            for round_id, voices in connection.execute(
                "SELECT round_id, voices FROM folded_tally JOIN round ON round.id = round_id WHERE live_session_id = ?",
                (live_id,),
            )
        }


class Lesson:
    """A whole workshop from the console, step after step, whoever is there to see it."""

    def __init__(self, server: Server, desk: Desk, pupils: list[SlowPupil]) -> None:
        self.server, self.desk, self._pupils = server, desk, pupils
        self.steps: list[tuple[float, int]] = []  # moment of the command, version
        self.kept: Ballots = {}  # before the end, or before a close that destroys them
        self.confirmed: dict[tuple[str, str], int] = {}  # of each key and round, before the ballots were read

    def run(self) -> None:
        self._wait(1.5)
        self._does("start")
        while self._goes_on():
            self._wait(1.6 if self.desk.wire.states[-1]["round"] else 0.4)
        self._does("end")

    def _wait(self, seconds: float) -> None:
        threading.Event().wait(seconds)

    def _does(self, *names: str) -> bool:
        for name in names:
            moment = time.monotonic()
            if name in ("close", "end"):
                # What comes after this, and before the close, counts too, and may be destroyed before it is read.
                for pupil in self._pupils:
                    self.confirmed |= {(pupil.key, round_): seq for round_, seq in dict(pupil.confirmed).items()}
                self.kept |= ballots(self.server)
            if self.desk.command(name, confirmed="1" if name in ("close", "end") else "").ok:
                self.steps.append((moment, self.desk.version))
                return True
        return False

    def _goes_on(self) -> bool:
        return self._does("close", "reveal", "more", "next")


@pytest.mark.timeout(150)
# The official client forgets to close its socket when a connection fails.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
def test_whole_workshop_on_bad_links_counts_each_recorded_answer_and_shows_each_step(
    server: Server, desk: Desk, network: BadNetwork
) -> None:
    chooser = random.Random(2026)
    pupils = [SlowPupil(server, network.link(QUALITIES[n % len(QUALITIES)]), n) for n in range(CLASS)]
    try:
        until(lambda: all(pupil.shown for pupil in pupils), "a pupil never came in", 30)
        for number, pupil in enumerate(pupils):
            kinds: tuple[Kind, ...] = (
                ("refused", "held") if pupil.link.quality.latency else ("refused", "held", "silent")
            )
            after = chooser.uniform(0, 12)
            network.cut(pupil.link, after, CUT, kinds[number // len(QUALITIES) % len(kinds)])
            network.cut(pupil.link, after + CUT + chooser.uniform(1, 4), STALL, "held")
        lesson = Lesson(server, desk, pupils)
        lesson.run()
        until(lambda: all(pupil.phase == "ended" for pupil in pupils), "a pupil does not see the end", 30)
    finally:
        for pupil in pupils:
            pupil.leave()
    check_steps(pupils, lesson)
    check_answers(pupils, lesson, server)


def check_steps(pupils: list[SlowPupil], lesson: Lesson) -> None:
    late = []
    for number, pupil in enumerate(pupils):
        for moment, version in lesson.steps:
            due, known = pupil.link.due(moment, BACK_WITHIN), pupil.knows(version)
            assert known is not None
            if known > due:
                late.append((number, pupil.link.quality, version, round(known - due, 2)))
        cut = pupil.link.outages[0]
        assert sum(cut[0] < moment < cut[1] for moment, _ in lesson.steps) >= 3, (
            "nothing happened while the link was cut"
        )
    assert late == []


def check_answers(pupils: list[SlowPupil], lesson: Lesson, server: Server) -> None:
    sent = {pupil.key: pupil.sent for pupil in pupils}
    for (key, round_), seq in lesson.confirmed.items():
        stored, choice = lesson.kept[round_][hashed(key)]
        assert stored >= seq, "an older answer than the one that was recorded"
        assert choice == sent[key][round_][stored]
    counted = folded(server, lesson.desk.live_id)
    assert len(counted) > 10
    for round_, voices in counted.items():
        assert voices == Counter(choice for _, choice in lesson.kept.get(round_, {}).values())
    confirmed = sum(len(pupil.confirmed) for pupil in pupils)
    assert confirmed > CLASS * len(counted) / 3, "more than those whose link is good could say"
