"""Zip files of strangers: looked at before anything in them is unpacked."""

import io
import zipfile
import zlib

from .questions import Unreadable

MAX_ENTRIES = 500
MAX_UNPACKED = 12_000_000  # bytes, all entries together; what the header says is the most that is ever read


def looks_like(data: bytes) -> bool:
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def open_zip(data: bytes) -> zipfile.ZipFile:
    """An archive whose size and names are sound. Raises Unreadable."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError):
        raise Unreadable("zip") from None
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unreadable("zip_bomb")
    for entry in entries:
        # `filename` has been cut at a NUL and its bars put straight: the name as written is looked at.
        name = entry.orig_filename
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in name or "\\" in name:
            raise Unreadable("zip_path", name[:80])
        if entry.external_attr >> 28 == 0xA:  # a symbolic link
            raise Unreadable("zip_path", name[:80])
        if entry.flag_bits & 1:
            raise Unreadable("zip_password")
    if len({entry.filename for entry in entries}) < len(entries):
        raise Unreadable("zip")
    return archive


def unpack(archive: zipfile.ZipFile, name: str) -> bytes:
    """One entry, whole. Raises Unreadable, KeyError when there is none."""
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise Unreadable("zip") from None
