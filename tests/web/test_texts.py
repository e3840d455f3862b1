"""Words without a script, who may read them, the sheets and the charter: by pages and forms."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.services.test_texts import (
    CRY,
    approved,
    asked,
    make_written,
    room as room,  # the class that is asked for a word, instead of the usual one
    verdict,
    waiting,
    write,
)
from workshop import clock
from workshop.extensions import db
from workshop.pdf import has_pdf
from workshop.services import accounts, reading, teacher_links
from workshop.services.charters import save_charter
from workshop.storage import texts

from .conftest import ClassRoom, csrf_of

__all__ = ["make_written"]
NOTICE = "S’il parle d’un danger, elle le transmet à un adulte du collège. N’écris aucun nom."


def send(phone: FlaskClient, room: ClassRoom, words: str, seq: int = 1) -> Any:
    form = {"round": str(asked(room)), "seq": str(seq), "text": words}
    return phone.post(f"/r/{room.code}/answer", data=form, headers={"Origin": "http://localhost"})


def post(client: FlaskClient, room: ClassRoom, path: str, **fields: str) -> Any:
    token = csrf_of(client.get(f"/animer/{room.live_id}").text)
    db.session.remove()
    return client.post(f"/animer/{room.live_id}/{path}", data={"csrf_token": token, **fields})


def sheet_id(room: ClassRoom) -> int:
    [sheet] = reading.sheets(room.live_id, room.state()[1])
    db.session.remove()
    return sheet.id


def test_pupil_without_a_script_writes_is_told_and_may_change(phone: FlaskClient, room: ClassRoom) -> None:
    page = phone.get(f"/r/{room.code}").text
    assert NOTICE in page
    assert send(phone, room, "  en \n parler ").status_code == 303
    page = phone.get(f"/r/{room.code}").text
    assert ">en parler</textarea>" in page
    assert 'name="seq" value="2"' in page
    assert re.search(r"data-receipt>", page)
    assert waiting(asked(room)) == [("en parler", 1)]


@pytest.mark.parametrize(
    ("words", "said"), [("x" * 81, "80 caractères au plus"), ("   ", "Il n’y a rien à lire"), ("?!", "Il n’y a rien")]
)
def test_refusal_is_said_and_what_was_typed_stays(phone: FlaskClient, room: ClassRoom, words: str, said: str) -> None:
    phone.get(f"/r/{room.code}")
    page = send(phone, room, words)
    assert page.status_code == 400
    assert said in page.text
    assert f">{words}</textarea>" in page.text
    assert waiting(asked(room)) == []


def test_notice_names_the_lycee(phone: FlaskClient, room: ClassRoom) -> None:
    row = room.row()
    row.level = "2de"
    db.session.commit()
    page = phone.get(f"/r/{room.code}").text
    assert "à un adulte du lycée" in page
    assert "collège" not in page


def test_card_of_help_is_on_the_phone_that_wrote_and_on_no_other(app: Flask, room: ClassRoom) -> None:
    crying, other = app.test_client(), app.test_client()
    for phone, words in ((crying, CRY), (other, "courage")):
        phone.get(f"/r/{room.code}")
        send(phone, room, words)
    assert re.search(r"data-care aria-labelledby", crying.get(f"/r/{room.code}").text)
    assert re.search(r"data-care hidden", other.get(f"/r/{room.code}").text)
    send(crying, room, "courage", 2)
    assert re.search(r"data-care hidden", crying.get(f"/r/{room.code}").text)


def test_console_reads_and_keeps_by_plain_forms(desk: FlaskClient, room: ClassRoom) -> None:
    write(room, room.phones[0], "T’es qu’un connard")
    write(room, room.phones[1], "courage")
    page = desk.get(f"/animer/{room.live_id}").text
    assert "peut-être une insulte" in page
    for words, wanted in (("courage", "approve"), ("T’es qu’un connard", "refuse")):
        done = post(desk, room, "messages", round=str(asked(room)), text=words, verdict=wanted)
        assert done.status_code == 303
    assert waiting(asked(room)) == []
    assert [one.text for one in approved(asked(room))] == ["courage"]


def test_messages_are_hidden_with_the_notes(desk: FlaskClient, room: ClassRoom) -> None:
    """A console that is duplicated on the wall would show the class what nobody has read yet."""
    write(room, room.phones[0], "un mot que la classe ne doit pas voir")
    page = desk.get(f"/animer/{room.live_id}").text
    assert "notes-hidden" in page
    [opening] = re.findall(r'<section class="([^"]*)"[^>]*data-reading', page)
    assert "private" in opening.split()
    assert "Vos notes sont cachées, et les messages des élèves" in page


def test_words_said_aloud_stay_typed_when_they_are_refused(desk: FlaskClient, room: ClassRoom) -> None:
    page = post(desk, room, "messages", round=str(asked(room)), text="!!!", verdict="aloud")
    assert page.status_code == 400
    assert 'value="!!!"' in page.text
    assert post(desk, room, "messages", round=str(asked(room)), text="courage", verdict="aloud").status_code == 303
    assert [one.text for one in approved(asked(room))] == ["courage"]


def test_verdict_that_is_none_is_refused(desk: FlaskClient, room: ClassRoom) -> None:
    write(room, room.phones[0], CRY)
    for wanted in ("release", "publish", ""):
        assert post(desk, room, "messages", round=str(asked(room)), text=CRY, verdict=wanted).status_code == 400
    assert approved(asked(room)) == ()


def everybody_else(app: Flask, room: ClassRoom, stranger: FlaskClient) -> list[FlaskClient]:
    """A colleague, their remote (confirmed), a pupil, a passer-by."""
    remote, pupil = app.test_client(), app.test_client()
    token = accounts.make_link("remote", clock.now(), accounts.PAIRING_LASTS, live_id=room.live_id)
    remote.get(f"/lien/{token}")
    accounts.confirm_remote(room.live_id, accounts.remotes(room.live_id)[0].id)
    db.session.remove()
    pupil.get(f"/r/{room.code}")
    pupil.post(f"/r/{room.code}/join", headers={"Origin": "http://localhost"})
    return [stranger, remote, pupil, app.test_client()]


def test_nobody_else_reads_decides_or_prints(app: Flask, room: ClassRoom, stranger: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # the right itself, not the token
    write(room, room.phones[0], CRY)
    write(room, room.phones[1], "un mot que personne n’a lu")
    save_charter(room.live_id, "affiche", ["On écoute"], clock.now())
    here, sheet = f"/animer/{room.live_id}", sheet_id(room)
    pages = [
        f"{here}/a-part",
        f"{here}/a-part/{sheet}",
        f"{here}/charte",
        f"{here}/charte.pdf",
        f"/telecommande/{room.live_id}",
    ]
    pages += [f"/bilan/{room.live_id}/charte", f"/bilan/{room.live_id}/charte.pdf", here, f"/r/{room.code}"]
    forms = [
        (f"{here}/messages", {"round": str(asked(room)), "text": "un mot que personne n’a lu", "verdict": "approve"}),
        (f"{here}/messages", {"round": str(asked(room)), "text": "x", "verdict": "aloud"}),
        (f"{here}/a-part/{sheet}", {"action": "delete", "confirmed": "1"}),
        (f"{here}/a-part/{sheet}", {"action": "release"}),
        (f"{here}/charte", {"activity": "affiche", "line": "Rien"}),
    ]
    for client in everybody_else(app, room, stranger):
        for page in pages:
            found = client.get(page)
            assert CRY not in found.text and "personne n’a lu" not in found.text, page
            if "/r/" not in page and "telecommande" not in page:
                assert found.status_code in (303, 403, 410), page
        for path, form in forms:
            assert client.post(path, data=form).status_code in (303, 403), path
    assert approved(asked(room)) == ()
    assert sheet_id(room) == sheet
    assert load_lines(room) == ["On écoute"]


def load_lines(room: ClassRoom) -> list[str]:
    found = list(texts.charters(room.live_id).get("affiche", ()))
    db.session.remove()
    return found


def test_sheet_has_the_exact_words_and_room_for_two_signatures(desk: FlaskClient, room: ClassRoom) -> None:
    write(room, room.phones[0], CRY)
    assert "1 message est à part" in desk.get(f"/animer/{room.live_id}").text
    listed = desk.get(f"/animer/{room.live_id}/a-part").text
    assert CRY in listed and "3018" in listed and "M. Garnier" in listed
    page = desk.get(f"/animer/{room.live_id}/a-part/{sheet_id(room)}").text
    assert f">{CRY}<" in page
    for said in ("Signature de qui reçoit", "Signature de qui remet", "Jour et heure", "M. Garnier", "bureau 12"):
        assert said in page
    assert "Galet" not in page, "no sign of any phone"


def test_deleting_a_sheet_asks_first(desk: FlaskClient, room: ClassRoom) -> None:
    write(room, room.phones[0], CRY)
    sheet = sheet_id(room)
    asks = post(desk, room, f"a-part/{sheet}", action="delete")
    assert asks.status_code == 409
    assert sheet_id(room) == sheet
    assert "Supprimer pour de bon" in desk.get(f"/animer/{room.live_id}/a-part?supprimer={sheet}").text
    assert post(desk, room, f"a-part/{sheet}", action="delete", confirmed="1").status_code == 303
    assert "Aucun message n’est à part" in desk.get(f"/animer/{room.live_id}/a-part").text
    assert desk.get(f"/animer/{room.live_id}/a-part/{sheet}").status_code == 404


def test_sheet_stays_under_its_class_once_it_has_ended(desk: FlaskClient, room: ClassRoom) -> None:
    write(room, room.phones[0], CRY)
    room.command("end", confirmed=True)
    db.session.remove()
    assert "1 message mis à part" in desk.get(f"/animer/{room.live_id}").text
    assert CRY in desk.get(f"/animer/{room.live_id}/a-part").text
    for page in ("bilan", "bilan.html"):
        assert CRY not in desk.get(f"/animer/{room.live_id}/{page}").text


def test_letter_has_what_was_let_through_and_the_charter(desk: FlaskClient, room: ClassRoom) -> None:
    write(room, room.phones[0], "courage")
    write(room, room.phones[1], "un mot refusé")
    verdict(room, asked(room), "courage", "approve")
    save_charter(room.live_id, "affiche", ["On écoute avant de juger"], clock.now())
    room.command("end", confirmed=True)
    db.session.remove()
    for page in ("bilan", "bilan.html"):
        found = desk.get(f"/animer/{room.live_id}/{page}").text
        assert "<li>courage</li>" in found and "On écoute avant de juger" in found
        assert "un mot refusé" not in found
    assert desk.get(f"/animer/{room.live_id}/bilan.pdf").data[:4] == b"%PDF"


def test_charter_is_typed_moved_and_taken_away_by_plain_forms(desk: FlaskClient, room: ClassRoom) -> None:
    room.go_to("affiche")

    def types(action: str, *lines: str) -> Any:
        token = csrf_of(desk.get(f"/animer/{room.live_id}").text)
        db.session.remove()
        form = {"csrf_token": token, "activity": "affiche", "action": action, "line": list(lines)}
        return desk.post(f"/animer/{room.live_id}/charte", data=form)

    types("save", "Un", "Deux", "")
    assert load_lines(room) == ["Un", "Deux"]
    types("up:1", "Un", "Deux corrigé", "Trois")
    assert load_lines(room) == ["Deux corrigé", "Un", "Trois"], "what was typed beside the button is kept too"
    types("remove:0", "Deux corrigé", "Un", "Trois", "")
    assert load_lines(room) == ["Un", "Trois"]
    refused = types("save", "Un", "x" * 121)
    assert refused.status_code == 400
    assert "120 caractères au plus" in refused.text
    assert "x" * 121 in refused.text, "nothing typed is lost"
    for action in ("up:99", "remove:7", "burn", "up:"):
        assert types(action, "Un", "Trois").status_code in (303, 400)
    assert load_lines(room) == ["Un", "Trois"]


def test_page_before_any_phone_shows_the_charter_as_it_is_now(app: Flask, room: ClassRoom) -> None:
    room.go_to("affiche")
    for line in ("Une première ligne", "Une autre ligne"):
        save_charter(room.live_id, "affiche", [line], clock.now())
        room.hub.publisher.announced += 1
        db.session.remove()
        assert line in app.test_client().get(f"/r/{room.code}").text


def test_charter_is_printed_by_its_facilitator_and_by_the_teacher(
    app: Flask, desk: FlaskClient, room: ClassRoom, owner_id: int
) -> None:
    assert desk.get(f"/animer/{room.live_id}/charte").status_code == 404
    save_charter(room.live_id, "affiche", ["On écoute <b>"], clock.now())
    room.command("end", confirmed=True)
    token = teacher_links.links.make(room.live_id, clock.now(), accounts.LOGIN_LASTS)
    db.session.remove()
    teacher = app.test_client()
    teacher.get(f"/lien/{token}")
    for client, where in ((desk, f"/animer/{room.live_id}"), (teacher, f"/bilan/{room.live_id}")):
        page = client.get(f"{where}/charte").text
        assert "On écoute &lt;b&gt;" in page and "Notre classe s’engage" in page
        if has_pdf():
            assert client.get(f"{where}/charte.pdf").data[:4] == b"%PDF"
