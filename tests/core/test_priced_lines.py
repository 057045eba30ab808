"""Price lists, least prices and deposits in a basket."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide import decide
from appliance.core.evolve import replay
from appliance.core.item import Component, Item, ItemId, PriceStep
from appliance.core.look import Names, look
from appliance.core.occasion import Occasion
from appliance.core.refusal import Reason, Refusal
from appliance.core.totals import price_sale
from appliance.core.undo import undo_of
from tests.core.builders import APPLES, MILK, POLICY, Bench, add, opened

TRADE = (
    PriceStep("opt", 4200, Decimal(6), name="Опт"),
    PriceStep("opt", 4000, Decimal(12), name="Опт"),
)
OFFERED = replace(MILK, prices=TRADE)
WINE = replace(MILK, id=ItemId("wine"), name="Вино", price_minor=10000, min_price_minor=9000)
BOTTLE = Item(ItemId("bottle"), "Пляшка", 500)
BEER = Item(ItemId("beer"), "Пиво", 5000, taxes=("VAT20",), deposit=BOTTLE.id)
NAMES = Names("Крам", "Каса 1")


def total(bench: Bench) -> int:
    assert bench.state.sale is not None
    return price_sale(bench.state.sale, POLICY).total_minor


def lines(bench: Bench) -> list[tuple[str, Decimal]]:
    assert bench.state.sale is not None
    return [(line.item, line.quantity) for line in bench.state.sale.live_lines]


def test_a_quantity_break_counts_the_whole_line_and_is_shown_by_the_lists_name():
    bench = opened()
    for _ in range(6):
        bench.does(add(OFFERED))
    assert total(bench) == 6 * 4200
    shown = look(bench.state, POLICY, NAMES).basket.lines[0]
    assert (shown.unit_price_minor, shown.list_price_minor) == (4200, 4690)
    assert (shown.price_list, shown.overridden) == ("Опт", False)
    bench.does(c.ChangeQuantity(f.LineId(1), Decimal(5)))
    assert total(bench) == 5 * 4690
    assert look(bench.state, POLICY, NAMES).basket.lines[0].price_list == ""


def test_the_completed_line_tells_the_price_really_used():
    bench = opened()
    bench.does(add(OFFERED, "12"), add(APPLES, "1"), c.TenderCash(1000_00))
    done = next(fact for fact in bench.facts if isinstance(fact, f.SaleCompleted))
    assert [sold.unit_price_minor for sold in done.lines] == [4000, None]


@pytest.mark.parametrize("how", [{"unit_price_minor": 4500}, {"amount_minor": 30000}])
def test_a_price_that_was_named_asks_no_list(how):
    bench = opened()
    bench.does(add(OFFERED, "6", **how))
    assert total(bench) in (6 * 4500, 30000)


def test_an_overridden_price_stays_whatever_the_lists_say():
    bench = opened()
    bench.does(add(OFFERED, "6"), c.OverridePrice(f.LineId(1), 4690, "Домовились"))
    assert total(bench) == 6 * 4690


def test_a_customers_group_turns_the_basket_to_its_list_and_back():
    bench = opened()
    bench.does(add(replace(MILK, prices=(PriceStep("vip", 4000, group="vip"),))))
    assert total(bench) == 4690
    state = replay(bench.state, [f.CustomerAttached(f.SaleId(1), "c-1", ("vip",))])
    assert price_sale(state.sale, POLICY).total_minor == 4000
    state = replay(state, [f.CustomerAttached(f.SaleId(1), "")])
    assert price_sale(state.sale, POLICY).total_minor == 4690


def test_a_happy_hour_that_ends_at_the_counter_still_holds():
    happy = replace(MILK, prices=(PriceStep("happy", 3000, start_min=17 * 60, end_min=18 * 60),))
    state = opened().state
    for minute in (58, 59, 60):
        at = datetime(2026, 12, 4, 17 + minute // 60, minute % 60)
        facts = decide(state, add(happy), POLICY, Occasion(at, "olena"))
        assert not isinstance(facts, Refusal)
        state = replay(state, facts)
    assert price_sale(state.sale, POLICY).total_minor == 3 * 3000


# Least prices


def test_nothing_a_person_does_sells_below_the_least_price():
    bench = opened()
    bench.does(add(WINE, "2"))
    line = f.LineId(1)
    refused = bench.tries(c.OverridePrice(line, 8999, "Домовились"))
    assert refused == Refusal(Reason.PRICE_BELOW_MIN, {"name": "Вино", "least": "90.00 UAH"})
    for discount in (f.Discount(percent=Decimal(11)), f.Discount(amount_minor=2001)):
        assert bench.tries(c.DiscountLine(line, discount)).reason is Reason.DISCOUNT_BELOW_MIN
    bench.does(c.DiscountLine(line, f.Discount(amount_minor=2000)))
    assert total(bench) == 18000
    refused = bench.tries(c.ChangeQuantity(line, Decimal(1)))
    assert refused.reason is Reason.DISCOUNT_BELOW_MIN
    assert bench.tries(add(replace(WINE, price_minor=1))).reason is Reason.PRICE_BELOW_MIN
    refused = bench.tries(add(WINE, "2", amount_minor=17999))
    assert refused == Refusal(Reason.PRICE_BELOW_MIN, {"name": "Вино", "least": "180.00 UAH"})
    bench.does(add(WINE, "2", amount_minor=18000))


def test_a_basket_discount_passes_goods_with_a_least_price_by():
    bench = opened()
    bench.does(add(WINE), add(MILK), c.DiscountBasket(f.Discount(percent=Decimal(50))))
    assert total(bench) == 10000 + 2345


def test_no_list_sells_below_the_least_price():
    bench = opened()
    bench.does(add(replace(WINE, prices=(PriceStep("sale", 100),))))
    assert total(bench) == 9000


# Deposits


def sell_beer(quantity: str | None = None) -> c.AddItem:
    return add(BEER, quantity, deposit=BOTTLE)


def test_a_deposit_comes_with_its_goods_and_follows_them():
    bench = opened()
    bench.does(sell_beer("2"), sell_beer())
    assert lines(bench) == [("beer", 3), ("bottle", 3)]
    assert total(bench) == 3 * 5500
    bench.does(c.ChangeQuantity(f.LineId(1), Decimal(5)))
    assert lines(bench) == [("beer", 5), ("bottle", 5)]
    bench.does(c.VoidLine(f.LineId(1)))
    assert lines(bench) == []
    bench.does(c.RestoreLine(f.LineId(1)))
    assert lines(bench) == [("beer", 5), ("bottle", 5)]


def test_a_void_of_goods_with_a_deposit_is_undone_by_one_tap():
    bench = opened()
    bench.does(sell_beer())
    before = bench.state
    facts = bench.does(c.VoidLine(f.LineId(1)))
    assert len(facts) == 2
    assert undo_of(before, facts) == c.RestoreLine(f.LineId(1))


@pytest.mark.parametrize(
    "command",
    [
        c.VoidLine(f.LineId(2)),
        c.ChangeQuantity(f.LineId(2), Decimal(1)),
        c.OverridePrice(f.LineId(2), 1, "Домовились"),
        c.DiscountLine(f.LineId(2), f.Discount(percent=Decimal(5))),
        c.RestoreLine(f.LineId(2)),
    ],
)
def test_a_deposit_is_not_changed_without_its_goods(command):
    bench = opened()
    bench.does(sell_beer("2"))
    refused = bench.tries(command)
    assert refused == Refusal(Reason.DEPOSIT_FOLLOWS, {"name": "Пиво"})


def test_no_discount_touches_a_deposit():
    bench = opened()
    bench.does(sell_beer(), c.DiscountBasket(f.Discount(percent=Decimal(50))))
    assert total(bench) == 2500 + 500


def test_the_view_knows_which_line_a_deposit_belongs_to():
    bench = opened()
    bench.does(sell_beer())
    basket = look(bench.state, POLICY, NAMES).basket
    assert [line.of_line for line in basket.lines] == [None, 1]
    assert basket.last_line == 1


def test_empty_bottles_come_off_what_is_bought():
    bench = opened()
    bench.does(sell_beer(), c.TakeBackContainers(BOTTLE, Decimal(4)))
    bench.does(c.TakeBackContainers(BOTTLE, Decimal(1)))
    assert lines(bench) == [("beer", 1), ("bottle", 1), ("bottle", -5)]
    assert total(bench) == 5500 - 2500
    bench.does(c.ChangeQuantity(f.LineId(3), Decimal(2)))
    assert lines(bench)[2] == ("bottle", -2)


def test_bottles_alone_are_paid_out():
    bench = opened()
    bench.does(c.TakeBackContainers(BOTTLE, Decimal(3)))
    assert total(bench) == -1500
    facts = bench.does(c.TenderCash())
    done = next(fact for fact in facts if isinstance(fact, f.SaleCompleted))
    assert done.total_minor == -1500
    assert bench.state.shift.totals.cash_minor == 100_00 - 1500


def test_bottles_are_not_taken_back_while_money_lies_on_the_counter():
    bench = opened()
    bench.does(sell_beer(), c.TenderCash(10_00))
    refused = bench.tries(c.TakeBackContainers(BOTTLE, Decimal(1)))
    assert refused.reason is Reason.SALE_HAS_TENDERS


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "1e9"])
def test_wrong_numbers_of_bottles_are_refused(quantity):
    assert isinstance(opened().tries(c.TakeBackContainers(BOTTLE, Decimal(quantity))), Refusal)


# Packs


def test_a_case_sells_at_its_own_price_and_takes_its_bottles_from_the_stock():
    case = Item(ItemId("case"), "Ящик", 55000, components=(Component(BEER.id, Decimal(12)),))
    bench = opened()
    facts = bench.does(add(case, "2"))
    added = next(fact for fact in facts if isinstance(fact, f.LineAdded))
    assert added.components == (f.StockMove(BEER.id, Decimal(12)),)
    assert total(bench) == 110000
