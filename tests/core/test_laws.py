"""Laws of the sale machine under any sequence of commands."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from appliance.core import codec
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.devices import Outcome
from appliance.core.evolve import evolve, replay
from appliance.core.look import Names, look
from appliance.core.refusal import Refusal
from appliance.core.state import EMPTY, State
from appliance.core.totals import price_sale

from .builders import ITEMS, POLICY, Bench

amounts = st.integers(-100, 100_000)
quantities = st.sampled_from(["0", "-1", "1", "2", "3", "0.5", "0.436", "1.2345", "100000"])
lines = st.integers(0, 6).map(f.LineId)
discounts = st.none() | st.builds(
    f.Discount,
    percent=st.none() | st.integers(-1, 101).map(Decimal),
    amount_minor=st.none() | st.integers(-1, 9_000),
)
words = st.sampled_from(["", "причина"])
commands = st.one_of(
    st.builds(
        c.AddItem,
        item=st.sampled_from(ITEMS),
        quantity=st.none() | quantities.map(Decimal),
        unit_price_minor=st.none() | st.integers(-1, 9_999),
        amount_minor=st.none() | st.integers(-1, 9_999),
    ),
    st.builds(c.ChangeQuantity, line=lines, quantity=quantities.map(Decimal)),
    st.builds(c.OverridePrice, line=lines, unit_price_minor=amounts, reason=words),
    st.builds(c.DiscountLine, line=lines, discount=discounts),
    st.builds(c.DiscountBasket, discount=discounts),
    st.builds(c.VoidLine, line=lines),
    st.builds(c.RestoreLine, line=lines),
    st.builds(c.VoidSale),
    st.builds(c.SuspendSale, name=words),
    st.builds(c.RecallSale, sale=st.integers(0, 5).map(f.SaleId)),
    st.builds(c.TenderCash, amount_minor=st.none() | amounts),
    st.builds(c.TenderCash),
    st.builds(c.VoidTender, tender=st.integers(0, 3)),
    st.builds(c.OpenShift, float_minor=amounts),
    st.builds(
        c.CountDrawer,
        counts=st.lists(
            st.builds(f.DenominationCount, st.sampled_from([50, 100, 50_000, 7]), amounts),
            max_size=3,
        ).map(tuple),
    ),
    st.builds(c.CloseShift),
    st.builds(
        c.MoveCash,
        direction=st.sampled_from(f.CashDirection),
        amount_minor=amounts,
        reason=words,
    ),
    st.builds(c.NoSale, reason=words),
    st.builds(c.PrintReceipt, sale=st.none() | st.integers(1, 4).map(f.SaleId)),
    st.builds(c.SkipReceipt),
    st.builds(c.PrintXReport, st.sampled_from(["", "till", "cashier:olena", "cashier:x"])),
    st.builds(c.StartEffect, effect=st.integers(0, 9).map(f.EffectId)),
    st.builds(
        c.EndEffect, effect=st.integers(0, 9).map(f.EffectId), outcome=st.sampled_from(Outcome)
    ),
    st.builds(c.SettleMatter, effect=st.integers(0, 9).map(f.EffectId), reason=words),
)


class AnyDay(RuleBasedStateMachine):
    """Random commands on a bench; every invariant holds after each."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench()
        self.bench.does(c.OpenShift(10_000))

    @rule(command=commands)
    def command(self, command: c.Command) -> None:
        before = self.bench.state
        answer = self.bench.tries(command)
        if isinstance(answer, Refusal):
            assert self.bench.state is before
        for fact in () if isinstance(answer, Refusal) else answer:
            self.facts_balance(fact)

    def facts_balance(self, fact: f.Fact) -> None:
        if isinstance(fact, f.SaleCompleted):
            assert sum(line.gross_minor for line in fact.lines) == fact.total_minor
            assert all(x.net_minor + x.tax_minor == x.gross_minor for x in fact.lines)
            due = fact.total_minor + fact.rounding_minor
            assert fact.paid_minor - fact.change_minor == due
            assert due % POLICY.cash_step_minor == 0
            assert fact.change_minor >= 0
            taxes = sum(tax.tax_minor for tax in fact.taxes)
            assert taxes == sum(line.tax_minor for line in fact.lines)
        if isinstance(fact, f.ShiftClosed):
            assert fact.counted_minor - fact.totals.cash_minor == fact.difference_minor

    @invariant()
    def replay_of_the_facts_is_the_state(self) -> None:
        assert replay(EMPTY, self.bench.facts) == self.bench.state

    @invariant()
    def the_codec_brings_state_and_facts_back(self) -> None:
        state = self.bench.state
        assert codec.from_json(State, codec.to_json(state)) == state
        for fact in self.bench.facts[-4:]:
            assert codec.from_json(type(fact), codec.to_json(fact)) == fact

    @invariant()
    def the_view_adds_up(self) -> None:
        shown = look(self.bench.state, POLICY, Names("s", "t"))
        if shown.basket is not None and self.bench.state.sale is not None:
            total = price_sale(self.bench.state.sale, POLICY).total_minor
            assert shown.basket.total_minor == total
            assert shown.basket.cash_due_minor >= 0
            own = sum(line.amount_minor for line in shown.basket.lines)
            assert own >= total

    @invariant()
    def a_number_is_never_used_twice(self) -> None:
        facts = self.bench.facts
        receipts = [x.receipt for x in facts if isinstance(x, f.SaleCompleted)]
        assert receipts == list(range(1, len(receipts) + 1))
        kinds = (f.DrawerOpened, f.PrintRequested)
        effects = [x.effect for x in facts if isinstance(x, kinds)]
        assert effects == list(range(1, len(effects) + 1))

    @invariant()
    def an_effect_starts_at_most_once(self) -> None:
        started = [x.effect for x in self.bench.facts if isinstance(x, f.EffectStarted)]
        assert len(started) == len(set(started))


AnyDay.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAnyDay = AnyDay.TestCase


def test_evolve_ignores_facts_that_refer_to_nothing() -> None:
    sale, line = f.SaleId(9), f.LineId(9)
    strays: list[f.Fact] = [
        f.LineQuantityChanged(sale, line, Decimal(2)),
        f.LineVoided(sale, line),
        f.SaleVoided(sale, 0),
        f.SaleRecalled(sale),
        f.EffectEnded(f.EffectId(7), Outcome.DONE),
        f.MatterClosed(f.EffectId(7), "x"),
    ]
    for fact in strays:
        assert evolve(EMPTY, fact) == EMPTY
