"""How far a role goes before a manager is asked: discounts, prices, and what becomes of them later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.policy import Policy
from appliance.core.roles import Permission, Role
from appliance.core.state import Line, State


@dataclass(frozen=True, slots=True)
class Lack:
    """What a role has not got for a command. limit: how far it goes without ("10 %")."""

    permission: Permission
    limit: str = ""


def percent(limit: Decimal | None) -> str:
    return "" if limit is None else f"{limit.normalize():f} %"


def _line(state: State, number: int) -> Line | None:
    if state.sale is None or not 0 < number <= len(state.sale.lines):
        return None
    return state.sale.lines[number - 1]


def _base(line: Line) -> Fraction:
    """What a line costs before any discount."""
    if line.amount_minor is not None:
        return Fraction(line.amount_minor)
    return Fraction(line.unit_price_minor) * Fraction(line.quantity)


def _discount(
    discount: f.Discount | None, base: Fraction, role: Role, permission: Permission
) -> Lack | None:
    """Taking a discount away is nobody's privilege."""
    if discount is None:
        return None
    most = role.discount_percent_max
    if not role.may(permission):
        return Lack(permission)
    if most is None:
        return None
    over = discount.percent is not None and discount.percent > most
    return Lack(permission, percent(most)) if over or _beyond(discount, base, role) else None


def discount_line(
    state: State, command: c.DiscountLine, _policy: Policy, role: Role
) -> Lack | None:
    line = _line(state, command.line)
    base = Fraction(0) if line is None else _base(line)
    return _discount(command.discount, base, role, Permission.DISCOUNT_LINE)


def discount_basket(
    state: State, command: c.DiscountBasket, _policy: Policy, role: Role
) -> Lack | None:
    lines = state.sale.live_lines if state.sale else ()
    base = sum((_base(line) for line in lines), Fraction(0))
    return _discount(command.discount, base, role, Permission.DISCOUNT_BASKET)


def override_price(
    state: State, command: c.OverridePrice, _policy: Policy, role: Role
) -> Lack | None:
    line = _line(state, command.line)
    if not role.may(Permission.PRICE_OVERRIDE):
        return Lack(Permission.PRICE_OVERRIDE)
    if line is None:
        return None
    price = command.unit_price_minor
    if price < line.min_price_minor and not role.may(Permission.BELOW_MIN_PRICE):
        return Lack(Permission.BELOW_MIN_PRICE)
    most = role.price_down_percent_max
    if most is not None and Fraction(price) * 100 < line.list_price_minor * (100 - Fraction(most)):
        return Lack(Permission.PRICE_OVERRIDE, percent(most))
    return None


def change_quantity(
    state: State, command: c.ChangeQuantity, _policy: Policy, role: Role
) -> Lack | None:
    """A manager let that many go, not any number."""
    line = _line(state, command.line)
    if line is None or not command.quantity.is_finite():
        return None
    if command.quantity > line.quantity:
        lacks = line.needs_manager and not role.may(Permission.SELL_MANAGED)
        return Lack(Permission.SELL_MANAGED) if lacks else None
    return _less(state, replace(line, quantity=command.quantity), role)


def void_line(state: State, command: c.VoidLine, _policy: Policy, role: Role) -> Lack | None:
    line = _line(state, command.line)
    return None if line is None else _less(state, replace(line, voided=True), role)


def _less(state: State, line: Line, role: Role) -> Lack | None:
    """An amount off ten pieces is more than a few percent off the one that is left of them."""
    assert state.sale is not None
    kept = [line if it.line == line.line else it for it in state.sale.live_lines]
    kept = [it for it in kept if not it.voided]
    basket = sum(map(_base, kept), Fraction(0))
    if line in kept and _beyond(line.discount, _base(line), role):
        return Lack(Permission.DISCOUNT_LINE, percent(role.discount_percent_max))
    if kept and _beyond(state.sale.discount, basket, role):
        return Lack(Permission.DISCOUNT_BASKET, percent(role.discount_percent_max))
    return None


def _beyond(discount: f.Discount | None, base: Fraction, role: Role) -> bool:
    """Whether an amount is more of the base than the role may take off."""
    most, amount = role.discount_percent_max, discount.amount_minor if discount else None
    if most is None or amount is None:
        return False
    return amount > 0 and Fraction(amount) * 100 > Fraction(most) * abs(base)
