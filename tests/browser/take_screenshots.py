"""The pictures of docs/screenshots: every screen at its real size, in a class of 28 with plausible answers."""

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.driving import Desk, Server, leaving_nothing
from workshop.config import ROOT

from .classroom import QUESTIONS, Crowd, Model
from .conftest import CHROMIUM
from .people import LAPTOP, PHONE, SCREEN, Pupil, choices_of
from .pictures import save

FOLDER = ROOT / "docs" / "screenshots"
ADDRESS = "192.168.1.20"  # given to the server, as on a laptop with several: this machine need not have it
OTHERS = 27  # and one phone in a browser
BEFORE = (
    ["vrai"] * 5 + ["faux"] * 4,
    ["premier", "premier", "chacun", "rien", "ne-sais-pas"],
    ["visee", "tous", "adulte"],
)
AFTER = ["vrai"] + ["faux"] * 8, ["chacun"] * 6 + ["premier"], ["tous"] * 9 + ["visee"]
FIRST = ["rien"] * 4 + ["reagir"] * 2 + ["maths", "prive", "adulte"]
SECOND = ["rien", "reagir", "maths", "maths", "prive", "prive", "prive", "adulte", "adulte"]
LIVED = ["souvent", "souvent", "une-fois", "une-fois", "non", "non", "non", "sans-reponse"]
HELPS = [("captures", "adultes", "demander-3018")] * 3 + [("captures", "adultes"), ("revanche",)]


class Photographer:
    """Leads a class by the wire, and takes each screen when it shows the step it should."""

    def __init__(self, browser: Browser, server: Server) -> None:
        def opened(address: str, size: tuple[int, int], sharp: int = 1) -> Page:
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]}, device_scale_factor=sharp, locale="fr-FR"
            )
            page = context.new_page()
            page.goto(address)
            return page

        self.server, self.desk = server, Desk(server)
        # The link is good once: the console takes over the cookie of the facilitator at the wire.
        self.console = opened("about:blank", LAPTOP)
        cookie = {"name": "preau_desk", "value": str(self.desk.http.cookies["preau_desk"]), "url": server.address}
        self.console.context.add_cookies([cookie])  # type: ignore[list-item]  # a cookie with an address
        self.console.goto(f"{server.address}/animer/{self.desk.live_id}")
        self.console.get_by_role("button", name="afficher mes notes").click()
        self.wall = opened(server.addresses["projector_url"], SCREEN)
        self.pupil = Pupil(opened(f"{server.address}/r/{server.code}", PHONE, 2), server)
        self.painter = opened("about:blank", (10, 10))
        self.crowd = Crowd(server, OTHERS, Model())

    @property
    def pages(self) -> dict[str, Page]:
        return {"console": self.console, "wall": self.wall, "phone": self.pupil.page}

    def takes(self, **names: str) -> None:
        """`console="console-vote"`: that screen, in a file of that name."""
        for screen, name in names.items():
            page = self.pages[screen]
            if self.desk.wire.states[-1]["phase"] != "ended":
                page.locator(f'[data-version="{self.desk.version}"]').first.wait_for(state="attached")
            page.wait_for_timeout(500)  # counts come four times a second
            page.evaluate("document.activeElement.blur()")
            save(page, self.painter, FOLDER / f"{name}.png")

    def goes_on(self, *commands: str) -> None:
        for command in commands:
            assert self.desk.command(command, confirmed="1").ok, command

    def answers(self, wanted: list[tuple[str, ...]], own: str, question: str, place: int = 0) -> None:
        self.crowd.answer(f"{question} {self.desk.version}", wanted, place)
        self.pupil.taps(choices_of(question)[own])
        self.pupil.is_told("Réponse enregistrée")


def one(choices: list[str]) -> list[tuple[str, ...]]:
    return [(choice,) for choice in choices]


def take_all(room: Photographer) -> None:
    room.takes(wall="lobby", console="console-lobby", phone="phone-lobby")
    room.pupil.opens_help()
    room.takes(phone="phone-help")
    room.pupil.opens_help()
    for place, (question, choices) in enumerate(zip(QUESTIONS, BEFORE, strict=True)):
        room.answers(one(choices), choices[0], question, place)
        if place < 2:
            room.pupil.turns("Suivante")
    room.goes_on("start", *["more"] * 4)
    room.takes(wall="projector-conversation")
    room.goes_on("next")
    room.answers(one(FIRST), "prive", "premier-geste")
    room.takes(phone="phone", wall="projector-question", console="console-vote")
    room.goes_on("close", "vote_again")
    room.answers(one(SECOND), "prive", "premier-geste")
    room.goes_on("close", "reveal")
    room.takes(console="console", wall="projector", phone="phone-reveal")
    darken(room, "projector-dark")
    room.goes_on("next", "next")
    for places in ("4445453425", "2122343254"):
        room.crowd.answer(f"stand {room.desk.version}", one(list(places)))
        room.pupil.taps_place(2)
        room.pupil.is_told("Réponse enregistrée")
        if places == "4445453425":
            room.takes(phone="phone-scale")
        room.goes_on("close", "vote_again" if places == "4445453425" else "reveal")
    room.takes(wall="projector-scale")
    room.goes_on("next")
    room.crowd.answer("help", HELPS)
    room.goes_on("close", "reveal", "next")
    room.answers(one(LIVED), "une-fois", "deja-vu")
    room.takes(phone="phone-experience")
    room.goes_on("close", "reveal")
    room.takes(wall="projector-experience")
    room.goes_on("next")
    for place, (question, choices) in enumerate(zip(QUESTIONS, AFTER, strict=True)):
        room.answers(one(choices), choices[-1], question, place)
        if place < 2:
            room.pupil.turns("Suivante")
    room.goes_on("close", "reveal")
    room.takes(wall="projector-after")
    room.goes_on("next")
    room.takes(phone="phone-exit", wall="projector-exit")
    room.goes_on("close", "next")
    room.takes(wall="projector-help")
    room.goes_on("end")
    room.pupil.sees("c’est terminé")
    room.console.locator(".summary").wait_for()
    room.takes(phone="phone-ended", console="console-summary")
    letter = f"/animer/{room.desk.live_id}/bilan"
    places = {"/animer": "home", "/animer/nouvelle": "set-up", letter: "teacher", "/animer/bilan": "association"}
    for place, name in places.items():
        room.console.goto(room.server.address + place)
        room.takes(console=name)


def darken(room: Photographer, name: str) -> None:
    switch = room.wall.get_by_role("button", name="Clair ou sombre")
    switch.focus()
    room.wall.keyboard.press("Enter")
    room.takes(wall=name)
    switch.focus()
    room.wall.keyboard.press("Enter")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, leaving_nothing(), sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        try:
            room = Photographer(browser, Server(Path(data), shown=ADDRESS).start())
            take_all(room)
            room.desk.leave()
        finally:
            browser.close()


if __name__ == "__main__":
    sys.exit(main())
