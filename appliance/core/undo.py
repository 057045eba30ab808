"""The way back from what a cashier just did: the command behind a toast's "Undo"."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.basket import BY_HAND
from appliance.core.state import Line, State


def undo_of(before: State, facts: Sequence[f.Fact]) -> c.Command | None:
    """The command that takes the decision back, or None where there is none. One fact only (and
    what a deposit's line does with its goods): a decision that did several things at once is not
    undone by one tap."""
    if len(facts) != 1 and not all(_follows(before, fact) for fact in facts[1:]):
        return None
    match facts[0]:
        case f.LineVoided(line=line):
            held = _line(before, line)
            return c.RestoreLine(line) if held is None or held.kind in BY_HAND else None
        case f.LineQuantityChanged(line=number):
            line_before = _line(before, number)
            return c.ChangeQuantity(number, line_before.quantity) if line_before else None
        case f.LineDiscounted(line=number):
            line_before = _line(before, number)
            return c.DiscountLine(number, line_before.discount) if line_before else None
        case f.LinePriceOverridden(line=number, reason=reason):
            line_before = _line(before, number)
            if line_before is None or line_before.amount_minor is not None:
                return None
            return c.OverridePrice(number, line_before.unit_price_minor, reason)
        case f.BasketDiscounted():
            return c.DiscountBasket(before.sale.discount) if before.sale else None
        case f.SaleVoided() if before.sale and any(map(_is_return, before.sale.live_lines)):
            return None
        case f.SaleVoided(sale=sale) | f.SaleSuspended(sale=sale):
            return c.RecallSale(sale)
        case f.Tendered(tender=tender):
            return c.VoidTender(tender)
        case _:
            return None


def _follows(before: State, fact: f.Fact) -> bool:
    """Whether the fact is about a deposit, whose goods the fact before it was about."""
    if not isinstance(fact, f.LineVoided | f.LineRestored | f.LineQuantityChanged):
        return False
    line = _line(before, fact.line)
    return line is not None and line.of_line is not None


def _line(state: State, number: f.LineId) -> Line | None:
    if state.sale is None or not 0 < number <= len(state.sale.lines):
        return None
    return state.sale.lines[number - 1]


def _is_return(line: Line) -> bool:
    """What is taken back is chosen from its receipt again: it may be elsewhere by now."""
    return line.kind is f.LineKind.RETURN
