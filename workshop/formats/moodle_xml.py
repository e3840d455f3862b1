"""Moodle's XML, and the dialect that Pronote writes: the question is in `<name>`, and `<questiontext>` is empty."""

import base64
import binascii
import re
from dataclasses import replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from . import pictures
from .plain_text import Stripped, category_name, clean, named_once, one_line
from .questions import MAX_CHOICES, Asked, Found, Note, Offered, Picture, Place, Unreadable

_MARKUP = {"html", "moodle_auto_format", "moodle"}
_PRONOTE_NAME = re.compile(r"<infos>.*?<name>(.*?)</name>", re.DOTALL)
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_PLUGIN = "@@PLUGINFILE@@/"
# What Moodle and its plugins can ask and Préau cannot.
_NOTHING_ALIKE = {"essay": "essay", "cloze": "cloze", "multianswer": "cloze"}


def looks_like(data: bytes) -> bool:
    """Whether it begins as XML does, in any alphabet of Unicode."""
    begins = data[:400].removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return begins.replace(b"\0", b"").lstrip().startswith((b"<?xml", b"<quiz", b"<!"))


def parse(data: bytes) -> Element:
    """The root of an XML file. Raises Unreadable: entities of its own are an attack, not a way to write a question."""
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable("xml_entities") from None
    except ParseError as error:
        raise Unreadable("xml", str(error.position[0])) from None
    except (ValueError, LookupError):  # an encoding that nobody knows
        raise Unreadable("encoding") from None
    return root


def read(data: bytes) -> Found:
    root = parse(data)
    if root.tag != "quiz":
        raise Unreadable("unknown")
    found, number = Found(), 0
    elements = root.findall("question")
    lines = _lines(data, len(elements))
    for element, line in zip(elements, lines, strict=True):
        kind = element.get("type", "").lower()
        if kind == "category":
            found.title = found.title or _title(element.findtext("category/text") or "")
            continue
        number += 1
        if found.is_enough(Place(number, line)):
            break
        _Question(element, kind, Place(number, line), found).read()
    if not number:
        raise Unreadable("nothing")
    return found


def _lines(data: bytes, count: int) -> list[int]:
    """The line of each question; 0 for all when tags and elements do not match (a commented one, another alphabet)."""
    starts = [mark.start() for mark in re.finditer(rb"<question[\s>]", data)]
    if len(starts) != count:
        return [0] * count
    lines, line, before = list[int](), 1, 0
    for start in starts:
        line += data.count(b"\n", before, start)
        before = start
        lines.append(line)
    return lines


def _title(category: str) -> str:
    named = _PRONOTE_NAME.search(category)
    if named:
        return one_line(named[1])
    return category_name(category)


