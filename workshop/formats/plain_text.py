"""Any text of another tool to plain text. No markup is kept, so that no script can be; what went with it is named."""

import re
import unicodedata
from collections.abc import Iterable
from html.parser import HTMLParser

MAX_TEXT = 2_000  # characters of one text
MAX_MARKUP = 50_000  # characters of markup that are looked at for one text
_DATA_ADDRESS = re.compile(r"data:[\w/+.-]*;base64,[\w+/=\s%]*")
_TAG = re.compile(r"</?[a-zA-Z!]|&(?:#\d+|#x[0-9a-fA-F]+|\w+);")
_BLOCKS = {"p", "div", "br", "li", "ul", "ol", "tr", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "figure"}
_UNSEEN = {"script", "style", "noscript", "template", "textarea", "title"}
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


class Stripped(HTMLParser):
    """Markup read as text. `items` are those of its first list when `lists` is asked for, apart from the text;
    `alts` the descriptions of its pictures by address; `lost` codes of notes."""

    def __init__(self, markup: str, lists: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces, self._items, self._lists = list[str](), list[list[str]](), lists
        self._unseen, self._in_item = 0, False
        self._list_state = ""  # « open » in the first list, then « done »
        self.alts: dict[str, str] = {}
        self.lost: list[str] = []
        if len(markup) > MAX_MARKUP:
            # Pictures inside the text are what makes it long.
            markup = _DATA_ADDRESS.sub("data:", markup)[:MAX_MARKUP]
        try:
            self.feed(markup)
            self.close()
        except AssertionError:  # how the library says that a declaration makes no sense
            self._pieces.append(re.sub(r"<[^>]*>?", " ", self.rawdata))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LOST:
            self.lost.append(_LOST[tag])
        if tag == "img":
            given = dict(attrs)
            self.alts[given.get("src") or ""] = one_line(given.get("alt") or "")
        if tag in _UNSEEN:
            self._unseen += 1
        elif self._lists and tag == "ol" and not self._list_state:
            self._list_state = "open"
        elif tag == "li" and self._list_state == "open":
            self._items.append([])
            self._in_item = True
        elif tag in _BLOCKS:
            self._put("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "ol" and self._list_state == "open":
            self._list_state, self._in_item = "done", False
        elif tag == "li" and self._list_state == "open":
            self._in_item = False
        elif tag in _BLOCKS:
            self._put("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            # In markup the end of a line is a space like another.
            self._put(re.sub(r"[ \t\r\n]+", " ", data))

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
