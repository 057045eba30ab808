"""Laws of shifts, for any order of what people do with two drawers."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.policy import Drawer, ForeignCurrency
from appliance.core.refusal import Refusal

from .builders import BREAD, MILK, POLICY, Bench, add

RULES = replace(
    POLICY,
    drawers=(Drawer("a", "A"), Drawer("b", "Б")),
    foreign=(ForeignCurrency("EUR", Decimal(50)),),
)
DRAWERS = st.sampled_from(["a", "b", "c"])
MONEY = st.integers(0, 300_00)
PIECES = st.integers(0, 4)


def notes(count: int) -> tuple[f.DenominationCount, ...]:
    return (f.DenominationCount(50_00, count),)


def counted(pieces: int) -> c.CountDrawer:
    return c.CountDrawer(notes(pieces))


ONE: st.SearchStrategy[Any] = st.one_of(
    st.builds(c.SignIn, st.sampled_from(["olena", "ivan"])),
    st.builds(c.ChooseDrawer, DRAWERS),
    st.sampled_from([add(MILK), add(BREAD), c.TenderCash(200_00), c.VoidSale()]),
    st.just(c.TenderForeignCash("EUR", 5_00)),
    st.builds(c.CountForeign, st.just("EUR"), MONEY),
    st.builds(c.SuspendSale, st.just("x")),
    st.builds(c.RecallSale, st.integers(1, 4)),
    st.builds(c.MoveCash, st.sampled_from(f.CashDirection), MONEY, st.just("why")),
    st.builds(c.DropToSafe, st.just("B"), MONEY),
    st.builds(c.DropToSafe, st.just("B"), st.just(0), PIECES.map(notes)),
    st.builds(c.HandOver, st.sampled_from(["olena", "ivan"]), st.sampled_from(["", "why"])),
    PIECES.map(counted),
    st.builds(lambda why, out: c.CloseShift(why, out, "B"), st.sampled_from(["", "why"]), MONEY),
).map(lambda deed: (deed,))
DEEDS: st.SearchStrategy[Any] = st.one_of(
    ONE,
    st.builds(lambda amount, drawer: (c.OpenShift(amount, drawer),), MONEY, st.none() | DRAWERS),
    st.sampled_from([(add(MILK), c.TenderCash()), (add(BREAD), c.TenderCash(100_00))]),
    st.builds(
        lambda pieces: (c.VoidSale(), counted(pieces), c.CloseShift("why"), c.OpenShift(0)),
        PIECES,
    ),
)
"""Single deeds, and those that mostly go together, so that many a shift is closed."""


@settings(max_examples=120, deadline=None)
@given(st.lists(DEEDS, min_size=8, max_size=50))
def test_whatever_people_do_z_numbers_have_no_hole_and_cash_adds_up(deeds: list[Any]) -> None:
    bench = Bench(RULES)
    for request in (c.SignIn("ivan"), c.OpenShift(100_00), *itertools.chain(*deeds)):
        answer = bench.tries(request)
        assert isinstance(answer, Refusal | tuple)
    closed = [fact for fact in bench.facts if isinstance(fact, f.ShiftClosed)]
    assert [fact.z_number for fact in closed] == list(range(1, len(closed) + 1))
    opened = [fact for fact in bench.facts if isinstance(fact, f.ShiftOpened)]
    assert [fact.shift for fact in opened] == list(range(1, len(opened) + 1))
    assert len({fact.shift for fact in closed}) == len(closed)
    for fact in closed:
        assert cash_of(bench.facts, fact.shift) == fact.totals.cash_minor
        assert fact.difference_minor == fact.counted_minor - fact.totals.cash_minor
        assert 0 <= fact.drop_minor <= fact.counted_minor
    state = bench.state
    open_now = [it for it in (state.shift, *state.other_shifts) if it is not None]
    assert len(open_now) == len(opened) - len(closed)
    assert len({it.drawer for it in open_now}) == len(open_now)


def cash_of(facts: list[f.Fact], shift: f.ShiftNumber) -> int:
    """What should lie in the drawer, added up from the facts alone."""
    cash, tenders = 0, 0
    for fact in facts:
        match fact:
            case f.ShiftOpened(shift=number, float_minor=amount) if number == shift:
                cash += amount
            case f.CashMoved(shift=number, direction=way, amount_minor=amount) if number == shift:
                cash += amount if way is f.CashDirection.PAY_IN else -amount
            case f.Tendered(type=f.TenderType.CASH, amount_minor=amount):
                tenders += amount
            case f.SaleVoided() | f.SaleStarted() | f.SaleSuspended():
                tenders = 0
            case f.SaleCompleted(shift=number, change_minor=change):
                cash += tenders - change if number == shift else 0
                tenders = 0
            case _:
                pass
    return cash
