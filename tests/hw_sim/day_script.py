"""The scripted day's file, read once and checked: what is done, and what must then be seen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from hw_sim.goods import DEMO

FILE = DEMO / "day.toml"


@dataclass(frozen=True, slots=True)
class Step:
    """text: by language. acts: one-key tables, the key is the verb. screen: name of a picture."""

    text: Mapping[str, str]
    acts: tuple[Mapping[str, Any], ...]
    expect: Mapping[str, Any] = field(default_factory=dict)
    screen: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """taps: names for points of the till's screen at 1024x600. cash_minor: of the takings.
    stock: by SKU what the stock has more than in the morning (below zero: less). receipts: pieces of paper that must have come out."""

    steps: tuple[Step, ...]
    taps: Mapping[str, tuple[int, int]]
    takings_minor: int
    cash_minor: int
    sales: int
    receipts: int
    stock: Mapping[str, Decimal]


class ScriptFault(ValueError):
    """The file makes no sense."""


def load(file: Path = FILE) -> Script:
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    end = table["end"]
    return Script(
        steps=tuple(_step(number, row) for number, row in enumerate(table["step"], 1)),
        taps={name: (int(x), int(y)) for name, (x, y) in table["taps"].items()},
        takings_minor=minor(end["takings"]),
        cash_minor=minor(end["cash"]),
        sales=int(end["sales"]),
        receipts=int(end["receipts"]),
        stock={sku: Decimal(quantity) for sku, quantity in end["stock"].items()},
    )


def _step(number: int, row: Mapping[str, Any]) -> Step:
    unknown = row.keys() - {"en", "uk", "do", "expect", "screen"}
    if unknown or "en" not in row:
        raise ScriptFault(f"step {number}: unknown {sorted(unknown)}, or it has no text")
    return Step(
        text={"en": row["en"], "uk": row.get("uk", row["en"])},
        acts=tuple(row.get("do", ())),
        expect=row.get("expect", {}),
        screen=row.get("screen", ""),
    )


def minor(amount: str) -> int:
    """An amount as people write it, "12.50", in minor units of two decimals."""
    scaled = Decimal(amount) * 100
    if scaled != scaled.to_integral_value():
        raise ScriptFault(f"{amount} is no amount with two decimals")
    return int(scaled)
