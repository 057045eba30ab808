"""Decode one scanned code: AIM identifier, then the first rule that fits the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from appliance.core.barcode.check_digits import (
    expand_upc_e,
    has_right_check_digit,
    is_digits,
)
from appliance.core.barcode.derived import element_string
from appliance.core.barcode.digital_link import decode_link, is_link
from appliance.core.barcode.element_string import GS, parse_bracketed, parse_plain
from appliance.core.barcode.restricted import decode_with, rule_for
from appliance.core.barcode.result import Decoded, Kind
from appliance.core.barcode.shop_rules import ShopRule

_BLANKS = " \t\r\n"
"""What a scanner adds around a code. GS, which `str.strip()` would also take, is data."""

_AIM = re.compile(r"\]([A-Za-z][A-Za-z0-9])")

_ELEMENT_STRINGS = {
    "C1": "gs1-128",
    "e0": "databar",
    "d2": "gs1-datamatrix",
    "Q3": "gs1-qr",
    "J1": "gs1-dotcode",
}
_TEXTS = {
    "C0": "code128",
    "d1": "datamatrix",
    "Q0": "qr",
    "Q1": "qr",
    "L0": "pdf417",
    "z0": "aztec",
}
_OWN = re.compile(r"kram:(badge|voucher):([A-Za-z0-9-]{1,32})")
_PLAIN_ELEMENT_STRING = re.compile(r"0[12][0-9]{14}|00[0-9]{18}")
_BRACKET = re.compile(r"\([0-9]")
_VOUCHERS = ("05", "99", "980", "981", "982", "983", "984")
_PRESS_AND_BOOKS = ("977", "978", "979")

UNKNOWN = "This code means nothing to the till. Type the code printed below it, or look it up."
EMPTY = "The code is empty. Scan it again."
CHECK_DIGIT = "The check digit is wrong: part of the code was misread. Scan it again."
VALUE_CHECK_DIGIT = "The check digit of the weight or price is wrong. Scan the label again."
LENGTH = "The code has a wrong length for its kind. Scan it again."
ELEMENT_STRING = "The GS1 data in this code is wrong or incomplete. Scan it again."
LINK = "The GS1 data in this link is wrong. Use another code on the pack."
OWN = "This is not a badge or voucher of this shop."


class _Shop(NamedTuple):
    """Whose in-store codes: the region's table, and the shop's own rules before it."""

    region: str
    rules: Sequence[ShopRule]


def decode(
    code: str, *, region: str = "ua", today: date, rules: Sequence[ShopRule] = ()
) -> Decoded:
    """What a scanned code means. Total: whatever the code, it answers and never raises.

    region: one of REGIONS, for codes with a weight or price inside. today: to guess the century
    of two-digit years. rules: the shop's own for in-store codes, each without a `mistake` and none
    among the `contradictions`.
    """
    shop = _Shop(region, rules)
    text = code.strip(_BLANKS)
    aim = _AIM.match(text)
    if aim is None:
        return _text(text, None, shop, today)
    return _with_aim(aim[1], text[3:], shop, today)


def _invalid(error: str, symbology: str | None) -> Decoded:
    return Decoded(Kind.INVALID, symbology=symbology, error=error)


def _unknown(error: str, symbology: str | None) -> Decoded:
    return Decoded(Kind.UNKNOWN, symbology=symbology, error=error)


def _with_aim(aim: str, text: str, shop: _Shop, today: date) -> Decoded:
    if aim in _ELEMENT_STRINGS:
        symbology = _ELEMENT_STRINGS[aim]
        if is_link(text):
            return _text(text, symbology, shop, today)
        return _element_string(parse_plain(text, today), symbology, today)
    match aim:
        case "E0":
            return _retail(text, shop)
        case "E3":
            return _with_addon(text, shop)
        case "E4":
            if len(text) == 8 and is_digits(text):
                return _gtin(text, "ean8", "ean8")
            return _invalid(LENGTH, "ean8")
        case "I0" | "I1":
            if len(text) == 14 and is_digits(text):
                return _gtin(text, "itf14", "itf14")
            return _unknown(UNKNOWN, "itf")
    if aim[0] == "A":
        return _text(text, "code39", shop, today)
    return _text(text, _TEXTS.get(aim, "other"), shop, today)


def _retail(text: str, shop: _Shop) -> Decoded:
    """]E0: the length tells EAN-13, UPC-A and UPC-E apart."""
    symbology = {13: "ean13", 12: "upca", 8: "upce"}.get(len(text))
    if symbology is None or not is_digits(text):
        return _invalid(LENGTH, symbology)
    if symbology != "upce":
        return _thirteen(text.zfill(13), symbology, symbology, shop)
    expanded = expand_upc_e(text)
    if expanded is None:
        return _invalid(CHECK_DIGIT, symbology)
    return _thirteen(expanded.zfill(13), symbology, symbology, shop)


def _with_addon(text: str, shop: _Shop) -> Decoded:
    if len(text) not in (15, 18) or not is_digits(text):
        return _invalid(LENGTH, "ean13")
    return _add(_thirteen(text[:13], "ean13", "ean13", shop), text[13:])


def _add(decoded: Decoded, addon: str) -> Decoded:
    return replace(decoded, addon=addon) if decoded.understood else decoded


def _thirteen(code: str, symbology: str, named: str | None, shop: _Shop) -> Decoded:
    """13 digits: the shop's own weight or price code, a voucher, or an item. `named` is the
    symbology that the AIM identifier told, all that an error may repeat."""
    if not has_right_check_digit(code):
        return _invalid(CHECK_DIGIT, named)
    rule = rule_for(code, *shop)
    if rule is not None:
        return decode_with(rule, code, symbology) or _invalid(VALUE_CHECK_DIGIT, named)
    if code.startswith(_VOUCHERS):
        return Decoded(Kind.VOUCHER, symbology=symbology, voucher=code)
    return Decoded(Kind.ITEM, gtin=code.zfill(14), symbology=symbology)


def _gtin(code: str, symbology: str, named: str | None) -> Decoded:
    if not has_right_check_digit(code):
        return _invalid(CHECK_DIGIT, named)
    return Decoded(Kind.ITEM, gtin=code.zfill(14), symbology=symbology)


def _element_string(ai: dict[str, str] | None, symbology: str | None, today: date) -> Decoded:
    if ai is None:
        return _invalid(ELEMENT_STRING, symbology)
    return element_string(ai, symbology, today)


def _text(text: str, named: str | None, shop: _Shop, today: date) -> Decoded:
    """Text without a meaning of its own; `named` is the symbology an AIM identifier told."""
    if not text:
        return _unknown(EMPTY, named)
    if is_digits(text):
        decoded = _digits(text, named, shop)
        if decoded is not None:
            return decoded
    if is_link(text):
        return decode_link(text, named, today) or _invalid(LINK, named)
    if text.startswith("kram:"):
        return _own(text, named)
    if _BRACKET.match(text):
        return _element_string(parse_bracketed(text, today), named, today)
    if GS in text:
        return _element_string(parse_plain(text, today), named, today)
    if _PLAIN_ELEMENT_STRING.match(text):
        ai = parse_plain(text, today)
        if ai is not None:
            return element_string(ai, named, today)
    return _unknown(UNKNOWN, named)


def _own(text: str, named: str | None) -> Decoded:
    own = _OWN.fullmatch(text)
    if own is None:
        return _invalid(OWN, named)
    if own[1] == "badge":
        return Decoded(Kind.BADGE, symbology=named, badge=own[2])
    return Decoded(Kind.VOUCHER, symbology=named, voucher=own[2])


def _digits(text: str, named: str | None, shop: _Shop) -> Decoded | None:
    """Digits whose length makes them a number of the retail trade; None for other lengths."""
    match len(text):
        case 8:
            return _eight(text, named, shop)
        case 12:
            return _thirteen("0" + text, named or "upca", named, shop)
        case 13:
            return _thirteen(text, named or "ean13", named, shop)
        case 14:
            return _gtin(text, named or "itf14", named)
        case 15 | 18:
            if text.startswith(_PRESS_AND_BOOKS) and has_right_check_digit(text[:13]):
                return _add(_thirteen(text[:13], named or "ean13", named, shop), text[13:])
    return None


def _eight(text: str, named: str | None, shop: _Shop) -> Decoded:
    """EAN-8 when its check digit is right, otherwise UPC-E when that of the expansion is."""
    if has_right_check_digit(text):
        return _gtin(text, named or "ean8", named)
    expanded = expand_upc_e(text)
    if expanded is None:
        return _invalid(CHECK_DIGIT, named)
    return _thirteen("0" + expanded, named or "upce", named, shop)
