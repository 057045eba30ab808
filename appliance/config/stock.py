"""[stock]: how purchases are suggested and when goods are near their day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from appliance.config.rules import Section, Whole, limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock(Section):
    """average_days: sales of so many days make the average. lead_days: an order arrives after so
    many. near_expiry_days: a lot is listed so many days ahead."""

    average_days: Annotated[Whole, limits(ge=1, le=366)] = 28
    lead_days: Annotated[Whole, limits(ge=1, le=366)] = 7
    near_expiry_days: Annotated[Whole, limits(ge=0, le=3650)] = 7
