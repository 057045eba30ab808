"""Facts of goods that come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from appliance.core.facts.words import PaidBy, SaleId, SaleRef


@dataclass(frozen=True, slots=True)
class ReturnBegun:
    """Goods of an earlier sale come back in the open basket; its lines follow.

    of: the sale, None when nobody has the receipt. receipt: its number as printed. at: when it was
    sold, the shop's local time. paid: what it was paid with and what of that was not given back
    yet, in the order in which it goes back.
    """

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    of: SaleRef | None
    reason: str
    receipt: str = ""
    at: str = ""
    paid: tuple[PaidBy, ...] = ()
