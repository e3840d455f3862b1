"""Adults' accounts, one-time links, and the cookies they are traded for. Nothing here concerns a pupil."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import and_, bindparam, delete, or_, select, update

from workshop.domain.errors import LinkExpired, Malformed, NotAllowed, Refusal
from workshop.extensions import db
from workshop.storage.models import Access, Account, Link, LiveSessionRow
from workshop.storage.transaction import transaction

from .keys import hashed, new_token

LOGIN_LASTS = timedelta(hours=20)  # one working day, and what RGAA 13.1 asks of a session
SCREEN_LASTS = timedelta(hours=20)
SIGN_IN_LINK_LASTS = timedelta(minutes=15)
INVITATION_LASTS = timedelta(days=7)
PAIRING_LASTS = timedelta(minutes=1)
MIN_PASSWORD = 12

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
# Verified when no account matches, so that time tells nothing about who has one.
_NOBODY = _hasher.hash(new_token())


class WrongPassword(Refusal):
    code, status = "wrong_password", 403


class EmailTaken(Refusal):
    code, status = "email_taken", 409


class WeakPassword(Refusal):
    code = "weak_password"


@dataclass(frozen=True)
class Granted:
    """A cookie's secret, said once, and where it opens."""

    token: str
    kind: str
    live_id: int | None
    target: str
    school_id: int | None = None


def first_account() -> Account | None:
    return (
        db.session.execute(select(Account).where(Account.disabled_at.is_(None)).order_by(Account.id)).scalars().first()
    )


def create_account(name: str, email: str, password: str | None, is_admin: bool, now: datetime) -> int:
    """Make an account; its id. The password may be None on a laptop, where the one-time link signs in."""
    name, email = name.strip(), email.strip().lower()
    if not name or "@" not in email:
        raise Malformed
    if password is not None and len(password) < MIN_PASSWORD:
        raise WeakPassword
    password_hash = _hasher.hash(password) if password else None
    with transaction():
        if db.session.execute(select(Account.id).where(Account.email == email)).first():
            raise EmailTaken
        account = Account(name=name, email=email, password_hash=password_hash, is_admin=is_admin, created_at=now)
        db.session.add(account)
        db.session.flush()
        return account.id


def check_password(email: str, password: str) -> int:
    """The account's id, or WrongPassword, in the same time whether the account exists or not."""
    account = db.session.execute(
        select(Account).where(Account.email == email.strip().lower(), Account.disabled_at.is_(None))
    ).scalar_one_or_none()
    account_id, stored = (account.id, account.password_hash) if account else (None, None)
    db.session.rollback()  # hashing takes its time: no transaction may be open meanwhile
    try:
        _hasher.verify(stored or _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError) as error:
        raise WrongPassword from error
    if account_id is None or stored is None:
        raise WrongPassword
    return account_id


def make_link(kind: str, now: datetime, lasts: timedelta, *, account_id: int | None = None,
              live_id: int | None = None, target: str = "") -> str:  # fmt: skip
    """A one-time token for an address; only its hash is stored."""
    token = new_token()
    with transaction():
        db.session.add(
            Link(
                kind=kind,
                token_hash=hashed(token),
                account_id=account_id,
                live_session_id=live_id,
                target=target,
                created_at=now,
                expires_at=now + lasts,
            )
        )
    return token


def read_link(token: str, now: datetime) -> Link:
    """The link behind a token, unused and in time, or LinkExpired. Reading does not use it."""
    link = db.session.execute(select(Link).where(Link.token_hash == hashed(token))).scalar_one_or_none()
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise LinkExpired
    # Each start and each `link` prints one: those that were left must not make more administrators.
    if link.kind == "first_run" and first_account() is not None:
        raise LinkExpired
    return link


def trade_link(token: str, now: datetime) -> Granted:
    """Use a one-time link: the secret of a new cookie. Twice is once: the second gets LinkExpired."""
    with transaction():
        link = db.session.execute(
            update(Link)
            .where(Link.token_hash == hashed(token), Link.used_at.is_(None), Link.expires_at > now)
            .values(used_at=now)
            .returning(Link)
        ).scalar_one_or_none()
        if link is None:
            raise LinkExpired
        kind = {"sign_in": "account", "projector": "projector", "remote": "remote"}.get(link.kind)
        if kind is None:
            raise LinkExpired
        return _grant(kind, now, link.account_id, link.live_session_id, link.target)


