"""What a fact's body says, read field by field without trust: a till may be newer, or lie.

A field of another type or size than its fact's class promises is Unreadable; one that is not known
here is passed over. So a till that is ahead of the fleet is understood as far as it can be.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from appliance.core import codec
from appliance.journal.scale import scaled

Body = Mapping[str, Any]

AMOUNT_MAX = 10**15
"""Of minor units and of QUANTITY_SCALE parts, either way. A shop's whole life is below it, and the
sum of nine thousand of them fits a column."""
NUMBER_MAX = 2**53
TEXT_MAX = 400
_NUL = "\0"
"""PostgreSQL's texts cannot hold it."""


class Unreadable(ValueError):
    """The body is not what its type and version promise; the text says which field."""


def amount(body: Body, name: str, default: int | None = None) -> int:
    found = body.get(name, default)
    if type(found) is not int or abs(found) > AMOUNT_MAX:
        raise Unreadable(f"{name} is no amount")
    return found


def number(body: Body, name: str, default: int | None = None) -> int:
    """The number of a thing: a sale, a line, a shift."""
    found = body.get(name, default)
    if type(found) is not int or not 0 <= found <= NUMBER_MAX:
        raise Unreadable(f"{name} is no number")
    return found


def text(body: Body, name: str, default: str | None = None) -> str:
    """Cut where it is longer than any name; a NUL is shown as a sign for it."""
    found = body.get(name, default)
    if not isinstance(found, str):
        raise Unreadable(f"{name} is no text")
    return plain(found)


def plain(found: str) -> str:
    if _NUL in found:
        found = found.replace(_NUL, "\N{SYMBOL FOR NULL}")
    return found[:TEXT_MAX]


def rows(body: Body, name: str) -> list[Body]:
    found = body.get(name, [])
    if not isinstance(found, list) or not all(isinstance(it, dict) for it in found):
        raise Unreadable(f"{name} is no list of objects")
    return found


def parts(body: Body, name: str) -> int:
    """A decimal, in QUANTITY_SCALE parts."""
    return parts_of(body.get(name))


def parts_or_none(body: Body, name: str) -> int | None:
    return None if body.get(name) is None else parts(body, name)


def parts_of(found: object) -> int:
    if not isinstance(found, str):
        raise Unreadable("a quantity is a decimal in quotes")
    return _parts(found)


@lru_cache(maxsize=4096)
def _parts(found: str) -> int:
    many = scaled(decimal(found))
    if abs(many) > AMOUNT_MAX:
        raise Unreadable("a quantity is too large")
    return many


def decimal(found: object) -> Decimal:
    try:
        value: Decimal = codec.from_json(Decimal, found)
    except codec.CodecError as error:
        raise Unreadable(str(error)) from None
    return value
