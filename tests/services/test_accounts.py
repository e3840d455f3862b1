"""Accounts, one-time links, cookies: nothing works twice, late, or for another."""

from datetime import timedelta

import pytest
from flask import Flask

from workshop import clock
from workshop.domain.errors import LinkExpired, NotAllowed
from workshop.services import accounts
from workshop.services.accounts import EmailTaken, WeakPassword, WrongPassword

from .conftest import ClassRoom

PASSWORD = "un préau sous la pluie"  # of this test
MINUTE = timedelta(minutes=1)


def test_password_opens_its_own_account_only(app: Flask) -> None:
    account = accounts.create_account("Ada", "Ada@Example.org", PASSWORD, True, clock.now())
    assert accounts.check_password("ada@example.ORG", PASSWORD) == account
    for email, password in (("ada@example.org", PASSWORD + "x"), ("nobody@example.org", PASSWORD)):
        with pytest.raises(WrongPassword):
            accounts.check_password(email, password)


def test_account_without_password_has_no_password(app: Flask) -> None:
    accounts.create_account("Ada", "ada@example.org", None, True, clock.now())
    with pytest.raises(WrongPassword):
        accounts.check_password("ada@example.org", "")


def test_short_password_and_known_address_are_refused(app: Flask) -> None:
    with pytest.raises(WeakPassword):
        accounts.create_account("Ada", "ada@example.org", "court", True, clock.now())
    accounts.create_account("Ada", "ada@example.org", PASSWORD, True, clock.now())
    with pytest.raises(EmailTaken):
        accounts.create_account("Bob", "ADA@example.org", PASSWORD, False, clock.now())


def test_link_works_once(app: Flask, owner_id: int) -> None:
    now = clock.now()
    token = accounts.make_link("sign_in", now, MINUTE, account_id=owner_id)
    granted = accounts.trade_link(token, now)
    account = accounts.account_of(granted.token, now)
    assert account is not None and account.id == owner_id
    with pytest.raises(LinkExpired):
        accounts.trade_link(token, now)


def test_link_and_cookie_expire(app: Flask, owner_id: int) -> None:
    now = clock.now()
    token = accounts.make_link("sign_in", now, MINUTE, account_id=owner_id)
    with pytest.raises(LinkExpired):
        accounts.trade_link(token, now + MINUTE)
    granted = accounts.sign_in(owner_id, now)
    assert accounts.account_of(granted.token, now + accounts.LOGIN_LASTS) is None


def test_signing_out_revokes_the_cookie(app: Flask, owner_id: int) -> None:
    granted = accounts.sign_in(owner_id, clock.now())
    accounts.sign_out(granted.token)
    assert accounts.account_of(granted.token, clock.now()) is None


def test_invitation_makes_the_account_it_was_sent_for(app: Flask) -> None:
    now = clock.now()
    token = accounts.make_link("invitation", now, accounts.INVITATION_LASTS, target="bob@example.org")
    granted = accounts.use_invitation(token, "Bob", None, PASSWORD, now)
    account = accounts.account_of(granted.token, now)
    assert account is not None and (account.email, account.is_admin) == ("bob@example.org", False)
    with pytest.raises(LinkExpired):
        accounts.use_invitation(token, "Eve", None, PASSWORD, now)


def test_remote_does_nothing_until_the_console_confirms_it_and_nothing_after(room: ClassRoom) -> None:
    now = clock.now()
    token = accounts.trade_link(accounts.make_link("remote", now, MINUTE, live_id=room.live_id), now).token
    (remote,) = accounts.remotes(room.live_id)
    assert not remote.confirmed
    accounts.confirm_remote(room.live_id, remote.id)
    found = accounts.access(token, "remote", now)
    assert found is not None and found.confirmed
    with pytest.raises(NotAllowed):
        accounts.revoke_remote(room.live_id + 1, remote.id)
    accounts.revoke_remote(room.live_id, remote.id)
    assert accounts.access(token, "remote", now) is None


def test_ending_takes_the_remotes_away(room: ClassRoom) -> None:
    now = clock.now()
    token = accounts.trade_link(accounts.make_link("remote", now, MINUTE, live_id=room.live_id), now).token
    room.command("end", confirmed=True)
    assert accounts.access(token, "remote", now) is None
