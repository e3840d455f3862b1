"""A story on the three screens: votes, a tie, the map. Conversations of each look, and a room that moves."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.driving import Desk, Phone, Server
from tests.house import House, house_of
from workshop.config import ROOT

from .conftest import Open
from .console import Console, Screen
from .looking import axe, moving, pale, too_wide
from .people import SCREEN, Pupil

SIZES = (1920, 1080), (1366, 768), (1280, 720), (1024, 768)
NARROW = (320, 256)  # 1280 × 1024 at 400 %
BEFORE, AFTER = "4445453425", "2122343254"  # where ten pupils stand on the line, at both votes


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house whose workshop holds a story, and a conversation of each look."""
    running = Server(tmp_path_factory.mktemp("theatre"), PREAU_QUIZZES=str(ROOT / "tests" / "quizzes"))
    with house_of(running, "Ce qui se raconte") as found:
        yield found


def go_to_the_story(desk: Desk) -> None:
    desk.run("start", "next", "next", "next", "next", "close", "next")


def vote(desk: Desk, phones: list[Phone], *choices: str) -> None:
    for phone, choice in zip(phones, choices, strict=True):
        phone.wait_for_version(desk.version)
        assert phone.answer(phone.rounds[0], choice)[0] == "saved"


def test_class_lives_a_story_and_a_tie_is_decided_on_the_console(theatre: House, open_page: Open) -> None:
    server = theatre.opens_a_class()
    desk = Desk(server)
    go_to_the_story(desk)
    console = Console.is_back(open_page, server, theatre.cookie)
    wall = Screen(open_page(server.addresses["projector_url"], SCREEN))
    pupil, other = (Pupil.scans(open_page, server) for _ in range(2))
    for screen in (pupil, wall):
        screen.sees("Le message du soir")
        screen.sees("Enlever le dessin tout de suite")
    expect(console.stage).to_contain_text("→ Trois personnes l’ont vu")
    pupil.picks("Attendre demain, il est tard")
    other.picks("Attendre demain, il est tard")
    console.presses_space()
    pupil.sees("Le vote est fermé.")
    console.presses_space()
    for screen in (pupil, wall):
        screen.sees("La classe a choisi")
    pupil.sees("Attendre arrive à tout le monde.")
    console.presses_space()
    pupil.sees("Le lendemain matin")
    pupil.picks("Personne, ça passera")
    other.picks("Un adulte du collège")
    console.presses_space()
    console.presses_space()
    wall.sees("C’est l’égalité")
    console.presses_space_in_vain()
    console.presses("Un adulte du collège → Un merci")
    for screen in (pupil, wall):
        screen.sees("c’est tout ce que je voulais")
        expect(screen.page.locator("#state")).not_to_contain_text("Il est encore là")
    expect(console.next).to_contain_text("Montrer la carte")
    console.presses_space()
    pupil.sees("Ce que l’on n’a pas vu")
    expect(pupil.page.locator(".fork.is-taken")).to_have_count(2)
    expect(wall.page.locator(".map-scene.is-lived")).to_have_count(3)
    expect(wall.page.locator(".way.is-taken")).to_have_count(2)
    # What is drawn is written too, for whoever does not see the drawing.
    expect(wall.page.locator(".visually-hidden .stop")).to_have_count(3)
    desk.leave()


def states(desk: Desk, phones: list[Phone]) -> Iterator[str]:
    """All that the screens of this workshop can show, but for what every workshop has."""
    desk.run("start")
    yield "slide"
    for name in ("post", "profile", "search"):
        desk.run("next")
        yield name
        while desk.command("more").ok:
            pass
        yield f"{name}, whole"
    desk.run("next")
    for places in (BEFORE, AFTER):
        if places is AFTER:
            desk.run("vote_again")
        vote(desk, phones, *places)
        desk.run("close")
    desk.run("reveal")
    yield "line"
    desk.run("next")
    yield "scene"
    vote(desk, phones, *["attendre"] * 10)
    desk.run("close")
    yield "scene, closed"
    desk.run("reveal")
    yield "scene, revealed"
    desk.run("follow")
    vote(desk, phones, *["ami", "adulte"] * 5)
    desk.run("close", "reveal")
    yield "tie"
    assert desk.command("follow", number="4").ok
    yield "ending"
    desk.run("reveal")
    yield "map"
    desk.run("next", "last")
    yield "map again"


