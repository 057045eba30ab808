"""Decisions about containers: the deposit that goes with goods, and what is paid back for them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.verdict import Decision, Facts
from appliance.core.item import Item, Unit
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import Line, Sale, State


def with_deposit(goods: f.LineAdded, deposit: Item | None) -> tuple[f.LineAdded, ...]:
    """The goods and, just below them, their deposit: never discounted, never on offer."""
    if deposit is None:
        return (goods,)
    line = _line(
        deposit,
        goods.sale,
        f.LineId(goods.line + 1),
        containers(goods.unit, goods.quantity),
        goods.source,
    )
    return goods, replace(line, of_line=goods.line)


def containers(unit: Unit, quantity: Decimal) -> Decimal:
    """A piece has one container; what is weighed or poured is in one, however much it is."""
    return quantity if unit is Unit.PIECE else Decimal(1)


def deposit_of(sale: Sale, line: Line) -> Line | None:
    """The line of the goods' deposit, voided or not."""
    below = sale.lines[line.line : line.line + 1]
    return below[0] if below and below[0].of_line == line.line else None


def followed(sale: Sale, line: Line, fact: f.Fact) -> Facts:
    """The fact about a line of goods, and the same about its deposit."""
    deposit = deposit_of(sale, line)
    match fact:
        case _ if deposit is None:
            return (fact,)
        case f.LineQuantityChanged(quantity=quantity):
            many = containers(line.unit, quantity)
            if many == deposit.quantity:
                return (fact,)
            return fact, f.LineQuantityChanged(sale.sale, deposit.line, many)
        case f.LineVoided():
            return fact, f.LineVoided(sale.sale, deposit.line)
        case f.LineRestored():
            return fact, f.LineRestored(sale.sale, deposit.line)
        case _:
            return (fact,)


def taken_back(
    state: State,
    command: c.TakeBackContainers,
    quantity: Decimal,
    started: tuple[f.SaleId, Facts],
    policy: Policy,
) -> Decision:
    """Containers come back: the deposit is paid out, or taken off what is bought. No receipt is
    needed: a bottle is its own proof."""
    item = command.item
    number, facts = started
    lines = state.sale.lines if state.sale is not None else ()
    for line in reversed(lines):
        if line.item == item.id and line.quantity < 0 and _is_return(line) and not line.voided:
            return (f.LineQuantityChanged(number, line.line, line.quantity - quantity),)
    if len(lines) >= policy.lines_max:
        return refuse(Reason.BASKET_FULL, most=policy.lines_max)
    added = _line(item, number, f.LineId(len(lines) + 1), -quantity, command.source)
    return (*facts, added)


def _is_return(line: Line) -> bool:
    return line.kind is f.LineKind.DEPOSIT and line.of_line is None


def _line(
    item: Item, sale: f.SaleId, line: f.LineId, quantity: Decimal, source: f.LineSource
) -> f.LineAdded:
    return f.LineAdded(
        sale=sale,
        line=line,
        item=item.id,
        name=item.name,
        unit=item.unit,
        quantity=quantity,
        unit_price_minor=item.price_minor,
        taxes=item.taxes,
        source=source,
        discountable=False,
        kind=f.LineKind.DEPOSIT,
    )
