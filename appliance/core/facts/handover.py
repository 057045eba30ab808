"""Facts of a basket that goes from one till of the shop to another: it is always at exactly one, or
under way between two that both know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from appliance.core.facts.words import SaleId


@dataclass(frozen=True, slots=True)
class SaleHandedOver:
    """A suspended basket left for another till, which asked under this key. It is sent until that
    till says that it has it."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    to: str
    key: str


@dataclass(frozen=True, slots=True)
class HandoverEnded:
    """The other till has it; or, taken_back, a person here took the basket back."""

    DURABLE: ClassVar[bool] = True
    key: str
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class SaleTakenOver:
    """The basket that begins here as this sale is one of another till. basket: what it holds, a Sale
    as JSON; a line that was voided or discounted there is not counted again here."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    origin: str
    key: str
    basket: str
