"""The phone's own script on bad links: what it says is recorded is kept, and it is at the class's step in time."""

import os
import time
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import pytest
from playwright.sync_api import Browser, expect

from tests.bad_network import BadNetwork, Kind, Link, Quality, bad_network
from tests.driving import Desk, Server

from .conftest import CHROMIUM
from .people import PHONE, SAVED, Pupil, choices_of, go_to

BACK_WITHIN = 3.0  # seconds after the return of the link
CUT = 10.0  # seconds
Links = list[tuple[Kind, Quality]]
LINKS: Links = [("refused", Quality()), ("held", Quality(latency=2.0)), ("silent", Quality(rate=8_000))]
# Seconds to spare for TCP's round trip; and for the phone that nobody tells, which asks six times in one answer's time.
LOST: dict[Kind, float] = {"refused": 2.0, "silent": 3.0}
NAMES = ("127.0.0.1", "localhost", "[::1]")  # by each of which the server lets itself be called
GESTURES = choices_of("premier-geste")


@pytest.fixture
def network(own_server: Server) -> Iterator[BadNetwork]:
    with bad_network(own_server.port) as found:
        yield found


@pytest.fixture
def phones(
    request: pytest.FixtureRequest, chromium: Browser, own_server: Server, network: BadNetwork
) -> Iterator[list[tuple[Pupil, Link, Kind]]]:
    """Each calls the server by another name, which leads through a link of its own: Host and Origin stay true."""
    wanted: Links = request.param
    port, links = own_server.port, [network.link(quality) for _, quality in wanted]
    names = NAMES[: len(links)]
    ways = [f"MAP {name}:{port} 127.0.0.1:{link.port}" for name, link in zip(names, links, strict=True)]
    arguments = [f"--host-resolver-rules={','.join(ways)}"]
    if os.name == "posix" and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=arguments)
    found = []
    for name, link, (kind, _) in zip(names, links, wanted, strict=True):
        page = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="fr-FR").new_page()
        page.goto(f"http://{name}:{port}/r/{own_server.code}", wait_until="commit")
        found.append((Pupil(page, own_server), link, kind))
    for pupil, _, _ in found:
        expect(pupil.sign).not_to_be_empty(timeout=30_000)
    yield found
    browser.close()


@pytest.mark.parametrize("phones", [LINKS], indirect=True, ids=["links"])
def test_phone_keeps_its_word_through_a_cut_and_is_right_again_within_three_seconds(
    phones: list[tuple[Pupil, Link, Kind]], own_server: Server, network: BadNetwork
) -> None:
    desk = Desk(own_server)
    go_to(desk, "premier-geste")
    for pupil, _, _ in phones:
        pupil.picks(GESTURES["maths"])
    for _, link, kind in phones:
        network.cut(link, 0, CUT, kind)
    phones[0][0].page.wait_for_timeout(200)
    for pupil, _, _ in phones:
        pupil.page.wait_for_timeout((link.outages[0][0] + 0.2 - time.monotonic()) * 1000)
        pupil.taps(GESTURES["prive"])
        pupil.is_told("Envoi…")
    phones[0][0].page.wait_for_timeout(5_000)  # it is sent again, in vain
    for pupil, _, _ in phones:
        expect(pupil.receipt).not_to_contain_text(SAVED)
    desk.run("close")
    assert "3 <small>sur 3</small>" in str(desk.wire.states[-1]["html"]), "what was said to be recorded was not counted"
    desk.run("vote_again")
    check_back_in_time(phones, desk)
    for pupil, _, _ in phones:
        pupil.sees("second vote")
        expect(pupil.picked).to_have_count(0)
        pupil.picks(GESTURES["prive"])
        assert [kept["choices"] for kept in pupil.kept_by_the_server().values()] == [["prive"]]
    desk.leave()


@pytest.mark.parametrize("phones", [[(kind, Quality(latency=2.0)) for kind in LOST]], indirect=True, ids=["lost"])
def test_phone_whose_slow_connection_was_lost_shows_the_step_and_answers_before_it_has_another(
    phones: list[tuple[Pupil, Link, Kind]], own_server: Server, network: BadNetwork
) -> None:
    desk = Desk(own_server)
    go_to(desk, "premier-geste")
    for pupil, _, _ in phones:
        pupil.picks(GESTURES["maths"])
    for _, link, kind in phones:
        network.cut(link, 0.5, CUT, kind)
    phones[0][0].page.wait_for_timeout(1_000)
    desk.run("close", "vote_again")
    check_back_in_time(phones, desk, LOST)
    for pupil, _, _ in phones:
        expect(pupil.picked).to_have_count(0)
        expect(pupil.receipt).not_to_be_visible()
        assert pupil.page.evaluate(
            "performance.getEntriesByType('resource').some((one) => one.name.includes('/etat/fr'))"
        )
    expect(phones[0][0].page.locator("[data-banner]")).to_be_visible()
    for pupil, _, _ in phones:
        pupil.taps(GESTURES["prive"])
        expect(pupil.receipt).to_contain_text(SAVED, timeout=30_000)
        assert [kept["choices"] for kept in pupil.kept_by_the_server().values()] == [["prive"]]
    for pupil, _, _ in phones:
        expect(pupil.page.locator("[data-banner]")).to_be_hidden(timeout=30_000)
        pupil.is_told(SAVED)
        expect(pupil.picked).to_have_count(1)
    desk.leave()


def check_back_in_time(
    phones: list[tuple[Pupil, Link, Kind]], desk: Desk, more: Mapping[Kind, float] = MappingProxyType({})
) -> None:
    """`more`: seconds, by kind, besides those within which a phone is right again."""
    assert all(time.monotonic() < link.outages[0][1] for _, link, _ in phones), "the machine was too slow for this test"
    due = {kind: link.outages[0][1] + BACK_WITHIN + more.get(kind, 0.0) for _, link, kind in phones}
    while due and time.monotonic() < max(due.values()):
        for pupil, _, kind in phones:
            right = pupil.page.locator("#state").get_attribute("data-version") == str(desk.version)
            if right and time.monotonic() < due.get(kind, 0.0):
                del due[kind]
        phones[0][0].page.wait_for_timeout(20)
    assert not due
