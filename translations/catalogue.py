"""The catalogues, kept in step with the French source strings: `python3 manage.py translate`.

English is whole. The others hold what a pupil can be told, and nothing else: adults read French or English.
Not the `pybabel` commands: they date each file anew, and guess translations.
"""

import ast
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, FileSystemLoader, nodes

from workshop.domain.languages import LANGUAGES, SOURCE, Language

ROOT = Path(__file__).resolve().parents[1]
METHODS = [("workshop/**.py", "python"), ("templates/**.html", "jinja2")]
TEMPLATES = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}  # as the application reads them
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
TRANSLATED = [language for language in LANGUAGES.values() if language != SOURCE]
# Pages that a pupil is shown; what they include follows.
PUPILS_TEMPLATES = ("participant/", "public/index.html", "public/error.html")
# What is said to pupils by code: whole modules, or what has these names in them.
PUPILS_CODE = {
    "workshop/web/live/participant.py": None,
    "workshop/web/errors.py": None,
    "workshop/web/public/door.py": {"enter"},
    "workshop/wording.py": {"_SHAPES", "_COLOURS", "_PLACES", "sign_name", "privacy", "sentence"},
}


def place(language: Language) -> Path:
    return ROOT / "translations" / language.locale / "LC_MESSAGES" / "messages.po"


PO = place(LANGUAGES["en"])
MO = PO.with_suffix(".mo")


def source_strings() -> Catalog:
    """Every string that the code and the templates hand to gettext."""
    found = Catalog(charset="utf-8")
    for folder in ("workshop", "templates"):
        for name, _line, message, comments, context in extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in METHODS],
            {"**.html": TEMPLATES},
            keywords=KEYWORDS,
        ):
            # Files without lines: a line that moves is no news to a translator.
            found.add(message, locations=[(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    return found


@lru_cache(maxsize=1)
def pupils_strings() -> frozenset[str]:
    """Those that a pupil can be told, by their French (the singular, of two forms)."""
    found = set(_refusals())
    for name in _pupils_templates():
        found |= _extracted(ROOT / "templates" / name, "jinja2")
    for module, names in PUPILS_CODE.items():
        every = _extracted(ROOT / module, "python")
        found |= every if names is None else every & set(_said_in(ROOT / module, names))
    return frozenset(found)


def _extracted(path: Path, method: str) -> set[str]:
    options = TEMPLATES if method == "jinja2" else {}
    messages = (message for _, message, _, _ in extract_from_file(method, str(path), KEYWORDS, options=options))
    return {message if isinstance(message, str) else message[0] for message in messages}


def _pupils_templates() -> set[str]:
    environment = Environment(loader=FileSystemLoader(ROOT / "templates"))  # noqa: S701  # nothing is rendered
    every = environment.list_templates()
    waiting = [name for name in every if name.startswith(PUPILS_TEMPLATES)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found or name not in every:
            continue
        found.add(name)
        parsed = environment.parse((ROOT / "templates" / name).read_text(encoding="utf-8"))
        for call in parsed.find_all((nodes.Include, nodes.FromImport, nodes.Extends)):
            # A name that is computed may be any that begins as it does.
            begun = [str(part.value) for part in call.find_all(nodes.Const) if "/" in str(part.value)]
            waiting += [one for one in every if one.startswith(tuple(begun))]
    return found


def _said_in(path: Path, names: set[str]) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = [target.id for target in getattr(node, "targets", ()) if isinstance(target, ast.Name)]
        if names & {*targets, getattr(node, "name", "")}:
            yield from (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def _refusals() -> Iterator[str]:
    """The sentences of the refusals that a pupil can get."""
    tree = ast.parse((ROOT / "workshop" / "wording.py").read_text(encoding="utf-8"))
    values = {
        t.id: n.value for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)
    }
    to_pupils = ast.literal_eval(values["TO_PUPILS"])
    sentences = values["_SENTENCES"]
    assert isinstance(sentences, ast.Dict)
    for code, call in zip(sentences.keys, sentences.values, strict=True):
        if isinstance(code, ast.Constant) and code.value in to_pupils and isinstance(call, ast.Call):
            yield ast.literal_eval(call.args[0])


def read_catalogue(language: Language = LANGUAGES["en"]) -> Catalog:
    path = place(language)
    if not path.is_file():
        # Dated as the English one is: a date that moves is noise.
        dated = read_catalogue().creation_date
        about = {"project": "Préau", "version": "0.1.0", "msgid_bugs_address": "CONTRIBUTING.md", "fuzzy": False}
        said = f"# {language.name}, for pupils. Kept in step by `python3 manage.py translate`."
        return Catalog(language.locale, None, said, **about, charset="utf-8", creation_date=dated, revision_date=dated)
    with path.open("rb") as file:
        return read_po(file, locale=language.locale)


def wanted_in(language: Language, source: Catalog) -> Catalog:
    """The source strings that a language must have."""
    if language.for_adults:
        return source
    kept = Catalog(charset="utf-8")
    for message in source:
        if message.id and key(message) in pupils_strings():
            kept[message.id] = message
    return kept


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def untranslated(catalogue: Catalog) -> list[str]:
    """What has no translation yet, or only half: each form of a plural counts."""
    wanting = []
    for message in catalogue:
        forms = message.string if isinstance(message.string, list | tuple) else [message.string]
        if message.id and (message.fuzzy or not all(forms)):
            wanting.append(key(message))
    return wanting


def main() -> int:
    source, left = source_strings(), 0
    for language in TRANSLATED:
        catalogue = read_catalogue(language)
        catalogue.update(wanted_in(language, source), no_fuzzy_matching=True, update_creation_date=False)
        path = place(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=110, ignore_obsolete=True, include_lineno=False, sort_by_file=True)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        for text in untranslated(catalogue):
            print(f"{path.relative_to(ROOT)}: to translate: {text}")  # noqa: T201  # this is a command's output
            left += 1
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
