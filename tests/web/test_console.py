"""What the console and the screens around it say without a script, and what a push to it must not hold."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from workshop import clock
from workshop.config import with_address
from workshop.domain.live_session import Answering
from workshop.extensions import db
from workshop.realtime.clients import Client
from workshop.realtime.hub import current_hub
from workshop.services import accounts, joining, running
from workshop.storage import live_sessions
from workshop.storage.transaction import transaction
from workshop.web.desk import YESTERDAYS

from .conftest import ClassRoom, csrf_of
from .test_desk import fill_in, opened_dialog

Press = Callable[..., object]


def pushed(app: Flask, live_id: int) -> str:
    with app.app_context():
        return str(current_hub().publisher.snapshot(live_id, "facilitator", "fr")["html"])


def pair(app: Flask, room: ClassRoom) -> FlaskClient:
    """A phone that scanned the console's code, and waits."""
    link = accounts.make_link("remote", clock.now(), accounts.PAIRING_LASTS, live_id=room.live_id)
    remote = app.test_client()
    remote.get(f"/lien/{link}")
    return remote


def test_push_to_the_console_holds_no_token(app: Flask, desk: FlaskClient, room: ClassRoom) -> None:
    token = csrf_of(desk.get(f"/animer/{room.live_id}").text)
    html = pushed(app, room.live_id)
    assert "csrf" not in html
    assert token not in html


def test_phone_that_asks_to_be_the_remote_is_announced_by_its_figures(
    app: Flask, desk: FlaskClient, room: ClassRoom
) -> None:
    remote = pair(app, room)
    [access] = accounts.remotes(room.live_id)
    label, base = accounts.remote_label(access), f"/animer/{room.live_id}/telecommande/{access.id}"
    db.session.remove()
    assert label in remote.get(f"/telecommande/{room.live_id}").text
    asked = pushed(app, room.live_id)
    assert label in asked
    assert f'formaction="{base}/confirmer"' in asked
    desk.post(f"{base}/confirmer", data={"csrf_token": csrf_of(desk.get(f"/animer/{room.live_id}").text)})
    paired = pushed(app, room.live_id)
    assert "/confirmer" not in paired
    assert f'formaction="{base}/retirer"' in paired


def test_refusal_to_the_remote_shows_the_remote_and_never_the_console(
    app: Flask, room: ClassRoom, desk: FlaskClient
) -> None:
    remote = pair(app, room)
    [access] = accounts.remotes(room.live_id)
    access_id = access.id
    db.session.remove()
    accounts.confirm_remote(room.live_id, access_id)
    token = csrf_of(remote.get(f"/telecommande/{room.live_id}").text)
    form = {"command": "start", "version": "99", "from": "remote", "csrf_token": token}
    refused = remote.post(f"/animer/{room.live_id}/commande", data=form)
    assert refused.status_code == 409
    assert "a avancé entre-temps" in refused.text
    assert 'id="remote"' in refused.text
    assert "Si un élève se confie" not in refused.text


def test_pause_leaves_what_goes_on_in_sight_of_the_facilitator_alone(
    app: Flask, desk: FlaskClient, phone: FlaskClient, room: ClassRoom, press: Press
) -> None:
    room.go_to("premier-geste")
    [(_, question)] = room.open_questions()
    press(desk, "pause")
    assert question.text in desk.get(f"/animer/{room.live_id}").text
    assert question.text not in phone.get(f"/r/{room.code}").text


def test_lobby_does_not_put_the_class_ahead_of_its_time(desk: FlaskClient, room: ClassRoom, press: Press) -> None:
    press(desk, "start")
    page = desk.get(f"/animer/{room.live_id}").text
    assert re.search(r"data-pace>\s*à l’heure<", page)


def test_screens_are_drawn_again_when_the_address_changes_and_only_then(app: Flask, room: ClassRoom) -> None:
    room.hub.clients.add("a console", Client(room.live_id, "facilitator", "fr"))
    room.hub.sweep(everybody=True)
    assert room.hub.publisher.announced == 0
    app.config["PREAU"] = with_address(app.config["PREAU"], "10.0.0.4", 9000)
    for _ in range(2):
        room.hub.sweep(everybody=True)
        assert room.hub.publisher.announced == 1


def test_skipping_lived_experience_asks_first(desk: FlaskClient, room: ClassRoom, press: Press) -> None:
    room.join(3)
    room.go_to("deja-vu")
    page = desk.get(f"/animer/{room.live_id}").text
    assert f"/animer/{room.live_id}?confirmer=skip" in page
    assert '<button class="button" form="command" name="command" value="skip"' not in page
    assert opened_dialog(page) == []
    assert opened_dialog(desk.get(f"/animer/{room.live_id}?confirmer=skip").text) == ["confirm-skip"]
    asked = room.open_questions()
    assert opened_dialog(press(desk, "skip").text) == ["confirm-skip"]  # type: ignore[attr-defined]
    assert room.open_questions() == asked
    press(desk, "skip", confirmed="1")
    assert room.open_questions() != asked


def test_closing_lived_experience_asks_first(desk: FlaskClient, room: ClassRoom, press: Press) -> None:
    room.join(3)
    room.go_to("deja-vu")
    asked = press(desk, "close")
    assert opened_dialog(asked.text) == ["confirm-close"]  # type: ignore[attr-defined]
    assert room.state()[0].phase == "open"


