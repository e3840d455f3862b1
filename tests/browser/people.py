"""Who is in the room, and what they do there: a pupil with a phone; and the workshop of the demonstration."""

import tomllib
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.driving import Desk, Phone, Server
from workshop.config import ROOT

SAVED = "Réponse enregistrée"
SLUG = "le-montage"  # the workshop of the demonstration
WORKSHOP: dict[str, Any] = tomllib.loads((ROOT / "quizzes" / SLUG / "quiz.fr.toml").read_text(encoding="utf-8"))
SURVEY: dict[str, Any] = tomllib.loads((ROOT / "quizzes" / "_exit" / "survey.fr.toml").read_text(encoding="utf-8"))
ACTIVITIES: list[dict[str, Any]] = [*WORKSHOP["activities"][:-1], SURVEY["activity"], WORKSHOP["activities"][-1]]
[ABLE] = [{**able, "choices": SURVEY["able"]["choices"]} for able in WORKSHOP["able"]]
OPINIONS: list[dict[str, Any]] = [ABLE, *SURVEY["questions"]]  # in the order of the exit survey
PASS = {"sans-reponse": "Je préfère ne pas répondre"}
ORDER = [activity["id"] for activity in ACTIVITIES]
PHONE, SCREEN, LAPTOP = (360, 740), (1920, 1080), (1366, 768)

expect.set_options(timeout=12_000)  # milliseconds: a busy machine; nothing here measures speed


def filled(text: str) -> str:
    """As the class reads it, with the story's first names."""
    for key, name in WORKSHOP["names"].items():
        text = text.replace(f"{{{key}}}", name)
    return text


def choices_of(activity_or_question: str) -> dict[str, str]:
    """Texts of the choices by id."""
    for opinion in OPINIONS:
        if opinion["id"] == activity_or_question:
            return {choice["id"]: choice["text"] for choice in opinion["choices"]} | PASS
    both = [*ACTIVITIES, *WORKSHOP["questions"]]
    asked = next(found for found in both if found["id"] == activity_or_question)
    if asked["kind"] == "true_false":
        return {"vrai": "Vrai", "faux": "Faux"}
    if asked["kind"] == "scale":
        return {str(place): str(place) for place in range(1, 6)}
    return {choice["id"]: filled(choice["text"]) for choice in asked["choices"]}


def go_to(desk: Desk, activity: str) -> None:
    """From the lobby, close what is open and go on until this activity."""
    desk.run("start")
    for _ in range(ORDER.index(activity) - 1):
        close_if_open(desk)
        desk.run("next")


def close_if_open(desk: Desk) -> None:
    if desk.wire.states[-1]["round"]:
        assert desk.command("close", confirmed="1").ok


class Pupil:
    """A phone in a hand: what it shows, and what a thumb does to it."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server

    @classmethod
    def scans(cls, open_page: Callable[..., Page], server: Server, **options: Any) -> "Pupil":
        pupil = cls(open_page(server.addresses["participant_url"], PHONE, **options), server)
        if options.get("java_script_enabled", True):
            expect(pupil.sign).not_to_be_empty()
        return pupil

    @classmethod
    def types_the_code(cls, open_page: Callable[..., Page], server: Server) -> "Pupil":
        pupil = cls(open_page(server.address, PHONE), server)
        field = pupil.page.locator("input[name=code]")
        field.fill(server.code.lower())
        field.press("Enter")
        expect(pupil.sign).not_to_be_empty()
        return pupil

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @property
    def sign(self) -> Locator:
        return self.page.locator("[data-mine=name]")

    @property
    def form(self) -> Locator:
        return self.page.locator("form.question:visible")

    @property
    def heading(self) -> Locator:
        return self.page.locator("#state h1:visible").first

    @property
    def picked(self) -> Locator:
        """What is highlighted now."""
        return self.form.locator("label:has(:checked), label.is-picked")

    @property
    def receipt(self) -> Locator:
        return self.form.locator("[data-receipt]")

    def taps(self, choice: str) -> None:
        """On the row, as a thumb does."""
        self.form.locator("label").filter(has=self.page.get_by_text(choice, exact=True)).click()

    def taps_place(self, place: int) -> None:
        self.form.locator(".scale-step").nth(place - 1).click()

    def picks(self, choice: str) -> None:
        self.taps(choice)
        self.is_told(SAVED)

    def sends(self) -> None:
        self.form.get_by_role("button", name="Envoyer").click()

    def turns(self, to: str) -> None:
        self.page.get_by_role("button", name=to, exact=True).click()

    def is_told(self, words: str) -> None:
        expect(self.receipt).to_be_visible()
        expect(self.receipt).to_contain_text(words)

    def sees(self, words: str) -> None:
        expect(self.page.locator("#state")).to_contain_text(words)

    def sees_nothing_of(self, words: str) -> None:
        expect(self.page.locator("#state")).not_to_contain_text(words)

    def opens_help(self) -> None:
        self.page.locator("#help summary").click()

    def kept_by_the_server(self) -> dict[str, Any]:
        """What the server says of this phone, asked by another client with its cookies."""
        cookies = {str(cookie["name"]): str(cookie["value"]) for cookie in self.context.cookies()}
        phone = Phone(self.server, cookies)
        answers: dict[str, Any] = phone.mine["answers"]
        phone.leave()
        return answers
