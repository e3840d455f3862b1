"""A simulated year of an association: 40 schools, 400 classes, 10,000 pupils, two workshops, in a fresh SQLite file.

How long the pages that read it take on a real server, over http, and how many queries they make for 40 and 400 classes.
"""

import os
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles

import flask_migrate
import requests
from flask import Flask
from sqlalchemy import event

from samples import held
from workshop import create_app
from workshop.config import read_config
from workshop.extensions import db
from workshop.services import accounts, teacher_links

from .servers import Cores, free_port, preau, started

SCHOOLS, CLASSES, PUPILS, DAYS = 40, 10, 25, 300
LATER = 15  # pupils of a class, in one class out of four, who answer again weeks later
DEPARTMENTS = ("44", "49", "53", "72", "85")
LEVELS = ("6e", "5e", "4e", "3e")
LIVED = {
    "le-montage": ("souvent", "une-fois", "non", "sans-reponse"),
    "on-a-tape-son-nom": ("plusieurs", "une-fois", "non", "sans-reponse"),
}
REQUESTS = 20
EXPORTS = ("bilan.pdf", "bilan.xlsx", "bilan.csv", "bilan-machine.csv", "bilan.json")
TIMES = 5  # that each is asked for
LASTS = timedelta(hours=1)


@dataclass(frozen=True)
class Page:
    """Times in ms, of the first request and of those that follow; queries with a tenth of the classes, and with all."""

    name: str
    budget: float
    first: float
    times: list[float]
    few: int
    many: int


@dataclass(frozen=True)
class Year:
    """`exports`: times in ms of each file of the association's page, by its name."""

    pages: tuple[Page, ...]
    exports: dict[str, list[float]]


def measured_year(cores: Cores) -> Year:
    """Written, counted, then served and measured; CannotRun when the server does not start."""
    now = datetime.now(UTC)
    period = f"since={now.date() - timedelta(days=DAYS + 1)}&until={now.date()}"
    impact = f"/animer/bilan?{period}"
    with tempfile.TemporaryDirectory(prefix="preau-year-") as place:
        folder = Path(place)
        app = create_app(read_config({"SECRET_KEY": "of this run alone" * 3}, data=folder), start=False)
        with app.app_context():
            flask_migrate.upgrade()
            owners = [accounts.create_account(name, f"{name}@example.org", None, True, now) for name in ("ada", "lou")]
        counted: list[tuple[int, int]] = []
        ids: list[int] = []
        for rank in ((0,), range(1, CLASSES)):
            with app.app_context():
                ids += write_classes(rank, owners, now)
                links = {live_id: teacher_links.links.make(live_id, now, LASTS) for live_id in ids[-REQUESTS:]}
                desk = accounts.make_link("sign_in", now, LASTS, account_id=owners[0])
            last = ids[-1]
            counted.append((queries(app, desk, impact), queries(app, links[last], f"/bilan/{last}")))
        with app.app_context():
            desk = accounts.make_link("sign_in", now, LASTS, account_id=owners[0])
            links = {live_id: teacher_links.links.make(live_id, now, LASTS) for live_id in ids[-REQUESTS:]}
            db.session.remove()
            db.engine.dispose()
        port = free_port()
        with started(preau(port, folder, 40, demo=False), port, cores, folder, first_line=True) as running:
            paths = [impact] * (REQUESTS + 1) + [f"/animer/bilan/{name}?{period}" for name in EXPORTS] * TIMES
            impacts = timed(running.port, [desk], paths)
            files = impacts[REQUESTS + 1 :]
            letters = timed(running.port, [*links.values()], [f"/bilan/{live_id}" for live_id in [ids[-1], *links]])
    pages = (
        Page("impact page", 1000, impacts[0], impacts[1 : REQUESTS + 1], counted[0][0], counted[1][0]),
        Page("teacher's page", 150, letters[0], letters[1:], counted[0][1], counted[1][1]),
    )
    return Year(pages, {name: files[place :: len(EXPORTS)] for place, name in enumerate(EXPORTS)})


