"""Passwords: argon2id with the library's recommended cost; what is too weak to be one."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from callbot.errors import BadInput

SHORTEST = 10
LONGEST = 200
"""Longer ones only cost time to hash."""

_hasher = PasswordHasher()
_NOBODYS = _hasher.hash(secrets.token_urlsafe())
"""Verified when there is no such account, so that the time taken tells nothing."""


class WeakPassword(BadInput):
    """Too short, too long, or the person's own name."""


def hash_password(password: str, name: str) -> str:
    """Raises WeakPassword."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"a password needs {SHORTEST} to {LONGEST} characters")
    if name.casefold() in password.casefold() or len(set(password)) < SHORTEST // 2:
        raise WeakPassword("the password is too easy to guess; use several words")
    return _hasher.hash(password)


def verify(password: str, stored: str) -> bool:
    """Whether it is the password; takes as long when `stored` is empty."""
    try:
        _hasher.verify(stored or _NOBODYS, password[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return bool(stored)
