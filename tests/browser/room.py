"""All that a class has in the room: a console, a screen on the wall, phones in browsers and a crowd of others."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from .classroom import Crowd, Model, Rows, rows_on
from .console import Console, Screen
from .people import Pupil, choices_of

CLASS = 30


@dataclass
class Room:
    console: Console
    screen: Screen
    scans: Pupil
    types: Pupil
    sleeps: Pupil
    plain: Pupil  # without a script
    crowd: Crowd
    model: Model
    scratch: Page

    @property
    def pupils(self) -> dict[str, Pupil]:
        """Those whose page follows by itself."""
        return {"scans": self.scans, "types": self.types, "sleeps": self.sleeps}

    def picks(self, vote: str, question: str, choice: str) -> None:
        """The four browsers answer alike."""
        text = choices_of(question)[choice]
        for name, pupil in self.pupils.items():
            pupil.picks(text)
            self.model.notes(vote, name, choice)
        self.plain.taps(text)
        self.plain.sends()
        self.plain.is_told("Réponse enregistrée")
        self.model.notes(vote, "plain", choice)

    def refreshes(self) -> None:
        self.plain.page.get_by_role("link", name="Actualiser").click()

    def see(self, words: str) -> None:
        """On the wall, on every phone; the one without a script asks for it."""
        self.refreshes()
        self.screen.sees(words)
        for pupil in (*self.pupils.values(), self.plain):
            pupil.sees(words)
        self.crowd.see(words)

    def show_no_result(self) -> None:
        for page in (self.console.page, self.screen.page, self.scans.page, self.types.page, self.sleeps.page):
            assert rows_on(page) == []
        assert self.crowd.rows(self.scratch) == []

    def console_alone_shows(self, rows: Rows) -> None:
        assert rows_on(self.console.page, ".stage") == rows
        for page in (self.screen.page, self.scans.page, self.types.page):
            assert rows_on(page) == []

    def all_show(self, rows: Rows) -> None:
        self.refreshes()
        assert rows_on(self.screen.page) == rows
        for pupil in (*self.pupils.values(), self.plain):
            assert rows_on(pupil.page, "#state") == rows
        assert self.crowd.rows(self.scratch) == rows

    def has_all_answers(self) -> None:
        """The number of answers, never which: while the vote is open nobody sees a distribution."""
        expect(self.console.tally("answered")).to_have_text(str(CLASS))
        expect(self.screen.tally("answered")).to_have_text(str(CLASS))
        self.show_no_result()
