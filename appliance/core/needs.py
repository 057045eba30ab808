"""What each command needs: one table from commands to permissions, and the limits that go with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core import limits
from appliance.core.drawers import drawer_in_use, drawer_of
from appliance.core.limits import Lack
from appliance.core.money import Money
from appliance.core.policy import Policy
from appliance.core.returns import goes_another_way, proven_held_minor, unproven_held_minor
from appliance.core.roles import Permission, Role
from appliance.core.state import State
from appliance.core.terminals import asks_itself, batch_of, difference, jobs
from appliance.core.totals import price_sale

Rule = Callable[[State, Any, Policy, Role], Lack | None]


def _add_item(state: State, command: c.AddItem, _policy: Policy, role: Role) -> Lack | None:
    item, age_min = command.item, command.age_min
    if age_min > (state.sale.age_checked if state.sale else 0) and role.may(
        Permission.SELL_RESTRICTED
    ):
        return None  # the age is asked first, or a manager would be called twice
    if any(it.needs_manager for it in command.goods) and not role.may(Permission.SELL_MANAGED):
        return Lack(Permission.SELL_MANAGED)
    if age_min and not role.may(Permission.SELL_RESTRICTED):
        return Lack(Permission.SELL_RESTRICTED)
    if item.open_price and not role.may(Permission.OPEN_PRICE):
        return Lack(Permission.OPEN_PRICE)
    return None


_DIRECTION = {
    f.CashDirection.PAY_IN: Permission.PAY_IN,
    f.CashDirection.PAY_OUT: Permission.PAY_OUT,
    f.CashDirection.SAFE_DROP: Permission.SAFE_DROP,
}


def _move_cash(_state: State, command: c.MoveCash, _policy: Policy, role: Role) -> Lack | None:
    permission = _DIRECTION[command.direction]
    return None if role.may(permission) else Lack(permission)


def _choose_drawer(
    state: State, command: c.ChooseDrawer | c.OpenShift, policy: Policy, role: Role
) -> Lack | None:
    """Somebody's own drawer is nobody else's business, but a manager's."""
    drawer = drawer_in_use(state, policy) if command.drawer is None else command.drawer
    known = drawer_of(policy, drawer)
    theirs = known is not None and known.staff and state.cashier not in known.staff
    return Lack(Permission.ANY_DRAWER) if theirs and not role.may(Permission.ANY_DRAWER) else None


def _close_shift(_state: State, command: c.CloseShift, _policy: Policy, role: Role) -> Lack | None:
    """Over money of which nobody knows whether it moved."""
    if command.anyway and not role.may(Permission.RESOLVE_UNKNOWN):
        return Lack(Permission.RESOLVE_UNKNOWN)
    return None


def _close_reversal(
    state: State, command: c.CloseReversal, policy: Policy, role: Role
) -> Lack | None:
    """At a terminal that stands by itself the cashier says that it went back; no wire can."""
    named = ((sale.sale, it.tender, it.port) for sale, it in jobs(state))
    port = next((port for *key, port in named if key == [command.sale, command.tender]), "")
    if not asks_itself(policy, port) or role.may(Permission.RESOLVE_UNKNOWN):
        return None
    return Lack(Permission.RESOLVE_UNKNOWN)


def _accept_totals(
    state: State, command: c.AcceptTotals, _policy: Policy, role: Role
) -> Lack | None:
    """That sums agree anybody who counts may say; to leave a difference is somebody's decision."""
    off = difference(batch_of(state, command.port))
    return (
        Lack(Permission.RESOLVE_UNKNOWN)
        if off and not role.may(Permission.RESOLVE_UNKNOWN)
        else None
    )


def _show_sums(
    _state: State, command: c.ShowX | c.ShowShifts, _policy: Policy, role: Role
) -> Lack | None:
    """Whoever leaves such a page needs nothing for it."""
    shown = command.limit > 0 if isinstance(command, c.ShowShifts) else command.of is not None
    lacks = shown and not role.may(Permission.X_REPORT)
    return Lack(Permission.X_REPORT) if lacks else None


