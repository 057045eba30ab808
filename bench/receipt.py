"""Paper: a receipt of 30 lines from the finished sale to the printer's bytes, as text and raster."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from appliance.core.item import Item
from appliance.core.receipt import (
    DiscountRow,
    Receipt,
    ReceiptLine,
    ShopHeader,
    TaxRow,
    TenderRow,
)
from appliance.receipt.compose import compose
from appliance.receipt.escpos import encode
from appliance.receipt.profile import Mode, profile
from bench.items import items
from bench.row import Row, median

LINES = 30
SHOP = ShopHeader(
    "На розі",
    ("ФОП Коваль О. М. · ІПН 1234567890", "Київ, вул. Саксаганського 12"),
    ("Дякуємо! Чекаємо завтра з 7:30",),
)


def rows(receipts: int) -> list[Row]:
    text = _encode(receipts, Mode.TEXT)
    raster = _encode(receipts, Mode.RASTER)
    return [
        _row("text", text, 10.0),
        _row("raster", raster, 60.0),
    ]


def _row(kind: str, samples: list[float], limit_ms: float) -> Row:
    return Row(
        f"{LINES}-line receipt to printer bytes, {kind}, median",
        median(samples),
        "ms",
        "limit",
        limit_ms,
        f"at most {limit_ms:.0f} ms",
        samples=tuple(samples),
    )


def _encode(receipts: int, mode: Mode) -> list[float]:
    """Each receipt has other goods, so that only what a real day repeats is remembered."""
    printer = replace(profile("default"), mode=mode)
    samples = []
    for receipt in itertools.islice(_receipts(), receipts):
        began = time.perf_counter()
        data = encode(compose(receipt), printer)
        samples.append((time.perf_counter() - began) * 1000)
        assert len(data) > 1000
    return samples


def _receipts() -> Iterator[Receipt]:
    goods = items(1_000_000)
    for number in itertools.count(1):
        lines = tuple(_line(at, item) for at, item in enumerate(itertools.islice(goods, LINES)))
        total = sum(line.amount_minor for line in lines)
        yield Receipt(
            number=f"1-{number:06d}",
            shop=SHOP,
            at=datetime(2026, 3, 14, 12, 0, tzinfo=UTC),
            currency="UAH",
            language="uk",
            cashier="Олена",
            lines=lines,
            total_minor=total,
            taxes=(TaxRow("ПДВ", total - total // 6, total // 6, "А", Decimal(20)),),
            tenders=(TenderRow("Cash", total),),
            qr=f"https://cabinet.tax.gov.ua/cashregs/check?id={number}&date=20260314&sm={total}",
        )


def _line(at: int, item: Item) -> ReceiptLine:
    quantity = 1 + at % 3
    amount = item.price_minor * quantity
    off = (DiscountRow(-(amount // 10), percent=Decimal(10)),) if at % 7 == 0 else ()
    return ReceiptLine(
        item.name, Decimal(quantity), item.price_minor, amount, letter="А", discounts=off
    )
