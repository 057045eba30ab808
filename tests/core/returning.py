"""A sale just done as the shell hands it over when goods of it come back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.policy import Policy
from appliance.core.returns import Back, money_paid

from .builders import POLICY, Bench, opened

TILL = 1


def earlier(bench: Bench, past: list[f.Fact] | None = None) -> c.EarlierSale:
    """The sale just done, as the shell would hand it over; past: the facts of later returns."""
    done = bench.state.done
    assert done is not None
    completed = next(it for it in reversed(bench.facts) if isinstance(it, f.SaleCompleted))
    ref = f.SaleRef(TILL, 1, done.sale.sale)
    rung = {line.line: line for line in done.sale.lines}
    lines = tuple(
        c.SoldEarlier(
            line=sold.line,
            item=rung[sold.line].item,
            name=rung[sold.line].name,
            unit=rung[sold.line].unit,
            quantity=rung[sold.line].quantity,
            unit_price_minor=rung[sold.line].unit_price_minor,
            taxes=rung[sold.line].taxes,
            sold=sold,
            kind=rung[sold.line].kind,
        )
        for sold in completed.lines
    )
    paid = money_paid(done.sale, completed.total_minor)
    return c.EarlierSale(
        ref, "1-000001", "2026-11-23T14:32", completed.shift, completed.total_minor, lines, paid
    )


def with_back(
    sale: c.EarlierSale, completed: list[tuple[f.LineAdded, f.LineSold]]
) -> c.EarlierSale:
    """The same sale after returns were completed."""
    back: dict[f.LineId, Back] = {}
    for added, sold in completed:
        assert added.returns is not None
        held = back.get(added.returns.line, Back())
        back[added.returns.line] = held.and_also(-added.quantity, sold)
    lines = tuple(
        replace(
            line,
            back=back.get(line.line, Back()).quantity,
            given_back=back.get(line.line, Back()).sold,
        )
        for line in sale.lines
    )
    return replace(sale, lines=lines)


def returns_of(bench: Bench) -> list[tuple[f.LineAdded, f.LineSold]]:
    """All return lines of completed sales, with what they came to."""
    found, added = [], {}
    for fact in bench.facts:
        if isinstance(fact, f.LineAdded) and fact.sold is not None:
            added[(fact.sale, fact.line)] = fact
        elif isinstance(fact, f.LineVoided):
            added.pop((fact.sale, fact.line), None)
        elif isinstance(fact, f.SaleCompleted):
            keys = {sold: (fact.sale, sold.line) for sold in fact.lines}
            found += [(added[key], sold) for sold, key in keys.items() if key in added]
    return found


def take(sale: c.EarlierSale, *picks: tuple[int, str], reason: str = "Не підійшло") -> c.TakeBack:
    chosen = tuple(c.Pick(f.LineId(line), Decimal(quantity)) for line, quantity in picks)
    return c.TakeBack(sale, chosen, reason)


def sold(*commands: c.Command, policy: Policy = POLICY) -> tuple[Bench, c.EarlierSale]:
    bench = opened(100_000_00, policy)
    bench.does(*commands, c.TenderCash())
    return bench, earlier(bench)


def void(sale: c.EarlierSale, reason: str = "Помилка") -> c.UndoSale:
    return c.UndoSale(sale, reason)
