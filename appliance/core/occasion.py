"""On what occasion a command is given: when by the shop's clock, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Occasion:
    """at: the shop's local time; a naive one, as prices and promotions know it. actor: of the staff,
    or a program ("till", "cli"). approver: who allowed it on the spot, already proven by PIN or
    badge; "" for nobody."""

    at: datetime
    actor: str = ""
    approver: str = ""


ANY = Occasion(datetime(2000, 1, 1))  # noqa: DTZ001 - local by definition
"""For callers to whom neither time nor person matters."""
