"""WebSocket frames: one framing, and one compression, for a whole class; and what comes compressed, never large.

A server's frame carries no mask, and no compression context outlives a message: the bytes of a broadcast are the same
for every phone. Only snapshots are compressed. They hold nothing that is one phone's own, so that their length tells
whoever listens to the network nothing secret. See docs/adr/0027.
"""

import zlib
from typing import Any

from engineio.packet import MESSAGE
from wsproto.extensions import Extension
from wsproto.frame_protocol import CloseReason, FrameDecoder, FrameProtocol, Opcode, RsvBits

TAIL = b"\x00\x00\xff\xff"  # what RFC 7692 leaves out at the end of each message
ACCEPTED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
_WORTH = 200  # bytes: below, compressing gains nothing that a phone would notice
_TEXT, _BINARY, _COMPRESSED = 0x81, 0x82, 0x40
_REPLACED = {'2["state"': "state", '2["tally"': "tally"}  # a newer one says all that the older one did


class Frame(bytes):
    """Bytes that are ready for the socket; stands in engineio's queue as a packet would. Of one `kind`, only the newest
    need wait."""

    kind: str | None = None

    def encode(self, *_options: Any) -> "Frame":
        return self


def kind_of(item: Any) -> str | None:
    """What this message replaces while it waits; None for one that must be sent, whatever follows."""
    if isinstance(item, Frame):
        return item.kind
    if item is None or item.packet_type != MESSAGE or not isinstance(item.data, str):
        return None
    return _REPLACED.get(item.data[:9])


def frame(text: str | bytes, kind: str | None = None, deflated: bool = False) -> Frame:
    if isinstance(text, Frame):
        return text
    payload, first = (text.encode(), _TEXT) if isinstance(text, str) else (text, _BINARY)
    if deflated and kind == "state" and len(payload) > _WORTH:
        compressor = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
        payload = (compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH))[: -len(TAIL)]
        first |= _COMPRESSED
    size = len(payload)
    if size < 126:
        head = bytes((first, size))
    elif size < 65_536:
        head = bytes((first, 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((first, 127)) + size.to_bytes(8, "big")
    framed = Frame(head + payload)
    framed.kind = kind
    return framed


class _Newest:
    """The last packet, framed for phones that inflate and for others: a broadcast hands over the same one each time."""

    packet: Any = None
    frames: dict[bool, Frame] = {}  # noqa: RUF012  # one for the process, replaced with each packet


def framed(pkt: Any, deflated: bool) -> Frame:
    if pkt is not _Newest.packet:
        _Newest.packet, _Newest.frames = pkt, {}
    found = _Newest.frames.get(deflated)
    if found is None:
        found = _Newest.frames[deflated] = frame(pkt.encode(), kind_of(pkt), deflated)
    return found


def inflates(offers: str) -> bool:
    """Whether this client can read what is compressed here: a window of the usual size, and no context kept.

    An offer that asks for a smaller window is passed over, as is one that is not understood.
    """
    return any(_is_acceptable(offer) for offer in offers.split(","))


def _is_acceptable(offer: str) -> bool:
    name, *parameters = (part.strip() for part in offer.split(";"))
    known = {"server_no_context_takeover", "client_no_context_takeover", "client_max_window_bits"}
    names = [parameter.partition("=")[0].strip() for parameter in parameters]
    if name != "permessage-deflate" or len(set(names)) < len(names) or not set(names) <= known:
        return False
    return all(_is_window(value) for value in (p.partition("=")[2] for p in parameters) if value)


def _is_window(value: str) -> bool:
    value = value.strip().strip('"')
    return value.isascii() and value.isdigit() and 8 <= int(value) <= zlib.MAX_WBITS


def inflated(payload: bytes, most: int) -> bytes:
    """A whole short message; ValueError if it is larger than `most`, or is no such thing."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = engine.decompress(payload + TAIL, most + 1)
    except zlib.error as error:
        raise ValueError from error
    if len(data) > most:
        raise ValueError
    return data


class BoundedInflate(Extension):
    """What clients compress, for wsproto: a kilobyte may stand for a megabyte, so that no more than `most` is made."""

    name = "permessage-deflate"

    def __init__(self, most: int) -> None:
        self._most = most
        self._engine: Any = None
        self._left = 0
        self._inflating = self._is_control = False

    def enabled(self) -> bool:
        return True

    def offer(self) -> bool | str:
        return False

    def frame_inbound_header(
        self, proto: FrameDecoder | FrameProtocol, opcode: Opcode, rsv: RsvBits, payload_length: int
    ) -> CloseReason | RsvBits:
        self._is_control = opcode.iscontrol()
        if rsv.rsv1 and (self._is_control or opcode is Opcode.CONTINUATION):
            return CloseReason.PROTOCOL_ERROR
        if not self._is_control and opcode is not Opcode.CONTINUATION:
            self._inflating, self._left = rsv.rsv1, self._most
            self._engine = zlib.decompressobj(-zlib.MAX_WBITS) if rsv.rsv1 else None
        return RsvBits(True, False, False)

    def frame_inbound_payload_data(self, proto: FrameDecoder | FrameProtocol, data: bytes) -> bytes | CloseReason:
        return data if self._is_control or not self._inflating else self._inflate(bytes(data))

    def frame_inbound_complete(self, proto: FrameDecoder | FrameProtocol, fin: bool) -> bytes | CloseReason | None:
        if self._is_control or not fin or not self._inflating:
            return None
        self._inflating = False
        return self._inflate(TAIL)

    def _inflate(self, data: bytes) -> bytes | CloseReason:
        try:
            made: bytes = self._engine.decompress(data, self._left + 1)
        except zlib.error:
            return CloseReason.INVALID_FRAME_PAYLOAD_DATA
        if len(made) > self._left:
            return CloseReason.MESSAGE_TOO_BIG
        self._left -= len(made)
        return made
