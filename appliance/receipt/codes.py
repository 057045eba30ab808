"""QR codes and Code 128 barcodes as plain rows of modules, for every renderer to draw."""

from __future__ import annotations

from functools import lru_cache

import qrcode
from barcode import Code128

Matrix = tuple[tuple[bool, ...], ...]

QR_QUIET = 4
"""Light modules around a QR code (ISO/IEC 18004, 9.1)."""

BARCODE_QUIET = 10
"""Light modules beside a Code 128 (ISO/IEC 15417, 4.3.4)."""


@lru_cache(maxsize=16)
def qr(data: str) -> Matrix:
    """The smallest QR code of the text, error level M, without its quiet zone; True is dark."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(data)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


@lru_cache(maxsize=16)
def code128(data: str) -> tuple[bool, ...]:
    """The bars of a Code 128 without its quiet zone; True is dark."""
    (modules,) = Code128(data).build()
    return tuple(module == "1" for module in modules)
