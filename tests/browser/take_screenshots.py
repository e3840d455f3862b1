"""The pictures of docs/screenshots: every screen at its real size, in a class of 28 with plausible answers."""

import copy
import os
import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.driving import Desk, Phone, Server, leaving_nothing
from workshop.config import ROOT

from .classroom import QUESTIONS, Crowd, Model
from .conftest import CHROMIUM
from .people import LAPTOP, PHONE, SCREEN, Pupil, choices_of
from .pictures import save

FOLDER = ROOT / "docs" / "screenshots"
ADDRESS = "192.168.1.20"  # given to the server, as on a laptop with several: this machine need not have it
OTHERS = 27  # and one phone in a browser
MANY_WEEKS_LATER = 24
KNOWN = {"faux", "chacun", "tous"}  # what three in four of them still know
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


def take_teacher_s(room: Photographer, browser: Browser, hosted: Server) -> None:
    """What a teacher does on a hosted instance: opens a sheet, asks again weeks later, and compares."""
    teacher = browser.new_context(viewport={"width": LAPTOP[0], "height": LAPTOP[1]}, locale="fr-FR").new_page()

    def takes(name: str) -> None:
        teacher.evaluate("document.activeElement.blur()")
        save(teacher, room.painter, FOLDER / f"{name}.png")

    teacher.goto(hosted.addresses["teacher_url"])
    teacher.get_by_role("link", name="Ouvrir la fiche").click()
    takes("teacher-sheet")
    teacher.go_back()
    teacher.locator(".news").get_by_role("link").click()
    teacher.get_by_role("button", name="Lancer").click()
    # The address of this machine is nobody's.
    teacher.locator(".news-address").evaluate("line => line.textContent = 'https://atelier.example.org'")
    takes("teacher-follow-up")
    again = copy.copy(hosted)
    again.addresses = {"code": teacher.locator(".news-code").inner_text()}
    for place in range(MANY_WEEKS_LATER):
        phone = Phone(again)
        for asked in phone.rounds:
            choices = phone.offered(asked)
            known = [choice for choice in choices if choice in KNOWN and place % 4]
            phone.answer(asked, (known or choices)[0])
        phone.leave()
    teacher.get_by_text("Fermer maintenant").click()
    teacher.get_by_role("button", name="Oui, fermer").click()
    teacher.get_by_text(re.compile("Deux groupes comparés")).first.wait_for()
    teacher.locator(".figure").first.scroll_into_view_if_needed()
    takes("teacher-compared")


def darken(room: Photographer, name: str) -> None:
    switch = room.wall.get_by_role("button", name="Clair ou sombre")
    switch.focus()
    room.wall.keyboard.press("Enter")
    room.takes(wall=name)
    switch.focus()
    room.wall.keyboard.press("Enter")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        tempfile.TemporaryDirectory() as away,
        leaving_nothing(),
        sync_playwright() as playwright,
    ):
        arguments = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        try:
            room = Photographer(browser, Server(Path(data), shown=ADDRESS).start())
            take_all(room)
            room.desk.leave()
            hosted = Server(Path(away))
            take_teacher_s(room, browser, hosted.start(PREAU_PUBLIC_URL=hosted.address))
        finally:
            browser.close()


if __name__ == "__main__":
    sys.exit(main())
