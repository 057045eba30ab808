"""The open basket after a fact."""

from __future__ import annotations

from collections.abc import Callable

from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.evolve.shared import on_totals
from appliance.core.state import Coupon, Line, Sale, State


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.LineAdded():
            return _line_added(state, fact)
        case f.LineQuantityChanged(line=line, quantity=quantity):
            return _on_line(state, line, lambda it: replace(it, quantity=quantity))
        case f.LinePriceOverridden(line=line, unit_price_minor=price, reason=reason):
            return _on_line(
                state,
                line,
                lambda it: replace(
                    it,
                    unit_price_minor=price,
                    amount_minor=None,
                    overridden=True,
                    override_reason=reason,
                ),
            )
        case f.LineDiscounted(line=line, discount=discount):
            return _on_line(state, line, lambda it: replace(it, discount=discount))
        case f.LineVoided(line=line):
            state = _on_line(state, line, lambda it: replace(it, voided=True))
            return on_totals(state, voided_lines=1)
        case f.LineRestored(line=line):
            state = _on_line(state, line, lambda it: replace(it, voided=False))
            return on_totals(state, voided_lines=-1)
        case f.SaleStarted(sale=sale, shift=shift, at=at):
            return replace(state, sale=Sale(sale, shift, at=at), last_sale=sale, voided=None)
        case f.LineModified(line=line, modifiers=modifiers):
            return _on_line(state, line, lambda it: replace(it, modifiers=modifiers))
        case f.LineAssigned(line=line, staff=staff):
            return _on_line(state, line, lambda it: replace(it, staff=staff))
        case f.LineTraced(line=line, lot=lot, serial=serial, expiry=expiry):
            return _on_line(
                state, line, lambda it: replace(it, lot=lot, serial=serial, expiry=expiry)
            )
        case f.CouponAdded(coupon=coupon, promotion=promotion) if state.sale:
            coupons = (*state.sale.coupons, Coupon(coupon, promotion))
            return replace(state, sale=replace(state.sale, coupons=coupons))
        case f.CouponRemoved(coupon=coupon) if state.sale:
            coupons = tuple(it for it in state.sale.coupons if it.id != coupon)
            return replace(state, sale=replace(state.sale, coupons=coupons))
        case f.CustomerAttached() if state.sale:
            attached = replace(
                state.sale,
                customer=fact.customer,
                groups=fact.groups,
                tax_exempt=fact.tax_exempt,
                limit_minor=fact.limit_minor,
                spent_offers=fact.spent_offers,
            )
            return replace(state, sale=attached)
        case f.AgeChecked(age_min=age_min) if state.sale:
            known = max(state.sale.age_checked, age_min)
            return replace(state, sale=replace(state.sale, age_checked=known))
        case f.SaleNamed(name=name) if state.sale:
            return replace(state, sale=replace(state.sale, name=name))
        case f.SaleVoidStarted(voids=voids) if state.sale:
            return replace(state, sale=replace(state.sale, voids=voids))
        case f.BasketDiscounted(discount=discount) if state.sale:
            return replace(state, sale=replace(state.sale, discount=discount))
        case f.SaleVoided() if state.sale:
            voided = state.sale
            state = replace(state, sale=None, voided=voided)
            return on_totals(state, voided_sales=1 if voided.live_lines else 0)
        case f.SaleSuspended(name=name) if state.sale:
            parked = replace(state.sale, name=name)
            return replace(state, sale=None, suspended=(*state.suspended, parked))
        case f.SaleRecalled(sale=sale):
            return _recalled(state, sale)
        case _:
            return state


def _line_added(state: State, fact: f.LineAdded) -> State:
    if state.sale is None:
        return state
    line = Line(
        line=fact.line,
        item=fact.item,
        name=fact.name,
        unit=fact.unit,
        quantity=fact.quantity,
        unit_price_minor=fact.unit_price_minor,
        list_price_minor=fact.unit_price_minor,
        taxes=fact.taxes,
        source=fact.source,
        amount_minor=fact.amount_minor,
        discountable=fact.discountable,
        code=fact.code,
        kind=fact.kind,
        prices=fact.prices,
        min_price_minor=fact.min_price_minor,
        cost_minor=fact.cost_minor,
        of_line=fact.of_line,
        components=fact.components,
        lot=fact.lot,
        serial=fact.serial,
        expiry=fact.expiry,
        age_min=fact.age_min,
        modifiers=fact.modifiers,
        staff=fact.staff,
        returns=fact.returns,
        sold=fact.sold,
        restock=fact.restock,
        account=fact.account,
        opens=fact.opens,
        percent=fact.percent,
        tare_kg=fact.tare_kg,
        quantity_max=fact.quantity_max,
        sale_hours=fact.sale_hours,
        part_limits=fact.part_limits,
        needs_manager=fact.needs_manager,
        open_price=fact.open_price,
        choices=fact.choices,
    )
    return replace(state, sale=replace(state.sale, lines=(*state.sale.lines, line)))


def _on_line(state: State, line: f.LineId, change: Callable[[Line], Line]) -> State:
    """Lines are numbered from 1 without gaps, so a line's place is its number."""
    sale = state.sale
    if sale is None or not 0 < line <= len(sale.lines):
        return state
    at = line - 1
    lines = (*sale.lines[:at], change(sale.lines[at]), *sale.lines[at + 1 :])
    return replace(state, sale=replace(sale, lines=lines))


def _recalled(state: State, number: f.SaleId) -> State:
    """A parked basket keeps its name: the guests of table 4 order again and again."""
    if state.voided is not None and state.voided.sale == number:
        back = state.voided
        state = replace(state, sale=back, voided=None)
        return on_totals(state, voided_sales=-1 if back.live_lines else 0)
    for parked in state.suspended:
        if parked.sale == number:
            left = tuple(it for it in state.suspended if it.sale != number)
            return replace(state, sale=parked, suspended=left)
    return state
