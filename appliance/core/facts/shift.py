"""Facts of shifts and of the cash in the drawer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from appliance.core.facts.words import (
    CashDirection,
    DenominationCount,
    DrawerCause,
    EffectId,
    ShiftNumber,
    ShiftTotals,
)


@dataclass(frozen=True, slots=True)
class ShiftOpened:
    """drawer: which one, where a till has several; "" is the only one. owner: who answers for it."""

    DURABLE: ClassVar[bool] = True
    shift: ShiftNumber
    float_minor: int
    currency: str
    drawer: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class DrawerChosen:
    """From here on money goes to this drawer and its shift."""

    DURABLE: ClassVar[bool] = False
    drawer: str


@dataclass(frozen=True, slots=True)
class CashMoved:
    """Cash put into the drawer or taken out of it without a sale; amount is positive.
    bag: number of the bag that went to the safe."""

    DURABLE: ClassVar[bool] = True
    shift: ShiftNumber
    direction: CashDirection
    amount_minor: int
    reason: str
    bag: str = ""


@dataclass(frozen=True, slots=True)
class DrawerOpened:
    """The till decided to open the drawer in use; the pulse follows as effect `effect`."""

    DURABLE: ClassVar[bool] = True
    effect: EffectId
    cause: DrawerCause
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DrawerCounted:
    """attempt: 1, then 2 for the one recount. expected is never shown before a blind count."""

    DURABLE: ClassVar[bool] = True
    shift: ShiftNumber
    attempt: int
    counts: tuple[DenominationCount, ...]
    counted_minor: int
    expected_minor: int


@dataclass(frozen=True, slots=True)
class ShiftHandedOver:
    """Another cashier answers for the drawer from here on. counted: None when nobody counted.
    expected: with what earlier handovers found missing or too much."""

    DURABLE: ClassVar[bool] = True
    shift: ShiftNumber
    giver: str
    taker: str
    expected_minor: int
    counted_minor: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ShiftClosed:
    """open_matters: what was left open knowingly, as "kind:how many" (core/open_matters.py).
    drop: what of the counted cash went to the safe in that bag; the rest stayed in the drawer."""

    DURABLE: ClassVar[bool] = True
    shift: ShiftNumber
    z_number: int
    totals: ShiftTotals
    counted_minor: int
    difference_minor: int
    reason: str = ""
    open_matters: tuple[str, ...] = ()
    drop_minor: int = 0
    bag: str = ""
