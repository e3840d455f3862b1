"""Promise 6: what is expected reaches no pupil before the reveal. It is planted, then looked for in every byte sent."""

import re
import shutil
from collections.abc import Iterator

import pytest
import requests

from tests.driving import WAIT, Desk, Phone, Server
from tests.house import House, house_of
from workshop.config import ROOT

MARKER = "SECRET-OF-THE-REVEAL"
LANGUAGES = ("fr", "fr-falc")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A workshop whose explanations, misconceptions, takeaways and notes all carry the marker."""
    folder = tmp_path_factory.mktemp("secret")
    library = folder / "quizzes"
    shutil.copytree(ROOT / "quizzes" / "le-montage", library / "le-montage")
    for language, least in zip(LANGUAGES, (20, 3), strict=True):
        path = library / "le-montage" / f"quiz.{language}.toml"
        secret = re.compile(r'^((?:notes\.)?(?:explanation|misconception|say|do|ask|avoid) = "+)', re.MULTILINE)
        planted, count = secret.subn(rf"\g<1>{MARKER} ", path.read_text())
        planted, takeaways = re.subn(r'(takeaway\s*=\s*"+)', rf"\g<1>{MARKER} ", planted)
        assert count > least
        assert takeaways >= 5
        path.write_text(planted)
    with house_of(Server(folder / "data", PREAU_QUIZZES=str(library))) as found:
        yield found


def everything_sent_to(phone: Phone, server: Server) -> str:
    page = requests.get(f"{server.address}/r/{server.code}", cookies=phone.cookies, timeout=WAIT)
    language = phone.cookies.get("preau_language", "fr")
    state = requests.get(f"{server.address}/r/{server.code}/etat/{language}", timeout=WAIT)
    assert state.ok and state.json()["version"] == phone.states[-1]["version"]
    heard = [repr(phone.heard.get()) for _ in range(phone.heard.qsize())]
    return page.text + state.text + repr(phone.states) + "".join(heard) + repr(phone.mine)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_byte_sent_to_a_pupil_holds_the_answer_before_its_reveal(server: Server, language: str) -> None:
    scanned = requests.get(f"{server.address}/r/{server.code}", timeout=WAIT)
    desk, phone = Desk(server), Phone(server, {**scanned.cookies.get_dict(), "preau_language": language})
    revealed = steps = 0
    while desk.wire.states[-1]["phase"] != "ended":
        state = phone.wait_for_version(desk.version)
        for round_ in state["round"]:
            phone.client.emit("answer", {"round": round_, "seq": 1, "choices": phone.offered(round_)[:1]})
            assert phone.wait_for("saved", "refused")[0] == "saved"
        shown = everything_sent_to(phone, server)
        if state["phase"] == "revealed":
            revealed += MARKER in state["html"]
        else:
            assert MARKER not in shown, f"leaked at version {state['version']}, phase {state['phase']}"
            assert not re.search(r"data-expected|is-expected|aria-checked=.true", state["html"])
        phone.states.clear()
        steps += 1
        advance(desk)
    assert revealed >= 3, "nothing was ever revealed: this test proves nothing"
    assert steps > 15
    phone.leave()
    desk.leave()


def advance(desk: Desk) -> None:
    """Every step of the whole workshop, with the second gesture where one is asked."""
    for name in ("start", "close", "vote_again", "reveal", "more", "next", "end"):
        if name == "vote_again" and desk.wire.states[-1]["phase"] != "closed":
            continue
        if desk.command(name, confirmed="1").ok:
            return
    raise AssertionError("no way on")
