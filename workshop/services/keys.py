"""Secrets: made here, stored only as hashes."""

import hashlib
import hmac
import secrets

_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
COMEBACK_LENGTH = 8  # 31^8: about 40 bits, with attempts limited


def new_token() -> str:
    return secrets.token_urlsafe(24)  # 192 bits


def hashed(token: str) -> str:
    """A token has its own entropy, so that a plain digest is enough to find it and useless to steal."""
    return hashlib.sha256(token.encode()).hexdigest()


def comeback_code(secret: str, live_id: int, key_hash: str) -> str:
    """The code that brings an identity to another browser. Derived, so that nothing more is stored; a new key gives a
    new code, which is what makes the old one good for one use."""
    digest = hmac.new(secret.encode(), f"comeback:{live_id}:{key_hash}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest[:16], "big")
    letters = []
    for _ in range(COMEBACK_LENGTH):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return "".join(letters[:4]) + "-" + "".join(letters[4:])
