"""Paper cards in a real browser: what a camera shows is read by the page's worker, counted, and forgotten."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typst
from playwright.sync_api import Browser, Page, Request, expect

from samples.card_reader import measure, prepare, read
from samples.classroom import LIGHTS, Scene, empty_rooms, png, scene, scenes
from tests.driving import Desk, Server
from tests.house import House
from workshop.config import ROOT
from workshop.domain.cards import CARDS, LETTERS, code

from .camera import fields, looking_at, totals
from .looking import axe, too_wide
from .people import LAPTOP, PHONE


@pytest.fixture
def reader(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    yield prepare(page)
    page.close()


def test_nearly_every_card_of_thirty_pixels_is_read_in_three_pictures_and_none_falsely(reader: Page) -> None:
    figures = measure(reader, empty_rooms(2), measure(reader, scenes(len(LIGHTS), seed=2)))
    assert sum(figures.shown.values()) == 30 * len(LIGHTS)
    assert figures.recall() >= 0.95
    assert figures.false == 0


def test_cards_seen_in_a_mirror_are_nobodys(reader: Page) -> None:
    shown = scene(LIGHTS[0], 2, seed=11)
    assert len(read(reader, shown.pictures)["held"]) >= 28
    assert read(reader, [picture[:, ::-1].copy() for picture in shown.pictures])["held"] == []


def test_one_picture_alone_is_believed_of_nobody(reader: Page) -> None:
    [picture] = scene(LIGHTS[0], 1, seed=11).pictures
    assert read(reader, [picture])["held"] == []


def test_what_leaves_the_reading_never_ties_a_card_to_its_answer(reader: Page) -> None:
    """Two classes with the same numbers and counts, dealt otherwise, are told alike."""
    told = reader.evaluate(
        """() => [[0, 1, 1, 2], [1, 0, 2, 1]].map((letters) => {
            const reading = new Preau.Reading([[0, 1, 2, 3]]);
            const seen = letters.map((letter, at) => ({number: at + 1, letter}));
            reading.see(seen);
            reading.see(seen);
            return JSON.stringify(reading.told());
        })"""
    )
    assert told[0] == told[1] == '{"turn":0,"seen":[1,2,3,4],"counts":[1,2,1,0]}'


def test_scale_takes_two_turns_and_a_card_that_turns_is_read_again(reader: Page) -> None:
    told = reader.evaluate(
        """() => {
            const reading = new Preau.Reading([[0, 1, 2], [3, 4]]);
            const see = (...letters) => {
                const seen = letters.map((letter, at) => ({number: at + 1, letter}));
                reading.see(seen);
                reading.see(seen);
            };
            see(0, 3, 3, 3, 2);
            see(1, 3, 3, 3, 2);  // the first pupil turns their card
            reading.see([{number: 5, letter: 0}]);  // one sighting that disagrees changes nothing
            const first = reading.told();
            reading.next();
            const between = reading.told();
            see(3, 0, 1, 3, 0);  // the fifth has answered already; the fourth passes
            return [first, between, reading.told()];
        }"""
    )
    first, between, last = told
    assert first == {"turn": 0, "seen": [1, 2, 3, 4, 5], "counts": [0, 1, 1, 0, 0]}
    assert between == {"turn": 1, "seen": [], "counts": [0, 1, 1, 0, 0]}
    assert last == {"turn": 1, "seen": [1, 2, 3, 4, 5], "counts": [0, 1, 1, 1, 1]}


def test_printed_sheet_is_read_back_with_each_of_its_letters(reader: Page) -> None:
    data = {"two": True, "language": "fr", "codes": [code(n) for n in range(1, CARDS + 1)], "letters": list(LETTERS)}
    template = (ROOT / "templates" / "desk" / "cards.typ").read_bytes()
    words = dict.fromkeys(("title", "card", "alt", "how", "hold", "shuffle", "print"), "…")
    [first, *_] = typst.compile(  # type: ignore[misc]
        template,
        font_paths=[str(ROOT / "static" / "fonts")],
        ignore_system_fonts=True,
        format="png",
        ppi=60,
        sys_inputs={"data": json.dumps({**data, "words": words})},
    )
    found = reader.evaluate(
        """async (packed) => {
            const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
            const image = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
            const size = Math.max(image.width, image.height) + 40;
            return [0, 1, 2, 3].map((quarter) => {
                const canvas = document.createElement("canvas");
                canvas.width = canvas.height = size;
                const paper = canvas.getContext("2d");
                paper.fillStyle = "#777";
                paper.fillRect(0, 0, size, size);
                paper.translate(size / 2, size / 2);
                paper.rotate(-quarter * Math.PI / 2);  // the edge of that letter goes up
                paper.drawImage(image, -image.width / 2, -image.height / 2);
                return Preau.findCards(paper.getImageData(0, 0, size, size));
            });
        }""",
        base64.b64encode(first).decode(),
    )
    for letter, cards in enumerate(found):
        assert sorted((card["number"], card["letter"]) for card in cards) == [(1, letter), (2, letter)]


@pytest.fixture(scope="module")
def shown() -> Scene:
    return scene(LIGHTS[0], 3, seed=11)


@pytest.fixture
def looking(chromium: Browser, shown: Scene, tmp_path: Path) -> Iterator[Browser]:
    """Chromium whose camera shows this class."""
    with looking_at(chromium, shown, tmp_path) as browser:
        yield browser


@pytest.fixture
def carded(house: House) -> Server:
    """A class of thirty with cards alone, in its lobby: its second question has four choices."""
    return house.opens_a_class(answering="cards", present="30")


def the_page(
    browser: Browser, server: Server, house: House, size: tuple[int, int] = LAPTOP, **options: object
) -> tuple[Page, list[str]]:
    """The page that reads the second question, opened from the console; and what its scripts complain of."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="fr-FR", **options)  # type: ignore[arg-type]
    context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": server.address}])
    page, wrong = context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(server.addresses["facilitator_url"])
    page.get_by_role("link", name="Lire les cartes").click()
    ask_the_second(page)
    return page, wrong


