"""The members of one JSON question, read as the type that the asker had to give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from appliance.malformed import Malformed

_HEX = re.compile("(?:[0-9A-Fa-f]{2})*")


def as_bytes(value: object, name: str) -> bytes:
    """Hexadecimal digits in either case, two a byte, no blanks."""
    if isinstance(value, str) and _HEX.fullmatch(value):
        return bytes.fromhex(value)
    raise Malformed(f"{name}: pairs of hexadecimal digits are needed")


def printed(value: bytes) -> str:
    """Bytes as the contract prints them."""
    return value.hex().upper()


def _tags(members: Mapping[str, Any]) -> dict[str, bytes]:
    """Those members that are named like a tag and not null."""
    given = {
        tag.upper(): value
        for tag, value in members.items()
        if value is not None and tag and _HEX.fullmatch(tag)
    }
    return {tag: as_bytes(value, tag) for tag, value in given.items()}


class Fields:
    """One object. What is null counts as absent; what nobody asks for is ignored.

    Every reader raises Malformed for another type; those without a default, also for an absent one.
    """

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = {name: it for name, it in members.items() if it is not None}

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def hex(self, name: str) -> bytes:
        return as_bytes(self._needed(name), name)

    def hex_or_none(self, name: str) -> bytes | None:
        return self.hex(name) if name in self else None

    def text(self, name: str) -> str:
        value = self._needed(name)
        if not isinstance(value, str):
            raise Malformed(f"{name}: a text is needed")
        return value

    def text_or_none(self, name: str) -> str | None:
        return self.text(name) if name in self else None

    def integer(self, name: str) -> int:
        value = self._needed(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Malformed(f"{name}: a whole number is needed")
        return value

    def integer_or_none(self, name: str) -> int | None:
        return self.integer(name) if name in self else None

    def boolean(self, name: str, default: bool = False) -> bool:
        value = self._members.get(name, default)
        if not isinstance(value, bool):
            raise Malformed(f"{name}: true or false is needed")
        return value

    def items(self, name: str) -> list[Any]:
        value = self._needed(name)
        if not isinstance(value, list):
            raise Malformed(f"{name}: a list is needed")
        return value

    def members(self, name: str) -> dict[str, Any]:
        value = self._needed(name)
        if not isinstance(value, dict):
            raise Malformed(f"{name}: an object is needed")
        return value

    def tags(self, name: str) -> dict[str, bytes]:
        """An object of tags and their values; a tag is read in either case, null is absent."""
        return _tags(self.members(name))

    def own_tags(self, *names: str) -> dict[str, bytes]:
        """Those members of this object itself whose names are these tags, in either case."""
        return _tags({it: value for it, value in self._members.items() if it.upper() in names})

    def choice(self, name: str, allowed: Mapping[str, Any], default: str | None = None) -> str:
        """One of the words that `allowed` has."""
        value = self.text(name) if default is None or name in self else default
        if value not in allowed:
            raise Malformed(f"{name}: one of {', '.join(allowed)} is needed")
        return value

    def _needed(self, name: str) -> Any:
        if name not in self._members:
            raise Malformed(f"{name} is missing")
        return self._members[name]
