"""The page of the association's figures and its files: what they show, to whom, and that they agree."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from html import unescape
from random import Random
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from samples.held import Class, make_school, make_visit, write
from workshop import clock
from workshop.domain.schools import DEPARTMENTS
from workshop.extensions import db
from workshop.services import accounts, reporting
from workshop.storage.models import Account
from workshop.web.impact.department_tiles import COLUMNS, ROWS, TILES
from workshop.web.impact.exports import safe
from workshop.web.impact.tables import Percent, Points, shown

from .conftest import signed_in

YEAR = "since=2026-09-01&until=2027-08-31"
LIVED = {"souvent": 6, "une-fois": 9, "non": 8, "sans-reponse": 3}


@pytest.fixture
def admin(app: Flask, owner_id: int) -> FlaskClient:
    account = db.session.get(Account, owner_id)
    assert account is not None
    account.is_admin = True
    db.session.commit()
    return signed_in(app, owner_id)


def page(client: FlaskClient, narrow: str = "") -> str:
    answer = client.get(f"/animer/bilan?{YEAR}{narrow}")
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def rows(text: str, title: str) -> list[list[str]]:
    """Cells of a table, as they are read; what is said under a number is part of its cell."""
    [body] = re.findall(
        rf"<caption[^>]*>{re.escape(title)}(?:<small>[^<]*</small>)?</caption>.*?<tbody>(.*?)</tbody>", text, re.DOTALL
    )
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("</tr>")[:-1]]
    return [[re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", cell)).strip(" \n") for cell in row] for row in found]


def test_page_is_for_adults_who_are_signed_in(phone: FlaskClient) -> None:
    for path in ("/animer/bilan", "/animer/bilan/bilan.json", "/animer/bilan/bilan.pdf", "/animer/bilan/nothing"):
        assert phone.get(path).headers["Location"] == "/connexion"


def test_without_anything_the_page_says_so_and_files_are_whole(admin: FlaskClient) -> None:
    text = page(admin)
    assert "0 réponse" in text and "Moins de 10 réponses reliées" in text
    assert "marge" not in text.split("Emporter")[0]
    for name in ("bilan.pdf", "bilan.xlsx", "bilan.csv", "bilan-machine.csv", "bilan.json"):
        assert admin.get(f"/animer/bilan/{name}?{YEAR}").status_code == 200
    assert admin.get("/animer/bilan/nothing").status_code == 404


def test_sentence_comes_first_and_the_margin_on_request_with_its_condition(admin: FlaskClient, owner_id: int) -> None:
    pairs = [((5, 5, 1, 2),) * 3] * 9 + [((5, 5, 0, 0),) * 3]
    write(*(Class(owner_id, f"4e {n}", present=20, pairs=cells) for n, cells in enumerate(pairs)))
    text = page(admin)
    assert '<p class="impact-answers">127 réponses sur 200 personnes (64\u00a0%)</p>' in text
    [asked] = re.findall(r"<details.*?</details>", text, re.DOTALL)
    assert "étaient tirés au hasard, la marge serait de ±\u00a05,3 points à 95\u00a0% pour ces 200 personnes." in asked
    assert "marge" not in text.replace(asked, "").split("Emporter")[0]


def test_knowledge_is_counted_then_in_per_cent_then_in_points_by_theme_level_and_way(
    admin: FlaskClient, owner_id: int
) -> None:
    write(
        Class(owner_id, "4e A"),
        Class(owner_id, "4e B"),
        Class(owner_id, "3e A", level="3e", slug="on-a-tape-son-nom", pairs=(), hands=(6, 12, 20)),
        Class(owner_id, "3e B", level="3e", slug="on-a-tape-son-nom"),
    )
    text = page(admin)
    themes = rows(text, "Par thème, sur les mêmes appareils")
    assert [row[0] for row in themes] == ["Cyberharcèlement 2 classes, 50 élèves", "E-réputation 1 classe, 25 élèves"]
    assert themes[0][1:3] == ["60 sur 150 (40\u00a0%)", "108 sur 150 (72\u00a0%)"]
    assert themes[0][4].startswith("+32 points de +")
    assert [row[0][:2] for row in rows(text, "Par niveau, sur les mêmes appareils")] == ["3e", "4e"]
    ways = rows(text, "Toutes les réponses, sans lien entre avant et après")
    assert ways[0][:3] == ["Mains levées 1 classe, 20 élèves", "18 sur 60 (30\u00a0%)", "36 sur 60 (60\u00a0%)"]
    assert "ni une cause, ni un effet durable" in text


def test_fewer_than_ten_answers_are_withheld_and_grouped(admin: FlaskClient, owner_id: int) -> None:
    few = ((2, 3, 1, 1),) * 3
    write(Class(owner_id, "6e A", level="6e", pairs=few, present=8))
    assert rows(page(admin), "Par niveau, sur les mêmes appareils") == [["6e", "moins de 10 réponses"]]
    write(Class(owner_id, "4e A"), Class(owner_id, "3e A", level="3e"))
    levels = rows(page(admin), "Par niveau, sur les mêmes appareils")
    assert [row[0] for row in levels] == ["4e 1 classe, 25 élèves", "3e, 6e (regroupés) 2 classes, 32 élèves"]
    assert rows(page(admin, "&level=6e"), "Par niveau, sur les mêmes appareils") == [["6e", "moins de 10 réponses"]]
    assert "sur 21" not in page(admin, "&level=6e")


def test_lived_experience_shows_spans_from_three_classes_and_nothing_before(admin: FlaskClient, owner_id: int) -> None:
    chance = Random(4)
    write(
        *(Class(owner_id, f"4e {n}", "Collège A" if n < 2 else "Collège B", lived=LIVED) for n in range(5)),
        chance=chance,
    )
    text = page(admin)
    lived = text.split("Ce que les élèves disent avoir vécu ou vu")[1].split("</section>")[0]
    assert "5 classes, 130 élèves" in lived and lived.count("entre ") == 4
    assert re.search(r"à coup sûr de \d+ à \d+ sur 130", lived)
    for narrow in ("&school=Collège A", "&level=4e&school=Collège A"):
        alone = page(admin, narrow).split("Ce que les élèves disent avoir vécu ou vu")[1].split("</section>")[0]
        assert "Moins de 3 classes" in alone and "à coup sûr" not in alone and "entre" not in alone
        files = admin.get(f"/animer/bilan/bilan.json?{YEAR}{narrow}").json
        assert files is not None
        [row] = next(table for table in files["tables"] if table["name"] == "lived")["rows"]
        assert set(row.values()) - {row["workshop"], row["question"]} == {"moins de 3 classes"}


USEFUL = {"pas-du-tout": 1, "un-peu": 4, "assez": 12, "beaucoup": 6, "sans-reponse": 2}
ABLE = (
    {"pas-du-tout": 3, "plutot-non": 9, "plutot-oui": 10, "tout-a-fait": 2, "sans-reponse": 1},
    {"pas-du-tout": 1, "plutot-non": 4, "plutot-oui": 12, "tout-a-fait": 7, "sans-reponse": 1},
    {"lower": 2, "same": 11, "higher": 9},
)


def exit_part(text: str) -> str:
    part = text.split("Ce que les élèves disent de l’heure, à la sortie")[1].split("</section>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part))


def test_exit_survey_says_counts_first_and_what_it_does_not_say(admin: FlaskClient, owner_id: int) -> None:
    write(*(Class(owner_id, f"4e {n}", exits={"utile": USEFUL}, able=ABLE) for n in range(4)))
    said = exit_part(page(admin))
    assert (
        "Est-ce que cette heure t’a été utile ?" in said and "Tous les ateliers, questions de sortie, version 1" in said
    )
    assert "Réponse la plus donnée : « Assez », 48 sur 100 (48 %)." in said
    assert "Je préfère ne pas répondre 8 sur 100 (8 %) de " in said
    assert "Juste un montage, questions de sortie, version 1" in said
    assert "réponse plus haute pour 36 sur 88 (41 %), la même pour 44, plus basse pour 8." in said
    assert "À l’accueil 4 classes, 100 élèves" in said and "Oui, tout à fait 28 sur 100 (28 %)" in said
    assert "le même appareil 4 classes, 88 élèves" in said
    assert "ce qu’ils déclarent, non ce qu’ils feront. Sans groupe témoin" in said
    [pasted] = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page(admin), re.DOTALL)
    pasted = re.sub(r"\s+", " ", pasted)
    assert "« Assez », 48 sur 100 (48 %)." in pasted and "36 sur 88 (41 %)" in pasted
    assert pasted.endswith("rien ne dit ce qui les a fait changer.")


def test_exit_survey_under_ten_answers_is_withheld_everywhere(admin: FlaskClient, owner_id: int) -> None:
    few = {"assez": 5, "beaucoup": 4}
    able = ({"plutot-non": 11}, {"plutot-oui": 9}, {"higher": 7, "same": 1})
    write(Class(owner_id, "4e A", exits={"utile": few}, able=able))
    text = page(admin)
    said = exit_part(text)
    assert said.count("moins de 10 réponses") == 3 and "Plutôt non 11 sur 11" in said
    assert not re.search(r"\b[5479] sur|sur 9|sur 8|« Assez »", said)
    assert "à la sortie" not in text.split("<textarea")[1].split("</textarea>")[0]
    held_back = [row for row in exported(admin)["exit"] if row["moment"] != "À l’accueil"]
    assert len(held_back) == 3
    assert {row[key] for row in held_back for key in ("choice", "count", "total")} == {"moins de 10 réponses"}


def test_map_counts_workshops_and_the_table_beside_it_says_the_same(admin: FlaskClient, owner_id: int) -> None:
    nantes, reunion = make_visit(make_school("Collège A", "44")), make_visit(make_school("Collège B", "974"))
    write(*(Class(owner_id, f"4e {n}", intervention=nantes) for n in range(6)), Class(owner_id, "3e"))
    write(Class(owner_id, "3e A", intervention=reunion, pairs=((1, 2, 0, 1),) * 3))
    text = page(admin)
    [drawn] = re.findall(r'<svg class="map".*?</svg>', text, re.DOTALL)
    assert re.findall(r">(\w+)</text><text class=\"map-count\" [^>]*>(\d+)<", drawn) == [("44", "6"), ("974", "1")]
    assert 'role="img" aria-label="Carte de France' in drawn and "7 ateliers dans 2 départements" in drawn
    assert "style=" not in drawn
    assert rows(text, "Ateliers par département") == [
        ["Département non indiqué", "1"], ["44 · Loire-Atlantique", "6"], ["974 · La Réunion", "1"],
    ]  # fmt: skip


def test_every_department_has_its_own_square() -> None:
    assert len(TILES) == len(set(TILES.values())) == 101 and set(TILES) <= set(DEPARTMENTS)
    assert all(column < COLUMNS and row < ROWS for column, row in TILES.values())
    for west, east in (("29", "35"), ("35", "75"), ("75", "67"), ("33", "69"), ("64", "06"), ("44", "2A")):
        assert TILES[west][0] < TILES[east][0]
    for north, south in (("59", "75"), ("75", "63"), ("63", "34"), ("22", "44"), ("67", "06"), ("2B", "2A")):
        assert TILES[north][1] < TILES[south][1]


def test_tables_have_the_order_of_their_labels_whatever_the_results(admin: FlaskClient, owner_id: int) -> None:
    best, worst = ((0, 25, 0, 0),) * 3, ((0, 0, 20, 5),) * 3
    write(Class(owner_id, "a", level="3e", pairs=worst), Class(owner_id, "b", level="4e", pairs=best))
    write(Class(owner_id, "c", level="5e", pairs=worst), Class(owner_id, "d", level="2de"))
    text = page(admin)
    found = [row[0].split(" ")[0] for row in rows(text, "Par niveau, sur les mêmes appareils")]
    assert found == sorted(found) and len(found) == 4
    assert "sort" not in text and "rang" not in text
    assert "Ada" not in text.split("</form>")[1] and "Tilleuls" not in text.split("</form>")[1]


def test_facilitator_sees_their_own_figures_alone(app: Flask, admin: FlaskClient, owner_id: int) -> None:
    lou = accounts.create_account("Lou", "lou@example.org", None, False, clock.now())
    write(Class(owner_id, "4e A", "Collège Secret"), Class(lou, "4e B"))
    theirs = page(signed_in(app, lou))
    assert "Bilan de vos séances" in theirs and "Collège Secret" not in theirs
    assert '<li class="card tile"><b>1</b> atelier</li>' in theirs
    assert '<li class="card tile"><b>2</b> ateliers</li>' in page(admin)


def test_departments_come_from_interventions(admin: FlaskClient, owner_id: int) -> None:
    visits = [make_visit(make_school(f"Collège {code}", code)) for code in ("44", "85")]
    write(
        *(Class(owner_id, "4e A", intervention=visit) for visit in visits),
        Class(owner_id, "4e B", intervention=visits[0]),
        Class(owner_id, "4e C", present=None),
    )
    assert rows(page(admin), "Par département") == [
        ["Département non indiqué", "1", "1", "1", "0", "25", "–"],
        ["44", "2", "2", "1", "56", "50", "89\u00a0%"],
        ["85", "1", "1", "1", "28", "25", "89\u00a0%"],
    ]
    assert "1 séance est laissée de côté" in page(admin)
    assert rows(page(admin, "&department=85"), "Par département") == [["85", "1", "1", "1", "28", "25", "89\u00a0%"]]


def test_period_before_is_beside_it(admin: FlaskClient, owner_id: int) -> None:
    write(
        Class(owner_id, "4e A"), Class(owner_id, "4e B"), Class(owner_id, started=datetime(2026, 3, 3, 9, tzinfo=UTC))
    )
    both = {row[0]: row[1:] for row in rows(page(admin), "Deux périodes")}
    assert both["Ateliers"] == ["2", "1"] and both["Paires de réponses"] == ["150", "75"]
    assert both["Évolution, en points"] == ["+32", "+32"]


def test_what_was_typed_wrong_is_said_beside_it_and_kept(admin: FlaskClient, owner_id: int) -> None:
    write(Class(owner_id))
    for asked, said in {
        "since=2026-10-06&until=2026-10-01": "La fin vient avant le début.",
        "since=0001-01-01": "Ce jour est trop loin.",
        "since=hier": "hier",
        "level=CM2": "Ce choix n’existe pas, ou plus.",
        "facilitator=0": "Ce choix n’existe pas, ou plus.",
        "since=": "Indiquez un jour.",
    }.items():
        answer = admin.get(f"/animer/bilan?{asked}")
        assert answer.status_code == 400 and said in unescape(answer.text), asked
        assert "tile" not in answer.text
        for name in ("bilan.json", "bilan.pdf"):
            assert admin.get(f"/animer/bilan/{name}?{asked}").headers["Location"].endswith(asked)
    assert 'value="2026-10-06"' in admin.get("/animer/bilan?since=2026-10-06&until=2026-10-01").text
    assert '<option selected value="4e">' in page(admin, "&level=4e")


def test_more_than_can_be_added_up_at_once_is_refused_and_the_days_are_kept(
    admin: FlaskClient, owner_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(*(Class(owner_id, f"4e {n}") for n in range(3)))
    asked = "/animer/bilan?since=2026-09-01&until=2026-12-31"
    monkeypatch.setattr(reporting, "MOST", 2)
    refused = admin.get(asked)
    assert (refused.status_code, "choisissez moins de jours" in unescape(refused.text)) == (400, True)
    assert 'value="2026-09-01"' in refused.text
    assert admin.get(asked.replace("bilan?", "bilan/bilan.json?")).status_code == 303
    monkeypatch.setattr(reporting, "MOST", 3)
    assert admin.get(asked).status_code == 200


def test_paragraph_for_the_annual_report_claims_no_more_than_it_knows(admin: FlaskClient, owner_id: int) -> None:
    write(*(Class(owner_id, f"4e {n}", pairs=((8, 10 - n, 2, 5 + n),) * 3) for n in range(4)))
    [text] = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page(admin, "&level=4e"), re.DOTALL)
    assert text.startswith(
        "Du 1er septembre 2026 au 31 août 2027 (Niveau 4e)\u00a0: 4 ateliers dans 4 classes de 1 établissement, "
    )
    assert "devant 112 élèves présents (nombre saisi sur place). 100 réponses sur 112 personnes (89\u00a0%)." in text
    assert "198 sur 300 (66\u00a0%)\u202f; avant\u00a0: 120 sur 300 (40\u00a0%)" in text
    assert "+26 points (intervalle à 95\u00a0%\u00a0: de +" in text and "calculé entre 4 classes" in text
    assert text.endswith("sans groupe témoin, ils ne disent ni sa cause ni sa durée.")
    assert "Moins" not in text and "représentatif" not in text and "significatif" not in text


@pytest.fixture
def filled(admin: FlaskClient, owner_id: int) -> FlaskClient:
    school = make_school('=HYPERLINK("http://x")', "44")
    write(
        *(
            Class(
                owner_id, f"4e {n}", lived=LIVED, pairs=((8, 10 - n % 3, 2, 5 + n),) * 3,
                exits={"utile": USEFUL | {"un-peu": n}, "garder": {"geste": 4, "rien": n}}, able=ABLE,
                later=(9 + n, 14 + n) if n else None,
            )
            for n in range(6)
        ),
        *(Class(owner_id, f"3e {n}", level="=1+1", slug="on-a-tape-son-nom", hands=(3, 9, 12)) for n in range(8)),
        Class(owner_id, "6e", level="6e", pairs=((1, 2, 0, 1),) * 3, present=5, intervention=make_visit(school)),
        Class(owner_id, "old", started=datetime(2026, 2, 2, tzinfo=UTC)),
        chance=Random(2),
    )  # fmt: skip
    return admin


def exported(client: FlaskClient) -> dict[str, list[dict[str, Any]]]:
    found = json.loads(client.get(f"/animer/bilan/bilan.json?{YEAR}").data)
    return {table["name"]: table["rows"] for table in found["tables"]}


def test_json_holds_the_numbers_of_the_page(app: Flask, filled: FlaskClient) -> None:
    text, tables = page(filled), exported(filled)
    with app.test_request_context():
        compare(text, tables)


def compare(text: str, tables: dict[str, list[dict[str, Any]]]) -> None:
    titles = {
        "themes": "Par thème, sur les mêmes appareils",
        "levels": "Par niveau, sur les mêmes appareils",
        "channels": "Toutes les réponses, sans lien entre avant et après",
        "later": "Des semaines plus tard, sans lien entre les deux",
    }
    compared = 0
    for name, title in titles.items():
        drawn = rows(text, title)
        assert len(drawn) == len(tables[name]) > 0
        for cells, row in zip(drawn, tables[name], strict=True):
            assert cells[0].startswith(str(row["label"]))
            for place, side in ((1, "before"), (2, "after")):
                share = shown(Percent(row[f"{side}_share"]))
                assert cells[place] == f"{row[f'{side}_right']} sur {row[f'{side}_total']} ({share})"
            low, high, change = (shown(Points(row[key])) for key in ("low", "high", "difference"))
            assert cells[4] == f"{change} points de {low} à {high}"
            compared += 1
    assert compared == 7
    for name, title in {
        "map": "Ateliers par département",
        "departments": "Par département",
        "periods": "Deux périodes",
    }.items():
        for cells, row in zip(rows(text, title), tables[name], strict=True):
            for cell, value in zip(cells, row.values(), strict=True):
                said = {shown(Percent(value)), shown(Points(value))} if isinstance(value, float) else {shown(value)}
                assert cell in said
    said = exit_part(text)
    assert len(tables["exit"]) == 5 + 6 + 5 + 5 + 3  # useful, to keep, able before and after, and how it moved
    for row in tables["exit"]:
        share, low, high = (shown(Percent(row[key])) for key in ("share", "low_share", "high_share"))
        line = f"{row['choice']} {row['count']} sur {row['total']} ({share}) de {low} à {high}"
        assert re.sub(r"\s+", " ", line) in said and str(row["moment"]) in said and str(row["source"]) in said
    lived = tables["lived"]
    assert len(lived) == 4
    for row in lived:
        span = f"entre {shown(Percent(row['low_share']))} et {shown(Percent(row['high_share']))}"
        assert span in text and f"à coup sûr de {row['low']} à {row['high']} sur {row['respondents']}" in text


def test_machine_csv_holds_what_json_holds(filled: FlaskClient) -> None:
    answer = filled.get(f"/animer/bilan/bilan-machine.csv?{YEAR}")
    assert not answer.data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(answer.data.decode(), newline="")))
    expected = [
        (name, str(number), key, "" if value is None else str(safe(value)))
        for name, found in exported(filled).items()
        for number, row in enumerate(found, start=1)
        for key, value in row.items()
    ]
    assert sorted((line["table"], line["row"], line["column"], line["value"]) for line in lines) == sorted(expected)


def test_french_csv_opens_in_french_excel(filled: FlaskClient) -> None:
    data = filled.get(f"/animer/bilan/bilan.csv?{YEAR}").data
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    head = lines.index(["Par niveau"]) + 1
    assert "Part avant (%)" in lines[head] and "Évolution (points)" in lines[head]
    place = lines[head].index("Part avant (%)")
    levels = exported(filled)["levels"]
    for line, row in zip(lines[head + 1 :], levels, strict=False):
        assert line[place] == f"{round(100 * float(str(row['before_share'])), 1):.1f}".replace(".", ",")
    assert any(line and line[0] == "'=1+1" for line in lines)


def test_workbook_holds_no_formula_and_a_dictionary(filled: FlaskClient) -> None:
    answer = filled.get(f"/animer/bilan/bilan.xlsx?{YEAR}")
    assert "bilan-2026-09-01-2027-08-31.xlsx" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == [
        "À lire d’abord", "Deux périodes", "Par thème", "Par niveau", "Par façon de répondre",
        "Semaines plus tard", "Par département", "Ateliers par département", "Questions de sortie", "Vécu",
        "Dictionnaire",
    ]  # fmt: skip
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n"} and "=1+1" in [cell.value for cell in cells]
    for name, title in {
        "levels": "Par niveau",
        "lived": "Vécu",
        "exit": "Questions de sortie",
        "departments": "Par département",
    }.items():
        for line, row in zip(book[title].iter_rows(min_row=2, values_only=True), exported(filled)[name], strict=True):
            for cell, (key, value) in zip(line, row.items(), strict=True):
                points = key in ("difference", "low", "high") and name != "lived" and isinstance(value, float)
                assert cell == pytest.approx(100 * float(str(value))) if points else cell == pytest.approx(value), key
    columns = sum(len(found[0]) for found in exported(filled).values())
    assert book["Dictionnaire"].max_row == 1 + columns
    assert all(line[3] for line in book["Dictionnaire"].iter_rows(min_row=2, values_only=True))


def test_paper_is_tagged_french_and_holds_the_figures_of_the_page(filled: FlaskClient) -> None:
    answer = filled.get(f"/animer/bilan/bilan.pdf?{YEAR}")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "bilan-2026-09-01-2027-08-31.pdf" in answer.headers["Content-Disposition"]
    paper = PdfReader(io.BytesIO(answer.data))
    catalog = paper.trailer["/Root"]
    assert catalog["/Lang"] == "fr" and catalog["/MarkInfo"]["/Marked"] and catalog["/StructTreeRoot"]
    assert "pdfuaid" in catalog["/Metadata"].get_data().decode()
    text = page(filled)
    seen = re.sub(r"<(svg|textarea|form|head)\b.*?</\1>", " ", text.split('class="impact-paste"')[0], flags=re.DOTALL)
    seen = seen.split('<section class="impact-whole">')[1]
    said = re.sub(r"\s+", " ", " ".join(one.extract_text() for one in paper.pages))
    cells = [cell for cell in re.split(r"<[^>]+>", seen) if re.search(r"\d", cell)]
    assert len(cells) > 140 and [cell for cell in cells if squeezed(cell) not in squeezed(said)] == []
    for title in ("Ateliers par département", "Par département", "Deux périodes"):
        assert [row for row in rows(text, title) if squeezed("".join(row)) not in squeezed(said)] == []
    told = [
        re.findall(r"entre[0-9]+%et[0-9]+%|àcoupsûrde[0-9]+à[0-9]+sur[0-9]+", squeezed(one))
        for one in (said, re.sub(r"<[^>]+>", "", seen))
    ]
    assert sorted(told[0]) == sorted(told[1]) and len(told[0]) == 8, "lived experience: what the page tells, no more"
    one = filled.get(f"/animer/bilan/bilan.pdf?{YEAR}&level=6e").data
    alone = " ".join(found.extract_text() for found in PdfReader(io.BytesIO(one)).pages)
    assert "Niveau 6e" in alone and "moins de 10 réponses" in alone


def squeezed(text: str) -> str:
    """A line of the paper may end anywhere."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("text", ["=1+1", "+33", "-1", "@x", "\tx", "\rx", " =1", "\u00a0=1", "a\n=1"])
def test_words_that_would_be_a_formula_stay_words(text: str) -> None:
    assert safe(text) == f"'{text}"
    assert safe("4e B") == "4e B" and safe(-3) == -3 and safe(None) == ""
