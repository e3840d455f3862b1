"""One server that many tests share, and the facilitator who opens a class for each of them."""

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from tests.driving import WAIT, Server, csrf_of

DEMONSTRATED = "Juste un montage"  # the workshop of the demonstration

PEOPLE = {
    "adult": "Mme Riou, professeure",
    "person": "M. Garnier, CPE",
    "place": "bureau 12",
    "hours": "jusqu’à 17 h",
    "deputy": "Mme Lopez, infirmière",
}


class House:
    """Signed in once by the one-time link; classes are opened by the form, as on any day."""

    def __init__(self, server: Server, workshop: str = DEMONSTRATED) -> None:
        self.server, self.workshop = server, workshop
        self.http = requests.Session()
        assert self.http.get(server.addresses["facilitator_url"], timeout=WAIT).ok

    @property
    def cookie(self) -> str:
        return str(self.http.cookies["preau_desk"])

    def opens_a_class(self, answering: str = "mixed", **fields: str) -> Server:
        """The same server, with the addresses of a new class. `projector_url` is good once, within a minute."""
        address = f"{self.server.address}/animer/nouvelle"
        page = self.http.get(address, timeout=WAIT).text
        [quiz] = re.findall(
            rf'name="quiz" value="([^"]+)"[^>]*>\s*<span class="quiz-title"[^>]*>{self.workshop}<', page
        )
        sent = {"csrf_token": csrf_of(page), "quiz": quiz, "answering": answering, **PEOPLE, **fields}
        console = self.http.post(address, data=sent, timeout=WAIT)
        found = re.search(r'data-code="([^"]+)"', console.text)
        assert console.ok, console.text
        assert found, console.text
        opened = copy.copy(self.server)
        opened.http = self.http
        opened.addresses = {
            "code": found[1],
            "participant_url": f"{self.server.address}/r/{found[1]}",
            "facilitator_url": console.url,
            "projector_url": self._screen_of(console.url, csrf_of(console.text)),
        }
        return opened

    def _screen_of(self, console: str, csrf: str) -> str:
        link = self.http.post(f"{console}/projecteur", data={"csrf_token": csrf}, allow_redirects=False, timeout=WAIT)
        return self.server.address + link.headers["Location"]


@contextmanager
def house_of(server: Server, workshop: str = DEMONSTRATED) -> Iterator[House]:
    """Started, signed in to, and stopped: whatever its classes are, none of them may stop it."""
    found = House(server.start(), workshop)
    yield found
    found.http.close()
    server.stop()
