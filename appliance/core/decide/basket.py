"""Decisions about the open basket: lines in, changed, out; the basket set aside and taken back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.deposits import followed, taken_back, with_deposit
from appliance.core.decide.least_price import below_min, below_min_price, rung_below_min
from appliance.core.decide.restrictions import hours_of, more_again, more_of_line, restricted
from appliance.core.decide.verdict import Decision, Facts, in_short
from appliance.core.evolve import replay
from appliance.core.item import Item, Unit
from appliance.core.occasion import ANY, Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import Line, Sale, State
from appliance.core.totals import price_sale

QUANTITY_DECIMALS = 3
NAME_LENGTH_MAX = 80
BY_HAND = (f.LineKind.GOODS, f.LineKind.DEPOSIT)
"""Lines that are changed and brought back by hand. The others are made anew: what they rest on, a
card's balance or the basket's sum, may be another by now."""

LineCommand = c.ChangeQuantity | c.OverridePrice | c.DiscountLine | c.VoidLine | c.RestoreLine
Change = c.AddItem | c.TakeBackContainers | c.DiscountBasket | LineCommand
SetAside = c.VoidSale | c.SuspendSale | c.RecallSale


def decide(
    state: State, command: Change | SetAside, policy: Policy, occasion: Occasion
) -> Decision:
    match command:
        case c.VoidSale() | c.SuspendSale() | c.RecallSale():
            return set_aside(state, command, policy)
        case _:
            return change(state, command, policy, occasion)


def change(state: State, command: Change, policy: Policy, occasion: Occasion) -> Decision:
    """Facts that change the open basket; refused as a whole when its total gets out of hand."""
    match command:
        case c.AddItem():
            decision = _add(state, command, policy, occasion)
        case c.TakeBackContainers():
            decision = _take_back_containers(state, command, policy, occasion)
        case c.DiscountBasket():
            decision = _discount_basket(state, command)
        case _:
            decision = _on_line(state, command, policy)
    return decision if isinstance(decision, Refusal) else _within_total(state, decision, policy)


def _within_total(state: State, facts: Facts, policy: Policy) -> Decision:
    sale = replay(state, facts).sale
    if sale is not None and abs(price_sale(sale, policy).total_minor) > policy.total_minor_max:
        return refuse(Reason.TOTAL_TOO_LARGE)
    return facts


def _add(state: State, command: c.AddItem, policy: Policy, occasion: Occasion) -> Decision:
    item = command.item
    unknown = [code for code in item.taxes if code not in policy.taxes]
    if unknown:
        return refuse(Reason.TAX_UNKNOWN, name=item.name, code=unknown[0])
    for code in item.taxes:
        if code in policy.rates_missing:
            day = policy.rates_missing[code]
            return refuse(Reason.TAX_RATE_MISSING, name=item.name, code=code, day=day)
    quantity = _wanted(command, policy)
    if isinstance(quantity, Refusal):
        return quantity
    limited = restricted(state, command, quantity, policy, occasion)
    if limited is not None:
        return limited
    price = item.price_minor if command.unit_price_minor is None else command.unit_price_minor
    if item.open_price and command.unit_price_minor is None and command.amount_minor is None:
        return refuse(Reason.PRICE_NEEDED, name=item.name, **_scanned(command))
    if any(wrong_price(it, policy) for it in (price, command.amount_minor or 0)):
        return refuse(Reason.PRICE_WRONG)
    cheap = rung_below_min(item, quantity, price, command.amount_minor, policy)
    if cheap is not None:
        return cheap
    traced = command.lot or command.serial or command.amount_minor is not None
    same = None if traced else _same_line(state.sale, item, price)
    if same is not None:
        return _more(same, quantity, policy, state)
    return _new_line(state, command, quantity, price, policy, occasion)


def _wanted(command: c.AddItem, policy: Policy) -> Decimal | Refusal:
    quantity = command.quantity
    if quantity is None:
        if command.item.unit is not Unit.PIECE and command.amount_minor is None:
            return refuse(Reason.WEIGHT_NEEDED, name=command.item.name, **_scanned(command))
        return Decimal(1)
    return wrong_quantity(quantity, command.item.unit, policy) or _plain(quantity)


def _scanned(command: c.AddItem) -> dict[str, str]:
    """Of a code, whose screen must learn what it was; a key knows its item."""
    return {"item": command.item.id} if command.code else {}


def wrong_quantity(quantity: Decimal, unit: Unit, policy: Policy) -> Refusal | None:
    """Why a quantity cannot be sold, or None."""
    if not quantity.is_finite() or quantity <= 0:
        return refuse(Reason.QUANTITY_NOT_POSITIVE)
    if quantity > policy.quantity_max:
        return refuse(Reason.QUANTITY_TOO_LARGE, most=policy.quantity_max)
    if unit is Unit.PIECE and quantity != quantity.to_integral_value():
        return refuse(Reason.QUANTITY_NOT_WHOLE)
    if quantity.normalize().as_tuple().exponent < -QUANTITY_DECIMALS:  # type: ignore[operator]
        return refuse(Reason.QUANTITY_TOO_FINE, decimals=QUANTITY_DECIMALS)
    return None


def wrong_price(price_minor: int, policy: Policy) -> bool:
    """A price above the greatest total is a slip too, even when a discount hides it."""
    return not 0 <= price_minor <= policy.total_minor_max


def _plain(quantity: Decimal) -> Decimal:
    """One spelling per value: 2.00 is 2, 0.500 is 0.5, 1E+2 is 100."""
    return Decimal(format(quantity.normalize(), "f"))


def _same_line(sale: Sale | None, item: Item, price: int) -> Line | None:
    """The line a second piece joins: same item, same price, nothing done to it by hand."""
    if sale is None or item.unit is not Unit.PIECE or item.open_price:
        return None
    for line in reversed(sale.lines):
        if (
            line.item == item.id
            and line.kind is f.LineKind.GOODS
            and line.tare_kg is None
            and not line.voided
            and line.discount is None
            and line.amount_minor is None
            and not (line.lot or line.serial or line.modifiers or line.staff)
            and line.unit_price_minor == line.list_price_minor == price
            and line.taxes == item.taxes
        ):
            return line
    return None


def _more(line: Line, quantity: Decimal, policy: Policy, state: State) -> Decision:
    assert state.sale is not None
    total = line.quantity + quantity
    wrong = wrong_quantity(total, line.unit, policy)
    more = f.LineQuantityChanged(state.sale.sale, line.line, total)
    return wrong or followed(state.sale, line, more)


def _take_back_containers(
    state: State, command: c.TakeBackContainers, policy: Policy, occasion: Occasion
) -> Decision:
    wrong = wrong_quantity(command.quantity, command.item.unit, policy)
    if wrong is not None:
        return wrong
    unknown = [code for code in command.item.taxes if code not in policy.taxes]
    if unknown:
        return refuse(Reason.TAX_UNKNOWN, name=command.item.name, code=unknown[0])
    started = started_sale(state, occasion)
    return taken_back(state, command, _plain(command.quantity), started, policy)


def _new_line(
    state: State,
    command: c.AddItem,
    quantity: Decimal,
    price: int,
    policy: Policy,
    occasion: Occasion,
) -> Decision:
    number, started = started_sale(state, occasion)
    lines = len(state.sale.lines) if state.sale is not None else 0
    if lines + (command.deposit is not None) >= policy.lines_max:
        return refuse(Reason.BASKET_FULL, most=policy.lines_max)
    item = command.item
    # Who named the price themselves, or read it off a label, asks no list.
    listed = command.unit_price_minor is None and command.amount_minor is None
    added = f.LineAdded(
        sale=number,
        line=f.LineId(lines + 1),
        item=item.id,
        name=item.name,
        unit=item.unit,
        quantity=quantity,
        unit_price_minor=price,
        taxes=item.taxes,
        source=command.source,
        amount_minor=command.amount_minor,
        discountable=item.discountable,
        code=command.code,
        age_min=command.age_min,
        quantity_max=item.quantity_max,
        part_limits=tuple(
            f.StockMove(it.id, it.quantity_max)
            for it in command.parts
            if it.quantity_max is not None
        ),
        sale_hours=hours_of(command.goods, policy),
        needs_manager=any(it.needs_manager for it in command.goods),
        cost_minor=command.cost_minor,
        components=tuple(f.StockMove(it.item, it.quantity) for it in item.components),
        lot=command.lot,
        serial=command.serial,
        expiry=command.expiry,
        prices=item.prices if listed else (),
        min_price_minor=item.min_price_minor,
        tare_kg=command.tare_kg,
        open_price=item.open_price,
        choices=tuple(it for it in item.choices if it.least),
    )
    return (*started, *with_deposit(added, command.deposit))


def started_sale(state: State, occasion: Occasion) -> tuple[f.SaleId, Facts]:
    """The open basket's number, and the fact that starts one when there is none."""
    if state.sale is not None:
        return state.sale.sale, ()
    assert state.shift is not None
    number = f.SaleId(state.last_sale + 1)
    at = "" if occasion is ANY else occasion.at.isoformat(timespec="seconds")
    return number, (f.SaleStarted(number, state.shift.shift, at),)


