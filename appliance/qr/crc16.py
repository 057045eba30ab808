"""The checksum at the end of an EMVCo merchant-presented code."""

from __future__ import annotations

import binascii

from appliance.qr.lines import encoded


def crc16(text: str) -> str:
    """CRC-16 with polynomial 1021 and start FFFF over the text in UTF-8, as four hex digits."""
    return f"{binascii.crc_hqx(encoded(text), 0xFFFF):04X}"
