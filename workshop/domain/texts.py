"""What a pupil writes, before an adult has read it: made plain, merged with its like, and proposed for what it may be.

Nothing here publishes or refuses. Word lists propose; an adult decides.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .activities import MAX_TEXT
from .errors import EmptyText, TextTooLong
from .schools import folded
from .word_lists import ADDRESSES, HELP, INSULTS

# A text waits until an adult decides. One set apart is for the facilitator alone.
State = Literal["waiting", "approved", "refused", "apart"]
Verdict = Literal["approve", "refuse", "apart", "release", "wait"]
# Why a refusal is proposed.
Reason = Literal["insult", "person", "phone", "address"]

MAX_CHANGES = 10  # of one phone's text, in one round: whoever reads has no more to read than that
SIZES = 5
_MARKS = 2  # accents that one letter bears; more are a drawing over the lines around it
_AFTER: dict[Verdict, State] = {
    "approve": "approved", "refuse": "refused", "apart": "apart", "release": "waiting", "wait": "waiting",
}  # fmt: skip
_PHONE = re.compile(r"(?:\+|00)?(?:\d[ .\-/]?){8,}\d")
_PERSON = re.compile(r"@|#\w|\b(?:snap|insta|tiktok|discord)\w*\s*[:=]", re.IGNORECASE)
_MAIL = re.compile(r"https?:|www\.|\b[\w-]+\.(?:fr|com|net|org|io|gg|me|tv)\b", re.IGNORECASE)
_CLITIC = re.compile(r"\b([jmtdnlsc]) ")
# A capital inside a sentence, after a small letter: a first name perhaps, which a class must not be shown.
_NAME = re.compile(r"(?<=[a-zà-ÿ,'’] )[A-ZÀ-Þ][a-zà-ÿ]{2,}(?:-[A-ZÀ-Þ][a-zà-ÿ]+)?")
_PROPER = (
    "internet", "instagram", "snapchat", "tiktok", "whatsapp", "discord", "youtube", "google", "france", "pronote",
)  # fmt: skip


@dataclass(frozen=True)
class Approved:
    """What an adult let through, and how many wrote or said it. Of nobody."""

    text: str
    people: int


def plain(typed: str) -> str:
    """What is kept of what was typed: one line, single spaces, no character that is not seen.

    Raises EmptyText or TextTooLong. Characters that turn the direction of a line, or join it to the next, go.
    """
    letters, marks = [], 0
    for letter in unicodedata.normalize("NFC", typed):
        category = unicodedata.category(letter)
        marks = marks + 1 if category == "Mn" else 0
        if letter.isspace():
            letters.append(" ")
        elif category[0] != "C" and marks <= _MARKS:
            letters.append(letter)
    text = " ".join("".join(letters).split())
    if not any(letter.isalnum() or unicodedata.category(letter) in ("So", "Sm") for letter in text):
        raise EmptyText
    if len(text) > MAX_TEXT:
        raise TextTooLong
    return text


def merged(text: str) -> str:
    """The same for texts that say the same thing: whatever their case, accents, punctuation, spaces and plurals.

    « Les  Amis ! » and « les ami » are one, and so are « Courage » and « courages ». A text without a letter is itself.
    """
    words = [_singular(word) for word in folded(text.replace("œ", "oe").replace("æ", "ae")).split()]
    return "".join(words) or text


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("aux"):
        return word[:-3] + "al"
    return word[:-1] if len(word) > 3 and word[-1] in "sx" and not word.endswith("ss") else word


def proposals(text: str) -> tuple[Reason, ...]:
    """Why an adult may want to refuse this text; empty when nothing strikes."""
    found: list[Reason] = []
    words = f" {folded(text)} "
    if _says(words, INSULTS):
        found.append("insult")
    if _PERSON.search(text) or any(name.casefold() not in _PROPER for name in _NAME.findall(text)):
        found.append("person")
    if _PHONE.search(text):
        found.append("phone")
    if _MAIL.search(text) or _says(words, ADDRESSES) or re.search(r" \d+ (?:bis |ter )?(?:rue|avenue|allee) ", words):
        found.append("address")
    return tuple(found)


def may_call_for_help(text: str) -> bool:
    """Whether somebody may be in danger. Too often rather than not: an adult reads it at once, and judges."""
    return _says(f" {folded(text)} ", HELP)


def _says(words: str, phrases: Iterable[str]) -> bool:
    """Whether one of the phrases is in these words; `*` at its end stands for any ending. « jai » is « j ai »."""
    joined = (variant for phrase in phrases for variant in {phrase, _CLITIC.sub(r"\1", phrase)})
    return any(f" {phrase[:-1]}" in words if phrase.endswith("*") else f" {phrase} " in words for phrase in joined)


def decided(state: State, verdict: Verdict) -> State | None:
    """The state that follows, or None when there is nothing to decide: it is so already, or is set apart.

    What was set apart comes back by `release` alone, which is said of nothing else.
    """
    if (verdict == "release") != (state == "apart"):
        return None
    after = _AFTER[verdict]
    return after if after != state else None


def arriving(text: str, like: State | None) -> State:
    """The state of a text that comes in, when texts like it are in that state already (None: there is none).

    One reading is good for all that say the same; but a word that may call for help is set apart unless an adult let
    these very words through.
    """
    if like == "approved":
        return "approved"
    if may_call_for_help(text):
        return "apart"
    return "refused" if like == "refused" else "waiting"


def sizes(counts: Iterable[int]) -> list[int]:
    """From 1 to 5 for each count: how large its word is drawn. Words said equally often are of the middle size."""
    counts = list(counts)
    low, high = min(counts, default=0), max(counts, default=0)
    if low == high:
        return [(SIZES + 1) // 2] * len(counts)
    return [1 + round((SIZES - 1) * (count - low) / (high - low)) for count in counts]
