"""A code that the customer presents: EMVCo's consumer-presented mode, as wallets show it.

Source: EMV QR Code Specification for Payment Systems, Consumer-Presented Mode 1.1: BER-TLV in
base64, whose first object is the payload format indicator 85 with the text CPV01. It holds card data
(57, 5A) for a terminal that is certified to take it: here it is recognised and goes no further.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
from dataclasses import dataclass

from appliance.emv import tlv
from appliance.malformed import Malformed

_INDICATOR = b"\x85\x05CPV01"
_TEMPLATE, _LABEL = "61", "50"
_NAME_MAX = 16
_AIM = 3
"""Characters of the identifier that some scanners put before a code."""


@dataclass(frozen=True, slots=True)
class Presented:
    """names: of the cards or accounts that it stands for, as their bank calls them ("Visa"). All
    that may be kept of it."""

    names: tuple[str, ...] = ()


def read(text: str) -> Presented | None:
    """None for any other text. With or without padding, in either alphabet of base64. One that was
    scanned in part is still nobody's goods."""
    bare = text[_AIM:] if text.startswith("]") else text
    packed = bare.strip().rstrip("=").replace("-", "+").replace("_", "/")
    try:
        data = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    if not data.startswith(_INDICATOR):
        return None
    names: list[str] = []
    with contextlib.suppress(Malformed):
        for template in tlv.read(data):
            label = template.first(_LABEL) if template.tag == _TEMPLATE else None
            if label is not None and label.value is not None:
                names.append(label.value.decode("latin-1")[:_NAME_MAX])
    return Presented(tuple(name for name in names if name.isprintable()))
