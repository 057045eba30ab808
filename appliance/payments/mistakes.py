"""What a model finds wrong with the options of a [[payments]] table, in words."""

from __future__ import annotations

from pydantic import ValidationError

_KINDS = {"missing": "is missing", "extra_forbidden": "is not known here"}


def told(error: ValidationError) -> str:
    """Each mistake with its key."""
    parts = []
    for it in error.errors(include_url=False, include_input=False):
        key = ".".join(map(str, it["loc"]))
        what = _KINDS.get(it["type"]) or it["msg"].removeprefix("Value error, ")
        parts.append(f"{key} {what}")
    return "; ".join(parts)
