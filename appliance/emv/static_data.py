"""The static data that an issuer signed, put together from records (EMV Book 3, 10.3)."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.emv import afl
from appliance.emv.tags import Tags, needed
from appliance.emv.tlv import length_at
from appliance.malformed import Malformed

LAST_SFI_OF_CONTENTS = 10
"""Of EMV's own files the contents of the template count; of others, the whole record."""

AIP_ONLY = b"\x82"


def gather(locator: bytes, records: Mapping[tuple[int, int], bytes], tags: Tags) -> bytes:
    """records: by SFI and number, without status word; tags: 9F4A and, if that names it, 82."""
    parts = [
        _signed(entry.sfi, number, records)
        for entry in afl.read(locator)
        for number in range(entry.first, entry.first + entry.oda_records)
    ]
    if tag_list := tags.get("9F4A"):
        if tag_list != AIP_ONLY:
            raise Malformed("9F4A, the list of signed tags, may hold 82 alone")
        parts.append(needed(tags, "82", 2))
    return b"".join(parts)


def _signed(sfi: int, number: int, records: Mapping[tuple[int, int], bytes]) -> bytes:
    record = records.get((sfi, number))
    if record is None:
        raise Malformed(f"Record {number} of file {sfi} is missing")
    if sfi > LAST_SFI_OF_CONTENTS:
        return record
    if record[:1] != b"\x70":
        raise Malformed(f"Record {number} of file {sfi} does not begin with template 70")
    length, start = length_at(record, 1)
    if start + length != len(record):
        raise Malformed(f"Record {number} of file {sfi} does not end with its template")
    return record[start:]
