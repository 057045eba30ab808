"""What is asked of the printer, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.devices import Outcome
from appliance.core.facts import EffectId, SaleId


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """sale None: the last one. The first print is the original, every later one a marked copy."""

    sale: SaleId | None = None


@dataclass(frozen=True, slots=True)
class SkipReceipt:
    """No paper wanted for the last sale; also calls off a receipt that waits for the printer."""

    sale: SaleId | None = None


@dataclass(frozen=True, slots=True)
class PrintXReport:
    """of: "" the drawer in use, "till" all of them, "cashier:olena" one person's sales."""

    of: str = ""


@dataclass(frozen=True, slots=True)
class PrintSalesReport:
    """The takings by "hour", "item" and the like, from the first day to the last (ISO dates)."""

    by: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class PrintStockList:
    """which: "order" (what to buy), "left" (what lies there) or "expiring"."""

    which: str


@dataclass(frozen=True, slots=True)
class SettleMatter:
    """A person has looked at an unknown or failed print; reason says what was found."""

    effect: EffectId
    reason: str


@dataclass(frozen=True, slots=True)
class StartEffect:
    """From the printer's driver, before a job's first byte."""

    effect: EffectId


@dataclass(frozen=True, slots=True)
class EndEffect:
    effect: EffectId
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PrintPayCode:
    """The code that the customer is shown just now, on paper to be scanned from."""


@dataclass(frozen=True, slots=True)
class PrintCode:
    """A payment's code, as it is shown."""

    tender: int
    code: str
    until: str
    reference: str


@dataclass(frozen=True, slots=True)
class ShowFleetCode:
    """What is typed at the fleet so that this till joins it: on the screen, and on paper with a QR
    code of that page. until: local time, ISO. An empty code takes it away.
    """

    code: str
    page: str = ""
    until: str = ""
