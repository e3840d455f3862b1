"""Promise 3, attacked from the pages and the files themselves, as classes end one after the other, by every filter."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from itertools import product
from random import Random

import openpyxl
from flask import Flask
from flask.testing import FlaskClient

from samples import held
from tests.property.attack import Class, Figure, every, narrowed, read_page
from tests.property.test_views import inside
from workshop import clock
from workshop.config import ROOT
from workshop.domain.quiz_format import rename
from workshop.extensions import db
from workshop.realtime.audiences import facilitator_view, projector_view
from workshop.realtime.views import DisclosedView
from workshop.services import accounts, reporting
from workshop.services.viewing import load_board
from workshop.storage.held_sessions import Filters
from workshop.storage.models import Account
from workshop.storage.quiz_files import read_quiz
from workshop.web.impact.exports import raw
from workshop.web.impact.tables import Value, lived
from workshop.web.impact.view import ImpactView, impact_view
from workshop.web.impact.words import rounded

from .conftest import ClassRoom, signed_in

SLUGS = ("le-montage", "on-a-tape-son-nom")
MONTHS = (9, 10, 11)
CHANCE = 20261006  # reproducible


def question(slug: str) -> str:
    workshop = read_quiz(ROOT / "quizzes" / slug / "quiz.fr.toml").workshop
    assert workshop is not None
    return rename(workshop, {}).activity(held.LIVED_IN[slug]).questions[0].text


TEXTS = {slug: question(slug) for slug in SLUGS}


def made_up(owners: dict[str, int]) -> Iterator[tuple[Class, held.Class, str]]:
    """Thirty classes, one twice, some of fewer than ten: as the attacker knows them, and as they are stored."""
    chance = Random(CHANCE)
    for number in range(30):
        slug, month = chance.choice(SLUGS), chance.choice(MONTHS)
        counts = tuple(chance.choice((0, 1, 3, 6, 9, 14)) for _ in range(4))
        school, level, who = chance.choice("AB"), chance.choice(("3e", "4e")), chance.choice(sorted(owners))
        label = f"{level} {number % 29}"
        known = Class(counts, Random(number).random(), (), f"{school} {label}", school, level, who, month)
        choices = read_quiz(ROOT / "quizzes" / slug / "quiz.fr.toml").workshop.activity(held.LIVED_IN[slug])  # type: ignore[union-attr]  # it is ours
        stored = held.Class(
            owners[who], label, school, level, slug, datetime(2026, month, 10, 9, tzinfo=UTC), pairs=(),
            lived=dict(zip(choices.questions[0].choice_ids, counts, strict=True)),
        )  # fmt: skip
        yield known, stored, slug


def asked_for(owners: dict[str, int]) -> Iterator[dict[str, str]]:
    """Every combination of filters, and every sub-period with one filter at most."""
    values = {
        "school": ["", "A", "B"], "level": ["", "3e", "4e"], "workshop": ["", *SLUGS],
        "facilitator": ["", *map(str, owners.values())],
    }  # fmt: skip
    for chosen in product(*values.values()):
        narrow = {name: value for name, value in zip(values, chosen, strict=True) if value}
        for first, last in [(9, 11), (9, 9), (10, 10), (11, 11), (9, 10), (10, 11)]:
            if (first, last) == (9, 11) or len(narrow) < 2:
                yield {"since": f"2026-{first:02}-01", "until": f"2026-{last:02}-30", **narrow}


def left_by(query: dict[str, str], classes: list[Class], slugs: list[str], owners: dict[str, int]) -> list[int]:
    first, last = int(query["since"][5:7]), int(query["until"][5:7])
    return [
        place
        for place, (one, slug) in enumerate(zip(classes, slugs, strict=True))
        if first <= one.day <= last
        and query.get("school", one.school) == one.school
        and query.get("level", one.level) == one.level
        and query.get("workshop", slug) == slug
        and query.get("facilitator", str(owners[one.facilitator])) == str(owners[one.facilitator])
    ]


def filters_of(query: dict[str, str]) -> Filters:
    narrow = {name: value for name, value in query.items() if name in ("school", "level", "workshop")}
    found = Filters(date.fromisoformat(query["since"]), date.fromisoformat(query["until"]), **narrow)
    return replace(found, facilitator=int(query["facilitator"])) if "facilitator" in query else found


ROW = r'<li><span>(.*?)</span><b>(.*?)</b>.*?<rect x="(.*?)" width="(.*?)" .*?<small>(.*?)</small></li>'
LIVED = "Ce que les élèves disent avoir vécu ou vu"


def drawn(text: str) -> tuple[list[tuple[str, ...]], str]:
    """What the page says of lived experience, line by line, drawing included; and the rest of it."""
    if LIVED not in text:
        return [], text
    before, _, after = text.partition(LIVED)
    section, _, after = after.partition("</section>")
    lines = []
    for card in section.split('<div class="card lived">')[1:]:
        rows = re.findall(ROW, card, re.DOTALL)
        lines.append((re.findall(r"<h3>(.*?)</h3>", card)[0], re.findall(r'<p class="hint">(.*?)</p>', card)[0]))
        lines += rows or [tuple(re.findall(r"</p>\n<p>(.*?)</p>", card))]
    return lines, before + after


def as_drawn(view: ImpactView) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = []
    for one in view.lived:
        lines.append((one.text, f"{one.workshop} · {one.over}" if one.over else one.workshop))
        lines += [
            (row.text, row.span, f"{100 * row.low}", f"{100 * (row.high - row.low)}", row.sure) for row in one.rows
        ] or [("Moins de 3 classes\u00a0: rien n’est montré.",)]
    return lines


def numbers(client: FlaskClient, query: dict[str, str]) -> dict[str, set[float]]:
    """Every number on lived experience in each file; and that nothing else in it is about that."""
    found = {}
    document = json.loads(client.get("/animer/bilan/bilan.json", query_string=query).data)
    tables = {table["name"]: table["rows"] for table in document["tables"]}
    found["json"] = {n for row in tables.pop("lived") for n in row.values() if not isinstance(n, str)}
    assert not told(json.dumps([tables, document["sentences"]], ensure_ascii=False))
    text = client.get("/animer/bilan/bilan-machine.csv", query_string=query).data.decode()
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    found["machine csv"] = set(map(number, (line["value"] for line in lines if line["table"] == "lived"))) - {None}
    assert not told(repr([line for line in lines if line["table"] != "lived"]))
    text = client.get("/animer/bilan/bilan.csv", query_string=query).data.decode("utf-8-sig")
    before, _, after = text.partition("\r\nVécu\r\n")
    cells = [cell for line in csv.reader(io.StringIO(after, newline=""), delimiter=";") for cell in line]
    found["french csv"] = {number(cell.replace(",", ".")) for cell in cells} - {None}
    assert not told(before)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/animer/bilan/bilan.xlsx", query_string=query).data))
    cells = [cell.value for line in book["Vécu"].iter_rows(min_row=2) for cell in line]
    found["xlsx"] = {cell for cell in cells if isinstance(cell, int | float)}
    others = [sheet for sheet in book if sheet.title not in ("Vécu", "Dictionnaire")]
    assert not told(repr([cell.value for sheet in others for line in sheet.iter_rows() for cell in line]))
    return found


def told(text: str) -> bool:
    return any(question in text for question in TEXTS.values())


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def test_pages_and_files_tell_what_the_views_hold_and_that_narrows_no_class(app: Flask, owner_id: int) -> None:
    owners = {"Ada": owner_id, "Lou": accounts.create_account("Lou", "lou@example.org", None, False, clock.now())}
    account = db.session.get(Account, owner_id)
    assert account is not None
    client = signed_in(app, owner_id)
    everybody = list(made_up(owners))
    classes, slugs = [known for known, _, _ in everybody], [slug for _, _, slug in everybody]
    # Their own screens state how many answered.
    figures = [Figure(every([p], classes), one.respondents, one.respondents) for p, one in enumerate(classes)]
    looked_at = shown = 0
    for month in MONTHS:  # and look again each time
        for place, (known, stored, _) in enumerate(everybody):
            if known.day == month:
                held.write(stored, chance=Random(place))
        ended = [one.day <= month for one in classes]
        for query in asked_for(owners):
            left = [place for place in left_by(query, classes, slugs, owners) if ended[place]]
            chosen: dict[str, list[int]] = {text: [] for text in TEXTS.values()}
            for place in left:
                chosen[TEXTS[slugs[place]]].append(place)
            with app.test_request_context():
                report = reporting.report(filters_of(query), account)
                view, table = impact_view(report, ""), lived(report)
                figures += read_page(view, table, chosen, classes)
                db.session.rollback()
            looked_at += 1
            if looked_at % 12 == 1:  # a page and its four files are drawn for some
                page = unescape(client.get("/animer/bilan", query_string=query).text)
                lines, rest = drawn(page)
                assert lines == as_drawn(view)
                assert not told(rest.split("</form>")[1])
                rows = [row for one in view.lived for row in one.rows]
                of_view = {n for row in table.rows for value in row.values() for n in plain(value)}
                for name, found in numbers(client, query).items():
                    assert {round(n, 9) for n in found} <= of_view, name
                    assert bool(found) == bool(rows)
                shown += bool(rows)
    assert looked_at > 300 and shown > 5
    assert narrowed(classes, figures) == []


def plain(value: Value) -> set[float]:
    """A number of the view, as a machine reads it, and as per cent with a decimal."""
    exact = raw(value)
    return set() if exact is None or isinstance(exact, str) else {round(exact, 9), float(rounded(100 * exact, 1))}


def test_screens_of_a_class_tell_what_their_views_hold(app: Flask, room: ClassRoom, desk: FlaskClient) -> None:
    room.join(13)
    room.go_to("deja-vu")
    [(round_id, question)] = room.open_questions()
    for place, phone in enumerate(room.phones):
        room.answer(phone, round_id, question.choice_ids[place % 5 % 4])
    screen = app.test_client()
    link = accounts.make_link("projector", clock.now(), accounts.SIGN_IN_LINK_LASTS, live_id=room.live_id)
    projected = screen.get(f"/lien/{link}").headers["Location"]
    console = f"/animer/{room.live_id}"
    for command, pages in {
        "close": [(desk, console, facilitator_view)],
        "reveal": [(desk, console, facilitator_view), (screen, projected, projector_view)],
        "end": [(desk, console, facilitator_view)],
    }.items():
        room.command(command, confirmed=command != "reveal")
        for client, path, view in pages:
            [told] = [
                one for one in inside(view(load_board(room.row(), clock.now()))) if isinstance(one, DisclosedView)
            ]
            db.session.rollback()
            page = client.get(path).text
            [result] = re.findall(
                r'<ol class="results ranges">.*?</ol>\s*<p class="explanation">.*?</p>', page, re.DOTALL
            )
            spans = [(row.low, row.high) for row in told.rows]
            assert [tuple(map(int, span)) for span in re.findall(r"entre (\d+) et (\d+)", result)] == spans
            bars = re.findall(r'viewBox="0 0 (\d+) 10".*?<rect x="(\d+)" width="(\d+)"', result)
            assert [tuple(map(int, bar)) for bar in bars] == [(13, low, high - low) for low, high in spans]
            assert re.findall(r"(\d+) réponses", result) == ["13"] == [str(told.respondents)]
