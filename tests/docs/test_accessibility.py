"""The accessibility statement counts what its table says, and each verdict has evidence that exists."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import make_config
from workshop import create_app
from workshop.config import ROOT

CRITERIA = (ROOT / "docs" / "fr" / "accessibilite-criteres.md").read_text(encoding="utf-8")
STATEMENT = (ROOT / "docs" / "fr" / "accessibilite.md").read_text(encoding="utf-8")
# RGAA 4.1.2: how many criteria each of its thirteen themes has.
THEMES = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
ROWS = re.findall(r"^\| (\d+\.\d+) \| (.+?) \| (\w+) \| (.+) \|$", CRITERIA, re.MULTILINE)


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return create_app(make_config(tmp_path_factory.mktemp("statement")), start=False).test_client()


def test_each_criterion_of_the_referential_is_there_once_with_a_verdict_and_evidence() -> None:
    expected = [f"{theme}.{number}" for theme, last in enumerate(THEMES, 1) for number in range(1, last + 1)]
    assert len(expected) == 106
    assert [row[0] for row in ROWS] == expected
    for number, title, verdict, evidence in ROWS:
        assert verdict in ("C", "NC", "NA"), number
        assert len(title) > 10, number
        assert len(evidence) > 10, number


def test_statement_says_the_counts_of_the_table() -> None:
    found = Counter(row[2] for row in ROWS)
    judged = found["C"] + found["NC"]
    rate = f"{100 * found['C'] / judged:.1f}".replace(".", ",")
    assert f"106, dont {found['NA']} sans objet" in STATEMENT
    assert f"Parmi les {judged} autres, {found['C']} sont respectés, soit {rate}\u00a0%" in STATEMENT
    wanting = {row[0] for row in ROWS if row[2] == "NC"}
    assert set(re.findall(r"^- \*\*(\d+\.\d+),", STATEMENT, re.MULTILINE)) == wanting
    assert ("partiellement conforme" in STATEMENT) == bool(wanting)


@pytest.mark.parametrize(("file", "test"), sorted(set(re.findall(r"`(\w+/\w+\.py)::(\w+)`", CRITERIA))))
def test_evidence_that_is_a_test_exists(file: str, test: str) -> None:
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_evidence_that_is_a_file_exists() -> None:
    named = set(re.findall(r"`((?:workshop|templates|static)/[\w./-]+)`", CRITERIA))
    assert len(named) > 20
    for name in named:
        assert Path(ROOT, name).is_file(), name


@pytest.mark.parametrize("page", ["", "/criteres", "/parcours"])
def test_statement_is_published_and_its_pages_lead_to_each_other(visitor: FlaskClient, page: str) -> None:
    answer = visitor.get(f"/accessibilite{page}")
    assert answer.status_code == 200
    assert '<article class="statement" lang="fr">' in answer.text
    for address in re.findall(r'href="(/accessibilite[^"]*)"', answer.text):
        assert visitor.get(address).status_code == 200, address
    assert ".md" not in answer.text
    assert all('scope="' in cell for cell in re.findall(r"<th[ >][^>]*", answer.text))


def test_statement_has_no_other_page(visitor: FlaskClient) -> None:
    assert visitor.get("/accessibilite/criteres.md").status_code == 404


def test_public_pages_lead_to_the_statement(visitor: FlaskClient) -> None:
    for page in ("/", "/donnees", "/nos-ateliers", "/connexion"):
        assert 'href="/accessibilite"' in visitor.get(page).text, page
