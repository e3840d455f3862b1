"""Words at the wire: what nobody has read reaches no other screen, and help reaches one phone that nobody can tell."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.driving import WAIT, Desk, Phone, Server, Wire, cookies_of, until
from tests.house import House, house_of
from tests.written_workshop import TITLE, written_library

from .test_remote import asks, pair

SECRET = "un mot que personne n’a lu encore"
CRY = "j’ai peur de rentrer chez moi"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("written")
    with house_of(Server(folder / "data", PREAU_QUIZZES=str(written_library(folder))), TITLE) as found:
        yield found


class Listener(Phone):
    """A phone that also keeps what is told to it alone."""

    def __init__(self, server: Server, cookies: dict[str, str] | None = None) -> None:
        self.helped: list[Any] = []
        super().__init__(server, cookies)
        self.client.on("help", self.helped.append)

    def write(self, words: object, seq: int = 1) -> tuple[str, Any]:
        self.client.emit("answer", {"round": self.rounds[0], "seq": seq, "text": words})
        return self.wait_for("saved", "refused")


def everything(wire: Wire) -> str:
    heard = [repr(wire.heard.get()) for _ in range(wire.heard.qsize())]
    return repr(wire.states) + "".join(heard)


def go_to_words(desk: Desk, *phones: Phone) -> None:
    desk.run("start", "next")
    for phone in phones:
        phone.wait_for_version(desk.version)


def paired(server: Server, desk: Desk) -> Wire:
    cookies = pair(desk)
    assert desk.post(f"telecommande/{asks(desk, 'confirmer')}/confirmer").ok
    remote = Wire(server, cookies)
    assert remote.hello(audience="facilitator")["ok"]
    return remote


def read_by(desk: Desk, words: str) -> None:
    until(lambda: words in desk.wire.states[-1]["html"], f"« {words} » never came to the console")


def test_no_byte_sent_to_another_screen_holds_a_text_before_it_is_let_through(server: Server, desk: Desk) -> None:
    author, other = Listener(server), Listener(server)
    wall = Wire(server)
    screen = cookies_of(server.addresses["projector_url"])
    assert wall.hello(audience="projector", credential=screen[f"preau_screen_{desk.live_id}"])["ok"]
    remote = paired(server, desk)
    go_to_words(desk, author, other)
    assert author.write(SECRET)[0] == "saved"
    read_by(desk, SECRET)
    steps: tuple[tuple[str, ...], ...] = (("help",), ("hide",), ("pause",), ("resume",), ("close",), ("reveal",))
    for names in steps:
        desk.run(*names)
        for wire in (other, wall, remote):
            wire.wait_for_version(desk.version)
        pages = [
            requests.get(f"{server.address}/r/{server.code}", cookies=other.cookies, timeout=WAIT).text,
            requests.get(f"{server.address}/ecran/{desk.live_id}", cookies=screen, timeout=WAIT).text,
            requests.get(f"{server.address}/r/{server.code}", timeout=WAIT).text,
        ]
        sent = "".join([*pages, *map(everything, (other, wall, remote))])
        assert SECRET not in sent, names
        assert "mot que personne" not in sent
    assert desk.post("messages", round=reading(desk), text=SECRET, verdict="approve").ok
    for wire in (other, wall):
        until(lambda w=wire: SECRET in w.states[-1]["html"], "what was let through never came")  # type: ignore[misc]
    assert SECRET not in everything(remote), "a remote draws its own page, without words"
    for wire in (author, other, wall, remote):
        wire.leave()


def reading(desk: Desk) -> str:
    found = re.search(r'name="round" value="(\d+)"', desk.wire.states[-1]["html"])
    assert found
    return found[1]


def test_help_comes_to_the_phone_that_may_need_it_and_nobody_is_told_which(server: Server, desk: Desk) -> None:
    crying, other = Listener(server), Listener(server)
    go_to_words(desk, crying, other)
    assert crying.write(CRY)[0] == "saved"
    until(lambda: crying.helped == [{}], "no help came")
    read_by(desk, "à part")
    assert other.write("courage")[0] == "saved"
    assert other.helped == []
    told = everything(desk.wire)
    assert crying.mine["identity"]["name"] not in told
    again = Listener(server, crying.cookies)
    assert again.mine["help"] is True
    assert again.mine["answers"][again.rounds[0]]["text"] == CRY, "its own words, on its own screen"
    for phone in (crying, other, again):
        phone.leave()


def test_text_that_is_put_apart_by_hand_helps_its_phones_wherever_they_are(server: Server, desk: Desk) -> None:
    first, second, other = (Listener(server) for _ in range(3))
    go_to_words(desk, first, second, other)
    assert first.write("c’est dur")[0] == "saved"
    assert second.write("C’est dur !")[0] == "saved"
    assert other.write("courage")[0] == "saved"
    second.leave()
    back = Listener(server, second.cookies)  # another connection, which has written nothing itself
    read_by(desk, "dur")
    assert desk.post("messages", round=reading(desk), text="c’est dur", verdict="apart").ok
    for phone in (first, back):
        until(lambda p=phone: p.helped == [{}], "no help came")  # type: ignore[misc]
    assert other.helped == []
    for phone in (first, back, other):
        phone.leave()


def test_both_doors_take_words_for_one_phone(server: Server, desk: Desk) -> None:
    phone = Listener(server)
    go_to_words(desk, phone)
    assert phone.write("courage") == ("saved", {"round": phone.rounds[0], "seq": 1})
    page = requests.post(
        f"{server.address}/r/{server.code}/answer",
        data={"round": phone.rounds[0], "seq": "2", "text": "en parler"},
        cookies=phone.cookies,
        headers={"Origin": server.address},
        timeout=WAIT,
    )
    assert ">en parler</textarea>" in page.text
    read_by(desk, "en parler")
    assert "courage" not in desk.wire.states[-1]["html"]
    phone.leave()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("", "empty_text"),
        ("\u200b", "empty_text"),
        ("x" * 81, "text_too_long"),
        (["courage"], "malformed"),
        (3, "malformed"),
        (None, "malformed"),
        ("x" * 20_000, "too_large"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_text_that_cannot_be_taken_is_refused_in_words(server: Server, desk: Desk, words: object, error: str) -> None:
    phone = Listener(server)
    go_to_words(desk, phone)
    name, said = phone.write(words)
    assert (name, said["error"]) == ("refused", error)
    assert said["message"]
    phone.leave()


def test_texts_of_a_class_move_the_console_once_a_second_and_no_more(server: Server, desk: Desk) -> None:
    phones = [Listener(server) for _ in range(8)]
    go_to_words(desk, *phones)
    before = len(desk.wire.states)
    for number, phone in enumerate(phones):
        assert phone.write(f"mot numéro {number}")[0] == "saved"
    read_by(desk, "mot numéro 7")
    assert len(desk.wire.states) - before <= 4
    for phone in phones:
        phone.leave()
