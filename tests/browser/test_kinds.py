"""What is ordered, guessed, sorted, told by a sky, and how sure one is: on a phone, on the wall and on the console."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from tests.driving import Desk, Phone, Server
from tests.house import House, house_of
from workshop.config import ROOT

from .conftest import Open
from .console import Console
from .looking import axe, moving, pale, tab_to, too_wide
from .people import SAVED, SCREEN, Pupil

NARROW = (320, 256)  # 1280 × 1024 at 400 %
GESTURES = {
    "signaler": "Je signale la publication à l’application",
    "capture": "Je garde une capture, sans la faire suivre",
    "adulte": "J’en parle à un adulte de confiance",
    "bloquer": "Je bloque le compte",
}
RIGHT = ["capture", "adulte", "signaler", "bloquer"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server of its own, whose library is that of the tests."""
    library = str(ROOT / "tests" / "library")
    with house_of(Server(tmp_path_factory.mktemp("kinds"), PREAU_QUIZZES=library), "Les formes") as found:
        yield found


@dataclass
class Room:
    desk: Desk
    pupil: Pupil
    wall: Page
    console: Page
    crowd: list[Phone] = field(default_factory=list)

    def go_to(self, activity: str) -> None:
        if self.desk.wire.states[-1]["phase"] == "lobby":
            self.desk.run("start")
        while activity not in self.console.locator(".run-here").inner_text():
            if self.desk.wire.states[-1]["round"]:
                self.close()
            self.desk.run("next")
            self.follow()

    def close(self) -> None:
        assert self.desk.command("close", confirmed="1").ok
        self.follow()

    def reveal(self) -> None:
        self.close()
        self.desk.run("reveal")
        self.follow()

    def follow(self) -> None:
        for page in self.pages:
            page.locator(f'[data-version="{self.desk.version}"]').first.wait_for(state="attached")

    @property
    def pages(self) -> tuple[Page, Page, Page]:
        return self.pupil.page, self.wall, self.console

    def answer(self, *answers: tuple[str, ...], place: int = 0) -> None:
        """The crowd, one after the other of these."""
        for number, phone in enumerate(self.crowd):
            phone.wait_for_version(self.desk.version)
            sent = answers[number % len(answers)]
            assert phone.answer(phone.rounds[place], *sent)[0] == "saved"


@pytest.fixture
def room(server: Server, desk: Desk, house: House, open_page: Open) -> Iterator[Room]:
    crowd = [Phone(server) for _ in range(11)]
    still = {"reduced_motion": "reduce"}
    console = Console.is_back(open_page, server, house.cookie, **still).page
    wall = open_page(server.addresses["projector_url"], SCREEN, **still)
    yield Room(desk, Pupil.scans(open_page, server, **still), wall, console, crowd)
    for phone in crowd:
        phone.leave()


def lines(pupil: Pupil) -> list[str]:
    return pupil.form.locator("[data-item]").evaluate_all("all => all.map(line => line.dataset.item)")


def move(pupil: Pupil, way: str, item: str) -> None:
    pupil.form.get_by_role("button", name=f"{way}\u00a0: {GESTURES[item]}", exact=True).click()


def test_order_is_made_with_two_buttons_and_sent_by_a_third(room: Room) -> None:
    pupil = room.pupil
    room.go_to("Dans quel ordre")
    expect(pupil.form).to_be_visible()
    assert lines(pupil) == list(GESTURES)
    for way, item in (("Descendre", "signaler"), ("Descendre", "signaler")):
        move(pupil, way, item)
    assert lines(pupil) == RIGHT
    expect(pupil.form.locator("[data-moved]")).to_have_text(f"{GESTURES['signaler']} : 3 / 4")
    assert pupil.kept_by_the_server() == {}, "nothing is an answer before it is sent"
    room.desk.run("lock")
    room.follow()
    assert lines(pupil) == RIGHT, "what was moved outlives a new state of the class"
    pupil.sends()
    pupil.is_told(SAVED)
    [kept] = pupil.kept_by_the_server().values()
    assert kept["choices"] == RIGHT
    move(pupil, "Monter", "bloquer")
    pupil.is_told("pas encore envoyé")
    pupil.page.reload()
    expect(pupil.form).to_be_visible()
    pupil.is_told(SAVED)
    assert lines(pupil) == RIGHT
    room.answer(tuple(RIGHT), tuple(GESTURES))
    room.close()
    expect(room.console.locator(".placed-right li").first).to_contain_text(GESTURES["capture"])
    expect(room.wall.locator(".placed")).to_have_count(0)
    room.desk.run("reveal")
    room.follow()
    for page in room.pages:
        expect(page.locator(".order-whole:visible")).to_contain_text("7 sur 12 ont tout mis dans le bon ordre.")
        expect(page.locator(".placed-right .result-count:visible").first).to_have_text("7 sur 12")


def test_order_is_made_with_the_keyboard_alone(room: Room) -> None:
    pupil = room.pupil
    room.go_to("Dans quel ordre")
    button = pupil.form.get_by_role("button", name=f"Monter\u00a0: {GESTURES['capture']}", exact=True)
    tab_to(pupil.page, button)
    pupil.page.keyboard.press("Enter")
    assert lines(pupil)[0] == "capture"
    down = pupil.form.get_by_role("button", name=f"Descendre\u00a0: {GESTURES['capture']}", exact=True)
    expect(down).to_be_focused()  # up leads nowhere any more
    pupil.page.keyboard.press("Enter")
    assert lines(pupil) == list(GESTURES)
    tab_to(pupil.page, pupil.form.get_by_role("button", name="Envoyer"))
    pupil.page.keyboard.press("Enter")
    pupil.is_told(SAVED)


