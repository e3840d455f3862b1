"""The school's papers say what the code does, are filled from a visit, and keep the rest to be written by hand."""

import re

import pytest
from flask import Flask

from workshop.config import Config
from workshop.web.planning import papers

BLANKS = {"établissement": "Collège <Ana>", "classe": "4e B", "personne": "M. Garnier"}
LISTS = {"questions sur le vécu": ["As-tu déjà vu cela ?", "Et <toi> ?"]}


@pytest.mark.parametrize("name", ["registre", "notice-etablissement"])
def test_table_of_what_is_kept_in_the_documents_is_that_of_the_code(app: Flask, config: Config, name: str) -> None:
    written = (papers.FOLDER / f"{name}.md").read_text(encoding="utf-8")
    with app.test_request_context():
        assert papers.kept_table(config, pupils=name == "notice-etablissement") in written


def test_table_says_the_durations_in_force_whatever_the_document_says(app: Flask, config: Config) -> None:
    chosen = Config(**{**vars(config), "keep_results": 37})
    with app.test_request_context():
        body = papers.paper("registre", chosen, {}, {}).body
    assert "37 mois après la séance" in body
    assert "60 mois" not in body


def test_blanks_are_filled_and_the_others_kept(app: Flask, config: Config) -> None:
    with app.test_request_context():
        body = papers.paper("accord", config, BLANKS, LISTS).body
    assert '<span class="filled">Collège &lt;Ana&gt;</span>' in body
    assert '<span class="blank">[commune]</span>' in body
    assert "<li>Et &lt;toi&gt; ?</li>" in body


def test_workshop_that_asks_nothing_lived_says_so(app: Flask, config: Config) -> None:
    with app.test_request_context():
        assert "<p>Aucune.</p>" in papers.paper("accord", config, BLANKS, {}).body


def test_every_document_of_the_folder_is_a_paper_with_a_title() -> None:
    assert {path.stem for path in papers.FOLDER.glob("*.md")} == set(papers.NAMES)
    assert all(papers.titles().values())


@pytest.mark.parametrize("name", papers.NAMES)
def test_paper_is_whole(app: Flask, config: Config, name: str) -> None:
    with app.test_request_context():
        body = papers.paper(name, config, BLANKS, LISTS).body
    assert "<!--" not in body and "&lt;!--" not in body and "[liste" not in body
    # A table whose cells do not match its heading is shown as text.
    assert not re.search(r"<p>\|", body)


def test_each_legal_point_is_marked_to_be_read_again() -> None:
    table = (papers.FOLDER / "responsabilites.md").read_text(encoding="utf-8").partition("## Droits")[0]
    for row in ("Responsable du traitement", "Base légale", "Sous-traitant"):
        line = next(line for line in table.splitlines() if line.startswith(f"| {row}"))
        assert "à faire relire par le DPD" in line


@pytest.mark.parametrize("test", re.findall(r"`(\w+/test_\w+\.py)`", (papers.FOLDER / "analyse-impact.md").read_text()))
def test_each_proof_that_is_named_exists(test: str) -> None:
    assert (papers.FOLDER.parents[2] / "tests" / test).exists()
