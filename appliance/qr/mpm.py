"""EMVCo merchant-presented QR codes: a tree of numbered texts with a checksum at the end.

Source: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1. Lengths count
characters and the checksum runs over UTF-8, as in the specification's own samples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from appliance.malformed import Malformed
from appliance.qr import currencies
from appliance.qr.crc16 import crc16
from appliance.qr.lines import minor

Template = list[tuple[str, str]]
Tree = list[tuple[str, str | Template]]

FORMAT, CRC = "00", "63"
CURRENCY, AMOUNT = "53", "54"
TEMPLATES = frozenset(f"{it:02}" for it in (*range(26, 52), 62, 64, *range(80, 100)))
VALUE_MAX = 99

_HEAD = re.compile("([0-9]{2})([0-9]{2})")
_ID = re.compile("[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Code:
    """amount, currency: as carried. amount_minor: None for what cannot be paid as it stands."""

    tree: Tree
    crc: str
    amount: str | None
    currency: str | None
    amount_minor: int | None


def read(payload: str) -> Code:
    """Raises Malformed."""
    found = list(_objects(payload))
    if not found or found[0] != (FORMAT, "01"):
        raise Malformed("A merchant's code begins with 000201.")
    last, check = found.pop()
    if last != CRC or len(check) != 4:
        raise Malformed("A merchant's code ends with 6304 and four characters.")
    crc = crc16(payload[:-4])
    if check.upper() != crc:
        raise Malformed(f"The checksum is {check} and should be {crc}.")
    tree: Tree = [(id_, list(_objects(it)) if id_ in TEMPLATES else it) for id_, it in found]
    amount, currency = _first(found, AMOUNT), _first(found, CURRENCY)
    due = None
    if amount is not None and currency is not None:
        due = minor(amount, currencies.decimals(currency))
    return Code([*tree, (CRC, crc)], crc, amount, currency, due)


def build(tree: Sequence[tuple[str, str | Sequence[tuple[str, str]]]]) -> str:
    """The payload of a tree without its checksum. Raises Malformed."""
    if not tree or tree[0] != (FORMAT, "01"):
        raise Malformed("A merchant's code begins with 00, 01.")
    body = "".join(_built(id_, value) for id_, value in tree) + f"{CRC}04"
    return body + crc16(body)


def _built(id_: str, value: str | Sequence[tuple[str, str]]) -> str:
    if id_ == CRC:
        raise Malformed(f"{CRC} is the checksum, which is reckoned.")
    if isinstance(value, str):
        if id_ in TEMPLATES:
            raise Malformed(f"{id_} holds objects, not a text.")
        return _object(id_, value)
    if id_ not in TEMPLATES:
        raise Malformed(f"{id_} holds a text, not objects.")
    return _object(id_, "".join(_object(inner, text) for inner, text in value))


def _object(id_: str, value: str) -> str:
    if not _ID.fullmatch(id_):
        raise Malformed(f'An ID has two digits: "{id_}"')
    if not 0 < len(value) <= VALUE_MAX:
        raise Malformed(f"{id_} has {len(value)} characters; 1 to {VALUE_MAX} are possible.")
    return f"{id_}{len(value):02}{value}"


def _objects(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        head = _HEAD.match(text, at)
        if head is None:
            raise Malformed(f"No ID with its length at character {at + 1}.")
        id_, length = head[1], int(head[2])
        start, at = head.end(), head.end() + length
        if not length or at > len(text):
            raise Malformed(f"{id_} says that it has {length} characters, which it has not.")
        yield id_, text[start:at]


def _first(found: Sequence[tuple[str, str]], wanted: str) -> str | None:
    return next((value for id_, value in found if id_ == wanted), None)
