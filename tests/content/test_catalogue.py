"""French is written in the code and the templates, English in the catalogue: both whole, both well set."""

import ast
import datetime
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from flask import Flask
from flask_babel import force_locale
from jinja2 import Environment, nodes

from tests.conftest import make_config
from translations.catalogue import (
    TRANSLATED,
    key,
    place,
    pupils_strings,
    read_catalogue,
    source_strings,
    untranslated,
    wanted_in,
)
from workshop import create_app
from workshop.config import ROOT
from workshop.domain import errors
from workshop.domain.identity import COLOURS, SHAPES, Identity
from workshop.domain.languages import LANGUAGES, Language
from workshop.wording import TO_PUPILS, day, ngettext, sign_name, together

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
# What speaks to users in Python; the fictional class of the page of components is content, as quizzes are.
SPEAKING = [ROOT / "workshop" / "wording.py", ROOT / "workshop" / "joining_address.py"]
SPEAKING += [*(ROOT / "workshop" / "web").rglob("*.py"), *(ROOT / "workshop" / "realtime").glob("*.py")]
# The school's papers are in French whatever the screen's language.
SPEAKING = sorted(path for path in SPEAKING if path.name not in ("motifs.py", "papers.py"))
GETTEXT = {"_", "gettext", "lazy_gettext", "ngettext"}
NAMES = {"Préau", "Wi-Fi", "Français", "English", "Collège", "des", "Tilleuls", "min", "Moodle", "Pronote", "Kahoot",
         "QCMCam", "Digistorm", "CSV", "Windows", "macOS", "Linux", "sudo", "ufw", "allow", "tcp", "firewall-cmd",
         "add-port"}  # fmt: skip
FRENCH = re.compile(r"[À-ÖØ-öø-ÿŒœ«»’]")
NARROW, WIDE = "\u202f", "\u00a0"
BAD_FRENCH = re.compile(
    rf"(?<!{NARROW})[;!?»]|«(?!{NARROW})|(?<!{WIDE}):|\w'|\"|\.\.\.|[{NARROW}{WIDE}](?![;!?»:]|[\w%{{])"
)
BAD_ENGLISH = re.compile(rf"[«»{NARROW}'\"]|\s[;:!?,.]|\.\.\.|  ")
PLACEHOLDER = re.compile(r"%\(\w+\)\w|%|#")


@pytest.fixture(scope="module")
def source() -> Catalog:
    return source_strings()


@pytest.fixture(scope="module")
def english() -> Catalog:
    return read_catalogue()


@pytest.fixture(scope="module", params=TRANSLATED, ids=lambda language: language.code)
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


@pytest.fixture(scope="module")
def catalogue(language: Language) -> Catalog:
    return read_catalogue(language)


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(make_config(tmp_path_factory.mktemp("catalogue")), start=False)


def forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, tuple | list) else (str(text),)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def test_every_string_of_a_language_is_translated_and_no_other(
    source: Catalog, catalogue: Catalog, language: Language
) -> None:
    """All of them in English, a pupil's in the others. When red after a change in a text: `manage.py translate`."""
    wanted, kept = ({forms(m.id) for m in messages(found)} for found in (wanted_in(language, source), catalogue))
    assert (wanted - kept, kept - wanted) == (set(), set())
    assert untranslated(catalogue) == []
    assert not catalogue.obsolete


def test_pupils_strings_are_those_of_their_pages_and_of_what_is_refused_to_them(source: Catalog) -> None:
    known = {key(message) for message in messages(source)}
    assert pupils_strings() <= known and 150 < len(pupils_strings()) < 260
    for text in (
        "À qui parler", "Je suis là", "Réponse enregistrée", "Le serveur est occupé. Nouvel essai dans un instant.",
        "Galet", "bleue", "Bonne réponse", "Harcèlement et violences en ligne", "Entrer",
        "Notre histoire, et les autres chemins",
    ):  # fmt: skip
        assert text in pupils_strings(), text
    assert not {"Créer le lien", "Mes séances", "Copier"} & pupils_strings()


