"""What the screen shows of people: who may sign in, whether it is locked, what waits for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class PersonLook:
    id: str
    name: str
    role: str
    has_pin: bool = False
    has_badge: bool = False


@dataclass(frozen=True, slots=True)
class WantedLook:
    """A request that waits for somebody: a manager's permission, or a look at the customer's age.

    reason: the refusal's. request: as JSON, to be sent again once it is given. by: who of the staff
    may allow it. serial tells a new one from an old one.
    """

    serial: int
    reason: str
    params: Mapping[str, str] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PeopleLook:
    """locked: nothing of the basket is shown but that there is one (basket_waits). guarded: a PIN
    or badge is asked for. training: nothing here is real; resting: the real till while
    somebody trains. reports: this cashier may see what was sold. roles: all that a person may be
    given. badge_for: whose badge the next scanned code becomes."""

    locked: bool = False
    basket_waits: bool = False
    guarded: bool = False
    training: bool = False
    resting: bool = False
    reports: bool = True
    staff: tuple[PersonLook, ...] = ()
    roles: tuple[str, ...] = ()
    badge_for: str = ""
    wanted: WantedLook | None = None