def _on_line(state: State, command: LineCommand, policy: Policy) -> Decision:
    sale = state.sale
    if sale is None or not 0 < command.line <= len(sale.lines):
        return refuse(Reason.NO_SUCH_LINE, line=command.line)
    line = sale.lines[command.line - 1]
    if line.of_line is not None:
        return refuse(Reason.DEPOSIT_FOLLOWS, name=sale.lines[line.of_line - 1].name)
    if isinstance(command, c.RestoreLine):
        if not line.voided:
            return refuse(Reason.LINE_NOT_VOIDED)
        if line.kind is f.LineKind.RETURN:
            return refuse(Reason.RETURN_AGAIN)
        if line.kind not in BY_HAND:
            return refuse(Reason.LINE_FIXED, name=line.name)
        wrong = more_again(sale, line)
        return wrong or followed(sale, line, f.LineRestored(sale.sale, line.line))
    if line.voided:
        return refuse(Reason.NO_SUCH_LINE, line=command.line)
    if line.kind is f.LineKind.RETURN and not isinstance(command, c.VoidLine):
        return refuse(Reason.RETURN_LINE_FIXED, name=line.name)
    if line.kind not in BY_HAND and not isinstance(command, c.VoidLine):
        return refuse(Reason.LINE_FIXED, name=line.name)
    match command:
        case c.ChangeQuantity(quantity=quantity):
            if line.amount_minor is not None:
                return refuse(Reason.AMOUNT_FIXED, name=line.name)
            wrong = wrong_quantity(quantity, line.unit, policy)
            wrong = wrong or more_of_line(sale, line, quantity)
            # Containers that come back stay a line of less than nothing.
            many = _plain(quantity) if line.quantity > 0 else -_plain(quantity)
            wrong = wrong or below_min(sale, replace(line, quantity=many), policy)
            return wrong or followed(sale, line, f.LineQuantityChanged(sale.sale, line.line, many))
        case c.OverridePrice(unit_price_minor=price, reason=reason):
            if wrong_price(price, policy):
                return refuse(Reason.PRICE_WRONG)
            if price < line.min_price_minor:
                return below_min_price(line.name, line.min_price_minor, policy)
            if not reason.strip():
                return refuse(Reason.REASON_NEEDED)
            return (f.LinePriceOverridden(sale.sale, line.line, price, in_short(reason)),)
        case c.DiscountLine(discount=discount, reason=reason):
            if not line.discountable and discount is not None:
                return refuse(Reason.NOT_DISCOUNTABLE, name=line.name)
            wrong = wrong_discount(discount)
            wrong = wrong or below_min(sale, replace(line, discount=discount), policy)
            return wrong or (f.LineDiscounted(sale.sale, line.line, discount, in_short(reason)),)
        case c.VoidLine():
            return followed(sale, line, f.LineVoided(sale.sale, line.line))


