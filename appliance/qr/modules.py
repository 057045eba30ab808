"""QR codes as plain rows of modules, for every screen and every paper to draw."""

from __future__ import annotations

from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q

from appliance.qr import nbu

Matrix = tuple[tuple[bool, ...], ...]

QUIET = 4
"""Light modules around a code (ISO/IEC 18004, 9.1)."""

SIGN = "₴"
SIGN_SHARE = 0.2
"""Diameter of the sign's light circle as a share of the code: 3 % of its area, and level Q mends 25 %."""

_NBU_VERSION_MIN = 10


def is_signed(data: str) -> bool:
    """Ukraine's payment codes carry the hryvnia sign in their middle (resolution 97 of the NBU)."""
    return data.startswith(nbu.ADDRESS)


@lru_cache(maxsize=32)  # all frames of a report in turn, and a payment's code
def modules(data: str) -> Matrix:
    """The smallest code of the text without its quiet zone; True is dark. Level M, or Q for one
    that a sign covers a part of."""
    signed = is_signed(data)
    code = qrcode.QRCode(
        version=_NBU_VERSION_MIN if signed else None,
        error_correction=ERROR_CORRECT_Q if signed else ERROR_CORRECT_M,
        border=0,
    )
    code.add_data(data)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())
