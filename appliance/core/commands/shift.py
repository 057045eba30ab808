"""What is asked of the shift and of the drawer."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts import CashDirection, DenominationCount


@dataclass(frozen=True, slots=True)
class OpenShift:
    """Of the drawer in use, or of another one that has no open shift."""

    float_minor: int
    drawer: str | None = None


@dataclass(frozen=True, slots=True)
class ChooseDrawer:
    """Money goes there from here on; between baskets only."""

    drawer: str


@dataclass(frozen=True, slots=True)
class CountDrawer:
    counts: tuple[DenominationCount, ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    """Another cashier takes over the drawer, as it was counted last, or uncounted."""

    taker: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CloseShift:
    """drop: what of the counted cash goes to the safe, in that bag. anyway: although money is open
    of which nobody knows whether it moved."""

    reason: str = ""
    drop_minor: int = 0
    bag: str = ""
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class MoveCash:
    direction: CashDirection
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class DropToSafe:
    """Notes from the drawer into the safe, in a numbered bag: counts, or else an amount."""

    bag: str
    amount_minor: int = 0
    counts: tuple[DenominationCount, ...] = ()


@dataclass(frozen=True, slots=True)
class NoSale:
    """Open the drawer without a sale. counting: to count it, which is no no-sale in the reports."""

    reason: str
    counting: bool = False


@dataclass(frozen=True, slots=True)
class ShowShifts:
    """The newest closed shifts, shown; limit 0 puts the page away."""

    limit: int = 60


@dataclass(frozen=True, slots=True)
class ShowX:
    """The X report on the screen, `of` as in PrintXReport; None puts the page away."""

    of: str | None = ""


@dataclass(frozen=True, slots=True)
class PrintZCopy:
    """A closed shift's report once more. epoch 0: the newest with that number."""

    z_number: int
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class PrintZ:
    """The same, found: copy is its number."""

    shift: int
    epoch: int
    copy: int
