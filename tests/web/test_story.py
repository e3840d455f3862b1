"""A story without a script: forms alone lead it, at a tie too, from the console and from a remote."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.services.test_story import FIRST, path, set_up, vote
from workshop.domain.live_session import Answering
from workshop.extensions import db
from workshop.realtime.hub import Hub
from workshop.services import accounts

from .conftest import ClassRoom, csrf_of
from .test_console import pair

TIED = ["enlever", "rire"]


@pytest.fixture
def told(hub: Hub, owner_id: int) -> ClassRoom:
    """A class of two at the first scene of its story."""
    room = set_up(hub, owner_id, Answering.MIXED)
    room.join(2)
    return room


def follow(client: FlaskClient, room: ClassRoom, page: str, **fields: str) -> tuple[int, str]:
    form = {"command": "follow", "version": str(room.state()[0].version), "csrf_token": csrf_of(page), **fields}
    db.session.remove()
    answer = client.post(f"/animer/{room.live_id}/commande", data=form)
    return answer.status_code, answer.text


def offered(page: str) -> list[str]:
    """The places that the page offers to follow."""
    return re.findall(r'<button class="button tied-way[^"]*" name="number" value="(\d)"', page)


def test_console_says_where_each_choice_leads_before_the_vote_and_no_phone_does(
    told: ClassRoom, desk: FlaskClient, phone: FlaskClient
) -> None:
    console, pupil = desk.get(f"/animer/{told.live_id}").text, phone.get(f"/r/{told.code}").text
    for page in (console, pupil):
        assert "Le message du soir" in page
        assert "Enlever le dessin tout de suite" in page
    assert "Trois personnes l’ont vu" in console
    assert "Trois personnes l’ont vu" not in pupil
    assert "Dix secondes, et c’est fait." not in pupil


def test_big_button_follows_the_vote(told: ClassRoom, desk: FlaskClient) -> None:
    vote(told, "enlever", "enlever")
    page = desk.get(f"/animer/{told.live_id}").text
    assert 'value="follow" data-next' in page
    assert offered(page) == []
    assert follow(desk, told, page)[0] == 303
    assert path(told) == [FIRST, "enleve"]


def test_tie_is_decided_by_a_button_and_by_nothing_else(told: ClassRoom, desk: FlaskClient, phone: FlaskClient) -> None:
    vote(told, *TIED)
    page = desk.get(f"/animer/{told.live_id}").text
    assert offered(page) == ["1", "3"]
    assert "data-next" not in page  # the space bar has nothing to press
    assert "C’est l’égalité" in phone.get(f"/r/{told.code}").text
    for fields, sentence in (
        ({}, "La classe est à égalité"),
        # What leads is counted here: a form that says it changes nothing.
        ({"number": "2", "leading": "attendre"}, "La classe a voté autrement"),
        ({"number": "9"}, "La classe a voté autrement"),
    ):
        status, said = follow(desk, told, page, **fields)
        assert (status, sentence in said) == (409, True)
        assert path(told) == [FIRST]
    assert follow(desk, told, page, number="3")[0] == 303
    assert path(told) == [FIRST, "partage"]


def test_remote_follows_and_decides_a_tie(app: Flask, told: ClassRoom, desk: FlaskClient) -> None:
    remote = pair(app, told)
    [access] = accounts.remotes(told.live_id)
    accounts.confirm_remote(told.live_id, access.id)
    vote(told, *TIED)
    page = remote.get(f"/telecommande/{told.live_id}").text
    assert offered(page) == ["1", "3"]
    assert follow(remote, told, page, number="1", **{"from": "remote"})[0] == 303
    assert path(told) == [FIRST, "enleve"]
    vote(told, "oui", "oui")
    page = remote.get(f"/telecommande/{told.live_id}").text
    assert 'value="follow"' in page
    assert follow(remote, told, page, **{"from": "remote"})[0] == 303
    assert path(told)[-1] == "merci"


def test_end_of_the_story_then_its_map_then_the_summary(told: ClassRoom, desk: FlaskClient, phone: FlaskClient) -> None:
    vote(told, "enlever", "enlever")
    told.command("follow")
    vote(told, "demande", "demande")
    told.command("follow")
    pupil = phone.get(f"/r/{told.code}").text
    assert "c’est tout ce que je voulais" in pupil
    assert "Il est encore là" not in pupil
    told.command("reveal")
    pupil = phone.get(f"/r/{told.code}").text
    assert "Notre histoire, et les autres chemins" in pupil
    assert "Il est encore là" in pupil
    assert re.search(r'is-b is-taken">.*?Demande à Camille', pupil, re.DOTALL)
    told.command("end", confirmed=True)
    summary = desk.get(f"/animer/{told.live_id}").text
    assert "Trois personnes l’ont vu</span> ·" in summary
    assert summary.count("2 <small>sur 2") == 2
