"""Orders, estimates, sortings, the weather and certainty without a line of script, and on adults' pages."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.services.conftest import KINDS
from tests.services.test_kinds import RIGHT, live_an_hour
from workshop.domain.live_session import Answering
from workshop.realtime.hub import current_hub

from .conftest import ClassRoom, csrf_of
from .test_participant import answer, checked, form_of, seq_of


@pytest.fixture
def room(make_class: Callable[..., ClassRoom]) -> ClassRoom:
    return make_class(quiz=KINDS)


@pytest.fixture
def by_hand(make_class: Callable[..., ClassRoom]) -> ClassRoom:
    return make_class(answering=Answering.HANDS, quiz=KINDS)


def come_in(phone: FlaskClient, room: ClassRoom) -> None:
    phone.get(f"/r/{room.code}")
    assert phone.post(f"/r/{room.code}/join").status_code == 303


def the_round(room: ClassRoom, activity: str) -> int:
    room.go_to(activity)
    return room.open_questions()[0][0]


def send(phone: FlaskClient, room: ClassRoom, round_id: int, *places: str) -> tuple[int, str]:
    page = phone.get(f"/r/{room.code}").text
    data = {"round": str(round_id), "seq": seq_of(form_of(page, round_id)), "places": list(places)}
    sent = phone.post(f"/r/{room.code}/answer", data=data, follow_redirects=True)
    return sent.status_code, form_of(sent.text, round_id)


def selected(form: str) -> list[str]:
    return re.findall(r'<option value="([^"]+)" selected>', form)


def projected(app: Flask, room: ClassRoom) -> str:
    with app.app_context():
        return str(current_hub().publisher.snapshot(room.live_id, "projector", "fr")["html"])


def test_order_is_picked_line_by_line_and_shown_again(phone: FlaskClient, room: ClassRoom) -> None:
    come_in(phone, room)
    round_id = the_round(room, "les-gestes")
    form = form_of(phone.get(f"/r/{room.code}").text, round_id)
    assert selected(form) == [], "an order nobody has given is nobody's"
    assert re.findall(r">(\d\w+)</option>", form)[:4] == ["1re", "2e", "3e", "4e"]
    placed = [f"{item}@{RIGHT.index(item) + 1}" for item in ("signaler", "capture", "adulte", "bloquer")]
    status, form = send(phone, room, round_id, *placed)
    assert (status, selected(form)) == (200, placed)
    assert "Réponse enregistrée" in form


@pytest.mark.parametrize("last", ["bloquer@1", ""], ids=["twice", "missing"])
def test_order_that_is_none_is_told_and_not_lost(phone: FlaskClient, room: ClassRoom, last: str) -> None:
    come_in(phone, room)
    round_id = the_round(room, "les-gestes")
    placed = ["signaler@3", "capture@1", "adulte@2"]
    status, form = send(phone, room, round_id, *placed, last)
    assert status == 400
    assert selected(form) == [*placed, *([last] if last else [])]
    assert "Donne une place différente à chacune" in phone.post(
        f"/r/{room.code}/answer", data={"round": round_id, "seq": "1", "places": ["capture@1", "adulte@1"]}
    ).text.replace("\u202f", " ")


def test_number_is_picked_and_none_is_before(phone: FlaskClient, room: ClassRoom) -> None:
    come_in(phone, room)
    round_id = the_round(room, "combien")
    form = form_of(phone.get(f"/r/{room.code}").text, round_id)
    assert checked(form) == []
    assert "36" not in form, "the number of the source"
    assert checked(form_of(answer(phone, room, round_id, "40"), round_id)) == ["40"]


def test_how_sure_one_is_goes_with_the_choice_or_is_left_out(phone: FlaskClient, room: ClassRoom) -> None:
    come_in(phone, room)
    round_id = the_round(room, "la-capture")
    for seq, data in ((1, {"choices": "oui"}), (2, {"choices": "oui", "certainty": "hesite"})):
        sent = phone.post(f"/r/{room.code}/answer", data={"round": round_id, "seq": seq, **data}, follow_redirects=True)
        form = form_of(sent.text, round_id)
        assert checked(form) == ["oui"]
        assert ('value="hesite" checked' in form) == ("certainty" in data)
    alone = phone.post(f"/r/{room.code}/answer", data={"round": round_id, "seq": 3, "certainty": "sans-doute"})
    assert alone.status_code == 400
    assert 'value="sans-doute" checked' in form_of(alone.text, round_id), "what was ticked is not lost"


def test_sky_is_answered_and_nothing_of_it_stays(phone: FlaskClient, room: ClassRoom) -> None:
    come_in(phone, room)
    round_id = the_round(room, "meteo")
    assert phone.get(f"/r/{room.code}").text.count('<svg class="sky"') == 6
    page = answer(phone, room, round_id, "pluie")
    assert "Réponse enregistrée" in page
    assert checked(form_of(page, round_id)) == []


def test_each_statement_is_sorted_by_a_form_of_its_own(phone: FlaskClient, room: ClassRoom) -> None:
    come_in(phone, room)
    room.go_to("trier")
    for round_id, question in room.open_questions():
        assert checked(form_of(answer(phone, room, round_id, "amis"), round_id)) == ["amis"]
        assert question.text in form_of(phone.get(f"/r/{room.code}").text, round_id)


def test_class_without_devices_sees_what_it_talks_of(app: Flask, desk: FlaskClient, by_hand: ClassRoom) -> None:
    by_hand.go_to("meteo")
    console = desk.get(f"/animer/{by_hand.live_id}").text
    assert "la météo ne se vote pas" in console
    assert "On en parle ensemble" in projected(app, by_hand)
    by_hand.go_to("les-gestes")
    for page in (desk.get(f"/animer/{by_hand.live_id}").text, projected(app, by_hand)):
        assert "Je garde une capture" in page
    assert "Un ordre ne se compte pas à main levée" in desk.get(f"/animer/{by_hand.live_id}").text


def test_hands_are_typed_number_by_number(desk: FlaskClient, by_hand: ClassRoom) -> None:
    round_id = the_round(by_hand, "combien")
    page = desk.get(f"/animer/{by_hand.live_id}").text
    fields = re.findall(r'name="(voices-\d+)"', page)
    assert len(fields) == 21
    typed = {"round": round_id, "csrf_token": csrf_of(page), "voices-20": "9", "voices-40": "12"}
    assert desk.post(f"/animer/{by_hand.live_id}/mains", data=typed).status_code == 303
    by_hand.command("close")
    page = desk.get(f"/animer/{by_hand.live_id}").text
    assert "Au milieu de la classe\u00a0:</b> 40" in page
    assert "36,7" in page


def test_what_a_class_is_sure_of_and_has_wrong_comes_first(desk: FlaskClient, room: ClassRoom) -> None:
    live_an_hour(room)
    letter = desk.get(f"/animer/{room.live_id}/bilan").text.replace("\u00a0", " ").replace("\u202f", " ")
    for words in (
        "6 n’ont aucun doute.",
        "Au milieu de la classe : 20 ; d’après les sources : 36,7 (élèves sur 100).",
        "Qui peut le voir ? · Un brouillon jamais envoyé",
        "Bonnes réponses : 6 sur 12.",
    ):
        assert words in letter
    assert "Grand soleil" not in letter
    assert desk.get(f"/animer/{room.live_id}/bilan.pdf").data.startswith(b"%PDF")


def test_console_says_what_the_class_is_sure_of_and_only_there(
    app: Flask, desk: FlaskClient, phone: FlaskClient, room: ClassRoom
) -> None:
    room.join(12)
    round_id = the_round(room, "la-capture")
    for one in room.phones:
        room.answer(one, round_id, "non", "sans-doute")
    room.command("close")
    room.command("reveal")
    assert re.search(r"12 sur 12 n’ont aucun doute.*Non, elle est effacée", desk.get(f"/animer/{room.live_id}").text)
    for page in (projected(app, room), phone.get(f"/r/{room.code}").text):
        assert "Non, elle est effacée" in page
        assert "aucun doute" not in page
