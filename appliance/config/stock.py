"""[stock]: how purchases are suggested and when goods are near their day."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt


class Stock(BaseModel):
    """average_days: sales of so many days make the average. lead_days: an order arrives after so
    many. near_expiry_days: a lot is listed so many days ahead."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    average_days: Annotated[StrictInt, Field(ge=1, le=366)] = 28
    lead_days: Annotated[StrictInt, Field(ge=1, le=366)] = 7
    near_expiry_days: Annotated[StrictInt, Field(ge=0, le=3650)] = 7
