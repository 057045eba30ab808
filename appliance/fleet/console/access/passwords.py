"""Passwords of the console's people: which are too weak, and how the others are kept (Argon2id)."""

from __future__ import annotations

import secrets
import threading
from functools import cache
from typing import TYPE_CHECKING

from appliance.fleet.console.saying import N_

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LENGTH_MIN, LENGTH_MAX = 12, 200
_DIFFERENT_MIN = 6
_HASHES_AT_ONCE = 2
"""Each takes 64 MiB: more of them side by side would let strangers use up the memory."""
_room = threading.BoundedSemaphore(_HASHES_AT_ONCE)
_GUESSED_FIRST = ("password", "пароль", "qwerty", "йцукен", "123456", "admin", "letmein")


def mistake(password: str, login: str) -> str:
    """Why this password cannot be used, in English; "" when it can."""
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        return N_("A password has at least 12 characters. Four words in a row are a good one.")
    low = password.casefold()
    if len(set(low)) < _DIFFERENT_MIN:
        return N_("This password repeats itself. Choose more different characters.")
    if (login and login.casefold() in low) or any(word in low for word in _GUESSED_FIRST):
        return N_("This password is among those guessed first. Choose another.")
    return ""


def hashed(password: str) -> str:
    """What is kept of a password. Takes a while on purpose."""
    with _room:
        return _hasher().hash(password)


def matches(password: str, kept: str) -> bool:
    """Whether this is the password; takes as long when there is none to compare with."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _room:
        try:
            _hasher().verify(kept or _nobodys(), password[:LENGTH_MAX])
        except (VerificationError, InvalidHashError):
            return False
    return bool(kept)


def one_time() -> str:
    """A password to hand over once: its owner chooses another at the first login."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


@cache
def _nobodys() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    # RFC 9106, section 4, the second recommended set: 64 MiB, three passes, four lanes.
    return PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
