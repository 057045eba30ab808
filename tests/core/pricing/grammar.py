"""A second opinion on which baskets are wrong: every field with its form, as the contract says.

Written from the contract's text alone and sharing no code with the engine. What is wrong only with
the sums, tenders beyond the total, is not seen here.
"""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction

from .oracle import DECIMALS

CLOCK = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")
MODES = ("half_up", "half_down", "up", "down")


def is_wrong(basket):
    if type(basket) is not dict or type(basket.get("currency")) is not str:
        return True
    if basket["currency"] not in DECIMALS:
        return True
    places = DECIMALS[basket["currency"]]
    table = basket.get("taxes") or {}
    codes = {code for code in table if table[code] is not None} if type(table) is dict else set()
    return not whole_basket(places, codes)(basket)


def whole_basket(places, codes):
    money = decimal(places=places)
    discount = record({"percent": PERCENT, "amount": decimal(low=0, places=places)})
    discount = both(discount, one_of_two("percent", "amount"))
    tax = record({"rate": POSITIVE, "amount": POSITIVE, "included": BOOL, "compound": BOOL})
    line = {
        "sku": TEXT,
        "name": TEXT,
        "qty": decimal(),
        "price": POSITIVE,
        "tax": both(
            many(lambda code: TEXT(code) and code in codes), lambda v: len(set(v)) == len(v)
        ),
        "discount": discount,
        "discountable": BOOL,
    }
    rounding = {
        "cash_step": both(money, lambda v: Fraction(v) > 0),
        "mode": lambda v: v in MODES,
    }
    return record(
        {
            "currency": TEXT,
            "prices_include_tax": BOOL,
            "tax_rounding": lambda v: v in ("line", "total"),
            "taxes": lambda v: (
                type(v) is dict
                and many(both(tax, one_of_two("rate", "amount")))(
                    [one for one in v.values() if one is not None]
                )
            ),
            "lines": many(record(line, "qty", "price")),
            "discount": discount,
            "promotions": many(promotion(places)),
            "at": is_moment,
            "customer": record({"groups": many(TEXT)}),
            "coupons": many(TEXT),
            "rounding": record(rounding),
            "tenders": many(record({"type": TEXT, "amount": money}, "type", "amount")),
        },
        "lines",
    )


def promotion(places):
    always = {
        "id": TEXT,
        "from": is_moment,
        "until": is_moment,
        "days": many(lambda v: INTEGER(v) and 1 <= v <= 7),
        "hours": lambda v: many(is_clock)(v) and len(v) == 2 and v[0] < v[1],
        "group": TEXT,
        "coupon": TEXT,
    }
    skus, money = {"skus": many(TEXT)}, decimal(low=0, places=places)
    item = record({**skus, "qty": both(INTEGER, lambda v: v >= 1)}, "skus", "qty")
    buys = {"buy": INTEGER, "pay": both(INTEGER, lambda v: v >= 0)}
    off = {"percent": PERCENT, "amount": money}
    types = {
        "percent": record({**always, **skus, "percent": PERCENT}, "percent"),
        "n_for_m": both(record({**always, **skus, **buys}, *buys), lambda v: v["buy"] > v["pay"]),
        "nth_percent": record(
            {**always, **skus, "every": both(INTEGER, lambda v: v >= 1), "percent": PERCENT},
            "every",
            "percent",
        ),
        "bundle": record(
            {**always, "items": both(many(item), bool), "price": money}, "items", "price"
        ),
        "threshold": both(
            record({**always, "min": decimal(places=places), **off}, "min"),
            one_of_two("percent", "amount"),
        ),
    }
    return lambda v: (
        type(v) is dict and TEXT(v.get("type")) and (v["type"] in types and types[v["type"]](v))
    )


def decimal(*, low=None, high=None, places=None):
    def check(v):
        if type(v) is not str or not re.fullmatch("-?[0-9]+([.][0-9]+)?", v):
            return False
        number, written = Fraction(v), len(v.partition(".")[2])
        return (
            (low is None or number >= low)
            and (high is None or number <= high)
            and (places is None or written <= places)
        )

    return check


def record(fields, *required):
    """An object: a field that is null is absent, one that is not named here is nobody's concern."""

    def check(v):
        return (
            type(v) is dict
            and all(v.get(name) is not None for name in required)
            and all(v.get(name) is None or fits(v[name]) for name, fits in fields.items())
        )

    return check


def many(fits):
    return lambda v: type(v) is list and all(map(fits, v))


def both(first, second):
    return lambda v: first(v) and second(v)


def one_of_two(one, other):
    return lambda v: (v.get(one) is None) != (v.get(other) is None)


def is_moment(v):
    try:
        return TEXT(v) and datetime.fromisoformat(v).tzinfo is None
    except ValueError:
        return False


def is_clock(v):
    return TEXT(v) and CLOCK.fullmatch(v) is not None


TEXT, BOOL, INTEGER = (lambda v, kind=kind: type(v) is kind for kind in (str, bool, int))
POSITIVE = decimal(low=0)
PERCENT = decimal(low=0, high=100)
