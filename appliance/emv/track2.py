"""Track 2 equivalent data (57, 9F6B): nibbles with D for the separator and F for padding."""

from __future__ import annotations

import re
from dataclasses import dataclass

from appliance.malformed import Malformed

_TRACK2 = re.compile("([0-9]{1,19})D([0-9]{4})([0-9]{3})([0-9]*)F?")


@dataclass(frozen=True, slots=True)
class Track2:
    """All of it is card data: whoever holds one neither keeps, logs nor shows it."""

    pan: str
    expiry_yymm: str
    service_code: str
    discretionary: str


def read(track2: bytes) -> Track2:
    found = _TRACK2.fullmatch(track2.hex().upper())
    if not found:
        raise Malformed("Track 2: not PAN, D, YYMM, service code and digits")
    return Track2(*found.groups())