def test_number_is_picked_and_lies_beside_that_of_the_sources(room: Room) -> None:
    room.go_to("À ton avis")
    room.pupil.form.get_by_text("40", exact=True).click()
    room.pupil.is_told(SAVED)
    expect(room.pupil.picked).to_have_text("40")
    room.answer(("60",), ("20",))
    for page in room.pages:
        expect(page.locator("body")).not_to_contain_text("36,7")
    room.reveal()
    for page in room.pages:
        expect(page.locator(".guess-said")).to_contain_text("Au milieu de la classe")
        expect(page.locator(".guess-said li").first).to_contain_text("40")
        expect(page.locator(".guess-figure")).to_contain_text("36,7")
        assert page.locator(".column-mark").count() == 1


def test_each_statement_is_sorted_and_the_class_sees_a_table(room: Room) -> None:
    room.go_to("Qui peut le voir")
    for box in ("Moi seulement", "Tout le monde"):
        room.pupil.picks(box)
        room.pupil.turns("Suivante")
    room.pupil.picks("Mes contacts")
    for place in range(3):
        room.answer(("moi",), ("tous",), place=place)
    expect(room.wall.locator(".to-sort li")).to_have_count(3)
    room.close()
    expect(room.console.locator(".matrix tbody tr").first).to_contain_text("7")
    expect(room.wall.locator(".matrix")).to_have_count(0)
    room.desk.run("reveal")
    room.follow()
    for page in (room.wall, room.console):
        first = page.locator(".matrix tbody tr").first
        expect(first.locator("td b")).to_have_text(["7", "0", "5"])
        expect(first.locator(".is-right")).to_contain_text("Bonne réponse")
    expect(room.pupil.page.locator(".revealed")).to_have_count(3)


def test_sky_is_hidden_as_soon_as_it_is_told(room: Room) -> None:
    room.go_to("La météo de la classe")
    room.pupil.taps("Pluie")
    room.pupil.is_told("Elle ne s’affiche plus ici.")
    expect(room.pupil.picked).to_have_count(0)
    expect(room.wall.locator(".skies-asked .sky")).to_have_count(5)
    room.answer(("soleil",), ("nuages",), ("sans-reponse",))
    room.reveal()
    for page in room.pages:
        expect(page.locator(".ranges .sky:visible")).to_have_count(6)
        expect(page.locator(".range:visible").first).to_contain_text("entre")


def test_how_sure_one_is_is_asked_beside_the_choice_and_told_to_adults(room: Room) -> None:
    room.go_to("La capture")
    room.pupil.form.get_by_text("j’hésite").click()
    assert room.pupil.kept_by_the_server() == {}, "how sure, of nothing yet"
    room.pupil.picks("Oui, si quelqu’un l’a gardée")
    room.pupil.form.get_by_text("je n’ai aucun doute").click()
    expect(room.pupil.picked).to_contain_text(["Oui, si quelqu’un l’a gardée", "je n’ai aucun doute"])
    room.pupil.is_told(SAVED)
    room.pupil.page.reload()
    expect(room.pupil.picked).to_have_count(2)
    [kept] = room.pupil.kept_by_the_server().values()
    assert kept["choices"] == ["oui", "sans-doute"]
    room.answer(("non", "sans-doute"))
    room.reveal()
    expect(room.console.locator(".held")).to_contain_text("11 sur 12 n’ont aucun doute")
    for page in (room.wall, room.pupil.page):
        expect(page.locator("body")).not_to_contain_text("aucun doute")


ANSWERS = {
    "La météo de la classe": [("soleil",), ("pluie",)],
    "Dans quel ordre": [tuple(RIGHT), tuple(GESTURES)],
    "À ton avis": [("20",), ("60",)],
    "Qui peut le voir": [("moi",), ("tous",)],
    "La capture": [("non", "sans-doute"), ("oui", "hesite")],
}


def every_state(room: Room) -> Iterator[str]:
    """Open, closed, shown after a second vote: of each kind."""
    for activity, sent in ANSWERS.items():
        room.go_to(activity)
        yield f"{activity}, open"
        for again in (False, True):
            if again and not room.desk.command("vote_again").ok:
                break
            room.follow()
            for place in range(len(room.crowd[0].wait_for_version(room.desk.version)["round"])):
                room.answer(*(reversed(sent) if again else sent), place=place)
            room.close()
            if not again:
                yield f"{activity}, closed"
        room.desk.run("reveal")
        room.follow()
        yield f"{activity}, revealed"


def test_every_state_of_each_kind_is_clear_and_fits_the_wall(room: Room) -> None:
    """For a screen reader, without motion, from the back row, in the dark as well."""
    found: list[str] = []
    for state in every_state(room):
        for name, page in zip(("phone", "wall", "console"), room.pages, strict=True):
            found += [f"{name}, {state}: {fault}" for fault in [*axe(page), *moving(page)]]
        for theme in ("dark", "light"):
            room.wall.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            found += [f"{theme} wall, {state}: {fault}" for fault in pale(room.wall, 7)]
        over = room.wall.evaluate("document.documentElement.scrollHeight - innerHeight")
        found += [f"wall, {state}: {over} pixels too tall"] if over > 0 else []
    assert not found, "\n".join(found)


def test_nothing_of_any_kind_scrolls_sideways_at_320_pixels(room: Room) -> None:
    for page in room.pages:
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    found = [
        f"{name}, {state}: {fault}"
        for state in every_state(room)
        for name, page in zip(("phone", "wall", "console"), room.pages, strict=True)
        for fault in too_wide(page)
    ]
    assert not found, "\n".join(found)
