"""Adults' pages: accounts, set-up, a live session that belongs to its facilitator, the remote control."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from workshop import clock
from workshop.domain.errors import LinkExpired
from workshop.extensions import db
from workshop.services import accounts
from workshop.storage import live_sessions

from .conftest import ClassRoom, csrf_of

SET_UP = {
    "answering": "phones",
    "present": "28",
    "school": "Collège des Tilleuls",
    "class_label": "4e B",
    "level": "4e",
    "adult": "Mme Riou",
    "person": "M. Garnier",
    "place": "bureau 12",
}


def fill_in(desk: FlaskClient, **changes: str) -> dict[str, str]:
    page = desk.get("/animer/nouvelle").text
    digest = re.findall(r'name="quiz"[^>]*value="([^"]+)"|<option[^>]*value="([^"]+)"', page)
    return {**SET_UP, "quiz": next(a or b for a, b in digest), "csrf_token": csrf_of(page), **changes}


def test_first_link_makes_the_administrator_and_is_spent_as_are_those_that_nobody_opened(app: Flask) -> None:
    link, other = (accounts.make_link("first_run", clock.now(), accounts.INVITATION_LASTS) for _ in range(2))
    browser = app.test_client()
    page = browser.get(f"/lien/{link}")
    form = {
        "name": "Ada",
        "email": "ada@example.org",
        "password": "a long enough one",
        "csrf_token": csrf_of(page.text),
    }
    assert browser.post(f"/lien/{link}", data=form).headers["Location"] == "/animer"
    assert "Ada" in browser.get("/animer").text
    assert app.test_client().get(f"/lien/{link}").status_code == 410
    assert app.test_client().get(f"/lien/{other}").status_code == 410
    assert browser.post(f"/lien/{other}", data=form).status_code == 410
    with pytest.raises(LinkExpired):
        accounts.use_invitation(other, "Eve", "eve@example.org", "a long enough one", clock.now())


def test_short_password_is_said_and_the_rest_is_kept(app: Flask) -> None:
    link = accounts.make_link("first_run", clock.now(), accounts.INVITATION_LASTS)
    browser = app.test_client()
    token = csrf_of(browser.get(f"/lien/{link}").text)
    form = {"name": "Ada", "email": "ada@example.org", "password": "short", "csrf_token": token}
    page = browser.post(f"/lien/{link}", data=form)
    assert page.status_code == 400
    assert "12 caractères" in page.text
    assert 'value="Ada"' in page.text
    assert "short" not in page.text


def test_wrong_password_is_refused_and_tries_are_limited(app: Flask) -> None:
    accounts.create_account("Ada", "ada@example.org", "a long enough one", True, clock.now())
    browser = app.test_client()
    token = csrf_of(browser.get("/connexion").text)
    form = {"email": "ada@example.org", "password": "something else", "csrf_token": token}
    pages = [browser.post("/connexion", data=form) for _ in range(11)]
    assert "ne correspondent pas" in pages[0].text
    assert "Trop d’essais" in pages[-1].text


def test_token_leaves_the_address_at_once(app: Flask, owner_id: int) -> None:
    link = accounts.make_link("sign_in", clock.now(), accounts.SIGN_IN_LINK_LASTS, account_id=owner_id)
    answer = app.test_client().get(f"/lien/{link}")
    assert answer.status_code == 303
    assert link not in answer.headers["Location"]
    assert link not in " ".join(answer.headers.getlist("Set-Cookie"))


def test_signing_out_closes_the_desk(desk: FlaskClient) -> None:
    token = csrf_of(desk.get("/animer").text)
    desk.post("/deconnexion", data={"csrf_token": token})
    assert desk.get("/animer").headers["Location"] == "/connexion"


def test_invitation_is_shown_once_and_makes_an_account_without_rights_over_others(
    app: Flask, desk: FlaskClient, room: ClassRoom
) -> None:
    page = desk.post(
        "/connexion/inviter", data={"email": "lou@example.org", "csrf_token": csrf_of(desk.get("/animer").text)}
    )
    found = re.search(r"/lien/[\w-]+", page.text)
    assert found
    guest = app.test_client()
    token = csrf_of(guest.get(found[0]).text)
    assert (
        guest.post(found[0], data={"name": "Lou", "password": "a long enough one", "csrf_token": token}).status_code
        == 303
    )
    assert guest.get(f"/animer/{room.live_id}").status_code == 403
    assert guest.post("/connexion/inviter", data={"email": "x@example.org"}).status_code in (400, 403)


def test_set_up_opens_a_lobby(desk: FlaskClient) -> None:
    made = desk.post("/animer/nouvelle", data=fill_in(desk))
    assert made.status_code == 303, made.text
    assert "4e B" in desk.get(made.headers["Location"]).text


def test_set_up_tells_the_stories_with_their_first_names(desk: FlaskClient) -> None:
    page = desk.get("/animer/nouvelle").text
    assert "Alix tape son nom" in page
    assert not re.search(r"\{\w+\}", page)


def test_set_up_without_a_named_adult_does_not_start_and_loses_nothing(desk: FlaskClient) -> None:
    page = desk.post("/animer/nouvelle", data=fill_in(desk, adult=""))
    assert page.status_code == 400
    assert "l’adulte présent" in page.text
    for typed in ("Collège des Tilleuls", "M. Garnier", "bureau 12"):
        assert typed in page.text


def test_rehearsal_needs_no_adult(desk: FlaskClient) -> None:
    form = fill_in(desk, adult="", person="", place="", rehearsal="y")
    assert desk.post("/animer/nouvelle", data=form).status_code == 303


def test_set_up_remembers_schools_and_people(desk: FlaskClient) -> None:
    desk.post("/animer/nouvelle", data=fill_in(desk))
    page = desk.get("/animer/nouvelle").text
    assert "Collège des Tilleuls" in page
    assert "M. Garnier" in page


def test_first_name_of_the_story_can_be_changed(desk: FlaskClient, phone: FlaskClient) -> None:
    form = fill_in(desk)
    page = desk.get("/animer/nouvelle").text
    [name, *_] = re.findall(r'name="(name-\w+)"', page)
    made = desk.post("/animer/nouvelle", data={**form, name: "Zéphyrine"})
    live_id = int(made.headers["Location"].rsplit("/", 1)[1])
    db.session.remove()
    assert "Zéphyrine" in stored_content(live_id)


def stored_content(live_id: int) -> str:
    row = live_sessions.find(live_id)
    assert row is not None
    return repr(live_sessions.workshop_of(row))


@pytest.mark.parametrize("path", ["", "/commande", "/mains", "/projecteur", "/notes", "/telecommande", "/repetition"])
def test_colleague_cannot_touch_a_class_that_is_not_theirs(stranger: FlaskClient, room: ClassRoom, path: str) -> None:
    token = csrf_of(stranger.get("/animer").text)
    address = f"/animer/{room.live_id}{path}"
    answer = stranger.get(address) if not path else stranger.post(address, data={"csrf_token": token, "number": "1"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/animer", "/animer/nouvelle", "/animer/1"])
def test_desk_asks_to_sign_in(phone: FlaskClient, path: str) -> None:
    assert phone.get(path).headers["Location"] == "/connexion"


def test_screen_needs_its_own_link(phone: FlaskClient, room: ClassRoom) -> None:
    assert phone.get(f"/ecran/{room.live_id}").status_code == 403


def test_projector_opens_by_a_link_good_for_once(app: Flask, desk: FlaskClient, room: ClassRoom) -> None:
    token = csrf_of(desk.get(f"/animer/{room.live_id}").text)
    opened = desk.post(f"/animer/{room.live_id}/projecteur", data={"csrf_token": token})
    link = opened.headers["Location"]
    screen = app.test_client()
    assert screen.get(link).headers["Location"] == f"/ecran/{room.live_id}"
    assert room.code in screen.get(f"/ecran/{room.live_id}").text
    assert app.test_client().get(link).status_code == 410


def opened_dialog(page: str) -> list[str]:
    return re.findall(r'<dialog[^>]*id="([\w-]+)"[^>]* open>', page)


def test_ending_asks_for_a_second_gesture_and_says_what_it_does(
    desk: FlaskClient, room: ClassRoom, press: Callable[..., object]
) -> None:
    asked = press(desk, "end")
    assert asked.status_code == 200  # type: ignore[attr-defined]
    assert opened_dialog(asked.text) == ["confirm-end"]  # type: ignore[attr-defined]
    assert room.state()[0].phase == "lobby"
    press(desk, "end", confirmed="1")
    assert room.state()[0].phase == "ended"


def test_console_shows_no_distribution_before_the_close(
    desk: FlaskClient, room: ClassRoom, press: Callable[..., object]
) -> None:
    """The same page whoever answered what: only how many."""
    room.join(4)
    press(desk, "start")
    while len(room.open_questions()) != 1:
        press(desk, room.step().command)
    [(round_id, question)] = room.open_questions()
    pages = []
    for seq, picks in enumerate((question.choice_ids[0], question.choice_ids[1]), 1):
        for phone in room.phones:
            room.answer(phone, round_id, picks, seq=seq)
        pages.append(
            re.sub(
                r'(value|content)="[^"]{40,}"|data-(now|elapsed)="[^"]*"', "", desk.get(f"/animer/{room.live_id}").text
            )
        )
    assert pages[0] == pages[1]
    assert "4" in pages[0]


def test_counts_by_hand_are_kept_and_bad_ones_refused(desk: FlaskClient, room: ClassRoom) -> None:
    token = csrf_of(desk.get(f"/animer/{room.live_id}").text)
    round_id, question = room.open_questions()[0]
    first = question.choice_ids[0]
    good = {"csrf_token": token, "round": str(round_id), f"voices-{first}": "12"}
    assert desk.post(f"/animer/{room.live_id}/mains", data=good).status_code == 303
    assert 'value="12"' in desk.get(f"/animer/{room.live_id}").text
    bad = {**good, f"voices-{first}": "-3"}
    assert desk.post(f"/animer/{room.live_id}/mains", data=bad).status_code == 400


def test_notes_stay_hidden_until_a_second_display_is_confirmed(desk: FlaskClient, room: ClassRoom) -> None:
    page = desk.get(f"/animer/{room.live_id}").text
    assert "notes-hidden" in page
    desk.post(f"/animer/{room.live_id}/notes", data={"csrf_token": csrf_of(page)})
    assert "notes-hidden" not in desk.get(f"/animer/{room.live_id}").text


def test_remote_waits_for_the_console_then_presses_next_then_is_taken_away(
    app: Flask, desk: FlaskClient, room: ClassRoom
) -> None:
    token = csrf_of(desk.get(f"/animer/{room.live_id}").text)
    desk.post(f"/animer/{room.live_id}/telecommande", data={"csrf_token": token})
    link = accounts.make_link("remote", clock.now(), accounts.PAIRING_LASTS, live_id=room.live_id)
    remote = app.test_client()
    page = remote.get(f"/lien/{link}", follow_redirects=True)
    pressing = {"command": "start", "version": "0", "from": "remote", "csrf_token": csrf_of(page.text)}
    pressing["version"] = str(room.state()[0].version)
    assert remote.post(f"/animer/{room.live_id}/commande", data=pressing).status_code == 403
    [access] = accounts.remotes(room.live_id)
    access_id = access.id
    db.session.remove()
    base = f"/animer/{room.live_id}/telecommande/{access_id}"
    desk.post(f"{base}/confirmer", data={"csrf_token": token})
    assert remote.post(f"/animer/{room.live_id}/commande", data=pressing).status_code == 303
    assert room.state()[0].phase == "open"
    ending = {**pressing, "command": "end", "confirmed": "1", "version": str(room.state()[0].version)}
    assert remote.post(f"/animer/{room.live_id}/commande", data=ending).status_code == 403
    desk.post(f"{base}/retirer", data={"csrf_token": token})
    assert remote.get(f"/telecommande/{room.live_id}").status_code == 403
