"""What the documents say is what the code does: names, values, paths and links, compared both ways."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import make_config
from tests.driving import Server
from tests.unit.small_workshop import ask, run
from workshop import create_app
from workshop.config import ROOT, SETTINGS
from workshop.domain.errors import Refusal, SessionPaused
from workshop.domain.live_session import COMMANDS, REMOTE_COMMANDS, Phase
from workshop.realtime import events

DOCUMENTS = sorted(
    {*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("quizzes/*.md"), *ROOT.glob("deploy/*.md")}
)
DECISIONS = sorted(ROOT.glob("docs/adr/*.md"))
FRENCH = sorted(ROOT.glob("docs/fr/*.md"))
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
AUTHORING = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
ONE_PAGE, LONGEST = 60, 450  # lines
# Codes of `web/errors.py`, which answers for faults that are no `Refusal`.
WEB_CODES = {"csrf", "unexpected"}


def section(title: str, text: str = PROTOCOL) -> str:
    """What stands under a heading, its sub-headings included."""
    level, _, _ = title.partition(" ")
    found = re.search(rf"^{re.escape(title)}\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {title!r}"
    return found[1]


def table(text: str) -> list[list[str]]:
    """Cells of a section's tables, without headings."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows if row[0].startswith("`")]


def first_words(text: str) -> set[str]:
    return {row[0].strip("`") for row in table(text)}


def refusal_codes() -> set[str]:
    pending, codes = [Refusal], set[str]()
    while pending:
        for kind in pending.pop().__subclasses__():
            codes.add(kind.code)
            pending.append(kind)
    return codes


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(make_config(tmp_path_factory.mktemp("documents")), start=False)


def test_settings_in_the_configuration_are_those_of_the_code() -> None:
    written = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8").split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) ?\| (.*) \|$", written, re.MULTILINE)
    expected = [(s.name, s.default.removeprefix(f"{ROOT}/"), s.help) for s in SETTINGS]
    assert rows == expected


def test_events_in_the_protocol_are_those_of_the_code() -> None:
    sent = {events.HELLO, events.ANSWER, events.MORE_TIME}
    code = sent | {events.STATE, events.TALLY, events.SAVED, events.REFUSED, events.HELP, events.LEAVE}
    assert {row[0].strip("`") for row in table(section("## Events").split("###")[0])} == code


def test_audiences_in_the_protocol_are_those_of_the_code() -> None:
    rows = section("### hello").partition("| Audience |")[2]
    assert first_words(rows) == set(events.AUDIENCES)


@pytest.mark.usefixtures("application")
def test_error_codes_in_the_protocol_are_those_of_the_code() -> None:
    assert first_words(section("## Refusals")) == refusal_codes() | WEB_CODES


@pytest.mark.usefixtures("application")
def test_statuses_of_errors_in_the_protocol_are_those_of_the_code() -> None:
    written = {row[0].strip("`"): int(row[1]) for row in table(section("## Refusals"))}
    pending = [Refusal]
    while pending:
        for kind in pending.pop().__subclasses__():
            assert written[kind.code] == kind.status, kind.code
            pending.append(kind)


def test_commands_in_the_protocol_are_those_of_the_state_machine() -> None:
    rows = {row[0].strip("`"): row[2] for row in table(section("## Commands"))}
    assert set(rows) == COMMANDS
    assert {name for name, remote in rows.items() if remote == "yes"} == REMOTE_COMMANDS