def ask_the_second(page: Page) -> None:
    page.locator(".cards-asked a").nth(1).click()
    expect(page.locator(".cards-asked li:nth-child(2) [aria-current]")).to_be_visible()


def has_read(page: Page, shown: Scene) -> None:
    expect(page.get_by_role("status")).to_contain_text("30 cartes lues sur 30")
    numbers = page.locator("[data-numbers] .is-read").all_inner_texts()
    assert numbers == [str(number) for number in sorted(card.number for card in shown.cards)]
    assert fields(page) == totals(shown)


def test_camera_is_read_and_only_counts_leave_the_browser(
    looking: Browser, house: House, carded: Server, shown: Scene
) -> None:
    page, wrong = the_page(looking, carded, house)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.get_by_role("button", name="Allumer la caméra").click()
    has_read(page, shown)
    expect(page.locator("[data-correct]")).not_to_have_attribute("open", "")  # what the class answered is not on show
    assert axe(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="Terminer").click()
    assert page.url == carded.addresses["facilitator_url"]
    expect(page.locator(".script")).to_contain_text("30 réponses sur 30")
    assert sent
    for request in sent:
        body = request.post_data or ""
        names = set(re.findall(r'name="([^"]+)"', body) or [part.partition("=")[0] for part in body.split("&")])
        assert len(body) < 2_000
        assert all(name in ("csrf_token", "round") or name.startswith("voices-") for name in names), names
    assert wrong == []
    page.context.close()


def test_camera_is_off_until_asked_stops_when_told_and_is_mirrored_for_the_eye_alone(
    looking: Browser, house: House, carded: Server, shown: Scene
) -> None:
    page, _ = the_page(looking, carded, house)
    on = "document.querySelector('video').srcObject !== null"
    assert not page.evaluate(on)
    page.get_by_role("button", name="Allumer la caméra").click()
    has_read(page, shown)
    expect(page.get_by_label("Image en miroir")).to_be_checked()
    tracks = page.evaluate_handle("document.querySelector('video').srcObject.getTracks()")
    page.get_by_role("button", name="Arrêter la caméra").click()
    assert not page.evaluate(on)
    assert tracks.evaluate("tracks => tracks.every(track => track.readyState === 'ended')")
    page.context.close()


