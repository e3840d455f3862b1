"""Orders and certainty at the wire, by both doors."""

from collections.abc import Callable, Iterator

import pytest
import requests

from tests.driving import WAIT, Desk, Phone, Server
from tests.house import House, house_of
from workshop.config import ROOT

Arrive = Callable[[int], list[Phone]]
ORDER = ["capture", "adulte", "signaler", "bloquer"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    running = Server(tmp_path_factory.mktemp("kinds"), PREAU_QUIZZES=str(ROOT / "tests" / "library"))
    with house_of(running, "Les formes") as found:
        yield found


def go_to(desk: Desk, phones: list[Phone], words: str) -> str:
    """The round of the vote whose form holds these words."""
    desk.run("start")
    while words not in phones[0].wait_for_version(desk.version)["html"]:
        if desk.wire.states[-1]["round"]:
            assert desk.command("close", confirmed="1").ok
        desk.run("next")
    for phone in phones:
        phone.wait_for_version(desk.version)
    return phones[0].rounds[0]


def test_order_comes_back_as_it_was_sent_by_either_door(server: Server, desk: Desk, phones: Arrive) -> None:
    here = phones(2)
    round_ = go_to(desk, here, "data-item")
    assert set(here[0].offered(round_)) == set(ORDER)
    assert here[0].answer(round_, *ORDER)[0] == "saved"
    placed = [f"{item}@{place}" for place, item in enumerate(ORDER, start=1)]
    form = {"round": round_, "seq": "1", "places": placed}
    sent = requests.post(
        f"{server.address}/r/{server.code}/answer", form, cookies=here[1].cookies,
        headers={"Origin": server.address}, timeout=WAIT,
    )  # fmt: skip
    assert sent.ok
    for phone in here:
        assert phone.hello()["mine"]["answers"][round_]["choices"] == ORDER
    desk.run("close", "reveal")
    assert "2 sur 2" in here[0].wait_for_version(desk.version)["html"]


@pytest.mark.parametrize(
    ("choices", "error"),
    [(ORDER[:3], "not_an_order"), ([*ORDER[:3], ORDER[0]], "not_an_order"), ([*ORDER[:3], "x"], "unknown_choice")],
)
def test_order_that_is_none_is_refused_and_counts_nothing(
    desk: Desk, phones: Arrive, choices: list[str], error: str
) -> None:
    [phone] = phones(1)
    round_ = go_to(desk, [phone], "data-item")
    name, refusal = phone.answer(round_, *choices)
    assert (name, refusal["error"]) == ("refused", error)
    assert round_ not in phone.hello()["mine"]["answers"]


def test_how_sure_one_is_comes_back_with_the_choice(desk: Desk, phones: Arrive) -> None:
    [phone] = phones(1)
    round_ = go_to(desk, [phone], 'name="certainty"')
    assert phone.answer(round_, "oui", "sans-doute")[0] == "saved"
    assert phone.hello()["mine"]["answers"][round_]["choices"] == ["oui", "sans-doute"]
    assert phone.answer(round_, "sans-doute", seq=2)[1]["error"] == "unknown_choice"
