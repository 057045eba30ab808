"""What application identifiers mean for a sale: weight, price, count, dates, batch, serial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from appliance.core.barcode.dates import iso_date
from appliance.core.barcode.result import Decoded, Kind

_COUPONS = frozenset(("255", "8110", "8112"))


def shift_point(digits: str, decimals: int) -> str:
    """digits / 10^decimals with so many decimals: ("001234", 3) is "1.234"."""
    if not decimals:
        return digits.lstrip("0") or "0"
    padded = digits.rjust(decimals + 1, "0")
    return f"{padded[:-decimals].lstrip('0') or '0'}.{padded[-decimals:]}"


def derive(kind: Kind, ai: Mapping[str, str], symbology: str | None, today: date) -> Decoded:
    """A Decoded with the fields that valid identifiers imply."""

    def day(identifier: str) -> str | None:
        return iso_date(ai[identifier], today) if identifier in ai else None

    weight = price = currency = None
    for identifier, value in ai.items():
        match identifier[:3], len(identifier):
            case "310", 4:
                weight = shift_point(value, int(identifier[3]))
            case "392", 4:
                price = shift_point(value, int(identifier[3]))
            case "393", 4:
                currency, price = value[:3], shift_point(value[3:], int(identifier[3]))
    count = ai.get("30", ai.get("37"))
    return Decoded(
        kind=kind,
        gtin=ai.get("01", ai.get("02")),
        ai=ai,
        symbology=symbology,
        weight=weight,
        price=price,
        currency=currency,
        count=None if count is None else int(count),
        expiry=day("17") or day("7003"),
        best_before=day("15"),
        sell_by=day("16"),
        produced=day("11"),
        packed=day("13"),
        batch=ai.get("10"),
        serial=ai.get("21"),
    )


def element_string(ai: Mapping[str, str], symbology: str | None, today: date) -> Decoded:
    """The meaning of a readable element string: a coupon, a badge, or goods."""
    if not _COUPONS.isdisjoint(ai):
        return replace(derive(Kind.VOUCHER, ai, symbology, today), voucher=ai.get("255"))
    if "8017" in ai:
        return replace(derive(Kind.BADGE, ai, symbology, today), badge=ai["8017"])
    return derive(Kind.GS1, ai, symbology, today)
