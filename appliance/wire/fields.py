"""JSON that a stranger sent, read field by field: what is not as it must be is Malformed.

Unknown fields are passed over, so that a newer side can say more than an older one knows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from appliance.core import codec
from appliance.core.fact_chain import HASH_BYTES
from appliance.malformed import Malformed
from appliance.wire.limits import DEPTH_MAX, INTEGER_MAX, NOTE_BYTES_MAX, TEXT_MAX

VERSION = 1
"""Of every message here: its field `v`."""


def _integer(digits: str) -> int:
    if len(digits) > 20 or abs(number := int(digits)) > INTEGER_MAX:
        raise Malformed("a number is too large")
    return number


def _none_such(_text: str) -> NoReturn:
    raise Malformed("numbers are whole")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_none_such, parse_constant=_none_such)


def parse(payload: bytes, bytes_max: int = NOTE_BYTES_MAX) -> dict[str, Any]:
    """The object in a message, of this version, not too large nor too deep."""
    if len(payload) > bytes_max:
        raise Malformed(f"{len(payload)} bytes are too long")
    try:
        value = _DECODER.decode(payload.decode())
        if payload.count(b"[") + payload.count(b"{") > DEPTH_MAX:
            _shallow(value, DEPTH_MAX)
    except RecursionError:
        raise Malformed("it is nested too deep") from None
    except Malformed:
        raise
    except ValueError as error:
        raise Malformed(f"no JSON: {error}") from None
    if not isinstance(value, dict):
        raise Malformed("a message is a JSON object")
    if value.get("v") != VERSION:
        raise Malformed(f"not version {VERSION} of the protocol")
    return value


def _shallow(value: Any, left: int) -> None:
    if not left:
        raise Malformed("it is nested too deep")
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return
    for item in value:
        if isinstance(item, dict | list):
            _shallow(item, left - 1)


def message(**said: Any) -> bytes:
    """The bytes of a message of this version."""
    return codec.canonical({"v": VERSION, **said})


def whole(
    value: Mapping[str, Any], name: str, default: int | None = None, *, least: int = 0
) -> int:
    found = value.get(name, default)
    if type(found) is not int or found < least:
        raise Malformed(f"{name} is a whole number of at least {least}")
    return found


def text(
    value: Mapping[str, Any], name: str, default: str | None = None, *, longest: int = TEXT_MAX
) -> str:
    found = value.get(name, default)
    if not isinstance(found, str) or len(found) > longest:
        raise Malformed(f"{name} is a text of at most {longest} characters")
    if not found.isascii():
        try:
            found.encode()
        except UnicodeEncodeError:
            raise Malformed(f"{name} has half a surrogate pair") from None
    return found


def digest(value: Mapping[str, Any], name: str, default: str | None = None) -> bytes:
    """A SHA-256 in hexadecimal; b"" where the default is ""."""
    found = text(value, name, default)
    try:
        raw = bytes.fromhex(found)
    except ValueError:
        raise Malformed(f"{name} is a SHA-256 in hexadecimal") from None
    if len(raw) != HASH_BYTES and found != default:
        raise Malformed(f"{name} is a SHA-256 in hexadecimal")
    return raw


def table(value: Mapping[str, Any], name: str, most: int) -> dict[str, Any]:
    found = value.get(name, {})
    if not isinstance(found, dict) or len(found) > most:
        raise Malformed(f"{name} is an object of at most {most} fields")
    return found


def rows(value: Mapping[str, Any], name: str, most: int) -> list[Any]:
    found = value.get(name, [])
    if not isinstance(found, list) or len(found) > most:
        raise Malformed(f"{name} is a list of at most {most}")
    return found
