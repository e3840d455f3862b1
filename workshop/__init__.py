"""Préau: live awareness workshops, anonymous by construction. Only `create_app` imports everything."""

import logging

from flask import Flask
from flask_babel import get_locale
from werkzeug.middleware.proxy_fix import ProxyFix

from .config import ROOT, Config, read_config


def create_app(config: Config | None = None, start: bool = True) -> Flask:
    """The application. `start` also starts its background tasks (the writers, the beats); tests may do without."""
    from . import extensions, wording  # noqa: PLC0415  # after the caller has patched the standard library for gevent
    from .domain.languages import LANGUAGES  # noqa: PLC0415  # idem
    from .joining_address import make_join  # noqa: PLC0415  # idem
    from .pdf import has_pdf  # noqa: PLC0415  # idem
    from .realtime import hub, websocket  # noqa: PLC0415  # idem
    from .realtime.events import JSON, MAX_MESSAGE  # noqa: PLC0415  # idem
    from .realtime.publisher import tag_of  # noqa: PLC0415  # idem
    from .storage import bringing_models, drafting_models, models, planning_models, text_models  # noqa: F401, PLC0415  # tables must be known to the migrations
    from .storage.transaction import engine_options, prepare_engine  # noqa: PLC0415  # idem
    from .web import assets, desk, errors, guides, identity, probes, security, templating  # noqa: PLC0415  # idem
    from .web.authoring import booklet, drafts, editor, files  # noqa: PLC0415  # idem
    from .web.impact import association  # noqa: PLC0415  # idem
    from .web.live import (  # noqa: PLC0415  # idem
        cards,
        charter,
        device,
        facilitator,
        moderation,
        network,
        participant,
        projector,
        taking_over,
        trial,
        trials,
        wall,
    )
    from .web.planning import agenda, directory, exchange, preparation, schools, visits  # noqa: PLC0415  # idem
    from .web.public import accessibility, data_kept, door, our_workshops  # noqa: PLC0415  # idem
    from .web.reviewing import follow_up, school_review, teacher  # noqa: PLC0415  # idem

    config = config or read_config()
    app = Flask(__name__, static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates"))
    app.jinja_environment = templating.SwiftEnvironment
    app.jinja_options = {"cache_size": -1, "undefined": templating.FieldsExist}
    app.config.update(
        PREAU=config,
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.database_url),
        SESSION_COOKIE_NAME="preau_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.hosted,
        WTF_CSRF_TIME_LIMIT=None,  # a class lasts an hour, its console may stay open for a day
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        BABEL_DEFAULT_LOCALE="fr",
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    if config.hosted:
        app.wsgi_app = ProxyFix(app.wsgi_app, config.proxies, config.proxies, config.proxies)  # type: ignore[method-assign]
    extensions.db.init_app(app)
    with app.app_context():
        prepare_engine(extensions.db.engine)
    extensions.migrate.init_app(
        app, extensions.db, directory=str(ROOT / "workshop" / "storage" / "migrations"), render_as_batch=True
    )
    security.init_app(app, config)
    extensions.csrf.init_app(app)  # reads the form, once it is known that it can be read
    extensions.babel.init_app(app, locale_selector=lambda: identity.chosen_language().locale)
    _hush_libraries()
    extensions.socketio.init_app(
        app,
        async_mode="gevent",
        async_handlers=False,
        client_manager=_between(config),
        cors_allowed_origins=lambda origin, _environ: security.is_allowed_origin(config, origin),
        json=JSON,
        max_http_buffer_size=MAX_MESSAGE,
        ping_interval=5,
        ping_timeout=20,
    )
    if config.websocket != "stock":
        websocket.install(extensions.socketio.server)
    app.extensions["preau_trials"] = trials.Trials()
    bundles = app.extensions["preau_bundles"] = assets.Bundles(ROOT / "static")
    app.jinja_env.globals.update(
        asset=bundles.address, inlined=bundles.inlined, get_locale=get_locale, has_pdf=has_pdf()
    )
    app.jinja_env.globals.update(ngettext=wording.ngettext, is_one=wording.is_one, lang_of=wording.lang_of)
    app.jinja_env.globals.update(
        languages=LANGUAGES, page_language=wording.page_language, languages_here=identity.languages_here
    )
    app.jinja_env.filters.update(
        tag_of=tag_of,
        day=wording.day,
        weekday=wording.weekday,
        hour=wording.hour,
        duration=wording.duration,
        together=wording.together,
        nth=wording.nth,
        direction=wording.direction,
        number=wording.number,
        by_way=wording.by_way,
    )
    app.jinja_env.globals["ends_after"] = config.end_after
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    errors.init_app(app)
    for module in (
        door, data_kept, participant, device, desk, association, agenda, schools, directory, facilitator, projector,
        moderation, charter, teacher, follow_up, school_review, exchange, preparation, visits, our_workshops, files,
        drafts, editor, booklet, cards, network, trial, guides, wall, taking_over, accessibility, probes,
    ):  # fmt: skip
        app.register_blueprint(module.bp)
    running = hub.make_hub(app, lambda code: make_join(config, code))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    if start:
        running.start()
    return app


def _hush_libraries() -> None:
    """Left alone, they write on standard error past the log; and without a traceback, what they say is about what a
    client sent: a forged origin, or the number of a connection, which on another process is good."""
    for name in ("engineio.server", "socketio.server"):
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.getLogger("engineio.server").addFilter(_is_a_fault)


def _is_a_fault(record: logging.LogRecord) -> bool:
    return bool(record.exc_info)


def _between(config: Config) -> object | None:
    if config.redis_url is None:
        return None
    from .realtime.between import Between  # noqa: PLC0415  # its library is not on a laptop

    return Between(config.redis_url)
