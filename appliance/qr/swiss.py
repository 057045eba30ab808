"""The Swiss QR-bill: 31 lines about creditor, debtor, amount and reference, and some more.

Source: Swiss Implementation Guidelines QR-bill, version 0200.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.malformed import Malformed
from appliance.qr.iban import is_valid, mod_97
from appliance.qr.lines import checked, field, minor, trimmed

LINES_MIN, LINES_MAX = 31, 34
HEAD = ("SPC", "0200", "1")
CURRENCIES = ("CHF", "EUR")
TRAILER = "EPD"

# Numbers of fields.
IBAN, AMOUNT, CURRENCY, REFERENCE_TYPE, REFERENCE, END = 4, 19, 20, 28, 29, 31

_LINE_END = re.compile("\r?\n")
_AMOUNT = re.compile(r"[0-9]+\.[0-9]{2}")
_QRR = re.compile("[0-9]{27}")
_SCOR = re.compile("RF[0-9]{2}[A-Z0-9]{1,21}")
_CARRIES = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)


@dataclass(frozen=True, slots=True)
class Code:
    """amount_minor: None when the payer chooses."""

    fields: list[str]
    amount_minor: int | None
    currency: str
    iban_valid: bool
    reference_valid: bool


def read(payload: str) -> Code:
    """Raises Malformed."""
    fields = trimmed(_LINE_END.split(payload), LINES_MIN)
    due = _checked(fields)
    return Code(
        fields,
        due,
        field(fields, CURRENCY),
        is_valid(field(fields, IBAN)),
        REFERENCES[field(fields, REFERENCE_TYPE)](field(fields, REFERENCE)),
    )


def build(fields: Sequence[str]) -> str:
    """Raises Malformed."""
    checked(fields)
    kept = trimmed(fields, LINES_MIN)
    _checked(kept)
    return "\r\n".join(kept)


def _checked(fields: Sequence[str]) -> int | None:
    """The amount, None for none; raises Malformed for what the guidelines do not allow."""
    if not LINES_MIN <= len(fields) <= LINES_MAX:
        raise Malformed(f"{len(fields)} lines; {LINES_MIN} to {LINES_MAX} are possible.")
    if tuple(fields[:3]) != HEAD:
        raise Malformed("The first lines are not SPC, 0200, 1.")
    if field(fields, END) != TRAILER:
        raise Malformed(f"Line {END} is not {TRAILER}.")
    if field(fields, CURRENCY) not in CURRENCIES:
        raise Malformed(f'The currency "{field(fields, CURRENCY)}" is not CHF or EUR.')
    if field(fields, REFERENCE_TYPE) not in REFERENCES:
        kind = field(fields, REFERENCE_TYPE)
        raise Malformed(f'The reference type "{kind}" is not QRR, SCOR or NON.')
    return _amount(field(fields, AMOUNT))


def _amount(text: str) -> int | None:
    if not text:
        return None
    due = minor(text, 2) if _AMOUNT.fullmatch(text) else None
    if due is None:
        raise Malformed(f'The amount "{text}" is not like 12.30.')
    return due


def check_digit(digits: str) -> int:
    """Recursive modulo 10, as Swiss references end."""
    carry = 0
    for digit in digits:
        carry = _CARRIES[(carry + int(digit)) % 10]
    return -carry % 10


def _is_qrr(text: str) -> bool:
    return _QRR.fullmatch(text) is not None and check_digit(text[:-1]) == int(text[-1])


def _is_scor(text: str) -> bool:
    return _SCOR.fullmatch(text) is not None and mod_97(text) == 1


def _is_none(text: str) -> bool:
    return not text


REFERENCES = {"QRR": _is_qrr, "SCOR": _is_scor, "NON": _is_none}
