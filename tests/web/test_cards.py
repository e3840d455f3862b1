"""The page that reads cards, and the sheets to print: who may, when, and what comes in."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from workshop import clock
from workshop.domain.live_session import Answering
from workshop.extensions import db
from workshop.services import accounts

from .conftest import ClassRoom, csrf_of


@pytest.fixture
def carded(make_class: Callable[..., ClassRoom]) -> ClassRoom:
    return make_class(answering=Answering.MIXED)


@pytest.fixture
def sent(desk: FlaskClient, carded: ClassRoom) -> Callable[..., dict[str, str]]:
    """The fields of the page's form."""

    def fields(count: str = "5") -> dict[str, str]:
        page = desk.get(f"/animer/{carded.live_id}/cartes").text
        round_id, question = carded.open_questions()[0]
        db.session.remove()
        return {"csrf_token": csrf_of(page), "round": str(round_id), f"voices-{question.choice_ids[0]}": count}

    return fields


def test_cards_are_counted_and_bad_counts_refused(
    desk: FlaskClient, carded: ClassRoom, sent: Callable[..., dict[str, str]]
) -> None:
    carded.go_to("premier-geste")
    address = f"/animer/{carded.live_id}/cartes"
    done = desk.post(address, data=sent("5"))
    assert (done.status_code, done.location) == (303, f"/animer/{carded.live_id}")
    assert 'value="5"' in desk.get(address).text
    for count in ("-3", "x", "2001", "123456"):
        assert desk.post(address, data=sent(count)).status_code == 400
    assert 'value="5"' in desk.get(address).text
    carded.command("close")
    carded.command("reveal")
    assert "5 voix\u00a0: 5 par carte" in desk.get(f"/animer/{carded.live_id}").text


def test_late_count_is_told_that_the_vote_is_closed(
    desk: FlaskClient, carded: ClassRoom, sent: Callable[..., dict[str, str]]
) -> None:
    carded.go_to("premier-geste")
    fields = sent("5")
    carded.command("close")
    late = desk.post(f"/animer/{carded.live_id}/cartes", data=fields)
    assert late.status_code == 409
    assert "Aucune question ouverte ne se lit sur des cartes" in late.text


def test_page_is_for_who_runs_the_class(
    app: Flask, stranger: FlaskClient, phone: FlaskClient, carded: ClassRoom, sent: Callable[..., dict[str, str]]
) -> None:
    carded.go_to("premier-geste")
    address, fields = f"/animer/{carded.live_id}/cartes", sent()
    for other in (stranger, phone):
        assert other.get(address).status_code == 403
        assert other.post(address, data=fields).status_code in (400, 403)
        assert other.get("/animer/9999/cartes").status_code == 403


def test_paired_phone_may_read_once_confirmed_and_goes_back_to_its_own_page(app: Flask, carded: ClassRoom) -> None:
    carded.go_to("premier-geste")
    link = accounts.make_link("remote", clock.now(), accounts.PAIRING_LASTS, live_id=carded.live_id)
    remote = app.test_client()
    remote.get(f"/lien/{link}")
    address = f"/animer/{carded.live_id}/cartes"
    assert remote.get(address).status_code == 403
    [access] = accounts.remotes(carded.live_id)
    accounts.confirm_remote(carded.live_id, access.id)
    page = remote.get(address).text
    assert f'href="/telecommande/{carded.live_id}"' in page
    round_id, question = carded.open_questions()[0]
    db.session.remove()
    fields = {"csrf_token": csrf_of(page), "round": str(round_id), f"voices-{question.choice_ids[0]}": "7"}
    assert remote.post(address, data=fields).location == f"/telecommande/{carded.live_id}"
    assert address in remote.get(f"/telecommande/{carded.live_id}").text


def test_nothing_lived_is_ever_read_on_cards(desk: FlaskClient, carded: ClassRoom) -> None:
    carded.go_to("deja-vu")
    assert carded.open_questions()
    db.session.remove()
    assert "cartes" not in desk.get(f"/animer/{carded.live_id}").text.partition("stage-body")[2].partition("</main>")[0]
    page = desk.get(f"/animer/{carded.live_id}/cartes").text
    assert "Aucune question ouverte ne se lit sur des cartes" in page
    assert "data-camera" not in page
    round_id, question = carded.open_questions()[0]
    db.session.remove()
    fields = {"csrf_token": csrf_of(page), "round": str(round_id), f"voices-{question.choice_ids[0]}": "3"}
    assert desk.post(f"/animer/{carded.live_id}/cartes", data=fields).status_code == 409


def test_no_other_page_may_use_a_camera(desk: FlaskClient, carded: ClassRoom) -> None:
    carded.go_to("premier-geste")
    reading = desk.get(f"/animer/{carded.live_id}/cartes").headers
    assert "camera=(self)" in reading["Permissions-Policy"]
    assert "worker-src 'self'" in reading["Content-Security-Policy"]
    worker = re.search(r'data-worker="([^"]+)"', desk.get(f"/animer/{carded.live_id}/cartes").text)
    assert worker and desk.get(worker[1]).headers["Content-Security-Policy"] == "default-src 'none'"
    assert "blob:" not in reading["Content-Security-Policy"]
    for address in ("/", "/animer", f"/animer/{carded.live_id}", f"/r/{carded.code}"):
        others = desk.get(address).headers
        assert "camera=()" in others["Permissions-Policy"]
        assert "worker-src" not in others["Content-Security-Policy"]


def test_class_without_cards_has_no_such_button(desk: FlaskClient, make_class: Callable[..., ClassRoom]) -> None:
    for answering, there in ((Answering.PHONES, False), (Answering.HANDS, False), (Answering.CARDS, True)):
        room = make_class(answering=answering)
        room.go_to("premier-geste")
        assert ("Lire les cartes" in desk.get(f"/animer/{room.live_id}").text) is there


@pytest.mark.parametrize(("paper", "pages"), [("a4", 40), ("a5", 20)])
def test_forty_cards_are_printed(desk: FlaskClient, paper: str, pages: int) -> None:
    sheets = desk.get(f"/cartes.pdf?format={paper}")
    assert sheets.mimetype == "application/pdf"
    read = PdfReader(io.BytesIO(sheets.data))
    text = "".join(page.extract_text() for page in read.pages)
    assert len(read.pages) == pages
    assert all(f"Carte {number}" in text.replace("\u00a0", " ") for number in range(1, 41))


def test_sheets_are_for_facilitators_in_formats_that_exist(desk: FlaskClient, phone: FlaskClient) -> None:
    assert desk.get("/cartes.pdf?format=a3").status_code == 404
    assert phone.get("/cartes.pdf").status_code == 303
