"""Baskets and promotions as a supermarket has them, the same ones every time."""

from __future__ import annotations

import random
from typing import Any

from appliance.core.pricing import Basket
from appliance.core.pricing.basket_json import read_basket


def typed(*, lines: int, promotions: int, goods: int, seed: int = 1) -> Basket:
    return read_basket(basket(lines=lines, promotions=promotions, goods=goods, seed=seed))[1]


def basket(*, lines: int, promotions: int, goods: int, seed: int = 1) -> dict[str, Any]:
    """A basket as JSON in which all conditions hold; the same one for the same seed."""
    chance = random.Random(seed)
    skus = [f"{100_000 + number}" for number in range(goods)]
    return {
        "currency": "UAH",
        "taxes": {"VAT20": {"rate": "20"}, "VAT7": {"rate": "7"}},
        "at": "2026-11-23T17:30:00",
        "customer": {"groups": ["gold"]},
        "coupons": ["AUTUMN"],
        "lines": [_line(chance, chance.choice(skus)) for _ in range(lines)],
        "promotions": [_promotion(chance, number, skus) for number in range(promotions)],
    }


def _line(chance: random.Random, sku: str) -> dict[str, Any]:
    weighed = chance.random() < 0.1
    return {
        "sku": sku,
        "qty": f"0.{chance.randint(100, 999)}" if weighed else str(chance.choice((1, 1, 1, 2, 6))),
        "price": f"{chance.randint(500, 90_000) / 100:.2f}",
        "tax": ["VAT7" if chance.random() < 0.1 else "VAT20"],
    }


def _promotion(chance: random.Random, number: int, skus: list[str]) -> dict[str, Any]:
    def some(most: int = 30) -> list[str]:
        return chance.sample(skus, chance.randint(1, min(most, len(skus))))

    kind = chance.choices(
        ("percent", "n_for_m", "nth_percent", "bundle", "threshold"), (6, 5, 3, 4, 2)
    )
    one: dict[str, Any] = {"id": f"p{number}", "type": kind[0]}
    match kind[0]:
        case "percent":
            one |= {"percent": str(chance.choice((5, 10, 15, 20, 30, 50))), "skus": some()}
        case "n_for_m":
            buy = chance.randint(2, 4)
            one |= {"buy": buy, "pay": buy - 1, "skus": some()}
        case "nth_percent":
            one |= {"every": 2, "percent": "50", "skus": some()}
        case "bundle":
            needs = [{"skus": some(10), "qty": chance.randint(1, 2)} for _ in range(2)]
            one |= {"items": needs, "price": f"{chance.randint(20, 400)}.00"}
        case "threshold":
            one |= {"min": f"{chance.randint(100, 9000)}.00", "percent": str(chance.randint(1, 9))}
    return one | chance.choice(_CONDITIONS)


_CONDITIONS: tuple[dict[str, Any], ...] = (
    {},
    {},
    {},
    {"group": "gold"},
    {"coupon": "AUTUMN"},
    {"hours": ["08:00", "20:00"]},
    {"from": "2026-11-01", "until": "2026-12-01", "days": [1, 2, 3, 4, 5]},
)
