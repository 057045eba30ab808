"""What is asked about the people at the till, and about a customer's age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from appliance.core.facts import AgeMethod
from appliance.core.item import ItemId


@dataclass(frozen=True, slots=True)
class SignIn:
    """A person takes the till over: by name and PIN, by a badge alone, or by name where nobody has
    a PIN. The shell proves it first; the core then believes the name."""

    staff: str = ""
    pin: str = field(default="", repr=False)
    badge: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Approved:
    """Another request, allowed on the spot by somebody who may: by name and PIN, or by badge.

    request: the request's own object, {"command": "override_price", ..}.
    """

    request: Mapping[str, Any]
    staff: str = ""
    pin: str = field(default="", repr=False)
    badge: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LockTill:
    """Whoever was at the till is gone; the basket waits. idle: nobody touched it for a while."""

    idle: bool = False


@dataclass(frozen=True, slots=True)
class NeverMind:
    """What waits for a manager or for the customer's age is not wanted any more."""


@dataclass(frozen=True, slots=True)
class RefusePin:
    """The shell found the PIN or badge to be wrong. staff "": a badge of nobody."""

    staff: str


@dataclass(frozen=True, slots=True)
class CheckAge:
    """The cashier made sure of the customer's age for an item: by looking, or by a date of birth
    (DDMMYYYY or ISO), which is compared and forgotten."""

    item: ItemId
    age_min: int
    method: AgeMethod = AgeMethod.VISUAL
    birth: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RefuseAge:
    """The customer is too young or would not show; the item stays here."""

    item: ItemId
    age_min: int


@dataclass(frozen=True, slots=True)
class SeeSignals:
    """Somebody opens the page of signals; it says only whether this person may."""


@dataclass(frozen=True, slots=True)
class PrintSignals:
    """The signals by person on paper, from the first day to the last (ISO dates)."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class StartTraining:
    """From now on the till only plays: in a journal of its own, without drawer and money."""


@dataclass(frozen=True, slots=True)
class EndTraining:
    """Back to the real till, as it was left."""
