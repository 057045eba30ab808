"""Every screen by the name that others call it by."""

from __future__ import annotations

from appliance.ui.screens.account_keys import accounts
from appliance.ui.screens.advances import AdvanceNameScreen, AdvancesScreen, ShortsScreen
from appliance.ui.screens.age import AgeScreen
from appliance.ui.screens.base import Screen
from appliance.ui.screens.bench_test import BenchScreen
from appliance.ui.screens.cards import CardAmountScreen, CardCodeScreen, CardScreen
from appliance.ui.screens.cash import CashScreen
from appliance.ui.screens.close import CloseScreen, HandoverCountScreen
from appliance.ui.screens.coupon import CouponScreen
from appliance.ui.screens.customers import (
    CustomerFindScreen,
    CustomerNewScreen,
    CustomerScreen,
)
from appliance.ui.screens.days import DaysScreen
from appliance.ui.screens.done import DoneScreen
from appliance.ui.screens.drawer import NoSaleScreen, PayInScreen, PayOutScreen
from appliance.ui.screens.first_run import (
    FirstLanguageScreen,
    FirstNetworkScreen,
    FirstNumberScreen,
    FirstReadyScreen,
)
from appliance.ui.screens.first_run_lists import FirstDevicesScreen, FirstTaxesScreen
from appliance.ui.screens.first_run_text import (
    FirstCodeScreen,
    FirstFleetScreen,
    FirstNameScreen,
    FirstServerScreen,
)
from appliance.ui.screens.foreign import ForeignScreen
from appliance.ui.screens.goods import ContainersScreen, VariantsScreen
from appliance.ui.screens.line import LineScreen
from appliance.ui.screens.line_more import LineMoreScreen, ServedByScreen, WishesScreen
from appliance.ui.screens.lists import DevicesScreen, MattersScreen, RecallScreen
from appliance.ui.screens.menu import MoreScreen
from appliance.ui.screens.number import DiscountScreen, NumberScreen
from appliance.ui.screens.offers import OffersScreen
from appliance.ui.screens.open_matters import (
    DrawersScreen,
    ForeignCountScreen,
    OpenMattersScreen,
)
from appliance.ui.screens.past_payments import PastPaymentsScreen
from appliance.ui.screens.past_shifts import PastShiftsScreen
from appliance.ui.screens.pay import PayScreen
from appliance.ui.screens.pay_code import PayCodeScreen
from appliance.ui.screens.payments import PaymentsScreen, VerdictScreen
from appliance.ui.screens.pins import ApproveScreen, StaffScreen
from appliance.ui.screens.refund_keys import refunds
from appliance.ui.screens.reports import ReportsScreen
from appliance.ui.screens.return_find import ReturnFindScreen
from appliance.ui.screens.return_item import ReturnItemScreen
from appliance.ui.screens.return_lines import ReturnLinesScreen
from appliance.ui.screens.return_search import ReceiptsWithScreen, ReturnSearchScreen
from appliance.ui.screens.safe import HandoverScreen, SafeDropScreen
from appliance.ui.screens.sale import SaleScreen
from appliance.ui.screens.shift import OpenShiftScreen
from appliance.ui.screens.signals import SignalsScreen
from appliance.ui.screens.staff_entry import PersonNameScreen, PersonPinScreen
from appliance.ui.screens.staff_list import PersonRoleScreen, PersonScreen, StaffListScreen
from appliance.ui.screens.still import IdleScreen, PriceCheckScreen, SettingsScreen
from appliance.ui.screens.stock_count import CountingScreen, CountsScreen
from appliance.ui.screens.stock_lists import StockListsScreen
from appliance.ui.screens.stock_paper import StockPaperScreen
from appliance.ui.screens.stock_words import SerialScreen, StockFindScreen, StockTextScreen
from appliance.ui.screens.support import SupportScreen
from appliance.ui.screens.take_back import ReturnManyScreen
from appliance.ui.screens.tender_keys import PROVIDERS
from appliance.ui.screens.terminal import TerminalScreen
from appliance.ui.screens.terminal_list import (
    TerminalGoneScreen,
    TerminalListScreen,
    TerminalOddScreen,
)
from appliance.ui.screens.terminals import TerminalDayScreen, TerminalsScreen
from appliance.ui.screens.text import SearchScreen, SuspendScreen
from appliance.ui.screens.tip import TipScreen
from appliance.ui.screens.why import WhyScreen
from appliance.ui.screens.wifi import WifiNameScreen, WifiPasswordScreen, WifiScreen
from appliance.ui.screens.x_report import XReportScreen