def _no_sale(_state: State, command: c.NoSale, _policy: Policy, role: Role) -> Lack | None:
    permission = Permission.COUNT if command.counting else Permission.NO_SALE
    return None if role.may(permission) else Lack(permission)


def _take_back(state: State, command: c.TakeBack, policy: Policy, role: Role) -> Lack | None:
    """Piece by piece into one basket is one return."""
    if command.late_days and not role.may(Permission.RETURN_LATE):
        return Lack(Permission.RETURN_LATE)
    sold = {line.line: line for line in command.earlier.lines}
    known = [(sold[pick.line], pick.quantity) for pick in command.picks if pick.line in sold]
    shares = (
        Fraction(line.sold.gross_minor) * Fraction(quantity) / Fraction(line.quantity)
        for line, quantity in known
        if line.quantity and quantity.is_finite()
    )
    most = role.refund_max_minor
    if most is None or sum(shares, Fraction(0)) + proven_held_minor(state.sale) <= most:
        return None
    return Lack(Permission.RETURN_WITH_RECEIPT, str(Money(most, policy.currency)))


def _unproven(state: State, command: c.TakeBackUnproven, policy: Policy, role: Role) -> Lack | None:
    most = role.no_receipt_max_minor
    if most is None or not command.quantity.is_finite():
        return None
    worth = Fraction(command.unit_price_minor) * Fraction(command.quantity)
    over = worth + command.day_minor + unproven_held_minor(state) > most
    return (
        Lack(Permission.RETURN_WITHOUT_RECEIPT, str(Money(most, policy.currency))) if over else None
    )


def _other_way(
    state: State, command: c.TenderCash | c.AskTender | c.GiveVoucher, policy: Policy, role: Role
) -> Lack | None:
    """Money goes back the way it came; a card sale does not become cash by itself."""
    sale = state.sale
    if sale is None or not sale.taken_back or role.may(Permission.REFUND_OTHER_WAY):
        return None
    kind = f.TenderType.CASH
    if isinstance(command, c.AskTender):
        kind = command.type
    elif isinstance(command, c.GiveVoucher):
        kind = f.TenderType.VOUCHER
    total = price_sale(sale, policy).total_minor
    other = goes_another_way(sale, total, kind, command.amount_minor, policy)
    return Lack(Permission.REFUND_OTHER_WAY) if other else None


def _charge(_state: State, command: c.Charge, _policy: Policy, role: Role) -> Lack | None:
    """A customer's own debt is taken by whoever sells; a card is made by who may."""
    debt = command.stored.kind is f.AccountKind.CUSTOMER
    permission = Permission.SELL if debt else Permission.ISSUE_CARD
    return None if role.may(permission) else Lack(permission)


def _aim_card(_state: State, command: c.AimCard, _policy: Policy, role: Role) -> Lack | None:
    """The next code becomes a customer's card, or a gift card in hand."""
    customers = bool(command.customer) and not role.may(Permission.CUSTOMERS)
    return Lack(Permission.CUSTOMERS) if customers else None


def _redeem(_state: State, command: c.Redeem, _policy: Policy, role: Role) -> Lack | None:
    tab = command.stored.kind is f.AccountKind.CUSTOMER
    permission = Permission.CREDIT_SALE if tab else Permission.SELL
    return None if role.may(permission) else Lack(permission)


def _voucher(_state: State, command: c.GiveVoucher, _policy: Policy, role: Role) -> Lack | None:
    """Store credit for nothing is a gift of the shop's money."""
    given = bool(command.reason) and not role.may(Permission.BLOCK_CARD)
    return Lack(Permission.BLOCK_CARD) if given else None


def _pay_back(_state: State, command: c.PayBack, _policy: Policy, role: Role) -> Lack | None:
    most = role.refund_max_minor
    over = most is not None and command.stored.balance > most
    return Lack(Permission.RETURN_WITH_RECEIPT) if over else None


def _change_staff(_state: State, command: c.ChangeStaff, policy: Policy, role: Role) -> Lack | None:
    """Nobody gives more rights than the own ones, nor a PIN to somebody who has more."""
    names = (command.role, *(it.role for it in policy.staff if it.id == command.staff))
    above = any(
        not policy.roles[it].permissions <= role.permissions for it in names if it in policy.roles
    )
    return Lack(Permission.STAFF) if above else None


