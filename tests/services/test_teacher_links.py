"""A teacher's link: opened as often as wanted until it expires, renewed, replaced, revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from workshop import clock
from workshop.domain.errors import LinkExpired
from workshop.extensions import db
from workshop.services import accounts
from workshop.services.teacher_links import links, readable

from .conftest import ClassRoom

NOW = clock.now()
DAYS = timedelta(days=90)


@pytest.fixture
def ended(room: ClassRoom) -> int:
    room.command("end", confirmed=True)
    return room.live_id


def test_link_opens_several_times_until_it_expires(ended: int) -> None:
    token = links.make(ended, NOW, DAYS)
    first, second = links.open(token, NOW), links.open(token, NOW + DAYS / 2)
    assert first.token != second.token
    assert readable(ended, second.token, NOW + DAYS / 2)[0].id == ended
    with pytest.raises(LinkExpired):
        links.open(token, NOW + DAYS)


def test_only_its_hash_is_stored(ended: int) -> None:
    token = links.make(ended, NOW, DAYS)
    secret = links.open(token, NOW).token
    for table in ("link", "access"):
        rows = db.session.execute(text(f"SELECT * FROM {table}")).all()
        assert token not in repr(rows)
        assert secret not in repr(rows)
    db.session.rollback()


def test_cookie_lasts_a_working_day_and_never_longer_than_the_link(ended: int) -> None:
    token = links.make(ended, NOW, timedelta(days=2))
    secret = links.open(token, NOW).token
    readable(ended, secret, NOW + accounts.SCREEN_LASTS - timedelta(minutes=1))
    with pytest.raises(LinkExpired):
        readable(ended, secret, NOW + accounts.SCREEN_LASTS)
    late = links.open(token, NOW + timedelta(days=2, minutes=-1)).token
    with pytest.raises(LinkExpired):
        readable(ended, late, NOW + timedelta(days=2))


def test_revoking_shuts_out_those_who_had_opened_it(ended: int) -> None:
    token = links.make(ended, NOW, DAYS)
    secret = links.open(token, NOW).token
    links.revoke(ended)
    with pytest.raises(LinkExpired):
        links.open(token, NOW)
    with pytest.raises(LinkExpired):
        readable(ended, secret, NOW)
    assert links.in_force(ended, NOW) is None
    links.revoke(ended)  # twice is once


def test_new_link_replaces_the_one_before(ended: int) -> None:
    old = links.make(ended, NOW, DAYS)
    new = links.make(ended, NOW, DAYS)
    links.open(new, NOW)
    with pytest.raises(LinkExpired):
        links.open(old, NOW)


def test_renewing_keeps_the_same_link_and_does_not_raise_a_dead_one(ended: int) -> None:
    token = links.make(ended, NOW, DAYS)
    links.renew(ended, NOW + DAYS / 2, DAYS)
    links.open(token, NOW + DAYS)
    with pytest.raises(LinkExpired):
        links.renew(ended, NOW + 2 * DAYS, DAYS)


def test_link_of_a_class_that_goes_on_shows_nothing(room: ClassRoom) -> None:
    secret = links.open(links.make(room.live_id, NOW, DAYS), NOW).token
    with pytest.raises(LinkExpired):
        readable(room.live_id, secret, NOW)


def test_number_beyond_the_databases_is_as_any_other(ended: int) -> None:
    with pytest.raises(LinkExpired):
        readable(10**30, "secret", NOW)
