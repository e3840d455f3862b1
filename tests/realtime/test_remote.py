"""A phone as a remote control, at the wire: it hears the console once confirmed, and no longer once taken away."""

import re

from tests.driving import Desk, Server, Wire, cookies_of, until


def pair(desk: Desk) -> dict[str, str]:
    """Scan the console's code: what the phone then holds."""
    page = desk.post("telecommande").text
    found = re.search(r'aria-label="(http[^"]+/lien/[^"]+)"', page)
    assert found
    return cookies_of(found[1])


def asks(desk: Desk, what: str) -> str:
    """The access that the console's last state offers to confirm or to take away."""
    found: list[str] = []

    def offered() -> bool:
        found[:] = re.findall(rf"telecommande/(\d+)/{what}", desk.wire.states[-1]["html"])
        return bool(found)

    until(offered, f"the console never offered to {what}")
    return found[0]


def test_remote_hears_nothing_before_it_is_confirmed_nor_after_it_is_taken_away(server: Server, desk: Desk) -> None:
    cookies = pair(desk)
    phone = Wire(server, cookies)
    assert phone.hello(audience="facilitator")["error"] == "not_allowed"
    access = asks(desk, "confirmer")
    assert desk.post(f"telecommande/{access}/confirmer").ok
    assert phone.hello(audience="facilitator")["ok"]
    desk.run("start")
    phone.wait_for_version(desk.version)
    assert desk.post(f"telecommande/{access}/retirer").ok
    until(lambda: not phone.client.connected, "the phone still listens")
    again = Wire(server, cookies)
    assert again.hello(audience="facilitator")["error"] == "not_allowed"


def test_console_that_shared_the_live_session_is_right_again_at_once(server: Server, desk: Desk) -> None:
    pair(desk)
    assert desk.post(f"telecommande/{asks(desk, 'confirmer')}/retirer").ok
    until(lambda: not desk.wire.client.connected, "every console says hello again")
    desk = Desk.again(desk)
    desk.run("start")
