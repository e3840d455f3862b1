"""Words in a class: a phone writes, an adult reads on the console, the wall and the phones show what was kept."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.driving import Desk, Phone, Server, cookies_of
from tests.house import House, house_of
from tests.written_workshop import TITLE, written_library

from .conftest import Open
from .looking import axe, too_wide
from .people import LAPTOP, PHONE, SCREEN, Pupil

CRY = "J’ai peur de rentrer chez moi"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("written")
    with house_of(Server(folder / "data", PREAU_QUIZZES=str(written_library(folder))), TITLE) as found:
        yield found


@pytest.fixture
def console(server: Server, desk: Desk, open_page: Open) -> Page:
    page = open_page("about:blank", LAPTOP, reduced_motion="reduce")
    page.context.add_cookies([{"name": "preau_desk", "value": desk.http.cookies["preau_desk"], "url": server.address}])
    page.goto(f"{server.address}/animer/{desk.live_id}")
    page.get_by_role("button", name="afficher mes notes").click()
    return page


@pytest.fixture
def wall(server: Server, open_page: Open) -> Page:
    page = open_page("about:blank", SCREEN, reduced_motion="reduce")
    cookies = cookies_of(server.addresses["projector_url"])
    page.context.add_cookies([{"name": name, "value": value, "url": server.address} for name, value in cookies.items()])
    live = next(name for name in cookies if name.startswith("preau_screen_")).removeprefix("preau_screen_")
    page.goto(f"{server.address}/ecran/{live}")
    return page


@pytest.fixture
def pupil(server: Server, open_page: Open) -> Pupil:
    return Pupil.scans(open_page, server, reduced_motion="reduce")


def writes(pupil: Pupil, words: str) -> None:
    pupil.page.locator("textarea").fill(words)
    pupil.sends()


def test_words_from_a_phone_to_the_wall(
    desk: Desk, console: Page, wall: Page, pupil: Pupil, server: Server, open_page: Open
) -> None:
    plain = Pupil.scans(open_page, server, java_script_enabled=False)
    plain.page.get_by_role("button", name="Je suis là").click()
    desk.run("start", "next")
    writes(pupil, "courage")
    pupil.is_told("Message reçu")
    plain.page.get_by_role("link", name="Actualiser").click()
    writes(plain, "Courages !")
    plain.is_told("Message reçu")
    expect(console.locator("#reading-title span")).to_have_text("1")
    expect(console.locator("[data-reading] li")).to_contain_text("aussi écrit")
    expect(wall.locator("[data-tally=answered]")).to_have_text("2")
    expect(wall.locator("#state")).not_to_contain_text("ourage")
    for page in (console, wall, pupil.page):
        assert axe(page) == []
        assert too_wide(page) == []
    console.get_by_role("button", name="Garder", exact=False).first.click()
    expect(console.locator("#reading-title span")).to_have_text("0")
    desk.run("close")
    expect(wall.locator("#state")).not_to_contain_text("ourage")
    desk.run("reveal")
    expect(wall.locator(".cloud")).to_contain_text("ourage")
    expect(pupil.page.locator(".cloud")).to_contain_text("ourage")
    console.locator("#reading-aloud summary").click()
    console.get_by_label("Quelques mots, sans nom").fill("en parler")
    console.get_by_label("Quelques mots, sans nom").press("Enter")
    for page in (wall, pupil.page):
        expect(page.locator(".cloud")).to_contain_text("en parler")
        assert axe(page) == []
    expect(console.get_by_label("Quelques mots, sans nom")).to_have_value("")


def test_keyboard_alone_reads_and_a_key_never_closes_the_messages(desk: Desk, console: Page, server: Server) -> None:
    phones = [Phone(server) for _ in range(3)]
    desk.run("start", "next")
    for phone, words in zip(phones, ("courage", "écouter", "en parler"), strict=True):
        phone.wait_for_version(desk.version)
        phone.client.emit("answer", {"round": phone.rounds[0], "seq": 1, "text": words})
        assert phone.wait_for("saved", "refused")[0] == "saved"
    expect(console.locator("#reading-title span")).to_have_text("3")
    version = desk.version
    console.locator("[data-reading] button").first.focus()
    for left in ("2", "1", "0"):
        with console.expect_response("**/messages") as answered:  # till then another press is a double click
            console.keyboard.press("Space")
        answered.value.finished()
        expect(console.locator("#reading-title span")).to_have_text(left)
        console.wait_for_timeout(100)
    expect(console.locator("#reading-aloud > summary")).to_be_focused()
    console.keyboard.press("Space")
    console.wait_for_timeout(500)
    assert desk.version == version
    for phone in phones:
        phone.leave()


def test_what_is_being_typed_stays_through_whatever_comes(desk: Desk, console: Page, pupil: Pupil) -> None:
    desk.run("start", "next")
    field = pupil.page.locator("textarea")
    field.fill("une idée qui n’est pas fin")
    pupil.page.locator("#help summary").focus()
    desk.run("pause", "resume")
    expect(field).to_have_value("une idée qui n’est pas fin")
    desk.run("help", "hide")
    expect(field).to_have_value("une idée qui n’est pas fin")
    pupil.sends()
    pupil.is_told("Message reçu")
    pupil.page.reload()
    expect(field).to_have_value("une idée qui n’est pas fin")


def test_help_is_quiet_on_one_phone_and_the_console_knows_what_to_do(
    desk: Desk, console: Page, wall: Page, pupil: Pupil, server: Server, open_page: Open
) -> None:
    other = Pupil.scans(open_page, server)
    desk.run("start", "next")
    writes(pupil, CRY)
    writes(other, "courage")
    other.is_told("Message reçu")
    card = pupil.page.locator("[data-care]")
    expect(card).to_contain_text("3018")
    expect(card).to_contain_text("M. Garnier")
    expect(other.page.locator("[data-care]")).to_be_hidden()
    assert axe(pupil.page) == []
    for size in ((320, 640), PHONE):
        pupil.page.set_viewport_size({"width": size[0], "height": size[1]})
        assert too_wide(pupil.page) == []
    card.get_by_role("button", name="Ranger").click()
    expect(card).to_be_hidden()
    with console.expect_popup() as popup:
        console.get_by_role("link", name="Lire, et savoir quoi faire").click()
    apart = popup.value
    expect(apart.locator("blockquote")).to_have_text(CRY)
    assert axe(apart) == []
    apart.get_by_role("link", name="La fiche à remettre").click()
    expect(apart.locator(".exact")).to_have_text(CRY)
    assert axe(apart) == []
    apart.go_back()
    apart.get_by_role("link", name="Supprimer…").click()
    apart.get_by_role("button", name="Supprimer pour de bon").click()
    expect(apart.locator("main")).to_contain_text("Aucun message n’est à part")
    expect(console.locator("#state")).not_to_contain_text("à part, à lire")
    expect(wall.locator("#state")).not_to_contain_text("peur")


def test_messages_are_out_of_sight_until_a_second_display_is_confirmed(desk: Desk, console: Page, pupil: Pupil) -> None:
    desk.run("start", "next")
    writes(pupil, CRY)
    expect(console.locator("[data-reading]")).to_be_visible()
    console.get_by_text("Réglages").click()
    console.get_by_role("button", name="Cacher mes notes").click()
    expect(console.locator("[data-reading]")).to_be_hidden()
    expect(console.get_by_role("link", name="Lire, et savoir quoi faire")).to_be_hidden()
    expect(console.locator("#state")).to_contain_text("Vos notes sont cachées, et les messages des élèves")


def test_charter_is_typed_line_by_line_and_seen_at_once(desk: Desk, console: Page, wall: Page, pupil: Pupil) -> None:
    desk.run("start", "next", "close", "next", "close", "next")
    expect(wall.locator("#state")).to_contain_text("Avant de publier, on…")
    new = console.locator("#commitment-new")
    for words in ("On écoute", "On en parle"):
        new.fill(words)
        new.press("Enter")
        for page in (wall, pupil.page):
            expect(page.locator(".charter")).to_contain_text(words)
        expect(new).to_have_value("")
    expect(new).to_be_focused()
    new.fill("Une phrase pas fin")
    console.locator("#commitment-0").fill("On écoute d’abord")
    console.locator("#commitment-1").focus()
    expect(wall.locator(".charter li").first).to_have_text("On écoute d’abord")
    expect(new).to_have_value("Une phrase pas fin")
    expect(wall.locator("#state")).not_to_contain_text("pas fin")
    console.get_by_role("button", name="Descendre l’engagement 1").click()
    expect(wall.locator(".charter li").first).to_have_text("On en parle")
    console.get_by_role("button", name="Retirer l’engagement 1").click()
    expect(wall.locator(".charter li").first).to_have_text("On écoute d’abord")
    for page in (console, wall, pupil.page):
        assert axe(page) == []
        assert too_wide(page) == []
