"""What is asked of the stock."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts import StockMove


@dataclass(frozen=True, slots=True)
class CountStock:
    counts: tuple[StockMove, ...]
    source: str
