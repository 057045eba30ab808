"""A code that the customer presents: EMVCo's consumer-presented mode, as wallets show it.

Source: EMV QR Code Specification for Payment Systems, Consumer-Presented Mode 1.1: BER-TLV in
base64, whose first object is the payload format indicator 85 with the text CPV01. It holds card data
(57, 5A) for a terminal that is certified to take it: here it is recognised and goes no further.
"""

from __future__ import annotations

import base64
import binascii
import contextlib

_INDICATOR = b"\x85\x05CPV01"


def is_presented(text: str) -> bool:
    """With or without padding, in either alphabet of base64."""
    packed = text.strip().rstrip("=").replace("-", "+").replace("_", "/")
    with contextlib.suppress(binascii.Error, ValueError):
        data = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
        return data.startswith(_INDICATOR)
    return False
