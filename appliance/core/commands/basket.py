"""What is asked of the open basket."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from appliance.core.facts import Discount, LineId, LineSource, SaleId
from appliance.core.item import Item, ItemId


@dataclass(frozen=True, slots=True)
class Scan:
    """A code from a scanner, or typed. quantity: a multiplier set beforehand ("2 ×").

    The shell resolves it to AddItem; the core never sees it.
    """

    code: str
    quantity: Decimal | None = None
    source: LineSource = LineSource.SCAN


@dataclass(frozen=True, slots=True)
class SellItem:
    """An item by its SKU (quick key, search). The shell resolves it to AddItem.

    unit_price_minor: of an open-price item, or amount_minor: its line's amount itself, when that is
    what is known. Other goods have their price; OverridePrice changes it.
    """

    item: ItemId
    quantity: Decimal | None = None
    unit_price_minor: int | None = None
    amount_minor: int | None = None
    source: LineSource = LineSource.KEY


@dataclass(frozen=True, slots=True)
class AddItem:
    """A resolved item. quantity None: 1 of a piece; a weighed item then needs the scale.

    cost_minor: what 1 cost the shop, as far as its stock tells. deposit: what its container costs.
    tare_kg: of the container, already taken off the quantity. parts: the whole goods inside a pack,
    whose limits hold for the pack too.
    """

    item: Item
    quantity: Decimal | None = None
    unit_price_minor: int | None = None
    amount_minor: int | None = None
    source: LineSource = LineSource.COMMAND
    code: str = ""
    lot: str = ""
    serial: str = ""
    expiry: str = ""
    cost_minor: Decimal | None = None
    deposit: Item | None = None
    tare_kg: Decimal | None = None
    parts: tuple[Item, ...] = ()

    @property
    def goods(self) -> tuple[Item, ...]:
        """All whose limits count."""
        return (self.item, *self.parts)

    @property
    def age_min(self) -> int:
        return max(item.age_min for item in self.goods)


@dataclass(frozen=True, slots=True)
class ReturnDeposit:
    """Empty containers come back, without a receipt. item: the deposit's SKU. quantity None: 1. The
    shell resolves it to TakeBackContainers."""

    item: ItemId
    quantity: Decimal | None = None
    source: LineSource = LineSource.KEY


@dataclass(frozen=True, slots=True)
class TakeBackContainers:
    """A resolved ReturnDeposit; quantity above 0."""

    item: Item
    quantity: Decimal
    source: LineSource = LineSource.KEY


@dataclass(frozen=True, slots=True)
class CheckPrice:
    """What is this and what does it cost? Sells nothing, journals nothing."""

    code: str


@dataclass(frozen=True, slots=True)
class AimScanner:
    """Where the next scans go: into the basket, or to the price check. quantity: how many of the
    very next item ("6 ×"); it is used up by that one scan."""

    price_check: bool = False
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class WeighItem:
    """Sell an item by the weight on the scale now."""

    item: ItemId
    source: LineSource = LineSource.KEY


@dataclass(frozen=True, slots=True)
class ChangeQuantity:
    line: LineId
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class OverridePrice:
    line: LineId
    unit_price_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class DiscountLine:
    line: LineId
    discount: Discount | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DiscountBasket:
    discount: Discount | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VoidLine:
    line: LineId


@dataclass(frozen=True, slots=True)
class RestoreLine:
    line: LineId


@dataclass(frozen=True, slots=True)
class VoidSale:
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SuspendSale:
    name: str


@dataclass(frozen=True, slots=True)
class RecallSale:
    """Take a suspended basket back, or the one just voided."""

    sale: SaleId
