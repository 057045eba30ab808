"""A country's tax rates and cash rounding by their dates, as one file of config/taxes says them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from appliance.core.cash_rounding import CashTable
from appliance.core.taxes import TaxTable

FOLDER = Path(__file__).parents[2] / "config" / "taxes"


@dataclass(frozen=True, slots=True)
class Country:
    """What one file holds."""

    taxes: TaxTable
    cash: CashTable
