"""Any text of another tool to plain text. No markup is kept, so that no script can be; what went with it is named."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator

MAX_TEXT = 2_000  # characters of one text
MAX_MARKUP = 50_000  # characters of markup that are looked at for one text
_DATA_ADDRESS = re.compile(r"data:[\w/+.-]*;base64,[\w+/=\s%]*")
_TAG = re.compile(
    r"</?(?:p|br|b|i|u|s|em|strong|span|div|a|img|li|ul|ol|sub|sup|h[1-6]|table|t[drh]|pre|code|font|script|style|iframe"
    r"|audio|video|center|blockquote|hr)\b[^<>]{0,4000}>|&(?:#\d+|#x[0-9a-f]+|\w{2,8});",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE)
_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]*")
_BLOCKS = {"p", "div", "br", "li", "ul", "ol", "tr", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "figure"}
_UNSEEN = {"script", "style", "noscript", "template", "textarea", "title"}  # with what is in them
_LOST = {
    "img": "picture_left", "audio": "media_left", "video": "media_left", "iframe": "media_left", "embed": "media_left",
    "object": "media_left", "svg": "picture_left", "table": "table_left", "script": "script_left", "form": "form_left",
}  # fmt: skip


def clean(text: str) -> str:
    """Without what cannot be seen (controls, overrides of direction, half characters), nor spaces in excess.

    Lines stay. A pasted text may hide a zero-width space, or turn the rest of the page from right to left."""
    found = text.replace("\r\n", "\n").replace("\r", "\n")[: MAX_TEXT * 4]
    kept = "".join(each for each in found if each in "\n\t" or _is_seen(each))
    lines = (re.sub(r"[ \t\u2028\u2029]+", " ", line).strip() for line in kept.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:MAX_TEXT].rstrip()


def _is_seen(each: str) -> bool:
    # The last two of each plane are no characters, and no XML may hold them.
    return unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co") and ord(each) & 0xFFFE != 0xFFFE


def one_line(text: str) -> str:
    return " ".join(clean(text).split("\n"))


class Stripped:
    """Markup read as text, in a time that grows as its length does. `items` are those of its first list when `lists`
    is asked for, apart from the text; `alts` the descriptions of its pictures by address; `lost` codes of notes."""

    def __init__(self, markup: str, lists: bool = False) -> None:
        self._pieces, self._items, self._lists = list[str](), list[list[str]](), lists
        self._in_item, self._list_state = False, ""  # « open » in the first list, then « done »
        self.alts: dict[str, str] = {}
        self.lost: list[str] = []
        if len(markup) > MAX_MARKUP:
            # Pictures inside the text are what makes it long.
            markup = _DATA_ADDRESS.sub("data:", markup)[:MAX_MARKUP]
        for is_tag, piece in _pieces(markup):
            if is_tag:
                self._tag(piece)
            else:
                # In markup the end of a line is a space like another.
                self._put(re.sub(r"[ \t\r\n]+", " ", html.unescape(piece)))

    def _tag(self, inside: str) -> None:
        named = _NAME.match(inside)
        name = named[0].lower() if named else ""
        if name in _LOST:
            self.lost.append(_LOST[name])
        if name == "img":
            given = {key.lower(): a or b or c for key, a, b, c in _ATTRIBUTE.findall(inside[:4_000])}
            self.alts[html.unescape(given.get("src", ""))] = one_line(html.unescape(given.get("alt", "")))
        if self._lists and name == "ol" and not self._list_state:
            self._list_state = "open"
        elif name == "/ol" and self._list_state == "open":
            self._list_state, self._in_item = "done", False
        elif name == "li" and self._list_state == "open":
            self._items.append([])
            self._in_item = True
        elif name == "/li" and self._list_state == "open":
            self._in_item = False
        elif name.removeprefix("/") in _BLOCKS:
            self._put("\n")

    def _put(self, text: str) -> None:
        (self._items[-1] if self._in_item else self._pieces).append(text)

    @property
    def text(self) -> str:
        return clean("".join(self._pieces))

    @property
    def items(self) -> list[str]:
        return [one_line("".join(item)) for item in self._items]


def looks_like_markup(text: str) -> bool:
    return _TAG.search(text) is not None


def plain(text: str, markup: bool | None = None) -> str:
    """`text` without markup; `markup` tells whether it may have some, None when that has to be seen."""
    if markup is False or (markup is None and not looks_like_markup(text)):
        return clean(text)
    return Stripped(text).text


def named_once(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _pieces(markup: str) -> Iterator[tuple[bool, str]]:
    """(is a tag, what is in it) and (is none, text), in order; remarks, scripts and styles are left out."""
    lowered, at = markup.lower(), 0
    while (start := markup.find("<", at)) >= 0:
        yield False, markup[at:start]
        after = markup[start + 1 : start + 2]
        end = markup.find("-->" if markup.startswith("<!--", start) else ">", start)
        if not (after.isalpha() or after in ("/", "!", "?")):
            yield False, "<"
            at = start + 1
            continue
        if end < 0:  # never closed
            yield False, "" if after == "!" else markup[start:]
            return
        inside = markup[start + 1 : end]
        yield True, inside
        at = end + (3 if markup.startswith("<!--", start) else 1)
        named = _NAME.match(inside)
        if named and named[0].lower() in _UNSEEN and not inside.endswith("/"):
            at = lowered.find(f"</{named[0].lower()}", at)
            if at < 0:
                return
    yield False, markup[at:]


_BAR = re.compile(r"(?<!/)/(?!/)")


def category_name(path: str) -> str:
    """The last part of a path of Moodle's categories, in which a bar of the name itself is written twice."""
    return one_line(_BAR.split(path)[-1].replace("//", "/"))


def category_path(name: str) -> str:
    """A name as a path that Moodle reads back: a bar at an end of it is kept apart by a space, as Moodle does."""
    escaped = name.replace("/", "//")
    apart = (" " if name.startswith("/") else "") + escaped + (" " if name.endswith("/") else "")
    return f"$course$/top/{apart}"
