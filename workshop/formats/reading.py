"""Any file to a draft and its report: what it is, what was understood, what was not. One sentence, or a report: never
an error of a library."""

import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

from workshop.domain.quiz_fields import QuizError
from workshop.domain.quiz_format import QuizErrors, load_document, parse_quiz

from . import archives, digistorm, gift, moodle_xml, qcmcam, spreadsheets, workshop_files
from .drafts import to_draft, to_source
from .questions import Found, Note, Place, Unreadable

MAX_FILE = 5_000_000  # bytes


@dataclass(frozen=True)
class Taken:
    """One activity of the draft: where it was in the file, what it has become."""

    place: Place
    id: str
    kind: str
    text: str


@dataclass(frozen=True)
class Brought:
    """A draft that can be kept. `origin` is a code of the tool; `source` the text of a quiz file, which need not be a
    whole workshop yet."""

    origin: str
    source: str
    media: dict[str, bytes] = field(default_factory=dict)
    taken: tuple[Taken, ...] = ()
    notes: tuple[Note, ...] = ()


def read_file(data: bytes) -> Brought:
    """Raises Unreadable alone, whatever the bytes."""
    if len(data) > MAX_FILE:
        raise Unreadable("too_large")
    if not data.strip(b"\0 \r\n\t"):
        raise Unreadable("empty_file")
    if archives.looks_like(data):
        archive = archives.open_zip(data)
        if workshop_files.has_workshop(archive):
            return _workshop(workshop_files.read(data))
        return _questions(*_zipped(archive, data))
    if moodle_xml.looks_like(data):
        found_questions = moodle_xml.read(data)
        return _questions("pronote" if b"<infos>" in data[:20_000] else "moodle_xml", found_questions)
    text, notes = _decoded(data)
    if re.search(r"^\s*format\s*=\s*\d+\s*(#.*)?$", text[:20_000], re.MULTILINE):
        return _workshop(workshop_files.WorkshopFile(workshop_files.read_source(data), {}))
    origin, found_questions = _written(text)
    found_questions.notes[:0] = notes
    return _questions(origin, found_questions)


def _zipped(archive: zipfile.ZipFile, data: bytes) -> tuple[str, Found]:
    names = set(archive.namelist())
    if digistorm.MAIN in names:
        return "digistorm", digistorm.read(archive)
    if "xl/workbook.xml" in names:
        return "kahoot", spreadsheets.read_xlsx(data)
    raise Unreadable("unknown")


def _written(text: str) -> tuple[str, Found]:
    if text.lstrip().startswith(("{", "[")) and re.search(r'"question"\s*:', text):
        return "qcmcam", qcmcam.read(text)
    if gift.looks_like(text):
        return "gift", gift.read(text)
    if spreadsheets.looks_like_csv(text):
        return "csv", spreadsheets.read_csv(text)
    raise Unreadable("unknown")


def _decoded(data: bytes) -> tuple[str, list[Note]]:
    """The text, whatever alphabet it was saved in: UTF-8, UTF-16 with its mark, or that of an old Windows."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), []
        except UnicodeDecodeError:
            raise Unreadable("encoding") from None
    try:
        text, notes = data.decode("utf-8-sig"), list[Note]()
    except UnicodeDecodeError:
        text, notes = data.decode("cp1252", errors="replace"), [Note("old_encoding")]
    if "\0" in text:
        raise Unreadable("unknown")
    return text, notes


def _questions(origin: str, found: Found) -> Brought:
    draft = to_draft(found)
    if not draft.places and not found.notes:
        raise Unreadable("nothing")
    taken = [
        Taken(place, activity["id"], activity["kind"], activity.get("text") or activity["title"])
        for place, activity in zip(draft.places, draft.document["activities"], strict=True)
    ]
    notes = sorted(found.notes, key=lambda note: (note.place.question, note.place.line))
    return Brought(origin, to_source(draft.document), draft.media, tuple(taken), tuple(notes))


def _workshop(file: workshop_files.WorkshopFile) -> Brought:
    activities = load_document(file.source, "").get("activities")
    taken = [
        Taken(Place(number), _text(each, "id"), _text(each, "kind"), _text(each, "title") or _text(each, "text"))
        for number, each in enumerate(activities if isinstance(activities, list) else (), 1)
        if isinstance(each, dict)
    ]
    return Brought("preau", file.source, file.media, tuple(taken), file.notes)


def _text(table: dict[str, Any], name: str) -> str:
    value = table.get(name)
    return value if isinstance(value, str) else ""


def gaps(brought: Brought) -> tuple[QuizError, ...]:
    """What keeps the draft from being a workshop, field by field: to be written by somebody."""
    try:
        parse_quiz(brought.source, "", frozenset(brought.media))
    except QuizErrors as errors:
        return errors.errors
    return ()
