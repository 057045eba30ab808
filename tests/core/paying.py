"""A shop that takes every kind of money, and baskets that are to be paid with it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.policy import ForeignCurrency, PortRule, ServiceCharge
from appliance.core.refusal import Reason, Refusal
from appliance.core.state import Sale

from .builders import MILK, POLICY, Bench, add, opened

CARD, QR = f.TenderType.CARD, f.TenderType.QR
APPROVED, DECLINED = f.TenderOutcome.APPROVED, f.TenderOutcome.DECLINED
UNKNOWN = f.TenderOutcome.UNKNOWN
SHOP = replace(
    POLICY,
    ports=(PortRule("terminal", CARD), PortRule("mono", QR, by_hand=False)),
    foreign=(
        ForeignCurrency("USD", Decimal("41.2"), step_minor=100),
        ForeignCurrency("EUR", Decimal("48.2"), day="2026-11-24"),
        ForeignCurrency("JPY", Decimal("0.2765")),
        ForeignCurrency("KWD", Decimal("134.5")),
        ForeignCurrency("PLN"),
    ),
    tip_percents=(Decimal(5), Decimal(10)),
    service_charge=ServiceCharge("Обслуговування", Decimal(10), ("VAT20",)),
)
"""Cash ends in .00 or .50."""


def selling(*items: c.AddItem) -> Bench:
    bench = opened(policy=SHOP)
    bench.does(*(items or (add(MILK),)))
    return bench


def refunding(amount: int = 120_40, cash: int = 1000_00) -> Bench:
    """A basket in which goods for so much come back."""
    bench = opened(cash, SHOP)
    bench.does(add(MILK))
    sale = bench.state.sale
    assert sale is not None
    sold = f.LineSold(f.LineId(1), -amount, 0, -amount, 0)
    line = replace(sale.lines[0], quantity=Decimal(-1), taxes=(), kind=f.LineKind.RETURN, sold=sold)
    bench.state = replace(bench.state, sale=replace(sale, lines=(line,)))
    return bench


def refused(bench: Bench, command: c.Command) -> Reason:
    answer = bench.tries(command)
    assert isinstance(answer, Refusal), answer
    return answer.reason


def completed(facts: tuple[f.Fact, ...]) -> f.SaleCompleted:
    return next(fact for fact in facts if isinstance(fact, f.SaleCompleted))


def open_sale(bench: Bench) -> Sale:
    assert bench.state.sale is not None
    return bench.state.sale
