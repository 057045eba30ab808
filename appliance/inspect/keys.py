"""DUKPT keys and what they encrypt."""

from __future__ import annotations

from typing import Any

from appliance.dukpt import aes, tdes
from appliance.dukpt.pin_block import checked, format_0, format_4_pan_field, format_4_pin_field
from appliance.inspect.fields import Fields
from appliance.inspect.table import Op, Word
from appliance.malformed import Malformed

_TYPES = {it.name.lower(): it for it in aes.KeyType}
_USAGES = {
    it.name.lower(): it for it in aes.Usage if it not in (aes.Usage.DERIVATION, aes.Usage.INITIAL)
}


def _hex(data: bytes) -> str:
    return data.hex().upper()


def _hex_or_none(data: bytes | None) -> str | None:
    return None if data is None else _hex(data)


def _pin(fields: Fields) -> tuple[str, str] | None:
    """PIN and card number; a number alone is for nothing."""
    if "pin" not in fields:
        return None
    pin, pan = fields.text("pin"), fields.text("pan")
    checked(pin, pan)
    return pin, pan


def _dukpt_tdes(fields: Fields) -> dict[str, Any]:
    serial = tdes.Serial.read(fields.hex("ksn"))
    ik = tdes.initial_key(fields.hex("bdk"), serial)
    pin, data = _pin(fields), fields.hex_or_none("data")
    if data == b"":
        raise Malformed("data: at least one byte is needed")
    answer: dict[str, Any] = {"ik": _hex(ik), "next_ksn": _hex_or_none(serial.following())}
    if not serial.counter:
        return answer
    key = tdes.transaction_key(ik, serial)
    answer["txn_key"] = _hex(key)
    if pin is not None:
        clear = format_0(*pin)
        answer["clear_pin_block"] = _hex(clear)
        answer["pin_block"] = _hex(tdes.encrypted_pin(key, clear))
    if data is not None:
        request, response = tdes.mac_key_request(key), tdes.mac_key_response(key)
        answer |= {
            "mac_request": _hex(tdes.retail_mac(request, data)),
            "mac_response": _hex(tdes.retail_mac(response, data)),
            "cmac_request": _hex(tdes.cmac(request, data)),
            "cmac_response": _hex(tdes.cmac(response, data)),
            "data_request": _hex(tdes.encrypted_data(key, data)),
        }
    return answer


def _dukpt_aes(fields: Fields) -> dict[str, Any]:
    bdk, serial = fields.hex("bdk"), aes.Serial.read(fields.hex("ksn"))
    kind = _TYPES[fields.choice("type", _TYPES, default="aes128")]
    if kind.is_aes and kind.bits > aes.base_type(bdk).bits:
        raise Malformed("type: a key longer than the base derivation key cannot be derived")
    usage = _USAGES[fields.choice("usage", _USAGES)] if "usage" in fields else None
    if serial.is_update and usage not in (None, aes.Usage.KEY_ENCRYPTION):
        raise Malformed("usage: counter FFFFFFFF is for key_encryption alone")
    pin = _pin(fields)
    random = b"" if pin is None else fields.hex("random")
    if pin is not None:
        format_4_pin_field(pin[0], random)
        if not kind.is_aes:
            raise Malformed("type: a format 4 PIN block needs an AES key")
    ik = aes.initial_key(bdk, serial)
    answer: dict[str, Any] = {"ik": _hex(ik)}
    if not serial.is_update:
        answer["next_ksn"] = _hex_or_none(serial.following())
    if not serial.counter:
        return answer
    derivation = aes.derivation_key(ik, serial)
    if usage is not None:
        answer["key"] = _hex(aes.working_key(derivation, serial, usage, kind))
    if serial.is_update:
        return answer
    answer["derivation_key"] = _hex(derivation)
    if pin is not None:
        key = aes.working_key(derivation, serial, aes.Usage.PIN, kind)
        answer["pin_field"] = _hex(format_4_pin_field(pin[0], random))
        answer["pan_field"] = _hex(format_4_pan_field(pin[1]))
        answer["pin_block"] = _hex(aes.pin_block(key, *pin, random))
    return answer


OPS: dict[str, Op] = {"dukpt_tdes": _dukpt_tdes, "dukpt_aes": _dukpt_aes}
WORDS: dict[str, Word] = {}
