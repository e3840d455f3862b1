"""Questions as Moodle's GIFT. Everything is said to be plain text, so that nothing in it is taken for markup."""

import re

from .gift import FORMATS
from .plain_text import category_path
from .questions import Asked, Found

_CONTROL = re.compile(r"[\\:#={}~]")


def write(found: Found) -> str:
    parts = [f"// {found.title}\n$CATEGORY: {_escaped(category_path(found.title))}"]
    for asked in found.questions:
        title = f"::{_escaped(asked.title)}::" if asked.title else ""
        # As Moodle writes an identifier.
        known = f"// [id:{asked.id}]\n" if asked.id else ""
        explanation = f"\n\t####{_piece(asked.explanation)}" if asked.explanation else ""
        parts.append(f"{known}{title}[plain]{_escaped(asked.text)} {{{_answers(asked)}{explanation}\n}}")
    return "\n\n".join(parts) + "\n"


def _answers(asked: Asked) -> str:
    if asked.form == "true_false":
        return "TRUE" if asked.expected else "FALSE"
    if asked.form == "estimate":
        return f"#{asked.figure:.10g}"
    if asked.form == "sort":
        # An arrow cannot be escaped: one that is part of a text is drawn.
        return "".join(f"\n\t={_piece(sub.replace('->', '→'))} -> {_escaped(box)}" for sub, box in asked.pairs)
    return "".join("\n\t" + answer for answer in _choices(asked))


def _choices(asked: Asked) -> list[str]:
    rights = sum(choice.right for choice in asked.choices)
    written, sure = list[str](), False
    for choice in asked.choices:
        if asked.multiple:
            mark = f"~%{round(100 / rights, 5):g}%" if choice.right else "~%-100%"
        elif choice.right:
            # Of several that are all right, the first says that one alone can be chosen.
            mark, sure = ("~%100%" if sure else "="), True
        else:
            mark = "~%0%" if choice.text.startswith("%") else "~"
        written.append(mark + _piece(choice.text) + (f"#{_piece(choice.feedback)}" if choice.feedback else ""))
    return written


def _piece(text: str) -> str:
    """One text inside the braces; one that begins like the name of a format has it said before."""
    return ("[plain]" if FORMATS.match(text) else "") + _escaped(text)


def _escaped(text: str) -> str:
    return _CONTROL.sub(lambda mark: "\\" + mark[0], text).replace("\n", "\\n")
