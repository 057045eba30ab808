"""Data object lists: what a card asks for, and how it is handed over (EMV Book 3, 5.4)."""

from __future__ import annotations

from typing import NamedTuple

from appliance.emv.tags import Tags
from appliance.emv.tlv import after_tag
from appliance.malformed import Malformed

NUMERIC = frozenset(
    """42 5F24 5F25 5F28 5F2A 5F30 5F34 5F36 5F57 9A 9C 9F01 9F02 9F03 9F11 9F15 9F1A 9F21 9F35
    9F39 9F3B 9F3C 9F3D 9F41 9F42 9F43 9F44""".split()
)
"""Format n: right-justified, so the last bytes count and zeros go before them."""

COMPRESSED = frozenset({"5A", "9F20"})
"""Format cn: left-justified, filled up with F."""


class Entry(NamedTuple):
    tag: str
    length: int


def read(dol: bytes) -> list[Entry]:
    """The entries of a list. A 00 is a tag here: a list has no filler."""
    entries: list[Entry] = []
    at = 0
    while at < len(dol):
        end = after_tag(dol, at)
        if end == len(dol):
            raise Malformed("DOL: the list ends before a length")
        entries.append(Entry(dol[at:end].hex().upper(), dol[end]))
        at = end + 1
    return entries


def fill(entries: list[Entry], values: Tags) -> bytes:
    """The values one after the other, each exactly as long as its entry says."""
    return b"".join(_fitted(it, values.get(it.tag, b"")) for it in entries)


def _fitted(entry: Entry, value: bytes) -> bytes:
    tag, length = entry
    constructed = bool(int(tag[:2], 16) & 0x20)
    if not value or constructed:
        return bytes(length)
    if tag in NUMERIC:
        return value[max(0, len(value) - length) :].rjust(length, b"\x00")
    return value[:length].ljust(length, b"\xff" if tag in COMPRESSED else b"\x00")
