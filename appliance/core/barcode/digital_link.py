"""Web addresses, and the GS1 keys and attributes that a GS1 Digital Link carries in them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from appliance.core.barcode.check_digits import is_digits
from appliance.core.barcode.derived import derive
from appliance.core.barcode.dictionary import dictionary
from appliance.core.barcode.element_string import add, may_stand_together
from appliance.core.barcode.result import Decoded, Kind

_KEYS = frozenset(("01", "8006", "00", "253", "255", "414", "8003", "8004", "8017", "8018"))
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def is_link(text: str) -> bool:
    return text[:8].lower().startswith(("http://", "https://"))


def decode_link(url: str, symbology: str | None, today: date) -> Decoded | None:
    """A link, with what its GS1 key and attributes say; None when they are wrong."""
    address = url.partition("#")[0]
    address, _, query = address.partition("?")
    segments = address.partition("://")[2].split("/")[1:]
    if segments and not segments[-1]:
        segments.pop()
    key = _key_position(segments)
    if key is None:
        return Decoded(Kind.LINK, symbology=symbology, url=url)
    pairs = list(zip(segments[key::2], segments[key + 1 :: 2], strict=True))
    for parameter in re.split("[&;]", query):
        name, _, value = parameter.partition("=")
        if name in dictionary():
            pairs.append((name, value))
    found: dict[str, str] = {}
    for ai, value in pairs:
        if not add(found, ai, _plain(ai, value), today):
            return None
    if not may_stand_together(found):
        return None
    return replace(derive(Kind.LINK, found, symbology, today), url=url)


def _key_position(segments: list[str]) -> int | None:
    """Where the identifier-value pairs begin: the last key from which only pairs follow."""
    for position in range(len(segments) - 2, -1, -2):
        if segments[position] in _KEYS:
            return position
        if segments[position] not in dictionary():
            return None
    return None


def _plain(ai: str, value: str) -> str:
    """The value that a part of an address carries; a short GTIN gets its leading zeros."""
    value = percent_decode(value)
    if ai == "01" and len(value) in (8, 12, 13) and is_digits(value):
        return value.zfill(14)
    return value


def percent_decode(text: str) -> str:
    """Undo percent-encoding: bytes are UTF-8, a plus stays, a bad escape stays as it is."""
    return _ESCAPES.sub(
        lambda run: bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace"), text
    )
