"""JSON Merge Patch (RFC 7396): what changed from one version of a document to the next."""

from __future__ import annotations

from typing import Any

from appliance.core import codec
from appliance.malformed import Malformed

Json = Any


def patched(target: Json, patch: Json) -> Json:
    """The target with the patch on it; neither is changed. A member that is null goes."""
    if not isinstance(patch, dict):
        return patch
    held = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            held.pop(name, None)
        else:
            held[name] = patched(held.get(name), value)
    return held


def difference(before: Json, after: Json) -> Json:
    """The smallest patch that makes `after` of `before`. Malformed when after holds null, which a
    patch cannot say."""
    if not isinstance(after, dict):
        _no_null(after)
        return after
    held = before if isinstance(before, dict) else {}
    patch: dict[str, Json] = {name: None for name in held if name not in after}
    for name, value in after.items():
        if name not in held or not _same(held[name], value):
            patch[name] = difference(held.get(name), value)
    return patch


def _same(one: Json, other: Json) -> bool:
    return codec.canonical(one) == codec.canonical(other)


def _no_null(value: Json) -> None:
    """RFC 7396, section 1: not for documents that use null, though inside a list it stays."""
    if value is None:
        raise Malformed("a document holds no null: leave the member out")
