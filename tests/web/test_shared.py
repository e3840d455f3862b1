"""Several pupils on one device, and a device that goes to another pupil, without a line of script."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from workshop import clock
from workshop.services.viewing import load_board

from .conftest import ClassRoom
from .test_participant import form_of, seq_of


def says(phone: FlaskClient, room: ClassRoom, way: str, size: int) -> str:
    phone.get(f"/r/{room.code}")
    assert phone.get(f"/r/{room.code}/appareil").status_code == 200
    sent = phone.post(f"/r/{room.code}/partage", data={"way": way, "size": str(size)}, follow_redirects=True)
    assert sent.status_code == 200
    return sent.text


def cover_of(page: str) -> str:
    found = re.search(r"<section class=\"turns.*?</section>", page, re.DOTALL)
    assert found
    return found[0]


def is_covered(page: str) -> bool:
    return bool(re.search(r'<main id="state"[^>]* hidden>', page)) and "hidden" not in cover_of(page).split(">")[0]


def next_seat(page: str) -> int:
    found = re.search(r'<li class="is-next"><a class="button" href="[^"]*\?siege=(\d)"', cover_of(page))
    assert found
    return int(found[1])


def answers(phone: FlaskClient, room: ClassRoom, seat: int, round_id: int, choice: str) -> str:
    page = phone.get(f"/r/{room.code}?siege={seat}").text
    assert not is_covered(page)
    form = form_of(page, round_id)
    assert f'name="siege" value="{seat}"' in form
    assert not re.search(r"\schecked\b", form)
    data = {"round": str(round_id), "seq": seq_of(form), "siege": str(seat), "choices": choice}
    return phone.post(f"/r/{room.code}/answer", data=data, follow_redirects=True).text


def test_pupils_take_turns_and_none_sees_the_answer_before(phone: FlaskClient, room: ClassRoom) -> None:
    says(phone, room, "turns", 3)
    room.go_to("premier-geste")
    round_id, question = room.open_questions()[0]
    page = phone.get(f"/r/{room.code}").text
    for place, seat in enumerate((1, 2, 3)):
        assert is_covered(page)
        assert next_seat(page) == seat
        page = answers(phone, room, seat, round_id, question.choice_ids[place % 2])
        assert not re.search(r"\schecked\b", page)
    assert is_covered(page) and "all-done" in cover_of(page)
    for seat in (1, 2, 3):
        assert not re.search(r"\schecked\b", form_of(phone.get(f"/r/{room.code}?siege={seat}").text, round_id))
    assert load_board(room.row(), clock.now()).answered == 3
    answers(phone, room, 1, round_id, question.choice_ids[1])
    room.command("close")
    assert load_board(room.row(), clock.now()).tallies[round_id].voices[question.choice_ids[1]] == 2


def test_pupil_who_passes_hands_over_to_the_next(phone: FlaskClient, room: ClassRoom) -> None:
    says(phone, room, "turns", 3)
    room.go_to("premier-geste")
    page = phone.get(f"/r/{room.code}?siege=1").text
    back = re.search(r'data-turn-back><a [^>]*href="([^"]+)"', page)
    assert back
    assert next_seat(phone.get(back[1]).text) == 2
    assert next_seat(phone.get(f"/r/{room.code}?apres=3").text) == 1


def test_one_stays_until_all_that_is_asked_of_one_has_an_answer(phone: FlaskClient, room: ClassRoom) -> None:
    says(phone, room, "turns", 2)
    asked = [(round_id, question) for round_id, question in room.open_questions() if not question.is_alone]
    assert len(asked) > 1
    for place, (round_id, question) in enumerate(asked, start=1):
        page = answers(phone, room, 2, round_id, question.choice_ids[0])
        assert is_covered(page) == (place == len(asked))


def test_what_is_answered_alone_is_listened_to(phone: FlaskClient, room: ClassRoom) -> None:
    for way in ("turns", "group"):
        page = says(phone, room, way, 2)
        lobby = room.open_questions()
        assert {question.is_alone for _, question in lobby} == {True, False}
        for round_id, question in lobby:
            assert (f'data-round="{round_id}"' in page) is not question.is_alone
    room.go_to("deja-vu")
    page = phone.get(f"/r/{room.code}").text
    assert "ici, on écoute" in page and '<form class="question"' not in page
    [(round_id, question)] = room.open_questions()
    forced = {"round": str(round_id), "seq": "1", "choices": question.choice_ids[0]}
    refused = phone.post(f"/r/{room.code}/answer", data=forced)
    assert refused.status_code == 409 and "il en faut un par élève" in refused.text


def test_group_is_one_phone_that_says_how_many_hold_it(phone: FlaskClient, room: ClassRoom) -> None:
    page = says(phone, room, "group", 3)
    assert "Vous êtes 3 sur cet appareil" in page and "data-turns" not in page
    assert "shared.js" in page


def test_phone_of_one_loads_nothing_of_it(phone: FlaskClient, room: ClassRoom) -> None:
    phone.get(f"/r/{room.code}")
    phone.post(f"/r/{room.code}/join")
    assert "shared." not in phone.get(f"/r/{room.code}").text


def test_way_is_refused_in_words_once_somebody_has_answered(phone: FlaskClient, room: ClassRoom) -> None:
    says(phone, room, "turns", 2)
    round_id, question = room.open_questions()[0]
    answers(phone, room, 2, round_id, question.choice_ids[0])
    late = phone.post(f"/r/{room.code}/partage", data={"way": "group", "size": "3"})
    assert late.status_code == 409 and "ne change plus" in late.text


@pytest.mark.parametrize("fields", [{}, {"way": "turns", "size": "9"}, {"way": "x", "size": "2"}, {"size": "²"}])
def test_sharing_that_is_none_is_refused(phone: FlaskClient, room: ClassRoom, fields: dict[str, str]) -> None:
    phone.get(f"/r/{room.code}")
    assert phone.post(f"/r/{room.code}/partage", data=fields).status_code == 400


def test_next_pupil_finds_a_fresh_device(
    phone: FlaskClient, room: ClassRoom, make_class: Callable[..., ClassRoom]
) -> None:
    earlier = make_class()
    phone.get(f"/r/{earlier.code}")
    phone.get(f"/r/{room.code}?langue=en")
    round_id, question = room.open_questions()[0]
    page = phone.get(f"/r/{room.code}").text
    data = {"round": str(round_id), "seq": "1", "choices": question.choice_ids[0]}
    assert phone.post(f"/r/{room.code}/answer", data=data).status_code == 303
    phone.set_cookie("preau_desk", "of the adult who tried it")
    gone = phone.post(f"/r/{room.code}/suivant")
    cleared = gone.headers.getlist("Set-Cookie")
    assert len(cleared) == 3 and all("Max-Age=0" in one or "Expires=Thu, 01 Jan 1970" in one for one in cleared)
    names = {one.split("=")[0] for one in cleared}
    assert names == {f"preau_{room.code.lower()}", f"preau_{earlier.code.lower()}", "preau_language"}
    assert "C’est oublié" in phone.get(gone.headers["Location"]).text
    page = phone.get(f"/r/{room.code}").text
    assert '<html lang="fr"' in page
    assert not re.search(r"\schecked\b", page)
    assert room.row().joined == 1
    phone.post(f"/r/{room.code}/join")
    assert room.row().joined == 2


def test_device_of_a_class_that_is_over_still_goes_to_the_next_pupil(phone: FlaskClient, room: ClassRoom) -> None:
    phone.get(f"/r/{room.code}")
    code = room.code
    room.command("end", confirmed=True)
    assert "Élève suivant" in phone.get(f"/r/{code}").text
    page = phone.get(f"/r/{code}/appareil").text
    assert "passer à l’élève suivant" in page and "plusieurs dessus" not in page
    assert "commencer" not in phone.post(f"/r/{code}/suivant", follow_redirects=True).text


def test_console_says_who_shares_and_who_cannot_answer(phone: FlaskClient, room: ClassRoom, desk: FlaskClient) -> None:
    room.join()
    says(phone, room, "turns", 3)
    group = phone.application.test_client()
    says(group, room, "group", 4)
    page = desk.get(f"/animer/{room.live_id}").text
    assert "3 élèves à tour de rôle sur un appareil" in page and "un groupe de 4 élèves" in page
    room.go_to("deja-vu")
    assert "2 appareils partagés n’y répondent pas" in desk.get(f"/animer/{room.live_id}").text


def test_result_tells_the_ways_of_its_voices(phone: FlaskClient, room: ClassRoom, desk: FlaskClient) -> None:
    (alone,) = room.join()
    says(phone, room, "turns", 2)
    room.go_to("premier-geste")
    round_id, question = room.open_questions()[0]
    room.answer(alone, round_id, question.choice_ids[0])
    for seat in (1, 2):
        answers(phone, room, seat, round_id, question.choice_ids[0])
    room.command("close")
    said = "3 voix\u00a0: 1 sur son propre appareil, 2 à tour de rôle sur un appareil"
    assert said in desk.get(f"/animer/{room.live_id}").text
    room.command("reveal")
    assert said in phone.get(f"/r/{room.code}").text
    room.command("end", confirmed=True)
    assert said in desk.get(f"/animer/{room.live_id}").text
