"""What the "More" page offers: one tile for each thing that is not selling, by group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from appliance.core import commands as c
from appliance.core.facts import StockCause
from appliance.core.view import Look
from appliance.ui.widgets.key import Kind
from appliance.ui.words import N_

if TYPE_CHECKING:
    from appliance.ui.desk import Desk


class Group(Enum):
    """A tab of the page; a group without tiles is not shown."""

    SALE = N_("Sale")
    PEOPLE = N_("Customers")
    CASH = N_("Cash")
    GOODS = N_("Goods")
    TILL = N_("This till")


def always(_look: Look) -> bool:
    return True


def no_badge(_look: Look) -> str:
    return ""


def in_shift(look: Look) -> bool:
    return look.shift is not None


def between_sales(look: Look) -> bool:
    return look.shift is not None and not (look.basket and look.basket.lines)


@dataclass(frozen=True, slots=True)
class Tile:
    """page: the screen it opens; or act: what it does. What cannot be done now (enabled) is faint
    rather than gone. At most TILES_MAX tiles a group."""

    group: Group
    title: str
    icon: str
    page: str = ""
    act: Callable[[Desk], None] | None = None
    hotkey: str = ""
    enabled: Callable[[Look], bool] = always
    badge: Callable[[Look], str] = no_badge
    kind: Kind = Kind.PLAIN


TILES_MAX = 12


def _copy(desk: Desk) -> None:
    desk.home()
    desk.submit(c.PrintReceipt(), done=lambda: desk.tell_key("copy_printing"))


def _void(desk: Desk) -> None:
    desk.home()
    desk.submit(c.VoidSale())


def _paper(cause: StockCause) -> Callable[[Desk], None]:
    return lambda desk: desk.go("stock_paper", cause=cause)


def _lock(desk: Desk) -> None:
    desk.home()
    desk.submit(c.LockTill())


def _train(desk: Desk) -> None:
    desk.home()
    desk.submit(c.EndTraining() if desk.look.people.training else c.StartTraining())


def _close(desk: Desk) -> None:
    """What is open is seen before anybody counts."""
    desk.go("open_matters" if desk.look.cash.matters else "close")


def _signals(desk: Desk) -> None:
    desk.home()
    desk.submit(c.SeeSignals(), done=lambda: desk.go("signals"))


def _people(desk: Desk) -> None:
    desk.home()
    desk.submit(c.SeeStaff(), done=lambda: desk.go("staff_list"))


def _count(things: tuple[object, ...]) -> str:
    return str(len(things)) if things else ""


def _can_void(look: Look) -> bool:
    return bool(look.basket and look.basket.lines and not look.basket.tenders)


TILES: list[Tile] = [
    Tile(Group.SALE, N_("Price check"), "price_check", "price_check", hotkey="f5"),
    Tile(Group.SALE, N_("Offers"), "offer", "offers"),
    Tile(
        Group.SALE,
        N_("Coupon"),
        "tag",
        "coupon",
        enabled=lambda look: in_shift(look) and not (look.basket and look.basket.tenders),
        badge=lambda look: _count(look.basket.coupons if look.basket else ()),
    ),
    Tile(
        Group.SALE,
        N_("Suspended baskets"),
        "resume",
        "recall",
        hotkey="f6",
        enabled=lambda look: bool(look.suspended) and not (look.basket and look.basket.lines),
        badge=lambda look: _count(look.suspended),
    ),
    Tile(
        Group.SALE,
        N_("Return, exchange"),
        "refund",
        "returns",
        enabled=lambda look: in_shift(look) and not (look.basket and look.basket.tenders),
    ),
    Tile(
        Group.SALE,
        N_("Containers back"),
        "bottle",
        "containers",
        enabled=lambda look: in_shift(look) and not (look.basket and look.basket.tenders),
    ),
    Tile(
        Group.SALE,
        N_("Last receipt again"),
        "receipt",
        act=_copy,
        hotkey="f7",
        enabled=lambda look: look.done is not None,
    ),
    Tile(
        Group.SALE,
        N_("Void the sale"),
        "cancel",
        act=_void,
        hotkey="f8",
        enabled=_can_void,
        kind=Kind.DANGER,
    ),
    Tile(
        Group.PEOPLE,
        N_("Customers"),
        "people",
        act=lambda desk: desk.go("customer" if desk.look.accounts.customer else "customers"),
    ),
    Tile(Group.PEOPLE, N_("Gift cards"), "gift", "card"),
    Tile(Group.PEOPLE, N_("Paid ahead"), "ahead", "advances"),
    Tile(
        Group.PEOPLE,
        N_("Voucher as goodwill"),
        "goodwill",
        act=lambda desk: desk.go("card_amount", ask="voucher"),
    ),
    Tile(
        Group.PEOPLE,
        N_("Cards to look after"),
        "matters",
        "shorts",
        badge=lambda look: _count(look.accounts.shorts),
    ),
    Tile(Group.CASH, N_("Pay in"), "cash_in", "pay_in", enabled=in_shift),
    Tile(Group.CASH, N_("Pay out"), "cash_out", "pay_out", enabled=in_shift),
    Tile(Group.CASH, N_("Open the drawer"), "drawer", "no_sale", enabled=in_shift),
    Tile(
        Group.CASH,
        N_("Into the safe"),
        "safe",
        "safe_drop",
        enabled=in_shift,
        badge=lambda look: "!" if look.cash.full else "",
    ),
    Tile(Group.CASH, N_("Hand the drawer over"), "switch", "handover", enabled=between_sales),
    Tile(Group.CASH, N_("X report"), "report", "x_report", enabled=in_shift),
    Tile(
        Group.CASH,
        N_("Close the shift"),
        "lock",
        act=_close,
        enabled=between_sales,
        badge=lambda look: _count(look.cash.matters),
    ),
    Tile(Group.CASH, N_("Past shifts"), "list", "past_shifts"),
    Tile(
        Group.CASH,
        N_("Payments to look into"),
        "card",
        "payments",
        badge=lambda look: _count(look.pay.open),
    ),
    Tile(
        Group.CASH,
        N_("All payments"),
        "list",
        "past_payments",
        enabled=lambda look: look.people.reports,
    ),
    Tile(
        Group.CASH,
        N_("Terminals"),
        "terminal",
        "terminals",
        badge=lambda look: _count(tuple(it for it in look.pay.terminals if it.difference_minor)),
    ),
    Tile(
        Group.CASH,
        N_("Another drawer"),
        "drawer",
        "drawers",
        enabled=lambda look: bool(look.cash.drawers) and not (look.basket and look.basket.lines),
    ),
    Tile(Group.GOODS, N_("Stock"), "parcel", "stock_lists"),
    Tile(Group.GOODS, N_("Goods received"), "truck", act=_paper(StockCause.RECEIVED)),
    Tile(Group.GOODS, N_("Write off"), "bin", act=_paper(StockCause.WRITE_OFF)),
    Tile(
        Group.GOODS,
        N_("Count the shelves"),
        "count",
        "stock_counts",
        badge=lambda look: _count(look.stock.counts),
    ),
    Tile(Group.GOODS, N_("To another shop"), "transfer", act=_paper(StockCause.TRANSFER_OUT)),
    Tile(Group.GOODS, N_("From another shop"), "transfer", act=_paper(StockCause.TRANSFER_IN)),
    Tile(Group.GOODS, N_("Back to the supplier"), "undo", act=_paper(StockCause.SUPPLIER_RETURN)),
    Tile(Group.TILL, N_("Reports"), "chart", "reports"),
    Tile(Group.TILL, N_("Signals"), "shield", act=_signals),
    Tile(
        Group.TILL,
        N_("Prints to look after"),
        "matters",
        "matters",
        badge=lambda look: _count(look.matters),
    ),
    Tile(Group.TILL, N_("Devices"), "devices", "devices"),
    Tile(
        Group.TILL,
        N_("Terminals to be looked at"),
        "terminal",
        "terminal_list",
        badge=lambda look: _count(look.pay.to_look_at),
    ),
    Tile(Group.TILL, N_("Settings"), "settings", "settings"),
    Tile(Group.TILL, N_("People"), "people", act=_people),
    Tile(Group.TILL, N_("Who is at the till"), "switch", "staff"),
    Tile(
        Group.TILL,
        N_("Lock the till"),
        "lock",
        act=_lock,
        enabled=lambda look: look.people.guarded or look.people.training,
    ),
    Tile(
        Group.TILL,
        N_("Training on or off"),
        "school",
        act=_train,
        enabled=lambda look: look.people.training or not (look.basket and look.basket.lines),
    ),
]
"""In the order they are shown. A subject adds its own beside its like."""