def test_total_corrected_by_hand_stops_the_reading_and_stands(
    looking: Browser, house: House, carded: Server, shown: Scene
) -> None:
    page, _ = the_page(looking, carded, house)
    page.get_by_role("button", name="Allumer la caméra").click()
    has_read(page, shown)
    page.get_by_text("Corriger les totaux à la main").click()
    page.locator("input[type=number]").first.fill("19")
    expect(page.get_by_role("button", name="Allumer la caméra")).to_be_visible()
    page.wait_for_timeout(1_500)  # a picture that was being read tells its counts meanwhile
    assert fields(page)[0] == 19
    page.get_by_role("button", name="Terminer").click()
    page.get_by_role("link", name="Lire les cartes").click()
    ask_the_second(page)
    assert fields(page) == [19, *totals(shown)[1:]]
    page.context.close()


def test_photographs_do_where_no_camera_opens(
    chromium: Browser, house: House, carded: Server, shown: Scene, tmp_path: Path
) -> None:
    """As on a paired phone over plain http: the browser has no `mediaDevices` there."""
    page, wrong = the_page(chromium, carded, house, PHONE)
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', {value: undefined})")
    page.reload()
    expect(page.get_by_role("button", name="Allumer la caméra")).to_be_hidden()
    photo = tmp_path / "class.png"
    photo.write_bytes(png(shown.pictures[0]))
    page.get_by_label("Prendre une photo").set_input_files(photo)
    expect(page.locator("[data-hint]")).to_contain_text("Photo lue")
    expect(page.locator("[data-numbers] .is-read")).not_to_have_count(0)
    assert len(page.locator("[data-numbers] .is-read").all()) >= 24  # one picture, and no other chance
    assert all(read <= most for read, most in zip(fields(page), totals(shown), strict=True))
    assert wrong == []
    page.context.close()


def test_refused_camera_offers_a_photograph(chromium: Browser, house: House, carded: Server) -> None:
    page, _ = the_page(chromium, carded, house)
    page.get_by_role("button", name="Allumer la caméra").click()
    expect(page.locator("[data-hint]")).to_contain_text("La caméra ne s’ouvre pas")
    expect(page.locator("label.cards-photo")).to_be_visible()
    page.context.close()


def test_more_choices_than_edges_are_read_in_turns(
    looking: Browser, house: House, carded: Server, shown: Scene
) -> None:
    desk = Desk(carded)
    while "tu fais quoi en premier" not in desk.wire.states[-1]["html"]:
        assert any(desk.command(name).ok for name in ("start", "close", "more", "next"))
    context = looking.new_context(locale="fr-FR")
    context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": carded.address}])
    page = context.new_page()
    page.goto(carded.addresses["facilitator_url"])
    page.get_by_role("link", name="Lire les cartes").click()
    expect(page.get_by_role("heading", name="Première levée")).to_be_visible()
    page.get_by_role("button", name="Allumer la caméra").click()
    expect(page.get_by_role("status")).to_contain_text("30 cartes lues")
    assert fields(page) == [*totals(shown)[:3], 0, 0]
    # A picture is always being read when the turn changes: the reading must go on all the same.
    assert (
        page.evaluate(
            """() => {
            document.querySelector("[data-next-turn]").click();
            return document.querySelector("[data-seen]").textContent;
        }"""
        )
        == "0"
    )
    expect(page.get_by_role("heading", name="Deuxième levée")).to_be_visible()
    expect(page.get_by_role("heading", name="Première levée")).to_be_hidden()
    expect(page.get_by_role("status")).to_contain_text("30 cartes lues")
    # Whoever held A, B or C has answered; whoever holds D still says « none of these », or passes.
    assert fields(page) == [*totals(shown)[:3], 0, 0]
    context.close()
    desk.leave()


def test_page_works_without_a_script_with_the_keyboard_and_at_320_pixels(
    chromium: Browser, house: House, carded: Server
) -> None:
    page, _ = the_page(chromium, carded, house, (320, 640), java_script_enabled=False)
    expect(page.locator("[data-look]")).to_be_hidden()
    page.get_by_text("Corriger les totaux à la main").focus()
    page.keyboard.press("Enter")
    for typed in ("7", "5", "3", "1"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url(carded.addresses["facilitator_url"])
    assert "16" in page.locator(".script").inner_text()
    page.context.close()


def test_page_fits_a_narrow_phone(chromium: Browser, house: House, carded: Server) -> None:
    page, _ = the_page(chromium, carded, house, (320, 640))
    assert too_wide(page) == []
    assert axe(page) == []
    page.context.close()
