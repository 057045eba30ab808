"""How a price came about: its steps add up, before the sale is paid and afterwards."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.item import ItemId
from appliance.core.totals import price_sale
from appliance.core.why import WhyKind, WhyLook, WhyStep, why_line, why_sale
from tests.core.builders import APPLES, BAG, MILK, POLICY, SERVICE, WINE, Bench, add, opened

CHANGES = (
    WhyKind.BASE,
    WhyKind.DISCOUNT,
    WhyKind.OFFER,
    WhyKind.SHARE_OF_OFFER,
    WhyKind.SHARE_OF_DISCOUNT,
    WhyKind.TAX_ADDED,
)
ON_TOP = replace(
    POLICY,
    taxes={code: replace(rule, included=False) for code, rule in POLICY.taxes.items()},
    cash_step_minor=1,
)

percents = st.integers(1, 10).map(Decimal)


def total(why: WhyLook) -> int:
    (last,) = [step.amount_minor for step in why.steps if step.kind is WhyKind.TOTAL]
    return last


def adds_up(why: WhyLook) -> bool:
    return sum(step.amount_minor for step in why.steps if step.kind in CHANGES) == total(why)


@given(
    policy=st.sampled_from([POLICY, ON_TOP]),
    lines=st.lists(
        st.tuples(st.sampled_from([MILK, WINE, BAG]), st.integers(1, 40)), min_size=1, max_size=6
    ),
    grams=st.integers(1, 5_000),
    line_off=percents,
    basket_off=percents,
)
def test_the_steps_of_every_line_add_up_to_what_is_paid(policy, lines, grams, line_off, basket_off):
    bench = opened(policy=policy)
    bench.does(*(add(item, str(quantity)) for item, quantity in lines))
    bench.does(add(APPLES, str(Decimal(grams) / 1000)))
    number = bench.state.sale.lines[-1].line
    bench.does(c.DiscountLine(number, f.Discount(percent=line_off)))
    bench.does(c.DiscountBasket(f.Discount(percent=basket_off)))
    priced = price_sale(bench.state.sale, policy)
    before = [why_line(bench.state.sale, policy, line.line) for line in bench.state.sale.live_lines]
    assert all(adds_up(why) for why in before)
    assert [total(why) for why in before] == [line.gross_minor for line in priced.lines]
    bench.does(c.TenderCash())
    after = why_sale(bench.facts, policy)
    assert all(why.sold and adds_up(why) for why in after)
    assert [total(why) for why in after] == [total(why) for why in before]


def kinds(bench: Bench, number: int = 1) -> list[WhyKind]:
    why = why_line(bench.state.sale, bench.policy, f.LineId(number))
    assert why is not None
    return [step.kind for step in why.steps]


def test_a_price_set_by_hand_says_what_it_was_before():
    bench = opened()
    bench.does(add(MILK), c.OverridePrice(f.LineId(1), 4500, "damaged"))
    why = why_line(bench.state.sale, bench.policy, f.LineId(1))
    assert why.steps[0].kind is WhyKind.OVERRIDE
    assert (why.steps[0].amount_minor, why.steps[0].before_minor) == (4500, 4690)
    bench.does(c.TenderCash())
    (sold,) = why_sale(bench.facts, bench.policy)
    assert sold.steps[0].kind is WhyKind.OVERRIDE


def test_the_reason_of_a_price_set_by_hand_is_told_with_it():
    bench = bought(POLICY)
    bench.does(c.OverridePrice(f.LineId(1), 4500, "damaged"))
    assert first(bench).text == "damaged"


def test_a_price_that_was_named_at_the_till_is_not_the_catalogues():
    bench = opened()
    bench.does(add(SERVICE, unit_price_minor=15000), add(SERVICE, amount_minor=2500))
    assert (first(bench).kind, first(bench).amount_minor) == (WhyKind.OPEN, 15000)
    assert (first(bench, 2).kind, first(bench, 2).amount_minor) == (WhyKind.OPEN, 2500)


def test_a_deposit_names_its_goods():
    bottle = replace(BAG, id=ItemId("bottle"), name="Пляшка", price_minor=500)
    bench = opened()
    bench.does(replace(add(MILK), deposit=bottle))
    assert (first(bench, 2).kind, first(bench, 2).text) == (WhyKind.DEPOSIT, MILK.name)


def test_the_container_that_the_scale_took_off_is_told():
    bench = opened()
    bench.does(replace(add(APPLES, "0.412"), tare_kg=Decimal("0.015")))
    assert kinds(bench)[:2] == [WhyKind.CATALOGUE, WhyKind.TARE]


def first(bench: Bench, number: int = 1) -> WhyStep:
    why = why_line(bench.state.sale, bench.policy, f.LineId(number))
    assert why is not None
    return why.steps[0]


def test_a_tax_on_top_is_added_and_an_included_one_only_named():
    assert WhyKind.TAX_INCLUDED in kinds(bought(POLICY))
    assert WhyKind.TAX_ADDED in kinds(bought(ON_TOP))


def bought(policy) -> Bench:
    bench = opened(policy=policy)
    bench.does(add(MILK))
    return bench


def test_wishes_are_named_with_what_they_add():
    bench = bought(POLICY)
    bench.does(c.ModifyLine(f.LineId(1), (f.Modifier("соєве", 1500),)))
    why = why_line(bench.state.sale, bench.policy, f.LineId(1))
    wish = next(step for step in why.steps if step.kind is WhyKind.WISHES)
    assert (wish.text, wish.amount_minor, total(why)) == ("соєве", 1500, 6190)


def test_a_line_that_is_not_there_has_no_story():
    assert why_line(bought(POLICY).state.sale, POLICY, f.LineId(9)) is None
    assert why_sale([], POLICY) == ()


def test_a_rate_of_each_tax_is_told():
    bench = opened()
    bench.does(add(WINE))
    rates = {
        step.text: step.percent
        for step in why_line(bench.state.sale, bench.policy, f.LineId(1)).steps
        if step.kind is WhyKind.TAX_INCLUDED
    }
    assert rates == {"ПДВ": Decimal(20), "Акциз": Decimal(5)}
