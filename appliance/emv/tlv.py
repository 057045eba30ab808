"""BER-TLV data objects as EMV Book 3, annex B has them: filler is skipped, nothing is guessed.

An object is taken apart because its tag says that it is constructed, never because its value looks
like TLV: a cryptogram may look like anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from appliance.malformed import Malformed

DEPTH_MAX = 16
"""Levels of nesting. Cards use five; a hostile one shall not use up the stack."""

TAG_BYTES_MAX = 4


class DataObject(NamedTuple):
    """One object. tag: upper-case hex; encoded: tag, length and value as they came."""

    tag: str
    value: bytes
    encoded: bytes
    constructed: bool
    parts: tuple[DataObject, ...]

    def first(self, tag: str) -> DataObject | None:
        """The first direct part with this tag."""
        return first(self.parts, tag)


def first(objects: Iterable[DataObject], tag: str) -> DataObject | None:
    return next((it for it in objects if it.tag == tag), None)


def read(data: bytes, depth: int = 0) -> tuple[DataObject, ...]:
    """The objects that `data` is made of, each with its parts; Malformed if any does not fit."""
    objects: list[DataObject] = []
    at, end = 0, len(data)
    while at < end:
        if not data[at]:
            at += 1
            continue
        if depth >= DEPTH_MAX:
            raise Malformed(f"TLV: objects nested {DEPTH_MAX + 1} deep, {DEPTH_MAX} are allowed")
        start = at
        at = after_tag(data, start)
        tag = data[start:at].hex().upper()
        length, at = length_at(data, at)
        if at + length > end:
            raise Malformed(f"TLV: {tag} says {length} bytes, {end - at} are left")
        value = data[at : at + length]
        at += length
        constructed = bool(data[start] & 0x20)
        parts = read(value, depth + 1) if constructed else ()
        objects.append(DataObject(tag, value, data[start:at], constructed, parts))
    return tuple(objects)


def walk(objects: Iterable[DataObject], depth: int = 0) -> Iterator[tuple[int, DataObject]]:
    """Every object with its depth, in order of appearance."""
    for it in objects:
        yield depth, it
        if it.parts:
            yield from walk(it.parts, depth + 1)


def after_tag(data: bytes, at: int) -> int:
    """Where the tag that starts at `at` has ended."""
    end = at + 1
    if data[at] & 0x1F == 0x1F:
        while True:
            if end - at == TAG_BYTES_MAX:
                raise Malformed(f"TLV: a tag of more than {TAG_BYTES_MAX} bytes")
            if end == len(data):
                raise Malformed("TLV: the data ends inside a tag")
            end += 1
            if data[end - 1] < 0x80:
                break
    return end


def length_at(data: bytes, at: int) -> tuple[int, int]:
    """The length that starts at `at`, and where it has ended."""
    if at >= len(data):
        raise Malformed("TLV: the data ends before a length")
    head = data[at]
    if head < 0x80:
        return head, at + 1
    if not 0x81 <= head <= 0x84:
        raise Malformed(f"TLV: {head:02X} is no length")
    end = at + 1 + (head & 0x0F)
    if end > len(data):
        raise Malformed("TLV: the data ends inside a length")
    return int.from_bytes(data[at + 1 : end], "big"), end


def encode(tag: str, value: bytes) -> bytes:
    """One object in the shortest form."""
    length = len(value)
    if length < 0x80:
        head = bytes([length])
    else:
        digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
        head = bytes([0x80 | len(digits)]) + digits
    return bytes.fromhex(tag) + head + value
