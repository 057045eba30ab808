"""The European transfer QR code: a SEPA credit transfer in at most twelve lines.

Source: EPC069-12, versions 001 and 002.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.malformed import Malformed
from appliance.qr.iban import is_valid
from appliance.qr.lines import checked, field, minor, trimmed

LINES_MIN, LINES_MAX = 7, 12
VERSIONS = ("001", "002")
CHARSETS = tuple("12345678")

# Numbers of fields.
TAG, VERSION, CHARSET, FUNCTION, BIC, NAME, IBAN, AMOUNT, PURPOSE, REFERENCE, TEXT, INFO = range(
    1, 13
)

_LINE_END = re.compile("\r?\n")


@dataclass(frozen=True, slots=True)
class Code:
    """amount_minor: None when the payer chooses."""

    fields: list[str]
    amount_minor: int | None
    iban_valid: bool


def read(payload: str) -> Code:
    """Raises Malformed."""
    fields = trimmed(_LINE_END.split(payload))
    due = _checked(fields)
    return Code(fields, due, is_valid(field(fields, IBAN).replace(" ", "")))


def build(fields: Sequence[str]) -> str:
    """Raises Malformed."""
    checked(fields)
    kept = trimmed(fields)
    _checked(kept)
    return "\n".join(kept)


def _checked(fields: Sequence[str]) -> int | None:
    """The amount, None for none; raises Malformed for what the norm does not allow."""
    if not LINES_MIN <= len(fields) <= LINES_MAX:
        raise Malformed(f"{len(fields)} lines; {LINES_MIN} to {LINES_MAX} are possible.")
    version, charset = field(fields, VERSION), field(fields, CHARSET)
    if field(fields, TAG) != "BCD":
        raise Malformed("Line 1 is not BCD.")
    if version not in VERSIONS:
        raise Malformed(f'Version "{version}" is not 001 or 002.')
    if charset not in CHARSETS:
        raise Malformed(f'Character set "{charset}" is not one of 1 to 8.')
    if field(fields, FUNCTION) != "SCT":
        raise Malformed("Line 4 is not SCT.")
    if version == "001" and not field(fields, BIC):
        raise Malformed("Version 001 needs a BIC.")
    if field(fields, REFERENCE) and field(fields, TEXT):
        raise Malformed("A structured reference and a text exclude each other.")
    return _amount(field(fields, AMOUNT))


def _amount(text: str) -> int | None:
    if not text:
        return None
    due = minor(text[3:], 2) if text.startswith("EUR") else None
    if due is None:
        raise Malformed(f'The amount "{text}" is not like EUR12.34.')
    return due
