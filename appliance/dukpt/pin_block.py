"""ISO 9564-1 PIN blocks of formats 0 and 4, before they are encrypted."""

from __future__ import annotations

import re

from appliance.malformed import Malformed

_PIN = re.compile("[0-9]{4,12}")
_PAN = re.compile("[0-9]{8,19}")


def checked(pin: str, pan: str) -> None:
    """Raises Malformed for what is no PIN or no card number."""
    if not _PIN.fullmatch(pin):
        raise Malformed("A PIN has 4 to 12 digits.")
    if not _PAN.fullmatch(pan):
        raise Malformed("A card number has 8 to 19 digits.")


def format_0(pin: str, pan: str) -> bytes:
    """PIN field xor the 12 digits left of the card number's check digit."""
    checked(pin, pan)
    pin_field = bytes.fromhex(f"0{len(pin):X}{pin}".ljust(16, "F"))
    return xor(pin_field, bytes.fromhex(pan[:-1][-12:].rjust(16, "0")))


def format_4_pin_field(pin: str, random: bytes) -> bytes:
    if not _PIN.fullmatch(pin):
        raise Malformed("A PIN has 4 to 12 digits.")
    if len(random) != 8:
        raise Malformed("The random part of a format 4 PIN block has 8 bytes.")
    return bytes.fromhex(f"4{len(pin):X}{pin}".ljust(16, "A")) + random


def format_4_pan_field(pan: str) -> bytes:
    if not _PAN.fullmatch(pan):
        raise Malformed("A card number has 8 to 19 digits.")
    return bytes.fromhex(f"{max(0, len(pan) - 12)}{pan.rjust(12, '0')}".ljust(32, "0"))


def xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
