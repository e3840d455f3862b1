"""The remote over http and over https: what each is given is decided by the scheme that the server saw."""

from collections.abc import Callable
from dataclasses import replace
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
    waiting,
    write,
)
from workshop import clock
from workshop.config import Config
from workshop.extensions import db
from workshop.services import accounts, reading

from .conftest import Browser, ClassRoom, csrf_of

__all__ = ["make_written"]
ORIGIN = "https://atelier.example.org"
WORDS = "un mot que personne n’a lu"


@pytest.fixture
def config(sqlite_config: Config) -> Config:
    return replace(sqlite_config, public_url=ORIGIN, proxies=1)


class Proxied(Browser):
    """Behind one proxy, which tells over which scheme the browser came."""

    scheme = "https"

    def open(self, *args: Any, **kwargs: Any) -> Any:
        headers = {
            "Referer": f"{ORIGIN}/",
            "X-Forwarded-Proto": self.scheme,
            "X-Forwarded-Host": "atelier.example.org",
            **kwargs.pop("headers", {}),
        }
        return super().open(*args, **{"base_url": ORIGIN, "headers": headers, **kwargs})


@pytest.fixture
def app(app: Flask) -> Flask:
    app.test_client_class = Proxied
    return app


@pytest.fixture
def remote(app: Flask, room: ClassRoom) -> FlaskClient:
    return paired(app, room)


def paired(app: Flask, room: ClassRoom, confirmed: bool = True) -> FlaskClient:
    link = accounts.make_link("remote", clock.now(), accounts.PAIRING_LASTS, live_id=room.live_id)
    phone = app.test_client()
    phone.get(f"/lien/{link}")
    if confirmed:
        accounts.confirm_remote(room.live_id, accounts.remotes(room.live_id)[-1].id)
    db.session.remove()
    return phone


def page_of(remote: FlaskClient, room: ClassRoom, **headers: str) -> str:
    page = remote.get(f"/telecommande/{room.live_id}", headers=headers)
    assert page.status_code == 200
    return str(page.text)


def decide(remote: FlaskClient, room: ClassRoom, text: str, verdict: str, **headers: str) -> Any:
    token = csrf_of(page_of(remote, room))
    form = {"csrf_token": token, "from": "remote", "round": str(asked(room)), "text": text, "verdict": verdict}
    return remote.post(f"/animer/{room.live_id}/messages", data=form, headers=headers)


def test_remote_over_https_has_notes_and_texts_and_over_http_neither(room: ClassRoom, remote: FlaskClient) -> None:
    write(room, room.phones[0], WORDS)
    notes = room.state()[0].activity(room.state()[1]).notes  # type: ignore[union-attr]
    assert notes is not None and notes.avoid is not None
    page = page_of(remote, room)
    assert WORDS in page and notes.avoid in page
    assert 'data-remote="full"' in page
    # The cookie of a hosted server is never sent over http; the page holds to it all the same.
    page = page_of(remote, room, **{"X-Forwarded-Proto": "http"})
    assert WORDS not in page and notes.avoid not in page and "/messages" not in page
    assert 'data-remote="on"' in page
    assert 'value="pause"' in page and 'value="help"' in page


def test_verdict_by_thumb_is_taken_over_https_alone(room: ClassRoom, remote: FlaskClient) -> None:
    write(room, room.phones[0], WORDS)
    assert decide(remote, room, WORDS, "approve", **{"X-Forwarded-Proto": "http"}).status_code in (400, 403)
    assert approved(asked(room)) == ()
    answer = decide(remote, room, WORDS, "approve")
    assert (answer.status_code, answer.location) == (303, f"/telecommande/{room.live_id}")
    assert [one.text for one in approved(asked(room))] == [WORDS]


@pytest.mark.parametrize("verdict", ["approve", "refuse", "apart"])
def test_verdict_by_thumb_is_undone(room: ClassRoom, remote: FlaskClient, verdict: str) -> None:
    write(room, room.phones[0], WORDS)
    assert decide(remote, room, WORDS, verdict).status_code == 303
    assert waiting(asked(room)) == []
    assert decide(remote, room, WORDS, "undo").status_code == 303
    assert waiting(asked(room)) == [(WORDS, 1)]
    assert approved(asked(room)) == ()
    assert reading.sheets(room.live_id, room.state()[1]) == ()


def test_undo_leaves_apart_what_the_list_set_apart(room: ClassRoom, remote: FlaskClient) -> None:
    write(room, room.phones[0], CRY)
    assert decide(remote, room, CRY, "undo").status_code == 404
    assert [sheet.text for sheet in reading.sheets(room.live_id, room.state()[1])] == [CRY]


def test_words_set_apart_never_come_to_a_remote(room: ClassRoom, remote: FlaskClient) -> None:
    write(room, room.phones[0], CRY)
    page = page_of(remote, room)
    assert CRY not in page
    assert "1 message à part" in page
    for path in ("a-part", ""):
        assert remote.get(f"/animer/{room.live_id}/{path}".rstrip("/")).status_code in (303, 403)


def test_remote_says_nothing_aloud_and_is_told_a_refusal_on_its_own_page(room: ClassRoom, remote: FlaskClient) -> None:
    assert decide(remote, room, "courage", "aloud").status_code == 403
    refused = decide(remote, room, "que personne n’a écrit", "approve")
    assert refused.status_code == 404
    assert 'id="remote"' in refused.text and 'class="console' not in refused.text


def test_phone_that_is_not_confirmed_or_was_taken_away_reads_nothing(app: Flask, room: ClassRoom) -> None:
    write(room, room.phones[0], WORDS)
    phone = paired(app, room, confirmed=False)
    assert WORDS not in page_of(phone, room)
    assert decide(phone, room, WORDS, "approve").status_code == 403
    [access] = accounts.remotes(room.live_id)
    access_id = access.id
    db.session.remove()
    accounts.confirm_remote(room.live_id, access_id)
    assert WORDS in page_of(phone, room)
    accounts.revoke_remote(room.live_id, access_id)
    assert phone.get(f"/telecommande/{room.live_id}").status_code == 403


def test_remote_reads_counts_from_the_close_on(
    app: Flask, make_class: Callable[..., ClassRoom], remote: FlaskClient
) -> None:
    other = make_class()
    other.join(3)
    other.go_to("premier-geste")
    phone = paired(app, other)
    [(round_id, question)] = other.open_questions()
    for one in other.phones:
        other.answer(one, round_id, question.choice_ids[0])
    db.session.remove()
    page = page_of(phone, other)
    assert 'data-tally="answered">3<' in page
    assert "result-count" not in page
    other.command("close")
    db.session.remove()
    assert "result-count" in page_of(phone, other)
    assert "result-count" not in page_of(phone, other, **{"X-Forwarded-Proto": "http"})


def test_laptop_believes_no_header_about_the_scheme(sqlite_config: Config) -> None:
    """Somebody in the room adds the header; no proxy stands there."""
    from workshop import create_app  # noqa: PLC0415  # a second application, for this test alone
    from workshop.web.security import is_encrypted  # noqa: PLC0415  # idem

    app = create_app(sqlite_config, start=False)
    app.add_url_rule("/seen", "seen", lambda: str(is_encrypted()))
    with app.test_client() as client:
        told = {"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on", "Forwarded": "proto=https"}
        assert client.get("/seen", headers=told).text == "False"
