"""Every screen by the name that others call it by."""

from __future__ import annotations

from appliance.ui.screens.base import Screen
from appliance.ui.screens.cash import CashScreen
from appliance.ui.screens.close import CloseScreen
from appliance.ui.screens.done import DoneScreen
from appliance.ui.screens.drawer import NoSaleScreen, PayInScreen, PayOutScreen
from appliance.ui.screens.line import LineScreen
from appliance.ui.screens.line_more import LineMoreScreen, ServedByScreen, WishesScreen
from appliance.ui.screens.lists import DevicesScreen, MattersScreen, RecallScreen
from appliance.ui.screens.menu import MoreScreen
from appliance.ui.screens.number import DiscountScreen, NumberScreen
from appliance.ui.screens.sale import SaleScreen
from appliance.ui.screens.shift import OpenShiftScreen, XReportScreen
from appliance.ui.screens.still import IdleScreen, PriceCheckScreen, SettingsScreen, StaffScreen
from appliance.ui.screens.text import SearchScreen, SuspendScreen

SCREENS: dict[str, type[Screen]] = {
    "sale": SaleScreen,
    "search": SearchScreen,
    "line": LineScreen,
    "line_more": LineMoreScreen,
    "wishes": WishesScreen,
    "served_by": ServedByScreen,
    "number": NumberScreen,
    "discount": DiscountScreen,
    "suspend": SuspendScreen,
    "recall": RecallScreen,
    "cash": CashScreen,
    "done": DoneScreen,
    "more": MoreScreen,
    "price_check": PriceCheckScreen,
    "no_sale": NoSaleScreen,
    "pay_in": PayInScreen,
    "pay_out": PayOutScreen,
    "x_report": XReportScreen,
    "open_shift": OpenShiftScreen,
    "close": CloseScreen,
    "matters": MattersScreen,
    "devices": DevicesScreen,
    "staff": StaffScreen,
    "settings": SettingsScreen,
    "idle": IdleScreen,
}
