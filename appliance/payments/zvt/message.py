"""What one APDU says, in words: fixed fields, BMPs, the TLV container.

Source: PA00P015, "Commands" and "Bitmaps". A terminal that is not set up well sends the whole card
number: whatever it sends is masked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from appliance.emv import tlv
from appliance.emv.tlv import DataObject
from appliance.malformed import Malformed
from appliance.payments.zvt import bitmaps, container
from appliance.payments.zvt.apdu import Apdu
from appliance.payments.zvt.bitmaps import CONTAINER, Bmp
from appliance.payments.zvt.container import number
from appliance.payments.zvt.lengths import read_digits
from appliance.payments.zvt.texts import text

AUTHORISATION, ABORTED = "0601", "061E"
_NO_RECEIPT = b"\xff\xff"
_RECEIPT = 0x87
_SHOWN_FIRST, _SHOWN_LAST = 6, 4


@dataclass(frozen=True, slots=True)
class Message:
    """fields: what a till may know; the rest shows the bytes as they came. container: None without
    a BMP 06."""

    control: str
    fields: dict[str, Any]
    bmps: list[Bmp] = field(default_factory=list)
    container: tuple[DataObject, ...] | None = None


def read(apdu: Apdu, charset: str = "cp437") -> Message:
    """Raises Malformed."""
    rest = _Rest(apdu.data, charset)
    fixed = _FIXED.get(apdu.control, _none)(rest)
    bmps = bitmaps.read(rest.all())
    by_tag = bitmaps.first(bmps)
    objects = tlv.read(by_tag[CONTAINER]) if CONTAINER in by_tag else None
    fields = _of_bmps(apdu.control, by_tag, charset) | fixed
    if objects is not None:
        fields |= container.fields(objects, charset)
    if apdu.control == ABORTED and _RECEIPT in by_tag:
        own = [fields["receipt"]] if "receipt" in fields else []
        fields["receipts"] = own + container.open_receipts(objects or ())
    return Message(apdu.control, fields, bmps, objects)


def masked(pan: bytes) -> str:
    """A card number of BMP 22: of its digits the first six and the last four, however it came."""
    nibbles = pan.hex().upper().rstrip("F").replace("E", "*")
    hidden = range(_SHOWN_FIRST, len(nibbles) - _SHOWN_LAST)
    return "".join("*" if at in hidden and it.isdecimal() else it for at, it in enumerate(nibbles))


class _Rest:
    """The bytes that no fixed field took yet."""

    def __init__(self, data: bytes, charset: str) -> None:
        self._data = data
        self.charset = charset

    def __bool__(self) -> bool:
        return bool(self._data)

    @property
    def begins_a_length(self) -> bool:
        return self._data[:1] in {bytes([0xF0 + digit]) for digit in range(10)}

    def take(self, count: int) -> bytes:
        if len(self._data) < count:
            raise Malformed("A fixed field is cut off")
        taken, self._data = self._data[:count], self._data[count:]
        return taken

    def take_long(self) -> bytes:
        """A value after its length of three digits."""
        length, start = read_digits(3)(self._data, 0)
        return self.take(start + length)[start:]

    def all(self) -> bytes:
        return self.take(len(self._data))


def _hex(value: bytes) -> str:
    return value.hex().upper()


def _none(_rest: _Rest) -> dict[str, Any]:
    return {}


def _registration(rest: _Rest) -> dict[str, Any]:
    fields: dict[str, Any] = {"password": _hex(rest.take(3)), "config_byte": _hex(rest.take(1))}
    if rest:
        fields["currency"] = number(rest.take(2))
    return fields


def _password(rest: _Rest) -> dict[str, Any]:
    return {"password": _hex(rest.take(3))}


def _enquiry(rest: _Rest) -> dict[str, Any]:
    return _password(rest) if rest else {}


def _abort(rest: _Rest) -> dict[str, Any]:
    return {"result_code": _hex(rest.take(1))} if rest else {}


def _intermediate(rest: _Rest) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if rest:
        fields["intermediate_status"] = _hex(rest.take(1))
    if rest:
        fields["timeout_min"] = number(rest.take(1))
    return fields


def _completion(rest: _Rest) -> dict[str, Any]:
    if not rest.begins_a_length:
        return {}
    version = text(rest.take_long(), rest.charset)
    return {"software_version": version, "terminal_status": _hex(rest.take(1))}


def _print_line(rest: _Rest) -> dict[str, Any]:
    return {"attribute": _hex(rest.take(1)), "text": text(rest.all(), rest.charset)}


_FIXED: dict[str, Callable[[_Rest], dict[str, Any]]] = {
    "0600": _registration,
    **dict.fromkeys(("0620", "0630", "0631", "0650", "0693"), _password),
    "0501": _enquiry,
    "061E": _abort,
    "04FF": _intermediate,
    "060F": _completion,
    "06D1": _print_line,
}

_NUMBERS = {
    0x04: "amount",
    0x0B: "trace",
    0x37: "original_trace",
    0x49: "currency",
    _RECEIPT: "receipt",
}
_HEX = {
    0x27: "result_code",
    0x03: "service_byte",
    0x0D: "date_mmdd",
    0x0E: "card_expiry_yymm",
    0x17: "card_seq",
    0x29: "terminal_id",
    0x8A: "card_type",
}
_TEXTS = {0x8B: "card_name", 0x3C: "additional_text"}
_PAYMENT_TYPE, _TIME, _PAN = 0x19, 0x0C, 0x22


def _of_bmps(control: str, by_tag: Mapping[int, bytes], charset: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for tag, value in by_tag.items():
        if tag in _NUMBERS:
            if (tag, value) != (_RECEIPT, _NO_RECEIPT):
                fields[_NUMBERS[tag]] = number(value)
        elif tag in _HEX:
            fields[_HEX[tag]] = _hex(value)
        elif tag in _TEXTS:
            fields[_TEXTS[tag]] = text(value, charset)
        elif tag == _PAYMENT_TYPE and control == AUTHORISATION:
            fields["payment_type"] = _hex(value)
        elif tag == _TIME:
            fields["time"] = ":".join(f"{byte:02X}" for byte in value)
        elif tag == _PAN:
            fields["pan_masked"] = masked(value)
    return fields