def shown(desk: Desk, *pages: Page) -> None:
    for page in pages:
        page.locator(f'[data-version="{desk.version}"]').first.wait_for(state="attached")


def too_tall(wall: Page) -> int:
    """By how many pixels, once a new size has been drawn."""
    for _ in range(20):
        over = int(wall.evaluate("document.documentElement.scrollHeight - window.innerHeight"))
        if over <= 1:
            return 0
        wall.wait_for_timeout(50)
    return over


def test_each_state_fits_and_can_be_read_by_everybody(theatre: House, open_page: Open) -> None:
    server = theatre.opens_a_class()
    desk = Desk(server)
    phones = [Phone(server) for _ in range(10)]
    still = {"reduced_motion": "reduce"}
    wall = open_page(server.addresses["projector_url"], SCREEN, **still)
    console = Console.is_back(open_page, server, theatre.cookie, **still).page
    phone = Pupil.scans(open_page, server, **still).page
    found = []
    for state in states(desk, phones):
        shown(desk, wall, console, phone)
        for page in (wall, console, phone):
            found += [f"{state}: {fault}" for fault in axe(page) + moving(page)]
        found += [f"{state}, contrast under 7: {fault}" for fault in pale(wall, 7)]
        for width, height in SIZES:
            wall.set_viewport_size({"width": width, "height": height})
            if over := too_tall(wall):
                found.append(f"{state}, {width} × {height}: {over} pixels too tall")
        wall.set_viewport_size({"width": SCREEN[0], "height": SCREEN[1]})
    assert not found, "\n".join(found)
    for one in phones:
        one.leave()
    desk.leave()


def test_nothing_scrolls_sideways_at_320_pixels(theatre: House, open_page: Open) -> None:
    server = theatre.opens_a_class()
    desk = Desk(server)
    phones = [Phone(server) for _ in range(10)]
    pages = [
        open_page(server.addresses["projector_url"], NARROW),
        Console.is_back(open_page, server, theatre.cookie).page,
        Pupil.scans(open_page, server).page,
    ]
    for page in pages:
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    found = []
    for state in states(desk, phones):
        shown(desk, *pages)
        found += [f"{state}: {fault}" for page in pages for fault in too_wide(page)]
    assert not found, "\n".join(found)
    for one in phones:
        one.leave()
    desk.leave()


def test_room_moves_once_from_the_outlines_of_the_first_vote(theatre: House, open_page: Open) -> None:
    server = theatre.opens_a_class()
    desk = Desk(server)
    phones = [Phone(server) for _ in range(10)]
    wall = open_page(server.addresses["projector_url"], SCREEN)
    desk.run("start", "next", "next", "next", "next")
    vote(desk, phones, *BEFORE)
    desk.run("close", "reveal")
    shown(desk, wall)
    expect(wall.locator(".column")).to_have_count(5)
    expect(wall.locator(".crowd")).to_have_count(0)
    desk.run("vote_again")
    vote(desk, phones, *AFTER)
    desk.run("close", "reveal")
    shown(desk, wall)
    expect(wall.locator(".crowd-before circle")).to_have_count(10)
    expect(wall.locator(".crowd-now circle")).to_have_count(10)
    moves = wall.locator(".crowd-now .moves")
    assert moves.count() == 5
    assert moves.first.evaluate("e => getComputedStyle(e).animationIterationCount") == "1"
    wall.wait_for_timeout(1_600)
    outlines = {(c[0], c[1]) for c in wall.locator(".crowd-before circle").evaluate_all(_CENTRES)}
    where_from = wall.locator(".crowd-now .moves").evaluate_all(_STARTS)
    assert {(x, y) for x, y in where_from} <= outlines
    for one in phones:
        one.leave()
    desk.leave()


_CENTRES = "circles => circles.map(c => [Math.round(c.cx.baseVal.value), Math.round(c.cy.baseVal.value)])"
# Where the animation of each dot starts, asked of the browser itself.
_STARTS = """circles => circles.map(c => {
    const clone = c.cloneNode(); c.parentNode.append(clone);
    const [animation] = clone.getAnimations(); animation.pause(); animation.currentTime = 400;
    const moved = new DOMMatrix(getComputedStyle(clone).transform);
    clone.remove();
    return [Math.round(c.cx.baseVal.value + moved.e), Math.round(c.cy.baseVal.value + moved.f)];
})"""
