"""Every way of answering: a class without a phone, whole; and one of phones, cards, hands and tablets together."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from samples.classroom import LIGHTS, scene
from tests.driving import Desk, Server
from tests.house import House

from .camera import fields, looking_at, reads, totals
from .classroom import QUESTIONS, Crowd, Model, rows_on
from .conftest import Open
from .console import Screen
from .people import SCREEN, SLUG, Pupil, choices_of, go_to
from .test_shared import Tablet

Counts = dict[int, dict[str, int]]  # voices by choice, by round


def kept(server: Server) -> tuple[Counts, dict[int, dict[str, int]]]:
    """What remains of the class in the database: voices, and how many answered by which way."""
    with closing(sqlite3.connect(server.database)) as database:
        rows = database.execute(
            "SELECT round_id, voices, respondents FROM folded_tally WHERE round_id IN (SELECT round.id FROM round"
            " JOIN live_session ON live_session.id = live_session_id WHERE code = ?)",
            (server.code,),
        ).fetchall()
    return {row[0]: json.loads(row[1]) for row in rows}, {row[0]: json.loads(row[2]) for row in rows}


def of_choices(page: Page, inside: str = "") -> list[str]:
    counted = page.locator(f"{inside}input[type=number]").all()
    return [str(field.get_attribute("name")).removeprefix("voices-") for field in counted]


def round_of(page: Page) -> int:
    return int(page.locator("form[data-cards] input[name=round]").input_value())


def test_whole_workshop_without_a_phone_by_cards_and_hands(
    chromium: Browser, house: House, open_page: Open, tmp_path: Path
) -> None:
    server = house.opens_a_class(answering="cards", present="30", **{f"length-{SLUG}": "short"})
    desk, shown = Desk(server), scene(LIGHTS[0], 3, seed=11)
    wall = Screen(open_page(server.addresses["projector_url"], SCREEN))
    true, by_cards, by_hands = {}, 0, 0  # type: Counts, int, int
    with looking_at(chromium, shown, tmp_path) as browser:
        context = browser.new_context(locale="fr-FR")
        context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": server.address}])
        page = context.new_page()
        while desk.wire.states[-1]["phase"] != "ended":
            if desk.wire.states[-1]["round"]:
                page.goto(server.addresses["facilitator_url"])
                link = page.get_by_role("link", name="Lire les cartes")
                if link.count():
                    link.click()
                    asked = [a.get_attribute("href") for a in page.locator(".cards-asked a").all()] or [""]
                    for place, question in enumerate(asked):
                        if question:
                            page.locator(".cards-asked a").nth(place).click()
                            expect(page.locator("h1")).to_have_text(page.locator("[aria-current=page]").inner_text())
                        reads(page, shown)
                        turns = json.loads(str(page.locator("form[data-cards]").get_attribute("data-turns")))
                        counts = [
                            totals(shown)[turns[0].index(at)] if at in turns[0] else 0
                            for at in range(len(of_choices(page)))
                        ]
                        assert fields(page) == counts
                        true[round_of(page)] = dict(zip(of_choices(page), counts, strict=True))
                        by_cards += 1
                    with page.expect_navigation():
                        page.get_by_role("button", name="Terminer").click()
                else:  # several answers allowed: hands say it
                    for place, field in enumerate(page.locator(".hands input[type=number]").all()):
                        field.fill(str(10 + place))
                    names = of_choices(page, ".hands ")
                    [round_] = desk.wire.states[-1]["round"]
                    expect(page.locator(".stage")).to_contain_text("sur 30")
                    page.wait_for_timeout(800)  # counts are sent once nothing is typed any more
                    true[int(round_)] = {name: 10 + place for place, name in enumerate(names)}
                    by_hands += 1
            for name in ("start", "close", "more", "reveal", "next", "end"):
                if desk.command(name, confirmed="1").ok:
                    break
    assert by_cards >= 6
    assert by_hands >= 1
    wall.sees("Merci !")
    voices, respondents = kept(server)
    for round_, counts in true.items():
        assert {name: voices[round_][name] for name in counts} == counts
    assert all(found["phone"] == found["turns"] == found["group"] == 0 for found in respondents.values())
    desk.leave()


def test_class_of_phones_cards_hands_and_tablets_is_counted_exactly(
    chromium: Browser, house: House, open_page: Open, tmp_path: Path
) -> None:
    """Ten phones, ten cards, five hands and two shared tablets, in the same rounds."""
    server = house.opens_a_class(present="32")
    desk, shown, question = Desk(server), scene(LIGHTS[0], 3, seed=11, held=10), QUESTIONS[1]
    choices = choices_of(question)
    ids, model = list(choices), Model()
    crowd, pupils = Crowd(server, 8, model), [Pupil.scans(open_page, server) for _ in range(2)]
    turns, group = Tablet.of(open_page, server, "à son tour", 3), Tablet.of(open_page, server, "ensemble", 4)
    wall = Screen(open_page(server.addresses["projector_url"], SCREEN))
    votes = []
    with looking_at(chromium, shown, tmp_path) as browser:
        context = browser.new_context(locale="fr-FR")
        context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": server.address}])
        page = context.new_page()
        for moment in ("before", "after"):
            if moment == "after":
                go_to(desk, "apres")
            crowd.answer(moment, [(ids[0],), (ids[1],)], place=1)
            for pupil in pupils:
                pupil.turns("Suivante")
                pupil.picks(choices[ids[2]])
            for seat in (1, 2, 3):
                turns.takes(seat)
                turns.turns("Suivante")
                turns.picks(choices[ids[1]])
                turns.page.get_by_role("link", name="Rendre l’appareil").click()
            group.turns("Suivante")
            group.picks(choices[ids[0]])
            page.goto(server.addresses["facilitator_url"])
            page.get_by_role("link", name="Lire les cartes").click()
            page.locator(".cards-asked a").nth(1).click()
            expect(page.locator(".cards-asked li:nth-child(2) [aria-current]")).to_be_visible()
            reads(page, shown)
            assert fields(page)[: len(ids)] == totals(shown)[: len(ids)]
            with page.expect_navigation():
                page.get_by_role("button", name="Terminer").click()
            page.get_by_text("Ajouter des mains levées").click()
            page.locator(".hands-one > summary").nth(1).click()
            page.locator(".hands input[type=number]:visible").nth(0).fill("5")
            expect(page.locator(".stage")).to_contain_text("29")
            votes.append(
                Counter({ids[0]: 4 + 1 + 5, ids[1]: 4 + 3, ids[2]: 2})
                + Counter(dict(zip(ids, totals(shown), strict=False)))
            )
    desk.run("close")
    desk.run("reveal")
    expect(wall.page.locator(".result").first).to_be_visible()
    told = {text: (count, first) for text, count, first in rows_on(wall.page)}
    shown_choices = [name for name, text in choices.items() if text in told]
    assert shown_choices, "the wall shows what was right"
    for name in shown_choices:
        assert told[choices[name]] == (f"{votes[1][name]} sur 29", f"au début : {votes[0][name]} sur 29")
    for tablet in (turns, group):
        tablet.sees("10 par carte")
    while desk.wire.states[-1]["phase"] != "ended":
        assert any(desk.command(name, confirmed="1").ok for name in ("close", "next", "end"))
    voices, respondents = kept(server)
    whole = [round_ for round_, ways in respondents.items() if sum(ways.values()) == 29]
    assert [Counter({name: voices[round_][name] for name in ids}) for round_ in whole] == votes
    assert [respondents[round_] for round_ in whole] == [
        {"phone": 10, "card": 10, "hand": 5, "turns": 3, "group": 1}
    ] * 2
    crowd.leave()
    desk.leave()
