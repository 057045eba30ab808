"""What is asked of the shift and of the drawer."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts import CashDirection, DenominationCount


@dataclass(frozen=True, slots=True)
class OpenShift:
    float_minor: int


@dataclass(frozen=True, slots=True)
class CountDrawer:
    counts: tuple[DenominationCount, ...]


@dataclass(frozen=True, slots=True)
class CloseShift:
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MoveCash:
    direction: CashDirection
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class NoSale:
    """Open the drawer without a sale. counting: to count it, which is no no-sale in the reports."""

    reason: str
    counting: bool = False
