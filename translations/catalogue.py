"""The English catalogue, kept in step with the French source strings: `python3 manage.py translate`.

Not the `pybabel` commands: they date each file anew, and guess translations.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
METHODS = [("workshop/**.py", "python"), ("templates/**.html", "jinja2")]
TEMPLATES = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}  # as the application reads them


def source_strings() -> Catalog:
    """Every string that the code and the templates hand to gettext."""
    found = Catalog(charset="utf-8")
    for folder in ("workshop", "templates"):
        for name, _line, message, comments, context in extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in METHODS],
            {"**.html": TEMPLATES},
            keywords={**DEFAULT_KEYWORDS, "lazy_gettext": None},
        ):
            # Files without lines: a line that moves is no news to a translator.
            found.add(message, locations=[(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    return found


def read_catalogue(path: Path = PO) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en")


def untranslated(catalogue: Catalog) -> list[str]:
    """What has no English yet, or only half: each form of a plural counts."""
    wanting = []
    for message in catalogue:
        forms = message.string if isinstance(message.string, list | tuple) else [message.string]
        if message.id and (message.fuzzy or not all(forms)):
            wanting.append(message.id if isinstance(message.id, str) else message.id[0])
    return wanting


def main() -> int:
    catalogue = read_catalogue()
    catalogue.update(source_strings(), no_fuzzy_matching=True, update_creation_date=False)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=110, ignore_obsolete=True, include_lineno=False, sort_by_file=True)
    with MO.open("wb") as file:
        write_mo(file, catalogue)
    wanting = untranslated(catalogue)
    for text in wanting:
        print(f"{PO.relative_to(ROOT)}: to translate: {text}")  # noqa: T201  # this is a command's output
    return 1 if wanting else 0


if __name__ == "__main__":
    sys.exit(main())
