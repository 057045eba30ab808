"""What a line of a basket does to the stock, and what goods are worth: pure arithmetic.

Worth is by the moving average: goods that come in at a price mix with what lies there; goods that
go take the average with them and leave it as it is. With less than nothing on the shelf there is
nothing to mix with: the price of what comes in is then the average.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from appliance.core.facts import LineKind, Restock, StockMove
from appliance.core.item import Component, ItemId
from appliance.core.money import round_half_away
from appliance.core.state import Line, Sale, State

_FINEST = Decimal("0.000001")


def leaves(line: Line) -> tuple[StockMove, ...]:
    """What leaves the stock with this line; negative when it comes back."""
    if not moves_goods(line):
        return ()
    if not line.components:
        return (StockMove(line.item, line.quantity),)
    return tuple(
        StockMove(part.item, (part.quantity * line.quantity).quantize(_FINEST, ROUND_HALF_UP))
        for part in line.components
    )


def used_up(parts: Iterable[StockMove | Component]) -> bool:
    """Whether something was made of its parts, as a cup of coffee, and is not just packed, as a
    case of bottles."""
    return any(part.quantity != part.quantity.to_integral_value() for part in parts)


def moves_goods(line: Line) -> bool:
    """Goods sold do; goods returned do when they go back on the shelf."""
    if line.kind is LineKind.RETURN:
        return line.restock in (None, Restock.SHELF)
    return line.kind is LineKind.GOODS


def baskets(state: State) -> tuple[Sale, ...]:
    """The open one and those set aside."""
    return (*((state.sale,) if state.sale else ()), *state.suspended)


def in_basket(item: ItemId, sales: tuple[Sale, ...]) -> Decimal:
    """How much of an item stands in baskets that are not paid yet."""
    return sum(
        (
            move.quantity
            for sale in sales
            for line in sale.lines
            if not line.voided and (line.item == item or line.components)
            for move in leaves(line)
            if move.item == item
        ),
        Decimal(0),
    )


def off_the_shelf(item: ItemId, sales: tuple[Sale, ...], lot: str = "") -> Decimal:
    """How much of an item, or of one lot of it, was carried to the till and is not paid yet. What
    comes back in such a basket lies at the till too: it is on no shelf before it is paid out."""
    return sum(
        (
            move.quantity
            for sale in sales
            for line in sale.live_lines
            if line.quantity > 0 and lot in ("", line.lot)
            for move in leaves(line)
            if move.item == item
        ),
        Decimal(0),
    )


def average_after(quantity: int, average: int | None, moved: int, cost: int | None) -> int | None:
    """The average cost of 1 after goods moved; all at whatever fixed scale, None for unknown.

    Goods taken back at what they came in for (moved < 0) leave the average of the rest; if that
    rest would be worth less than nothing, the average stays.
    """
    if cost is None:
        return average
    if average is None or (moved >= 0 and quantity <= 0):
        return cost
    left = quantity + moved
    worth = quantity * average + moved * cost
    if left <= 0 or worth < 0:
        return average
    return round_half_away(Fraction(worth, left))


def line_cost(quantity: Decimal, cost_minor: Decimal | None) -> int | None:
    """What a line's goods cost, in whole minor units."""
    if cost_minor is None:
        return None
    return round_half_away(Fraction(quantity) * Fraction(cost_minor))
