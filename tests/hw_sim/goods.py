"""What lies on the counter: goods with their codes, from the demo shop's catalogue."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

DEMO = Path(__file__).resolve().parents[2] / "config" / "demo"


@dataclass(frozen=True, slots=True)
class Good:
    """key: its name on the page. code: what its label says; empty for a label that is printed when
    the goods are weighed. plu: of weighed goods. hint: what is special about it."""

    key: str
    name: str
    code: str
    colour: str
    picture: str
    price: str
    plu: str = ""
    hint: str = ""


SHOWN = (
    ("1063", "Молоко 900 мл", ""),
    ("1005", "Хліб Дарницький", ""),
    ("1073", "Йогурт полуниця", ""),
    ("1172", "Кава Oro 250 г", ""),
    ("1088", "Сир «Комо»", ""),
    ("1260", "Вино, 18+", ""),
    ("1200", "Шоколад 70 %", ""),
    ("1095", "Яйця С1, 10 шт", ""),
    ("1302", "Вода + застава", ""),
    ("1304", "Ящик води", ""),
    ("1305", "Шкарпетки", ""),
    ("1311", "Горілка, 18+", ""),
)
"""SKU, the short name on the page, and a hint."""

WEIGHED = (("1049", "Банани"), ("1051", "Яблука Голден"))
"""Goods that get a label from the scale in the sales room."""

PRICE_LISTS = (
    ("happy-hour", "--name", "Щаслива година", "--hours", "17:00-19:00", "--priority", "10"),
    ("by-the-dozen", "--name", "Гуртом дешевше"),
)
"""Files in the demo's folder, and when their prices hold."""

UNKNOWN_BODY = "482999900000"
"""Of a right code for something that the shop does not sell."""


def load(*files: Path) -> tuple[Good, ...]:
    rows: dict[str, dict[str, str]] = {}
    for file in files or (DEMO / "catalogue.csv", DEMO / "goods_more.csv"):
        with file.open(encoding="utf-8", newline="") as source:
            rows |= {row["sku"]: row for row in csv.DictReader(source)}
    goods = [_good(rows[sku], name, hint) for sku, name, hint in SHOWN]
    goods += [_good(rows[sku], name, "weighed") for sku, name in WEIGHED]
    milk = goods[0]
    goods.append(
        Good(
            "unknown",
            "",
            UNKNOWN_BODY + check_digit(UNKNOWN_BODY),
            "E2DED4",
            "",
            "",
            hint="unknown",
        )
    )
    goods.append(
        Good("damaged", "", misread(milk.code), milk.colour, milk.picture, "", hint="damaged")
    )
    return tuple(goods)


def _good(row: dict[str, str], name: str, hint: str) -> Good:
    weighed = hint == "weighed"
    return Good(
        key=row["sku"],
        name=name,
        code="" if weighed else row["gtin"],
        colour=row["colour"],
        picture=row["picture"],
        price=row["price"],
        plu=row["plu"] if weighed else "",
        hint=hint,
    )


def weight_label(plu: str, weight_kg: Decimal) -> str:
    """An in-store EAN-13 with the weight in grams: 21, five digits of PLU, five of weight."""
    body = f"21{int(plu):05d}{int(weight_kg * 1000):05d}"
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """Of an EAN-13: weights 1 and 3 from the left, up to the next ten."""
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
    return str(-total % 10)


def misread(code: str) -> str:
    """One digit as a scratched label gives it; the check digit then tells."""
    return code[:6] + str((int(code[6]) + 1) % 10) + code[7:]
