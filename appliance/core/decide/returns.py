"""Decisions about goods that come back: by receipt, without one, and a whole sale undone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.basket import (
    QUANTITY_DECIMALS,
    leave_empty,
    started_sale,
    wrong_price,
    wrong_quantity,
)
from appliance.core.decide.tender import new_tender, take
from appliance.core.decide.verdict import Decision, Facts, in_short
from appliance.core.evolve import replay
from appliance.core.item import Unit
from appliance.core.money import Money
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.returns import (
    came_back,
    not_yet_back,
    refund_plan,
    share_back,
    unproven_held_minor,
    worth,
)
from appliance.core.state import State
from appliance.core.totals import price_sale

ONLY_WITH_ITS_SALE = (f.LineKind.TIP, f.LineKind.SERVICE_CHARGE)
"""What comes back when the whole sale is undone, never by itself."""

ReturnCommand = c.TakeBack | c.TakeBackUnproven | c.UndoSale | c.RefundToOrigin


def decide(state: State, command: ReturnCommand, policy: Policy, occasion: Occasion) -> Decision:
    if isinstance(command, c.RefundToOrigin):
        return _refund(state, command, policy, occasion)
    reason = in_short(command.reason)
    if not reason:
        return refuse(Reason.REASON_NEEDED)
    match command:
        case c.TakeBack():
            decision: Decision = _take_back(state, command, reason, occasion)
        case c.TakeBackUnproven():
            decision = _unproven(state, command, reason, policy, occasion)
        case _:
            decision = _undo(state, command, reason, occasion)
    return decision if isinstance(decision, Refusal) else _within_limits(state, decision, policy)


def _within_limits(state: State, facts: Facts, policy: Policy) -> Decision:
    sale = replay(state, facts).sale
    assert sale is not None
    if len(sale.lines) > policy.lines_max:
        return refuse(Reason.BASKET_FULL, most=policy.lines_max)
    if abs(price_sale(sale, policy).total_minor) > policy.total_minor_max:
        return refuse(Reason.TOTAL_TOO_LARGE)
    return facts


def not_returnable(line: c.SoldEarlier) -> Reason | None:
    """Why a line of a sale never comes back by itself, or None."""
    if line.kind is f.LineKind.RETURN or line.quantity <= 0:
        return Reason.RETURN_OF_RETURN
    if line.kind in ONLY_WITH_ITS_SALE or line.kind in f.HOLDS_VALUE:
        return Reason.NOT_RETURNABLE
    return None


def _take_back(state: State, command: c.TakeBack, reason: str, occasion: Occasion) -> Decision:
    earlier = command.earlier
    if not command.picks:
        return refuse(Reason.NOTHING_TO_RETURN)
    elsewhere = _in_another_basket(state, earlier.ref)
    if elsewhere is not None:
        return elsewhere
    sold = {line.line: line for line in earlier.lines}
    facts = _begun(state, earlier, reason, occasion)
    for pick in command.picks:
        line = sold.get(pick.line)
        if line is None:
            return refuse(Reason.NO_SUCH_LINE, line=pick.line)
        never = not_returnable(line)
        if never is not None:
            return refuse(never, name=line.name)
        added = _returned(replay(state, facts), line, pick, earlier)
        if isinstance(added, Refusal):
            return added
        facts = (*facts, added)
    return facts


def _in_another_basket(state: State, of: f.SaleRef) -> Refusal | None:
    """A receipt comes back in one basket at a time: two would each plan to give back the same
    card's money, and neither knows whether the other will be paid out or voided."""
    for parked in state.suspended:
        if any(line.returns and line.returns.sale == of for line in parked.live_lines):
            return refuse(Reason.RETURN_ELSEWHERE, basket=parked.name)
    return None


def _returned(
    state: State, line: c.SoldEarlier, pick: c.Pick, earlier: c.EarlierSale
) -> f.LineAdded | Refusal:
    """The line that takes back so much; state: with the lines that this command added before."""
    assert state.sale is not None
    back = came_back(line, state, earlier.ref)
    left = line.quantity - back.quantity
    if left <= 0:
        return refuse(Reason.ALREADY_RETURNED, name=line.name)
    wrong = _wrong_return_quantity(pick.quantity, line.unit)
    if wrong is not None:
        return wrong
    if pick.quantity > left:
        return refuse(Reason.MORE_THAN_SOLD, name=line.name, left=_plain(left))
    if line.serial and not pick.serial:
        return refuse(Reason.RETURN_SERIAL_NEEDED, name=line.name)
    if pick.serial != line.serial:
        return refuse(Reason.RETURN_SERIAL_OTHER, name=line.name, serial=pick.serial)
    return _counter_line(state, line, pick.quantity, pick.restock, earlier)


