"""The whole of a pupil's hour without a line of script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import TimeoutError as PoolTimeout

from workshop.storage import live_sessions

from .conftest import ClassRoom


def form_of(page: str, round_id: int) -> str:
    start = page.index(f'data-round="{round_id}"')
    return page[start : page.index("</form>", start)]


def seq_of(form: str) -> str:
    found = re.search(r'name="seq"[^>]*value="(\d+)"', form)
    assert found
    return found[1]


def checked(form: str) -> list[str]:
    inputs = re.findall(r"<input[^>]*name=\"choices\"[^>]*>", form)
    return [re.findall(r'value="([^"]+)"', field)[0] for field in inputs if re.search(r"\schecked\b", field)]


def answer(phone: FlaskClient, room: ClassRoom, round_id: int, *choices: str) -> str:
    """Fill in the form that the page shows and send it; the page that follows."""
    page = phone.get(f"/r/{room.code}").text
    data = {"round": str(round_id), "seq": seq_of(form_of(page, round_id)), "choices": list(choices)}
    sent = phone.post(f"/r/{room.code}/answer", data=data, follow_redirects=True)
    return sent.text


def test_code_leads_to_the_class_however_it_is_typed(phone: FlaskClient, room: ClassRoom) -> None:
    spaced = f" {room.code[:3].lower()} {room.code[3:]} "
    assert phone.get("/r", query_string={"code": spaced}).headers["Location"] == f"/r/{room.code}"


@pytest.mark.parametrize("code", ["", "   ", "<script>", "é à"])
def test_code_that_is_none_is_said_and_not_lost(phone: FlaskClient, code: str) -> None:
    page = phone.get("/r", query_string={"code": code})
    assert page.status_code in (303, 400)
    assert "<script>" not in page.text


def test_unknown_code_says_so_and_keeps_what_was_typed(phone: FlaskClient) -> None:
    page = phone.get("/r/ZZZZ99")
    assert page.status_code == 404
    assert "Aucune séance n’a ce code" in page.text
    assert 'value="ZZZZ99"' in page.text


def test_page_that_finds_every_connection_in_use_comes_again_by_itself(
    phone: FlaskClient, room: ClassRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_is_free(_code: str) -> None:
        raise PoolTimeout("QueuePool limit")

    with monkeypatch.context() as patch:
        patch.setattr(live_sessions, "version_by_code", none_is_free)
        told = phone.get(f"/r/{room.code}")
    assert (told.status_code, told.headers["Refresh"]) == (503, "3")
    assert "data-round" in phone.get(f"/r/{room.code}").text


def test_answer_is_kept_and_shown_again_and_can_change(phone: FlaskClient, room: ClassRoom) -> None:
    round_id, question = room.open_questions()[0]
    first, second = question.choice_ids[:2]
    page = answer(phone, room, round_id, first)
    assert "Réponse enregistrée" in page
    assert checked(form_of(page, round_id)) == [first]
    assert checked(form_of(answer(phone, room, round_id, second), round_id)) == [second]


def test_page_view_makes_no_participant(phone: FlaskClient, room: ClassRoom) -> None:
    before = room.row().joined
    phone.get(f"/r/{room.code}")
    assert room.row().joined == before
    phone.post(f"/r/{room.code}/join")
    assert room.row().joined == before + 1


def test_form_without_choice_is_refused_with_a_sentence(phone: FlaskClient, room: ClassRoom) -> None:
    phone.get(f"/r/{room.code}")
    round_id, _ = room.open_questions()[0]
    sent = phone.post(f"/r/{room.code}/answer", data={"round": str(round_id), "seq": "1"})
    assert sent.status_code == 400
    assert "Recharge la page" in sent.text or "Choisis" in sent.text


def test_answer_after_the_close_is_said_in_words(
    phone: FlaskClient, room: ClassRoom, desk: FlaskClient, press: Callable[..., object]
) -> None:
    round_id, question = room.open_questions()[0]
    phone.get(f"/r/{room.code}")
    press(desk, "start")
    late = phone.post(
        f"/r/{room.code}/answer", data={"round": str(round_id), "seq": "1", "choices": question.choice_ids[0]}
    )
    assert late.status_code == 409
    assert "Le vote est fermé" in late.text


def test_answer_on_lived_experience_is_not_shown_again(phone: FlaskClient, room: ClassRoom) -> None:
    room.join(3)
    phone.get(f"/r/{room.code}")
    phone.post(f"/r/{room.code}/join")
    room.go_to("deja-vu")
    [(round_id, question)] = room.open_questions()
    page = answer(phone, room, round_id, question.choice_ids[0])
    assert "Réponse enregistrée" in page
    assert checked(form_of(page, round_id)) == []
    assert checked(form_of(phone.get(f"/r/{room.code}").text, round_id)) == []


def test_way_to_help_is_on_every_screen_and_names_the_people_of_this_school(
    phone: FlaskClient, room: ClassRoom, desk: FlaskClient, press: Callable[..., object]
) -> None:
    phone.get(f"/r/{room.code}")
    phone.post(f"/r/{room.code}/join")
    seen = set()
    for _ in range(60):
        page = phone.get(f"/r/{room.code}").text
        live, _ = room.state()
        seen.add(live.phase)
        assert "À qui parler" in page, live.phase
        assert "3018" in page
        assert "M. Garnier" in page
        if live.phase == "ended":
            break
        step = room.step()
        press(desk, step.command, confirmed="1")
    assert seen >= {"lobby", "open", "closed", "revealed", "ended"}


def test_comeback_code_moves_the_sign_to_this_browser(phone: FlaskClient, room: ClassRoom) -> None:
    phone.get(f"/r/{room.code}")
    phone.post(f"/r/{room.code}/join")
    page = phone.get(f"/r/{room.code}").text
    found = re.search(r"data-mine=\"comeback\"[^>]*>\s*([A-Z0-9-]{6,})", page)
    assert found
    other = phone.application.test_client()
    other.get(f"/r/{room.code}")
    assert other.post(f"/r/{room.code}/comeback", data={"comeback": found[1].lower()}).status_code == 303
    assert other.get(f"/r/{room.code}").status_code == 200
    refused = phone.post(f"/r/{room.code}/join")
    assert refused.status_code == 409
    assert "repris sur un autre appareil" in refused.text


def test_comeback_codes_cannot_be_guessed_at_leisure(phone: FlaskClient, room: ClassRoom) -> None:
    phone.get(f"/r/{room.code}")
    answers = [phone.post(f"/r/{room.code}/comeback", data={"comeback": f"AAA-{n:03}"}) for n in range(7)]
    assert [page.status_code for page in answers[:5]] == [404] * 5
    assert [page.status_code for page in answers[5:]] == [429] * 2


def test_rehearsal_shows_no_page_to_a_real_phone(phone: FlaskClient, make_class: Callable[..., ClassRoom]) -> None:
    assert phone.get(f"/r/{make_class(rehearsal=True).code}").status_code == 409


def test_language_is_chosen_once_and_leaves_the_address(phone: FlaskClient, room: ClassRoom) -> None:
    chosen = phone.get(f"/r/{room.code}?langue=en")
    assert chosen.headers["Location"] == f"/r/{room.code}"
    page = phone.get(f"/r/{room.code}").text
    assert '<html lang="en"' in page and "Who to talk to" in page and "À qui parler" not in page
    assert f'<a href="/r/{room.code}?langue=fr"' in page


def test_more_time_is_asked_for_without_a_script(phone: FlaskClient, room: ClassRoom) -> None:
    room.go_to("premier-geste")
    phone.get(f"/r/{room.code}")
    assert "plus de temps" not in phone.get(f"/r/{room.code}").text
    room.command("deadline", number=60)
    [(round_id, _)] = room.open_questions()
    assert "J’ai besoin de plus de temps" in phone.get(f"/r/{room.code}").text
    page = phone.post(f"/r/{room.code}/more-time", data={"round": str(round_id)}, follow_redirects=True).text
    assert "ne se ferme plus tout seul" in page
    assert "J’ai besoin de plus de temps" not in page


def test_first_page_says_at_once_that_a_vote_closes_by_itself_or_no_longer(
    app: Flask, phone: FlaskClient, room: ClassRoom
) -> None:
    room.go_to("premier-geste")
    room.command("deadline", number=60)
    assert "J’ai besoin de plus de temps" in app.test_client().get(f"/r/{room.code}").text
    phone.get(f"/r/{room.code}")
    [(round_id, _)] = room.open_questions()
    phone.post(f"/r/{room.code}/more-time", data={"round": str(round_id)})
    assert "J’ai besoin de plus de temps" not in app.test_client().get(f"/r/{room.code}").text


def test_more_time_without_cookie_or_round_is_refused_in_words(app: Flask, phone: FlaskClient, room: ClassRoom) -> None:
    assert app.test_client().post(f"/r/{room.code}/more-time", data={"round": "1"}).status_code == 400
    phone.get(f"/r/{room.code}")
    assert phone.post(f"/r/{room.code}/more-time", data={"round": "abc"}).status_code == 400
    assert phone.post(f"/r/{room.code}/more-time", data={"round": "999"}).status_code == 409


def test_state_can_be_asked_for_without_a_socket_nor_a_sign(phone: FlaskClient, room: ClassRoom) -> None:
    room.go_to("premier-geste")
    page = phone.get(f"/r/{room.code}").text
    joined = room.row().joined
    address = f"/r/{room.code.lower()}/etat/fr"
    answer = phone.get(address)
    assert answer.status_code == 200 and answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers
    state = answer.json
    live, _ = room.state()
    [(round_id, _question)] = room.open_questions()
    assert (state["version"], state["phase"], state["round"]) == (live.version, "open", [str(round_id)])
    assert f'data-tag="{state["tag"]}"' in page and form_of(state["html"], round_id) in page
    assert room.row().joined == joined, "asking makes nobody"
    assert phone.get(address).json == state, "rendered once for all who ask"
    seen = phone.get(address, query_string={"seen": state["tag"]}).json
    assert seen == {name: value for name, value in state.items() if name != "html"}
    assert "html" in phone.get(address, query_string={"seen": "another"}).json


def test_state_over_http_moves_with_each_command_and_when_a_pupil_needs_time(
    phone: FlaskClient, room: ClassRoom, desk: FlaskClient, press: Callable[..., object]
) -> None:
    def state() -> dict[str, Any]:
        found: dict[str, Any] = phone.get(f"/r/{room.code}/etat/fr").json
        return found

    room.go_to("premier-geste")
    before = state()
    press(desk, "deadline", number="60")
    timed = state()
    assert timed["version"] == before["version"] + 1 and "plus de temps" in timed["html"]
    phone.get(f"/r/{room.code}")
    phone.post(f"/r/{room.code}/more-time", data={"round": timed["round"][0]})
    untimed = state()
    assert untimed["version"] == timed["version"] and untimed["revision"] > timed["revision"]
    assert "ne se ferme plus tout seul" in untimed["html"]
    press(desk, "end", confirmed="1")
    ended = state()
    assert (ended["phase"], ended["round"]) == ("ended", []) and "c’est terminé" in ended["html"]


def test_state_over_http_is_in_the_language_of_its_address(phone: FlaskClient, room: ClassRoom) -> None:
    phone.get(f"/r/{room.code}?langue=en")
    page = phone.get(f"/r/{room.code}").text
    assert ' data-language="en"' in page
    state = phone.get(f"/r/{room.code}/etat/en").json
    assert f'data-tag="{state["tag"]}"' in page
    french, unknown = (phone.get(f"/r/{room.code}/etat/{language}").json["html"] for language in ("fr", "xx"))
    assert french == unknown != state["html"]


def test_state_over_http_is_refused_as_the_page_is(phone: FlaskClient, make_class: Callable[..., ClassRoom]) -> None:
    asked_by_a_script = {"Accept": "application/json"}
    unknown = phone.get("/r/ZZZZ99/etat/fr", headers=asked_by_a_script)
    assert (unknown.status_code, unknown.json["error"]) == (404, "unknown_code")
    rehearsal = phone.get(f"/r/{make_class(rehearsal=True).code}/etat/fr", headers=asked_by_a_script)
    assert (rehearsal.status_code, rehearsal.json["error"]) == (409, "rehearsal")
