"""The strict JSON edge of pricing: a basket object in, its price out, or BasketError."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from appliance.core.iso4217 import MINOR_UNIT_DECIMALS
from appliance.core.pricing.engine import price
from appliance.core.pricing.fields import BasketError, Fields
from appliance.core.pricing.model import (
    Basket,
    CashRounding,
    Discount,
    Line,
    Priced,
    RoundingMode,
    Tax,
    TaxRounding,
    Tender,
    TenderExceedsTotal,
)
from appliance.core.pricing.promotions_json import read_discount, read_promotion

__all__ = ["BasketError", "price_json", "read_basket"]


def price_json(obj: object) -> dict[str, Any]:
    """Price a basket given as parsed JSON; BasketError says what is wrong with it."""
    currency, basket = read_basket(obj)
    try:
        priced = price(basket)
    except TenderExceedsTotal as error:
        raise BasketError(f"tenders: {error}") from error
    return _written(basket, priced, currency)


def read_basket(obj: object) -> tuple[str, Basket]:
    """The currency and the basket of a parsed JSON object."""
    top = Fields.of(obj, "the basket", 0)
    currency = top.text("currency")
    if currency not in MINOR_UNIT_DECIMALS:
        raise BasketError(f"currency: {currency[:20]!r} is no ISO 4217 code with a minor unit")
    top.decimals = MINOR_UNIT_DECIMALS[currency]
    taxes = _taxes(top)
    rounding = top.optional_object("rounding")
    customer = top.optional_object("customer")
    basket = Basket(
        lines=_lines(top, taxes),
        tax_rounding=TaxRounding(
            top.one_of("tax_rounding", [mode.value for mode in TaxRounding], "line")
        ),
        discount=_discount(top),
        promotions=tuple(read_promotion(one) for one in top.objects("promotions")),
        at=top.moment("at"),
        groups=frozenset(customer.texts("groups") or ()) if customer else frozenset(),
        coupons=frozenset(top.texts("coupons") or ()),
        rounding=_rounding(rounding) if rounding else None,
        tenders=tuple(
            Tender(one.text("type"), one.money("amount")) for one in top.objects("tenders")
        ),
    )
    return currency, basket


def _taxes(top: Fields) -> dict[str, Tax]:
    included = top.flag("prices_include_tax", default=True)
    table = top.optional_object("taxes")
    if table is None:
        return {}
    taxes = {}
    for code in table.names():
        one = table.object(code)
        if one.has("rate") == one.has("amount"):
            raise BasketError(f"{one.path}: give rate or amount, one of them")
        taxes[code] = Tax(
            code=code,
            rate=one.decimal_not_below_zero("rate") if one.has("rate") else None,
            amount=one.exact_minor("amount")[0] if one.has("amount") else 0,
            included=one.flag("included", default=included),
            compound=one.flag("compound", default=False),
        )
    return taxes


def _lines(top: Fields, taxes: Mapping[str, Tax]) -> tuple[Line, ...]:
    if not top.has("lines"):
        raise BasketError("lines: missing")
    known: dict[tuple[str, ...], tuple[Tax, ...]] = {}  # lines share their tax lists
    lines = []
    for one in top.objects("lines"):
        codes = one.texts("tax") or ()
        if codes not in known:
            _check_codes(codes, taxes, one.path)
            known[codes] = tuple(taxes[code] for code in codes)
        one.text("name", "")
        unit_price, fine = one.exact_minor("price")
        lines.append(
            Line(
                sku=one.text("sku", ""),
                qty=one.decimal("qty"),
                price=unit_price,
                taxes=known[codes],
                discount=_discount(one),
                discountable=one.flag("discountable", default=True),
                fine_price=fine,
            )
        )
    return tuple(lines)


def _check_codes(codes: tuple[str, ...], taxes: Mapping[str, Tax], path: str) -> None:
    for code in codes:
        if code not in taxes:
            raise BasketError(f"{path}.tax: {code[:40]!r} is not among the taxes")
    if len(set(codes)) < len(codes):
        raise BasketError(f"{path}.tax: the same tax twice")


def _discount(owner: Fields) -> Discount | None:
    one = owner.optional_object("discount")
    return None if one is None else read_discount(one)


def _rounding(one: Fields) -> CashRounding | None:
    mode = RoundingMode(one.one_of("mode", [mode.value for mode in RoundingMode], "half_up"))
    if not one.has("cash_step"):
        return None
    step = one.money("cash_step")
    if step <= 0:
        raise BasketError(f"{one.path}.cash_step: must be above 0")
    return CashRounding(step, mode)


def _written(basket: Basket, priced: Priced, currency: str) -> dict[str, Any]:
    amount = partial(format_minor, decimals=MINOR_UNIT_DECIMALS[currency])
    settlement = priced.settlement
    return {
        "currency": currency,
        "lines": [
            {
                "sku": line.sku,
                "net": amount(one.net_minor),
                "tax": amount(one.tax_minor),
                "gross": amount(one.gross_minor),
                "discount": amount(one.discount_minor),
            }
            for line, one in zip(basket.lines, priced.lines, strict=True)
        ],
        "taxes": {
            code: {
                "net": amount(total.net_minor),
                "tax": amount(total.tax_minor),
                "gross": amount(total.gross_minor),
            }
            for code, total in priced.taxes.items()
        },
        "promotions": [
            {"id": one.id, "discount": amount(one.discount_minor)} for one in priced.promotions
        ],
        "total": amount(priced.total_minor),
        "rounding": amount(settlement.rounding_minor),
        "due": amount(settlement.due_minor),
        "change": amount(settlement.change_minor),
        "outstanding": amount(settlement.outstanding_minor),
    }


def format_minor(minor: int, decimals: int) -> str:
    """Minor units as a decimal string with exactly these decimals."""
    sign = "-" if minor < 0 else ""
    digits = _digits(abs(minor)).zfill(decimals + 1)
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


_DIGITS_AT_ONCE = 4000
"""Python writes no integer of more than 4,300 digits in one go."""


def _digits(number: int) -> str:
    if number.bit_length() < 3 * _DIGITS_AT_ONCE:
        return str(number)
    pieces = []
    chunk = 10**_DIGITS_AT_ONCE
    while number:
        number, rest = divmod(number, chunk)
        pieces.append(str(rest).zfill(_DIGITS_AT_ONCE))
    return "".join(reversed(pieces)).lstrip("0")