def _counter_line(
    state: State,
    line: c.SoldEarlier,
    quantity: Decimal,
    restock: f.Restock,
    earlier: c.EarlierSale,
) -> f.LineAdded:
    """So much of a sold line the other way round, for what is left of its sums."""
    assert state.sale is not None
    back = came_back(line, state, earlier.ref)
    number = f.LineId(len(state.sale.lines) + 1)
    price = line.sold.unit_price_minor
    return f.LineAdded(
        sale=state.sale.sale,
        line=number,
        item=line.item,
        name=line.name,
        unit=line.unit,
        quantity=-_plain(quantity),
        unit_price_minor=line.unit_price_minor if price is None else price,
        taxes=line.taxes,
        source=f.LineSource.COMMAND,
        discountable=False,
        code=line.code,
        # A tip that goes back with its whole sale is no goods that come back.
        kind=f.LineKind.TIP if line.kind is f.LineKind.TIP else f.LineKind.RETURN,
        cost_minor=line.cost_minor,
        components=line.components,
        lot=line.lot,
        serial=line.serial,
        expiry=line.expiry,
        returns=f.LineRef(earlier.ref, line.line, earlier.receipt),
        sold=share_back(line, quantity, back, number),
        restock=restock if line.kind is f.LineKind.GOODS else f.Restock.NOWHERE,
        account=line.account,
    )


def _wrong_return_quantity(quantity: Decimal, unit: Unit) -> Refusal | None:
    """As when selling, without the most that may be sold: what was sold is the limit."""
    if not quantity.is_finite() or quantity <= 0:
        return refuse(Reason.QUANTITY_NOT_POSITIVE)
    if unit is Unit.PIECE and quantity != quantity.to_integral_value():
        return refuse(Reason.QUANTITY_NOT_WHOLE)
    if quantity.normalize().as_tuple().exponent < -QUANTITY_DECIMALS:  # type: ignore[operator]
        return refuse(Reason.QUANTITY_TOO_FINE, decimals=QUANTITY_DECIMALS)
    return None


def _plain(quantity: Decimal) -> Decimal:
    return Decimal(format(quantity.normalize(), "f"))


def _begun(state: State, earlier: c.EarlierSale, reason: str, occasion: Occasion) -> Facts:
    """The basket, and once for each receipt that goods of it come back."""
    number, started = started_sale(state, occasion)
    whose = earlier.customer
    if whose is not None and not (state.sale and not started and state.sale.customer):
        attached = f.CustomerAttached(
            *(number, whose.customer, whose.groups, whose.tax_exempt),
            *(whose.limit_minor, whose.spent_offers),
        )
        started = (*started, attached)
    known = state.sale.taken_back if state.sale and state.sale.sale == number else ()
    if any(it.of == earlier.ref for it in known):
        return started
    gave = -sum(it.given_back.gross_minor for it in earlier.lines if it.given_back is not None)
    paid = not_yet_back(earlier.paid, gave)
    begun = f.ReturnBegun(number, earlier.ref, reason, earlier.receipt, earlier.at, paid)
    return (*started, begun)