def write_classes(ranks: range | tuple[int, ...], owners: list[int], now: datetime) -> list[int]:
    """One class of each of these ranks in each school; ids in the order of time, the last ones the latest."""
    chance = Random(f"{ranks}")
    classes = []
    for number in range(SCHOOLS):
        school = held.make_school(f"Collège {number}", DEPARTMENTS[number % len(DEPARTMENTS)], town=f"Ville {number}")
        for rank in ranks:
            started = now - timedelta(days=chance.randrange(1, DAYS), hours=chance.randrange(8))
            slug, level = chance.choice(sorted(LIVED)), chance.choice(LEVELS)
            right = [chance.randrange(PUPILS) for _ in range(3)]
            lived = [chance.choice(LIVED[slug]) for _ in range(PUPILS)]
            visit = held.make_visit(school, started)
            classes.append(
                held.Class(
                    chance.choice(owners), f"{level} {rank}", "", level, slug, started, PUPILS + chance.randrange(4),
                    tuple(split(PUPILS, count, chance) for count in right),
                    lived={choice: lived.count(choice) for choice in LIVED[slug]}, others=PUPILS, intervention=visit,
                    later=(chance.randrange(LATER), LATER) if rank % 4 == 0 else None,
                )
            )  # fmt: skip
    classes.sort(key=lambda one: one.started)
    return held.write(*classes, chance=chance)


def split(people: int, before: int, chance: Random) -> tuple[int, int, int, int]:
    """So many right before: who kept it, who gained it, who lost it, who missed it twice."""
    lost, gained = chance.randrange(before // 4 + 1), chance.randrange((people - before) + 1)
    return before - lost, gained, lost, people - before - gained


def queries(app: Flask, link: str, path: str) -> int:
    """How many statements a page makes, once what a process reads once has been read."""
    asked: list[str] = []
    client = app.test_client()
    client.get(f"/lien/{link}")
    assert client.get(path).status_code == 200, path
    with app.app_context():
        engine = db.engine

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    event.listen(engine, "before_cursor_execute", note)
    client.get(path)
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)


def timed(port: int, links: list[str], paths: list[str]) -> list[float]:
    """ms of each request, on one connection, as a browser that has followed these links."""
    found = []
    with requests.Session() as browser:
        for link in links:
            browser.get(f"http://127.0.0.1:{port}/lien/{link}", timeout=60).raise_for_status()
        for path in paths:
            begun = time.perf_counter()
            browser.get(f"http://127.0.0.1:{port}{path}", timeout=60).raise_for_status()
            found.append(1000 * (time.perf_counter() - begun))
    return found


def told(year: Year) -> str:
    """A table, then one line a target; the files after that, which have none."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"
    classes = SCHOOLS * CLASSES
    lines = [
        f"{SCHOOLS} schools, {classes} classes, {classes * PUPILS:,} pupils, two workshops; load {load} at the end.",
        "",
        f"| Page | First ms | Median ms of {REQUESTS} | p95 ms | Budget ms | Queries, {SCHOOLS} classes | {classes} |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {page.name} | {page.first:.0f} | {median(page.times):.0f} | {p95(page):.0f} | {page.budget:.0f} "
        f"| {page.few} | {page.many} |"
        for page in year.pages
    ]
    for page in year.pages:
        over = p95(page) - page.budget
        lines.append(f"- {page.name}, p95: {'met' if over < 0 else f'over by {over:.0f} ms'}")
        lines.append(f"- {page.name}, queries: {'as many' if page.few == page.many else 'they grow with the classes'}")
    for name, times in year.exports.items():
        lines.append(f"- {name}: median {median(times):.0f} ms of {TIMES}, worst {max(times):.0f}")
    return "\n".join(lines)


def p95(page: Page) -> float:
    return quantiles(page.times, n=20, method="inclusive")[18]
