"""The teacher's follow-up, hosted: opened, shown, answered by a pupil without a script, closed, compared."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.services.test_following_up import answer_all
from workshop import clock
from workshop.config import Config
from workshop.domain.live_session import Command
from workshop.extensions import db
from workshop.services import following_up, teacher_links
from workshop.storage import live_sessions

from .conftest import ClassRoom, csrf_of, signed_in
from .test_teacher import counted, ended, make_link, texts
from .test_teacher_hosted import ORIGIN, Far

__all__ = ["ended"]

DAYS = timedelta(days=90)


@pytest.fixture
def config(sqlite_config: Config) -> Config:
    return replace(sqlite_config, public_url=ORIGIN, proxies=0)


@pytest.fixture
def app(app: Flask) -> Flask:
    app.test_client_class = Far
    return app


@pytest.fixture
def teacher(app: Flask, ended: ClassRoom) -> FlaskClient:
    client = app.test_client()
    assert client.get(f"/lien/{make_link(ended)}").status_code == 303
    return client


def address(room: ClassRoom) -> str:
    return f"/bilan/{room.live_id}/nouvelles"


def send(teacher: FlaskClient, room: ClassRoom, **fields: str) -> int:
    token = csrf_of(teacher.get(address(room)).text)
    answer = teacher.post(address(room), data={"csrf_token": token, **fields})
    db.session.remove()
    return int(answer.status_code)


@pytest.fixture
def again(teacher: FlaskClient, ended: ClassRoom) -> ClassRoom:
    assert send(teacher, ended, action="launch", days="7") == 303
    running = following_up.status(ended.live_id).running
    assert running
    return ClassRoom(ended.hub, running.live_id, ended.owner_id)


def test_letter_leads_to_it_and_says_where_it_is(teacher: FlaskClient, ended: ClassRoom) -> None:
    letter = f"/bilan/{ended.live_id}"
    page = teacher.get(letter).text
    assert "Prendre des nouvelles dans quatre semaines" in page
    assert f'href="{address(ended)}"' in page
    assert send(teacher, ended, action="launch", days="7") == 303
    assert "Les questions sont ouvertes." in teacher.get(letter).text
    assert send(teacher, ended, action="close", confirmed="1") == 303
    assert "C’est fait" in teacher.get(letter).text


def test_facilitator_s_preview_has_no_button_for_it(app: Flask, ended: ClassRoom) -> None:
    desk = signed_in(app, ended.owner_id)
    assert "nouvelles" not in desk.get(f"/animer/{ended.live_id}/bilan").text
    assert "nouvelles" not in desk.get(f"/animer/{ended.live_id}/bilan.html").text


def test_page_says_what_will_be_asked_before_it_is(teacher: FlaskClient, ended: ClassRoom) -> None:
    page = texts(teacher.get(address(ended)).text)
    assert "Les 5 questions" in page
    assert "vu passer en ligne" not in page
    assert "Vous pouvez revenir ce jour-là, ou lancer dès maintenant." in page


def test_running_page_shows_the_way_in_and_a_number(teacher: FlaskClient, ended: ClassRoom, again: ClassRoom) -> None:
    answer_all(again, 12)
    db.session.remove()
    page = teacher.get(address(ended)).text
    assert f'value="{ORIGIN}/r/{again.code}"' in page
    assert page.count('class="qr"') == 1
    said = texts(page)
    assert "12 appareils ont répondu" in said
    # It may be projected: no question, no result.
    assert "sur 12" not in said
    assert "3018" not in said


def test_earlier_result_is_not_on_the_page_that_the_class_sees(
    teacher: FlaskClient, ended: ClassRoom, again: ClassRoom
) -> None:
    answer_all(again, 12)
    again.command("end", confirmed=True)
    db.session.remove()
    assert "Bonnes réponses" in teacher.get(address(ended)).text
    assert send(teacher, ended, action="launch", days="1") == 303
    assert "Bonnes réponses" not in teacher.get(address(ended)).text


def test_pupil_without_a_script_answers_each_question_and_is_thanked(
    app: Flask, ended: ClassRoom, again: ClassRoom
) -> None:
    phone, code = app.test_client(), again.code
    db.session.remove()
    first = phone.get(f"/r/{code}")
    assert first.headers["Set-Cookie"].startswith(f"preau_{code.lower()}=")
    page = first.text
    assert "compris." in texts(page)
    assert "Sans nom ni compte." in texts(page)
    assert "M. Garnier" in page
    assert "dans la salle, pendant la séance" not in page
    rounds = re.findall(r'data-round="(\d+)"', page)
    assert len(rounds) == 5
    for number, round_ in enumerate(rounds):
        assert is_thanked(page) is False, number
        form = page.partition(f'data-round="{round_}"')[2].partition("</form>")[0]
        [first, *_] = re.findall(r'name="choices" value="([^"]+)"', form)
        sent = phone.post(f"/r/{code}/answer", data={"round": round_, "seq": "1", "choices": first})
        assert sent.status_code == 303, sent.text
        page = phone.get(f"/r/{code}").text
    assert is_thanked(page)
    assert re.search(r"Ton signe", page)


def is_thanked(page: str) -> bool:
    [attributes] = re.findall(r'<div class="card card-good thanks"([^>]*)>', page)
    return " hidden" not in attributes


def test_nothing_right_or_wrong_reaches_a_pupil(app: Flask, ended: ClassRoom, again: ClassRoom) -> None:
    answer_all(again, 12)
    [question, *_] = [question for _, question in again.open_questions()]
    code = again.code
    db.session.remove()
    open_ = app.test_client().get(f"/r/{code}").text
    again.hub.command(again.live_id, Command("end", 0, confirmed=True))
    db.session.remove()
    for page in (open_, app.test_client().get(f"/r/{code}").text):
        assert str(question.explanation)[:30] not in page
        assert "Bonne réponse" not in page
    assert "Merci, c’est terminé." in page


def test_closing_needs_a_second_gesture_and_twice_is_once(
    teacher: FlaskClient, ended: ClassRoom, again: ClassRoom
) -> None:
    assert send(teacher, ended, action="close") == 409
    assert again.row().ended_at is None
    db.session.remove()  # a reader would hold up the erasure
    token = csrf_of(teacher.get(address(ended)).text)
    for _ in range(2):
        closed = teacher.post(address(ended), data={"csrf_token": token, "action": "close", "confirmed": "1"})
        assert closed.status_code == 303
    row = again.row()
    assert row.ended_at is not None
    assert row.erasure_pending is False
    assert "Moins de 10 réponses" in texts(teacher.get(address(ended)).text)


def test_comparison_says_counts_of_two_groups(teacher: FlaskClient, ended: ClassRoom, again: ClassRoom) -> None:
    answer_all(again, 12, wrong=3)
    again.command("end", confirmed=True)
    db.session.remove()
    page = texts(teacher.get(address(ended)).text)
    assert "Deux groupes comparés, sans relier personne" in page
    assert "Bonnes réponses cette fois : 9 sur 12. À la fin de l’atelier : 7 sur 12." in page
    assert "Au début de l’atelier : 4 sur 12." in page
    assert "Pendant l’atelier : 3 sur 12." in page
    assert "Bonnes réponses cochées cette fois : 9, 9 et 9 fois, sur 12 élèves." in page
    assert "Pendant l’atelier : moins de 10 réponses." in page
    for word in ("%", "p =", "intervalle"):
        assert word not in page


@pytest.mark.parametrize("fields", [{"action": "dance"}, {"action": "launch"}, {"action": "launch", "days": "15"}, {}])
def test_what_the_page_never_sends_is_refused(teacher: FlaskClient, ended: ClassRoom, fields: dict[str, str]) -> None:
    assert send(teacher, ended, **fields) == 400
    assert following_up.status(ended.live_id).running is None


def test_form_without_its_token_is_refused(teacher: FlaskClient, ended: ClassRoom) -> None:
    assert teacher.post(address(ended), data={"action": "launch", "days": "7"}).status_code == 400
    assert following_up.status(ended.live_id).running is None


def test_whoever_may_not_read_gets_the_same_page_as_elsewhere(
    app: Flask, teacher: FlaskClient, ended: ClassRoom, make_class: object
) -> None:
    other = make_class()  # type: ignore[operator]  # the fixture's
    other.command("end", confirmed=True)
    token = teacher_links.links.make(other.live_id, clock.now(), DAYS)
    db.session.remove()
    stranger = app.test_client()
    assert stranger.get(f"/lien/{token}").status_code == 303
    teacher_links.links.revoke(other.live_id)
    db.session.remove()
    seen = set()
    for client, live_id in (
        (stranger, ended.live_id),
        (stranger, other.live_id),
        (teacher, other.live_id),
        (teacher, 9),
    ):
        for path in ("", "/nouvelles"):
            with counted() as queries:
                answer = client.get(f"/bilan/{live_id}{path}")
            body = answer.text.replace(f"/bilan/{live_id}{path}", "")
            seen.add((answer.status_code, body, len(queries)))
    assert len(seen) == 1
    assert {status for status, _, _ in seen} == {410}
    csrf = csrf_of(stranger.get("/connexion").text)
    posted = stranger.post(address(ended), data={"csrf_token": csrf, "action": "launch", "days": "7"})
    assert posted.status_code == 410
    assert following_up.status(ended.live_id).running is None


def test_queries_do_not_grow_with_what_was_asked_again(teacher: FlaskClient, ended: ClassRoom) -> None:
    counts = []
    for _ in range(3):
        assert send(teacher, ended, action="launch", days="7") == 303
        assert send(teacher, ended, action="close", confirmed="1") == 303
        teacher.get(address(ended))
        with counted() as queries:
            teacher.get(address(ended))
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_teacher_s_link_and_desk_open_nothing_of_the_follow_up_itself(
    app: Flask, teacher: FlaskClient, ended: ClassRoom, again: ClassRoom
) -> None:
    assert teacher.get(f"/bilan/{again.live_id}").status_code == 410
    desk = signed_in(app, ended.owner_id)
    for path in ("", "/bilan", "/enseignant"):
        assert desk.get(f"/animer/{again.live_id}{path}").status_code == 403
    live = live_sessions.find(again.live_id)
    assert live
    csrf = csrf_of(desk.get(f"/animer/{ended.live_id}/enseignant").text)
    form = {"csrf_token": csrf, "command": "end", "version": "0", "confirmed": "1"}
    assert desk.post(f"/animer/{again.live_id}/commande", data=form).status_code == 403
