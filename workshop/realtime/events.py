"""The catalogue of what crosses the socket: names, payloads, and the reading of what a client sends."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from workshop.domain.activities import SCALE_STEPS
from workshop.domain.errors import Malformed, TooLarge
from workshop.domain.texts import plain
from workshop.services.sharing import MOST

HELLO, ANSWER, MORE_TIME = "hello", "answer", "more_time"  # client → server
STATE, TALLY, SAVED, REFUSED, HELP, LEAVE = "state", "tally", "saved", "refused", "help", "leave"  # server → client

AUDIENCES = ("participant", "projector", "facilitator")
MAX_EVENT = 16_384  # characters of one event; up to 64 KB is refused, beyond that the connection is closed
MAX_MESSAGE = 65_536
MAX_CHOICES = 12
MAX_SEQ = 2**31 - 1
MAX_DIGITS = 100  # of a number, as Socket.IO's own JSON has it: to read one takes the square of its length
SHARINGS = {"phone": (1, 1), "turns": (2, MOST), "group": (2, MOST)}  # how a device is used, by how many pupils
MIN_KEY = 22  # characters of base64 that carry 128 bits


def _number(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number is too long")
    return int(digits)


class JSON:
    """What Socket.IO encodes and decodes with. Left to itself it makes a decoder and an encoder for each message, which
    takes longer than to use them."""

    _encode = staticmethod(json.JSONEncoder(separators=(",", ":")).encode)
    _decode = staticmethod(json.JSONDecoder(parse_int=_number).decode)

    @classmethod
    def loads(cls, text: str | bytes) -> Any:
        return cls._decode(text if isinstance(text, str) else text.decode())  # from Redis it comes in bytes

    @classmethod
    def dumps(cls, value: Any, **_options: Any) -> str:
        return cls._encode(value)


@dataclass(frozen=True, slots=True)
class Hello:
    code: str
    audience: str
    key: str | None
    credential: str | None
    seen: str | None = None  # the tag of what it shows already
    seat: int = 1
    way: str | None = None
    size: int = 1


@dataclass(frozen=True, slots=True)
class AnswerEvent:
    """`round` is echoed as it came, so that the phone recognises it; `choices` stay in their order."""

    round: str
    round_id: int
    seq: int
    choices: tuple[str, ...]
    text: str | None = None


def read_hello(arguments: tuple[Any, ...]) -> Hello:
    """Raise a Refusal; never anything else, whatever came."""
    payload = _payload(arguments)
    code, audience = payload.get("code"), payload.get("audience", "participant")
    key, credential, seen = payload.get("key"), payload.get("credential"), payload.get("seen")
    if not _is_text(code, 1, 32) or audience not in AUDIENCES:
        raise Malformed
    for secret, shortest in ((key, MIN_KEY), (credential, 0), (seen, 0)):
        if secret is not None and not _is_text(secret, shortest, 128):
            raise Malformed
    seat = payload.get("seat", 1)
    if not _is_number(seat, 1, MOST):
        raise Malformed
    way, size = read_sharing(payload["way"], payload.get("size", 1)) if "way" in payload else (None, 1)
    return Hello(code.strip(), audience, key, credential, seen, seat, way, size)


def read_sharing(way: Any, size: Any) -> tuple[str, int]:
    """How many pupils a device is for, and how they vote."""
    if not isinstance(way, str) or way not in SHARINGS or not _is_number(size, *SHARINGS[way]):
        raise Malformed
    return way, size


def read_answer(arguments: tuple[Any, ...]) -> AnswerEvent:
    payload = _payload(arguments)
    seq = payload.get("seq")
    if not _is_number(seq, 1, MAX_SEQ):
        raise Malformed
    told: Any = payload.get("round")
    if "text" in payload:
        return AnswerEvent(told, round_id(told), seq, (), _text(payload))
    return AnswerEvent(told, round_id(told), seq, _choices(payload))


def read_more_time(arguments: tuple[Any, ...]) -> int:
    """The round that a pupil needs more time for."""
    return round_id(_payload(arguments).get("round"))


def echo(arguments: tuple[Any, ...]) -> dict[str, Any]:
    """What can be said back of an event that could not be read."""
    payload = arguments[0] if arguments and isinstance(arguments[0], dict) else {}
    kept = {}
    if isinstance(payload.get("round"), str) and len(payload["round"]) <= 20:
        kept["round"] = payload["round"]
    if isinstance(payload.get("seq"), int):
        kept["seq"] = payload["seq"]
    return kept


def round_id(value: Any) -> int:
    """A round as it stands on the wire (opaque to clients) to its id."""
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or not 0 < len(value) <= 18:
        raise Malformed
    return int(value)


def _payload(arguments: tuple[Any, ...]) -> Mapping[str, Any]:
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        raise Malformed
    if _size(arguments[0]) > MAX_EVENT:
        raise TooLarge
    return arguments[0]


def _is_number(value: Any, low: int, high: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _is_text(value: Any, low: int, high: int) -> TypeGuard[str]:
    """Printable: half a pair of surrogates and a NUL are legal JSON, and make a database's driver raise."""
    return isinstance(value, str) and low <= len(value) <= high and value.isprintable()


def _size(value: Any) -> int:
    """A floor of the event's length in characters: enough to refuse what is too large without encoding it again.

    Without recursion: 64 KB of brackets are deeper than the interpreter's stack.
    """
    total, pending = 0, [value]
    while pending:
        item = pending.pop()
        if isinstance(item, (str, bytes)):
            total += len(item)
        elif isinstance(item, dict):
            total += sum(len(key) for key in item)
            pending += item.values()
        elif isinstance(item, list):
            total += len(item)
            pending += item
        else:
            total += 1
    return total


def _text(payload: Mapping[str, Any]) -> str:
    """What was written, made plain. A text comes alone."""
    text = payload["text"]
    if not isinstance(text, str) or "choices" in payload or "value" in payload:
        raise Malformed
    return plain(text)


def _choices(payload: Mapping[str, Any]) -> tuple[str, ...]:
    if "value" in payload:
        value = payload["value"]
        if not _is_number(value, 1, SCALE_STEPS) or "choices" in payload:
            raise Malformed
        return (str(value),)
    chosen = payload.get("choices")
    if not isinstance(chosen, list) or not 0 < len(chosen) <= MAX_CHOICES:
        raise Malformed
    if not all(isinstance(choice, str) and 0 < len(choice) <= 64 for choice in chosen):
        raise Malformed
    return tuple(chosen)
