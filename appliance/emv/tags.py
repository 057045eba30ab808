"""Data elements by their tag, asked for with the length that a rule needs."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.malformed import Malformed

Tags = Mapping[str, bytes]
"""Tag in upper-case hex to value."""


def needed(tags: Tags, tag: str, length: int | None = None) -> bytes:
    """The value; Malformed when it is missing or not of `length` bytes."""
    value = optional(tags, tag, length)
    if value is None:
        raise Malformed(f"{tag} is missing")
    return value


def optional(tags: Tags, tag: str, length: int | None = None) -> bytes | None:
    """The value or None; Malformed when it is there but not of `length` bytes."""
    value = tags.get(tag)
    if value is not None and length is not None and len(value) != length:
        raise Malformed(f"{tag} has {len(value)} bytes instead of {length}")
    return value


def digits(value: bytes) -> str:
    """The digits of a compressed numeric value (format cn): what stands before trailing F."""
    return value.hex().upper().rstrip("F")