def test_hands_after_the_close_are_said_on_the_console(desk: FlaskClient, room: ClassRoom, press: Press) -> None:
    round_id, question = room.open_questions()[0]
    press(desk, "start")
    token = csrf_of(desk.get(f"/animer/{room.live_id}").text)
    late = {"csrf_token": token, "round": str(round_id), f"voices-{question.choice_ids[0]}": "3"}
    page = desk.post(f"/animer/{room.live_id}/mains", data=late)
    assert page.status_code == 409
    assert "Le vote est fermé" in page.text
    assert "data-next" in page.text


def test_summary_says_whether_erasure_is_done(app: Flask, desk: FlaskClient, room: ClassRoom, press: Press) -> None:
    press(desk, "end", confirmed="1")
    assert "sont effacés" in desk.get(f"/animer/{room.live_id}").text
    with transaction():
        row = live_sessions.find(room.live_id)
        assert row is not None
        row.erasure_pending = True
    page = desk.get(f"/animer/{room.live_id}").text
    assert "Effacement en cours" in page
    assert "sont effacés" not in page


def test_first_names_go_to_the_workshop_that_was_chosen(desk: FlaskClient) -> None:
    """Both workshops' fields are in the page, and a browser without script sends both."""
    page = desk.get("/animer/nouvelle").text
    digests = re.findall(r'name="quiz" value="([^"]+)"', page)
    names = re.findall(r'name="(name-\w+)"', page)
    first, second = names[0], next(name for name in names if name.split("__")[0] != names[0].split("__")[0])
    made = desk.post(
        "/animer/nouvelle", data={**fill_in(desk), "quiz": digests[1], first: "Zéphyrine", second: "Ismérie"}
    )
    row = live_sessions.find(int(made.headers["Location"].rsplit("/", 1)[1]))
    assert row is not None
    assert "Ismérie" in row.names.values()
    assert "Zéphyrine" not in row.names.values()


def test_school_taken_up_again_brings_its_people(desk: FlaskClient) -> None:
    desk.post("/animer/nouvelle", data=fill_in(desk))
    page = desk.get("/animer/nouvelle", query_string={"etablissement": "Collège des Tilleuls"}).text
    assert re.search(r'<input[^>]*name="person"[^>]*value="M. Garnier"', page)
    assert not re.search(r'<input[^>]*name="person"[^>]*value="M. Garnier"', desk.get("/animer/nouvelle").text)


@pytest.mark.parametrize("missing", ["adult", "person", "place"])
def test_missing_person_is_said_beside_the_field(desk: FlaskClient, missing: str) -> None:
    page = desk.post("/animer/nouvelle", data=fill_in(desk, **{missing: ""})).text
    assert re.findall(r'id="(\w+)-error"', page) == [missing]


def test_sources_to_read_again_are_said_before_the_lobby(desk: FlaskClient) -> None:
    assert "à relire avant la séance" in desk.get("/animer/nouvelle").text


def test_facilitator_is_told_when_a_forgotten_class_ends_by_itself(desk: FlaskClient, room: ClassRoom) -> None:
    said = "termine d’elle-même après 6\u00a0h"
    assert said in desk.get("/animer/nouvelle").text
    assert said in desk.get(f"/animer/{room.live_id}").text
    room.join(1)
    joining.seen([room.phones[0].participant_id], None)
    running.end_forgotten(clock.now() + timedelta(hours=7, minutes=5), timedelta(hours=6))
    db.session.remove()
    assert "terminée d’elle-même, après 7\u00a0h\u00a005 sans activité" in desk.get(f"/animer/{room.live_id}").text


def test_summary_of_a_class_ended_by_hand_speaks_of_no_silence(
    desk: FlaskClient, room: ClassRoom, press: Press
) -> None:
    press(desk, "end", confirmed="1")
    page = desk.get(f"/animer/{room.live_id}").text
    assert "La séance est terminée" in page
    assert "d’elle-même, après" not in page


def test_summary_says_how_what_one_feels_able_to_do_has_moved(desk: FlaskClient, room: ClassRoom) -> None:
    room.join(3)
    for activity, choices in (("", ("plutot-non", "plutot-oui", "pas-du-tout")), ("sortie", ("plutot-oui",) * 3)):
        if activity:
            room.go_to(activity)
        round_id = next(r for r, q in room.open_questions() if q.id == "aider-sans-danger")
        for phone, choice in zip(room.phones, choices, strict=True):
            room.answer(phone, round_id, choice)
    room.command("end", confirmed=True)
    db.session.remove()
    assert "2 plus haut, 1 pareil, 0 plus bas" in desk.get(f"/animer/{room.live_id}").text


def test_class_without_devices_is_told_why_the_exit_survey_is_left_out(
    make_class: Callable[..., ClassRoom], desk: FlaskClient
) -> None:
    room = make_class(answering=Answering.HANDS)
    page = desk.get(f"/animer/{room.live_id}").text
    assert "jamais à main levée\u00a0: tout le monde verrait les réponses" in page
    assert "Je me sens capable" not in page


def test_home_warns_of_what_was_left_open(desk: FlaskClient, room: ClassRoom) -> None:
    assert "Laissées ouvertes" not in desk.get("/animer").text
    with transaction():
        row = live_sessions.find(room.live_id)
        assert row is not None
        row.created_at -= YESTERDAYS
    assert "Laissées ouvertes" in desk.get("/animer").text
