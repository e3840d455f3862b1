"""A whole workshop as one file: its texts, one a language, and its pictures, in a folder of its name."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from workshop.domain.quiz_format import QuizErrors, load_document

from .archives import open_zip, unpack
from .pictures import is_sound
from .questions import Note, Place, Unreadable

MAX_SOURCE = 500_000  # bytes of one text
_TEXT = re.compile(r"(?:[^/]+/)?quiz\.([a-z]{2}(?:-[a-z]+)?)\.toml")
_WRITTEN = (1980, 1, 1, 0, 0, 0)  # the same workshop is the same file, byte for byte


@dataclass(frozen=True)
class WorkshopFile:
    """One text with its pictures, and notes on what else was there."""

    source: str
    media: dict[str, bytes]
    notes: tuple[Note, ...] = ()


def write(slug: str, sources: Mapping[str, str], media: Mapping[str, bytes]) -> bytes:
    """The file: `sources` by language, `media` by name."""
    files = {f"quiz.{language}.toml": source.encode() for language, source in sources.items()} | dict(media)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{slug}/{name}", _WRITTEN)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, files[name])
    return whole.getvalue()


def has_workshop(archive: zipfile.ZipFile) -> bool:
    return any(_TEXT.fullmatch(name) for name in archive.namelist())


def read(data: bytes) -> WorkshopFile:
    """Raises Unreadable."""
    archive = open_zip(data)
    texts = sorted(name for name in archive.namelist() if _TEXT.fullmatch(name))
    if not texts:
        raise Unreadable("unknown")
    # French first; the draft has one language.
    first = next((name for name in texts if name.endswith("quiz.fr.toml")), texts[0])
    folder = first.rpartition("/")[0]
    notes = [Note("other_text", Place(), name) for name in texts if name != first]
    media = dict[str, bytes]()
    for name in archive.namelist():
        where, _, own = name.rpartition("/")
        if name in texts or not own:
            continue
        content = unpack(archive, name)
        if where == folder and is_sound(own, content):
            media[own] = content
        else:
            notes.append(Note("file_left", Place(), name[:80]))
    return WorkshopFile(read_source(unpack(archive, first)), media, tuple(notes))


def read_source(data: bytes) -> str:
    """The text of a quiz file, as it was written, remarks included. Raises Unreadable unless it is TOML."""
    if len(data) > MAX_SOURCE:
        raise Unreadable("source_long")
    try:
        source = data.decode("utf-8-sig")
        load_document(source, "")
    except UnicodeDecodeError:
        raise Unreadable("encoding") from None
    except QuizErrors as errors:
        raise Unreadable("toml", errors.errors[0].message) from None
    return source
