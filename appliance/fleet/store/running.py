"""What a till is in the middle of: its open baskets and shifts, kept between batches beside the cursor.

Plain JSON values, of which only what a table will need is kept. It is the fleet's small counterpart of
the till's own State (core/state.py): a tenth of the work for each fact, and a newer till's fields pass.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

Basket = dict[str, Any]
"""sale, epoch, shift, name; lines and tenders by their number as text."""

Shift = dict[str, Any]

PARKED_MAX = 2000
"""Baskets set aside; a shop with more never calls the oldest back."""


@dataclass(slots=True)
class Running:
    """voided: the basket voided last, which may be called back. shifts: the open ones by drawer, of
    which `drawer` is in use."""

    sale: Basket | None = None
    voided: Basket | None = None
    parked: dict[str, Basket] = field(default_factory=dict)
    shifts: dict[str, Shift] = field(default_factory=dict)
    drawer: str = ""
    currency: str = ""

    @property
    def shift(self) -> Shift | None:
        return self.shifts.get(self.drawer)

    def basket(self, sale: int) -> Basket | None:
        """The open one or one set aside, by its number."""
        if self.sale is not None and self.sale["sale"] == sale:
            return self.sale
        return self.parked.get(str(sale))


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def as_text(running: Running) -> str:
    held = ((name, getattr(running, name)) for name in Running.__slots__)
    return _ENCODER.encode({name: it for name, it in held if it})


def from_text(text: str) -> Running:
    return Running(**json.loads(text)) if text else Running()