def wrong_discount(discount: f.Discount | None) -> Refusal | None:
    """Why a discount makes no sense, or None. None takes a discount away, which is always fine."""
    if discount is None:
        return None
    percent, amount = discount.percent, discount.amount_minor
    if (percent is None) == (amount is None):
        return refuse(Reason.DISCOUNT_WRONG)
    if percent is not None and not 0 <= percent <= 100:
        return refuse(Reason.DISCOUNT_WRONG)
    return refuse(Reason.DISCOUNT_WRONG) if amount is not None and amount < 0 else None


def _discount_basket(state: State, command: c.DiscountBasket) -> Decision:
    assert state.sale is not None
    wrong = wrong_discount(command.discount)
    return wrong or (
        f.BasketDiscounted(state.sale.sale, command.discount, in_short(command.reason)),
    )


def set_aside(state: State, command: SetAside, policy: Policy) -> Decision:
    """Void, suspend or recall a whole basket."""
    match command:
        case c.VoidSale(reason=reason):
            assert state.sale is not None
            total = price_sale(state.sale, policy).total_minor
            return (f.SaleVoided(state.sale.sale, total, in_short(reason)),)
        case c.SuspendSale(name=name):
            assert state.sale is not None
            name = name.strip() or state.sale.name
            if not name:
                return refuse(Reason.NAME_NEEDED)
            if len(state.suspended) >= policy.suspended_max:
                return refuse(Reason.TOO_MANY_SUSPENDED, most=policy.suspended_max)
            return (f.SaleSuspended(state.sale.sale, name[:NAME_LENGTH_MAX]),)
        case c.RecallSale(sale=sale):
            left = leave_empty(state)
            known = {parked.sale for parked in state.suspended}
            if state.voided is not None and not left:
                known.add(state.voided.sale)
            if sale not in known:
                return refuse(Reason.NO_SUCH_SALE, sale=sale)
            if _would_return_again(state, sale):
                return refuse(Reason.RETURN_AGAIN)
            return (*left, f.SaleRecalled(sale))


def _would_return_again(state: State, sale: f.SaleId) -> bool:
    """What lay in a voided basket to come back may have come back by now in another one."""
    back = state.voided
    if back is None or back.sale != sale:
        return False
    return any(line.kind is f.LineKind.RETURN for line in back.live_lines)


def leave_empty(state: State) -> Facts:
    """Ends a basket whose lines are all voided, before the till turns to something else."""
    if state.sale is None or state.sale.live_lines:
        return ()
    return (f.SaleVoided(state.sale.sale, 0),)
