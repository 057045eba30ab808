"""What devices tell the till, and what the till asks of them: messages, no wires."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Category(StrEnum):
    """Device categories by their UnifiedPOS names."""

    CASH_DRAWER = "CashDrawer"
    POS_PRINTER = "POSPrinter"
    SCANNER = "Scanner"
    SCALE = "Scale"
    LINE_DISPLAY = "LineDisplay"
    PAYMENT_TERMINAL = "PaymentTerminal"
    SMART_CARD_READER = "SmartCardReader"
    CONTACTLESS_READER = "ContactlessReader"
    CARD_LEDGER = "CardLedger"
    MACHINE = "Machine"


class DeviceState(StrEnum):
    """ready: does its work. attention: works, but somebody should come (paper near end).
    missing: not plugged in or not answering; the driver keeps trying. fault: there, but refuses."""

    READY = "ready"
    ATTENTION = "attention"
    MISSING = "missing"
    FAULT = "fault"


class Problem(StrEnum):
    """What is wrong with a device; the UI and `till doctor` know the words and the remedy of each."""

    NONE = "none"
    UNPLUGGED = "unplugged"
    NO_ANSWER = "no_answer"
    PORT_BUSY = "port_busy"
    NO_PERMISSION = "no_permission"
    PAPER_OUT = "paper_out"
    PAPER_NEAR_END = "paper_near_end"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    LEFT_OPEN = "left_open"
    STUCK = "stuck"
    GARBAGE = "garbage"
    CRASHED = "crashed"
    LOW_VOLTAGE = "low_voltage"
    ON_BATTERY = "on_battery"
    TOO_HOT = "too_hot"
    WORN = "worn"


class Outcome(StrEnum):
    """How an effect ended. unknown: the wire broke in between, nobody can say."""

    DONE = "done"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """device: the name in the configuration ("scanner"). detail: port or error text, for people."""

    device: str
    category: Category
    state: DeviceState
    problem: Problem = Problem.NONE
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HealthChanged:
    health: DeviceHealth


@dataclass(frozen=True, slots=True)
class Scanned:
    """One whole code. data keeps an AIM identifier and GS (0x1d); at_ns: monotonic clock when the
    last byte arrived, so that latency can be told."""

    device: str
    data: str
    at_ns: int = 0


@dataclass(frozen=True, slots=True)
class ScanRefused:
    """Bytes that were no code: a fragment cut off by an unplug, garbage, an endless line."""

    device: str
    detail: str


class CardTrouble(StrEnum):
    """Why a card, a tag or a phone at a reader said nothing that the till can use."""

    UNREAD = "unread"
    EMPTY = "empty"
    CHANGING_NUMBER = "changing_number"
    BANK_CARD = "bank_card"


@dataclass(frozen=True, slots=True)
class CardRefused:
    """A card that was held to a reader in vain. What it says otherwise arrives as Scanned."""

    device: str
    trouble: CardTrouble


@dataclass(frozen=True, slots=True)
class CardNumberHidden:
    """A line of this module's log held a card number, which was starred."""

    module: str


@dataclass(frozen=True, slots=True)
class DrawerMoved:
    device: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class DrawerKicked:
    """How a pulse ended. request: the id given to CashDrawer.kick. done: the pulse went out, and
    the sensor, where there is one, saw the drawer open. failed: no pulse, or it stayed shut.
    unknown: the wire broke during the pulse."""

    device: str
    request: str
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WeightStatus:
    """A scale's answer. weight_kg is None unless the scale is stable and in range.

    tag: of the request that it answers. problem: why there is no answer at all.
    """

    device: str
    weight_kg: Decimal | None
    stable: bool
    overload: bool = False
    underload: bool = False
    tag: str = ""
    problem: Problem = Problem.NONE


@dataclass(frozen=True, slots=True)
class PrintEnded:
    """job: the id given to POSPrinter.submit. detail: where it stopped, for people."""

    device: str
    job: str
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PrintHeld:
    """The job waits untouched (no byte sent) for paper, a closed cover or the printer itself."""

    device: str
    job: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class SwitchOffWanted:
    """Somebody pressed the power button, or a supply's battery is nearly empty (urgent)."""

    device: str
    urgent: bool = False


DeviceMessage = (
    HealthChanged
    | Scanned
    | ScanRefused
    | CardRefused
    | CardNumberHidden
    | DrawerMoved
    | DrawerKicked
    | WeightStatus
    | PrintEnded
    | PrintHeld
    | SwitchOffWanted
)
