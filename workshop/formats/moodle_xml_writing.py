"""Questions as Moodle's XML, in plain text."""

import xml.etree.ElementTree as ET  # written only: what is read goes through defusedxml

from .plain_text import category_path, one_line
from .questions import Asked, Found

_KINDS = {
    "choice": "multichoice",
    "true_false": "truefalse",
    "order": "ordering",
    "estimate": "numerical",
    "sort": "matching",
}


def write(found: Found) -> bytes:
    quiz = ET.Element("quiz")
    category = ET.SubElement(ET.SubElement(quiz, "question", type="category"), "category")
    ET.SubElement(category, "text").text = category_path(found.title)
    for asked in found.questions:
        _question(quiz, asked)
    ET.indent(quiz)
    whole: bytes = ET.tostring(quiz, encoding="UTF-8", xml_declaration=True)
    return whole + b"\n"


def _question(quiz: ET.Element, asked: Asked) -> None:
    question = ET.SubElement(quiz, "question", type=_KINDS[asked.form])
    _text(question, "name", asked.title or one_line(asked.text)[:255], formatted=False)
    _text(question, "questiontext", asked.text)
    _text(question, "generalfeedback", asked.explanation)
    ET.SubElement(question, "defaultgrade").text = "1"
    ET.SubElement(question, "idnumber").text = asked.id
    if asked.form == "choice":
        _choices(question, asked)
    elif asked.form == "true_false":
        for answer, right in (("true", asked.expected), ("false", not asked.expected)):
            _text(question, "answer", answer, fraction="100" if right else "0")
    elif asked.form == "estimate":
        figure = _text(question, "answer", f"{asked.figure:.10g}", fraction="100")
        ET.SubElement(figure, "tolerance").text = "0"
    elif asked.form == "order":
        for name, value in (("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("gradingtype", "ABSOLUTE_POSITION")):
            ET.SubElement(question, name).text = value
        for rank, item in enumerate(asked.choices, 1):
            _text(question, "answer", item.text, fraction=str(rank))
    else:
        ET.SubElement(question, "shuffleanswers").text = "true"
        for statement, box in asked.pairs:
            sub = _text(question, "subquestion", statement)
            _text(sub, "answer", box, formatted=False)


def _choices(question: ET.Element, asked: Asked) -> None:
    rights = sum(choice.right for choice in asked.choices)
    ET.SubElement(question, "single").text = "false" if asked.multiple else "true"
    ET.SubElement(question, "shuffleanswers").text = "false"
    right = f"{round(100 / rights, 5):g}" if asked.multiple else "100"
    wrong = "-100" if asked.multiple else "0"
    for choice in asked.choices:
        answer = _text(question, "answer", choice.text, fraction=right if choice.right else wrong)
        if choice.feedback:
            _text(answer, "feedback", choice.feedback)


def _text(parent: ET.Element, tag: str, text: str, formatted: bool = True, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, {**attributes, **({"format": "plain_text"} if formatted else {})})
    ET.SubElement(element, "text").text = text
    return element
