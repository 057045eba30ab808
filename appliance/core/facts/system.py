"""Facts of the till itself and of its devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from appliance.core.devices import Category, DeviceState, Problem


@dataclass(frozen=True, slots=True)
class TillStarted:
    """The daemon came up on this journal; drafts lost to a power cut end just before it."""

    DURABLE: ClassVar[bool] = False
    version: str


@dataclass(frozen=True, slots=True)
class ClockStepped:
    """The wall clock went backwards; order is told by seq, never by time."""

    DURABLE: ClassVar[bool] = False
    back_s: int


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    DURABLE: ClassVar[bool] = False
    device: str
    category: Category
    state: DeviceState
    problem: Problem
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CardNumberLogged:
    """A line that this module of the program logged held a card number; it was starred, but should not
    have been there. At most once a module and day. on: which day."""

    DURABLE: ClassVar[bool] = True
    module: str
    on: str


@dataclass(frozen=True, slots=True)
class StepTested:
    """What came of one step of a bench test. says: why, in English."""

    step: str
    verdict: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class BenchTestBegun:
    """Every device will be tried: the drawer opens without a sale."""

    DURABLE: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class BenchTested:
    """A technician tried every device. code: the same, signed by the till, as its QR code says it."""

    DURABLE: ClassVar[bool] = True
    passed: bool
    steps: tuple[StepTested, ...]
    code: str


@dataclass(frozen=True, slots=True)
class FirmwareChanged:
    """Other system software runs, or an update came to nothing. version, slot: what is booted.
    ended: "returned" or "refused" for the one of the version `wanted`, with the reason."""

    DURABLE: ClassVar[bool] = True
    version: str
    slot: str
    ended: str = ""
    wanted: str = ""
    why: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class UpdateWished:
    """Somebody at the till wants it updated from the stick that is plugged in."""

    DURABLE: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class DrawerMoved:
    """The drawer's sensor says it is open or closed."""

    DURABLE: ClassVar[bool] = False
    is_open: bool