def test_every_refusal_that_a_pupils_door_can_give_is_said_in_their_language() -> None:
    """The exceptions that are named in the modules through which a pupil's words go."""
    doors = [
        "realtime/handlers", "realtime/events", "web/live/participant", "web/security", "services/joining",
        "services/responding", "services/writing", "services/batching", "storage/transaction", "domain/answers",
        "domain/texts",
    ]  # fmt: skip
    named = set()
    for door in doors:
        for node in ast.walk(ast.parse((ROOT / "workshop" / f"{door}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).endswith("errors"):
                named |= {getattr(errors, alias.name).code for alias in node.names}
    assert named - {"refused"} <= set(TO_PUPILS)
    assert "round_closed" in named and "busy" in named


def test_translations_keep_the_placeholders(catalogue: Catalog) -> None:
    for message in messages(catalogue):
        # « un appareil » says its number by itself.
        wanted = [sorted(PLACEHOLDER.findall(form)) for form in forms(message.id)]
        assert all(sorted(PLACEHOLDER.findall(form)) in wanted for form in forms(message.string)), message.id


def test_the_compiled_catalogue_is_what_is_written(catalogue: Catalog, language: Language) -> None:
    compiled = read_mo(BytesIO(place(language).with_suffix(".mo").read_bytes()))
    told = {forms(message.id)[0]: forms(message.string) for message in messages(compiled)}
    assert told == {forms(message.id)[0]: forms(message.string) for message in messages(catalogue)}
    written = place(language).read_bytes()
    assert b"POT-Creation-Date: 2026-11-24" in written  # fixed: a date that moves with each run is noise


def test_easy_french_is_set_as_french() -> None:
    easy = read_catalogue(LANGUAGES["fr-falc"])
    texts = [form for message in messages(easy) for form in forms(message.string)]
    assert [text for text in texts if BAD_FRENCH.search(text)] == []


def test_french_is_set_as_french(source: Catalog) -> None:
    texts = [form for message in messages(source) for form in forms(message.id)]
    assert [text for text in texts if BAD_FRENCH.search(text.replace("http://", ""))] == []


@pytest.mark.parametrize(
    "text", ["Ah!", "Ah !", "« oui »", "Ceci : cela", "l'eau", 'dit "oui"', "fin...", "oui" + WIDE]
)
def test_bad_french_is_seen(text: str) -> None:
    assert BAD_FRENCH.search(text)


def test_english_is_set_as_english(english: Catalog) -> None:
    texts = [form for message in messages(english) for form in forms(message.string)]
    assert [text for text in texts if BAD_ENGLISH.search(text.removeprefix(","))] == []


class Words(HTMLParser):
    """What a template says by itself: its text, and the attributes that are read aloud or shown."""

    def __init__(self, template: str) -> None:
        super().__init__()
        self.said: list[str] = []
        template = re.sub(r"(</?)\{\{.*?\}\}", r"\1div", template)  # a tag whose name is computed
        template = re.sub(r"\{% block \w+_(class|attributes) %\}.*?\{% endblock %\}", "", template, flags=re.DOTALL)
        self.feed(re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template, flags=re.DOTALL))
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        shown = ("alt", "aria-label", "placeholder", "title")
        self.said += [value or "" for name, value in attributes if name in shown or FRENCH.search(value or "")]

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def words(self) -> set[str]:
        """Of two letters or more: the keys of a keyboard and the letters of choices are alike in both languages."""
        return {word for text in self.said for word in re.findall(r"[^\W\d_][\w’-]*[^\W\d_]", text)}


def constants(template: str) -> Iterator[str]:
    """Texts in expressions that gettext is not given."""
    parsed = Environment(extensions=[]).parse(template)
    given = {
        id(constant)
        for call in parsed.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in GETTEXT
        for constant in call.find_all(nodes.Const)
    }
    yield from (str(found.value) for found in parsed.find_all(nodes.Const) if id(found) not in given)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_templates_say_nothing_but_through_gettext(path: Path) -> None:
    template = path.read_text(encoding="utf-8")
    assert Words(template).words - NAMES == set()
    assert [text for text in constants(template) if FRENCH.search(text) or " :" in text or " ;" in text] == []


def test_text_outside_gettext_is_seen() -> None:
    assert Words('<p title="{{ _("Oui") }}">Bonjour <b aria-label="la suite">{{ name }}</b></p>').words == {
        "Bonjour", "la", "suite",
    }  # fmt: skip
    assert list(constants('{{ "À part" if x else _("Dedans", name="é") }}')) == ["À part"]


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_python_says_nothing_but_through_gettext(path: Path, source: Catalog) -> None:
    """And every text given to gettext is found by the extraction, which does not look into f-strings."""
    known = {form for message in messages(source) for form in forms(message.id)}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    quiet = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in GETTEXT:
            texts = [argument for argument in call.args if isinstance(argument, ast.Constant)]
            assert texts and {text.value for text in texts} <= known
            quiet |= {id(text) for text in texts}
        # What the reader of files says, beside how it is said here instead.
        if isinstance(call, ast.Tuple) and len(call.elts) == 2 and isinstance(call.elts[1], ast.Call):
            quiet.add(id(call.elts[0]))
    said = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in quiet]
    # Quotation marks alone are put where a sentence is completed.
    assert [t for t in said if isinstance(t, str) and FRENCH.search(t) and re.search(r"[^\W\d_]", t)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_scripts_take_their_words_from_the_page(path: Path) -> None:
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert FRENCH.findall(code) == []


def test_signs_are_named_in_both_languages(translated: Flask) -> None:
    blue_pebble, grey_feather = Identity("galet", "bleu", 1), Identity("plume", "gris", 2)
    with translated.app_context():
        with force_locale("fr"):
            assert (sign_name(blue_pebble), sign_name(grey_feather)) == ("Galet bleu", "Plume grise 2")
        with force_locale("en"):
            assert (sign_name(blue_pebble), sign_name(grey_feather)) == ("Blue pebble", "Grey feather 2")


def test_each_language_names_each_sign_by_itself(translated: Flask) -> None:
    for code, pebble in {
        "fr-falc": "Galet bleu", "ar": "حصاة باللون الأزرق", "uk": "Камінчик синього кольору",
    }.items():  # fmt: skip
        with translated.app_context(), force_locale(LANGUAGES[code].locale):
            assert sign_name(Identity("galet", "bleu", 1)) == pebble
            assert len({sign_name(Identity(s, c, 1)) for s in SHAPES for c in COLOURS}) == len(SHAPES) * len(COLOURS)


def test_a_language_counts_by_its_own_rule(translated: Flask) -> None:
    forms = "%(num)s réponse", "%(num)s réponses"
    for code, said in {
        "fr-falc": ["0 réponse", "1 réponse", "2 réponses", "11 réponses"],
        "ar": ["0 إجابة", "إجابة واحدة (1)", "إجابتان (2)", "11 إجابة"],
        "uk": ["0 відповідей", "1 відповідь", "2 відповіді", "11 відповідей"],
    }.items():
        with translated.app_context(), force_locale(LANGUAGES[code].locale):
            assert [ngettext(*forms, number) for number in (0, 1, 2, 11)] == said


def test_nothing_is_singular_in_french_and_plural_in_english(translated: Flask) -> None:
    forms = "encore %(num)s message", "encore %(num)s messages"
    with translated.app_context():
        with force_locale("fr"):
            assert [ngettext(*forms, number) for number in (0, 1, 2)] == [
                "encore 0 message", "encore 1 message", "encore 2 messages",
            ]  # fmt: skip
        with force_locale("en"):
            assert [ngettext(*forms, number) for number in (0, 1, 2)] == [
                "0 messages to come", "1 message to come", "2 messages to come",
            ]  # fmt: skip


def test_every_count_follows_that_rule() -> None:
    """gettext's own rule would be that of English: `workshop.wording.ngettext` stands for it."""
    for path in (ROOT / "workshop").rglob("*.py"):
        assert not re.search(r"from flask_babel import [^\n]*\bngettext\b", path.read_text(encoding="utf-8")), path


def test_what_a_hyphen_ties_stays_together() -> None:
    tied = '<span class="tied">{}</span>'.format
    assert together("<b> Es-tu là, a-t-il dit ?") == f"&lt;b&gt; {tied('Es-tu')} là, {tied('a-t-il')} dit ?"
    for plain in ("un groupe privé", "grand-mère", "porte-monnaie", "e-réputation"):
        assert together(plain) == plain


def test_dates_are_said_in_both_languages(translated: Flask) -> None:
    date = datetime.date(2025, 10, 31)
    with translated.app_context():
        with force_locale("fr"):
            assert day(date) == "31 octobre 2025"
        with force_locale("en"):
            assert day(date) == "31 October 2025"


OFFERED = re.compile(r'href="\?langue=([a-z-]+)" lang="(\w+)" hreflang="(\w+)" dir="(\w+)"')


def test_each_page_offers_its_other_languages(translated: Flask) -> None:
    browser = translated.test_client()
    assert "Entre sous le préau" in (french := browser.get("/").text)
    assert OFFERED.findall(french) == [
        ("fr-falc", "fr", "fr", "ltr"), ("en", "en", "en", "ltr"), ("ar", "ar", "ar", "rtl"), ("uk", "uk", "uk", "ltr"),
    ]  # fmt: skip
    english = browser.get("/?langue=en", follow_redirects=True).text
    assert '<html lang="en"' in english and "Come in under the préau" in english
    assert [code for code, *_ in OFFERED.findall(english)] == ["fr", "fr-falc", "ar", "uk"]


def test_adults_pages_are_in_french_or_english_whatever_a_pupil_chose_on_the_same_device(translated: Flask) -> None:
    browser = translated.test_client()
    arabic = browser.get("/?langue=ar", follow_redirects=True).text
    assert '<html lang="ar" dir="rtl"' in arabic and "Entre sous" not in arabic
    desk = browser.get("/connexion").text
    assert '<html lang="fr"' in desk and [code for code, *_ in OFFERED.findall(desk)] == ["en"]
    assert browser.get("/connexion?langue=uk").status_code == 200, "not a language of that page: nothing changes"
    assert '<html lang="ar"' in browser.get("/").text
