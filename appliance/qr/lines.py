"""What the codes that consist of lines have in common: their fields, amounts and alphabets."""

from __future__ import annotations

import re
from collections.abc import Sequence

from appliance.malformed import Malformed

_AMOUNT = re.compile(r"([0-9]{1,999})(?:\.([0-9]+))?")
"""More digits than any code holds are no amount."""


def minor(text: str, decimals: int) -> int | None:
    """Digits with an optional point and decimals in minor units; None for anything else, also for
    more decimals than the currency has, be they zeros."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    whole, part = found[1], found[2] or ""
    return int(whole + part.ljust(decimals, "0")) if len(part) <= decimals else None


def encoded(text: str, encoding: str = "utf-8") -> bytes:
    """Raises Malformed for a character that the encoding does not have."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        character = text[error.start]
        raise Malformed(f"U+{ord(character):04X} does not fit {encoding.upper()}.") from None


def checked(fields: Sequence[str]) -> None:
    """Raises Malformed for a field that would become two lines."""
    for number, field in enumerate(fields, 1):
        if "\r" in field or "\n" in field:
            raise Malformed(f"Field {number} contains a line end.")


def trimmed(fields: Sequence[str], least: int = 0) -> list[str]:
    """Without the empty fields at the end; the first `least` stay."""
    kept = len(fields)
    while kept > least and not fields[kept - 1]:
        kept -= 1
    return list(fields[:kept])


def field(fields: Sequence[str], number: int) -> str:
    """By its number from one, as the norms count; empty where a code ends before it."""
    return fields[number - 1] if number <= len(fields) else ""
