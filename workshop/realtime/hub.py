"""What one process holds while it runs: the Socket.IO server, its clients, three writers, the publisher, the beats."""

import logging
import random
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from engineio.packet import MESSAGE, Packet
from flask import Flask, current_app
from flask_babel import force_locale
from socketio import Server
from socketio.packet import EVENT
from sqlalchemy.exc import OperationalError

from workshop import clock, room_network, wording
from workshop.domain.errors import NotAllowed, Refusal
from workshop.domain.identity import identity
from workshop.domain.languages import FOR_ADULTS, LANGUAGES
from workshop.domain.live_session import Command
from workshop.extensions import db, socketio
from workshop.joining_address import Join, base_address
from workshop.services import erasing, joining, retaining, running
from workshop.services.batching import BatchWriter
from workshop.services.change import Change
from workshop.services.joining import Arrival, Joined, write_arrivals
from workshop.services.responding import Answer, Responding
from workshop.services.writing import Text, Writing, Written
from workshop.storage.live_sessions import asked_by
from workshop.storage.transaction import checkpoint, error_line

from . import events, handlers
from .clients import REMOTE, Clients, person, room
from .measures import CLASSES, FAILURES, REDIS, SOCKETS, WAITING, Measure, Measures
from .publisher import TALLY_EVERY, Publisher

log = logging.getLogger(__name__)
SWEEP_EVERY = 1.0  # seconds between two looks at deadlines and erasures
PURGE_EVERY = 3600  # sweeps between two looks for what is past its time; the first at the start
COUNTING = 4  # times as long as counts took, before they are sent again
RESTART_TAKES = 1.0  # seconds: sooner, nobody listens yet
COME_BACK_A_SECOND = 500  # sockets: about half of what one process takes in
PRESENCE_EVERY = 15  # sweeps between two writings of who is still connected
HEALTH_EVERY = 5  # sweeps between two looks at how phones are connected