def test_commands_taken_while_paused_in_the_protocol_are_those_of_the_state_machine() -> None:
    paused, taken = run("@vote pause help"), set()
    for name in COMMANDS:
        with suppress(SessionPaused):
            ask(paused, name)
            taken.add(name)
    [written] = re.findall(r"^While paused only (.*) are taken\.$", PROTOCOL, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", written)) == taken


def test_fields_of_events_in_the_protocol_are_those_of_the_code() -> None:
    for title, kind in (("### hello", events.Hello), ("### answer", events.AnswerEvent)):
        written = first_words(section(title).partition("| Audience |")[0])
        # A position on a scale is read into `choices`; `round_id` is `round`, read.
        assert written - {"value"} == {field.name for field in fields(kind)} - {"round_id"}, title
    phases = re.findall(r"`(\w+)`", next(row[1] for row in table(section("### state")) if row[0] == "`phase`"))
    assert set(phases) == set(Phase)


def test_limits_in_the_protocol_are_those_of_the_code() -> None:
    written = section("## Limits") + section("## Limits", AUTHORING)
    rows = re.findall(r"^\| .* \| ([\d.]+)[^|]* \| `([\w.]+)\.(\w+)` \|$", written, re.MULTILINE)
    assert len(rows) >= 10
    for value, module, name in rows:
        assert float(value) == getattr(importlib.import_module(module), name), name


def test_routes_in_the_protocol_are_those_of_the_application(application: Flask) -> None:
    written = set()
    for row in table(section("## HTTP") + section("## HTTP", AUTHORING)):
        path = row[0].strip("`").split(" ")[1].split("?")[0]
        written.add(re.sub(r"<[^>]+>", "<>", path))
    rules = {re.sub(r"<[^>]+>", "<>", rule.rule) for rule in application.url_map.iter_rules()}
    assert written == rules - {"/static/<>"}


def test_methods_in_the_protocol_are_those_of_the_application(application: Flask) -> None:
    taken: dict[str, set[str]] = {}
    for rule in application.url_map.iter_rules():
        methods = {"GET", "POST"} & (rule.methods or set())
        taken.setdefault(re.sub(r"<[^>]+>", "<>", rule.rule), set()).update(methods)
    for row in table(section("## HTTP") + section("## HTTP", AUTHORING)):
        method, path = row[0].strip("`").split("?")[0].split(" ")
        written = {method, *re.findall(r"`(GET|POST)`", row[2])}
        assert written == taken[re.sub(r"<[^>]+>", "<>", path)], path


def test_options_of_run_in_the_configuration_are_those_of_the_command() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "workshop", "run", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    configuration = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    written = {name.split(" ")[0] for name in first_words(section("## Options of `run`", configuration))}
    assert written == set(re.findall(r"--[a-z-]+", shown)) - {"--help"}


def test_code_named_in_the_architecture_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    files = re.findall(r"`(\w+/\w+\.py)`", text)
    assert len(files) >= 15
    for name in files:
        assert (ROOT / "workshop" / name).exists(), name
    for name, named in re.findall(r"`(\w+/\w+\.py)`,? `([\w.]+)(?:\([\w, ]*\))?`", text):
        nodes = list(ast.walk(ast.parse((ROOT / "workshop" / name).read_text(encoding="utf-8"))))
        defined = {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        defined |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        assert set(named.split(".")) <= defined, f"{name} {named}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_to_headings_lead_somewhere(document: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", document.read_text(encoding="utf-8")):
        text = (document.parent / target if target else document).read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}, anchor


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not re.match(r"[a-z]+:", target):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_named_in_documents_exist(document: Path) -> None:
    named = re.findall(
        r"`((?:workshop|tests|static|templates|docs|quizzes|benchmarks)/[\w./-]*[\w/])`", document.read_text()
    )
    for name in named:
        assert (ROOT / name).exists(), name


def named_tests() -> Iterator[tuple[str, str]]:
    for name in ("promises.md", "threat-model.md"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        yield from re.findall(r"`(\w+/\w+\.py)::(\w+)`", text)


@pytest.mark.parametrize(("file", "test"), sorted(set(named_tests())))
def test_test_named_in_a_document_exists(file: str, test: str) -> None:
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_promise_has_a_test() -> None:
    rows = re.findall(r"^\| (?:\*\*|…).*$", (ROOT / "docs" / "promises.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) >= 20
    for row in rows:
        assert re.search(r"`\w+/\w+\.py::test_\w+` \|$", row), row
    for number in range(1, 8):
        assert any(row.startswith(f"| **{number}. ") for row in rows), number


def test_commands_named_in_documents_are_those_of_manage() -> None:
    shown = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    known = set(re.findall(r"^ {4}([a-z-]+)\b", shown, re.MULTILINE))
    for document in DOCUMENTS:
        named = set(re.findall(r"manage\.py (?!--)([a-z-]+)", document.read_text(encoding="utf-8")))
        assert named <= known, document.name
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [listed] = re.findall(r"^\| `manage\.py` \| the one command: (.*) \|$", readme, re.MULTILINE)
    assert set(listed.split(", ")) == known


def test_documents_are_short() -> None:
    for document in DOCUMENTS:
        lines = document.read_text(encoding="utf-8").count("\n")
        assert lines <= (ONE_PAGE if document in DECISIONS else LONGEST), document.name


def test_decisions_are_numbered_and_say_what_they_cost() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for path in DECISIONS:
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Cost", "Instead of"], path.name
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name


@pytest.mark.parametrize("document", FRENCH, ids=lambda path: path.name)
def test_french_documents_follow_french_typography(document: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = r"[^\s\u202f][;!?](?=\s|$)|[^\s\u00a0]:(?=\s|$)| [;!?:](?=\s|$)|«(?!\u202f)|(?<!\u202f)»|\w'\w"
    found = [text[max(0, m.start() - 20) : m.end() + 5] for m in re.finditer(broken, text)]
    assert not found


def test_client_of_the_protocol_plays_against_a_real_server(tmp_path: Path) -> None:
    written = (ROOT / "docs" / "client.md").read_text(encoding="utf-8")
    [example] = re.findall(r"^```python\n(.*?)^```", written, re.MULTILINE | re.DOTALL)
    client = tmp_path / "client.py"
    client.write_text(example, encoding="utf-8")
    server = Server(tmp_path / "data").start()
    said: list[str] = []
    with subprocess.Popen(
        [sys.executable, str(client), server.address, server.code.lower()], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            # The questions of the lobby; a client that hangs is stopped by the test's own time limit.
            said += [process.stdout.readline() for _ in range(3)]
        finally:
            process.kill()
            server.stop()
    assert all(line.startswith("saved ") for line in said), said
    assert len(set(said)) == 3
