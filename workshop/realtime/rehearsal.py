"""A simulated class in a rehearsal: it joins and answers through the same doors, and never meets a real phone."""

from random import Random
from typing import TYPE_CHECKING

from workshop.domain.errors import Refusal, UnknownCode
from workshop.domain.live_session import LiveSession, Phase
from workshop.domain.simulation import plausible_choices, plausible_text
from workshop.extensions import db
from workshop.services.batching import Item
from workshop.services.joining import Arrival
from workshop.services.keys import hashed
from workshop.services.responding import Answer
from workshop.services.tallying import question_of
from workshop.services.writing import Text
from workshop.storage import live_sessions
from workshop.storage.models import RoundRow

if TYPE_CHECKING:
    from .hub import Hub

STEP = 0.5  # seconds
HURRY = 0.12  # chance that a simulated pupil answers within a step: half of them in about three seconds


def start(hub: "Hub", live_id: int, size: int) -> None:
    hub.server.start_background_task(_run, hub, live_id, size, Random())  # noqa: S311  # a plausible class, no secret


def _run(hub: "Hub", live_id: int, size: int, random: Random) -> None:
    with hub.app.app_context():
        row = live_sessions.find(live_id)
        if row is None or not row.rehearsal:
            raise UnknownCode
        code = row.code
        db.session.rollback()
    pupils = []
    for number in range(size):
        try:
            joined = hub.arrivals.do(Arrival(code, hashed(f"simulated:{live_id}:{number}"), simulated=True))
        except Refusal:
            break
        pupils.append(joined.participant_id)
        hub.publisher.mark(live_id)
        hub.server.sleep(random.uniform(0, 2 * STEP / max(1, size / 10)))
    answered: set[tuple[int, int]] = set()
    while _answer(hub, live_id, pupils, answered, random):
        hub.server.sleep(STEP)


def _answer(hub: "Hub", live_id: int, pupils: list[int], answered: set[tuple[int, int]], random: Random) -> bool:
    """One step of the class; False once the live session has ended."""
    with hub.app.app_context():
        row = live_sessions.find(live_id)
        if row is None or Phase(row.phase) is Phase.ENDED:
            return False
        live: LiveSession = live_sessions.to_state(row)
        workshop = live_sessions.workshop_of(row)
        questions = [
            (r.id, question_of(db.session.get_one(RoundRow, r.id), workshop), workshop.activity(r.activity_id).kind)
            for r in live.open_rounds
            if r.id is not None
        ]
        db.session.rollback()
    for round_id, question, kind in questions if live.paused_at is None else ():
        for pupil in pupils:
            if (round_id, pupil) not in answered and random.random() < HURRY:
                answered.add((round_id, pupil))
                if question.form == "text":
                    text = Text(pupil, round_id, 1, plausible_text(kind, random))
                    hub.texts.submit(Item(text, lambda _outcome: hub.publisher.mark_texts(live_id)))
                else:
                    choices = plausible_choices(question, random)
                    hub.answers.submit(Item(Answer(pupil, round_id, 1, choices), lambda _outcome: None))
    hub.publisher.mark(live_id)
    return True