@dataclass
class Hub:
    app: Flask
    server: Server
    clients: Clients
    answers: BatchWriter[Answer, bool]
    arrivals: BatchWriter[Arrival, Joined]
    texts: BatchWriter[Text, Written]
    publisher: Publisher
    measures: Measures
    address: str
    _losses: int = 0
    _names: dict[tuple[str, str, str], str] = field(default_factory=dict)

    @property
    def secret(self) -> str:
        return str(self.app.config["PREAU"].secret_key)

    def say(self, code: str, language: str) -> str:
        with self.app.app_context(), force_locale(LANGUAGES[language].locale):
            return wording.sentence(code)

    def sign_name(self, number: int, language: str) -> str:
        """How the `number`-th participant's sign is called; kept without its repeat: a whole class asks at once."""
        sign = identity(number)
        place = (sign.shape, sign.colour, language)
        kept = self._names.get(place)
        if kept is None:
            with self.app.app_context(), force_locale(LANGUAGES[language].locale):
                kept = self._names[place] = wording.sign_name(replace(sign, repeat=1))
        return wording.numbered(kept, sign.repeat)

    def command(self, live_id: int, command: Command) -> Change:
        """Run a facilitator's command after what was queued before it, then tell everybody."""
        self.arrivals.flush()
        self.flush()
        change = running.run_command(live_id, command, clock.now())
        self.publisher.announce(change)
        if change.is_erasing:
            self.erase()
        return change

    def give_time(self, participant_id: int, round_id: int) -> None:
        """A pupil needs more time: every screen says so, and none of them who asked."""
        change = running.give_time(participant_id, round_id, clock.now())
        if change is not None:
            self.publisher.announce(change)

    def flush(self) -> None:
        """Commit what phones have sent so far."""
        self.answers.flush()
        self.texts.flush()

    def tell(self, sid: str, event: str, said: Mapping[str, Any]) -> None:
        """To one socket, which is on this process: nobody else is told, and no room is looked through."""
        with suppress(KeyError):  # the last socket of all is gone
            phone = self.server.manager.eio_sid_from_sid(sid, "/")
            self.server.eio.send_packet(phone, Packet(MESSAGE, f"{EVENT}{events.JSON.dumps([event, said])}"))

    def show_help(self, participant_ids: Iterable[int]) -> None:
        """Whom to talk to, on these phones and on no other. Nobody is told which they are."""
        for participant_id in participant_ids:
            self.server.emit(events.HELP, {}, to=person(participant_id))

    def announce_console(self, live_id: int) -> None:
        """Something that only the console shows has changed: a phone asks to be its remote, hands were counted."""
        self.publisher.announce(Change(live_id), ("facilitator",))

    def disconnect_consoles(self, live_id: int) -> None:
        """After a remote was taken away: whoever still may come back does so at once, by itself."""
        for sid in self.clients.of_live(live_id):
            client = self.clients.get(sid)
            if client is not None and client.audience in ("facilitator", REMOTE):
                self.server.disconnect(sid)

    def ask_again(self, live_id: int) -> None:
        """Who may lead this class has changed: every console and remote, of any process, hears nothing more until it
        has said hello again; a refusal tells it to."""
        for language in FOR_ADULTS:
            words = {"error": NotAllowed.code, "message": self.say(NotAllowed.code, language)}
            for audience in ("facilitator", REMOTE):
                target = room(live_id, audience, language)
                self.server.emit(events.REFUSED, words, to=target)
                self.server.close_room(target)
        self.announce_console(live_id)

    def erase(self) -> None:
        for live_id in erasing.finish_erasures(db.engine):
            self.publisher.announce(Change(live_id))

    def disconnect_participant(self, participant_id: int) -> None:
        for sid in self.clients.of_participant(participant_id):
            self.server.disconnect(sid)

    def leave(self) -> None:
        """Before this process ends: each screen is told when to come back, so that it does not wait longer than needed,
        and a hall does not come back all at once."""
        sids = self.clients.sids()
        for sid in sids:
            spread = random.random() * len(sids) / COME_BACK_A_SECOND  # noqa: S311  # no secret
            after = round((RESTART_TAKES + spread) * 1000)
            self.tell(sid, events.LEAVE, {"after": after})

    def start(self) -> None:
        """Start the background tasks of this process; an erasure that a crash interrupted is finished first."""
        with self.app.app_context():
            checkpoint(db.engine)
            erasing.finish_erasures(db.engine)
        if self.between is not None and not self.server.manager_initialized:
            # By itself it waits for a first connection; until then nothing would be published either.
            self.server.manager_initialized = True
            self.server.manager.initialize()
        for task in (self._compile, self.answers.run, self.texts.run, self.arrivals.run, self._beat, self._sweep):
            self.server.start_background_task(task)

    def _compile(self) -> None:
        """A class that comes in within seconds must not wait for its page to be compiled, nor its facilitator for the
        server."""
        for name in self.app.jinja_env.list_templates(filter_func=_is_pupils):
            self.app.jinja_env.get_template(name)
            self.server.sleep(0)

    def _beat(self) -> None:
        took = 0.0
        while True:
            # Where there are many classes, counts come less often rather than answers late.
            self.server.sleep(max(TALLY_EVERY, COUNTING * took))
            begun = time.monotonic()
            self._guarded(self.publisher.flush_tallies)
            took = time.monotonic() - begun

    def _sweep(self) -> None:
        turn = 0
        while True:
            self.server.sleep(SWEEP_EVERY)
            if turn % PURGE_EVERY == 0:
                self._guarded(self.purge)
            turn += 1
            self._guarded(partial(self.sweep, everybody=turn % PRESENCE_EVERY == 0))
            if turn % HEALTH_EVERY == 0:
                self._guarded(self.publisher.follow_health)

    def _guarded(self, step: Callable[[], Any]) -> None:
        """A background loop outlives one failure, and says it."""
        try:
            step()
        except Refusal as refusal:
            log.warning("put off: %s", refusal.code)
        except OperationalError as error:
            log.warning("put off: %s", error_line(error))
        except Exception:
            self.measures.count(FAILURES)
            log.exception("background step failed")

    def sweep(self, everybody: bool) -> None:
        """Deadlines, presence, forgotten classes, erasures. Harmless twice: several processes may do it at once."""
        with self.app.app_context():
            self.flush()
            for change in running.close_due(clock.now()):
                self.publisher.announce(change)
            present, left = self.clients.present_and_left()
            if left:
                joining.seen(left, None)
            if everybody and present:
                joining.seen(present, clock.now())
            if everybody:
                # Just after presence was written: a clock set right during a class makes nobody seem long gone.
                self.arrivals.flush()
                for change in running.end_forgotten(clock.now(), self.app.config["PREAU"].end_after):
                    self.publisher.announce(change)
            self.erase()
            self.catch_up()
            db.session.rollback()
        if everybody:
            self.follow_address()

    @property
    def between(self) -> Any:
        """What carries pushes to other processes, and how often it failed; None with a single process."""
        manager = self.server.manager
        return manager if hasattr(manager, "losses") else None

    def catch_up(self) -> None:
        """Of classes that are spread over processes, what Redis did not carry is read in the database."""
        if self.between is None:
            return
        is_back = self.between.is_up and self._losses != self.between.losses
        self.publisher.catch_up(everything=is_back)
        if is_back:
            self._losses = self.between.losses
        if is_back or not self.between.is_up:
            self.publisher.mark_watched()

    def measured(self) -> str:
        """For Prometheus, as things stand."""
        here = self.clients.by_audience()
        gauges: dict[tuple[Measure, str], float] = {
            (SOCKETS, audience): here[audience] for audience in (*events.AUDIENCES, REMOTE)
        }
        gauges[CLASSES, ""] = len(self.clients.live_ids())
        # Rounded: it must not show one phone that answers.
        gauges[WAITING, ""] = self.answers.waiting // 100 * 100
        if self.between is not None:
            gauges[REDIS, ""] = self.between.is_up
        return self.measures.text(gauges)

    def purge(self) -> retaining.Purged:
        """What is past its time goes; its bytes too, at the latest at the next start."""
        with self.app.app_context():
            config = self.app.config["PREAU"]
            room_network.forget_past(config.data)
            periods = retaining.Periods.of(
                config.teacher_link_days, config.keep_contacts, config.keep_results, config.keep_apart
            )
            if done := retaining.purge(clock.now(), periods):
                checkpoint(db.engine)
            return done

    def follow_address(self) -> None:
        """The network may change under a laptop: the lobby's code and the console's address follow by themselves."""
        address = base_address(self.app.config["PREAU"])
        if address != self.address:
            self.follow_network()

    def follow_network(self) -> None:
        """The address or the Wi-Fi to show has changed: adults' screens are drawn again."""
        self.address = base_address(self.app.config["PREAU"])
        for live_id in self.clients.live_ids():
            self.publisher.announce(Change(live_id), ("projector", "facilitator"))


def _is_pupils(template: str) -> bool:
    return template.startswith(("participant/", "components/", "layouts/"))


def make_hub(app: Flask, join: Callable[[str], Join]) -> Hub:
    """Build the hub of an application whose extensions are ready."""
    clients = Clients()
    server = socketio.server
    assert server is not None
    with app.app_context():
        engine = db.engine
    measures = Measures()
    hub = Hub(
        app,
        server,
        clients,
        BatchWriter(engine, Responding(asked_by).write, measures.batch),
        BatchWriter(engine, write_arrivals),
        BatchWriter(engine, Writing(asked_by).write),
        Publisher(app, server, clients, join, measures),
        measures,
        base_address(app.config["PREAU"]),
    )
    if hub.between is not None:
        hub.between.on_emit = hub.publisher.heard
    handlers.register(hub)
    app.extensions["preau"] = hub
    return hub


def current_hub() -> Hub:
    hub = current_app.extensions["preau"]
    assert isinstance(hub, Hub)
    return hub
