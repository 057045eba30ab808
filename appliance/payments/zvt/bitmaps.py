"""The data fields (BMPs) after a command's fixed fields: one byte of tag, then the value.

Source: PA00P015, "Bitmaps": most lengths belong to the tag, some stand before the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from appliance.malformed import Malformed
from appliance.payments.zvt.lengths import read_ber, read_digits

CONTAINER = 0x06
"""The BMP that holds TLV objects."""

_FIXED = {
    1: "01 02 03 05 19 27 8A 8C A0 D0 D2 D3 E0 E9 EA F0 F9 FA FB FC",
    2: "0D 0E 17 3A 49 87",
    3: "0B 0C 37 3D 88 AA",
    4: "29",
    5: "BA",
    6: "04",
    8: "3B EB",
    15: "2A",
}
_LL = "22 23 2D 8B A7 D1 E1 E2 E3 E4 E5 E6 E7 E8 F1 F2 F3 F4 F5 F6 F7 F8"
_LLL = "24 2E 3C 60 92 9A AF"

_Length = Callable[[bytes, int], tuple[int, int]]


def _always(length: int) -> _Length:
    return lambda _data, at: (length, at)


LENGTHS: dict[int, _Length] = {
    **{tag: _always(length) for length, tags in _FIXED.items() for tag in bytes.fromhex(tags)},
    **dict.fromkeys(bytes.fromhex(_LL), read_digits(2)),
    **dict.fromkeys(bytes.fromhex(_LLL), read_digits(3)),
    CONTAINER: read_ber,
}

Bmp = tuple[int, bytes]


def read(data: bytes) -> list[Bmp]:
    """All of `data`, in order. Raises Malformed."""
    found: list[Bmp] = []
    at = 0
    while at < len(data):
        tag = data[at]
        if tag not in LENGTHS:
            raise Malformed(f"{tag:02X} is no known BMP")
        length, start = LENGTHS[tag](data, at + 1)
        at = start + length
        if at > len(data):
            raise Malformed(f"BMP {tag:02X} is cut off")
        found.append((tag, data[start:at]))
    return found


def first(bmps: Iterable[Bmp]) -> dict[int, bytes]:
    """By tag; of a tag that occurs twice the first one counts."""
    by_tag: dict[int, bytes] = {}
    for tag, value in bmps:
        by_tag.setdefault(tag, value)
    return by_tag
