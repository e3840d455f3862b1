"""What a start hands over: addresses with one-time links, and for a demonstration a live session that is ready."""

import gc
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

import flask_migrate
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy.exc import DBAPIError

from . import clock
from .config import Config
from .data_folder import Stop
from .domain.errors import Refusal
from .domain.live_session import Answering
from .extensions import db
from .joining_address import base_address
from .services import accounts, planning, teacher_links
from .services.made_up import make_ended_class
from .services.planning import Plan
from .storage import live_sessions
from .storage.quiz_files import FRENCH, read_quiz
from .storage.revisions import known_revisions
from .storage.transaction import error_line

DEMO_EMAIL = "demo@preau.invalid"
DEMO_WORKSHOP = "le-montage"  # what the guides show; a library without it has its first one tried
START_LINK_LASTS = timedelta(hours=12)
LINK_LASTS = timedelta(minutes=15)  # of one that is asked for, and opened at once
# The class of the teacher's page: invented, and the same at each start.
MADE_UP_CLASS, MADE_UP_SIZE, MADE_UP_SEED = "Classe inventée", 28, 12


@dataclass(frozen=True)
class Entry:
    """Addresses by name; None for what does not exist."""

    addresses: dict[str, str | None]


def upgrade(app: Flask) -> None:
    """Bring the database to the shape of this version, or Stop: it can't be opened, or a newer version wrote it."""
    try:
        with app.app_context():
            with db.engine.connect() as connection:
                revision = MigrationContext.configure(connection).get_current_revision()
            if revision is not None and revision not in known_revisions():
                raise Stop(
                    "Ces données viennent d’une version plus récente de Préau : mettez celle-ci à jour, "
                    "ou choisissez un autre dossier avec --data."
                )
            flask_migrate.upgrade()
    except DBAPIError as error:
        raise Stop(
            f"La base de données ne peut pas être ouverte ({error_line(error)}) : remettez une sauvegarde en place "
            "avec restore, ou choisissez un autre dossier avec --data."
        ) from error


def downgrade(app: Flask, revision: str) -> None:
    """Bring the database back to the shape of an older version; what only newer tables held is lost."""
    if revision not in known_revisions() | {"base"}:
        raise Stop(f"Cette version ne connaît pas la forme « {revision} » de la base de données.")
    with app.app_context():
        flask_migrate.downgrade(revision=revision)


def freeze_what_stays() -> None:
    """What was made at start-up lives until the end: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def open_entry(config: Config) -> Entry:
    """The one-time link of this start: to make the first account, or to sign its owner in."""
    return Entry({"address": base_address(config), "facilitator_url": _link(config, _first_id())})


def sign_in_link(app: Flask, config: Config) -> str:
    """The same beside a server that runs, or Stop: nothing is there yet, or nothing can be written."""
    try:
        with app.app_context():
            return _link(config, _first_id(), lasts=LINK_LASTS)
    except DBAPIError as error:
        raise Stop(
            f"La base de données n’est pas prête ({error_line(error)}) : "
            "si elle répond, lancez d’abord run, ou migrate."
        ) from error
    except Refusal as refusal:
        raise Stop("La base de données est occupée, ou le disque plein : réessayez dans un instant.") from refusal


def open_demo(app: Flask, config: Config, capacity: int) -> Entry:
    """A live session in its lobby with made-up people, and one that ended, so that everything can be tried at once."""
    now = clock.now()
    account_id = _first_id()
    if account_id is None:
        account_id = accounts.create_account("Démonstration", DEMO_EMAIL, None, True, now)
    # One is read, not the library: somebody waits.
    paths = sorted(config.quizzes.glob(f"*/{FRENCH}"), key=lambda path: (path.parent.name != DEMO_WORKSHOP, path))
    quiz = next(quiz for quiz in map(read_quiz, paths) if quiz.workshop)
    people = {
        "adult": "Mme Riou, professeure",
        "person": "M. Garnier, CPE",
        "place": "bureau 12",
        "hours": "jusqu’à 17 h",
        "deputy": "Mme Lopez, infirmière",
    }
    plan = Plan(
        quiz, Answering.MIXED, None, capacity, people, {}, school="Collège d’essai", class_label="Classe d’essai"
    )
    live_id = planning.set_up(plan, account_id, now)
    row = live_sessions.find(live_id)
    code = row.code if row else ""
    db.session.rollback()
    ended = replace(plan, answering=Answering.PHONES, class_label=MADE_UP_CLASS, level="4e")
    ended_id = make_ended_class(ended, account_id, MADE_UP_SIZE, now, Random(MADE_UP_SEED))  # noqa: S311  # no secret
    lasts = timedelta(days=config.teacher_link_days)
    teacher = teacher_links.links.make(ended_id, now, lasts)
    projector = accounts.make_link("projector", now, START_LINK_LASTS, live_id=live_id)
    return Entry(
        {
            "address": base_address(config),
            "code": code,
            "participant_url": f"{base_address(config)}/r/{code}",
            "projector_url": f"{_here(config)}/lien/{projector}",
            "facilitator_url": _link(config, account_id, f"/animer/{live_id}"),
            "teacher_url": f"{_here(config)}/lien/{teacher}",
        }
    )


def _first_id() -> int | None:
    account = accounts.first_account()
    account_id = account.id if account else None
    db.session.rollback()
    return account_id


def _link(config: Config, account_id: int | None, target: str = "", lasts: timedelta = START_LINK_LASTS) -> str:
    kind = "sign_in" if account_id else "first_run"
    token = accounts.make_link(kind, clock.now(), lasts, account_id=account_id, target=target)
    return f"{_here(config)}/lien/{token}"


def _here(config: Config) -> str:
    """This machine's own address: accounts are opened on it alone."""
    return config.public_url or f"http://127.0.0.1:{config.port}"
