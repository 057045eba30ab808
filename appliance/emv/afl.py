"""The application file locator: which records a terminal reads, and which of them are signed."""

from __future__ import annotations

from typing import NamedTuple

from appliance.malformed import Malformed

SFI_MAX = 30


class Entry(NamedTuple):
    """Records `first` to `last` of one file; the first `oda_records` of them are signed."""

    sfi: int
    first: int
    last: int
    oda_records: int


def read(afl: bytes) -> list[Entry]:
    if not afl or len(afl) % 4:
        raise Malformed(f"AFL: {len(afl)} bytes are not entries of four bytes")
    return [_entry(afl[at : at + 4]) for at in range(0, len(afl), 4)]


def _entry(quad: bytes) -> Entry:
    head, first, last, oda_records = quad
    sfi = head >> 3
    if head & 0x07 or not 1 <= sfi <= SFI_MAX:
        raise Malformed(f"AFL: {head:02X} names no file")
    if not 1 <= first <= last:
        raise Malformed(f"AFL: no records from {first} to {last}")
    if oda_records > last - first + 1:
        raise Malformed(f"AFL: {oda_records} signed records among {last - first + 1}")
    return Entry(sfi, first, last, oda_records)
