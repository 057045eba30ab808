"""Prices: a large basket among hundreds of promotions, and the two batch questions of `till`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from appliance.core.pricing import Line, price
from bench.baskets import basket, typed
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