_GOODS = {
    f.StockCause.RECEIVED: Permission.STOCK_RECEIVE,
    f.StockCause.PRODUCED: Permission.STOCK_RECEIVE,
    f.StockCause.TRANSFER_IN: Permission.STOCK_RECEIVE,
    f.StockCause.TRANSFER_OUT: Permission.STOCK_TRANSFER,
    f.StockCause.SUPPLIER_RETURN: Permission.STOCK_TRANSFER,
    f.StockCause.WRITE_OFF: Permission.STOCK_WRITE_OFF,
}


def _goods(cause: f.StockCause, role: Role) -> Lack | None:
    permission = _GOODS[cause]
    return None if role.may(permission) else Lack(permission)


def _move_stock(_state: State, command: c.MoveStock, _policy: Policy, role: Role) -> Lack | None:
    return _goods(command.cause, role)


def _reverse_stock(
    _state: State, command: c.ReverseStock, _policy: Policy, role: Role
) -> Lack | None:
    return _goods(command.moved.cause, role)


NEEDS: Mapping[type, tuple[Permission | Rule, ...]] = MappingProxyType(
    {
        c.AddItem: (Permission.SELL, _add_item),
        c.TakeBackContainers: (Permission.SELL,),
        c.ChangeQuantity: (Permission.SELL, limits.change_quantity),
        c.OverridePrice: (limits.override_price,),
        c.DiscountLine: (limits.discount_line,),
        c.DiscountBasket: (limits.discount_basket,),
        c.VoidLine: (Permission.VOID_LINE, limits.void_line),
        c.RestoreLine: (Permission.SELL,),
        c.VoidSale: (Permission.VOID_SALE,),
        c.SuspendSale: (Permission.SELL,),
        c.RecallSale: (Permission.SELL,),
        # Between tills and with the fleet: their links ask, not people.
        c.HandOverSale: (),
        c.EndHandover: (),
        c.TakeOverSale: (Permission.SELL,),
        c.TakeBackHandover: (Permission.SELL,),
        c.ReceiveFleetCommand: (),
        c.EndFleetCommand: (),
        c.PrintFleetNote: (),
        c.NoteDocument: (),
        c.NoteFirmware: (),
        c.UpdateFromStick: (Permission.SETTINGS,),
        c.TakeBack: (Permission.RETURN_WITH_RECEIPT, _take_back),
        c.TakeBackUnproven: (Permission.RETURN_WITHOUT_RECEIPT, _unproven),
        c.UndoSale: (Permission.VOID_COMPLETED,),
        c.RefundToOrigin: (Permission.SELL,),
        c.TenderCash: (Permission.SELL, _other_way),
        c.VoidTender: (Permission.SELL,),
        c.TenderForeignCash: (Permission.SELL,),
        c.Settle: (Permission.SELL,),
        c.AskTender: (Permission.SELL, _other_way),
        c.CancelTender: (Permission.SELL,),
        c.InquireTender: (Permission.SELL,),
        c.ConfirmTender: (Permission.SELL,),
        c.AddTip: (Permission.SELL,),
        c.AddServiceCharge: (Permission.SELL,),
        c.CountForeign: (Permission.COUNT,),
        c.SendTender: (),
        c.AnswerTender: (),
        c.ResolveTender: (Permission.RESOLVE_UNKNOWN,),
        c.CloseStray: (Permission.RESOLVE_UNKNOWN,),
        c.GiveUpSale: (Permission.VOID_SALE,),
        c.GiveBack: (Permission.SELL,),
        c.CloseReversal: (_close_reversal,),
        c.AskTotals: (Permission.COUNT,),
        c.BookTotals: (),
        c.AcceptTotals: (Permission.COUNT, _accept_totals),
        c.ListTerminal: (Permission.SETTINGS,),
        c.InspectTerminal: (Permission.SETTINGS,),
        c.RetireTerminal: (Permission.SETTINGS,),
        c.OpenShift: (Permission.OPEN_SHIFT, _choose_drawer),
        c.ChooseDrawer: (_choose_drawer,),
        c.CountDrawer: (Permission.COUNT,),
        c.HandOver: (Permission.HAND_OVER,),
        c.CloseShift: (Permission.CLOSE_SHIFT, _close_shift),
        c.DropToSafe: (Permission.SAFE_DROP,),
        c.PrintZ: (Permission.X_REPORT,),
        c.MoveCash: (_move_cash,),
        c.NoSale: (_no_sale,),
        c.PrintXReport: (Permission.X_REPORT,),
        c.ShowX: (_show_sums,),
        c.ShowShifts: (_show_sums,),
        c.PrintSalesReport: (Permission.REPORTS,),
        c.PrintStockList: (Permission.STOCK_COUNT,),
        c.CountStock: (Permission.STOCK_COUNT,),
        c.StartCount: (Permission.STOCK_COUNT,),
        c.EnterCounted: (Permission.STOCK_COUNT,),
        c.EndCount: (Permission.STOCK_COUNT,),
        c.MoveStock: (_move_stock,),
        c.ReverseStock: (_reverse_stock,),
        c.ModifyLine: (Permission.SELL,),
        c.AddCoupon: (Permission.SELL,),
        c.RemoveCoupon: (Permission.SELL,),
        c.AssignLine: (Permission.SELL,),
        c.NameSale: (Permission.SELL,),
        c.SignIn: (),
        c.LockTill: (),
        c.RefusePin: (),
        c.CheckAge: (Permission.SELL,),
        c.RefuseAge: (Permission.SELL,),
        c.SeeStaff: (Permission.STAFF,),
        c.ChangeStaff: (Permission.STAFF, _change_staff),
        c.SeeSignals: (Permission.REPORTS,),
        c.PrintSignals: (Permission.REPORTS,),
        c.StartTraining: (Permission.TRAINING,),
        c.EndTraining: (),
        c.PrintReceipt: (),
        c.PrintCode: (),
        c.ShowFleetCode: (),
        c.SkipReceipt: (),
        c.SettleMatter: (),
        c.Charge: (_charge,),
        c.Redeem: (_redeem,),
        c.GiveVoucher: (Permission.ISSUE_CARD, _voucher, _other_way),
        c.Advance: (Permission.SELL,),
        c.PayBack: (Permission.RETURN_WITH_RECEIPT, _pay_back),
        c.Block: (Permission.BLOCK_CARD,),
        c.WriteOffShort: (Permission.BLOCK_CARD,),
        c.NoteMovement: (Permission.BLOCK_CARD,),
        c.Hold: (Permission.BLOCK_CARD,),
        c.Release: (Permission.BLOCK_CARD,),
        c.NoteLedger: (Permission.BLOCK_CARD,),
        c.Expire: (Permission.BLOCK_CARD,),
        c.PrintAccount: (),
        c.AimCard: (_aim_card,),
        c.FindCustomers: (Permission.CUSTOMERS,),
        c.ShowCustomer: (Permission.CUSTOMERS,),
        c.RegisterCustomer: (Permission.CUSTOMERS,),
        c.SetCustomer: (Permission.CUSTOMERS,),
        c.RecordConsent: (Permission.CUSTOMERS,),
        c.ForgetCustomer: (Permission.ERASE_CUSTOMER,),
        c.BeginBenchTest: (Permission.NO_SALE,),
        c.NoteBenchTest: (),
        c.StartEffect: (),
        c.EndEffect: (),
    }
)
"""All commands, with everything that each of them needs. A test asserts that none is missing."""

IN_PERSON = frozenset({c.SeeStaff, c.ChangeStaff, c.FindCustomers, c.ShowCustomer})
"""What nobody allows on the spot: whoever may signs in and does it. What waits for an approval is
shown, and a change of the staff holds a PIN or a badge; to look around takes longer than one act."""

ASKED_FIRST = frozenset(
    {
        *(c.AimCard, c.FindCustomers, c.ShowCustomer, c.RegisterCustomer),
        *(c.ShowX, c.ShowShifts),
    }
)
"""Requests upon which the shell shows or keeps something before any command comes of them."""
