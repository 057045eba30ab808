"""Laws of stored value: one till never spends more than an account holds, and the sums agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.account_rules import AccountRules, LoyaltyRules, Tier
from appliance.core.accounts import Stored, months_later
from appliance.core.facts import AccountKind, LineId
from appliance.core.loyalty import payable_points, points_for, tier_of
from tests.core.builders import BREAD, MILK, POLICY, WINE, Bench, add, opened

CARDS = ("gc:a", "gc:b")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), st.sampled_from(CARDS), st.integers(1, 300_00)),
        st.tuples(st.just("redeem"), st.sampled_from(CARDS), st.integers(1, 300_00)),
        st.tuples(st.just("redeem all"), st.sampled_from(CARDS), st.just(0)),
        st.tuples(st.just("goods"), st.sampled_from(("milk", "wine", "bread")), st.just(0)),
        st.tuples(
            st.sampled_from(("cash", "hand back", "void", "suspend", "recall")),
            st.just(""),
            st.just(0),
        ),
    ),
    max_size=25,
)
GOODS = {"milk": MILK, "wine": WINE, "bread": BREAD}


def balances(bench: Bench) -> Counter[str]:
    held: Counter[str] = Counter()
    for fact in bench.facts:
        if isinstance(fact, f.AccountMoved):
            held[fact.account] += fact.delta
    return held


def take_step(bench: Bench, step: tuple[str, str, int]) -> None:
    what, name, amount = step
    held = Stored(name, AccountKind.GIFT_CARD, balances(bench)[name], "5RMY")
    known = any(isinstance(it, f.AccountOpened) and it.account == name for it in bench.facts)
    sale = bench.state.sale
    match what:
        case "sell":
            bench.tries(c.Charge(held, amount, opens=not known))
        case "redeem":
            bench.tries(c.Redeem(held, amount))
        case "redeem all":
            bench.tries(c.Redeem(held))
        case "goods":
            bench.tries(add(GOODS[name]))
        case "cash":
            bench.tries(c.TenderCash())
        case "hand back" if sale is not None and sale.live_tenders:
            bench.tries(c.VoidTender(sale.live_tenders[-1].tender))
        case "void":
            bench.tries(c.VoidSale())
        case "suspend":
            bench.tries(c.SuspendSale("x"))
        case "recall" if bench.state.suspended:
            bench.tries(c.RecallSale(bench.state.suspended[0].sale))


@settings(max_examples=150, deadline=None)
@given(steps)
def test_one_till_never_spends_more_than_a_card_holds(course: list[tuple[str, str, int]]) -> None:
    bench = opened()
    for step in course:
        take_step(bench, step)
        assert all(balance >= 0 for balance in balances(bench).values())


@settings(max_examples=150, deadline=None)
@given(steps)
def test_what_is_on_the_cards_is_what_was_paid_for_them_less_what_they_paid(
    course: list[tuple[str, str, int]],
) -> None:
    bench = opened()
    for step in course:
        take_step(bench, step)
    charged = 0
    lines = {(it.sale, it.line) for it in bench.facts if isinstance(it, f.LineAdded) and it.account}
    for fact in bench.facts:
        if isinstance(fact, f.SaleCompleted):
            charged += sum(it.gross_minor for it in fact.lines if (fact.sale, it.line) in lines)
    voided = {(it.sale, it.tender) for it in bench.facts if isinstance(it, f.TenderVoided)}
    spent = sum(
        it.amount_minor
        for it in bench.facts
        if isinstance(it, f.Tendered) and it.account and (it.sale, it.tender) not in voided
    )
    assert sum(balances(bench).values()) == charged - spent


@given(st.integers(0, 10**9), st.integers(1, 100), st.integers(1, 10**6))
def test_a_whole_return_takes_back_the_points_of_its_sale(
    amount: int, points: int, step: int
) -> None:
    rules = LoyaltyRules(points=points, step_minor=step)
    assert points_for(amount, rules) + points_for(-amount, rules) == 0


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 500), st.integers(0, 1000))
def test_points_never_pay_more_than_is_left_nor_than_there_are(
    points: int, left: int, value: int, least: int
) -> None:
    usable = payable_points(points, left, LoyaltyRules(points=1, value_minor=value, least=least))
    assert 0 <= usable <= points
    assert usable * value <= left
    assert usable == 0 or usable >= least


def test_the_highest_tier_reached_holds() -> None:
    tiers = (Tier("Gold", 100), Tier("Silver", 10))
    assert tier_of(9, tiers) is None
    assert tier_of(99, tiers) == tiers[1]
    assert tier_of(100, tiers) == tiers[0]


def test_a_month_later_is_the_same_day_or_the_months_last() -> None:
    assert months_later(date(2026, 1, 31), 1) == "2026-02-28"
    assert months_later(date(2026, 11, 30), 36) == "2029-11-30"
    assert months_later(date(2026, 11, 30), 0) == ""


def test_a_voucher_that_pays_once_forfeits_its_rest_until_it_is_handed_back() -> None:
    bench = opened(policy=replace(POLICY, accounts=AccountRules(voucher_once=True)))
    voucher = Stored("vc:a", AccountKind.VOUCHER, 100_00, "5RMY", expires="2099-01-01")
    bench.does(add(WINE), c.Redeem(voucher, 40_00))
    assert balances(bench)["vc:a"] == -100_00
    bench.does(c.VoidTender(1))
    assert balances(bench)["vc:a"] == 0


def test_a_gift_card_is_neither_taxed_nor_discounted_nor_points() -> None:
    rules = AccountRules(loyalty=LoyaltyRules(points=1, step_minor=1_00))
    bench = opened(policy=replace(POLICY, accounts=rules))
    bench.does(add(MILK), c.SetCustomer("m"))
    bench.does(c.Charge(Stored("gc:a", AccountKind.GIFT_CARD, 0, "5RMY"), 100_00, opens=True))
    bench.does(c.DiscountBasket(f.Discount(amount_minor=46_90)))
    bench.does(c.TenderCash())
    done = next(it for it in bench.facts if isinstance(it, f.SaleCompleted))
    card = next(it for it in done.lines if it.line == LineId(2))
    assert (card.gross_minor, card.tax_minor, card.discount_minor) == (100_00, 0, 0)
    assert balances(bench) == Counter({"gc:a": 100_00})