def use_invitation(token: str, name: str, email: str | None, password: str, now: datetime) -> Granted:
    """Make the account that a first-run link or an invitation promised, and sign it in."""
    link = read_link(token, now)
    if link.kind not in ("first_run", "invitation"):
        raise LinkExpired
    kind, email = link.kind, email or link.target
    account_id = create_account(name, email, password, kind == "first_run", now)
    with transaction():
        db.session.execute(update(Link).where(Link.token_hash == hashed(token)).values(used_at=now))
        return _grant("account", now, account_id, None, "")


def sign_in(account_id: int, now: datetime) -> Granted:
    with transaction():
        return _grant("account", now, account_id, None, "")


def _grant(kind: str, now: datetime, account_id: int | None, live_id: int | None, target: str) -> Granted:
    token = new_token()
    lasts = LOGIN_LASTS if kind == "account" else SCREEN_LASTS
    db.session.add(
        Access(
            kind=kind,
            token_hash=hashed(token),
            account_id=account_id,
            live_session_id=live_id,
            # A remote control does nothing until the console has confirmed it.
            confirmed=kind != "remote",
            created_at=now,
            expires_at=now + lasts,
        )
    )
    return Granted(token, kind, live_id, target)


# Built once: each command asks, and a class waits for what follows.
_ACCESS = select(Access).where(Access.token_hash == bindparam("token_hash"), Access.kind == bindparam("kind"))


def access(token: str | None, kind: str, now: datetime) -> Access | None:
    """What a cookie opens, or None: unknown, expired, revoked."""
    if not token:
        return None
    found = db.session.execute(_ACCESS, {"token_hash": hashed(token), "kind": kind}).scalar_one_or_none()
    return found if found and found.expires_at > now else None


# Who may command a live session, asked in one query.
_RUNS = (
    select(Access.kind)
    .join(LiveSessionRow, LiveSessionRow.id == bindparam("live_id"))
    .outerjoin(Account, Account.id == Access.account_id)
    .where(
        Access.expires_at > bindparam("now"),
        LiveSessionRow.follows.is_(None),
        or_(
            and_(
                Access.kind == "account",
                Access.token_hash == bindparam("desk"),
                Account.id == LiveSessionRow.owner_id,
                Account.disabled_at.is_(None),
            ),
            and_(
                Access.kind == "remote",
                Access.token_hash == bindparam("remote"),
                Access.live_session_id == LiveSessionRow.id,
                Access.confirmed,
            ),
        ),
    )
    .order_by(Access.kind)
)


def runs(live_id: int, desk: str | None, remote: str | None, now: datetime) -> str | None:
    """« account » when the desk's cookie is that of the facilitator whose live session this is, « remote » when the
    other is that of their confirmed phone, else None; also when there is no such live session."""
    asked = {"live_id": live_id, "desk": hashed(desk or ""), "remote": hashed(remote or ""), "now": now}
    with db.engine.connect() as connection:
        return connection.execute(_RUNS, asked).scalar()


def account_of(token: str | None, now: datetime) -> Account | None:
    found = access(token, "account", now)
    account = db.session.get(Account, found.account_id) if found else None
    return account if account and account.disabled_at is None else None


def sign_out(token: str) -> None:
    with transaction():
        db.session.execute(delete(Access).where(Access.token_hash == hashed(token)))


def remotes(live_id: int) -> list[Access]:
    query = select(Access).where(Access.live_session_id == live_id, Access.kind == "remote").order_by(Access.id)
    return list(db.session.execute(query).scalars())


def remote_label(remote: Access) -> str:
    """Four figures shown on the phone and on the console, so that the right phone is confirmed."""
    return f"{int(remote.token_hash[:8], 16) % 10_000:04d}"


def confirm_remote(live_id: int, access_id: int) -> None:
    with transaction():
        _remote(live_id, access_id).confirmed = True


def revoke_remote(live_id: int, access_id: int) -> None:
    with transaction():
        db.session.delete(_remote(live_id, access_id))


def _remote(live_id: int, access_id: int) -> Access:
    found = db.session.get(Access, access_id)
    if found is None or found.live_session_id != live_id or found.kind != "remote":
        raise NotAllowed
    return found
