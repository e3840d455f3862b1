"""Moodle's GIFT: what Moodle itself reads, and how it reads it."""

import re
from dataclasses import replace

from .plain_text import Stripped, category_name, clean, looks_like_markup, named_once, one_line
from .questions import MAX_CHOICES, Asked, Found, Note, Offered, Place, Unreadable

# An escaped character becomes one of Unicode's private ones while its neighbours are looked at.
_ESCAPED = {"\\": "\ue000", ":": "\ue001", "#": "\ue002", "=": "\ue003", "{": "\ue004", "}": "\ue005", "~": "\ue006",
            "n": "\ue007"}  # fmt: skip
_BACK = {ord(hidden): ("\n" if each == "n" else each) for each, hidden in _ESCAPED.items()}
FORMATS = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:[.,]\d*)?)%")
_NUMBER = re.compile(r"\s*(-?\d+(?:[.,]\d+)?)\s*(?:(:|\.\.)\s*(-?\d*(?:[.,]\d+)?))?\s*")
_TRUE, _FALSE = {"T", "TRUE"}, {"F", "FALSE"}
_ID = re.compile(r"\[id:([^\]]*)\]")


def looks_like(text: str) -> bool:
    return re.search(r"(?<!\\)\{(?:[^{}\\]|\\.)*\}", text[:200_000], re.DOTALL) is not None


def read(text: str) -> Found:
    found, number = Found(), 0
    for line, block, comment in _blocks(text):
        hidden = re.sub(r"\\([\\:#={}~n])", lambda mark: _ESCAPED[mark[1]], block)
        if hidden.startswith("$CATEGORY:"):
            if not found.title:
                found.title = category_name(hidden[10:].partition("\n")[0].translate(_BACK))
            continue
        number += 1
        if found.is_enough(Place(number, line)):
            break
        _Block(hidden, Place(number, line), comment, found).read()
    if not number:
        raise Unreadable("nothing")
    return found


def _blocks(text: str) -> list[tuple[int, str, str]]:
    """(line, text, comment with an identifier) of each group of lines; other comments are left out."""
    blocks, lines, start, comment = list[tuple[int, str, str]](), list[str](), 0, ""
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.strip().startswith("//"):
            comment = line if _ID.search(line) else comment
        elif line.strip():
            start = start or number
            lines.append(line)
            if line.startswith("$CATEGORY:"):
                blocks.append((start, line.strip(), ""))
                lines, start = [], 0
        elif lines:
            blocks.append((start, "\n".join(lines).strip(), comment))
            lines, start, comment = [], 0, ""
    return blocks


