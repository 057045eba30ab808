"""QR codes and Code 128 barcodes as plain rows of modules, for every renderer to draw."""

from __future__ import annotations

from functools import lru_cache

from barcode import Code128

from appliance.qr.modules import QUIET as QR_QUIET
from appliance.qr.modules import SIGN, SIGN_SHARE, Matrix, is_signed
from appliance.qr.modules import modules as qr

__all__ = [
    "BARCODE_QUIET",
    "QR_QUIET",
    "SIGN",
    "SIGN_SHARE",
    "Matrix",
    "code128",
    "is_signed",
    "qr",
]

BARCODE_QUIET = 10
"""Light modules beside a Code 128 (ISO/IEC 15417, 4.3.4)."""


@lru_cache(maxsize=16)
def code128(data: str) -> tuple[bool, ...]:
    """The bars of a Code 128 without its quiet zone; True is dark."""
    (modules,) = Code128(data).build()
    return tuple(module == "1" for module in modules)
