"""Caisse-AP messages: tag of two letters, length of three digits, value; what an answer means.

Source: association du paiement, "Protocole Caisse-AP sur IP" v3; the public client and simulator
akretion/caisse-ap-ip.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum

from appliance.malformed import Malformed

PROTOCOL = "CZ"
AMOUNT, ACTION, REASON = "CB", "AE", "AF"
LENGTH_MAX = 999

_HEAD = re.compile("([A-Z]{2})([0-9]{3})")
_TAG = re.compile("[A-Z]{2}")
_DIGITS = re.compile("[0-9]+")

Field = tuple[str, str]


class Outcome(Enum):
    APPROVED = "approved"
    PENDING = "pending"
    DECLINED = "declined"
    UNKNOWN = "unknown"


_BY_ACTION = {"10": Outcome.APPROVED, "11": Outcome.PENDING, "01": Outcome.DECLINED}


def decode(text: str) -> list[Field]:
    """All fields in order, the protocol's version first. Raises Malformed."""
    if not text.isascii():
        raise Malformed("letters beyond ASCII")
    fields: list[Field] = []
    at = 0
    while at < len(text):
        head = _HEAD.match(text, at)
        if head is None:
            raise Malformed(f"no tag and length at character {at}")
        end = head.end() + int(head[2])
        if end > len(text):
            raise Malformed(f"{head[1]} is cut off")
        fields.append((head[1], text[head.end() : end]))
        at = end
    _begins_with_version(fields)
    return fields


def encode(fields: Iterable[Field]) -> str:
    fields = list(fields)
    _begins_with_version(fields)
    for tag, value in fields:
        if not _TAG.fullmatch(tag):
            raise Malformed(f"{tag!r} is no tag of two upper-case letters")
        if not value.isascii() or len(value) > LENGTH_MAX:
            raise Malformed(f"{tag}: at most {LENGTH_MAX} ASCII characters are needed")
    return "".join(f"{tag}{len(value):03}{value}" for tag, value in fields)


def value_of(fields: Sequence[Field], tag: str) -> str | None:
    """Of a repeated tag the first counts."""
    return next((value for name, value in fields if name == tag), None)


def amount_minor(fields: Sequence[Field]) -> int | None:
    text = value_of(fields, AMOUNT)
    return int(text) if text is not None and _DIGITS.fullmatch(text) else None


def outcome(fields: Sequence[Field]) -> Outcome | None:
    """None: the message answers nothing."""
    action = value_of(fields, ACTION)
    return None if action is None else _BY_ACTION.get(action, Outcome.UNKNOWN)


def _begins_with_version(fields: Sequence[Field]) -> None:
    if not fields or fields[0][0] != PROTOCOL:
        raise Malformed(f"a message begins with {PROTOCOL}")
