"""Ukraine's payment QR code: an address of the National Bank with the transfer's lines behind it.

Source: resolution 97 of the National Bank of Ukraine of 2025-08-19, formats 002 and 003. Read as
they are found in the wild: any line ends, with or without padding, UTF-8 or CP1251.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from appliance.malformed import Malformed
from appliance.qr.iban import is_valid
from appliance.qr.lines import checked, encoded, field, minor, trimmed

ADDRESS = "https://bank.gov.ua/qr/"
COUNTS = {"002": 13, "003": 17}
ENCODINGS = {"1": "UTF-8", "2": "CP1251"}
FUNCTIONS = frozenset({"UCT", "ICT", "XCT"})
LINES_MIN = 9
EOLS = {"lf": "\n", "crlf": "\r\n"}

# Numbers of fields.
TAG, VERSION, CHARSET, FUNCTION, IBAN, AMOUNT, LOCKS = 1, 2, 3, 4, 7, 8, 14

_LOCKS = re.compile("[0-9A-Fa-f]{4}")
_AMOUNT_LOCK = 0x0100
"""Cleared: the payer may not change the amount."""

_LINE_END = re.compile(b"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Code:
    """amount_minor: None when the payer chooses. editable: None in 002, which cannot say it."""

    version: str
    encoding: str
    fields: list[str]
    amount_minor: int | None
    iban_valid: bool
    editable: bool | None


def read(url: str) -> Code:
    """Raises Malformed."""
    if not url.startswith(ADDRESS):
        raise Malformed(f"The address is not {ADDRESS}")
    raw = _LINE_END.split(_unwrapped(url[len(ADDRESS) :]))
    if len(raw) < LINES_MIN:
        raise Malformed(f"{len(raw)} lines; at least {LINES_MIN} are needed.")
    if raw[0] != b"BCD":
        raise Malformed("Line 1 is not BCD.")
    version = _chosen(raw, VERSION, COUNTS)
    encoding = ENCODINGS[_chosen(raw, CHARSET, ENCODINGS)]
    try:
        fields = trimmed([line.decode(encoding) for line in raw])
    except UnicodeDecodeError as error:
        raise Malformed(f"The text is not {encoding}: {error.reason}.") from None
    count = COUNTS[version]
    if len(fields) > count:
        raise Malformed(f"{len(fields)} lines; version {version} has {count}.")
    fields += [""] * (count - len(fields))
    if field(fields, FUNCTION) not in FUNCTIONS:
        raise Malformed(f'Line 4 is "{field(fields, FUNCTION)}"; UCT, ICT or XCT is needed.')
    return Code(
        version,
        encoding,
        fields,
        _amount(field(fields, AMOUNT)),
        is_valid(field(fields, IBAN)),
        None if version == "002" else _editable(field(fields, LOCKS)),
    )


def build(fields: Sequence[str], eol: str = "lf", *, trailing_eol: bool = False) -> str:
    """Raises Malformed."""
    if field(fields, TAG) != "BCD" or COUNTS.get(field(fields, VERSION)) != len(fields):
        raise Malformed("BCD, 002 with 13 fields or 003 with 17 are needed.")
    if field(fields, CHARSET) not in ENCODINGS:
        raise Malformed("Field 3 is 1 for UTF-8 or 2 for CP1251.")
    checked(fields)
    text = EOLS[eol].join(fields) + (EOLS[eol] if trailing_eol else "")
    data = encoded(text, ENCODINGS[field(fields, CHARSET)])
    return ADDRESS + base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unwrapped(text: str) -> bytes:
    text = text.replace("-", "+").replace("_", "/")
    if "=" not in text:
        text += "=" * (-len(text) % 4)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed(f"What follows the address is not base64: {error}") from None


def _chosen(raw: Sequence[bytes], number: int, known: Collection[str]) -> str:
    value = raw[number - 1].decode("ascii", "replace")
    if value not in known:
        raise Malformed(f'Line {number} is "{value}"; {" or ".join(known)} is needed.')
    return value


def _amount(text: str) -> int | None:
    """Empty, UAH alone and zero leave it to the payer."""
    if text in ("", "UAH"):
        return None
    due = minor(text[3:], 2) if text.startswith("UAH") else None
    if due is None:
        raise Malformed(f'The amount "{text}" is not like UAH12.34.')
    return due or None


def _editable(locks: str) -> bool:
    return not _LOCKS.fullmatch(locks) or bool(int(locks, 16) & _AMOUNT_LOCK)
