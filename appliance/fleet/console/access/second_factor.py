"""The second factor: time-based codes (RFC 6238), and recovery codes for a lost phone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

import pyotp
import qrcode
from cryptography.fernet import Fernet, InvalidToken

ISSUER = "Kram"
STEP_S = 30
RECOVERY_CODES = 10
_AROUND = (0, -1, 1)
"""Steps that a phone's clock may be off."""
_QUIET_ZONE = 2


def new_secret() -> str:
    return pyotp.random_base32()


def address(secret: str, login: str) -> str:
    """What the QR code says to an authenticator app."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of(secret: str, code: str, now_ms: int, last_step: int) -> int | None:
    """The time step that this code belongs to; None when it is wrong or was used before."""
    digits = "".join(code.split())
    now = now_ms // 1000 // STEP_S
    found = None
    for step in (now + around for around in _AROUND):
        expected = pyotp.TOTP(secret).generate_otp(step)
        if hmac.compare_digest(expected.encode(), digits.encode()) and step > last_step:
            found = step
    return found


def recovery_codes() -> list[str]:
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    pairs = (
        ["".join(secrets.choice(letters) for _ in range(5)) for _ in range(2)]
        for _ in range(RECOVERY_CODES)
    )
    return ["-".join(pair) for pair in pairs]


def recovery_hash(code: str, login: str, key: bytes) -> str:
    """What is kept of a recovery code. It has 49 bits and the key is elsewhere: no slow hash."""
    plain = "".join(char for char in code.casefold() if char.isalnum())
    return hmac.new(key, f"recovery\0{login}\0{plain}".encode(), hashlib.sha256).hexdigest()


class Safe:
    """Seals the secrets of second factors: whoever steals the database has no codes."""

    def __init__(self, key: bytes) -> None:
        derived = hmac.new(key, b"second factor", hashlib.sha256).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """ "" when it was sealed with another key: its owner must enrol again."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return ""


def qr_path(text: str) -> tuple[int, str]:
    """A QR code as an SVG path of unit squares, and the side of its view box."""
    code = qrcode.QRCode(border=_QUIET_ZONE)
    code.add_data(text)
    matrix = code.get_matrix()
    dots = (
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    )
    return len(matrix), "".join(dots)
