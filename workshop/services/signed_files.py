"""Files that go from a laptop to the hosted instance and back, signed: who made one, and that it is still as it was.

The key is derived from the hosted instance's secret for one account, and kept on that account's laptop: it signs both
ways. A signature says where a file comes from, never that what it holds is true.
"""

import gzip
import hashlib
import hmac
import json
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from workshop.domain.errors import Refusal

FORMAT = 1
# What reading something odd raises, wherever in it.
ODD = (
    LookupError, TypeError, ValueError, AttributeError, StopIteration, OSError, EOFError, zlib.error, RecursionError,
    ArithmeticError,
)  # fmt: skip


class BadFile(Refusal):
    """Not a file of this instance's, or no longer as it was signed."""

    code = "bad_file"


class OtherFile(Refusal):
    """Well signed, but the results of a class where a preparation is expected, or the other way round."""

    code = "other_file"


def exchange_key(secret: str, account_id: int) -> str:
    """What the hosted instance gives to one of its accounts, to be stored on the laptop."""
    return f"{account_id}.{_hmac(secret.encode(), f'exchange:{account_id}'.encode())}"


def is_exchange_key(text: str) -> bool:
    account, _, rest = text.partition(".")
    return account.isascii() and account.isdigit() and len(rest) == 64 and set(rest) <= set("0123456789abcdef")


def sealed(body: Mapping[str, Any], key: str) -> bytes:
    """The signed file; the same body makes the same bytes."""
    signed = {"format": FORMAT, "account": _account(key), "body": body, "signature": sign(key, body)}
    return gzip.compress(json.dumps(signed, ensure_ascii=False).encode(), mtime=0)


def opened(file: bytes, key: str, kind: str, most: int) -> dict[str, Any]:
    """What was signed with this key: a body of that `kind`, of `most` bytes unpacked. Raises BadFile, OtherFile."""
    try:
        signed = json.loads(_unpacked(file, most))
        body = signed["body"]
        good = signed["format"] == FORMAT and signed["account"] == _account(key) and isinstance(body, dict)
        if not good or not hmac.compare_digest(sign(key, body), str(signed["signature"])):
            raise BadFile
    except ODD as error:
        raise BadFile from error
    # Before there were preparations, results did not say what they were.
    if body.get("kind", "results") != kind:
        raise OtherFile
    return dict(body)


def moment(text: str) -> datetime:
    """A date with its zone, in UTC; ValueError, OverflowError for what is none."""
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError
    return read.astimezone(UTC)


def _account(key: str) -> int:
    return int(key.partition(".")[0])


def _unpacked(file: bytes, most: int) -> bytes:
    """A small file may be made to unpack to anything."""
    unpacker = zlib.decompressobj(wbits=31)
    data = unpacker.decompress(file, most)
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise BadFile
    return data


def sign(key: str, body: Mapping[str, Any]) -> str:
    return _hmac(key.encode(), json.dumps(body, sort_keys=True, separators=(",", ":")).encode())


def _hmac(key: bytes, text: bytes) -> str:
    return hmac.new(key, text, hashlib.sha256).hexdigest()
