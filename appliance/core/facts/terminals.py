"""Facts of terminals beside a sale: money that goes back after its basket, and their own totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from appliance.core.facts.words import SaleId, TenderType


@dataclass(frozen=True, slots=True)
class ReversalWanted:
    """Money that a terminal took is to go back, though its basket is gone: a job, open until the
    terminal says that it went, or a manager how else. tender: the one that took it."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    tender: int
    type: TenderType
    amount_minor: int
    port: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ReversalClosed:
    """The money went back in another way, or need not: a manager says how."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    tender: int
    reason: str


@dataclass(frozen=True, slots=True)
class TotalsAsked:
    """A terminal is asked what its batch holds; close: and to close it."""

    DURABLE: ClassVar[bool] = False
    port: str
    close: bool = False


@dataclass(frozen=True, slots=True)
class TerminalTotals:
    """What a terminal says that it took and gave back since its batch began. closed: and it closed
    the batch. told False: it cannot say, and is compared by hand."""

    DURABLE: ClassVar[bool] = True
    port: str
    told: bool = True
    count: int = 0
    amount_minor: int = 0
    refunds: int = 0
    refunds_minor: int = 0
    closed: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TotalsAccepted:
    """A person compared a terminal's slip with the journal: the batch is done with. The difference
    that was left, by count and amount, and why."""

    DURABLE: ClassVar[bool] = True
    port: str
    count: int = 0
    amount_minor: int = 0
    reason: str = ""
