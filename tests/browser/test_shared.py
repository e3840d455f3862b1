"""Two tablets of a school: on one pupils take turns, on the other they decide together. Then one goes to another."""

from playwright.sync_api import Locator, Page, expect

from tests.driving import Desk, Server

from .conftest import Open
from .people import PHONE, Pupil, choices_of, go_to

GESTURES = choices_of("premier-geste")
KEPT = "() => [document.cookie, ...Object.entries(sessionStorage).flat(), ...Object.entries(localStorage).flat()]"


class Tablet(Pupil):
    """Said on its own page to be shared."""

    @classmethod
    def of(cls, open_page: Open, server: Server, how: str, many: int) -> "Tablet":
        tablet = cls(open_page(server.addresses["participant_url"], PHONE), server)
        tablet.page.get_by_role("link", name="Appareil partagé, ou élève suivant").click()
        tablet.page.locator(".many label").nth(many - 2).click()
        tablet.page.locator("label").filter(has_text=how).click()
        tablet.page.get_by_role("button", name="C’est noté").click()
        return tablet

    @property
    def cover(self) -> Locator:
        return self.page.locator("[data-turns]")

    def is_covered(self, words: str) -> None:
        expect(self.cover).to_contain_text(words)
        expect(self.cover).to_be_visible()
        expect(self.page.locator("#state")).to_be_hidden()

    def takes(self, seat: int) -> str:
        """Touch one's sign; what it is called."""
        mine = self.cover.locator(f"a[data-seat='{seat}']")
        name = mine.locator("b").inner_text()
        mine.click()
        expect(self.form).to_be_visible()
        expect(self.sign).to_have_text(name)
        return name

    def passes_on(self) -> None:
        self.page.get_by_role("link", name="Appareil partagé, ou élève suivant").click()
        self.page.get_by_role("button", name="passer à l’élève suivant").click()
        self.page.get_by_role("heading", name="C’est oublié.").wait_for()


def nothing_shows(page: Page) -> None:
    assert page.locator("#state :checked").count() == page.locator("#state .is-picked").count() == 0


def test_two_shared_tablets_in_a_class(server: Server, desk: Desk, open_page: Open) -> None:
    turns, group = Tablet.of(open_page, server, "à son tour", 3), Tablet.of(open_page, server, "ensemble", 4)
    expect(group.page.get_by_text("Vous êtes 4 sur cet appareil")).to_be_visible()
    turns.is_covered("Passe l’appareil à")
    go_to(desk, "premier-geste")
    group.picks(GESTURES["prive"])
    names = []
    for seat, choice in ((1, "prive"), (2, "adulte"), (3, "prive")):
        turns.is_covered("Passe l’appareil à")
        expect(turns.cover.locator(".is-next a")).to_have_attribute("data-seat", str(seat))
        names.append(turns.takes(seat))
        nothing_shows(turns.page)
        turns.taps(GESTURES[choice])
    turns.is_covered("Chacun a répondu.")
    assert len(set(names)) == 3
    # Back on one's own place: it knows that there is an answer, and never shows it; it can be changed.
    turns.takes(2)
    turns.is_told("enregistrée")
    nothing_shows(turns.page)
    turns.page.get_by_role("link", name="Rendre l’appareil").click()
    turns.is_covered("Chacun a répondu.")
    # The class goes on without the tablet: whoever comes back to the page finds no answer of anybody's.
    turns.page.reload()
    turns.is_covered("Chacun a répondu.")
    desk.run("close", "reveal")
    for tablet in (turns, group):
        tablet.sees("4 voix\u00a0: 3 à tour de rôle sur un appareil, 1 pour un groupe de 4 élèves")
    expect(turns.cover).to_be_hidden()


def test_lived_experience_is_listened_to_and_a_pass_leaves_no_trace(
    server: Server, desk: Desk, open_page: Open
) -> None:
    turns = Tablet.of(open_page, server, "à son tour", 2)
    turns.is_covered("Passe l’appareil à")
    go_to(desk, "premier-geste")
    turns.takes(1)
    turns.page.get_by_role("link", name="Rendre l’appareil").click()
    turns.is_covered("Passe l’appareil à")
    expect(turns.cover.locator(".is-next a")).to_have_attribute("data-seat", "2")
    expect(turns.cover.locator(".is-done")).to_have_count(0)
    desk.run("close")
    turns.sees("Le vote est fermé")
    while "deja-vu" not in desk.wire.states[-1]["html"]:
        if desk.wire.states[-1]["round"]:
            desk.run("close")
        desk.run("next")
        if "vécu" in desk.wire.states[-1]["html"] and desk.wire.states[-1]["round"]:
            break
    turns.sees("ici, on écoute")
    expect(turns.page.locator("form.question")).to_have_count(0)
    expect(turns.cover).to_be_hidden()


def test_tablet_that_goes_to_another_pupil_keeps_nothing(server: Server, desk: Desk, open_page: Open) -> None:
    tablet = Pupil.scans(open_page, server)
    go_to(desk, "premier-geste")
    tablet.picks(GESTURES["prive"])
    before = tablet.sign.inner_text()
    Tablet(tablet.page, server).passes_on()
    tablet.page.wait_for_function(f"() => JSON.stringify(({KEPT})()) === '[\"\"]'")
    assert tablet.context.cookies() == []
    tablet.page.go_back()
    tablet.page.go_back()  # what the browser remembers of its pages asks the server again
    expect(tablet.sign).not_to_have_text(before)
    expect(tablet.form).to_be_visible()
    nothing_shows(tablet.page)
    desk.run("close")
    desk.run("reveal")
    tablet.sees("1 sur 1")
