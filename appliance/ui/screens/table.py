"""Every screen by the name that others call it by."""

from __future__ import annotations

from appliance.ui.screens.base import Screen
from appliance.ui.screens.sale import SaleScreen

SCREENS: dict[str, type[Screen]] = {
    "sale": SaleScreen,
}
