"""Laws of payment: whatever is taken in whatever order, the money adds up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core import pricing
from appliance.core.decide.tender import left_to_pay
from appliance.core.item import Item, ItemId
from appliance.core.policy import ForeignCurrency, PortRule
from appliance.core.pricing.model import CashRounding
from appliance.core.refusal import Refusal
from appliance.core.settlement import balance
from appliance.core.state import Sale, Tender

from .builders import POLICY, Bench, opened

CARD, CASH = f.TenderType.CARD, f.TenderType.CASH
STEP = 50
SHOP = replace(
    POLICY,
    ports=(PortRule("terminal", CARD),),
    foreign=(ForeignCurrency("USD", Decimal("41.2345")),),
    cash_step_minor=STEP,
)

amounts = st.integers(1, 300_00)
ways = st.lists(
    st.tuples(st.sampled_from(("cash", "card", "usd", "void", "rest", "declined")), amounts),
    max_size=8,
)


def basket(total: int) -> Bench:
    bench = opened(10_000_00, SHOP)
    bench.does(c.AddItem(Item(ItemId("x"), "Х", total, discountable=False)))
    return bench


def pay(bench: Bench, way: str, amount: int) -> None:
    """One step; what is refused changes nothing."""
    sale = bench.state.sale
    if sale is None:
        return
    match way:
        case "cash":
            bench.tries(c.TenderCash(amount))
        case "usd":
            bench.tries(c.TenderForeignCash("USD", amount))
        case "card" | "declined":
            if not isinstance(bench.tries(c.AskTender(CARD, amount)), Refusal):
                said = f.TenderOutcome.APPROVED if way == "card" else f.TenderOutcome.DECLINED
                bench.does(c.ConfirmTender(len(sale.tenders) + 1, said))
        case "void":
            live = sale.live_tenders
            if live and live[-1].type is CASH:
                bench.does(c.VoidTender(live[-1].tender))
        case "rest":
            bench.tries(c.TenderCash())


def finish(bench: Bench) -> f.SaleCompleted:
    if bench.state.sale is not None:
        bench.does(c.TenderCash())
    return next(fact for fact in bench.facts if isinstance(fact, f.SaleCompleted))


@given(amounts, ways)
def test_any_tenders_in_any_order_add_up(total: int, steps: list[tuple[str, int]]) -> None:
    bench = basket(total)
    for way, amount in steps:
        pay(bench, way, amount)
    done = finish(bench)
    assert done.paid_minor - done.change_minor == done.total_minor + done.rounding_minor
    assert abs(done.rounding_minor) <= STEP // 2
    assert done.change_minor >= 0
    assert bench.state.done is not None
    assert bench.state.shift is not None
    taken = bench.state.done.sale.taken_tenders
    cash = sum(it.amount_minor for it in taken if it.type is CASH)
    totals = bench.state.shift.totals
    assert totals.cash_minor == 10_000_00 + cash - done.change_minor
    assert sum(it.amount_minor for it in totals.tenders) == done.paid_minor - done.change_minor
    if not any(it.type in (CASH, f.TenderType.FOREIGN_CASH) for it in taken):
        assert done.rounding_minor == 0


def paid(*tenders: tuple[f.TenderType, int]) -> Sale:
    held = tuple(Tender(i, kind, amount) for i, (kind, amount) in enumerate(tenders, 1))
    return Sale(f.SaleId(1), f.ShiftNumber(1), tenders=held)


@given(
    amounts, st.lists(st.tuples(st.sampled_from((CASH, CARD)), amounts), max_size=5), st.randoms()
)
def test_the_order_of_tenders_is_nothing(
    total: int, tenders: list[tuple[f.TenderType, int]], chance: object
) -> None:
    shuffled = list(tenders)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert balance(paid(*tenders), total, SHOP) == balance(paid(*shuffled), total, SHOP)


@given(
    st.integers(-300_00, 300_00),
    st.lists(st.tuples(st.sampled_from((CASH, CARD)), amounts), max_size=5),
)
def test_where_pricing_knows_the_answer_it_is_the_same(
    total: int, tenders: list[tuple[f.TenderType, int]]
) -> None:
    sign = 1 if total >= 0 else -1
    held = [(kind, sign * amount) for kind, amount in tenders]
    try:
        known = pricing.settle(
            total, [pricing.Tender(kind, amount) for kind, amount in held], CashRounding(STEP)
        )
    except pricing.TenderExceedsTotal:
        return
    ours = balance(paid(*held), total, SHOP).settled
    exact_in_coins = total <= known.paid_minor < known.due_minor
    if exact_in_coins and any(kind is CASH for kind, _ in held):
        assert ours.outstanding_minor == 0  # enough to the kopeck, where the coins still go
        assert ours.rounding_minor == known.paid_minor - total
    elif total < 0 and known.paid_minor < known.due_minor:
        assert ours == replace(known, outstanding_minor=known.due_minor - known.paid_minor)
    else:
        assert ours == known


@given(amounts, st.integers(0, 300_00))
def test_a_refund_mirrors_a_sale(total: int, card: int) -> None:
    card = min(card, total)
    there = balance(paid((CARD, card)), total, SHOP)
    back = balance(paid((CARD, -card)), -total, SHOP)
    assert back.left_minor == -there.left_minor
    assert back.cash_due_minor == -there.cash_due_minor


@given(amounts)
def test_what_is_due_in_cash_completes_the_sale(total: int) -> None:
    bench = basket(total)
    assert bench.state.sale is not None
    due = left_to_pay(bench.state.sale, SHOP).cash_due_minor
    assert abs(due - total) <= STEP // 2
    assert finish(bench).paid_minor == due
