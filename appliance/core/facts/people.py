"""Facts of the people at the till and of its customers; no name of a customer ever."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class CashierSignedIn:
    DURABLE: ClassVar[bool] = False
    staff: str
    name: str


@dataclass(frozen=True, slots=True)
class CashierSignedOut:
    """locked: the till asks for a PIN or badge; by idleness or by hand."""

    DURABLE: ClassVar[bool] = False
    staff: str
    idle: bool = False


@dataclass(frozen=True, slots=True)
class PinRefused:
    """A wrong PIN or badge of this person, or of anybody (""), the tries in a row; the next one has
    to wait_s, until that local time."""

    DURABLE: ClassVar[bool] = True
    staff: str
    tries: int
    wait_s: int = 0
    until: str = ""


@dataclass(frozen=True, slots=True)
class Overridden:
    """A manager allowed on the spot what the cashier may not; the next facts are what was done."""

    DURABLE: ClassVar[bool] = True
    permission: str
    cashier: str
    approver: str
    command: str
    detail: str = ""


class StaffChange(StrEnum):
    """changed: another name or role."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    PIN_SET = "pin_set"
    PIN_CLEARED = "pin_cleared"
    BADGE_GIVEN = "badge_given"
    BADGE_BLOCKED = "badge_blocked"


@dataclass(frozen=True, slots=True)
class StaffChanged:
    """Somebody changed the staff list at the till, whom the record's actor names. name, role: as
    they are from now on. No PIN and no badge, not even as a hash."""

    DURABLE: ClassVar[bool] = True
    staff: str
    change: StaffChange
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class TrainingStarted:
    """What follows until its end happens in another journal, and is no fact here."""

    DURABLE: ClassVar[bool] = True
    staff: str


@dataclass(frozen=True, slots=True)
class TrainingEnded:
    DURABLE: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class CustomerRegistered:
    """Names, phones and the like stand beside the journal, where they can be erased."""

    DURABLE: ClassVar[bool] = True
    customer: str


@dataclass(frozen=True, slots=True)
class ConsentRecorded:
    """purpose: what the person agreed to or took back ("loyalty", "marketing")."""

    DURABLE: ClassVar[bool] = True
    customer: str
    purpose: str
    given: bool
    text_version: str = ""


@dataclass(frozen=True, slots=True)
class CustomerErased:
    """The person's data are gone; the sales stay, with an id that leads nowhere."""

    DURABLE: ClassVar[bool] = True
    customer: str
    reason: str = ""