class _Question:
    def __init__(self, element: Element, kind: str, place: Place, found: Found) -> None:
        self.element, self.kind, self.place, self.found = element, kind, place, found
        self.picture: Picture | None = None

    def read(self) -> None:
        element = self.element
        name = one_line(element.findtext("name/text") or "")
        text = self._said(element.find("questiontext"), pictured=True)
        if not text:  # as Pronote writes; its name may carry markup
            text, name = name, ""
        identifier = (element.findtext("idnumber") or "").strip()
        explanation = self._said(element.find("generalfeedback"))
        told = one_line(text)
        if name == told or (len(name) > 40 and told.startswith(name)):  # made of the text, as Moodle does
            name = ""
        base = Asked(self.place, "slide", text, name, identifier, explanation=explanation,
                     picture=self.picture)  # fmt: skip
        if self.kind in _NOTHING_ALIKE:
            self.found.note(_NOTHING_ALIKE[self.kind], self.place, name or text)
        elif not text:
            self.found.note("no_text", self.place)
        else:
            self._take(base)

    def _take(self, base: Asked) -> None:
        takers = {
            "description": self.found.add,
            "multichoice": self._multichoice,
            "truefalse": self._truefalse,
            "shortanswer": self._shortanswer,
            "numerical": self._numerical,
            "matching": self._matching,
            "ordering": self._ordering,
        }
        if self.kind in takers:
            takers[self.kind](base)
        else:
            self.found.note("kind", self.place, self.kind)

    def _multichoice(self, base: Asked) -> None:
        single = (self.element.findtext("single") or "true").strip().lower() in ("true", "1")
        read, partial = list[Offered](), False
        for answer, fraction in self._answers():
            right = fraction >= 100 if single else fraction > 0
            partial = partial or (single and 0 < fraction < 100)
            feedback = one_line(self._said(answer.find("feedback")))
            read.append(Offered(one_line(self._said(answer)), right, feedback))
        if partial:
            self.found.note("partial", self.place)
        self.found.add_choice(replace(base, form="choice", choices=tuple(read), multiple=not single))

    def _truefalse(self, base: Asked) -> None:
        right = {one_line(self._said(answer)).lower() for answer, fraction in self._answers() if fraction > 0}
        feedbacks = [self._said(answer.find("feedback")) for answer, _ in self._answers()]
        if any(feedbacks) and not base.explanation:
            base = replace(base, explanation=next(filter(None, feedbacks)))
        elif any(feedbacks):
            self.found.note("feedback_left", self.place)
        expected = None if len(right) != 1 else bool(right & {"true", "vrai"})
        self.found.add(replace(base, form="true_false", expected=expected))

    def _shortanswer(self, base: Asked) -> None:
        accepted = tuple(one_line(self._said(answer)) for answer, fraction in self._answers() if fraction >= 100)
        self.found.add(replace(base, form="words", accepted=accepted))

    def _numerical(self, base: Asked) -> None:
        answers = [answer for answer, fraction in self._answers() if fraction >= 100]
        written = one_line(self._said(answers[0])) if answers else ""
        if not _NUMBER.fullmatch(written) or len(written) > 15:
            self.found.note("number", self.place, base.text)
            return
        tolerance = (answers[0].findtext("tolerance") or "0").strip()
        if tolerance.strip("0.") or len(answers) > 1:
            self.found.note("tolerance", self.place, f"{written} ± {tolerance}")
        self.found.add(replace(base, form="estimate", figure=float(written.replace(",", "."))))

    def _matching(self, base: Asked) -> None:
        pairs = [
            (one_line(self._said(sub)), one_line(clean(sub.findtext("answer/text") or "")))
            for sub in self.element.findall("subquestion")[: MAX_CHOICES + 1]
        ]
        self.found.add(replace(base, form="sort", pairs=tuple(pair for pair in pairs if pair[1])))

    def _ordering(self, base: Asked) -> None:
        ranked = sorted(self._answers(), key=lambda each: each[1])
        items = tuple(Offered(one_line(self._said(answer))) for answer, _ in ranked)
        self.found.add_order(replace(base, form="order", choices=items))

    def _answers(self) -> list[tuple[Element, float]]:
        """Each answer with its fraction, in percent; of an order, its rank."""
        found = []
        for answer in self.element.findall("answer")[: MAX_CHOICES + 1]:
            fraction = (answer.get("fraction") or "0").strip().replace(",", ".")
            found.append((answer, float(fraction) if re.fullmatch(r"-?\d{1,6}(\.\d*)?", fraction) else 0.0))
        return found

    def _said(self, element: Element | None, pictured: bool = False) -> str:
        """The text of an element in plain words. Of the question itself, the first picture is taken."""
        if element is None:
            return ""
        written = element.findtext("text") or ""
        if element.get("format", "html") not in _MARKUP:
            # Pronote says « plain_text » of choices where markup does occur.
            stripped = None
            text = clean(written)
        else:
            stripped = Stripped(written)
            text = stripped.text
        self._files(element, stripped.alts if stripped else {}, pictured)
        lost = [code for code in named_once(stripped.lost if stripped else ()) if code != "picture_left"]
        self.found.notes += [Note(code, self.place) for code in lost]
        return text

    def _files(self, element: Element, alts: dict[str, str], pictured: bool) -> None:
        files = [(each.get("name") or "", each.text or "") for each in element.findall("file")]
        if pictured:
            # Moodle 1.9 wrote it there; Pronote does still, in a text of its own.
            old = self.element.findtext("image_base64/text") or self.element.findtext("image_base64", "").strip()
            files += [(self.element.findtext("image") or "image", old)] if old else []
        for name, written in files:
            try:
                data = base64.b64decode("".join(written.split()), validate=True)
            except (binascii.Error, ValueError):
                data = b""
            sound = pictures.named(name, data)
            if pictured and sound and self.picture is None:
                self.picture = Picture(sound, data, alts.get(_PLUGIN + name, ""))
            else:
                self.found.note("picture_left" if sound else "media_left", self.place, name)
        if any(not address.startswith(_PLUGIN) for address in alts):  # on another site, or written in the text
            self.found.note("picture_left", self.place)
