"""What the TLV container of a ZVT message says of card, terminal and text.

Source: PA00P015, "TLV container" and its list of tags.
"""

from __future__ import annotations

from collections.abc import Iterable

from appliance.emv.tlv import DataObject, walk
from appliance.malformed import Malformed
from appliance.payments.zvt.texts import text

_TECHNOLOGIES = {b"\x00": "magnetic stripe", b"\x01": "chip", b"\x02": "NFC"}
_AUTHENTICATIONS = {
    b"\x00": "none",
    b"\x01": "signature",
    b"\x02": "online PIN",
    b"\x03": "offline encrypted PIN",
    b"\x04": "offline plaintext PIN",
    b"\x05": "offline encrypted PIN and signature",
    b"\x06": "offline plaintext PIN and signature",
    b"\x07": "online PIN and signature",
}
_UNKNOWN = "unknown"
_TEXT_LINES, _TEXT_LINE = "24", "07"
_RECEIPTS, _RECEIPT = "23", "08"


def fields(objects: Iterable[DataObject], charset: str) -> dict[str, str]:
    """Of the tags that occur twice, at whatever depth, the first one counts. Raises Malformed."""
    values: dict[str, bytes] = {}
    for _depth, it in walk(objects):
        values.setdefault(it.tag, it.value)
    found: dict[str, str] = {}
    if "43" in values:
        found["aid"] = values["43"].hex().upper()
    if "1F12" in values:
        found["card_technology"] = _TECHNOLOGIES.get(values["1F12"], _UNKNOWN)
    if "1F10" in values:
        found["cardholder_authentication"] = _AUTHENTICATIONS.get(values["1F10"], _UNKNOWN)
    if "1F40" in values:
        found["device_name"] = text(values["1F40"], charset)
    if "1F42" in values:
        found["serial"] = values["1F42"].hex().upper()
    lines = parts_of(objects, _TEXT_LINES, _TEXT_LINE)
    if lines:
        found["text"] = "\n".join(text(line, charset) for line in lines)
    return found


def open_receipts(objects: Iterable[DataObject]) -> list[int]:
    """Receipt numbers of pre-authorisations that are still open. Raises Malformed."""
    return [number(value) for value in parts_of(objects, _RECEIPTS, _RECEIPT)]


def parts_of(objects: Iterable[DataObject], parent: str, tag: str) -> list[bytes]:
    """Values of the direct parts `tag` of the first `parent` at any depth."""
    holder = next((it for _depth, it in walk(objects) if it.tag == parent), None)
    return [] if holder is None else [it.value for it in holder.parts if it.tag == tag]


def number(bcd: bytes) -> int:
    """Two decimal digits a byte. Raises Malformed."""
    digits = bcd.hex()
    if not digits.isdecimal():
        raise Malformed(f"{digits.upper()} is no number of decimal digits")
    return int(digits)
