"""A phone as a remote control, at the wire: it hears the console once confirmed, and no longer once taken away."""

import re
import sqlite3
from contextlib import closing

import requests

from tests.driving import WAIT, Desk, Phone, Server, Wire, cookies_of, csrf_of, until


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


def test_console_whose_class_was_taken_over_hears_nothing_more_and_is_told_to_ask(own_server: Server) -> None:
    """A colleague, an administrator on the same machine, signs in and goes on with the class."""
    server, desk = own_server, Desk(own_server)
    cookies = pair(desk)
    assert desk.post(f"telecommande/{asks(desk, 'confirmer')}/confirmer").ok
    phone = Wire(server, cookies)
    assert phone.hello(audience="facilitator")["ok"]
    with requests.Session() as colleague:
        home = signed_in_colleague(server, desk, colleague)
        [owner] = re.findall(r'name="owner" value="(\d+)"', home)
        before = len(desk.wire.states)
        took = colleague.post(
            f"{server.address}/animer/{desk.live_id}/reprendre",
            data={"csrf_token": csrf_of(home), "owner": owner},
            timeout=WAIT,
        )
        assert took.ok and "data-next" in took.text
        for wire in (desk.wire, phone):
            name, said = wire.wait_for("refused")
            assert (name, said["error"]) == ("refused", "not_allowed")
            assert wire.client.connected
        form = {"command": "start", "version": "0", "csrf_token": csrf_of(took.text)}
        assert colleague.post(f"{server.address}/animer/{desk.live_id}/commande", data=form, timeout=WAIT).ok
        leads = Wire(server, colleague.cookies.get_dict())
        assert leads.hello(audience="facilitator")["ok"]
    assert desk.wire.hello(audience="facilitator", credential=desk.http.cookies["preau_desk"])["error"] == "not_allowed"
    assert phone.hello(audience="facilitator")["error"] == "not_allowed"
    assert len(desk.wire.states) == before
    assert desk.post("commande", command="close", version=1).status_code == 403
    while not (desk.wire.heard.empty() and leads.heard.empty()):
        desk.wire.heard.get_nowait() if not desk.wire.heard.empty() else leads.heard.get_nowait()
    pupil = Phone(server)
    leads.wait_for("tally")
    assert desk.wire.heard.empty() and phone.heard.empty(), "counts still come"
    for wire in (pupil, leads, phone, desk):
        wire.leave()


def signed_in_colleague(server: Server, desk: Desk, colleague: requests.Session) -> str:
    """By an invitation of the first account, then made an administrator; their page."""
    home = desk.http.get(f"{server.address}/animer", timeout=WAIT).text
    invited = desk.http.post(
        f"{server.address}/connexion/inviter",
        data={"csrf_token": csrf_of(home), "email": "lou@example.org"},
        timeout=WAIT,
    ).text
    found = re.search(r'value="(http[^"]+/lien/[^"]+)"', invited)
    assert found
    welcome = colleague.get(found[1], timeout=WAIT).text
    fields = {"csrf_token": csrf_of(welcome), "name": "Lou", "password": "a long enough password"}
    assert colleague.post(found[1], data=fields, timeout=WAIT).ok
    with closing(sqlite3.connect(server.database)) as connection:
        connection.execute("UPDATE account SET is_admin = 1 WHERE name = 'Lou'")
        connection.commit()
    return colleague.get(f"{server.address}/animer", timeout=WAIT).text
