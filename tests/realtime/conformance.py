"""What RFC 6455 asks of a server, case by case, numbered as the Autobahn|Testsuite numbers them (groups 1 to 7, 9, 10;
what is of use of 12 and 13). The suite itself needs Python 2; the sequences of UTF-8 are Markus Kuhn's, as there.

A case is frames to send, cut or not, then what a server that echoes must answer: frames, and the code that it closes
with. A list ends with the client's own closing frame where nothing else ended the connection."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

MORE, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASK = b"\x1f\x2e\x3d\x4c"
OCTETS, FRAMES, WHOLE = 1, -1, 0  # how what is sent is cut; another number is bytes
LIMIT = 65_536  # bytes of a message here
Answer = tuple[int, bytes]


@dataclass(frozen=True)
class Case:
    number: str
    sent: Sequence[bytes]
    heard: Sequence[Answer] = ()
    code: int | None = 1000
    cut: int = WHOLE
    deflate: bool = False
    strict: bool = field(default=True)  # else what came before the fault may have been echoed, or not


def frame(kind: int, payload: bytes = b"", final: bool = True, reserved: int = 0) -> bytes:
    size = len(payload)
    head = bytes((final << 7 | reserved << 4 | kind, 0x80 | (size if size < 126 else 126 if size < 65_536 else 127)))
    head += b"" if size < 126 else size.to_bytes(2 if size < 65_536 else 8, "big")
    mask = int.from_bytes((MASK * (size // 4 + 1))[:size], "big")
    return head + MASK + (int.from_bytes(payload, "big") ^ mask).to_bytes(size, "big")


def closing(code: int | None = 1000, reason: bytes = b"") -> bytes:
    return frame(CLOSE, b"" if code is None else code.to_bytes(2, "big") + reason)


def pieces(payload: bytes, size: int, kind: int = TEXT) -> list[bytes]:
    """One message in frames of `size` bytes."""
    parts = [payload[at : at + size] for at in range(0, len(payload), size)] or [b""]
    return [frame(kind if place == 0 else MORE, part, place == len(parts) - 1) for place, part in enumerate(parts)]


def deflated(payload: bytes) -> bytes:
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (engine.compress(payload) + engine.flush(zlib.Z_SYNC_FLUSH))[:-4]


def cases() -> list[Case]:
    return [
        *_framing(), *_pings(), *_reserved(), *_opcodes(), *_fragments(), *_utf8(), *_closings(), *_limits(),
        *_compressed(),
    ]  # fmt: skip


def _echoed(number: str, kind: int, payload: bytes, sent: Sequence[bytes] | None = None, cut: int = WHOLE) -> Case:
    return Case(number, [*(sent or [frame(kind, payload)]), closing()], [(kind, payload)], cut=cut)


def _framing() -> Iterator[Case]:
    for group, kind, letter in (("1.1", TEXT, b"*"), ("1.2", BINARY, b"\xfe")):
        for place, size in enumerate((0, 125, 126, 127, 128, 65_535, 65_536), 1):
            yield _echoed(f"{group}.{place}", kind, letter * size)
        yield _echoed(f"{group}.8", kind, letter * 65_536, cut=997)


def _pings() -> Iterator[Case]:
    odd = b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"
    for number, payload, cut in (
        ("2.1", b"", WHOLE), ("2.2", b"Hello, world!", WHOLE), ("2.3", odd, WHOLE), ("2.4", b"\xfe" * 125, WHOLE),
        ("2.6", b"\xfe" * 125, OCTETS),
    ):  # fmt: skip
        yield Case(number, [frame(PING, payload), closing()], [(PONG, payload)], cut=cut)
    yield Case("2.5", [frame(PING, b"\xfe" * 126)], code=1002)
    yield Case("2.7", [frame(PONG), closing()])
    yield Case("2.8", [frame(PONG, b"unsolicited"), closing()])
    yield Case("2.9", [frame(PONG, b"unsolicited"), frame(PING, b"asked"), closing()], [(PONG, b"asked")])
    ten = [b"payload-%d" % place for place in range(10)]
    for number, cut in (("2.10", WHOLE), ("2.11", OCTETS)):
        sent = [frame(PING, payload) for payload in ten]
        yield Case(number, [*sent, closing()], [(PONG, payload) for payload in ten], cut=cut)


def _reserved() -> Iterator[Case]:
    hello, ping = frame(TEXT, b"Hello, world!"), frame(PING)
    yield Case("3.1", [frame(TEXT, b"Hello, world!", reserved=1)], code=1002)
    for number, bits, cut in (("3.2", 2, WHOLE), ("3.3", 3, FRAMES), ("3.4", 4, OCTETS)):
        bad = frame(TEXT, b"Hello, world!", reserved=bits)
        yield Case(number, [hello, bad, ping], [(TEXT, b"Hello, world!")], 1002, cut, strict=False)
    yield Case("3.5", [frame(BINARY, b"\x00\xff", reserved=5)], code=1002)
    yield Case("3.6", [frame(PING, b"Hello, world!", reserved=6)], code=1002)
    yield Case("3.7", [frame(CLOSE, (1000).to_bytes(2, "big"), reserved=7)], code=1002)


def _opcodes() -> Iterator[Case]:
    for group, first in (("4.1", 3), ("4.2", 11)):
        for place in range(5):
            kind, hello = first + place, frame(TEXT, b"Hello, world!")
            bad = frame(kind, b"reserved" if place % 2 else b"")
            sent = [bad] if place < 2 else [hello, bad, frame(PING)]
            cut = (WHOLE, WHOLE, WHOLE, OCTETS, FRAMES)[place]
            yield Case(f"{group}.{place + 1}", sent, [(TEXT, b"Hello, world!")], 1002, cut, strict=False)


def _fragments() -> Iterator[Case]:
    first, last = frame(TEXT, b"fragment1", False), frame(MORE, b"fragment2")
    ping, hello = frame(PING, b"ping payload"), frame(TEXT, b"Hello, world!")
    both = (TEXT, b"fragment1fragment2")
    yield Case("5.1", [frame(PING, b"fragment1", False), frame(MORE, b"fragment2")], code=1002)
    yield Case("5.2", [frame(PONG, b"fragment1", False), frame(MORE, b"fragment2")], code=1002)
    for place, cut in enumerate((WHOLE, FRAMES, OCTETS)):
        yield Case(f"5.{3 + place}", [first, last, closing()], [both], cut=cut)
        yield Case(f"5.{6 + place}", [first, ping, last, closing()], [(PONG, b"ping payload"), both], cut=cut)
        for number, final in ((9, True), (12, False)):
            lone = frame(MORE, b"non-continuation payload", final)
            yield Case(f"5.{number + place}", [lone, hello], code=1002, cut=cut)
    lone = frame(MORE, b"fragment3", False)
    yield Case("5.15", [first, last, lone, hello], [both], 1002, strict=False)
    yield Case("5.16", [frame(MORE, b"fragment1", False), first, last] * 2, code=1002)
    yield Case("5.17", [frame(MORE, b"fragment1"), first, last] * 2, code=1002)
    yield Case("5.18", [first, frame(TEXT, b"fragment2")], code=1002)
    for number, cut in (("5.19", FRAMES), ("5.20", WHOLE)):
        parts = pieces(b"fragment1fragment2fragment3fragment4fragment5", 9)
        sent = [*parts[:2], frame(PING, b"one"), *parts[2:4], frame(PING, b"two"), parts[4], closing()]
        whole = (TEXT, b"fragment1fragment2fragment3fragment4fragment5")
        yield Case(number, sent, [(PONG, b"one"), (PONG, b"two"), whole], cut=cut)


_ALONE = bytes(range(0x80, 0xBF))
_KOSME = bytes.fromhex("cebae1bdb9cf83cebcceb5")
_HELLO = "Hello-µ@ßöäüàá-UTF-8!!".encode()
_SURROGATE = _KOSME + b"\xed\xa0\x80" + b"edited"
_LONE = [b"".join(bytes((byte, 0x20)) for byte in range(*ends)) for ends in (
    (0xC0, 0xDF), (0xE0, 0xEF), (0xF0, 0xF7), (0xF8, 0xFB), (0xFC, 0xFD)
)]  # fmt: skip
_CUT_SHORT = [bytes.fromhex(told) for told in (
    "c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf", "fbbfbfbf", "fdbfbfbfbf"
)]  # fmt: skip
_NO_CHARACTERS = ["efbfbe", "efbfbf", *(
    f"{one}{two}bf{three}" for one in ("f0", "f1", "f2", "f3", "f4") for two in ("8f", "9f", "af", "bf")
    for three in ("be", "bf") if (one != "f4" or two == "8f") and one + two != "f08f"
)]  # fmt: skip
# By group, each message and whether it is UTF-8.
_SEQUENCES: list[list[tuple[bytes, bool]]] = [
    [(b"hello" + bytes.fromhex(told) + b"world", True) for told in ("24", "c2a2", "e282ac", "f0a4ada2")]
    + [(_KOSME, True)],
    [(_KOSME[:size], size in (2, 5, 7, 9, 11)) for size in range(1, len(_KOSME) + 1)],
    [(bytes.fromhex(told), True) for told in ("00", "c280", "e0a080", "f0908080")],
    [(bytes.fromhex(told), False) for told in ("f888808080", "fc8480808080")],
    [(bytes.fromhex(told), True) for told in ("7f", "dfbf", "efbfbf", "f48fbfbf")],
    [(bytes.fromhex(told), False) for told in ("f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf")],
    [(bytes.fromhex(told), told != "f4908080") for told in ("ed9fbf", "ee8080", "efbfbd", "f48fbfbf", "f4908080")],
    [(told, False) for told in (b"\x80", b"\xbf", *((b"\x80\xbf" * 3)[:size] for size in range(2, 7)), _ALONE)],
    [(told, False) for told in _LONE],
    [(told, False) for told in _CUT_SHORT],
    [(b"".join(_CUT_SHORT), False)],
    [(bytes.fromhex(told), False) for told in ("fe", "ff", "fefeffff")],
    [(bytes.fromhex(told), False) for told in ("c0af", "e080af", "f08080af", "f8808080af", "fc80808080af")],
    [(bytes.fromhex(told), False) for told in ("c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf")],
    [(bytes.fromhex(told), False) for told in ("c080", "e08080", "f0808080", "f880808080", "fc8080808080")],
    [(bytes.fromhex(told), False) for told in ("eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf")],
    [(bytes.fromhex(one + two), False) for one in ("eda080", "edadbf", "edae80", "edafbf")
     for two in ("edb080", "edbfbf")],
    [(bytes.fromhex(told), True) for told in _NO_CHARACTERS],
    [(bytes.fromhex(told), True) for told in ("efbfb9", "efbfba", "efbfbb", "efbfbc", "efbfbd", "efbfbe", "efbfbf")],
]  # fmt: skip


def _utf8() -> Iterator[Case]:
    yield _echoed("6.1.1", TEXT, b"")
    yield _echoed("6.1.2", TEXT, b"", [frame(TEXT, b"", False), frame(MORE, b"", False), frame(MORE, b"")])
    middle = [frame(TEXT, b"", False), frame(MORE, b"middle frame payload", False), frame(MORE, b"")]
    yield _echoed("6.1.3", TEXT, b"middle frame payload", middle)
    yield _echoed("6.2.1", TEXT, _HELLO)
    yield _echoed("6.2.2", TEXT, _HELLO, pieces(_HELLO, 13))
    yield _echoed("6.2.3", TEXT, _HELLO, pieces(_HELLO, 1))
    yield _echoed("6.2.4", TEXT, _KOSME, pieces(_KOSME, 1))
    yield Case("6.3.1", [frame(TEXT, _SURROGATE)], code=1007)
    yield Case("6.3.2", pieces(_SURROGATE, 1), code=1007)
    # It is refused before the rest has come: nothing follows, neither the last frame nor the end of this one.
    beyond, bad = _KOSME, b"\xf4\x90\x80\x80"
    yield Case("6.4.1", [frame(TEXT, beyond, False), frame(MORE, bad, False)], code=1007)
    yield Case("6.4.2", [frame(TEXT, beyond + b"\xf4", False), frame(MORE, b"\x90", False)], code=1007)
    whole = frame(TEXT, beyond + bad + b"edited")
    yield Case("6.4.3", [whole[: -len(b"edited")]], code=1007, cut=FRAMES)
    yield Case("6.4.4", [whole[: -len(b"\x80\x80edited")]], code=1007, cut=FRAMES)
    for group, sequences in enumerate(_SEQUENCES, 5):
        for place, (payload, is_text) in enumerate(sequences, 1):
            number = f"6.{group}.{place}"
            if is_text:
                yield _echoed(number, TEXT, payload)
            else:
                yield Case(number, [frame(TEXT, payload)], code=1007)


def _closings() -> Iterator[Case]:
    hello = frame(TEXT, b"Hello World!")
    yield Case("7.1.1", [hello, closing()], [(TEXT, b"Hello World!")])
    yield Case("7.1.2", [closing(), closing()])
    yield Case("7.1.3", [closing(), frame(PING)])
    yield Case("7.1.4", [closing(), hello])
    yield Case("7.1.5", [frame(TEXT, b"fragment1", False), closing(), frame(MORE, b"fragment2")])
    large = frame(TEXT, b"BAsd7&jh23" * 26_214)
    yield Case("7.1.6", [large, closing(), frame(PING)], code=1009)  # 256 KB
    yield Case("7.3.1", [closing(None)], code=None)
    yield Case("7.3.2", [frame(CLOSE, b"a")], code=1002)
    yield Case("7.3.3", [closing()])
    yield Case("7.3.4", [closing(1000, b"Hello World!")])
    yield Case("7.3.5", [closing(1000, b"*" * 123)])
    yield Case("7.3.6", [closing(1000, b"*" * 124)], code=1002)
    yield Case("7.5.1", [closing(1000, _SURROGATE)], code=1007)
    good = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
    for place, code in enumerate(good, 1):
        yield Case(f"7.7.{place}", [closing(code)], code=code)
    for place, code in enumerate((0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999), 1):
        yield Case(f"7.9.{place}", [closing(code)], code=1002)
    for place, code in enumerate((5000, 65_535), 1):  # undefined by the standard: a protocol error here
        yield Case(f"7.13.{place}", [closing(code)], code=1002)


def _limits() -> Iterator[Case]:
    """Group 9 measures megabytes, which nobody says here: what is over the limit is cut off as too big, however it
    comes."""
    for group, kind, letter in ((1, TEXT, b"*"), (2, BINARY, b"\xfe")):
        yield _echoed(f"9.{group}.1", kind, letter * LIMIT)
        for place, size in enumerate((262_144, 1_048_576), 2):
            yield Case(f"9.{group}.{place}", [frame(kind, letter * size)], code=1009)
        yield Case(f"9.{group}.over", [frame(kind, letter * (LIMIT + 1))], code=1009)
    for group, kind in ((3, TEXT), (4, BINARY)):
        for place, size in enumerate((64, 256, 1_000, 4_000, 16_000), 1):
            yield _echoed(f"9.{group}.{place}", kind, b"*" * LIMIT, pieces(b"*" * LIMIT, size, kind))
        yield Case(f"9.{group}.over", pieces(b"*" * (LIMIT + 1), 1_000, kind), code=1009)
    for group, kind in ((5, TEXT), (6, BINARY)):
        for place, cut in enumerate((64, 128, 256, 512, 1_024, 2_048), 1):
            yield _echoed(f"9.{group}.{place}", kind, b"*" * LIMIT, cut=cut)
    for group, kind in ((7, TEXT), (8, BINARY)):
        for place, size in enumerate((0, 16, 64, 256, 1_024, 4_096), 1):
            many = [(kind, b"*" * size)] * 100
            yield Case(f"9.{group}.{place}", [*(frame(*one) for one in many), closing()], many)
    yield _echoed("10.1.1", TEXT, b"*" * LIMIT, pieces(b"*" * LIMIT, 1_300))


def _compressed() -> Iterator[Case]:
    """Groups 12 and 13, for the one way that is agreed on here: no context is kept."""
    for place, size in enumerate((0, 16, 64, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536), 1):
        text = ("κόσμε, " * 9_000).encode()[: size // 2 * 2].decode(errors="ignore").encode()
        yield Case(f"12.1.{place}", [frame(TEXT, deflated(text), reserved=4), closing()], [(TEXT, text)], deflate=True)
        parts = pieces(deflated(text), 61)
        parts[0] = bytes((parts[0][0] | 0x40,)) + parts[0][1:]
        sent = [*parts[:-1], frame(PING, b"between"), parts[-1], closing()]
        heard = [(PONG, b"between"), (TEXT, text)]
        yield Case(f"12.2.{place}", sent, heard, cut=FRAMES, deflate=True)
    twice = [frame(TEXT, deflated(b"same " * 40), reserved=4)] * 2
    said = (TEXT, b"same " * 40)
    yield Case("12.plain", [*twice, frame(TEXT, b"plain"), closing()], [said, said, (TEXT, b"plain")], deflate=True)
    for number, sent, code in (
        ("bomb", [frame(TEXT, deflated(b"x" * 40_000_000), reserved=4)], 1009),
        ("short-bomb", [frame(TEXT, deflated(b"x" * 90_000)[:125], reserved=4)], 1009),
        ("bomb-in-pieces", pieces(deflated(b"x" * 40_000_000), 500), 1009),
        ("garbage", [frame(TEXT, b"\xff\xff\xff\xff", reserved=4)], 1007),
        ("long-garbage", [frame(TEXT, b"\xff" * 300, reserved=4)], 1007),
        ("no-text", [frame(TEXT, deflated(b"\xc3\x28"), reserved=4)], 1007),
        ("later", [frame(TEXT, b"a", False), frame(MORE, deflated(b"b"), reserved=4)], 1002),
        ("ping", [frame(PING, deflated(b"b"), reserved=4)], 1002),
        ("other-bit", [frame(TEXT, deflated(b"b"), reserved=6)], 1002),
    ):
        if number == "bomb-in-pieces":
            sent = [bytes((sent[0][0] | 0x40,)) + sent[0][1:], *sent[1:]]
        yield Case(f"13.{number}", sent, code=code, deflate=True)
    yield Case("13.not-agreed", [frame(TEXT, deflated(b"b"), reserved=4)], code=1002)
