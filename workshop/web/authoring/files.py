"""Workshops that come from a file and go away as one. What was understood is shown before anything is kept."""

from collections import Counter
from io import BytesIO

import gevent
from flask import Blueprint, Response, make_response, redirect, render_template, request, send_file
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from workshop import clock, wording
from workshop.domain.errors import NotFound, Refusal
from workshop.extensions import db
from workshop.formats import gift_writing, moodle_xml_writing, workshop_files, writing
from workshop.formats.questions import Found, Note, Unreadable
from workshop.formats.reading import Brought, gaps, read_file
from workshop.services import bringing
from workshop.storage.models import Account
from workshop.storage.quiz_files import QuizFile, find_quizzes
from workshop.web.identity import desk_required
from workshop.web.security import take_a_file
from workshop.web.settings import config

from . import file_words as words

bp = Blueprint("workshop_files", __name__)
PAGE = "/ateliers/importer"
bp.url_value_preprocessor(take_a_file)
_TYPES = {"zip": "application/zip", "gift": "text/plain; charset=utf-8", "xml": "application/xml"}


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    return make_response(_upload_page(words.refused(Unreadable("too_large"))), 413)


@bp.route(PAGE, methods=["GET", "POST"])
@desk_required
def brought(account: Account) -> AnyResponse:
    """The form; then, once a file has been read, what was understood of it, until it is kept or let go."""
    account_id = account.id
    if request.method == "GET":
        held = bringing.held(account_id)
        return make_response(_report_page(held) if held else _upload_page(None))
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    db.session.rollback()
    try:
        if sent is None or not sent.filename:
            raise Unreadable("no_file")
        understood = _read(data)
    except Unreadable as error:
        return make_response(_upload_page(words.refused(error)), 413 if error.code == "too_large" else 400)
    bringing.hold(account_id, understood, clock.now())
    return redirect(PAGE, 303)


def _read(data: bytes) -> Brought:
    """Reading takes up to a second: off the loop, so that the class in progress goes on. Raises Unreadable."""
    read: Brought | Unreadable = gevent.get_hub().threadpool.apply(_try_to_read, (data,))
    if isinstance(read, Unreadable):
        raise read
    return read


def _try_to_read(data: bytes) -> Brought | Unreadable:
    """Gives the refusal back: what is raised in a thread of the pool is written to the log, as a fault would be."""
    try:
        return read_file(data)
    except Unreadable as refusal:
        return refusal


@bp.post(f"{PAGE}/garder")
@desk_required
def kept(account: Account) -> AnyResponse:
    account_id = account.id
    held = bringing.held(account_id)
    if held is None:  # kept already, in another tab or by a double click
        return redirect(PAGE, 303)
    try:
        draft_id = bringing.keep(account_id, str(words.ORIGINS[held.origin]))
    except NotFound:
        return redirect(PAGE, 303)
    except Refusal as refusal:
        return make_response(_report_page(held, wording.sentence(refusal.code)), refusal.status)
    return redirect(f"/ateliers/{draft_id}", 303)


@bp.post(f"{PAGE}/laisser")
@desk_required
def let_go(account: Account) -> AnyResponse:
    bringing.let_go(account.id)
    return redirect(PAGE, 303)


def _upload_page(error: str | None) -> str:
    quizzes = {quiz.slug: quiz.workshop for quiz in reversed(find_quizzes(config().quizzes)) if quiz.workshop}
    return render_template("desk/bring.html", error=error, workshops=dict(sorted(quizzes.items())))


def _report_page(found: Brought, error: str | None = None) -> str:
    left = [note for note in found.notes if note.code in words.LEFT]
    said = [note for note in found.notes if note.code not in words.LEFT]
    places = {each.place for each in found.taken}
    return render_template(
        "desk/brought.html",
        error=error,
        origin=words.ORIGINS[found.origin],
        taken=[(each, words.KINDS.get(each.kind, each.kind), _of(said, each.place)) for each in found.taken],
        left=[(note, _of(said, note.place) if note.place not in places else []) for note in left],
        general=[note for note in said if note.place not in places | {each.place for each in left}],
        gaps=_grouped(found),
        pictures=sorted(found.media),
        where=words.where,
        why=words.why,
    )


def _of(notes: list[Note], place: object) -> list[str]:
    """What is to be said of one question, each thing once."""
    return list(dict.fromkeys(words.why(note) for note in notes if note.place == place))


def _grouped(found: Brought) -> list[tuple[str, str, int]]:
    """(field, what to do, how many times): the same gap of twenty questions is said once."""
    counted = Counter((gap.field.rpartition(".")[2], gap.message) for gap in gaps(found) if gap.field != "room")
    return [
        (str(words.FIELDS.get(name, name)), message[:1].upper() + message[1:], times)
        for (name, message), times in counted.items()
    ]


@bp.get("/ateliers/<slug>/exporter")
@desk_required
def ways_out(_account: Account, slug: str) -> str:
    """What each format keeps of a workshop, and what it cannot say."""
    quizzes = _of_library(slug)
    asked = {"xml": _asked(quizzes[0], "xml"), "gift": _asked(quizzes[0], "gift")}
    return render_template("desk/take_away.html", quiz=quizzes[0], asked=asked, why=words.why)


@bp.get("/ateliers/<slug>/exporter.<any(zip, gift, xml):ending>")
@desk_required
def taken_away(_account: Account, slug: str, ending: str) -> AnyResponse:
    quizzes = _of_library(slug)
    if ending == "zip":
        folder = config().quizzes / slug
        written = {quiz.language: quiz.source for quiz in quizzes}
        written |= {code: texts.workshop for code, texts in quizzes[0].translations.items()}
        media = {name: (folder / name).read_bytes() for name in quizzes[0].media}
        body = workshop_files.write(slug, written, media)
    elif ending == "xml":
        body = moodle_xml_writing.write(_asked(quizzes[0], ending))
    else:
        body = gift_writing.write(_asked(quizzes[0], ending)).encode()
    name = f"{slug}.gift.txt" if ending == "gift" else f"{slug}.{ending}"
    return send_file(BytesIO(body), _TYPES[ending], as_attachment=True, download_name=name)


def _of_library(slug: str) -> list[QuizFile]:
    """The workshop in each of its languages, French first. Raises NotFound."""
    found = [quiz for quiz in find_quizzes(config().quizzes) if quiz.slug == slug and quiz.workshop]
    if not found:
        raise NotFound
    return sorted(found, key=lambda quiz: (quiz.language != "fr", quiz.language))


def _asked(quiz: QuizFile, ending: str) -> Found:
    assert quiz.workshop is not None
    return writing.asked_of(quiz.workshop, orders=ending == "xml")