class _Block:
    def __init__(self, text: str, place: Place, comment: str, found: Found) -> None:
        self.text, self.place, self.found = text, place, found
        identifier = _ID.search(comment)
        self.id = identifier[1].strip() if identifier else ""
        self.format = "moodle"

    def read(self) -> None:
        title = ""
        if self.text.startswith("::"):
            title, closed, rest = self.text[2:].partition("::")
            title, self.text = (title, rest.strip()) if closed else ("", self.text)
        before, opened, rest = self.text.partition("{")
        inside, closed, after = rest.partition("}")
        if bool(opened) != bool(closed) or (not opened and "}" in before):
            self.found.note("braces", self.place, self.text.translate(_BACK))
            return
        whole = f"{before}_____{after}" if opened and after.strip() else before
        asked_format = FORMATS.match(whole)
        self.format = asked_format[1] if asked_format else self.format
        text, title = self._said(whole), one_line(title.translate(_BACK))
        base = Asked(self.place, "slide", text, title if title != text else "", self.id)
        if not opened:
            self.found.add(base) if text else None
        elif not text:
            self.found.note("no_text", self.place, title)
        else:
            self._answers(base, inside.strip())

    def _answers(self, base: Asked, inside: str) -> None:
        answers, _, general = inside.rpartition("####") if "####" in inside else (inside, "", "")
        answers, explanation = answers.strip(), self._said(general)
        bare = answers.partition("#")[0].strip().upper()
        base = replace(base, explanation=explanation)
        if answers.startswith("#"):
            self._number(base, answers[1:])
        elif answers.startswith(">"):
            items = [Offered(one_line(self._said(line))) for line in answers.split("\n")[1:] if line.strip()]
            self.found.add_order(replace(base, form="order", choices=tuple(items)))
        elif "~" in answers:
            self._choice(base, answers)
        elif "=" in answers and "->" in answers:
            pairs = [pair.partition("->") for pair in answers.split("=") if pair.strip()]
            if any(not arrow for _, arrow, _ in pairs):
                self.found.note("pair", self.place, base.text)
                return
            # The answers of pairs have no format of their own in Moodle: they are text.
            read = tuple((one_line(self._said(sub)), one_line(answer.translate(_BACK))) for sub, _, answer in pairs)
            self.found.add(replace(base, form="sort", pairs=read))
        elif bare in _TRUE | _FALSE:
            self._true_false(base, answers, bare in _TRUE)
        elif not answers:
            self.found.note("essay", self.place, base.text)
        else:
            accepted = [self._weighed(answer.strip()) for answer in answers.split("=") if answer.strip()]
            right = tuple(one_line(self._said(text)) for weight, text, _ in accepted if weight is None or weight == 100)
            self.found.add(replace(base, form="words", accepted=right))

    def _choice(self, base: Asked, answers: str) -> None:
        single, read, partial = "=" in answers, list[Offered](), False
        for answer in answers.replace("=", "~=").split("~", MAX_CHOICES + 3)[: MAX_CHOICES + 2]:
            if not answer.strip():
                continue
            sure = answer.strip().startswith("=")
            weight, text, feedback = (None, *self._parted(answer.strip()[1:])) if sure else self._weighed(answer)
            right = sure or (weight is not None and (weight >= 100 if single else weight > 0))
            partial = partial or (single and weight is not None and 0 < weight < 100)
            read.append(Offered(one_line(self._said(text)), right, one_line(self._said(feedback))))
        if partial:
            self.found.note("partial", self.place)
        self.found.add_choice(replace(base, form="choice", choices=tuple(read), multiple=not single))

    def _true_false(self, base: Asked, answers: str, expected: bool) -> None:
        _, *feedbacks = [self._said(part) for part in answers.split("#", 2)]
        if any(feedbacks) and not base.explanation:
            base = replace(base, explanation=next(filter(None, feedbacks)))
        elif any(feedbacks):
            self.found.note("feedback_left", self.place)
        self.found.add(replace(base, form="true_false", expected=expected))

    def _number(self, base: Asked, answers: str) -> None:
        first = answers.strip().removeprefix("=").partition("#")[0].partition("=")[0].partition("~")[0]
        first = _WEIGHT.sub("", first)
        number = _NUMBER.fullmatch(first)
        if number is None:
            self.found.note("number", self.place, base.text)
            return
        figure = float(number[1].replace(",", "."))
        if number[2] == ".." and number[3]:  # from one to the other: the middle
            figure = round((figure + float(number[3].replace(",", "."))) / 2, 6)
        if number[2]:
            self.found.note("tolerance", self.place, first.strip())
        self.found.add(replace(base, form="estimate", figure=figure))

    def _weighed(self, answer: str) -> tuple[float | None, str, str]:
        """(weight in percent, text, feedback)."""
        weight = _WEIGHT.match(answer.strip())
        rest = answer.strip()[weight.end() :] if weight else answer
        return (float(weight[1].replace(",", ".")) if weight else None, *self._parted(rest))

    def _parted(self, answer: str) -> tuple[str, str]:
        text, _, feedback = answer.partition("#")
        return text, feedback

    def _said(self, hidden: str) -> str:
        """The text that pupils read: without format nor markup, its escaped characters put back."""
        asked_format = FORMATS.match(hidden)
        written = asked_format[1] if asked_format else self.format
        text = hidden[asked_format.end() if asked_format else 0 :]
        # A line that goes on is one line, unless it is said otherwise.
        text = re.sub(r"\s*\n\s*", " ", text).translate(_BACK)
        if written == "html" or (written == "moodle" and looks_like_markup(text)):
            stripped = Stripped(text)
            self.found.notes += [Note(code, self.place) for code in named_once(stripped.lost)]
            return stripped.text
        return clean(text)
