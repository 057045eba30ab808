"""JSON as terminals send it: one strict reader, for what a wire may bring."""

from __future__ import annotations

import json
import math
from typing import Any

from appliance.malformed import Malformed


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise Malformed(f"not JSON: {text[:20]} is too large a number")
    return value


def _no_constant(name: str) -> Any:
    raise Malformed(f"not JSON: {name}")


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def read_object(data: bytes) -> dict[str, Any]:
    """The object that the bytes hold, and nothing beside it."""
    try:
        value = _DECODER.decode(data.decode())
    except Malformed:
        raise
    except UnicodeDecodeError as error:
        raise Malformed(f"not UTF-8 at byte {error.start}") from None
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {str(error)[:80]}") from None
    if not isinstance(value, dict):
        raise Malformed("a JSON object is needed")
    return value


def write_object(value: dict[str, Any]) -> bytes:
    """Compact, members in their order, letters beyond ASCII as they are."""
    try:
        return _COMPACT.encode(value).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed(f"cannot be written as JSON: {str(error)[:80]}") from None


def same(one: object, other: object) -> bool:
    """Equal as JSON values: the order of members does not count, and true is not 1."""
    pairs = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if isinstance(left, dict) and isinstance(right, dict):
            if left.keys() != right.keys():
                return False
            pairs.extend((left[name], right[name]) for name in left)
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return False
            pairs.extend(zip(left, right, strict=True))
        elif isinstance(left, bool) is not isinstance(right, bool) or left != right:
            return False
    return True
