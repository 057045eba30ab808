"""What the screens show of receipts that were looked up, to take goods back from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from appliance.core.facts import LineId, SaleRef, TenderType
from appliance.core.item import ItemId, Unit


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One receipt of a list. at: local time, ISO 8601 to the minute. due: what was to pay."""

    sale: SaleRef
    number: str
    at: str
    due_minor: int
    lines: int


@dataclass(frozen=True, slots=True)
class SoldLineLook:
    """A line of a receipt. paid: for all of it. left: how much may still come back. never: the
    refusal that stands against it, "" for none. serial: what must stand on the piece. of_line: the
    goods that a deposit belongs to. made: of parts that are used up, so it goes on no shelf again."""

    line: LineId
    item: ItemId
    name: str
    unit: Unit
    quantity: Decimal
    left: Decimal
    paid_minor: int
    left_minor: int
    never: str = ""
    serial: str = ""
    of_line: LineId | None = None
    made: bool = False


@dataclass(frozen=True, slots=True)
class PaidLook:
    type: TenderType
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ReceiptLook:
    """A receipt with what may come back of it. late_days: by how much its time is over. may_void:
    the whole sale can be undone now."""

    sale: SaleRef
    number: str
    at: str
    total_minor: int
    lines: tuple[SoldLineLook, ...]
    paid: tuple[PaidLook, ...]
    late_days: int = 0
    may_void: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptsLook:
    """The answer to a search. serial tells a new one from an old one. scanned: a scanner asked.
    whose: the customer whose receipts these are."""

    serial: int
    receipts: tuple[ReceiptRow, ...] = ()
    receipt: ReceiptLook | None = None
    scanned: bool = False
    whose: str = ""