def _unproven(
    state: State, command: c.TakeBackUnproven, reason: str, policy: Policy, occasion: Occasion
) -> Decision:
    """Without a receipt: at most what anybody can have paid lately, and only so much a day."""
    item, price = command.item, command.unit_price_minor
    unknown = [code for code in item.taxes if code not in policy.taxes]
    if unknown:
        return refuse(Reason.TAX_UNKNOWN, name=item.name, code=unknown[0])
    wrong = wrong_quantity(command.quantity, item.unit, policy)
    if wrong is not None:
        return wrong
    if wrong_price(price, policy):
        return refuse(Reason.PRICE_WRONG)
    if price > command.price_max_minor:
        return refuse(
            Reason.RETURN_PRICE_TOO_HIGH,
            name=item.name,
            most=Money(command.price_max_minor, policy.currency),
        )
    number, started = started_sale(state, occasion)
    sold = worth(item, command.quantity, price, policy)
    basket = sum(
        -line.sold.gross_minor
        for line in (state.sale.live_lines if state.sale else ())
        if line.kind is f.LineKind.RETURN and line.returns is None and line.sold is not None
    )
    rules = policy.returns
    if rules.without_receipt_minor and basket - sold.gross_minor > rules.without_receipt_minor:
        return refuse(Reason.RETURN_LIMIT, most=Money(rules.without_receipt_minor, policy.currency))
    day = command.day_minor + unproven_held_minor(state) - sold.gross_minor
    if rules.without_receipt_day_minor and day > rules.without_receipt_day_minor:
        return refuse(
            Reason.RETURN_DAY_LIMIT, most=Money(rules.without_receipt_day_minor, policy.currency)
        )
    line = f.LineId(len(state.sale.lines) + 1 if state.sale else 1)
    begun = f.ReturnBegun(number, None, reason)
    taken_back = state.sale.taken_back if state.sale else ()
    known = any(it.of is None and it.reason == reason for it in taken_back)
    added = f.LineAdded(
        sale=number,
        line=line,
        item=item.id,
        name=item.name,
        unit=item.unit,
        quantity=-_plain(command.quantity),
        unit_price_minor=price,
        taxes=item.taxes,
        source=f.LineSource.COMMAND,
        discountable=False,
        kind=f.LineKind.RETURN,
        cost_minor=None if item.cost_minor is None else Decimal(item.cost_minor),
        components=tuple(f.StockMove(it.item, it.quantity) for it in item.components),
        serial=command.serial,
        sold=_numbered(sold, line),
        restock=command.restock,
    )
    return (*started, added) if known else (*started, begun, added)


def _undo(state: State, command: c.UndoSale, reason: str, occasion: Occasion) -> Decision:
    """A counter-sale that mirrors the whole sale. Money goes back as it came."""
    assert state.shift is not None
    earlier = command.earlier
    if earlier.voids is not None or any(it.kind is f.LineKind.RETURN for it in earlier.lines):
        return refuse(Reason.VOID_OF_RETURN, number=earlier.receipt)
    if earlier.shift != state.shift.shift:
        return refuse(Reason.VOID_OTHER_SHIFT, number=earlier.receipt)
    held = next((it for it in earlier.lines if it.kind in f.HOLDS_VALUE), None)
    if held is not None:
        return refuse(Reason.NOT_RETURNABLE, name=held.name)
    back = [came_back(line, state, earlier.ref).quantity for line in earlier.lines]
    if back == [line.quantity for line in earlier.lines]:
        return refuse(Reason.ALREADY_VOIDED, number=earlier.receipt)
    if any(back):
        return refuse(Reason.VOID_AFTER_RETURN, number=earlier.receipt)
    left_empty = leave_empty(state)
    state = replay(state, left_empty)
    number, started = started_sale(state, occasion)
    opening = f.SaleVoidStarted(number, earlier.ref)
    begun = _begun(replay(state, started), earlier, reason, occasion)
    facts: Facts = (*left_empty, *started, opening, *begun)
    for line in earlier.lines:
        so_far = replay(state, facts)
        facts = (
            *facts,
            _counter_line(so_far, line, line.quantity, f.Restock.SHELF, earlier),
        )
    return facts


def _refund(
    state: State, command: c.RefundToOrigin, policy: Policy, occasion: Occasion
) -> Decision:
    """Back onto the gift card, the tab or the points that paid; never more than they did."""
    sale = state.sale
    assert sale is not None
    planned = next(
        (
            it
            for it in refund_plan(sale, price_sale(sale, policy).total_minor)
            if it.account and it.account == command.account
        ),
        None,
    )
    if planned is None:
        return refuse(Reason.NOT_PAID_FROM_THERE)
    amount = planned.amount_minor if command.amount_minor is None else command.amount_minor
    if amount <= 0:
        return refuse(Reason.AMOUNT_NOT_POSITIVE)
    if amount > planned.amount_minor:
        return refuse(Reason.REFUND_TOO_LARGE)
    tender = replace(new_tender(sale, planned.type, -amount), account=planned.account)
    if planned.type is f.TenderType.LOYALTY:
        worth_one = policy.accounts.loyalty.value_minor
        tender = replace(tender, points=-(amount // worth_one) if worth_one else 0)
    return take(state, sale, tender, policy, occasion)


def _numbered(sold: f.LineSold, line: f.LineId) -> f.LineSold:
    return f.LineSold(
        line, sold.net_minor, sold.tax_minor, sold.gross_minor, sold.discount_minor, sold.taxes
    )