SCREENS: dict[str, type[Screen]] = {
    "sale": SaleScreen,
    "search": SearchScreen,
    "line": LineScreen,
    "line_more": LineMoreScreen,
    "why": WhyScreen,
    "safe_drop": SafeDropScreen,
    "handover": HandoverScreen,
    "handover_count": HandoverCountScreen,
    "open_matters": OpenMattersScreen,
    "payments": PaymentsScreen,
    "verdict": VerdictScreen,
    "past_payments": PastPaymentsScreen,
    "terminals": TerminalsScreen,
    "terminal_list": TerminalListScreen,
    "terminal_odd": TerminalOddScreen,
    "terminal_gone": TerminalGoneScreen,
    "terminal_day": TerminalDayScreen,
    "foreign_count": ForeignCountScreen,
    "drawers": DrawersScreen,
    "past_shifts": PastShiftsScreen,
    "wishes": WishesScreen,
    "served_by": ServedByScreen,
    "number": NumberScreen,
    "discount": DiscountScreen,
    "suspend": SuspendScreen,
    "recall": RecallScreen,
    "cash": CashScreen,
    "pay": PayScreen,
    "terminal": TerminalScreen,
    "pay_code": PayCodeScreen,
    "foreign": ForeignScreen,
    "tip": TipScreen,
    "done": DoneScreen,
    "more": MoreScreen,
    "returns": ReturnFindScreen,
    "return_search": ReturnSearchScreen,
    "receipts_with": ReceiptsWithScreen,
    "return_lines": ReturnLinesScreen,
    "return_many": ReturnManyScreen,
    "return_item": ReturnItemScreen,
    "variants": VariantsScreen,
    "containers": ContainersScreen,
    "offers": OffersScreen,
    "coupon": CouponScreen,
    "price_check": PriceCheckScreen,
    "serial": SerialScreen,
    "stock_paper": StockPaperScreen,
    "stock_text": StockTextScreen,
    "stock_find": StockFindScreen,
    "stock_counts": CountsScreen,
    "counting": CountingScreen,
    "stock_lists": StockListsScreen,
    "no_sale": NoSaleScreen,
    "pay_in": PayInScreen,
    "pay_out": PayOutScreen,
    "x_report": XReportScreen,
    "reports": ReportsScreen,
    "days": DaysScreen,
    "open_shift": OpenShiftScreen,
    "close": CloseScreen,
    "matters": MattersScreen,
    "devices": DevicesScreen,
    "staff": StaffScreen,
    "staff_list": StaffListScreen,
    "person": PersonScreen,
    "person_name": PersonNameScreen,
    "person_role": PersonRoleScreen,
    "person_pin": PersonPinScreen,
    "approve": ApproveScreen,
    "age": AgeScreen,
    "signals": SignalsScreen,
    "settings": SettingsScreen,
    "support": SupportScreen,
    "bench_test": BenchScreen,
    "first_language": FirstLanguageScreen,
    "first_name": FirstNameScreen,
    "first_taxes": FirstTaxesScreen,
    "first_number": FirstNumberScreen,
    "first_devices": FirstDevicesScreen,
    "first_network": FirstNetworkScreen,
    "first_fleet": FirstFleetScreen,
    "first_fleet_server": FirstServerScreen,
    "first_fleet_code": FirstCodeScreen,
    "first_ready": FirstReadyScreen,
    "wifi": WifiScreen,
    "wifi_name": WifiNameScreen,
    "wifi_password": WifiPasswordScreen,
    "idle": IdleScreen,
    "card": CardScreen,
    "card_code": CardCodeScreen,
    "card_amount": CardAmountScreen,
    "advances": AdvancesScreen,
    "advance_name": AdvanceNameScreen,
    "shorts": ShortsScreen,
    "customers": CustomerFindScreen,
    "customer_new": CustomerNewScreen,
    "customer": CustomerScreen,
}

PROVIDERS.insert(0, refunds)
PROVIDERS.append(accounts)
