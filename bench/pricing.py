"""Prices: a large basket among hundreds of promotions, and the two batch questions of `till`."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from appliance.core.pricing import Basket, Line, price
from appliance.core.pricing.basket_json import read_basket
from bench.items import items
from bench.row import Row, percentile

PROMOTIONS = 500
GOODS = 5_000
"""A supermarket's; each of the promotions names 1 to 30 of them."""


def rows(scans: int, batch: int, folder: Path) -> list[Row]:
    """scans: re-pricings for each size. batch: baskets, and ten times as many codes."""
    return [
        _repricing(100, 20.0, scans),
        _repricing(300, 60.0, scans),
        _batch("price", 3_000, "baskets", folder, map(_small_basket, range(batch))),
        _batch("decode", 25_000, "codes", folder, _codes(batch * 10)),
    ]


def _repricing(lines: int, limit_ms: float, scans: int) -> Row:
    samples = list(_after_each_scan(lines, scans))
    return Row(
        f"re-pricing {lines} lines with {PROMOTIONS} active promotions after a scan, p99",
        percentile(samples, 99),
        "ms",
        "limit",
        limit_ms,
        f"at most {limit_ms:.0f} ms",
        samples=tuple(samples),
    )


def _after_each_scan(lines: int, scans: int) -> Iterator[float]:
    """A basket that grows to its size, again and again with other goods: the last scans count."""
    scanned = 20
    shop = typed(lines=0, promotions=PROMOTIONS, goods=GOODS)
    for turn in range(-(-scans // scanned)):
        goods = typed(lines=lines, promotions=0, goods=GOODS, seed=turn).lines
        basket = replace(shop, lines=goods[: lines - scanned])
        price(basket)
        for line in goods[lines - scanned :]:
            basket = replace(basket, lines=(*basket.lines, _scanned(line)))
            began = time.perf_counter()
            priced = price(basket)
            yield (time.perf_counter() - began) * 1000
            assert len(priced.lines) == len(basket.lines)


def _scanned(line: Line) -> Line:
    """Without what it may remember."""
    return replace(line)


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


def _small_basket(number: int) -> dict[str, Any]:
    """What most people buy: one to nine lines, paid in cash; every third sees two promotions."""
    one = basket(
        lines=1 + number % 9, promotions=0 if number % 3 else 2, goods=20, seed=number % 997
    )
    one["rounding"] = {"cash_step": "0.50"}
    one["tenders"] = [{"type": "cash", "amount": "50000.00"}]
    return one


def _codes(count: int) -> Iterator[str]:
    """As a day at the counter has them: mostly EAN-13, some weighed goods and GS1 element strings."""
    for number, item in enumerate(items(count)):
        gtin = item.gtins[0]
        match number % 10:
            case 0:
                yield f"]d201{gtin}1729{number % 12 + 1:02d}2810LOT{number}"
            case 1:
                yield f"]C101{gtin}3103{number % 10_000:06d}"
            case 2:
                yield f"https://id.gs1.org/01/{gtin}/10/A{number}?17=291130"
            case _:
                yield gtin[1:]


_TILL = "from appliance.cli.main import main; main()"
"""What the installed `till` runs."""


def _batch(command: str, least: float, what: str, folder: Path, lines: Iterator[object]) -> Row:
    """The real process, from its start to its last answer."""
    asked = folder / f"{command}.jsonl"
    questions = [json.dumps(line) + "\n" for line in lines]
    asked.write_text("".join(questions), encoding="utf-8")
    with asked.open("rb") as stdin, (folder / f"{command}.out").open("wb") as stdout:
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", _TILL, command, "--json", "-"],
            stdin=stdin,
            stdout=stdout,
            check=True,
        )
        took_s = time.perf_counter() - began
    answers = (folder / f"{command}.out").read_bytes().splitlines()
    assert len(answers) == len(questions)
    assert not any(b'"error": "' in answer for answer in answers)
    return Row(
        f"`till {command} --json -`, {what} answered a second",
        len(questions) / took_s,
        "1/s",
        "limit",
        least,
        f"at least {least:,}",
        at_least=True,
    )
