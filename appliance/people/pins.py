"""PINs: which are too easy to guess, and how the others are kept.

A PIN has so few digits that no hash alone protects it: whoever steals people.db also needs the
shop's key file. Argon2id makes each guess cost memory and time even then. Its parameters take
about a tenth of a second on a Raspberry Pi 4 (19 MiB, two passes, one lane: the least that OWASP's
password storage sheet recommends), so a PIN is checked off the Till's thread.
"""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

DIGITS_MIN, DIGITS_MAX = 4, 8
_MEMORY_KIB = 19_456
_PASSES = 2
_LANES = 1
_RUNS = ("01234567890", "09876543210")
_GUESSED_FIRST = frozenset(
    {"1212", "1313", "2580", "0852", "1122", "2211", "1004", "2000", "6969", "4321", "112233"}
)
"""What people choose most, beside runs and repeated digits, which `mistake` finds by itself."""


class PinMistake(ValueError):
    """Why a PIN cannot be used; its sentence says what to choose."""


def mistake(pin: str) -> str:
    """Why this PIN cannot be used; "" when it can."""
    if not (pin.isascii() and pin.isdigit() and DIGITS_MIN <= len(pin) <= DIGITS_MAX):
        return "A PIN has 4 to 8 digits."
    if any(pin in run for run in _RUNS):
        return "Digits in a row are guessed first. Choose others."
    half = len(pin) // 2
    repeated = len(set(pin)) == 1 or (len(pin) % 2 == 0 and pin[:half] == pin[half:])
    if repeated or pin in _GUESSED_FIRST:
        return "This PIN is among those guessed first. Choose another."
    if len(pin) == 4 and 1930 <= int(pin) <= 2029:
        return "A year is guessed first. Choose another."
    return ""


def pin_hash(staff: str, pin: str, pepper: bytes) -> str:
    """What is kept of a PIN. Takes a while on purpose."""
    return _hasher().hash(_peppered(staff, pin, pepper))


def matches(staff: str, pin: str, pepper: bytes, kept: str) -> bool:
    """Whether this is the person's PIN; takes as long when the person has none."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(kept or _nobodys(), _peppered(staff, pin, pepper))
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def _peppered(staff: str, pin: str, pepper: bytes) -> bytes:
    return hashlib.blake2b(f"{staff}\0{pin}".encode(), key=pepper, person=b"kram pin").digest()


@cache
def _nobodys() -> str:
    return _hasher().hash(secrets.token_bytes(16))


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)
